//! `/{lang}/staff/sensors/{id}`: one sensor, how it is, and its last days.

use super::insider::{Answer, Insider};
use super::room::{Cell, Done, Post, Room, Table};
use crate::problem::Problem;
use crate::view::Fragment;
use app::staff::{SensorDay, SensorPast, SensorRow};
use app::{Item, Revision};
use axum::extract::{Path, Query};
use model::{Battery, Datastream, Observation, Sensor};

pub(crate) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    let rows = insider.staff.sensors(insider.reader.now).map_err(Problem::internal)?;
    let row = rows.iter().find(|row| row.sensor.id.as_str() == id).ok_or_else(Problem::not_found)?;
    let past = insider.staff.sensor_past(&row.sensor.id, insider.reader.now).map_err(Problem::internal)?;
    let sensor = &row.sensor;
    let place = insider.reader.municipality.place(&sensor.place);
    let place = place.map_or_else(|| Fragment::plain(""), |place| insider.words(&place.name));
    let make = insider.staff.plugins().into_iter().find(|plugin| plugin.id == sensor.decoder.as_str());
    let make = make.map_or_else(|| Fragment::plain(sensor.decoder.as_str()), |plugin| insider.words(&plugin.title));
    let mut room = Room {
        title: sensor.name.clone(),
        lang: insider.reader.named(&sensor.name).lang,
        told: insider.told(done.done.as_deref()),
        lead: Some(insider.text(if sensor.test { "staff-sensor-test-lead" } else { "staff-sensor-live-lead" })),
        facts: vec![
            insider.fact("state", state(&insider, sensor).text),
            insider.fact_of("place", place).to(insider.to_place(&sensor.place)),
            insider.fact("dev-eui", sensor.device.dev_eui.to_string()),
            insider.fact_of("decoder", make),
            insider.fact("last-heard", insider.ago(row.health.last_heard)),
            insider.fact("battery", battery(&insider, row)),
            insider.fact("link", link(&insider, row).in_full()),
            insider.fact("heard-by", heard_by(&insider, row)),
        ],
        tables: tables(&insider, &past),
        back: Some(insider.to("sensors")),
        ..Room::default()
    };
    room.actions = vec![insider.quiet(&format!("sensors/{id}/downlinks"), "downlinks")];
    if insider.may_change() {
        room.actions.extend([
            insider.quiet(&format!("sensors/{id}/edit"), "change"),
            insider.quiet(&format!("sensors/{id}/remove"), "remove"),
        ]);
        room.posts = vec![go(&insider, sensor)];
    }
    insider.room("sensors", &room)
}

/// The button that lets a sensor go live, or takes it back.
fn go(insider: &Insider, sensor: &Sensor) -> Post {
    let seen = insider.staff.revision(&Item::Sensor(sensor.id.clone()));
    let seen = seen.as_ref().map_or("", Revision::as_str).to_owned();
    Post {
        action: insider.to(&format!("sensors/{}/live", sensor.id)),
        text: insider.text(if sensor.test { "staff-go-live" } else { "staff-go-test" }),
        token: insider.own.form_token.clone(),
        fields: vec![("seen".to_owned(), seen), ("test".to_owned(), (!sensor.test).to_string())],
        quiet: !sensor.test,
        ..Post::default()
    }
}

fn tables(insider: &Insider, past: &SensorPast) -> Vec<Table> {
    let speaker = insider.reader.speaker;
    let day = |day: &SensorDay| {
        let snr = day.snr_db.map(|snr| format!("{} dB", speaker.number(snr.into(), 0)));
        let faults = Cell::text(speaker.number(day.faults.into(), 0));
        vec![
            Cell::text(speaker.date(day.day)),
            Cell::text(speaker.number(day.frames.into(), 0)),
            if day.faults > 0 { Cell { state: Some("busy"), ..faults } } else { faults },
            Cell::text(snr.unwrap_or_else(|| insider.text("staff-unknown"))),
        ]
    };
    let fault = |(at, why): &(model::Timestamp, String)| {
        vec![Cell::text(insider.ago(Some(*at))), Cell::fragment(insider.english(why.as_str()))]
    };
    // The battery stands among the facts.
    let says = past.says.iter().filter(|(stream, _)| !stream.property.starts_with("battery-"));
    vec![
        Table {
            title: Some(insider.text("staff-sensor-says")),
            head: insider.head(&["what", "when"]),
            rows: says.map(|(stream, value)| says_line(insider, stream, value)).collect(),
            empty: insider.text("staff-sensor-says-none"),
        },
        Table {
            title: Some(insider.text("staff-sensor-days")),
            head: insider.head(&["day", "frames", "faults", "signal-mean"]),
            rows: past.days.iter().map(day).collect(),
            empty: insider.text("staff-sensor-days-none"),
        },
        Table {
            title: Some(insider.text("staff-sensor-faults")),
            head: insider.head(&["when", "why"]),
            rows: past.faults.iter().map(fault).collect(),
            empty: insider.text("staff-sensor-faults-none"),
        },
    ]
}

/// What it says in a sentence, as the page of its place would once it is live.
fn says_line(insider: &Insider, stream: &Datastream, newest: &Observation) -> Vec<Cell> {
    let (speaker, word) = (insider.reader.speaker, stream.property.as_str());
    let unit = model::property(word).map_or("1", |known| known.unit);
    vec![
        Cell::text(speaker.value_sentence(word, stream.part.as_deref(), &newest.result, unit)),
        Cell::text(insider.ago(Some(newest.phenomenon_time))),
    ]
}

pub(super) fn state(insider: &Insider, sensor: &Sensor) -> Cell {
    let (key, colour) = if sensor.test { ("staff-state-test", "usual") } else { ("staff-state-live", "calm") };
    Cell::state(insider.text(key), colour)
}

pub(super) fn battery(insider: &Insider, row: &SensorRow) -> String {
    let health = &row.health;
    match (health.battery.status, health.battery_percent(), health.battery.volts) {
        (Some(Battery::External), _, _) => insider.text("staff-battery-mains"),
        (_, Some(percent), _) => format!("{percent} %"),
        (_, None, Some(volts)) => format!("{} V", insider.reader.speaker.number(volts, 2)),
        _ => insider.text("staff-unknown"),
    }
}

/// How well it is heard: what counts is how much of what it says arrives, since a strong signal may be drowned out and a weak one not.
pub(super) fn link(insider: &Insider, row: &SensorRow) -> Cell {
    let (link, speaker) = (&row.health.link, insider.reader.speaker);
    let Some(snr) = link.snr_db else { return Cell::text(insider.text("staff-unknown")) };
    let lost = link.lost_percent.unwrap_or(0);
    let (key, colour) = match lost {
        0..=5 => ("good", "calm"),
        6..=20 => ("uneven", "usual"),
        _ => ("poor", "busy"),
    };
    let (snr, lost) = (speaker.number(snr.into(), 0), speaker.number(lost.into(), 0));
    let exactly = speaker.text("staff-link-is", &[("snr", (&snr).into()), ("lost", (&lost).into())]);
    Cell::state(insider.text(&format!("staff-link-{key}")), colour).noted(Some(Fragment::plain(exactly)))
}

/// How many gateways heard it within a day: with one, that gateway is all it has.
fn heard_by(insider: &Insider, row: &SensorRow) -> String {
    let count = u32::try_from(row.health.link.gateways).unwrap_or(u32::MAX);
    insider.reader.speaker.text("staff-heard-by-are", &[("count", count.into())])
}

//! `GET /{lang}/staff/frames`: what gateways bring, taken or not, why, and what to do about it. `/live` tells of each as it comes.

use super::insider::{Answer, Insider};
use super::room::{Cell, Room, Table};
use crate::live::{BEAT, HEARTBEAT, Says, event, stream};
use crate::problem::Problem;
use crate::view::Fragment;
use app::{FrameOutcome, HeardFrame};
use axum::extract::Query;
use model::{DataRate, DevEui, SensorId, StoredUplink, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{sleep, timeout};

/// Frames on the page.
const FRAMES_MAX: usize = 50;
/// The reasons that the box was not told of a gateway, and of a sensor.
const NEW_GATEWAY: &str = "unknown-gateway";
const NEW_SENSOR: &str = "unknown-device";
/// A feed ends after this; the browser asks again, and whoever has logged out meanwhile is not told any more.
const FEED_HOLDS: Duration = Duration::from_mins(5);

/// Which frames are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Show {
    /// All.
    #[default]
    All,
    /// Those of our own sensors.
    Ours,
    /// Those that were dropped.
    Dropped,
}

/// What the address may ask for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    show: Show,
}

pub(crate) async fn get(insider: Insider, Query(asked): Query<Asked>) -> Answer {
    let (stored, rejected) = insider.staff.frames(insider.reader.now, FRAMES_MAX).map_err(Problem::internal)?;
    let heard = insider.reader.portal.source().follow_frames().0;
    let dropped = rejected.iter().map(|(why, count)| {
        let count = u32::try_from(*count).unwrap_or(u32::MAX);
        let outcome = FrameOutcome::Rejected { why: *why, clue: None };
        vec![
            Cell::text(outcome.reason(insider.reader.speaker)).noted(insider.remedy(outcome)),
            Cell::text(insider.reader.speaker.number(count.into(), 0)),
        ]
    });
    let room = Room {
        title: insider.text("staff-room-frames"),
        lead: Some(insider.text("staff-frames-lead")),
        choices: [Show::All, Show::Ours, Show::Dropped].map(|show| choice(&insider, show, asked.show)).to_vec(),
        live: Some(insider.to(&format!("frames/live?show={}", word(asked.show)))),
        tables: vec![
            Table {
                title: Some(insider.text("staff-frames-heard")),
                head: insider.head(&["when", "sensor", "gateway", "signal", "outcome"]),
                rows: lines(&insider, &heard, &stored, asked.show),
                empty: insider.text("staff-frames-none"),
            },
            Table {
                title: Some(insider.text("staff-frames-dropped")),
                head: insider.head(&["why", "how-many"]),
                rows: dropped.collect(),
                empty: insider.text("staff-frames-none-dropped"),
            },
        ],
        ..Room::default()
    };
    insider.room("frames", &room)
}

pub(crate) async fn live(insider: Insider, Query(asked): Query<Asked>) -> Answer {
    let (_, coming) = insider.reader.portal.source().follow_frames();
    let seat = insider.reader.portal.live.feed()?;
    Ok(stream(seat, "text/event-stream", move |says| follow(insider, coming, asked.show, says)))
}

/// One row, as the page shows it.
#[derive(Serialize)]
struct Told {
    cells: Vec<Cell>,
}

async fn follow(insider: Insider, mut coming: Receiver<Arc<HeardFrame>>, show: Show, says: Says) {
    let over = sleep(FEED_HOLDS);
    tokio::pin!(over);
    loop {
        let next = tokio::select! {
            () = &mut over => return,
            next = timeout(HEARTBEAT, coming.recv()) => next,
        };
        let piece = match next {
            Err(_) | Ok(Err(RecvError::Lagged(_))) => BEAT,
            Ok(Err(RecvError::Closed)) => return,
            Ok(Ok(frame)) if is_shown(&frame, show) => {
                let told = Told { cells: line(&insider, &frame, None) };
                event("frame", &serde_json::to_string(&told).unwrap_or_default())
            }
            Ok(Ok(_)) => continue,
        };
        if says.send(piece).await.is_err() {
            return;
        }
    }
}

const fn word(show: Show) -> &'static str {
    match show {
        Show::All => "all",
        Show::Ours => "ours",
        Show::Dropped => "dropped",
    }
}

fn choice(insider: &Insider, show: Show, shown: Show) -> super::room::RoomChoice {
    super::room::RoomChoice {
        href: insider.to(&format!("frames?show={}", word(show))),
        text: insider.text(&format!("staff-frames-show-{}", word(show))),
        here: show == shown,
    }
}

fn is_shown(frame: &HeardFrame, show: Show) -> bool {
    match show {
        Show::All => true,
        Show::Ours => frame.sensor.is_some(),
        Show::Dropped => matches!(frame.outcome, FrameOutcome::Rejected { .. }),
    }
}

/// The newest first. What was heard before the start of the box is in the data file, as far as it was taken.
fn lines(insider: &Insider, heard: &[Arc<HeardFrame>], stored: &[StoredUplink], show: Show) -> Vec<Vec<Cell>> {
    let key = |uplink: &StoredUplink| (uplink.uplink.dev_eui, uplink.uplink.f_cnt);
    let faults: HashMap<(DevEui, u32), &str> =
        stored.iter().filter_map(|uplink| Some((key(uplink), uplink.fault.as_deref()?))).collect();
    let fault = |frame: &HeardFrame| faults.get(&(frame.dev_eui?, frame.f_cnt?)).copied();
    let since = heard.first().map(|frame| frame.at);
    let newest = heard.iter().rev().filter(|frame| is_shown(frame, show));
    let newest = newest.map(|frame| line(insider, frame, fault(frame)));
    let before = stored.iter().filter(|uplink| show != Show::Dropped && is_before(uplink, since));
    newest.chain(before.map(|uplink| stored_line(insider, uplink))).take(FRAMES_MAX).collect()
}

fn is_before(uplink: &StoredUplink, since: Option<Timestamp>) -> bool {
    since.is_none_or(|since| uplink.uplink.received_at < since)
}

fn line(insider: &Insider, frame: &HeardFrame, fault: Option<&str>) -> Vec<Cell> {
    let speaker = insider.reader.speaker;
    let signal = frame.heard.map(|heard| {
        let rssi = format!("{} dBm", speaker.number(heard.rssi_dbm.into(), 0));
        match heard.data_rate {
            DataRate::Lora { spreading_factor, .. } => format!("{rssi}, SF{spreading_factor}"),
            _ => rssi,
        }
    });
    let advice = frame.outcome.advice(speaker, |device| named(insider, device)).map(Fragment::plain);
    let outcome = match frame.outcome {
        FrameOutcome::Uplink if fault.is_some() => not_understood(insider, fault.unwrap_or_default()),
        FrameOutcome::Rejected { .. } => Cell::state(frame.outcome.reason(speaker), "busy").noted(advice),
        FrameOutcome::Copy => Cell::state(frame.outcome.reason(speaker), "usual"),
        FrameOutcome::Uplink | FrameOutcome::Joined => Cell::state(frame.outcome.reason(speaker), "calm"),
    };
    vec![
        Cell::text(clock(insider, frame.at)),
        from(insider, frame),
        frame.gateway.map(|eui| gateway(insider, eui)).unwrap_or_default(),
        Cell::text(signal.unwrap_or_default()),
        outcome,
    ]
}

fn stored_line(insider: &Insider, frame: &StoredUplink) -> Vec<Cell> {
    let best = frame.uplink.receptions.iter().max_by(|a, b| a.rssi_dbm.total_cmp(&b.rssi_dbm));
    let signal = best.map(|r| format!("{} dBm", insider.reader.speaker.number(r.rssi_dbm.into(), 0)));
    vec![
        Cell::text(clock(insider, frame.uplink.received_at)),
        frame.sensor.as_ref().map_or_else(|| Cell::text(frame.uplink.dev_eui.to_string()), |id| sensor(insider, id)),
        best.map(|r| gateway(insider, r.gateway)).unwrap_or_default(),
        Cell::text(signal.unwrap_or_default()),
        match &frame.fault {
            Some(fault) => not_understood(insider, fault),
            None => Cell::state(insider.text("staff-frame-understood"), "calm"),
        },
    ]
}

fn not_understood(insider: &Insider, fault: &str) -> Cell {
    Cell::state(insider.text("staff-frame-not-understood"), "busy").noted(Some(insider.english(fault)))
}

/// The time of day, to the second: frames come close together. One of another day has its date.
fn clock(insider: &Insider, at: Timestamp) -> String {
    let calendar = &insider.reader.municipality.calendar;
    if calendar.day(at) != calendar.day(insider.reader.now) {
        return insider.moment(at);
    }
    let local = calendar.civil(at);
    format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second())
}

fn from(insider: &Insider, frame: &HeardFrame) -> Cell {
    if let Some(id) = &frame.sensor {
        return sensor(insider, id);
    }
    let eui = frame.dev_eui.map(|eui| eui.to_string());
    if let Some(eui) = eui.as_ref().filter(|_| is_new(insider, frame.outcome, NEW_SENSOR)) {
        return Cell::link(eui, insider.to(&format!("sensors/new?dev_eui={eui}")));
    }
    Cell::text(eui.or_else(|| frame.dev_addr.map(|address| address.to_string())).unwrap_or_default())
}

fn sensor(insider: &Insider, id: &SensorId) -> Cell {
    let known = insider.reader.municipality.sensors.iter().find(|sensor| sensor.id == *id);
    known.map_or_else(
        || Cell::text(id.to_string()),
        |sensor| Cell::fragment(insider.reader.named(&sensor.name)).to(insider.to(&format!("sensors/{id}"))),
    )
}

fn named(insider: &Insider, device: DevEui) -> String {
    let known = insider.reader.municipality.sensors.iter().find(|sensor| sensor.device.dev_eui == device);
    known.map_or_else(|| device.to_string(), |sensor| sensor.name.clone())
}

/// Its name; one without a name leads those who may to the form that gives it one.
fn gateway(insider: &Insider, eui: model::GatewayEui) -> Cell {
    let page = insider.to(&format!("gateways/{eui}"));
    match insider.reader.municipality.gateways.iter().find(|gateway| gateway.eui == eui) {
        Some(gateway) => Cell::fragment(insider.reader.named(&gateway.name)).to(page),
        None if insider.may_change() => Cell::link(eui.to_string(), page),
        None => Cell::text(eui.to_string()),
    }
}

/// Whether a frame was dropped because nobody has told the box yet of what sent it, and who reads may do that.
fn is_new(insider: &Insider, outcome: FrameOutcome, what: &str) -> bool {
    outcome.word() == what && insider.may_change()
}

impl Insider {
    /// What mends a reason for which frames are dropped, where a press on this page does.
    fn remedy(&self, outcome: FrameOutcome) -> Option<Fragment> {
        let key = [(NEW_GATEWAY, "staff-frame-adopt"), (NEW_SENSOR, "staff-frame-add")]
            .into_iter()
            .find_map(|(what, key)| is_new(self, outcome, what).then_some(key))?;
        Some(Fragment::plain(self.text(key)))
    }
}

//! `GET /{lang}/staff/frames`: the newest frames, and what was dropped and why.

use super::insider::{Answer, Insider};
use super::room::{Cell, Room, Table};
use crate::problem::Problem;
use model::StoredUplink;

/// Frames on the page.
const FRAMES_MAX: usize = 50;

pub(crate) async fn get(insider: Insider) -> Answer {
    let (frames, rejected) = insider.staff.frames(insider.reader.now, FRAMES_MAX).map_err(Problem::internal)?;
    let dropped = rejected.iter().map(|(why, count)| {
        let count = u32::try_from(*count).unwrap_or(u32::MAX);
        vec![Cell::text(why.to_string()), Cell::text(insider.reader.speaker.number(count.into(), 0))]
    });
    let room = Room {
        title: insider.text("staff-room-frames"),
        lead: Some(insider.text("staff-frames-lead")),
        tables: vec![
            Table {
                title: Some(insider.text("staff-frames-heard")),
                head: insider.head(&["when", "sensor", "signal", "outcome"]),
                rows: frames.iter().map(|frame| line(&insider, frame)).collect(),
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

fn line(insider: &Insider, frame: &StoredUplink) -> Vec<Cell> {
    let sensor = frame.sensor.as_ref().map_or_else(|| frame.uplink.dev_eui.to_string(), ToString::to_string);
    let best = frame.uplink.receptions.iter().map(|r| r.rssi_dbm).reduce(f32::max);
    let signal = best.map(|rssi| format!("{} dBm", insider.reader.speaker.number(rssi.into(), 0)));
    vec![
        Cell::text(insider.ago(Some(frame.uplink.received_at))),
        Cell::link(sensor.clone(), insider.to(&format!("sensors/{sensor}"))),
        Cell::text(signal.unwrap_or_default()),
        match &frame.fault {
            Some(fault) => Cell::state(fault.clone(), "busy"),
            None => Cell::state(insider.text("staff-frame-understood"), "calm"),
        },
    ]
}

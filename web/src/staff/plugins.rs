//! `GET /{lang}/staff/plugins`: what each can do, in plain words.

use super::insider::{Answer, Insider};
use super::room::{Cell, Room, Table};
use app::staff::PluginRow;

pub(crate) async fn get(insider: Insider) -> Answer {
    let language = insider.reader.language();
    let row = |plugin: &PluginRow| {
        let passed = u32::try_from(plugin.examples).unwrap_or(u32::MAX);
        let sensors = u32::try_from(plugin.sensors).unwrap_or(u32::MAX);
        vec![
            Cell::text(format!("{} {}", plugin.title.best(language).0, plugin.version)),
            Cell::text(plugin.help.best(language).0),
            Cell::state(insider.reader.speaker.text("staff-examples-passed", &[("count", passed.into())]), "calm"),
            Cell::text(insider.text("staff-plugin-may")),
            Cell::text(insider.reader.speaker.number(sensors.into(), 0)),
        ]
    };
    let room = Room {
        title: insider.text("staff-room-plugins"),
        lead: Some(insider.text("staff-plugins-lead")),
        tables: vec![Table {
            title: None,
            head: insider.head(&["name", "what-for", "examples", "may", "sensors"]),
            rows: insider.staff.plugins().iter().map(row).collect(),
            empty: insider.text("staff-plugins-none"),
        }],
        texts: insider.staff.standing().warnings,
        ..Room::default()
    };
    insider.room("plugins", &room)
}

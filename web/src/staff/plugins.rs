//! `GET /{lang}/staff/plugins`: what each can do, in plain words.

use super::insider::{Answer, Insider};
use super::room::{Cell, Room, Table};
use crate::view::Fragment;
use app::staff::PluginRow;

pub(crate) async fn get(insider: Insider) -> Answer {
    let row = |plugin: &PluginRow| {
        let title = insider.words(&plugin.title);
        let passed = u32::try_from(plugin.examples).unwrap_or(u32::MAX);
        let sensors = u32::try_from(plugin.sensors).unwrap_or(u32::MAX);
        vec![
            Cell::fragment(Fragment { text: format!("{} {}", title.text, plugin.version), ..title }),
            Cell::fragment(insider.words(&plugin.help)),
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
        texts: insider.staff.standing().warnings.into_iter().map(|warning| insider.english(warning)).collect(),
        ..Room::default()
    };
    insider.room("plugins", &room)
}

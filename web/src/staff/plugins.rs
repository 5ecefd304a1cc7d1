//! `GET /{lang}/staff/plugins`: what each can do, in plain words.

use super::insider::{Answer, Insider};
use super::room::{Cell, Room, Table};
use crate::view::Fragment;
use app::ChannelAbility;
use model::Words;
use model::channel::Power;

/// What a plugin says of itself.
struct About<'a> {
    title: &'a Words,
    version: &'a str,
    help: &'a Words,
}

pub(crate) async fn get(insider: Insider) -> Answer {
    let mut tables = vec![decoders(&insider)];
    let more = [methods(&insider), channels(&insider)].into_iter().flatten();
    tables.extend(more.filter(|table| !table.rows.is_empty()));
    let room = Room {
        title: insider.text("staff-room-plugins"),
        lead: Some(insider.text("staff-plugins-lead")),
        tables,
        texts: insider.staff.standing().warnings.iter().map(|told| insider.of_the_folder(told)).collect(),
        ..Room::default()
    };
    insider.room("plugins", &room)
}

/// Those that read what sensors send.
fn decoders(insider: &Insider) -> Table {
    let rows = insider.staff.plugins().into_iter().map(|plugin| {
        let about = About { title: &plugin.title, version: &plugin.version, help: &plugin.help };
        let [name, help] = insider.about(&about);
        vec![name, help, insider.passed(plugin.examples), insider.only_computes(), insider.count(plugin.sensors)]
    });
    Table {
        title: Some(insider.text("staff-plugins-decoders")),
        head: insider.head(&["name", "what-for", "examples", "may", "sensors"]),
        rows: rows.collect(),
        empty: insider.text("staff-plugins-none"),
    }
}

/// Those that lead people who take part; none in a portal without.
fn methods(insider: &Insider) -> Option<Table> {
    let hall = insider.hall().ok()?;
    let led = hall.app.activity_list();
    let rows = hall.app.methods().into_iter().map(|(id, method)| {
        let about = About { title: &method.title, version: &method.version, help: &method.help };
        let [name, help] = insider.about(&about);
        let leads = led.iter().filter(|activity| activity.method == id).count();
        vec![name, help, insider.passed(method.examples.len()), insider.only_computes(), insider.count(leads)]
    });
    Some(Table {
        title: Some(insider.text("staff-plugins-methods")),
        head: insider.head(&["name", "what-for", "examples", "may", "room-activities"]),
        rows: rows.collect(),
        empty: String::new(),
    })
}

/// Ways out of the box, each with whom it may reach.
fn channels(insider: &Insider) -> Option<Table> {
    let row = |channel: ChannelAbility| {
        let about =
            About { title: &channel.plugin.title, version: &channel.plugin.version, help: &channel.plugin.help };
        let [name, help] = insider.about(&about);
        let hosts = channel.reaches.join(", ");
        let may = if !hosts.is_empty() {
            insider.reader.speaker.text("staff-plugin-may-reach", &[("hosts", (&hosts).into())])
        } else if channel.plugin.powers.contains(&Power::Mail) {
            insider.text("staff-plugin-may-mail")
        } else {
            insider.text("staff-plugin-may")
        };
        vec![Cell::fragment(insider.words(&channel.title)), name, help, Cell::text(may)]
    };
    Some(Table {
        title: Some(insider.text("staff-plugins-channels")),
        head: insider.head(&["outbox-channel", "plugin", "what-for", "may"]),
        rows: insider.hall().ok()?.app.channel_abilities().into_iter().map(row).collect(),
        empty: String::new(),
    })
}

impl Insider {
    /// Name and version, and what it is for.
    fn about(&self, about: &About<'_>) -> [Cell; 2] {
        let name = Cell::fragment(self.words(about.title)).noted(Some(Fragment::plain(about.version)));
        [name, Cell::fragment(self.words(about.help))]
    }

    fn passed(&self, examples: usize) -> Cell {
        let passed = u32::try_from(examples).unwrap_or(u32::MAX);
        Cell::state(self.reader.speaker.text("staff-examples-passed", &[("count", passed.into())]), "calm")
    }

    fn only_computes(&self) -> Cell {
        Cell::text(self.text("staff-plugin-may"))
    }

    fn count(&self, count: usize) -> Cell {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Cell::text(self.reader.speaker.number(count.into(), 0))
    }
}

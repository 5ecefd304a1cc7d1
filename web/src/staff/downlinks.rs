//! `/{lang}/staff/sensors/{id}/downlinks`: what a sensor is told, what became of it, and the form that its decoder asks for.

use super::command_form::{arguments, fields};
use super::form::{Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Link, Post, Room, Table};
use super::sensors::found;
use crate::problem::Problem;
use crate::view::Fragment;
use app::{Command, DeviceDownlinks, Message, NewDownlink};
use axum::extract::{Path, Query};
use model::{DevEui, DownlinkRecord, DownlinkState, Hex, Role, unhex};
use serde::Deserialize;

/// Which command the form is for; bytes without.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    command: Option<String>,
}

pub(crate) async fn list(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    let sensor = found(&insider, &id)?;
    let known = known(&insider, sensor.device.dev_eui).await?;
    let waits = known.downlinks.iter().any(|record| record.state == DownlinkState::Waiting);
    let mut room = Room {
        title: format!("{}: {}", sensor.name, insider.text("staff-downlinks")),
        lead: Some(insider.text("staff-downlinks-lead")),
        told: insider.told(done.done.as_deref()),
        tables: vec![Table {
            title: None,
            head: insider.head(&["when", "downlink-what", "state", "by"]),
            rows: known.downlinks.iter().rev().map(|record| line(&insider, &known.commands, record)).collect(),
            empty: insider.text("staff-downlinks-none"),
        }],
        back: Some(insider.to(&format!("sensors/{id}"))),
        ..Room::default()
    };
    if insider.own.role >= Role::Steward {
        let command = |kind: &Command| Link {
            href: insider.to(&format!("sensors/{id}/downlinks/new?command={}", kind.name)),
            text: title(&insider, kind),
            quiet: true,
        };
        room.actions = known.commands.iter().map(command).collect();
        room.actions.push(insider.quiet(&format!("sensors/{id}/downlinks/new"), "downlink-bytes"));
        room.posts = waits.then(|| take_back(&insider, &id)).into_iter().collect();
    }
    insider.room("sensors", &room)
}

pub(crate) async fn new(insider: Insider, Path((_, id)): Path<(String, String)>, Query(which): Query<Which>) -> Answer {
    insider.may(Role::Steward)?;
    let sensor = found(&insider, &id)?;
    let kind = kind(&insider, sensor.device.dev_eui, which.command.as_deref()).await?;
    insider.show(&form(&insider, &id, kind.as_ref()))
}

pub(crate) async fn send(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let dev_eui = found(&insider, &id)?.device.dev_eui;
    let kind = kind(&insider, dev_eui, filled.some("command")).await?;
    let form = form(&insider, &id, kind.as_ref());
    let mut wrongs = Wrongs::default();
    let message = match &kind {
        Some(kind) => arguments(&insider, &kind.schema, &filled, &mut wrongs)
            .map(|arguments| Message::Command { name: kind.name.clone(), arguments: arguments.to_string() }),
        None => bytes(&insider, &filled, &mut wrongs),
    };
    let Some(message) = message.filter(|_| wrongs.is_empty()) else {
        return insider.show(&form.with(&filled, wrongs));
    };
    let confirmed = filled.get("confirmed") == "yes";
    let asked = NewDownlink { dev_eui, message, confirmed, by: insider.own.name.clone() };
    let now = insider.reader.now;
    let queued = insider.reader.portal.read(move |source| Ok(source.send_downlink(now, asked))).await?;
    if let Err(why) = queued {
        wrongs.say("", insider.english(why.to_string()));
        return insider.show(&form.with(&filled, wrongs));
    }
    Ok(insider.done(&format!("sensors/{id}/downlinks"), "downlink-queued"))
}

pub(crate) async fn withdraw(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let dev_eui = found(&insider, &id)?.device.dev_eui;
    let taken = insider.reader.portal.read(move |source| Ok(source.withdraw_downlinks(dev_eui, None))).await?;
    taken.map_err(|why| Problem::internal(why.to_string()))?;
    Ok(insider.done(&format!("sensors/{id}/downlinks"), "downlink-withdrawn"))
}

async fn known(insider: &Insider, dev_eui: DevEui) -> Result<DeviceDownlinks, Problem> {
    let known = insider.reader.portal.read(move |source| source.downlinks(dev_eui)).await?;
    known.ok_or_else(Problem::not_found)
}

/// The command of that name; none when bytes are asked for.
async fn kind(insider: &Insider, dev_eui: DevEui, name: Option<&str>) -> Result<Option<Command>, Problem> {
    let Some(name) = name else { return Ok(None) };
    let commands = known(insider, dev_eui).await?.commands;
    commands.into_iter().find(|kind| kind.name == name).map(Some).ok_or_else(Problem::not_found)
}

fn title(insider: &Insider, kind: &Command) -> String {
    if kind.title.is_empty() { kind.name.clone() } else { insider.words(&kind.title).text }
}

fn form(insider: &Insider, id: &str, kind: Option<&Command>) -> Form {
    let reader = &insider.reader;
    let mut asked = match kind {
        Some(kind) => fields(insider, &kind.schema),
        None => vec![
            Field::code(reader, "port", "downlink-port", ""),
            Field::code(reader, "payload", "downlink-payload", ""),
        ],
    };
    asked.push(Field::checkbox(reader, "confirmed", "downlink-confirmed"));
    asked.push(Field::hidden("command", kind.map_or("", |kind| &kind.name)));
    Form {
        title: kind.map_or_else(|| insider.text("staff-downlink-bytes"), |kind| title(insider, kind)),
        lead: Some(insider.text("staff-downlinks-lead")),
        action: insider.to(&format!("sensors/{id}/downlinks/new")),
        fields: asked,
        submit: insider.text("staff-downlink-queue"),
        back: Some(insider.to(&format!("sensors/{id}/downlinks"))),
        ..Form::default()
    }
}

fn bytes(insider: &Insider, filled: &Filled, wrongs: &mut Wrongs) -> Option<Message> {
    let f_port = filled.get("port").parse().ok().filter(|port| (1..=223).contains(port));
    if f_port.is_none() {
        wrongs.add(&insider.reader, "port", "downlink-port");
    }
    let payload = spaced(filled.get("payload"));
    if payload.is_none() {
        wrongs.add(&insider.reader, "payload", "downlink-payload");
    }
    f_port.zip(payload).map(|(f_port, payload)| Message::Bytes { f_port, payload })
}

/// Makers write them with blanks, colons, or nothing between.
fn spaced(text: &str) -> Option<Vec<u8>> {
    unhex(&text.replace(|c: char| c.is_whitespace() || matches!(c, ':' | '-'), ""))
}

fn line(insider: &Insider, commands: &[Command], record: &DownlinkRecord) -> Vec<Cell> {
    let known = record.command.as_ref().and_then(|name| commands.iter().find(|kind| kind.name == *name));
    let bytes = format!("{}: {}", record.downlink.f_port, Hex(&record.downlink.payload));
    let what = known.map(|kind| title(insider, kind)).or_else(|| record.command.clone());
    let what = match what {
        Some(what) => Cell::text(what).noted(Some(Fragment::plain(bytes))),
        None => Cell::text(bytes),
    };
    vec![Cell::text(insider.ago(Some(record.queued_at))), what, state(insider, record.state), Cell::text(&record.by)]
}

fn state(insider: &Insider, state: DownlinkState) -> Cell {
    let text = |key: &str| insider.text(&format!("staff-downlink-{key}"));
    match state {
        DownlinkState::Waiting => Cell::state(text("waiting"), "usual"),
        DownlinkState::Sent(gateway) => {
            let gateways = &insider.reader.municipality.gateways;
            let known = gateways.iter().find(|known| known.eui == gateway);
            let name = known.map_or_else(|| gateway.to_string(), |known| known.name.clone());
            Cell::state(text("sent"), "calm").noted(Some(Fragment::plain(name)))
        }
        DownlinkState::Acknowledged => Cell::state(text("acknowledged"), "calm"),
        DownlinkState::Failed(why) => Cell::state(text("failed"), "busy").noted(Some(insider.english(why.to_string()))),
        DownlinkState::Withdrawn => Cell::state(text("withdrawn"), "silent"),
    }
}

fn take_back(insider: &Insider, id: &str) -> Post {
    Post {
        action: insider.to(&format!("sensors/{id}/downlinks/withdraw")),
        text: insider.text("staff-downlink-take-back"),
        token: insider.own.form_token.clone(),
        ..Post::default()
    }
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn bytes_are_read_as_makers_write_them() {
        for text in ["3e01FE", "3E 01 fe", "3e:01:fe", " 3e-01-fe "] {
            assert_eq!(spaced(text), Some(vec![0x3E, 0x01, 0xFE]), "{text}");
        }
        assert_eq!(spaced(""), Some(Vec::new()));
        for text in ["3e0", "0x3e", "3g", "\u{ff11}\u{ff11}"] {
            assert_eq!(spaced(text), None, "{text}");
        }
    }
}

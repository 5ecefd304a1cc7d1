//! `/{lang}/staff/outbox`: what waits to leave the box, what became of it, and what was given up, to be sent again or let go.

use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Link, Post, Room, Table};
use crate::blocks::count_told;
use crate::problem::Problem;
use crate::take_part::door_name;
use crate::view::Fragment;
use app::staff::Colleague;
use app::{Cause, OutboxLine};
use axum::extract::{Path, Query};
use model::{DeliveryId, DeliveryState, Role};

/// Lines on the page.
const LINES_MAX: usize = 200;

pub(crate) async fn get(insider: Insider, Query(done): Query<Done>) -> Answer {
    let report = insider.staff.outbox(LINES_MAX, insider.reader.now).map_err(Problem::internal)?;
    let number = |count: usize| insider.reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
    let mut facts = vec![
        insider.fact("outbox-waiting", number(report.waiting)),
        insider.fact("outbox-sent", number(report.sent)),
        insider.fact("outbox-dead", number(report.dead)),
    ];
    facts.extend(report.oldest.map(|oldest| insider.fact("outbox-oldest", insider.ago(Some(oldest)))));
    let subscribers = insider.staff.subscriber_count().map_err(Problem::internal)?;
    facts.extend(subscribers.map(|count| insider.fact("outbox-subscribers", count_told(count, &insider.reader))));
    let stuck = report.stuck.iter().map(|(channel, why, _)| insider.english(format!("{channel}: {why}")));
    let room = Room {
        title: insider.text("staff-room-outbox"),
        lead: Some(insider.text("staff-outbox-lead")),
        told: insider.told(done.done.as_deref()),
        warned: stuck.collect(),
        facts,
        tables: vec![Table {
            title: None,
            head: insider.head(&["when", "outbox-channel", "what", "outbox-state"]),
            rows: report.lines.iter().map(|line| row(&insider, line)).collect(),
            empty: insider.text("staff-outbox-none"),
        }]
        .into_iter()
        .chain(costs(&insider)?)
        .collect(),
        ..Room::default()
    };
    insider.room("outbox", &room)
}

/// What channels have cost this month; none where none costs anything and none is limited.
fn costs(insider: &Insider) -> Result<Option<Table>, Problem> {
    let costs = insider.staff.channel_costs(insider.reader.now).map_err(Problem::internal)?;
    let told: Vec<_> = costs.iter().filter(|cost| cost.spent > 0 || cost.max.is_some()).collect();
    let number = |number: u64| insider.reader.speaker.number(u32::try_from(number).unwrap_or(u32::MAX).into(), 0);
    let row = |cost: &&app::ChannelCost| {
        let most = cost.max.map_or_else(|| insider.text("staff-outbox-no-limit"), |max| number(max.into()));
        vec![Cell::fragment(insider.words(&cost.title)), Cell::text(number(cost.spent)), Cell::text(most)]
    };
    Ok((!told.is_empty()).then(|| Table {
        title: Some(insider.text("staff-outbox-costs")),
        head: insider.head(&["outbox-channel", "outbox-spent", "outbox-most"]),
        rows: told.iter().map(row).collect(),
        empty: String::new(),
    }))
}

fn row(insider: &Insider, line: &OutboxLine) -> Vec<Cell> {
    let said = (!line.said.is_empty()).then(|| insider.english(line.said.clone()));
    vec![
        Cell::text(insider.ago(Some(line.changed_at))),
        Cell::text(door_name(line.channel.as_str(), &insider.reader)),
        Cell::fragment(cause(insider, &line.cause)).to(insider.to(&format!("outbox/{}", line.id))),
        state(insider, line.state).noted(said),
    ]
}

/// What caused it, in a sentence.
fn cause(insider: &Insider, row: &str) -> Fragment {
    let Some((cause, about)) = Cause::read(row) else { return insider.english(row) };
    let activity = if cause.is_of_activity() { insider.activity(about).ok() } else { None };
    let title = activity.map(|activity| activity.title.best(insider.reader.language()).0.to_owned());
    let about = title.unwrap_or_else(|| about.to_owned());
    let key = format!("staff-outbox-by-{}", cause.word());
    Fragment::plain(insider.reader.speaker.text(&key, &[("about", (&about).into())]))
}

fn state(insider: &Insider, state: DeliveryState) -> Cell {
    let (word, colour) = match state {
        DeliveryState::Waiting => ("waiting", "usual"),
        DeliveryState::Sent => ("sent", "calm"),
        DeliveryState::Dead => ("dead", "busy"),
        DeliveryState::Withdrawn => ("withdrawn", "silent"),
        DeliveryState::Expired => ("expired", "silent"),
    };
    Cell::state(insider.text(&format!("staff-outbox-is-{word}")), colour)
}

pub(crate) async fn show(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    let report = insider.staff.outbox(usize::MAX, insider.reader.now).map_err(Problem::internal)?;
    let line = report.lines.into_iter().find(|line| line.id.0 == id).ok_or_else(Problem::not_found)?;
    let mut facts = vec![
        insider.fact("outbox-channel", door_name(line.channel.as_str(), &insider.reader)),
        insider.fact("outbox-state", state(&insider, line.state).text),
        insider.fact("outbox-changed", insider.ago(Some(line.changed_at))),
        insider.fact("outbox-tries", insider.reader.speaker.number(line.tries.into(), 0)),
    ];
    if !line.said.is_empty() {
        facts.push(insider.fact_of("outbox-said", insider.english(line.said.clone())));
    }
    let mut actions = Vec::new();
    if let Some(link) = line.link.as_ref().filter(|link| link.starts_with("https://") || link.starts_with("http://")) {
        actions.push(Link { href: link.clone(), text: insider.text("staff-post-see"), quiet: true });
    }
    let said = insider.staff.delivery_texts(DeliveryId(id)).map_err(Problem::internal)?.unwrap_or_default();
    let shown = |text: &model::PublicationText| Fragment {
        text: format!("{}\n\n{}", text.title, text.body),
        lang: (text.language != insider.reader.language()).then(|| text.language.tag()),
    };
    let texts = said.iter().map(shown).collect();
    let post = |what: &str, grave| Post {
        action: insider.to(&format!("outbox/{id}/{what}")),
        text: insider.text(&format!("staff-outbox-{what}")),
        token: insider.own.form_token.clone(),
        grave,
        ..Post::default()
    };
    let posts = match line.state {
        _ if insider.own.role < Role::Steward => Vec::new(),
        DeliveryState::Dead => vec![post("resend", false), post("drop", true)],
        DeliveryState::Waiting => vec![post("drop", true)],
        _ => Vec::new(),
    };
    let back = Some(insider.to("outbox"));
    insider.room(
        "outbox",
        &Room { title: cause(&insider, &line.cause).text, facts, texts, posts, actions, back, ..Room::default() },
    )
}

pub(crate) async fn resend(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    act(&insider, "resent", |by| insider.staff.resend(by, DeliveryId(id), insider.reader.now))
}

pub(crate) async fn take_back(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    act(&insider, "taken-back", |by| insider.staff.take_back(by, DeliveryId(id), insider.reader.now))
}

/// What left in the meantime is shown as it is now: somebody pressed a button twice, or a colleague was faster.
fn act(insider: &Insider, what: &str, act: impl FnOnce(&Colleague) -> Result<(), app::DeliveryError>) -> Answer {
    insider.may(Role::Steward)?;
    match act(&insider.own) {
        Ok(()) => Ok(insider.done("outbox", what)),
        Err(app::DeliveryError::TooLate) => Ok(insider.done("outbox", "outbox-too-late")),
        Err(error @ app::DeliveryError::Store(_)) => Err(Problem::internal(error)),
    }
}

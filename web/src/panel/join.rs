//! `/{lang}/panel/join`: the form that asks exactly this: lives here, is old enough, and an address. What it answers is the same for every
//! address, and takes the same time.

use super::front::named;
use super::{Lobby, private};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::Arrived;
use crate::view::Fragment;
use axum::response::Response;
use model::MailAddress;
use serde::Serialize;
use std::time::Duration;

/// When the answer comes, at the earliest: what a new member costs more than a known one is lost in it.
pub(crate) const ANSWERED_AFTER: Duration = Duration::from_millis(600);
/// An address is no longer than this (RFC 5321); what is typed beyond is not shown again.
pub(crate) const ADDRESS_CHARS_MAX: usize = 254;

/// The form, and what follows it.
#[derive(Debug, Default, Serialize)]
struct Join {
    name: Option<Fragment>,
    front: String,
    action: String,
    age: u32,
    municipality: String,
    typed: String,
    lives: bool,
    old_enough: bool,
    /// What is wrong: the field and the key of its text.
    wrong: Vec<(&'static str, &'static str)>,
    /// A letter is on its way.
    sent: bool,
    days: u32,
}

pub(super) async fn get(reader: Reader) -> Result<Response, Problem> {
    let lobby = Lobby::of(&reader.portal)?;
    answer(&reader, &Join::of(&lobby, &reader))
}

pub(super) async fn post(reader: Reader, arrived: Arrived) -> Result<Response, Problem> {
    let lobby = Lobby::of(&reader.portal)?;
    let pairs = &arrived.pairs;
    let typed: String = pairs.get("address").trim().chars().take(ADDRESS_CHARS_MAX).collect();
    let form = Join {
        lives: pairs.get("lives") == "yes",
        old_enough: pairs.get("age") == "yes",
        typed: typed.clone(),
        ..Join::of(&lobby, &reader)
    };
    let address = typed.parse::<MailAddress>();
    let mut wrong = Vec::new();
    wrong.extend((!form.lives).then_some(("lives", "panel-wrong-lives")));
    wrong.extend((!form.old_enough).then_some(("age", "panel-wrong-age")));
    wrong.extend(address.is_err().then_some(("address", "panel-wrong-address")));
    let Ok(address) = address else { return answer(&reader, &Join { wrong, ..form }) };
    if !wrong.is_empty() {
        return answer(&reader, &Join { wrong, ..form });
    }
    // A program that fills in what people do not see is told the same, and nobody gets a letter.
    if pairs.get("website").is_empty() {
        let (client, language, now) =
            (lobby.hall.app.client(reader.line.from, reader.now), reader.language(), reader.now);
        let join = lobby.work(move |app| app.join_panel(&address, language, Some(client), now));
        let (joined, ()) = tokio::join!(join, tokio::time::sleep(ANSWERED_AFTER));
        joined?;
    } else {
        tokio::time::sleep(ANSWERED_AFTER).await;
    }
    answer(&reader, &Join { sent: true, ..form })
}

fn answer(reader: &Reader, join: &Join) -> Result<Response, Problem> {
    let title = reader.text(if join.sent { "panel-sent" } else { "panel-join" });
    let title = if join.wrong.is_empty() { title } else { reader.text("wrong-prefix") + " " + &title };
    private(reader, "panel/join.html", title, join)
}

impl Join {
    fn of(lobby: &Lobby, reader: &Reader) -> Self {
        let front = format!("/{}/panel", reader.language());
        let days = lobby.plan.confirm_within.as_secs() / 86_400;
        Self {
            name: Some(named(&lobby.plan, reader).0),
            action: format!("{front}/join"),
            front,
            age: lobby.plan.age.into(),
            municipality: reader.municipality.name.best(reader.language()).0.to_owned(),
            days: u32::try_from(days).unwrap_or(u32::MAX),
            ..Self::default()
        }
    }
}

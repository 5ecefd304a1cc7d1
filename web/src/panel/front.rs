//! `GET /{lang}/panel`: what the panel is, how to join, and what it was used for.

use super::Lobby;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::date;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{App, PanelActivity};
use axum::response::Response;
use engagement::PublicCount;
use model::{Membership, PanelPlan};
use serde::Serialize;

/// What the panel is.
#[derive(Debug, Serialize)]
struct Front {
    name: Fragment,
    about: Option<Fragment>,
    age: u32,
    join: String,
    me: String,
    /// Somebody can join.
    takes_members: bool,
    /// How many there are, in words.
    members: String,
    letters: String,
    asked: Vec<Use>,
}

/// What it was used for.
#[derive(Debug, Serialize)]
struct Use {
    name: Fragment,
    href: Option<String>,
    at: String,
    asked: String,
    answered: String,
    rate: Option<String>,
    report: Option<String>,
    /// Where it is told what came of it.
    outcome: Option<String>,
}

/// That there is a panel, where people look for what they can take part in.
#[derive(Debug, Serialize)]
pub(crate) struct Invitation {
    name: Fragment,
    about: Option<Fragment>,
    href: String,
}

/// None where there is no panel.
pub(crate) fn invitation(reader: &Reader) -> Option<Invitation> {
    let plan = reader.portal.hall.as_ref()?.app.panel_plan()?;
    let (name, about) = named(&plan, reader);
    Some(Invitation { name, about, href: format!("/{}/panel", reader.language()) })
}

pub(super) fn named(plan: &PanelPlan, reader: &Reader) -> (Fragment, Option<Fragment>) {
    let about = (!plan.about.is_empty()).then(|| Fragment::of(&plan.about, reader.language()));
    (Fragment::of(&plan.title, reader.language()), about)
}

pub(super) async fn get(reader: Reader) -> Result<Response, Problem> {
    let lobby = Lobby::of(&reader.portal)?;
    let (members, history) =
        lobby.work(|app: &App| Ok((app.panel_size(Membership::Active)?, app.panel_history()?))).await?;
    let (name, about) = named(&lobby.plan, &reader);
    let address = format!("/{}/panel", reader.language());
    let days = u32::try_from(lobby.plan.letters_within.as_secs() / 86_400).unwrap_or(u32::MAX);
    let front = Front {
        members: match members {
            PublicCount::Exactly(count) => reader.speaker.text("panel-members", &[("count", count.into())]),
            PublicCount::FewerThan(_) => reader.text("panel-members-few"),
        },
        letters: reader.speaker.text("panel-letters", &[("count", lobby.plan.letters.into()), ("days", days.into())]),
        age: lobby.plan.age.into(),
        join: format!("{address}/join"),
        me: format!("{address}/me"),
        takes_members: lobby.hall.app.panel_can_write(),
        asked: history.iter().map(|used| row(used, &reader)).collect(),
        name,
        about,
    };
    let frame = Frame {
        title: front.name.text.clone(),
        description: front.about.as_ref().map(|about| about.text.clone()),
        section: "take-part",
        ..reader.frame()
    };
    reader.answer("panel/front.html", &frame, &front)
}

fn row(used: &PanelActivity, reader: &Reader) -> Use {
    let is_public = used.activity.as_ref().is_some_and(|activity| !activity.draft);
    let href = is_public.then(|| format!("/{}/take-part/{}", reader.language(), used.id));
    let count = |count: PublicCount| match count {
        PublicCount::Exactly(count) => reader.speaker.number(count.into(), 0),
        PublicCount::FewerThan(limit) => reader.speaker.text("panel-fewer", &[("limit", limit.into())]),
    };
    Use {
        name: Fragment::of(&used.title, reader.language()),
        at: date(used.asked_at, reader),
        asked: count(used.asked),
        answered: count(used.answered),
        rate: used.per_cent.map(|rate| reader.speaker.text("panel-rate", &[("rate", rate.into())])),
        report: href.as_ref().filter(|_| used.reported).map(|href| format!("{href}/report")),
        outcome: href.as_ref().filter(|_| used.told).map(|href| format!("{href}/what-happened")),
        href,
    }
}

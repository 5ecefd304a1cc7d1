//! `GET /{lang}/take-part`: what there is to take part in, what comes, and what has been.

use super::hall;
use crate::panel::{Invitation, invitation};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::response::Response;
use model::activity::{Activity, OpenTo, Phase};
use model::{Day, Timestamp};
use serde::Serialize;

/// The list.
#[derive(Debug, Serialize)]
struct List {
    open: Vec<Card>,
    announced: Vec<Card>,
    closed: Vec<Card>,
    panel: Option<Invitation>,
}

/// An activity in a list.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) href: String,
    pub(crate) name: Fragment,
    pub(crate) purpose: Option<Fragment>,
    /// Where it is about.
    pub(crate) places: Vec<Fragment>,
    /// Until when, or from when, in words.
    pub(crate) dates: String,
    pub(crate) invited: bool,
    phase: &'static str,
}

pub(crate) async fn get(reader: Reader) -> Result<Response, Problem> {
    hall(&reader.portal)?;
    let all = cards(&reader);
    let (mut open, mut announced, mut closed) = (Vec::new(), Vec::new(), Vec::new());
    for card in all {
        match card.phase {
            "announced" => announced.push(card),
            "closed" => closed.push(card),
            _ => open.push(card),
        }
    }
    let frame = Frame {
        title: reader.text("take-part"),
        description: Some(reader.text("take-part-lead")),
        section: "take-part",
        ..reader.frame()
    };
    reader.answer("take_part/list.html", &frame, &List { open, announced, closed, panel: invitation(&reader) })
}

/// All activities as cards, those that close soonest first.
pub(crate) fn cards(reader: &Reader) -> Vec<Card> {
    let Some(hall) = &reader.portal.hall else { return Vec::new() };
    let mut all = hall.app.activity_list();
    all.retain(|activity| !activity.draft);
    all.sort_by_key(|activity| (activity.closes.unwrap_or(Timestamp::from_ms(i64::MAX)), activity.id.clone()));
    all.iter().map(|activity| Card::of(activity, reader)).collect()
}

impl Card {
    pub(crate) fn of(activity: &Activity, reader: &Reader) -> Self {
        let language = reader.language();
        let phase = activity.phase(reader.now);
        Self {
            href: format!("/{language}/take-part/{}", activity.id),
            name: Fragment::of(&activity.title, language),
            purpose: (!activity.purpose.is_empty()).then(|| Fragment::of(&activity.purpose, language)),
            places: activity.places.iter().map(|(_, name)| Fragment::of(name, language)).collect(),
            dates: dates(activity, reader),
            invited: activity.open_to == OpenTo::Invited,
            phase: phase_name(phase),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.phase == "open"
    }
}

pub(crate) const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Preview => "preview",
        Phase::Announced => "announced",
        Phase::Open => "open",
        Phase::Closed => "closed",
    }
}

/// Until when it is open, from when, or since when it is not.
pub(crate) fn dates(activity: &Activity, reader: &Reader) -> String {
    let said = |key: &str, at: Timestamp| {
        let date = date(at, reader);
        reader.speaker.text(key, &[("date", (&date).into())])
    };
    match (activity.phase(reader.now), activity.opens, activity.closes) {
        (Phase::Announced, Some(opens), _) => said("opens-on", opens),
        (Phase::Closed, _, Some(closes)) => said("closed-on", Timestamp::from_ms(closes.as_ms() - 1)),
        (_, _, Some(closes)) => said("open-until", Timestamp::from_ms(closes.as_ms() - 1)),
        _ => reader.text("open-for-now"),
    }
}

/// A day with its year when that is another.
pub(crate) fn date(at: Timestamp, reader: &Reader) -> String {
    let calendar = &reader.municipality.calendar;
    let (day, today): (Day, Day) = (calendar.day(at), calendar.day(reader.now));
    let near = (day.0 - today.0).abs() < 300;
    if near { reader.speaker.date(day) } else { reader.speaker.date_with_year(day) }
}

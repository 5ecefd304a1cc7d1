use super::{ITEMS_MAX, Subject, tag};
use crate::pages::news::News;
use crate::pages::place::{address, counts};
use crate::picture::can_draw;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::dates;
use crate::view::{Fragment, amount};
use app::{DayUse, Outcomes, PlacePage};
use model::activity::{Activity, Outcome};
use model::{Day, PlaceId, PublicationRecord, PublicationState, Timestamp, Words};
use serde::Serialize;
use std::collections::BTreeMap;

/// Days that are told of a place in a feed of its own, and in one of many.
const DAYS_OF_ONE: usize = 14;
const DAYS_OF_EACH: usize = 3;

/// One thing that is told.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    /// For good: a reader shows nothing twice.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) href: String,
    #[serde(skip)]
    pub(super) at: Timestamp,
    /// `at` for programs.
    pub(super) published: String,
    /// When it last changed.
    pub(super) updated: String,
    /// Names of the places it is about.
    pub(super) tags: Vec<String>,
    pub(super) picture: Option<String>,
}

/// All there is to tell, in no order.
pub(super) async fn items(reader: &Reader, subject: &Subject) -> Result<Vec<Item>, Problem> {
    let now = reader.now;
    let ids: Vec<_> = subject.places.iter().filter(|place| place.measure.is_some()).map(|p| p.id.clone()).collect();
    let days_max = if subject.places.len() == 1 { DAYS_OF_ONE } else { DAYS_OF_EACH };
    let read =
        reader.portal.read(move |source| ids.iter().map(|id| source.place(id, now)).collect::<Result<Vec<_>, _>>());
    let pages = read.await?;
    let mut items: Vec<Item> = pages.iter().flatten().flat_map(|page| of_days(reader, page, days_max)).collect();
    items.extend(of_activities(reader, subject).await?);
    items.extend(of_news(reader, subject).await?);
    Ok(items)
}

/// Each day that is over, with what was counted: the number of the page, which has passed the gate.
fn of_days(reader: &Reader, page: &PlacePage, days_max: usize) -> Vec<Item> {
    let (place, speaker, calendar) = (&page.card.place, reader.speaker, &reader.municipality.calendar);
    let Some(measure) = place.measure else { return Vec::new() };
    let today = calendar.day(reader.now);
    let name = Fragment::of(&place.name, reader.language()).text;
    let address = reader.origin() + &address(reader.language(), place.id.as_str());
    let item = |day: &DayUse| {
        let told = speaker.amount(place.kind, measure, amount(day.amount?));
        let (date, key) = (speaker.date(day.day), format!("feed-day-{}", counts(measure, place.kind)));
        Some(Item {
            id: tag(reader, &format!("place/{}/{}", place.id, day.day)),
            title: format!("{name}, {date}: {told}"),
            text: speaker.text(&key, &[("date", (&date).into()), ("amount", (&told).into())]),
            href: address.clone(),
            tags: vec![name.clone()],
            picture: can_draw().then(|| format!("{address}/card.png")),
            ..Item::at(calendar.day_start(Day(day.day.0 + 1)))
        })
    };
    page.days.iter().rev().filter(|day| day.day < today).filter_map(item).take(days_max).collect()
}

/// What the municipality told. What was put right keeps its name and says when; what was taken back says that and nothing else.
async fn of_news(reader: &Reader, subject: &Subject) -> Result<Vec<Item>, Problem> {
    let (Some(hall), now) = (reader.portal.hall.clone(), reader.now) else { return Ok(Vec::new()) };
    let activities = hall.app.activity_list();
    let records = hall.work(move |app| Ok(app.news(ITEMS_MAX, 0, now)?)).await?;
    let places = |record: &PublicationRecord| -> Vec<(PlaceId, Words)> {
        let own = record.place.as_ref().and_then(|id| reader.municipality.place(id));
        let own = own.map(|place| (place.id.clone(), place.name.clone()));
        let about = activities.iter().find(|activity| record.activity.as_ref() == Some(&activity.id));
        own.into_iter().chain(about.into_iter().flat_map(|activity| activity.places.clone())).collect()
    };
    let item = |record: &PublicationRecord| {
        let places = places(record);
        subject.is_about(&places).then(|| {
            let news = News::of(record, reader);
            let text: Vec<String> = news.paragraphs.into_iter().map(|part| part.text).collect();
            let mut tags: Vec<String> =
                places.iter().map(|(_, name)| Fragment::of(name, reader.language()).text).collect();
            tags.dedup();
            let text = news.withdrawn.unwrap_or_else(|| text.join("\n\n"));
            let updated = if record.state == PublicationState::Withdrawn {
                record.changed_at
            } else {
                record.corrected_at.unwrap_or(record.due_at)
            };
            Item {
                id: tag(reader, &format!("news/{}", record.id.0)),
                title: news.title.text,
                text: news.corrected.map_or_else(|| text.clone(), |corrected| format!("{text}\n\n{corrected}")),
                href: format!("{}{}", reader.origin(), news.href),
                picture: news.picture.map(|picture| reader.origin() + &picture),
                tags,
                updated: updated.to_string(),
                ..Item::at(record.due_at)
            }
        })
    };
    Ok(records.iter().filter_map(item).collect())
}

/// An activity is told when it opens, when it closes, when there is a report on it, and when it is told what happened.
async fn of_activities(reader: &Reader, subject: &Subject) -> Result<Vec<Item>, Problem> {
    let Some(hall) = reader.portal.hall.clone() else { return Ok(Vec::new()) };
    let mut items = Vec::new();
    for activity in hall.app.activity_list() {
        if activity.draft || !subject.is_about(&activity.places) {
            continue;
        }
        let id = activity.id.clone();
        let reported = hall.work(move |app| app.report_published_at(&id)).await?;
        let events = [("opened", activity.opens), ("closed", activity.closes), ("report", reported)];
        let past = events.into_iter().filter_map(|(what, at)| Some((what, at.filter(|at| *at <= reader.now)?)));
        items.extend(past.map(|(what, at)| of_activity(reader, &activity, what, at)));
        let id = activity.id.clone();
        let outcomes = hall.work(move |app| app.outcomes(&id)).await?;
        items.extend(outcomes.whole.iter().map(|outcome| of_outcome(reader, &activity, outcome)));
        items.extend(of_answers(reader, &activity, &outcomes));
    }
    Ok(items)
}

fn of_activity(reader: &Reader, activity: &Activity, what: &str, at: Timestamp) -> Item {
    let language = reader.language();
    let of = |words| Fragment::of(words, language).text;
    let title = of(&activity.title);
    let text = match what {
        "opened" => format!("{} {}.", of(&activity.purpose), dates(activity, reader)),
        "closed" => of(&activity.decides),
        _ => String::new(),
    };
    let page = format!("{}/{language}/take-part/{}", reader.origin(), activity.id);
    let title = reader.speaker.text(&format!("feed-{what}"), &[("title", (&title).into())]);
    Item {
        id: tag(reader, &format!("activity/{}/{what}/{}", activity.id, reader.municipality.calendar.day(at))),
        text: if text.trim().is_empty() { title.clone() } else { text.trim().to_owned() },
        title,
        href: if what == "report" { format!("{page}/report") } else { page },
        tags: activity.places.iter().map(|(_, name)| of(name)).collect(),
        ..Item::at(at)
    }
}

/// What became of an activity.
fn of_outcome(reader: &Reader, activity: &Activity, outcome: &Outcome) -> Item {
    let title = activity.title.best(reader.language()).0;
    let state = reader.text(&format!("outcome-{}", outcome.state));
    let values = [("title", title.into()), ("state", (&state).into())];
    Item {
        id: tag(reader, &format!("activity/{}/outcome/{}", activity.id, outcome.at)),
        title: reader.speaker.text("feed-outcome", &values),
        text: outcome.text.best(reader.language()).0.to_owned(),
        ..about_outcomes(reader, activity, outcome.at)
    }
}

/// Answers to what was put forward: one item a day, or forty answers would push everything else out.
fn of_answers(reader: &Reader, activity: &Activity, outcomes: &Outcomes) -> Vec<Item> {
    let calendar = &reader.municipality.calendar;
    let mut days: BTreeMap<Day, (u32, Timestamp)> = BTreeMap::new();
    for outcome in outcomes.proposals.iter().filter_map(|proposal| proposal.outcomes.first()) {
        let day = days.entry(calendar.day(outcome.at)).or_insert((0, outcome.at));
        *day = (day.0 + 1, day.1.max(outcome.at));
    }
    let title = activity.title.best(reader.language()).0;
    let item = |(day, (count, at)): (Day, (u32, Timestamp))| {
        let said = reader.speaker.text("feed-answers", &[("title", title.into()), ("count", count.into())]);
        let id = tag(reader, &format!("activity/{}/answers/{day}", activity.id));
        Item { id, text: said.clone(), title: said, ..about_outcomes(reader, activity, at) }
    };
    days.into_iter().map(item).collect()
}

fn about_outcomes(reader: &Reader, activity: &Activity, at: Timestamp) -> Item {
    let language = reader.language();
    let href = format!("{}/{language}/take-part/{}/what-happened", reader.origin(), activity.id);
    let tags = activity.places.iter().map(|(_, name)| Fragment::of(name, language).text).collect();
    Item { href, tags, ..Item::at(at) }
}

impl Item {
    pub(super) fn at(at: Timestamp) -> Self {
        let (id, title, text, href) = Default::default();
        let published = at.to_string();
        let updated = published.clone();
        Self { id, title, text, href, at, published, updated, tags: Vec::new(), picture: None }
    }
}

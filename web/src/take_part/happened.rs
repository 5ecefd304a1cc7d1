//! What became of an activity and of what people put forward in it, as pages show it, and `GET /{lang}/take-part/{id}/what-happened`: all of
//! it, also as CSV and JSON. No plugin is asked.

use super::hall;
use super::list::date;
use crate::blocks::prose;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{Outcomes, Proposal};
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use model::activity::{Activity, Evidence, Outcome};
use serde::Serialize;
use serde_json::{Value, json};

/// What became of something.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Happened {
    /// By which it is coloured.
    state: &'static str,
    /// The same in words.
    name: String,
    html: String,
    lang: Option<&'static str>,
    by: String,
    date: String,
    evidence: Vec<RestsOn>,
}

/// What it rests on.
#[derive(Clone, Debug, Serialize)]
struct RestsOn {
    href: String,
    label: Fragment,
    /// It leads to another site.
    away: bool,
}

/// The newest outcome of something, and those before it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct History {
    newest: Happened,
    before: Vec<Happened>,
}

/// What became of an activity, on its own page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    whole: Option<History>,
    /// `32 of 40 proposals have an answer`.
    share: Option<String>,
    /// By when there will be one.
    promise: Option<String>,
    /// Where all of it stands; none while there is nothing.
    all: Option<String>,
}

/// The page with all of it.
#[derive(Debug, Serialize)]
struct Page {
    name: Fragment,
    about: String,
    title: String,
    summary: Summary,
    proposals: Vec<Said>,
    /// So many stand on no page.
    more: usize,
    csv: String,
    json: String,
}

/// Something that was put forward.
#[derive(Debug, Serialize)]
struct Said {
    id: String,
    text: String,
    ago: String,
    history: Option<History>,
    /// By when it has an answer.
    due: Option<String>,
}

/// More on one page is no page any more; the table has all of them.
const SHOWN_MAX: usize = 300;

impl Happened {
    pub(crate) fn of(outcome: &Outcome, activity: &Activity, reader: &Reader) -> Self {
        let text = Fragment::of(&outcome.text, reader.language());
        Self {
            state: outcome.state.name(),
            name: reader.text(&format!("outcome-{}", outcome.state)),
            html: prose(&text.text, 3),
            lang: text.lang,
            by: outcome.by.clone(),
            date: date(outcome.at, reader),
            evidence: outcome.evidence.iter().filter_map(|one| rests_on(one, activity, reader)).collect(),
        }
    }
}

impl History {
    /// None where nothing was told yet. `outcomes` begin with the newest.
    pub(crate) fn of(outcomes: &[Outcome], activity: &Activity, reader: &Reader) -> Option<Self> {
        let mut all = outcomes.iter().map(|outcome| Happened::of(outcome, activity, reader));
        Some(Self { newest: all.next()?, before: all.collect() })
    }
}

impl Summary {
    pub(crate) fn of(outcomes: &Outcomes, activity: &Activity, reader: &Reader) -> Self {
        let (answered, all) = (number(outcomes.answered()), number(outcomes.proposals.len()));
        let share = [("answered", answered.into()), ("count", all.into())];
        let due = activity.answer_due(None).filter(|_| !outcomes.is_answered());
        let kept = due.filter(|due| *due > reader.now).map(|due| date(due, reader));
        let days = [("count", activity.answer_days.into())];
        let told = !outcomes.whole.is_empty() || all > 0;
        Self {
            whole: History::of(&outcomes.whole, activity, reader),
            share: (all > 0).then(|| reader.speaker.text("happened-share", &share)),
            promise: match (kept, activity.closes) {
                (Some(day), _) => Some(reader.speaker.text("happened-by", &[("date", (&day).into())])),
                (None, None) => Some(reader.speaker.text("happened-days", &days)),
                (None, Some(_)) => due.map(|_| reader.text("happened-late")),
            },
            all: told.then(|| format!("/{}/take-part/{}/what-happened", reader.language(), activity.id)),
        }
    }
}

fn rests_on(evidence: &Evidence, activity: &Activity, reader: &Reader) -> Option<RestsOn> {
    let language = reader.language();
    Some(match evidence {
        Evidence::Report => RestsOn {
            href: format!("/{language}/take-part/{}/report", activity.id),
            label: Fragment::plain(reader.text("take-part-report")),
            away: false,
        },
        // A place that was taken away has no page.
        Evidence::Place(id) => {
            let name = Fragment::of(&reader.municipality.place(id)?.name, language);
            let text = reader.speaker.text("happened-place", &[("name", (&name.text).into())]);
            RestsOn { href: format!("/{language}/places/{id}/data"), label: Fragment { text, ..name }, away: false }
        }
        Evidence::Document { label, href } => RestsOn { href: href.clone(), label: Fragment::plain(label), away: true },
    })
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, outcomes) = read(&reader, &id).await?;
    let address = format!("/{}/take-part/{}", reader.language(), activity.id);
    let said = |proposal: &Proposal| Said {
        id: format!("said-{}", proposal.entry.id),
        text: text_of(proposal),
        ago: reader.speaker.ago(reader.now, proposal.entry.at.at),
        history: History::of(&proposal.outcomes, &activity, &reader),
        due: due(proposal, &reader),
    };
    let name = Fragment::of(&activity.title, reader.language());
    let page = Page {
        title: reader.speaker.text("happened-of", &[("name", (&name.text).into())]),
        name,
        about: address.clone(),
        summary: Summary { all: None, ..Summary::of(&outcomes, &activity, &reader) },
        proposals: outcomes.proposals.iter().take(SHOWN_MAX).map(said).collect(),
        more: outcomes.proposals.len().saturating_sub(SHOWN_MAX),
        csv: format!("{address}/what-happened.csv"),
        json: format!("{address}/what-happened.json"),
    };
    let frame = Frame { title: page.title.clone(), section: "take-part", ..reader.frame() };
    reader.answer("take_part/happened.html", &frame, &page)
}

/// When something without an answer is to have one, or that this day is over.
fn due(proposal: &Proposal, reader: &Reader) -> Option<String> {
    let due = proposal.due.filter(|_| !proposal.is_answered())?;
    if proposal.is_overdue(reader.now) {
        return Some(reader.text("happened-late"));
    }
    let day = date(due, reader);
    Some(reader.speaker.text("happened-by", &[("date", (&day).into())]))
}

pub(crate) async fn csv(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, outcomes) = read(&reader, &id).await?;
    let head = ["about", "proposal", "state", "text", "by", "date", "evidence"].map(str::to_owned);
    let mut lines = vec![head.join(",")];
    for row in rows(&outcomes, &activity, &reader) {
        let cells = [
            row.about.map_or_else(String::new, |entry| entry.to_string()),
            super::cell(&row.proposal),
            row.outcome.map_or("", |outcome| outcome.state.name()).to_owned(),
            super::cell(&row.text),
            super::cell(row.outcome.map_or("", |outcome| &outcome.by)),
            row.date,
            super::cell(&row.evidence.join(" ")),
        ];
        lines.push(cells.join(","));
    }
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok((headers, lines.join("\r\n") + "\r\n").into_response())
}

pub(crate) async fn json(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, outcomes) = read(&reader, &id).await?;
    let row = |row: Row<'_>| {
        let told = row.outcome.map(|outcome| {
            json!({ "state": outcome.state.name(), "text": row.text, "by": outcome.by, "at": outcome.at.to_string(),
                "evidence": row.evidence })
        });
        json!({ "about": row.about, "proposal": row.about.map(|_| row.proposal), "outcome": told })
    };
    let rows: Vec<Value> = rows(&outcomes, &activity, &reader).map(row).collect();
    let value = json!({
        "activity": activity.id.as_str(),
        "proposals": outcomes.proposals.len(),
        "answered": outcomes.answered(),
        "outcomes": rows,
    });
    Ok(reader.answer_if_new("application/json", value.to_string()))
}

/// A line of the table: an outcome, or something that has none.
struct Row<'a> {
    about: Option<u64>,
    proposal: String,
    outcome: Option<&'a Outcome>,
    text: String,
    date: String,
    evidence: Vec<String>,
}

fn rows<'a>(outcomes: &'a Outcomes, activity: &'a Activity, reader: &'a Reader) -> impl Iterator<Item = Row<'a>> {
    let told = move |about: Option<u64>, proposal: String, outcome: Option<&'a Outcome>| Row {
        about,
        proposal,
        outcome,
        text: outcome.map(|outcome| outcome.text.best(reader.language()).0.to_owned()).unwrap_or_default(),
        date: outcome.map_or_else(String::new, |own| reader.municipality.calendar.day(own.at).to_string()),
        evidence: outcome
            .iter()
            .flat_map(|own| &own.evidence)
            .filter_map(|one| address(one, activity, reader))
            .collect(),
    };
    let whole = outcomes.whole.iter().map(move |outcome| told(None, String::new(), Some(outcome)));
    let each = outcomes.proposals.iter().flat_map(move |proposal| {
        let (about, text) = (Some(proposal.entry.id.0), text_of(proposal));
        let none = proposal.outcomes.is_empty().then(|| told(about, text.clone(), None));
        let all = proposal.outcomes.iter().map(move |outcome| told(about, text.clone(), Some(outcome)));
        all.chain(none)
    });
    whole.chain(each)
}

/// The whole address of what an outcome rests on.
fn address(evidence: &Evidence, activity: &Activity, reader: &Reader) -> Option<String> {
    let RestsOn { href, away, .. } = rests_on(evidence, activity, reader)?;
    Some(if away { href } else { reader.origin() + &href })
}

async fn read(reader: &Reader, id: &str) -> Result<(Activity, Outcomes), Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(id)?;
    let name = activity.id.clone();
    Ok((activity, hall.work(move |app| app.outcomes(&name)).await?))
}

fn text_of(proposal: &Proposal) -> String {
    proposal.entry.said.contribution.as_ref().map(|own| own.text.clone()).unwrap_or_default()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

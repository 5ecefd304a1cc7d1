//! `/{lang}/staff/activities/{id}/outcomes`: what happened, told for the activity and for what people put forward, several at once where one
//! answer fits them all. What was told stays: a later answer stands beside it.

use crate::problem::Problem;
use crate::staff::form::Filled;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::Done;
use crate::take_part::{History, date};
use app::{DigestError, DigestState, NewOutcome, Outcomes, Proposal};
use axum::extract::{Path, Query};
use model::activity::{Activity, EntryId, Evidence, OutcomeState};
use model::{Language, PlaceId, Role, Timestamp, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// More on one page nobody reads with care; the oldest unanswered stand first.
const SHOWN_MAX: usize = 100;
/// An answer of two pages.
const TEXT_CHARS_MAX: usize = 4_000;
/// The name of an office.
const BY_CHARS_MAX: usize = 80;
/// Documents of one answer.
const DOCUMENTS_MAX: usize = 10;
/// The longest address of a document, and what it is called.
const LINE_CHARS_MAX: usize = 500;

/// What may be wrong.
const FIELDS: [&str; 5] = ["about", "state", "text", "by", "documents"];

#[derive(Debug, Serialize)]
struct Page {
    title: String,
    back: String,
    action: String,
    token: String,
    told: Option<String>,
    /// What is wrong: the field and why.
    wrongs: Vec<(&'static str, String)>,
    /// The same by field, for all that may be wrong.
    wrong: BTreeMap<&'static str, Option<String>>,
    share: String,
    late: usize,
    due: Option<String>,
    whole: Option<History>,
    /// The activity itself is ticked.
    whole_ticked: bool,
    proposals: Vec<One>,
    more: usize,
    states: Vec<(&'static str, String, bool)>,
    /// A text for each language: tag, its name, and what is written.
    texts: Vec<(&'static str, String, String)>,
    by: String,
    /// There is a published report, and it is ticked.
    report: Option<bool>,
    places: Vec<(String, String, bool)>,
    documents: String,
    /// Whether those with an answer are shown too, and where the other choice is.
    all: bool,
    here: String,
    digest: Digest,
}

/// How the letters stand.
#[derive(Debug, Serialize)]
struct Digest {
    addresses: usize,
    last: Option<String>,
    next: Option<String>,
    /// Where they are sent at once, when they can be.
    send: Option<String>,
    /// What keeps them from leaving.
    stuck: Option<String>,
}

/// Something that was put forward.
#[derive(Debug, Serialize)]
struct One {
    entry: u64,
    text: String,
    ago: String,
    history: Option<History>,
    /// When it is to have an answer, and whether that is over.
    due: Option<String>,
    late: bool,
    ticked: bool,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    all: String,
}

pub(super) async fn get(
    insider: Insider,
    Path((_, id)): Path<(String, String)>,
    Query(done): Query<Done>,
    Query(asked): Query<Asked>,
) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let told = insider.told(done.done.as_deref());
    show(&insider, &activity, told, &Filled::default(), Vec::new(), !asked.all.is_empty()).await
}

pub(super) async fn post(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let new = match read(&insider, &activity, &filled) {
        Ok(new) => new,
        Err(wrongs) => {
            return show(&insider, &activity, None, &filled, wrongs, !filled.get("all").is_empty()).await;
        }
    };
    let (name, now) = (activity.id.clone(), insider.reader.now);
    let told = insider.act(move |staff, own| staff.tell_outcome(own, &name, &new, now)).await?;
    let count = told.map_err(Problem::internal)?;
    let what = if count > 0 { "outcome-told" } else { "outcome-gone" };
    Ok(insider.done(&format!("activities/{id}/outcomes"), what))
}

/// `POST .../outcomes/send`: the letters leave now.
pub(super) async fn send(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let now = insider.reader.now;
    let what = match insider.act(move |staff, own| staff.send_digest(own, &activity.id, now)).await? {
        Ok(_) => "digest-sent",
        Err(DigestError::TooSoon(_)) => "digest-too-soon",
        Err(DigestError::Nothing) => "digest-nothing",
        Err(error) => return Err(Problem::internal(error)),
    };
    Ok(insider.done(&format!("activities/{id}/outcomes"), what))
}

/// What a form tells, or what is wrong with it: the field and why.
fn read(insider: &Insider, activity: &Activity, filled: &Filled) -> Result<NewOutcome, Vec<(&'static str, String)>> {
    let mut wrongs = Vec::new();
    let mut wrong = |field: &'static str, key: &str| wrongs.push((field, insider.text(&format!("staff-wrong-{key}"))));
    let mut about: Vec<Option<EntryId>> =
        filled.all("about").filter_map(|text| text.parse().ok()).map(|id| Some(EntryId(id))).collect();
    about.extend((!filled.get("whole").is_empty()).then_some(None));
    if about.is_empty() {
        wrong("about", "outcome-about");
    }
    let state: Option<OutcomeState> = filled.get("state").parse().ok();
    if state.is_none() {
        wrong("state", "outcome-state");
    }
    let texts = languages(activity).map(|language| (language, filled.get(&format!("text.{language}")).to_owned()));
    let text: Words = texts.filter(|(_, text)| !text.is_empty()).collect();
    let first = languages(activity).next();
    if first.is_none_or(|first| text.own(first).is_none()) {
        wrong("text", "outcome-text");
    }
    if Language::ALL.iter().any(|language| text.own(*language).is_some_and(|t| t.chars().count() > TEXT_CHARS_MAX)) {
        wrong("text", "outcome-long");
    }
    let by = filled.get("by");
    if by.is_empty() || by.chars().count() > BY_CHARS_MAX {
        wrong("by", "outcome-by");
    }
    let mut evidence = Vec::new();
    evidence.extend((!filled.get("report").is_empty()).then_some(Evidence::Report));
    let places = filled.all("place").filter_map(|id| PlaceId::new(id).ok());
    evidence.extend(places.filter(|id| insider.reader.municipality.place(id).is_some()).map(Evidence::Place));
    let lines = filled.raw("documents").lines().map(str::trim).filter(|line| !line.is_empty());
    let documents: Vec<Option<Evidence>> = lines.map(document).collect();
    if documents.len() > DOCUMENTS_MAX || documents.iter().any(Option::is_none) {
        wrong("documents", "outcome-documents");
    }
    evidence.extend(documents.into_iter().flatten());
    match state.filter(|_| wrongs.is_empty()) {
        Some(state) => Ok(NewOutcome { about, state, text, by: by.to_owned(), evidence }),
        None => Err(wrongs),
    }
}

/// `https://sak.example/2026/17 The decision of the council`: the address, a blank, and what it is.
fn document(line: &str) -> Option<Evidence> {
    let (href, label) = line.split_once(char::is_whitespace).unwrap_or((line, line));
    let host = href.strip_prefix("https://")?.split(['/', '?', '#']).next()?;
    let fits = host.contains('.') && line.chars().count() <= LINE_CHARS_MAX && !href.contains(['"', '<', '>', '\\']);
    fits.then(|| Evidence::Document { label: label.trim().to_owned(), href: href.to_owned() })
}

/// Those the activity is held in and the box speaks, the first first.
fn languages(activity: &Activity) -> impl Iterator<Item = Language> {
    activity.languages.iter().filter_map(|tag| tag.as_str().parse().ok())
}

async fn show(
    insider: &Insider,
    activity: &Activity,
    told: Option<String>,
    filled: &Filled,
    wrongs: Vec<(&'static str, String)>,
    all: bool,
) -> Answer {
    let (name, now) = (activity.id.clone(), insider.reader.now);
    let work = move |app: &app::App| {
        let report = app.report_published_at(&name)?;
        Ok((app.outcomes(&name)?, app.digest_state(&name, now)?, report.is_some(), app.overdue(&name, now)?))
    };
    let (outcomes, digest, reported, late) = insider.hall()?.work(work).await?;
    let reader = &insider.reader;
    let path = insider.to(&format!("activities/{}/outcomes", activity.id));
    let due = activity.answer_due(None).map(|due| date(due, reader));
    let (mut listed, share) = (listed(&outcomes, now, all), share(&outcomes, insider));
    let more = listed.len().saturating_sub(SHOWN_MAX);
    listed.truncate(SHOWN_MAX);
    let ticked: Vec<&str> = filled.all("about").collect();
    let chosen: Vec<&str> = filled.all("place").collect();
    let place = |id: &PlaceId, name: &Words| {
        (id.to_string(), name.best(reader.language()).0.to_owned(), chosen.contains(&id.as_str()))
    };
    let text = |language: Language| {
        let own = words::own_name(language).to_owned();
        (language.tag(), own, filled.raw(&format!("text.{language}")).to_owned())
    };
    let state = |state: OutcomeState| {
        (state.name(), insider.text(&format!("outcome-{state}")), filled.get("state") == state.name())
    };
    let page = Page {
        title: insider.text("staff-outcomes"),
        back: insider.to(&format!("activities/{}", activity.id)),
        action: path.clone(),
        token: insider.own.form_token.clone(),
        told,
        wrong: FIELDS.into_iter().map(|field| (field, why(&wrongs, field))).collect(),
        wrongs,
        share,
        late,
        due: due.map(|date| reader.speaker.text("staff-outcomes-due", &[("date", (&date).into())])),
        whole: History::of(&outcomes.whole, activity, reader),
        whole_ticked: !filled.get("whole").is_empty(),
        proposals: listed.into_iter().map(|own| One::of(own, activity, insider, &ticked)).collect(),
        more,
        states: OutcomeState::ALL.map(state).into(),
        texts: languages(activity).map(text).collect(),
        by: filled.get("by").to_owned(),
        report: reported.then(|| !filled.get("report").is_empty()),
        places: activity.places.iter().map(|(id, name)| place(id, name)).collect(),
        documents: filled.raw("documents").to_owned(),
        all,
        here: path.clone(),
        digest: Digest::of(digest, insider, &path),
    };
    insider.page("staff/activity_outcomes.html", page.title.clone(), "activities", &page)
}

fn why(wrongs: &[(&str, String)], field: &str) -> Option<String> {
    wrongs.iter().find(|(known, _)| *known == field).map(|(_, why)| why.clone())
}

/// What has waited longest first; those with an answer last, where they are asked for.
fn listed(outcomes: &Outcomes, now: Timestamp, all: bool) -> Vec<&Proposal> {
    let mut listed: Vec<&Proposal> = outcomes.proposals.iter().filter(|own| all || !own.is_answered()).collect();
    listed.sort_by_key(|own| (own.is_answered(), !own.is_overdue(now), own.entry.id));
    listed
}

fn share(outcomes: &Outcomes, insider: &Insider) -> String {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (answered, count) = (number(outcomes.answered()), number(outcomes.proposals.len()));
    insider.reader.speaker.text("happened-share", &[("answered", answered.into()), ("count", count.into())])
}

impl One {
    fn of(own: &Proposal, activity: &Activity, insider: &Insider, ticked: &[&str]) -> Self {
        let reader = &insider.reader;
        let late = own.is_overdue(reader.now);
        let due = own.due.filter(|_| !own.is_answered()).map(|due| date(due, reader));
        let entry = own.entry.id.0;
        Self {
            entry,
            text: own.entry.said.contribution.as_ref().map(|own| own.text.clone()).unwrap_or_default(),
            ago: reader.speaker.ago(reader.now, own.entry.at.at),
            history: History::of(&own.outcomes, activity, reader),
            due: due.map(|date| reader.speaker.text("staff-outcomes-due", &[("date", (&date).into())])),
            late,
            ticked: ticked.contains(&entry.to_string().as_str()),
        }
    }
}

impl Digest {
    fn of(state: DigestState, insider: &Insider, path: &str) -> Self {
        let reader = &insider.reader;
        let said = |at: Timestamp| reader.speaker.moment(at, reader.now, &reader.municipality.calendar);
        let stuck = match (reader.municipality.mail.is_some(), &reader.municipality.public_url) {
            (false, _) => Some(insider.text("staff-digest-no-mail")),
            (true, None) => Some(insider.text("staff-digest-no-address")),
            (true, Some(_)) => None,
        };
        let week_over = state.last.is_none_or(|last| reader.now.since(last).as_secs() >= 7 * 24 * 3600);
        Self {
            addresses: state.addresses,
            last: state.last.map(said),
            next: state.next.map(said),
            send: (state.next.is_some() && stuck.is_none() && week_over).then(|| format!("{path}/send")),
            stuck,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_an_https_address_and_what_it_is_called() {
        let known =
            |label: &str, href: &str| Some(Evidence::Document { label: label.to_owned(), href: href.to_owned() });
        assert_eq!(document("https://sak.example/17 Sak 17/26"), known("Sak 17/26", "https://sak.example/17"));
        assert_eq!(document("https://sak.example"), known("https://sak.example", "https://sak.example"));
        for odd in
            ["http://sak.example", "javascript:alert(1)", "https://", "sak.example", "https://x.example/\"onload"]
        {
            assert_eq!(document(odd), None, "{odd}");
        }
    }
}

//! `GET /{lang}/take-part/{id}`: an activity from announcement to outcome. What it is for, who decides, what becomes of the answers.

use super::hall;
use super::happened::Summary;
use super::list::{date, dates, phase_name};
use super::person::{Hall, carried};
use crate::blocks::prose;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::talk::Remarks;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{Outcomes, Pass, Visitor};
use axum::extract::{Path, Query};
use axum::response::Response;
use model::activity::{Activity, Content, FieldKind, OpenTo, Page, PagePath};
use model::{Language, RemarkId, Words};
use serde::{Deserialize, Serialize};

/// The page about an activity.
#[derive(Debug, Serialize)]
struct About {
    name: Fragment,
    phase: &'static str,
    dates: String,
    places: Vec<(String, Fragment)>,
    purpose: Option<Written>,
    decides: Option<Written>,
    legal_basis: Option<Written>,
    /// Answers are gone after that day.
    kept: String,
    invited: bool,
    /// How long it takes, in minutes.
    minutes: Option<u32>,
    /// How many questions it has at most.
    questions: u32,
    contact: bool,
    answer: String,
    /// What the first form carries for somebody who was invited.
    me: Option<String>,
    /// The published report.
    report: Option<String>,
    /// What became of it.
    happened: Summary,
    /// How a small group was drawn.
    draw: Option<String>,
    /// Where people put themselves on the list of those who want to be drawn.
    willing: Option<String>,
    /// What people replied to posts about it.
    talk: Option<Remarks>,
    receipt: String,
    poster: String,
    list: String,
}

/// Words of a steward, as HTML.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    html: String,
    lang: Option<&'static str>,
}

impl Written {
    /// The best of these words for who reads; none where nothing is said.
    pub(crate) fn of(words: &Words, language: Language) -> Option<Self> {
        let said = Fragment::of(words, language);
        (!said.text.is_empty()).then(|| Self { html: prose(&said.text, 2), lang: said.lang })
    }
}

/// What the address of a page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    door: String,
    /// Replies before this one are shown.
    before: String,
}

pub(crate) async fn get(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let (tags, now, name) = (super::languages(&activity, &reader), reader.now, activity.id.clone());
    let told = activity.id.clone();
    let listed = activity.clone();
    let work = move |app: &app::App| {
        Ok((app.outcomes(&told)?, app.published_draw(&told)?.is_some(), app.takes_willing(&listed, now)?))
    };
    let (outcomes, drawn, takes_willing) = hall.work(work).await?;
    let published = hall.work(move |app| app.published_report(&name, &tags, now)).await.ok().flatten();
    let report = published.map(|_| format!("/{}/take-part/{}/report", reader.language(), activity.id));
    let page = whole(&reader, &hall, &activity).await;
    let happened = Summary::of(&outcomes, &activity, &reader);
    let draw = drawn.then(|| format!("/{}/take-part/{}/draw", reader.language(), activity.id));
    let willing = takes_willing.then(|| format!("/{}/take-part/{}/join", reader.language(), activity.id));
    let before = asked.before.parse().ok().map(RemarkId);
    let (door, talk) = (hall.door(&asked.door), Remarks::of_activity(&reader, &activity.id, before).await?);
    let about = About { report, happened, draw, willing, talk, ..About::of(&activity, page.as_ref(), door, &reader) };
    answer(&reader, &activity, &about)
}

/// The same for somebody who was invited: what begins there carries the invitation, which stands in no further address.
pub(crate) async fn invited(
    reader: &Reader,
    hall: &Hall,
    activity: &Activity,
    pass: Pass,
) -> Result<Response, Problem> {
    let page = whole(reader, hall, activity).await;
    let about = About { me: Some(carried(pass)), ..About::of(activity, page.as_ref(), None, reader) };
    answer(reader, activity, &about)
}

fn answer(reader: &Reader, activity: &Activity, about: &About) -> Result<Response, Problem> {
    let description = Some(Fragment::of(&activity.purpose, reader.language()).text).filter(|text| !text.is_empty());
    let frame = Frame { title: about.name.text.clone(), description, section: "take-part", ..reader.frame() };
    reader.answer("take_part/activity.html", &frame, about)
}

/// All that may be asked, so that people know beforehand; none while the plugin rests.
async fn whole(reader: &Reader, hall: &Hall, activity: &Activity) -> Option<Page> {
    let visitor = Visitor { client: None, ..hall.visitor(reader, activity, hall.trial()) };
    let id = activity.id.clone();
    let whole = hall.work(move |app| app.page_of(&id, &visitor, &PagePath::whole())).await;
    whole.ok().map(|shown| shown.page.page)
}

impl About {
    fn of(activity: &Activity, whole: Option<&Page>, door: Option<String>, reader: &Reader) -> Self {
        let language = reader.language();
        let written = |words: &Words| Written::of(words, language);
        let place =
            |(id, name): &(model::PlaceId, Words)| (format!("/{language}/places/{id}"), Fragment::of(name, language));
        let address = format!("/{language}/take-part/{}", activity.id);
        let fields: Vec<&FieldKind> = whole.iter().flat_map(|page| kinds(page)).collect();
        let door = door.map_or_else(String::new, |door| format!("?door={door}"));
        let days = std::time::Duration::from_hours(24 * u64::from(activity.retention_days));
        let kept = match activity.closes {
            Some(closes) => reader.speaker.text("kept-until", &[("date", (&date(closes + days, reader)).into())]),
            None => reader.speaker.text("kept-days", &[("count", activity.retention_days.into())]),
        };
        Self {
            name: Fragment::of(&activity.title, language),
            phase: phase_name(activity.phase(reader.now)),
            dates: dates(activity, reader),
            places: activity.places.iter().map(place).collect(),
            purpose: written(&activity.purpose),
            decides: written(&activity.decides),
            legal_basis: written(&activity.legal_basis),
            kept,
            invited: activity.open_to == OpenTo::Invited,
            minutes: minutes(&fields),
            questions: u32::try_from(fields.len()).unwrap_or(u32::MAX),
            contact: fields.iter().any(|kind| matches!(kind, FieldKind::Contact)),
            answer: format!("{address}/answer{door}"),
            me: None,
            report: None,
            happened: Summary::of(&Outcomes::default(), activity, reader),
            draw: None,
            willing: None,
            talk: None,
            receipt: format!("{address}/receipt"),
            poster: format!("{address}/poster"),
            list: format!("/{language}/take-part"),
        }
    }
}

fn kinds(page: &Page) -> impl Iterator<Item = &FieldKind> {
    page.blocks.iter().filter_map(|block| match &block.is {
        Content::Field(field) => Some(&field.kind),
        _ => None,
    })
}

/// A tick takes ten seconds to think about, own words three quarters of a minute; none where there is nothing to fill in.
fn minutes(fields: &[&FieldKind]) -> Option<u32> {
    let seconds = |kind: &&FieldKind| match kind {
        FieldKind::LongText(_) => 45,
        FieldKind::Shape { .. } | FieldKind::Photo(_) => 40,
        FieldKind::Choice(choice) if choice.ranked => 30,
        FieldKind::Text(_) | FieldKind::Contact => 15,
        _ => 10,
    };
    let all: u32 = fields.iter().map(seconds).sum();
    (!fields.is_empty()).then(|| all.div_ceil(60).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_takes_a_minute_at_most_and_own_words_longer() {
        assert_eq!(minutes(&[]), None);
        assert_eq!(minutes(&[&FieldKind::Consent]), Some(1));
        assert_eq!(minutes(&[&FieldKind::LongText(100), &FieldKind::LongText(100)]), Some(2));
    }
}

//! `GET /{lang}/news`: what the municipality has told, for those who follow no channel. What was put right says so, and what was taken
//! back says that and nothing else.

use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::hall;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::{PlaceId, PublicationId, PublicationRecord, PublicationState, PublicationText, Shows};
use serde::{Deserialize, Serialize};

/// News on one page.
const ON_A_PAGE: usize = 20;
/// As many as one takes in beside other things.
const BRIEF_MAX: usize = 3;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Which page, from 1.
    page: usize,
}

#[derive(Debug, Serialize)]
struct Page {
    news: Vec<News>,
    newer: Option<String>,
    older: Option<String>,
}

/// One thing that was told.
#[derive(Debug, Serialize)]
pub(crate) struct News {
    pub(crate) href: String,
    pub(crate) title: Fragment,
    pub(crate) paragraphs: Vec<Fragment>,
    /// When it was told, in words and for programs.
    date: String,
    at: String,
    /// It was put right, and when.
    pub(crate) corrected: Option<String>,
    /// It was taken back, and when.
    pub(crate) withdrawn: Option<String>,
    pub(crate) picture: Option<String>,
    alternative: Option<Fragment>,
    /// Where one can read more and answer.
    door: Option<String>,
}

pub(crate) async fn list(reader: Reader, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, Problem> {
    let number = asked.map(|Query(asked)| asked.page).unwrap_or_default().clamp(1, 1000);
    let now = reader.now;
    let found = hall(&reader.portal)?;
    let found = found.work(move |app| Ok(app.news(ON_A_PAGE + 1, (number - 1) * ON_A_PAGE, now)?)).await?;
    let address = |number: usize| format!("/{}/news?page={number}", reader.language());
    let page = Page {
        newer: (number > 1).then(|| address(number - 1)),
        older: (found.len() > ON_A_PAGE).then(|| address(number + 1)),
        news: found.iter().take(ON_A_PAGE).map(|record| News::of(record, &reader)).collect(),
    };
    let description = Some(reader.text("news-lead"));
    let frame = Frame { title: reader.text("news"), description, section: "news", ..reader.frame() };
    reader.answer("news.html", &frame, &page)
}

pub(crate) async fn item(reader: Reader, Path((_, id)): Path<(String, u64)>) -> Result<Response, Problem> {
    let record = found(&reader, id).await?;
    let news = News::of(&record, &reader);
    let frame = Frame { title: news.title.text.clone(), section: "news", ..reader.frame() };
    let description = news.withdrawn.clone().or_else(|| news.paragraphs.first().map(|first| first.text.clone()));
    reader.answer("news_item.html", &Frame { description, ..frame }, &news)
}

/// The photo that staff brought along.
pub(crate) async fn picture(reader: Reader, Path((_, id)): Path<(String, u64)>) -> Result<Response, Problem> {
    let record = found(&reader, id).await?;
    let picture = hall(&reader.portal)?.work(move |app| Ok(app.picture_of(&record)?)).await?;
    let picture = picture.ok_or_else(Problem::not_found)?;
    // It may be taken back at any time.
    Ok(([(CONTENT_TYPE, picture.media_type()), (CACHE_CONTROL, "no-cache")], picture.bytes).into_response())
}

async fn found(reader: &Reader, id: u64) -> Result<PublicationRecord, Problem> {
    let now = reader.now;
    let record = hall(&reader.portal)?.work(move |app| Ok(app.news_item(PublicationId(id), now)?)).await?;
    record.ok_or_else(Problem::not_found)
}

/// The newest, for the home page, or of one place; none in a portal without.
pub(crate) async fn newest(reader: &Reader, place: Option<&PlaceId>) -> Result<Vec<News>, Problem> {
    let (now, place) = (reader.now, place.cloned());
    let Some(hall) = reader.portal.hall.clone() else { return Ok(Vec::new()) };
    let read = move |app: &app::App| match &place {
        Some(place) => app.news_of(place, BRIEF_MAX, now),
        None => app.newest_news(BRIEF_MAX, now),
    };
    let found = hall.work(move |app| Ok(read(app)?)).await?;
    Ok(found.iter().map(|record| News::of(record, reader)).collect())
}

/// The text for a reader, and in which language it is when that is another.
pub(crate) fn text_for<'a>(record: &'a PublicationRecord, reader: &Reader) -> Option<&'a PublicationText> {
    let said = |language| record.texts.iter().find(|text| text.language == language);
    reader.language().fallbacks().into_iter().find_map(said)
}

impl News {
    pub(crate) fn of(record: &PublicationRecord, reader: &Reader) -> Self {
        let language = reader.language();
        let calendar = &reader.municipality.calendar;
        let moment = |at| reader.speaker.moment(at, reader.now, calendar);
        let href = format!("/{language}/news/{}", record.id.0);
        let is_back = record.state == PublicationState::Withdrawn;
        let text = text_for(record, reader).filter(|_| !is_back);
        let lang = text.filter(|text| text.language != language).map(|text| text.language.tag());
        let fragment = |text: &str| Fragment { text: text.to_owned(), lang };
        let paragraphs = text.map(|text| text.body.split("\n\n").map(str::trim).filter(|part| !part.is_empty()));
        let told = |key: &str, at| reader.speaker.text(key, &[("moment", (&moment(at)).into())]);
        let shows = record.shows == Shows::Own && !is_back;
        Self {
            title: text.map_or_else(|| Fragment::plain(reader.text("news-withdrawn-title")), |t| fragment(&t.title)),
            paragraphs: paragraphs.map(|parts| parts.map(fragment).collect()).unwrap_or_default(),
            date: reader.speaker.date_with_year(calendar.day(record.due_at)),
            at: record.due_at.to_string(),
            corrected: record.corrected_at.filter(|_| !is_back).map(|at| told("news-corrected", at)),
            withdrawn: is_back.then(|| told("news-withdrawn", record.changed_at)),
            picture: shows.then(|| format!("{href}/picture")),
            alternative: record.alternative.as_ref().filter(|_| shows).map(|words| Fragment::of(words, language)),
            door: record.door.clone().filter(|_| !is_back),
            href,
        }
    }
}

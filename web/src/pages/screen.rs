//! `GET /screen/{id}`: a screen on a wall, showing places in turn. Without JavaScript the page renews itself and goes to the next.

use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::{Fragment, Horizon, Now};
use app::PlacePage;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::{Language, Screen, Slug};
use serde::{Deserialize, Serialize};

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Which place is shown first, counted from 0.
    at: usize,
    /// In which language; the first of the municipality's when it is none of them.
    pub(crate) lang: String,
}

/// The page.
#[derive(Debug, Serialize)]
struct Shown {
    title: Fragment,
    places: Vec<Slide>,
    seconds: u32,
    /// The next page, for a screen without JavaScript.
    next: String,
    live: String,
    /// The time zone of its clock: the machine behind a wall may have another.
    zone: String,
}

/// One place in large letters.
#[derive(Debug, Serialize)]
pub(crate) struct Slide {
    pub(crate) id: String,
    pub(crate) name: Fragment,
    pub(crate) now: Now,
    pub(crate) horizon: Option<Horizon>,
    pub(crate) shown: bool,
}

pub(crate) async fn get(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let municipality = portal.municipality();
    let screen = screen(&municipality.screens, &id)?;
    let language = language(&municipality.languages, &asked.lang);
    let reader = Reader::of(&portal, language, String::new());
    let mut slides = slides(screen, &reader).await?;
    let at = asked.at % slides.len().max(1);
    if let Some(slide) = slides.get_mut(at) {
        slide.shown = true;
    }
    let title = screen.title.as_ref().unwrap_or(&municipality.name);
    let shown = Shown {
        title: Fragment::of(title, language),
        next: format!("/screen/{id}?lang={language}&at={}", (at + 1) % slides.len().max(1)),
        live: format!("/screen/{id}/live?lang={language}"),
        places: slides,
        zone: municipality.calendar.zone().to_owned(),
        seconds: screen.seconds,
    };
    let frame = Frame { title: shown.title.text.clone(), ..reader.frame() };
    reader.answer("screen.html", &frame, &shown)
}

/// The screen of that name.
pub(crate) fn screen<'a>(screens: &'a [Screen], id: &str) -> Result<&'a Screen, Problem> {
    screens.iter().find(|screen| screen.id.as_str() == id).ok_or_else(Problem::not_found)
}

/// The language asked for, if the municipality has it.
pub(crate) fn language(languages: &[Language], tag: &str) -> Language {
    let asked = tag.parse().ok().filter(|language| languages.contains(language));
    asked.or(languages.first().copied()).unwrap_or(Language::En)
}

/// The places of a screen as they are now.
pub(crate) async fn slides(screen: &Screen, reader: &Reader) -> Result<Vec<Slide>, Problem> {
    let (ids, now): (Vec<Slug>, _) = (screen.places.clone(), reader.now);
    let pages: Vec<PlacePage> = reader
        .portal
        .read(move |source| ids.iter().filter_map(|id| source.place(id, now).transpose()).collect::<Result<_, _>>())
        .await?;
    let slide = |page: &PlacePage| Slide {
        id: page.card.place.id.to_string(),
        name: Fragment::of(&page.card.place.name, reader.language()),
        now: Now::of(&page.card, reader),
        horizon: Horizon::of(page, reader),
        shown: false,
    };
    Ok(pages.iter().map(slide).collect())
}

//! `GET /{lang}/data`: what can be had, under which licence, and what is hidden.

use crate::feeds::{self, FeedLink};
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::response::Response;
use serde::Serialize;

/// The page of open data.
#[derive(Debug, Serialize)]
struct Data {
    places: Vec<Link>,
    /// What can be followed: everything, an area, a sort of places.
    feeds: Vec<FeedLink>,
    terms: Terms,
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
    name: Fragment,
}

/// On what terms numbers are given.
#[derive(Debug, Serialize)]
pub(crate) struct Terms {
    /// What is said of small numbers.
    pub(crate) hidden: String,
    pub(crate) licence: &'static str,
    pub(crate) licence_href: &'static str,
}

/// The licence that Norwegian and Swedish authorities recommend for open data.
pub(crate) const LICENCE: &str = "CC BY 4.0";
pub(crate) const LICENCE_HREF: &str = "https://creativecommons.org/licenses/by/4.0/";

impl Terms {
    pub(crate) fn of(reader: &Reader) -> Self {
        Self { hidden: hidden(reader), licence: LICENCE, licence_href: LICENCE_HREF }
    }
}

/// What the municipality hides, in words.
pub(crate) fn hidden(reader: &Reader) -> String {
    match reader.municipality.smallest_count {
        0 => reader.text("data-hidden-none"),
        limit => reader.speaker.text("data-hidden-text", &[("limit", limit.into())]),
    }
}

pub(crate) async fn get(reader: Reader) -> Result<Response, Problem> {
    let link = |place: &model::Place| Link {
        href: address(reader.language(), place.id.as_str()) + "/data",
        name: Fragment::of(&place.name, reader.language()),
    };
    let places = reader.municipality.places.iter().map(link).collect();
    let page = Data { places, feeds: feeds::chosen(&reader), terms: Terms::of(&reader) };
    let frame = Frame {
        title: reader.text("open-data"),
        description: Some(reader.text("data-lead")),
        section: "data",
        ..reader.frame()
    };
    reader.answer("data.html", &frame, &page)
}

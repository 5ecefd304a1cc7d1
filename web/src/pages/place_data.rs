//! `GET /{lang}/places/{id}/data`: the numbers behind the page of a place.

use crate::pages::data::Terms;
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::extract::Path;
use axum::response::Response;
use model::Day;
use serde::Serialize;

/// The data page of a place.
#[derive(Debug, Serialize)]
struct PlaceData {
    name: Fragment,
    title: String,
    place: String,
    /// Where the form asks; none when nothing is counted here.
    hours: Option<Hours>,
    now_json: String,
    terms: Terms,
}

/// Hours for the taking.
#[derive(Debug, Serialize)]
struct Hours {
    csv: String,
    json: String,
    from: String,
    to: String,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let place = reader.place(&id)?;
    let name = Fragment::of(&place.name, reader.language());
    let title = reader.speaker.text("data-of", &[("name", (&name.text).into())]);
    let today = reader.municipality.calendar.day(reader.now);
    let api = format!("/api/v1/places/{}", place.id);
    let page = PlaceData {
        place: address(reader.language(), place.id.as_str()),
        hours: place.measure.map(|_| Hours {
            csv: format!("{api}/hours.csv"),
            json: format!("{api}/hours.json"),
            from: Day(today.0 - 29).to_string(),
            to: today.to_string(),
        }),
        now_json: api,
        terms: Terms::of(&reader),
        title: title.clone(),
        name,
    };
    let description = Some(format!("{title}. {}", reader.text("data-lead")));
    reader.answer("place_data.html", &Frame { title, description, section: "data", ..reader.frame() }, &page)
}

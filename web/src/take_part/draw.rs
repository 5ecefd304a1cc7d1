//! `GET /{lang}/take-part/{id}/draw`: how a small group was drawn and how anybody can check it, and the published file.

use super::hall;
use super::list::date;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{Households, Proof};
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::Words;
use model::activity::Activity;
use serde::Serialize;

/// How a draw was made.
#[derive(Debug, Serialize)]
struct Page {
    name: Fragment,
    about: String,
    title: String,
    /// When it was last changed.
    at: String,
    seats: u32,
    willing: u32,
    households: bool,
    source: String,
    /// Odds of the least likely person, in words for who reads.
    least: String,
    digest: String,
    strata: Vec<Stratum>,
    held: Option<Held>,
    file: String,
}

#[derive(Debug, Serialize)]
struct Stratum {
    name: String,
    /// Value, least and most.
    quotas: Vec<(String, u32, u32)>,
}

#[derive(Debug, Serialize)]
struct Held {
    seed: String,
    number: u32,
    panel: Vec<String>,
    reserves: Vec<String>,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, at, proof) = read(&reader, &id).await?;
    let announced = &proof.announced;
    let name = Fragment::of(&activity.title, reader.language());
    let least = announced.fairest.values().copied().filter(|odds| *odds > 0).min().unwrap_or(0);
    let about = format!("/{}/take-part/{}", reader.language(), activity.id);
    let stratum = |own: &app::Stratum| {
        // A list that staff brought has its own words.
        let asked = activity.recruiting.as_ref().and_then(|plan| plan.item(&own.name));
        let said = |words: &Words| words.best(reader.language()).0.to_owned();
        let value = |own: &str| asked.and_then(|item| item.option_name(own)).map_or_else(|| own.to_owned(), said);
        Stratum {
            name: asked.map_or_else(|| own.name.clone(), |item| said(&item.name)),
            quotas: own.quotas.iter().map(|quota| (value(&quota.value), quota.min, quota.max)).collect(),
        }
    };
    let page = Page {
        title: reader.speaker.text("draw-of", &[("name", (&name.text).into())]),
        name,
        at: date(at, &reader),
        seats: announced.rules.seats,
        willing: u32::try_from(announced.codes.len()).unwrap_or(u32::MAX),
        households: announced.rules.households == Households::OneSeatEach,
        source: announced.source.clone(),
        least: reader.speaker.number(f64::from(least) / 10_000.0, 1),
        digest: announced.digest(),
        strata: announced.rules.strata.iter().map(stratum).collect(),
        held: proof.held.as_ref().map(|held| Held {
            seed: held.seed.clone(),
            number: held.number,
            panel: held.panel.clone(),
            reserves: held.reserves.clone(),
        }),
        file: format!("{about}/draw.json"),
        about,
    };
    let frame = Frame { title: page.title.clone(), section: "take-part", ..reader.frame() };
    reader.answer("take_part/draw.html", &frame, &page)
}

/// The file that `allting draw verify` reads.
pub(crate) async fn json(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, _, proof) = read(&reader, &id).await?;
    let text = serde_json::to_string(&proof).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"{}-draw.json\"", activity.id);
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, name)], text).into_response())
}

async fn read(reader: &Reader, id: &str) -> Result<(Activity, model::Timestamp, Proof), Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(id)?;
    let name = activity.id.clone();
    let found = hall.work(move |app| app.published_draw(&name)).await?;
    let (at, proof) = found.ok_or_else(Problem::not_found)?;
    Ok((activity, at, proof))
}

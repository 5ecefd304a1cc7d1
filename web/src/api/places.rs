//! `GET /api/v1/places` and `GET /api/v1/places/{id}`: places and how they are now.

use super::{Count, kind, word};
use crate::pages::data::LICENCE_HREF;
use crate::portal::Portal;
use crate::problem::Problem;
use app::{Freshness, NowUse, OtherValue, PlaceCard};
use axum::Json;
use axum::extract::{Path, State};
use model::{Busyness, Language, PlaceId, Value, Words};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlacesJson {
    licence: &'static str,
    smallest_count: u32,
    places: Vec<PlaceJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnePlaceJson {
    licence: &'static str,
    smallest_count: u32,
    #[serde(flatten)]
    place: PlaceJson,
    observations: Vec<ObservationJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceJson {
    id: String,
    name: BTreeMap<&'static str, String>,
    kind: &'static str,
    area: Option<BTreeMap<&'static str, String>>,
    capacity: Option<u32>,
    position: Option<PositionJson>,
    measure: Option<&'static str>,
    now: Option<NowJson>,
    /// When the newest value was so.
    updated_at: Option<String>,
    /// The sensors should have spoken since, and have not: `now` is not how it is.
    silent: bool,
}

#[derive(Serialize)]
struct PositionJson {
    latitude: f64,
    longitude: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NowJson {
    #[serde(flatten)]
    count: Count,
    busyness: Option<&'static str>,
    usual: Option<Count>,
    free: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObservationJson {
    property: String,
    part: Option<String>,
    value: serde_json::Value,
    unit: &'static str,
    phenomenon_time: String,
}

pub(crate) async fn all(State(portal): State<Portal>) -> Result<Json<PlacesJson>, Problem> {
    let now = portal.now();
    let cards = portal.read(move |source| source.home(now)).await?;
    let smallest_count = portal.municipality().smallest_count;
    Ok(Json(PlacesJson { licence: LICENCE_HREF, smallest_count, places: cards.iter().map(PlaceJson::of).collect() }))
}

pub(crate) async fn one(State(portal): State<Portal>, Path(id): Path<String>) -> Result<Json<OnePlaceJson>, Problem> {
    let id = PlaceId::new(&id).map_err(|_| Problem::not_found())?;
    let now = portal.now();
    let page = portal.read(move |source| source.place(&id, now)).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(OnePlaceJson {
        licence: LICENCE_HREF,
        smallest_count: portal.municipality().smallest_count,
        place: PlaceJson::of(&page.card),
        observations: page.card.others.iter().map(ObservationJson::of).collect(),
    }))
}

impl PlaceJson {
    fn of(card: &PlaceCard) -> Self {
        let place = &card.place;
        let updated_at = match card.freshness {
            Freshness::Never => None,
            Freshness::Fresh(at) | Freshness::SilentSince(at) => Some(at.to_string()),
        };
        let silent = matches!(card.freshness, Freshness::SilentSince(_));
        Self {
            id: place.id.to_string(),
            name: texts(&place.name),
            kind: kind(place.kind),
            area: place.area.as_ref().map(texts),
            capacity: place.capacity,
            position: place.position.map(|p| PositionJson { latitude: p.latitude, longitude: p.longitude }),
            measure: place.measure.map(word),
            // The same promise as on the page: an old number is not told as a new one.
            now: card.now.filter(|_| !silent).map(NowJson::of),
            updated_at,
            silent,
        }
    }
}

impl NowJson {
    fn of(now: NowUse) -> Self {
        Self {
            count: now.amount.into(),
            busyness: now.busyness.map(|busyness| match busyness {
                Busyness::Calm => "calm",
                Busyness::Usual => "usual",
                Busyness::Busy => "busy",
            }),
            usual: now.usual.map(Count::from),
            free: now.free,
        }
    }
}

impl ObservationJson {
    fn of(other: &OtherValue) -> Self {
        Self {
            property: other.property.clone(),
            part: other.part.clone(),
            value: value(&other.value),
            unit: other.unit,
            phenomenon_time: other.at.to_string(),
        }
    }
}

/// A value as JSON has it. A number that JSON does not know is null.
pub(super) fn value(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) => (*number).into(),
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Flag(flag) => (*flag).into(),
    }
}

/// The text in each language it is there in.
fn texts(words: &Words) -> BTreeMap<&'static str, String> {
    let own = |language: Language| {
        Some(words.best(language)).filter(|(text, really)| *really == language && !text.is_empty())
    };
    Language::ALL.into_iter().filter_map(|l| own(l).map(|(text, _)| (l.tag(), text.to_owned()))).collect()
}

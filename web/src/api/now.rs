//! How it is now as CSV and `GeoJSON`: `GET /api/v1/places.csv`, `/api/v1/places.geojson`, and the same for one place.

use super::{Count, kind, word};
use crate::pages::data::LICENCE_HREF;
use crate::portal::Portal;
use crate::problem::Problem;
use app::{Freshness, PlaceCard};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use engagement::PublicCount;
use model::{Busyness, PlaceId};
use serde::Serialize;
use serde_json::{Value, json};

/// A place and how it is now, flat. A silent place has no number: what was is not what is.
#[derive(Serialize)]
struct Row<'a> {
    place: &'a str,
    name: &'a str,
    kind: &'static str,
    latitude: Option<f64>,
    longitude: Option<f64>,
    capacity: Option<u32>,
    measure: Option<&'static str>,
    amount: Option<u32>,
    fewer_than: Option<u32>,
    usual: Option<u32>,
    busyness: Option<&'static str>,
    updated_at: Option<String>,
    silent: bool,
}

/// The columns, so that a file without places has its head too.
const COLUMNS: [&str; 13] = [
    "place",
    "name",
    "kind",
    "latitude",
    "longitude",
    "capacity",
    "measure",
    "amount",
    "fewer_than",
    "usual",
    "busyness",
    "updated_at",
    "silent",
];

pub(crate) async fn all_csv(State(portal): State<Portal>) -> Result<Response, Problem> {
    csv(&portal, &all(&portal).await?, "places")
}

pub(crate) async fn all_geojson(State(portal): State<Portal>) -> Result<Response, Problem> {
    let cards = all(&portal).await?;
    let features: Vec<Value> = cards.iter().map(|card| feature(&portal, card)).collect();
    Ok(sent(&json!({ "type": "FeatureCollection", "licence": LICENCE_HREF, "features": features })))
}

pub(crate) async fn one_csv(State(portal): State<Portal>, Path(id): Path<String>) -> Result<Response, Problem> {
    csv(&portal, &[one(&portal, &id).await?], &id)
}

pub(crate) async fn one_geojson(State(portal): State<Portal>, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(sent(&feature(&portal, &one(&portal, &id).await?)))
}

async fn all(portal: &Portal) -> Result<Vec<PlaceCard>, Problem> {
    let now = portal.now();
    portal.read(move |source| source.home(now)).await
}

async fn one(portal: &Portal, id: &str) -> Result<PlaceCard, Problem> {
    let id = PlaceId::new(id).map_err(|_| Problem::not_found())?;
    let now = portal.now();
    let page = portal.read(move |source| source.place(&id, now)).await?;
    page.map(|page| page.card).ok_or_else(Problem::not_found)
}

fn csv(portal: &Portal, cards: &[PlaceCard], name: &str) -> Result<Response, Problem> {
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    csv.write_record(COLUMNS).map_err(Problem::internal)?;
    for card in cards {
        csv.serialize(row(portal, card)).map_err(Problem::internal)?;
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    Ok((headers, csv.into_inner().map_err(Problem::internal)?).into_response())
}

fn row<'a>(portal: &Portal, card: &'a PlaceCard) -> Row<'a> {
    let place = &card.place;
    let now = card.now.filter(|_| matches!(card.freshness, Freshness::Fresh(_)));
    let Count { amount, fewer_than } = now.map_or(Count { amount: None, fewer_than: None }, |now| now.amount.into());
    let first = portal.municipality().languages.first().copied().unwrap_or(model::Language::En);
    Row {
        place: place.id.as_str(),
        name: place.name.best(first).0,
        kind: kind(place.kind),
        latitude: place.position.map(|p| p.latitude),
        longitude: place.position.map(|p| p.longitude),
        capacity: place.capacity,
        measure: place.measure.map(word),
        amount,
        fewer_than,
        usual: now.and_then(|now| now.usual).and_then(PublicCount::known),
        busyness: now.and_then(|now| now.busyness).map(|busyness| match busyness {
            Busyness::Calm => "calm",
            Busyness::Usual => "usual",
            Busyness::Busy => "busy",
        }),
        updated_at: match card.freshness {
            Freshness::Never => None,
            Freshness::Fresh(at) | Freshness::SilentSince(at) => Some(at.to_string()),
        },
        silent: matches!(card.freshness, Freshness::SilentSince(_)),
    }
}

/// RFC 7946 section 3.2: a place that lies nowhere has a null geometry.
fn feature(portal: &Portal, card: &PlaceCard) -> Value {
    let point = |p: model::Position| json!({ "type": "Point", "coordinates": [p.longitude, p.latitude] });
    json!({
        "type": "Feature",
        "id": card.place.id.as_str(),
        "geometry": card.place.position.map(point),
        "properties": row(portal, card),
    })
}

fn sent(json: &Value) -> Response {
    ([(CONTENT_TYPE, "application/geo+json")], json.to_string()).into_response()
}

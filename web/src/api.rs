//! What a program can ask for, one file per action.

mod downlinks;
mod drawing;
mod feed;
pub(crate) mod frames_live;
mod hours;
mod metrics;
mod now;
mod openapi;
mod places;
mod program;
pub(crate) mod uplinks_live;

use crate::router::Way;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use engagement::PublicCount;
use model::{Measure, PlaceKind};
use serde::Serialize;

/// Says which gate an answer has passed (invariant 13): `public`, or `none` for the feed behind a token.
pub(crate) const GATE: HeaderName = HeaderName::from_static("allting-gate");

/// Everything under `/api/` but the streams.
pub(crate) fn answers() -> Vec<Way> {
    let ways: [Way; 9] = [
        ("/api/v1/openapi.json", get(openapi::get)),
        ("/api/v1/places", get(places::all)),
        ("/api/v1/places.csv", get(now::all_csv)),
        ("/api/v1/places.geojson", get(now::all_geojson)),
        ("/api/v1/places/{id}", get(places::one)),
        ("/api/v1/places/{id}/now.csv", get(now::one_csv)),
        ("/api/v1/places/{id}/now.geojson", get(now::one_geojson)),
        ("/api/v1/places/{id}/hours.csv", get(hours::csv)),
        ("/api/v1/places/{id}/hours.json", get(hours::json)),
    ];
    let drawing: Way = ("/api/v1/map.geojson", get(drawing::get));
    ways.into_iter().chain([drawing]).map(|(address, way)| (address, way.layer(map_response(open)))).collect()
}

/// What a program does with a token: nothing here has passed the public gate.
pub(crate) fn programs() -> Vec<Way> {
    let of_device = get(downlinks::list).post(downlinks::send).delete(downlinks::withdraw_all);
    let ways: [Way; 3] = [
        ("/metrics", get(metrics::get)),
        ("/api/v1/devices/{dev_eui}/downlinks", of_device),
        ("/api/v1/devices/{dev_eui}/downlinks/{id}", get(downlinks::one).delete(downlinks::withdraw)),
    ];
    ways.into_iter().map(|(address, way)| (address, way.layer(map_response(behind_a_token)))).collect()
}

async fn behind_a_token(mut response: Response) -> Response {
    response.headers_mut().insert(GATE, HeaderValue::from_static("none"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Open data may be read from any page of the web, and is at most ten seconds old.
pub(crate) async fn open(mut response: Response) -> Response {
    let headers = [
        (GATE, "public"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (CACHE_CONTROL, "public, max-age=10"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A count: either the number, or what it is fewer than.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    amount: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fewer_than: Option<u32>,
}

impl From<PublicCount> for Count {
    fn from(count: PublicCount) -> Self {
        match count {
            PublicCount::Exactly(amount) => Self { amount: Some(amount), fewer_than: None },
            PublicCount::FewerThan(limit) => Self { amount: None, fewer_than: Some(limit) },
        }
    }
}

/// The word of a measure in open data.
const fn word(measure: Measure) -> &'static str {
    match measure {
        Measure::PeopleNow => "people-now",
        Measure::Visits => "visits",
        Measure::BaysTaken => "bays-taken",
    }
}

/// The word of a sort of place in open data.
const fn kind(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Library => "library",
        PlaceKind::SwimmingPool => "swimming-pool",
        PlaceKind::BathingPlace => "bathing-place",
        PlaceKind::IceRink => "ice-rink",
        PlaceKind::SportsHall => "sports-hall",
        PlaceKind::Trail => "trail",
        PlaceKind::YouthCentre => "youth-centre",
        PlaceKind::Museum => "museum",
        PlaceKind::Square => "square",
        PlaceKind::Parking => "parking",
        PlaceKind::Other => "other",
    }
}

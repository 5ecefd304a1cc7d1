//! `GET /api/v1/map.geojson`: the drawn map, for the interactive one.

use crate::portal::Portal;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use model::{Shape, ShapeKind};
use serde_json::{Value, json};

pub(crate) async fn get(State(portal): State<Portal>) -> Result<Response, Problem> {
    let municipality = portal.municipality();
    let drawing = municipality.map.drawing.as_ref().ok_or_else(Problem::not_found)?;
    let features: Vec<Value> = drawing.shapes.iter().map(feature).collect();
    let map = json!({ "type": "FeatureCollection", "attribution": drawing.attribution, "features": features });
    Ok(([(CONTENT_TYPE, "application/geo+json")], map.to_string()).into_response())
}

fn feature(shape: &Shape) -> Value {
    let lines: Vec<Vec<[f64; 2]>> =
        shape.lines.iter().map(|line| line.iter().map(|p| [p.longitude, p.latitude]).collect()).collect();
    let (kind, geometry, coordinates) = match shape.kind {
        ShapeKind::Water => ("water", "Polygon", json!(lines)),
        ShapeKind::Forest => ("forest", "Polygon", json!(lines)),
        ShapeKind::Built => ("built", "Polygon", json!(lines)),
        ShapeKind::Stream => ("stream", "MultiLineString", json!(lines)),
        ShapeKind::Road => ("road", "MultiLineString", json!(lines)),
        ShapeKind::Rail => ("rail", "MultiLineString", json!(lines)),
        ShapeKind::Path => ("path", "MultiLineString", json!(lines)),
        ShapeKind::Label => ("label", "Point", json!(lines.first().and_then(|line| line.first()))),
    };
    let geometry = json!({ "type": geometry, "coordinates": coordinates });
    json!({ "type": "Feature", "properties": { "kind": kind, "name": shape.name }, "geometry": geometry })
}

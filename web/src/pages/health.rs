//! `GET /healthz`: the process answers, and what is configured can be had.

use crate::portal::Portal;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};

pub(crate) async fn get(State(portal): State<Portal>) -> Response {
    let places = portal.municipality().places.len();
    ([(CACHE_CONTROL, "no-store")], format!("ok, {places} places\n")).into_response()
}

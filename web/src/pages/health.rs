//! `GET /healthz`: the process answers, what is configured can be had, and what is wrong with the box as a whole, a word a line.
//! 503 when it cannot store what it hears.

use crate::portal::Portal;
use crate::problem::InOwnWords;
use app::Trouble;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;

pub(crate) async fn get(State(portal): State<Portal>) -> Response {
    let (places, troubles) = (portal.municipality().places.len(), portal.source().troubles());
    let (status, word) = if troubles.contains(&Trouble::NotStoring) {
        (StatusCode::SERVICE_UNAVAILABLE, "not well")
    } else {
        (StatusCode::OK, "ok")
    };
    let mut text = format!("{word}, {places} places\n");
    for trouble in &troubles {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}", trouble.word());
    }
    (status, [(CACHE_CONTROL, "no-store")], Extension(InOwnWords), text).into_response()
}

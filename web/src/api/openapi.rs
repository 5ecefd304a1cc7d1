//! `GET /api/v1/openapi.json`: what programs can ask for, described for programs.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

pub(crate) async fn get() -> Response {
    ([(CONTENT_TYPE, "application/json")], include_str!("../../assets/openapi.json")).into_response()
}

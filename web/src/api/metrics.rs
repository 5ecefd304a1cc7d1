//! `GET /metrics` with a read token: figures of the box for a monitoring program, `OpenMetrics` text 1.0.0.

use super::program::program;
use crate::portal::Portal;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use model::Scope;

pub(crate) async fn get(State(portal): State<Portal>, headers: HeaderMap) -> Result<Response, Problem> {
    program(&portal, &headers, Scope::Read).await?;
    let now = portal.now();
    let text = portal.read(move |source| source.metrics(now)).await?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}

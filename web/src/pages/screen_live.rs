//! `GET /screen/{id}/live`: how the places of a screen are, as server-sent events.

use crate::live::{Says, event, stream};
use crate::pages::screen::{Asked, language, screen, slides};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::Language;
use serde::Serialize;
use std::time::Duration;
use tokio::time::sleep;

/// A screen is looked at from afar: it need not be quicker.
const PACE: Duration = Duration::from_secs(10);

/// One place of the screen.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    #[serde(flatten)]
    now: &'a crate::view::Now,
    sun: Option<&'a crate::view::Sun>,
}

pub(crate) async fn get(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let municipality = portal.municipality();
    screen(&municipality.screens, &id)?;
    let language = language(&municipality.languages, &asked.map(|Query(asked)| asked).unwrap_or_default().lang);
    let seat = portal.live.viewer()?;
    Ok(stream(seat, "text/event-stream", |says| tell(portal, language, id, says)))
}

async fn tell(portal: Portal, language: Language, id: String, says: Says) {
    loop {
        match said(&portal, language, &id).await {
            Ok(json) if says.send(event("places", &json)).await.is_ok() => {}
            Ok(_) => return,
            Err(problem) => return tracing::error!(screen = id, ?problem, "a screen could not be told"),
        }
        sleep(PACE).await;
    }
}

async fn said(portal: &Portal, language: Language, id: &str) -> Result<String, Problem> {
    let reader = Reader::of(portal, language, String::new());
    let municipality = portal.municipality();
    let slides = slides(screen(&municipality.screens, id)?, &reader).await?;
    let told: Vec<Told<'_>> = slides
        .iter()
        .map(|slide| Told { id: &slide.id, now: &slide.now, sun: slide.horizon.as_ref().and_then(|h| h.sun.as_ref()) })
        .collect();
    serde_json::to_string(&told).map_err(Problem::internal)
}

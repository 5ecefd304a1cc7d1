//! `GET /{lang}/places/{id}/live`: how a place is now, as server-sent events with the very strings the page shows.

use crate::live::{Says, event, stream};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::view::{Horizon, Now, Sun};
use axum::extract::Path;
use axum::response::Response;
use model::{Language, PlaceId};
use serde::Serialize;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{sleep, timeout};

/// Without news the strings are told again this often: "4 minutes ago" becomes "5 minutes ago".
const RETELL: Duration = Duration::from_secs(30);
/// However much happens, a page hears of it at most this often.
const PACE: Duration = Duration::from_secs(1);

/// What changes on an open page.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    now: Now,
    sun: Option<Sun>,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let id = reader.place(&id)?.id.clone();
    let seat = reader.portal.live.viewer()?;
    let news = reader.portal.source().follow_places();
    let (portal, language) = (reader.portal.clone(), reader.language());
    Ok(stream(seat, "text/event-stream", |says| tell(portal, language, id, news, says)))
}

async fn tell(portal: Portal, language: Language, id: PlaceId, mut news: Receiver<PlaceId>, says: Says) {
    loop {
        match said(&portal, language, id.clone()).await {
            Ok(Some(json)) if says.send(event("place", &json)).await.is_ok() => {}
            // The reader left, or the place is gone.
            Ok(_) => return,
            Err(problem) => return tracing::error!(place = %id, ?problem, "a live page could not be told"),
        }
        sleep(PACE).await;
        let _ = timeout(RETELL, news_of(&id, &mut news)).await;
    }
}

/// Waits for news of this place. Missed news may have been of it.
async fn news_of(id: &PlaceId, news: &mut Receiver<PlaceId>) {
    loop {
        match news.recv().await {
            Ok(of) if of != *id => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// How the place is now, as JSON; none when there is no such place any more.
async fn said(portal: &Portal, language: Language, id: PlaceId) -> Result<Option<String>, Problem> {
    let reader = Reader::of(portal, language, String::new());
    let now = reader.now;
    let Some(page) = portal.read(move |source| source.place(&id, now)).await? else { return Ok(None) };
    let told = Told { now: Now::of(&page.card, &reader), sun: Horizon::of(&page, &reader).and_then(|h| h.sun) };
    serde_json::to_string(&told).map(Some).map_err(Problem::internal)
}

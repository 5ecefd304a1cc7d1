//! What programs follow: server-sent events when these are asked for, else a line of JSON each (NDJSON). It has not passed the public
//! gate, and says so.

use super::GATE;
use crate::live::{BEAT, HEARTBEAT, Says, event, stream};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::header;
use axum::body::Bytes;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

/// The reader was too slow, and so many were not told.
#[derive(Serialize)]
struct Missed {
    missed: u64,
}

/// How the stream is written.
#[derive(Clone, Copy)]
enum Style {
    Events,
    Lines,
}

/// Answers with a feed of what was and what comes, each a `name` whose JSON `tell` writes.
pub(crate) fn feed<T: Send + Sync + 'static>(
    portal: &Portal,
    headers: &HeaderMap,
    name: &'static str,
    (past, coming): (Vec<Arc<T>>, Receiver<Arc<T>>),
    tell: impl Fn(&T) -> String + Send + 'static,
) -> Result<Response, Problem> {
    let seat = portal.live.feed()?;
    let events = header(headers, &ACCEPT).is_some_and(|accept| accept.contains("text/event-stream"));
    let (style, kind) =
        if events { (Style::Events, "text/event-stream") } else { (Style::Lines, "application/x-ndjson") };
    let mut response = stream(seat, kind, move |says| follow(name, past, coming, style, says, tell));
    response.headers_mut().insert(GATE, HeaderValue::from_static("none"));
    Ok(response)
}

async fn follow<T>(
    name: &'static str,
    past: Vec<Arc<T>>,
    mut coming: Receiver<Arc<T>>,
    style: Style,
    says: Says,
    tell: impl Fn(&T) -> String,
) {
    for one in past {
        if says.send(style.piece(name, &tell(&one))).await.is_err() {
            return;
        }
    }
    loop {
        let piece = match timeout(HEARTBEAT, coming.recv()).await {
            Err(_) => style.beat(),
            Ok(Ok(one)) => style.piece(name, &tell(&one)),
            Ok(Err(RecvError::Lagged(missed))) => style.piece("missed", &json(&Missed { missed })),
            Ok(Err(RecvError::Closed)) => return,
        };
        if says.send(piece).await.is_err() {
            return;
        }
    }
}

/// What is told is made of texts and numbers: it always has JSON.
pub(crate) fn json(said: &impl Serialize) -> String {
    serde_json::to_string(said).unwrap_or_default()
}

impl Style {
    fn piece(self, name: &str, json: &str) -> Bytes {
        match self {
            Self::Events => event(name, json),
            Self::Lines => Bytes::from(format!("{json}\n")),
        }
    }

    /// Readers of events skip comments; readers of lines skip empty ones.
    fn beat(self) -> Bytes {
        match self {
            Self::Events => BEAT,
            Self::Lines => Bytes::from_static(b"\n"),
        }
    }
}

use crate::problem::Problem;
use axum::body::Bytes;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

/// Pages that may follow along at once. A small town on the night of the ice hockey final; each costs a few kilobytes.
const VIEWERS_MAX: usize = 500;
/// Programs that may follow the uplinks at once.
const FEEDS_MAX: usize = 16;
/// A stream that has nothing to say says so this often, so that both sides notice a broken line.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(20);

/// The seats for those who follow along.
#[derive(Clone)]
pub(crate) struct Live {
    viewers: Arc<Semaphore>,
    feeds: Arc<Semaphore>,
    closing: Arc<watch::Sender<bool>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            viewers: Arc::new(Semaphore::new(VIEWERS_MAX)),
            feeds: Arc::new(Semaphore::new(FEEDS_MAX)),
            closing: Arc::new(watch::Sender::new(false)),
        }
    }
}

/// One seat. It is given back when it is dropped.
pub(crate) struct Seat {
    _permit: OwnedSemaphorePermit,
    closing: watch::Receiver<bool>,
}

impl Live {
    /// A seat for a page that follows a place.
    pub(crate) fn viewer(&self) -> Result<Seat, Problem> {
        self.seat(&self.viewers)
    }

    /// A seat for a program that follows the uplinks.
    pub(crate) fn feed(&self) -> Result<Seat, Problem> {
        self.seat(&self.feeds)
    }

    fn seat(&self, of: &Arc<Semaphore>) -> Result<Seat, Problem> {
        let permit = Arc::clone(of).try_acquire_owned().map_err(|_| Problem::crowded())?;
        Ok(Seat { _permit: permit, closing: self.closing.subscribe() })
    }

    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
        self.viewers.close();
        self.feeds.close();
    }
}

/// Where a stream puts what it says. At most one piece waits, so a slow reader costs no memory.
pub(crate) type Says = mpsc::Sender<Bytes>;

/// Answers with a stream of `kind`. `tell` runs until it is done, the reader leaves or the portal closes; the seat is taken until then.
pub(crate) fn stream<F>(mut seat: Seat, kind: &'static str, tell: impl FnOnce(Says) -> F) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let (says, said) = mpsc::channel(1);
    let telling = tell(says.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = telling => {}
            () = says.closed() => {}
            _ = seat.closing.wait_for(|closing| *closing) => {}
        }
    });
    let body = axum::body::Body::from_stream(ReceiverStream::new(said).map(Ok::<_, Infallible>));
    // Some proxies hold back what they could buffer.
    let headers =
        [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    (headers, body).into_response()
}

/// One server-sent event. `data` is JSON and has no line break.
pub(crate) fn event(name: &str, data: &str) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

/// A comment that keeps a stream of events alive.
pub(crate) const BEAT: Bytes = Bytes::from_static(b":\n\n");

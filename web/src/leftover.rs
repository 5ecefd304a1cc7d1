use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::Handle;

/// What is read of a request after its answer is known: an upload that was too long by far.
const BYTES_MAX: usize = 16 << 20;
/// And for how long.
const WITHIN: Duration = Duration::from_secs(20);

/// The body of a request. What nobody wanted of it is read to its end and thrown away: a browser that is cut off while it sends never looks at the
/// answer, and its reader sees a broken line where the box says what was too long (RFC 9112, section 9.6).
#[derive(Debug)]
pub(crate) struct Leftover(Option<Incoming>);

impl Leftover {
    pub(crate) fn body(of: Incoming) -> Body {
        if of.is_end_stream() { Body::empty() } else { Body::new(Self(Some(of))) }
    }
}

impl HttpBody for Leftover {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = self.0.as_mut() else { return Poll::Ready(None) };
        let read = Pin::new(body).poll_frame(context);
        if matches!(read, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        read
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let left = self.0.take().filter(|body| !body.is_end_stream());
        // When the box stops, requests are dropped after what could read them.
        if let (Some(body), Ok(runtime)) = (left, Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(WITHIN, read_away(body)));
        }
    }
}

async fn read_away(mut body: Incoming) {
    let mut read = 0;
    while read < BYTES_MAX {
        let Some(Ok(frame)) = body.frame().await else { return };
        read += frame.data_ref().map_or(0, Bytes::len);
    }
}

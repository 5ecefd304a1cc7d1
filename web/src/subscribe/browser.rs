//! News in a browser: what its page and its worker say to the box (`news-here.js`, `push-worker.js`), and what they are told.

use super::form::Form;
use super::{hall, work};
use crate::problem::{InOwnWords, Problem};
use crate::reader::Reader;
use crate::take_part::Arrived;
use app::SubscriptionError;
use axum::Extension;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use model::{Browser, Cadence, Subscription};

/// What shows messages while no page is open. Its address stays, so that a browser finds a newer one.
pub(super) async fn worker() -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("../../assets/push-worker.js")).into_response()
}

/// A browser asks for news of what is ticked.
pub(super) async fn asks(reader: Reader, arrived: Arrived) -> Result<Response, Problem> {
    let pairs = &arrived.pairs;
    let chosen: Vec<String> = pairs.all("about").map(str::to_owned).collect();
    let interests = Form::of(&reader, &chosen, Cadence::AtOnce)?.interests();
    if interests.is_empty() {
        return Ok(told(&reader, StatusCode::UNPROCESSABLE_ENTITY, "subscribe-wrong-what"));
    }
    let key = |name: &str| BASE64URL.decode(pairs.get(name).trim_end_matches('=')).unwrap_or_default();
    let Ok(browser) = Browser::new(pairs.get("endpoint"), &key("p256dh"), &key("auth")) else {
        return Ok(told(&reader, StatusCode::UNPROCESSABLE_ENTITY, "push-failed"));
    };
    let hall = hall(&reader.portal)?;
    let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
    let wish = Subscription { interests, cadence: Cadence::AtOnce, language: reader.language() };
    let (status, key) = work(&hall, move |app| match app.subscribe_browser(&browser, &wish, Some(client), now) {
        Err(SubscriptionError::PushService) => Ok((StatusCode::UNPROCESSABLE_ENTITY, "push-service")),
        Err(SubscriptionError::Wait(_)) => Ok((StatusCode::TOO_MANY_REQUESTS, "problem-wait-help")),
        done => done.map(|()| (StatusCode::OK, "push-asked")),
    })
    .await?;
    Ok(told(&reader, status, key))
}

/// A browser wants no more. What it is told is the same for one that is not known.
pub(super) async fn stops(reader: Reader, arrived: Arrived) -> Result<Response, Problem> {
    let endpoint: String = arrived.pairs.get("endpoint").chars().take(Browser::ENDPOINT_BYTES_MAX).collect();
    let hall = hall(&reader.portal)?;
    let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
    work(&hall, move |app| app.stop_browser(&endpoint, Some(client), now)).await?;
    Ok(told(&reader, StatusCode::OK, "push-stopped"))
}

/// A sentence that the page shows as it is.
fn told(reader: &Reader, status: StatusCode, key: &str) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (status, headers, Extension(InOwnWords), reader.text(key)).into_response()
}

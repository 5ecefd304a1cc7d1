use crate::portal::Portal;
use crate::problem::{Problem, tell};
use crate::{api, assets, pages, staff};
use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::get;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// A page takes milliseconds. One that takes this long is stuck, and its reader should be told.
const PAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// Visitors send nothing.
const BODY_MAX: usize = 1024;

/// What the browser may do with a page: nothing but show it with our own style and script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// On every answer, unless the answer itself says otherwise.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The portal as an axum router.
pub fn router(portal: Portal) -> Router {
    let answers = Router::new()
        .route("/", get(pages::front::get))
        .route("/healthz", get(pages::health::get))
        .route("/assets/{name}", get(assets::get))
        .route("/{lang}", get(pages::front::with_slash))
        .route("/{lang}/", get(pages::home::get))
        .route("/{lang}/places/{id}", get(pages::place::get))
        .route("/{lang}/places/{id}/data", get(pages::place_data::get))
        .route("/{lang}/data", get(pages::data::get))
        .route("/{lang}/about", get(pages::about::get))
        .route("/{lang}/components", get(pages::components::get))
        .merge(api::routes())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PAGE_TIMEOUT));
    let streams = Router::new()
        .route("/{lang}/places/{id}/live", get(pages::place_live::get))
        .route("/api/v1/uplinks/live", get(api::uplinks_live::get));
    let rooms = staff::routes(&portal)
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PAGE_TIMEOUT))
        .layer(RequestBodyLimitLayer::new(staff::FORM_BYTES_MAX));
    answers
        .layer(CompressionLayer::new())
        .merge(streams)
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .merge(rooms)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn_with_state(portal.clone(), tell))
        .layer(map_response(with_headers))
        .with_state(portal)
}

async fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

use crate::portal::Portal;
use crate::problem::{Problem, tell};
use crate::{api, assets, embeds, feeds, flood, line, pages, panel, staff, subscribe, take_part, talk, tiles};
use axum::Router;
use axum::extract::State;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, map_response_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// A page takes milliseconds. One that takes this long is stuck, and its reader should be told.
const PAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// A long answer over a weak line takes its time, and a photo more.
const FORM_TIMEOUT: Duration = Duration::from_mins(4);
/// The longest body of a program is a command for a device; visitors send nothing.
const BODY_MAX: usize = 16 * 1024;

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

/// An address and who answers there.
pub(crate) type Way = (&'static str, MethodRouter<Portal>);

/// What is answered at once.
fn answers() -> Vec<Way> {
    vec![
        ("/", get(pages::front::get)),
        ("/healthz", get(pages::health::get)),
        ("/assets/{name}", get(assets::get)),
        (tiles::ADDRESS, get(tiles::get)),
        ("/{lang}", get(pages::front::with_slash)),
        ("/{lang}/", get(pages::home::get)),
        ("/{lang}/places/{id}", get(pages::place::get)),
        ("/{lang}/places/{id}/data", get(pages::place_data::get)),
        ("/{lang}/places/{id}/poster", get(pages::poster::get)),
        ("/{lang}/places/{id}/embed", get(pages::embed::get)),
        ("/{lang}/places/{id}/card.png", get(embeds::card)),
        ("/{lang}/news", get(pages::news::list)),
        ("/{lang}/news/{id}", get(pages::news::item)),
        ("/{lang}/news/{id}/picture", get(pages::news::picture)),
        ("/{lang}/data", get(pages::data::get)),
        ("/{lang}/about", get(pages::about::get)),
        ("/{lang}/components", get(pages::components::get)),
        ("/screen/{id}", get(pages::screen::get)),
        ("/embed/{lang}/{id}", get(embeds::frame)),
        ("/embed/{lang}/{id}/picture.svg", get(embeds::svg)),
        ("/embed/{lang}/{id}/picture.png", get(embeds::png)),
    ]
}

/// What is told for as long as somebody listens. A compressed stream would be held back.
fn streams() -> Vec<Way> {
    vec![
        ("/{lang}/places/{id}/live", get(pages::place_live::get)),
        ("/screen/{id}/live", get(pages::screen_live::get)),
        ("/api/v1/frames/live", get(api::frames_live::get)),
        ("/api/v1/uplinks/live", get(api::uplinks_live::get)),
    ]
}

/// Every address at which the portal answers, as patterns: a test goes through them all and looks for what must not get out.
pub fn addresses() -> Vec<&'static str> {
    [
        answers(),
        feeds::answers(),
        take_part::answers(),
        panel::answers(),
        subscribe::answers(),
        talk::answers(),
        take_part::forms(),
        take_part::streams(),
        api::answers(),
        api::programs(),
        streams(),
    ]
    .into_iter()
    .flatten()
    .map(|(address, _)| address)
    .collect()
}

/// Every address of the staff's rooms, as patterns.
pub fn rooms() -> Vec<&'static str> {
    staff::addresses()
}

/// The portal as an axum router.
pub fn router(portal: Portal) -> Router {
    let put = |router: Router<Portal>, (address, way): Way| router.route(address, way);
    let people = [take_part::answers(), panel::answers(), subscribe::answers(), talk::answers()].concat();
    let answers = [answers(), feeds::answers(), people, api::answers(), api::programs()];
    let answers = answers.into_iter().flatten().fold(Router::new(), put);
    let forms = take_part::forms()
        .into_iter()
        .fold(Router::new(), put)
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, FORM_TIMEOUT))
        .layer(compressed())
        .layer(RequestBodyLimitLayer::new(take_part::UPLOAD_BYTES_MAX));
    let streams = streams().into_iter().chain(take_part::streams()).fold(Router::new(), put);
    let rooms = staff::routes(&portal).layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PAGE_TIMEOUT));
    answers
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PAGE_TIMEOUT))
        .layer(compressed())
        .merge(streams)
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .merge(forms)
        .merge(rooms)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn_with_state(portal.clone(), flood::hold_back))
        .layer(from_fn_with_state(portal.clone(), tell))
        .layer(from_fn_with_state(portal.clone(), line::take))
        .layer(map_response_with_state(portal.clone(), with_headers))
        .with_state(portal)
}

/// Gzip: Brotli, made anew for each page, takes twice its time for three hundredths less. What pages bring along has Brotli that is kept.
fn compressed() -> CompressionLayer<impl Predicate> {
    let fonts = NotForContentType::const_new("font/");
    CompressionLayer::new().compress_when(DefaultPredicate::new().and(fonts))
}

async fn with_headers(State(portal): State<Portal>, mut response: Response) -> Response {
    // A page with a policy of its own says in it who may frame it.
    let own_policy = response.headers().contains_key(CONTENT_SECURITY_POLICY);
    for (name, value) in HEADERS.into_iter().filter(|(name, _)| !(own_policy && *name == X_FRAME_OPTIONS)) {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    // A map service elsewhere may give pictures, and nothing else: the one hole, and only when it is configured.
    if let Some(raster) = &portal.municipality().map.raster {
        let opened = POLICY.replace("img-src 'self'", &format!("img-src 'self' {}", raster.origin));
        if let Some(policy) = HeaderValue::from_str(&opened).ok().filter(|_| !own_policy) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

//! A place on somebody else's page: a small box, and pictures.

use crate::pages::place::address;
use crate::picture::{self, Format};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::{Fragment, Horizon, Now};
use app::PlacePage;
use axum::extract::{FromRequestParts, Path};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Pictures on other pages are at most a minute old.
const PICTURE_AGE: &str = "public, max-age=60";

/// The box that other pages may frame.
#[derive(Debug, Serialize)]
struct Framed {
    name: Fragment,
    now: Now,
    horizon: Option<Horizon>,
    href: String,
    live: String,
}

/// A reader whose language stands after `/embed/`.
pub(crate) struct Guest(Reader);

impl FromRequestParts<Portal> for Guest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Problem> {
        let rest = parts.uri.path().strip_prefix("/embed/").ok_or_else(Problem::not_found)?;
        let language = rest.split('/').next().and_then(|tag| tag.parse().ok()).ok_or_else(Problem::not_found)?;
        let reader = Reader::of(portal, language, String::new());
        if !reader.municipality.languages.contains(&language) {
            return Err(Problem::not_found());
        }
        Ok(Self(reader))
    }
}

/// `GET /embed/{lang}/{id}`: the box.
pub(crate) async fn frame(Guest(reader): Guest, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let page = read(&reader, &id).await?;
    let name = Fragment::of(&page.card.place.name, reader.language());
    let framed = Framed {
        now: Now::of(&page.card, &reader),
        horizon: Horizon::of(&page, &reader),
        href: reader.origin() + &address(reader.language(), &id),
        live: address(reader.language(), &id) + "/live",
        name,
    };
    let frame = Frame { title: framed.name.text.clone(), ..reader.frame() };
    let mut response = reader.answer("embed_frame.html", &frame, &framed)?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    shared(headers);
    Ok(response)
}

/// Any page may frame it; otherwise it may do what a page may, less forms.
const FRAMED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";

/// `GET /embed/{lang}/{id}/picture.svg`.
pub(crate) async fn svg(Guest(reader): Guest, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let page = read(&reader, &id).await?;
    Ok(sent("image/svg+xml", picture::svg(&page, &reader, Format::Badge)?))
}

/// `GET /embed/{lang}/{id}/picture.png`.
pub(crate) async fn png(Guest(reader): Guest, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    drawn(&reader, &id, Format::Badge).await
}

/// `GET /{lang}/places/{id}/card.png`: the picture that goes with a shared link.
pub(crate) async fn card(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    drawn(&reader, &id, Format::Card).await
}

async fn drawn(reader: &Reader, id: &str, format: Format) -> Result<Response, Problem> {
    let page = read(reader, id).await?;
    let svg = picture::svg(&page, reader, format)?;
    Ok(sent("image/png", reader.portal.pictures.png(svg, format).await?))
}

async fn read(reader: &Reader, id: &str) -> Result<PlacePage, Problem> {
    let id = reader.place(id)?.id.clone();
    let now = reader.now;
    reader.portal.read(move |source| source.place(&id, now)).await?.ok_or_else(Problem::not_found)
}

fn sent(kind: &'static str, content: impl Into<axum::body::Body>) -> Response {
    let mut response = ([(CONTENT_TYPE, kind), (CACHE_CONTROL, PICTURE_AGE)], content.into()).into_response();
    shared(response.headers_mut());
    response
}

/// Other sites may show it.
fn shared(headers: &mut HeaderMap) {
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
}

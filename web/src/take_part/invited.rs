//! `GET /invited/{id}/{code}`: the link of an invitation. What it leads to carries the code in its form, and never again in an address.

use super::{activity, hall};
use crate::language::choose;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::{Reader, header};
use app::Pass;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL};
use axum::response::{IntoResponse, Redirect, Response};
use model::activity::Code;

/// To the page in the reader's language.
pub(crate) async fn front(
    State(portal): State<Portal>,
    Path((id, code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let activity = hall(&portal)?.public(&id)?;
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let language = choose(header(&headers, &ACCEPT_LANGUAGE), &portal.municipality().languages);
    let to = Redirect::to(&format!("/{language}/invited/{}/{code}", activity.id));
    Ok(([(CACHE_CONTROL, "no-store")], to).into_response())
}

pub(crate) async fn get(
    reader: Reader,
    Path((_, id, code)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let found = hall.public(&id)?;
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let mut response = activity::invited(&reader, &hall, &found, Pass::Invited(code)).await?;
    response.headers_mut().insert(CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    Ok(response)
}

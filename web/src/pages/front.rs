//! `GET /`: to the home page in the reader's language.

use crate::language::choose;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::{Reader, header};
use axum::extract::State;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

pub(crate) async fn get(State(portal): State<Portal>, headers: HeaderMap) -> Response {
    let language = choose(header(&headers, &ACCEPT_LANGUAGE), &portal.municipality().languages);
    let mut response = Redirect::to(&format!("/{language}/")).into_response();
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-language"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// `GET /{lang}`: people leave the slash out.
pub(crate) async fn with_slash(reader: Reader) -> Result<Redirect, Problem> {
    Ok(Redirect::permanent(&format!("/{}/", reader.language())))
}

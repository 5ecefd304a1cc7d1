//! `/panel/stop/{code}`: the way out that stands in every letter. It stops letters and can do nothing else, for letters are passed on.

use super::front::named;
use super::{Lobby, private};
use crate::language::choose;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::{Reader, header};
use crate::take_part::Arrived;
use crate::view::Fragment;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL};
use axum::response::{IntoResponse, Redirect, Response};
use model::activity::Code;
use serde::Serialize;

/// What stops.
#[derive(Debug, Serialize)]
struct Stop {
    name: Fragment,
    action: String,
    me: String,
    /// `ask`, or `done`: the same for a link that leads nowhere.
    step: &'static str,
}

/// `GET`: to the page in the reader's language.
pub(super) async fn front(
    State(portal): State<Portal>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Lobby::of(&portal)?;
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let language = choose(header(&headers, &ACCEPT_LANGUAGE), &portal.municipality().languages);
    let to = Redirect::to(&format!("/{language}/panel/stop/{code}"));
    Ok(([(CACHE_CONTROL, "no-store")], to).into_response())
}

/// `POST`: from a mail program, for its owner (RFC 8058). It comes from elsewhere, and what is in it is not looked at.
pub(super) async fn one_click(State(portal): State<Portal>, Path(code): Path<String>) -> Result<Response, Problem> {
    let lobby = Lobby::of(&portal)?;
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let now = portal.now();
    // Programs of one provider speak for many people, so they are not held to the limit of one address.
    lobby.work(move |app| app.stop_panel_letters(&code, None, now)).await?;
    Ok(([(CACHE_CONTROL, "no-store")], "ok\n").into_response())
}

pub(super) async fn get(reader: Reader, Path((_, code)): Path<(String, String)>) -> Result<Response, Problem> {
    answer(&reader, &code, "ask")
}

pub(super) async fn post(
    reader: Reader,
    Path((_, code)): Path<(String, String)>,
    _: Arrived,
) -> Result<Response, Problem> {
    let lobby = Lobby::of(&reader.portal)?;
    let parsed = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let (client, now) = (lobby.hall.app.client(reader.line.from, reader.now), reader.now);
    lobby.work(move |app| app.stop_panel_letters(&parsed, Some(client), now)).await?;
    answer(&reader, &code, "done")
}

fn answer(reader: &Reader, code: &str, step: &'static str) -> Result<Response, Problem> {
    let lobby = Lobby::of(&reader.portal)?;
    let code = Code::parse(code).ok_or_else(Problem::not_found)?;
    let panel = format!("/{}/panel", reader.language());
    let page = Stop {
        name: named(&lobby.plan, reader).0,
        action: format!("{panel}/stop/{code}"),
        me: format!("{panel}/me"),
        step,
    };
    private(reader, "panel/stop.html", reader.text("panel-stop"), &page)
}

//! The links of letters: one confirms, and one stops, which is all that it can do, for letters are passed on. Programs that look at mail
//! follow links, so both take a button.

use super::{hall, work};
use crate::language::choose;
use crate::panel::private;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::{Reader, header};
use crate::take_part::Arrived;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL};
use axum::response::{IntoResponse, Redirect, Response};
use model::Subscription;
use model::activity::Code;
use serde::Serialize;

/// What a link leads to.
#[derive(Debug, Default, Serialize)]
struct Linked {
    /// `confirm`, `done`, `stop` or `stopped`: the last is the same for a link that leads nowhere.
    step: &'static str,
    action: String,
    form: String,
    lines: Vec<String>,
    often: String,
}

pub(super) async fn confirm(reader: Reader, Path((_, code)): Path<(String, String)>) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let hall = hall(&reader.portal)?;
    let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
    match work(&hall, move |app| app.asked_for(&code, Some(client), now)).await? {
        Some((wish, true)) => answer(&reader, &told("confirm", &wish, &code, &reader)?),
        Some((wish, false)) => answer(&reader, &told("done", &wish, &code, &reader)?),
        None => Ok(begin_again(&reader)),
    }
}

pub(super) async fn confirmed(
    reader: Reader,
    Path((_, code)): Path<(String, String)>,
    _: Arrived,
) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let hall = hall(&reader.portal)?;
    let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
    match work(&hall, move |app| app.confirm_subscription(&code, Some(client), now)).await? {
        Some(wish) => answer(&reader, &told("done", &wish, &code, &reader)?),
        None => Ok(begin_again(&reader)),
    }
}

/// `GET`: to the page in the reader's language.
pub(super) async fn front(
    State(portal): State<Portal>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let language = choose(header(&headers, &ACCEPT_LANGUAGE), &portal.municipality().languages);
    let to = Redirect::to(&format!("/{language}/subscribe/stop/{code}"));
    Ok(([(CACHE_CONTROL, "no-store")], to).into_response())
}

/// `POST`: from a mail program, for its owner (RFC 8058). It comes from elsewhere, and what is in it is not looked at.
pub(super) async fn one_click(State(portal): State<Portal>, Path(code): Path<String>) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let (hall, now) = (hall(&portal)?, portal.now());
    // Programs of one provider speak for many people, so they are not held to the limit of one address.
    work(&hall, move |app| app.stop_subscription(&code, None, now)).await?;
    Ok(([(CACHE_CONTROL, "no-store")], "ok\n").into_response())
}

pub(super) async fn stop(reader: Reader, Path((_, code)): Path<(String, String)>) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    answer(&reader, &Linked { action: address(&reader, "stop", &code), ..step("stop", &reader) })
}

pub(super) async fn stopped(
    reader: Reader,
    Path((_, code)): Path<(String, String)>,
    _: Arrived,
) -> Result<Response, Problem> {
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let hall = hall(&reader.portal)?;
    let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
    work(&hall, move |app| app.stop_subscription(&code, Some(client), now)).await?;
    answer(&reader, &step("stopped", &reader))
}

fn step(step: &'static str, reader: &Reader) -> Linked {
    Linked { step, form: format!("/{}/subscribe", reader.language()), ..Linked::default() }
}

/// What somebody gets, or would.
fn told(kind: &'static str, wish: &Subscription, code: &Code, reader: &Reader) -> Result<Linked, Problem> {
    let hall = hall(&reader.portal)?;
    Ok(Linked {
        action: address(reader, "confirm", code),
        lines: hall.app.interests_in_words(&wish.interests, reader.speaker),
        often: reader.text(&format!("subscribe-how-{}", wish.cadence.word())),
        ..step(kind, reader)
    })
}

fn address(reader: &Reader, what: &str, code: &Code) -> String {
    format!("/{}/subscribe/{what}/{code}", reader.language())
}

fn begin_again(reader: &Reader) -> Response {
    let to = Redirect::to(&format!("/{}/subscribe?old=1", reader.language()));
    ([(CACHE_CONTROL, "no-store")], to).into_response()
}

fn answer(reader: &Reader, page: &Linked) -> Result<Response, Problem> {
    let key = match page.step {
        "confirm" => "subscribe-confirm",
        "done" => "subscribe-done",
        "stopped" => "subscribe-stopped",
        _ => "subscribe-stop",
    };
    private(reader, "subscribe/link.html", reader.text(key), page)
}

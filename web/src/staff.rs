//! The steward rooms, one file per action. Hides cookies, form tokens and who may do what; [`insider::Insider`] is the way in.

mod account;
mod activities;
mod claim;
mod colleagues;
mod command_form;
mod cookies;
mod downlinks;
mod form;
mod frames;
mod gateways;
mod history;
mod insider;
mod log_in;
mod outbox;
mod overview;
mod panel;
mod places;
mod plugins;
mod publish;
mod room;
mod rules;
mod sensor;
mod sensor_list;
mod sensors;
mod settings;
mod sheets;
mod talk;

pub(crate) use sheets::sheet_fault;

use crate::line::Line;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::take_part::UPLOAD_BYTES_MAX;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, HOST, HeaderName, ORIGIN, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tower_http::limit::RequestBodyLimitLayer;

/// The largest form but for those that carry a list: every name of a place in four languages, and room to spare.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Everything under `/{lang}/staff/`.
pub(crate) fn routes(portal: &Portal) -> Router<Portal> {
    Router::new()
        .route("/staff", get(front))
        .route("/staff/claim", get(front_claim))
        .route("/{lang}/staff", get(with_slash))
        .route("/{lang}/staff/", get(overview::get))
        .route("/{lang}/staff/claim", get(claim::get).post(claim::post))
        .route("/{lang}/staff/login", get(log_in::get).post(log_in::post))
        .route("/{lang}/staff/code", get(log_in::code).post(log_in::post_code))
        .route("/{lang}/staff/logout", post(log_in::out))
        .route("/{lang}/staff/account", get(account::get))
        .route("/{lang}/staff/account/password", get(account::password).post(account::post_password))
        .route("/{lang}/staff/account/factor", get(account::factor).post(account::post_factor))
        .route("/{lang}/staff/places", get(places::list))
        .route("/{lang}/staff/places/new", get(places::new).post(places::create))
        .route("/{lang}/staff/places/{id}", get(places::edit).post(places::change))
        .route("/{lang}/staff/places/{id}/remove", get(places::ask).post(places::remove))
        .route("/{lang}/staff/sensors", get(sensors::list))
        .route("/{lang}/staff/sensors/new", get(sensors::new).post(sensors::create))
        .route("/{lang}/staff/sensors/{id}", get(sensor::get))
        .route("/{lang}/staff/sensors/{id}/edit", get(sensors::edit).post(sensors::change))
        .route("/{lang}/staff/sensors/{id}/live", post(sensors::live))
        .route("/{lang}/staff/sensors/{id}/downlinks", get(downlinks::list))
        .route("/{lang}/staff/sensors/{id}/downlinks/new", get(downlinks::new).post(downlinks::send))
        .route("/{lang}/staff/sensors/{id}/downlinks/withdraw", post(downlinks::withdraw))
        .route("/{lang}/staff/sensors/{id}/remove", get(sensors::ask).post(sensors::remove))
        .route("/{lang}/staff/gateways", get(gateways::list))
        .route("/{lang}/staff/gateways/{eui}", get(gateways::get))
        .route("/{lang}/staff/gateways/{eui}/edit", get(gateways::edit).post(gateways::change))
        .route("/{lang}/staff/gateways/{eui}/remove", get(gateways::ask).post(gateways::remove))
        .route("/{lang}/staff/frames", get(frames::get))
        .route("/{lang}/staff/frames/live", get(frames::live))
        .route("/{lang}/staff/plugins", get(plugins::get))
        .route("/{lang}/staff/outbox", get(outbox::get))
        .route("/{lang}/staff/outbox/{id}", get(outbox::show))
        .route("/{lang}/staff/outbox/{id}/resend", post(outbox::resend))
        .route("/{lang}/staff/outbox/{id}/drop", post(outbox::take_back))
        .route("/{lang}/staff/talk", get(talk::get).post(talk::post))
        .route("/{lang}/staff/talk/look", post(talk::look))
        .route("/{lang}/staff/talk/{id}", get(talk::one::show))
        .route("/{lang}/staff/talk/{id}/answer", post(talk::one::answer))
        .route("/{lang}/staff/talk/{id}/settle", post(talk::one::settle))
        .route("/{lang}/staff/talk/{id}/erase", post(talk::one::erase))
        .route("/{lang}/staff/panel", get(panel::get))
        .route("/{lang}/staff/panel/remove", get(panel::ask_remove).post(panel::remove))
        .route("/{lang}/staff/panel/ask/{id}", get(panel::ask::get).post(panel::ask::post))
        .route("/{lang}/staff/panel/ask/{id}/remind", post(panel::ask::remind))
        .route("/{lang}/staff/panel/ask/{id}/withdraw", post(panel::ask::withdraw))
        .route("/{lang}/staff/history", get(history::get))
        .route("/{lang}/staff/history/{number}", get(history::show).post(history::undo))
        .route("/{lang}/staff/colleagues", get(colleagues::list))
        .route("/{lang}/staff/colleagues/new", get(colleagues::new).post(colleagues::create))
        .route("/{lang}/staff/colleagues/{id}", get(colleagues::edit).post(colleagues::change))
        .route("/{lang}/staff/colleagues/{id}/reset", post(colleagues::reset))
        .merge(rules::routes())
        .merge(publish::routes())
        .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX))
        .merge(lists())
        .merge(editors())
        .merge(members())
        .merge(publish::forms())
        .layer(from_fn_with_state(portal.clone(), at_the_door))
}

/// Forms that carry a whole list.
fn lists() -> Router<Portal> {
    Router::new()
        .route("/{lang}/staff/sensors/import", get(sensor_list::get).post(sensor_list::post))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(sensor_list::LIST_FORM_BYTES_MAX))
}

/// Forms that carry a whole panel.
fn members() -> Router<Portal> {
    Router::new()
        .route("/{lang}/staff/panel/import", get(panel::import::get).post(panel::import::post))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(panel::import::LIST_FORM_BYTES_MAX))
}

/// Forms that carry a whole activity, in four languages.
fn editors() -> Router<Portal> {
    activities::routes()
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(activities::EDITOR_BYTES_MAX))
        .merge(
            activities::pages().layer(DefaultBodyLimit::disable()).layer(RequestBodyLimitLayer::new(UPLOAD_BYTES_MAX)),
        )
}

/// `GET /staff`: to the rooms in the first language of the municipality.
async fn front(State(portal): State<Portal>) -> Redirect {
    Redirect::to(&format!("/{}/staff/", first_language(&portal)))
}

async fn front_claim(State(portal): State<Portal>) -> Redirect {
    Redirect::to(&format!("/{}/staff/claim", first_language(&portal)))
}

async fn with_slash(reader: crate::reader::Reader) -> Redirect {
    Redirect::permanent(&format!("/{}/staff/", reader.language()))
}

fn first_language(portal: &Portal) -> &'static str {
    portal.municipality().languages.first().map_or("nb", |language| language.tag())
}

/// Turns away what no browser of a colleague sends: forms from other sites, and passwords without encryption.
async fn at_the_door(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    if portal.staff().is_none() {
        return Problem::not_found().into_response();
    }
    if !Line::found(request.extensions()).is_private() {
        return Problem::unencrypted().into_response();
    }
    if request.method() == Method::POST && !is_same_site(request.headers()) {
        return Problem::other_site().into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A browser keeps nothing of these rooms, and tells their addresses to nobody else.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Every browser says where a form comes from. One that says it comes from elsewhere, or nothing, is refused.
fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(&HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match (text(&ORIGIN), text(&HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host)),
        (None, _) => site.is_some(),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_form_must_come_from_our_own_pages() {
        let headers = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
        };
        let host = ("host", "box.local:8080");
        assert!(is_same_site(&headers(&[host, ("origin", "https://box.local:8080")])));
        assert!(!is_same_site(&headers(&[host, ("origin", "https://evil.example")])));
        assert!(!is_same_site(&headers(&[host, ("origin", "null")])));
        assert!(!is_same_site(&headers(&[host])));
        let other = ("sec-fetch-site", "cross-site");
        assert!(!is_same_site(&headers(&[host, ("origin", "https://box.local:8080"), other])));
    }
}

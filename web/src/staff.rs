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
use crate::router::Way;
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

/// Everything under `/{lang}/staff/`, by the largest form that is taken there.
fn rooms() -> Vec<(usize, Vec<Way>)> {
    vec![
        (FORM_BYTES_MAX, answers()),
        (FORM_BYTES_MAX, rules::rooms()),
        (FORM_BYTES_MAX, publish::rooms()),
        (publish::FORM_BYTES_MAX, publish::forms()),
        (activities::EDITOR_BYTES_MAX, activities::rooms()),
        (UPLOAD_BYTES_MAX, activities::pages()),
        (
            sensor_list::LIST_FORM_BYTES_MAX,
            vec![("/{lang}/staff/sensors/import", get(sensor_list::get).post(sensor_list::post))],
        ),
        (
            panel::import::LIST_FORM_BYTES_MAX,
            vec![("/{lang}/staff/panel/import", get(panel::import::get).post(panel::import::post))],
        ),
    ]
}

fn answers() -> Vec<Way> {
    vec![
        ("/staff", get(front)),
        ("/staff/claim", get(front_claim)),
        ("/{lang}/staff", get(with_slash)),
        ("/{lang}/staff/", get(overview::get)),
        ("/{lang}/staff/claim", get(claim::get).post(claim::post)),
        ("/{lang}/staff/login", get(log_in::get).post(log_in::post)),
        ("/{lang}/staff/code", get(log_in::code).post(log_in::post_code)),
        ("/{lang}/staff/logout", post(log_in::out)),
        ("/{lang}/staff/account", get(account::get)),
        ("/{lang}/staff/account/password", get(account::password).post(account::post_password)),
        ("/{lang}/staff/account/factor", get(account::factor).post(account::post_factor)),
        ("/{lang}/staff/places", get(places::list)),
        ("/{lang}/staff/places/new", get(places::new).post(places::create)),
        ("/{lang}/staff/places/{id}", get(places::edit).post(places::change)),
        ("/{lang}/staff/places/{id}/remove", get(places::ask).post(places::remove)),
        ("/{lang}/staff/sensors", get(sensors::list)),
        ("/{lang}/staff/sensors/new", get(sensors::new).post(sensors::create)),
        ("/{lang}/staff/sensors/{id}", get(sensor::get)),
        ("/{lang}/staff/sensors/{id}/edit", get(sensors::edit).post(sensors::change)),
        ("/{lang}/staff/sensors/{id}/live", post(sensors::live)),
        ("/{lang}/staff/sensors/{id}/downlinks", get(downlinks::list)),
        ("/{lang}/staff/sensors/{id}/downlinks/new", get(downlinks::new).post(downlinks::send)),
        ("/{lang}/staff/sensors/{id}/downlinks/withdraw", post(downlinks::withdraw)),
        ("/{lang}/staff/sensors/{id}/remove", get(sensors::ask).post(sensors::remove)),
        ("/{lang}/staff/gateways", get(gateways::list)),
        ("/{lang}/staff/gateways/{eui}", get(gateways::get)),
        ("/{lang}/staff/gateways/{eui}/edit", get(gateways::edit).post(gateways::change)),
        ("/{lang}/staff/gateways/{eui}/remove", get(gateways::ask).post(gateways::remove)),
        ("/{lang}/staff/frames", get(frames::get)),
        ("/{lang}/staff/frames/live", get(frames::live)),
        ("/{lang}/staff/plugins", get(plugins::get)),
        ("/{lang}/staff/outbox", get(outbox::get)),
        ("/{lang}/staff/outbox/{id}", get(outbox::show)),
        ("/{lang}/staff/outbox/{id}/resend", post(outbox::resend)),
        ("/{lang}/staff/outbox/{id}/drop", post(outbox::take_back)),
        ("/{lang}/staff/talk", get(talk::get).post(talk::post)),
        ("/{lang}/staff/talk/look", post(talk::look)),
        ("/{lang}/staff/talk/{id}", get(talk::one::show)),
        ("/{lang}/staff/talk/{id}/answer", post(talk::one::answer)),
        ("/{lang}/staff/talk/{id}/settle", post(talk::one::settle)),
        ("/{lang}/staff/talk/{id}/erase", post(talk::one::erase)),
        ("/{lang}/staff/panel", get(panel::get)),
        ("/{lang}/staff/panel/remove", get(panel::ask_remove).post(panel::remove)),
        ("/{lang}/staff/panel/ask/{id}", get(panel::ask::get).post(panel::ask::post)),
        ("/{lang}/staff/panel/ask/{id}/remind", post(panel::ask::remind)),
        ("/{lang}/staff/panel/ask/{id}/withdraw", post(panel::ask::withdraw)),
        ("/{lang}/staff/history", get(history::get)),
        ("/{lang}/staff/history/{number}", get(history::show).post(history::undo)),
        ("/{lang}/staff/colleagues", get(colleagues::list)),
        ("/{lang}/staff/colleagues/new", get(colleagues::new).post(colleagues::create)),
        ("/{lang}/staff/colleagues/{id}", get(colleagues::edit).post(colleagues::change)),
        ("/{lang}/staff/colleagues/{id}/reset", post(colleagues::reset)),
    ]
}

/// Every address of the rooms, as patterns.
pub(crate) fn addresses() -> Vec<&'static str> {
    rooms().into_iter().flat_map(|(_, ways)| ways).map(|(address, _)| address).collect()
}

/// The rooms behind their door.
pub(crate) fn routes(portal: &Portal) -> Router<Portal> {
    let put = |router: Router<Portal>, (address, way): Way| router.route(address, way);
    let limited = |(bytes_max, ways): (usize, Vec<Way>)| {
        let rooms = ways.into_iter().fold(Router::new(), put);
        rooms.layer(DefaultBodyLimit::disable()).layer(RequestBodyLimitLayer::new(bytes_max))
    };
    let rooms = rooms().into_iter().map(limited).fold(Router::new(), Router::merge);
    rooms.layer(from_fn_with_state(portal.clone(), at_the_door))
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

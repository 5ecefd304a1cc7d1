//! The two cookies of the steward rooms. Visitors never get one.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use std::time::Duration;

/// Who somebody is. `__Host-`: set by this very host over an encrypted line, and by no neighbour.
pub(crate) const SESSION: &str = "__Host-allting-staff";
/// That this browser came in before: a guesser elsewhere cannot lock it out.
pub(crate) const DEVICE: &str = "__Host-allting-device";

/// A browser is remembered for a year.
pub(crate) const DEVICE_HOLDS: Duration = Duration::from_hours(365 * 24);

/// A cookie that came with a request.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// Sets a cookie for so long; zero takes it away.
pub(crate) fn set(response: &mut Response, name: &str, value: &str, holds: Duration) {
    let seconds = holds.as_secs();
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

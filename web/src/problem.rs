use crate::flood::WAIT;
use crate::language::choose;
use crate::portal::Portal;
use crate::reader::{Reader, header};
use crate::templates::Frame;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::Language;
use serde::Serialize;
use std::fmt::Display;
use words::Speaker;

/// Why a request got no answer: one text for the person, one for the log, and the second can never reach the first.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// Key of the text that says what happened; with `-help` behind it, of the text that says what to do.
    for_person: &'static str,
    for_log: String,
    /// Takes the place of the text that says what to do, where a program asked.
    for_program: Option<String>,
}

impl Problem {
    const fn new(status: StatusCode, for_person: &'static str) -> Self {
        Self { status, for_person, for_log: String::new(), for_program: None }
    }

    pub(crate) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "problem-not-found")
    }

    /// A password over a line that others can read.
    pub(crate) const fn unencrypted() -> Self {
        Self::new(StatusCode::FORBIDDEN, "problem-unencrypted")
    }

    /// A form that our pages did not make.
    pub(crate) const fn other_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, "problem-other-site")
    }

    /// A form that cannot be read.
    pub(crate) const fn bad_form() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "problem-bad-request")
    }

    /// A form that was not taken, with the status that its reader gave.
    pub(crate) fn form(status: StatusCode) -> Self {
        if status == StatusCode::PAYLOAD_TOO_LARGE { Self::of(status) } else { Self::bad_form() }
    }

    /// Somebody of the staff who may not do this.
    pub(crate) const fn not_allowed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "problem-not-allowed")
    }

    /// More than anybody has to say.
    pub(crate) const fn too_long() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "problem-too-long")
    }

    /// The plugin that leads an activity broke. What people said is kept.
    pub(crate) fn resting(error: impl Display) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "problem-resting");
        Self { for_log: error.to_string(), ..problem }
    }

    /// Somebody may not take part like this.
    pub(crate) const fn refusal(for_person: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, for_person)
    }

    pub(crate) const fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "problem-method")
    }

    pub(crate) const fn bad_days() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "problem-bad-days")
    }

    pub(crate) const fn token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "problem-token")
    }

    pub(crate) const fn scope() -> Self {
        Self::new(StatusCode::FORBIDDEN, "problem-scope")
    }

    /// What a program asked for cannot be done. `why` says what to do, in English: programs' authors read it.
    pub(crate) fn refused(status: StatusCode, why: impl Display) -> Self {
        Self { for_program: Some(why.to_string()), ..Self::new(status, "problem-refused") }
    }

    /// More questions from one address than a crowd behind it has.
    pub(crate) const fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "problem-too-many")
    }

    pub(crate) const fn crowded() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "problem-crowded")
    }

    pub(crate) fn internal(error: impl Display) -> Self {
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "problem-internal");
        Self { for_log: error.to_string(), ..problem }
    }

    /// For an answer that a layer below the pages gave.
    fn of(status: StatusCode) -> Self {
        let for_person = match status {
            StatusCode::NOT_FOUND => "problem-not-found",
            StatusCode::METHOD_NOT_ALLOWED => "problem-method",
            StatusCode::PAYLOAD_TOO_LARGE => "problem-too-large",
            StatusCode::TOO_MANY_REQUESTS => "problem-too-many",
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => "problem-slow",
            s if s.is_client_error() => "problem-bad-request",
            _ => "problem-internal",
        };
        Self::new(status, for_person)
    }
}

/// Carries the problem out to [`tell`], which knows who asked.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// RFC 9457.
#[derive(Serialize)]
struct ProblemJson {
    title: String,
    status: u16,
    detail: String,
}

#[derive(Serialize)]
struct ProblemPage {
    title: String,
    help: String,
    home: String,
}

/// A failed answer that says why itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InOwnWords;

/// Turns every failed answer into words: a page in the reader's language, or a problem document under `/api/`.
pub(crate) async fn tell(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let wishes = header(request.headers(), &ACCEPT_LANGUAGE).map(str::to_owned);
    let response = next.run(request).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || response.extensions().get::<InOwnWords>().is_some() {
        return response;
    }
    let problem = response.extensions().get::<Problem>().cloned().unwrap_or_else(|| Problem::of(status));
    if !problem.for_log.is_empty() {
        tracing::error!(path, status = status.as_u16(), problem.for_log, "a request failed");
    }
    let mut told = if path.starts_with("/api/") || path == "/metrics" {
        as_json(&problem, wishes.as_deref())
    } else {
        as_page(&portal, &problem, &path, wishes.as_deref())
    };
    told.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        told.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        told.headers_mut().insert(RETRY_AFTER, HeaderValue::from(WAIT.as_secs()));
    }
    if let Some(allow) = response.headers().get("allow") {
        told.headers_mut().insert("allow", allow.clone());
    }
    told
}

/// Programs read English unless they say otherwise.
fn as_json(problem: &Problem, wishes: Option<&str>) -> Response {
    let offered = [Language::En, Language::Nb, Language::Nn, Language::Sv];
    let speaker = Speaker::of(choose(wishes, &offered));
    let json = ProblemJson {
        title: speaker.text(problem.for_person, &[]),
        status: problem.status.as_u16(),
        detail: problem.for_program.clone().unwrap_or_else(|| speaker.text(&help(problem), &[])),
    };
    let mut response = (problem.status, Json(json)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn as_page(portal: &Portal, problem: &Problem, path: &str, wishes: Option<&str>) -> Response {
    let municipality = portal.municipality();
    let named = path.split('/').nth(1).and_then(|tag| tag.parse().ok()).filter(|l| municipality.languages.contains(l));
    let language = named.unwrap_or_else(|| choose(wishes, &municipality.languages));
    let speaker = Speaker::of(language);
    let title = speaker.text(problem.for_person, &[]);
    let page =
        ProblemPage { title: title.clone(), help: speaker.text(&help(problem), &[]), home: format!("/{language}/") };
    let reader = Reader::of(portal, language, String::new());
    match reader.render("problem.html", &Frame { title, ..reader.frame() }, &page) {
        Ok(html) => (problem.status, axum::response::Html(html)).into_response(),
        Err(_) => (problem.status, title_only(&page)).into_response(),
    }
}

/// When even the template fails, the person still gets the words.
fn title_only(page: &ProblemPage) -> String {
    format!("{}\n\n{}\n", page.title, page.help)
}

fn help(problem: &Problem) -> String {
    format!("{}-help", problem.for_person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_that_a_layer_gives_has_words_of_its_own_in_each_language() {
        let own = [
            (StatusCode::NOT_FOUND, "problem-not-found"),
            (StatusCode::PAYLOAD_TOO_LARGE, "problem-too-large"),
            (StatusCode::TOO_MANY_REQUESTS, "problem-too-many"),
            (StatusCode::GATEWAY_TIMEOUT, "problem-slow"),
            (StatusCode::IM_A_TEAPOT, "problem-bad-request"),
            (StatusCode::INTERNAL_SERVER_ERROR, "problem-internal"),
        ];
        for (status, key) in own {
            let problem = Problem::of(status);
            assert_eq!(problem.for_person, key);
            for speaker in Language::ALL.map(Speaker::of) {
                assert!(speaker.knows(key) && speaker.knows(&help(&problem)), "{key} in {speaker:?}");
            }
        }
    }
}

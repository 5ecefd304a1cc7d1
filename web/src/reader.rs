use crate::feeds;
use crate::line::{Line, without_port};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::templates::{Frame, LanguageChoice};
use crate::view::Fragment;
use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, HeaderName, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use minijinja::value::{Serde, Value};
use model::{Language, Municipality, Place, PlaceId, Timestamp};
use serde::Serialize;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use words::Speaker;

/// Somebody who reads a page: in which language, and which page. Taken from an address that begins with a language of the municipality;
/// any other address does not exist.
pub(crate) struct Reader {
    pub(crate) portal: Portal,
    pub(crate) municipality: Arc<Municipality>,
    pub(crate) speaker: &'static Speaker,
    pub(crate) now: Timestamp,
    /// The address behind the language: `places/library`. The same page in another language lies under the same one.
    rest: String,
    seen: Option<String>,
    /// The name under which the reader asked.
    host: Option<String>,
    pub(crate) line: Line,
}

impl FromRequestParts<Portal> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Problem> {
        let path = parts.uri.path().trim_start_matches('/');
        let (tag, rest) = path.split_once('/').unwrap_or((path, ""));
        let language = tag.parse().map_err(|_| Problem::not_found())?;
        let reader = Self::of(portal, language, rest.to_owned());
        if !reader.municipality.languages.contains(&language) {
            return Err(Problem::not_found());
        }
        Ok(Self {
            seen: header(&parts.headers, &IF_NONE_MATCH).map(str::to_owned),
            host: header(&parts.headers, &HOST).filter(|host| is_plain(host)).map(str::to_owned),
            line: Line::found(&parts.extensions),
            ..reader
        })
    }
}

impl Reader {
    pub(crate) fn of(portal: &Portal, language: Language, rest: String) -> Self {
        Self {
            portal: portal.clone(),
            municipality: portal.municipality(),
            speaker: Speaker::of(language),
            now: portal.now(),
            rest,
            seen: None,
            host: None,
            line: Line::found(&Extensions::new()),
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.speaker.language()
    }

    /// What staff call a thing that has one name for all languages, such as a sensor: it is in the first language of the municipality, like
    /// a name in the folder that stands there without a language.
    pub(crate) fn named(&self, name: impl Into<String>) -> Fragment {
        let first = self.municipality.languages.first().copied();
        Fragment::written(name, first.unwrap_or(self.language()), self.language())
    }

    /// A text without arguments.
    pub(crate) fn text(&self, key: &str) -> String {
        self.speaker.text(key, &[])
    }

    /// The place of that name in an address.
    pub(crate) fn place(&self, id: &str) -> Result<&Place, Problem> {
        let id = PlaceId::new(id).map_err(|_| Problem::not_found())?;
        self.municipality.place(&id).ok_or_else(Problem::not_found)
    }

    /// Scheme and name that lead here from outside: as configured, or else as the reader asked.
    pub(crate) fn origin(&self) -> String {
        let asked = || format!("{}://{}", self.line.scheme(), self.host.as_deref().unwrap_or("allting.local"));
        self.municipality.public_url.clone().unwrap_or_else(asked)
    }

    /// The fingerprint of the certificate that the box made itself, when that is the one the reader is shown.
    pub(crate) fn own_fingerprint(&self) -> Option<String> {
        let https = self.portal.https()?;
        let host = self.host.as_deref().map_or("", without_port);
        (!https.keeper.is_trusted_for(host)).then(|| https.keeper.report().own.fingerprint)
    }

    /// What stands around every page; its title is still to be said.
    pub(crate) fn frame(&self) -> Frame {
        let choice = |&language: &Language| LanguageChoice {
            tag: language.tag(),
            name: words::own_name(language).to_owned(),
            href: format!("/{language}/{}", self.rest),
            current: language == self.language(),
        };
        Frame {
            lang: self.language().tag(),
            title: String::new(),
            description: None,
            municipality: Fragment::of(&self.municipality.name, self.language()),
            section: "",
            origin: (self.host.is_some() || self.municipality.public_url.is_some()).then(|| self.origin()),
            languages: self.municipality.languages.iter().map(choice).collect(),
            picture: None,
            feeds: feeds::of_everything(self),
            assets: self.portal.wardrobe().addresses.clone(),
        }
    }

    /// The page as HTML, or only the news that the reader has it already.
    pub(crate) fn answer(&self, template: &str, frame: &Frame, page: &impl Serialize) -> Result<Response, Problem> {
        Ok(self.answer_if_new("text/html; charset=utf-8", self.render(template, frame, page)?))
    }

    /// What was made for the reader, or only the news that they have it already.
    pub(crate) fn answer_if_new(&self, kind: &'static str, text: String) -> Response {
        let mut hash = DefaultHasher::new();
        text.hash(&mut hash);
        // Weak: the same page may travel compressed or not.
        let tag = format!("W/\"{:016x}\"", hash.finish());
        let headers = [(ETAG, tag.clone()), (CACHE_CONTROL, "no-cache".to_owned())];
        if self.seen.as_deref() == Some(tag.as_str()) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, [(CONTENT_TYPE, kind)], text).into_response()
    }

    pub(crate) fn render(&self, template: &str, frame: &Frame, page: &impl Serialize) -> Result<String, Problem> {
        let lang = frame.lang;
        let template = self.portal.templates.get_template(template).map_err(|e| Problem::internal(format!("{e:#}")))?;
        let values = context! { lang, frame => Value::from(Serde(frame)), page => Value::from(Serde(page)) };
        template.render(values).map_err(|e| Problem::internal(format!("{e:#}")))
    }
}

/// A name and perhaps a port: what goes into addresses and codes is no place for tricks.
pub(crate) fn is_plain(host: &str) -> bool {
    host.len() <= 255 && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
}

/// A header as text; one that is no text counts as not sent.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

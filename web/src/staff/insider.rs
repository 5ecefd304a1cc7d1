//! Who is in the room: somebody of the staff, or somebody at the door.

use super::cookies::{self, SESSION};
use super::form::{Field, Filled, Form};
use super::room::Menu;
use crate::away::away;
use crate::line::Line;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use app::staff::{Colleague, Staff};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use minijinja::value::{Serde, Value};
use model::{Language, Role};
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;

/// Somebody who has not come in, or need not.
pub(crate) struct Doorstep {
    pub(crate) reader: Reader,
    pub(crate) staff: Arc<Staff>,
    pub(crate) from: IpAddr,
    pub(crate) headers: HeaderMap,
}

impl FromRequestParts<Portal> for Doorstep {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Problem> {
        let reader = Reader::from_request_parts(parts, portal).await?;
        let staff = portal.staff().ok_or_else(Problem::not_found)?;
        Ok(Self { reader, staff, from: Line::found(&parts.extensions).from, headers: parts.headers.clone() })
    }
}

/// Somebody of the staff.
pub(crate) struct Insider {
    pub(crate) reader: Reader,
    pub(crate) staff: Arc<Staff>,
    pub(crate) own: Colleague,
}

/// Why somebody does not get into a room: sent to another door, or told.
pub(crate) enum Turned {
    /// To log in, or to choose a password.
    To(String),
    /// Told why.
    Away(Problem),
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Self::To(address) => Redirect::to(&address).into_response(),
            Self::Away(problem) => problem.into_response(),
        }
    }
}

impl FromRequestParts<Portal> for Insider {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Turned> {
        let Doorstep { reader, staff, headers, .. } =
            Doorstep::from_request_parts(parts, portal).await.map_err(Turned::Away)?;
        let lang = reader.language();
        let claimed = staff.is_claimed().map_err(|e| Turned::Away(Problem::internal(e)))?;
        let door = if claimed { "login" } else { "claim" };
        let to_door = || Turned::To(format!("/{lang}/staff/{door}"));
        let cookie = cookies::read(&headers, SESSION).ok_or_else(to_door)?;
        let own = staff.who(&cookie, reader.now).map_err(|e| Turned::Away(Problem::internal(e)))?;
        let own = own.ok_or_else(to_door)?;
        let choosing = ["account/password", "logout"].iter().any(|path| parts.uri.path().ends_with(path));
        if own.must_choose && !choosing {
            return Err(Turned::To(format!("/{lang}/staff/account/password")));
        }
        Ok(Self { reader, staff, own })
    }
}

impl Insider {
    /// Refuses those who may not do this.
    pub(crate) fn may(&self, role: Role) -> Result<(), Problem> {
        if self.own.role >= role { Ok(()) } else { Err(Problem::not_allowed()) }
    }

    /// Does something as this colleague, away from the event loop.
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Staff, &Colleague) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (staff, own) = (Arc::clone(&self.staff), self.own.clone());
        away(move || act(&staff, &own)).await
    }

    /// An address of the rooms, in the language that is read.
    pub(crate) fn to(&self, path: &str) -> String {
        format!("/{}/staff/{path}", self.reader.language())
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.reader.text(key)
    }

    /// The field with the language of what is written in it; its hint is told once, with the first.
    pub(crate) fn in_language(&self, field: Field, language: Language) -> Field {
        let languages = &self.reader.municipality.languages;
        let name = self.text(&format!("staff-in-{language}"));
        field.in_language(language, (languages.len() > 1).then_some(name), languages.first() == Some(&language))
    }

    /// A page of the rooms.
    pub(crate) fn page(&self, template: &str, title: String, section: &str, page: &impl Serialize) -> Answer {
        let menu = Menu::of(self, section);
        let frame = Frame { title, section: "staff", ..self.reader.frame() };
        self.reader.show(template, &frame, page, Some(&menu))
    }

    /// To another page, which then says that this was done.
    pub(crate) fn done(&self, path: &str, what: &str) -> Response {
        Redirect::to(&format!("{}?done={what}", self.to(path))).into_response()
    }
}

impl Reader {
    /// A page with one form.
    pub(crate) fn form(&self, form: &Form, insider: Option<&Insider>) -> Answer {
        let form = Form { token: insider.map(|insider| insider.own.form_token.clone()), ..form.clone() };
        // Who hears the title first hears that something is wrong.
        let title =
            if form.is_wrong() { self.text("staff-wrong-title-prefix") + &form.title } else { form.title.clone() };
        let frame = Frame { title, description: form.description.clone(), section: "staff", ..self.frame() };
        let section = form.action.split("/staff/").nth(1).and_then(|path| path.split('/').next()).unwrap_or_default();
        let menu = insider.map(|insider| Menu::of(insider, section));
        self.show("staff/form.html", &frame, &form, menu.as_ref())
    }

    fn show(&self, template: &str, frame: &Frame, page: &impl Serialize, menu: Option<&Menu>) -> Answer {
        let lang = frame.lang;
        let template = self.portal.templates.get_template(template).map_err(|e| Problem::internal(format!("{e:#}")))?;
        let style = self.portal.wardrobe().addresses.staff_style.clone();
        let (frame, page) = (Value::from(Serde(frame)), Value::from(Serde(page)));
        let staff = menu.map(|menu| Value::from(Serde(menu)));
        let html = template.render(context! { lang, style, frame, page, staff });
        Ok(Html(html.map_err(|e| Problem::internal(format!("{e:#}")))?).into_response())
    }
}

/// What an action gives.
pub(crate) type Answer = Result<Response, Problem>;

/// A colleague's form, which carries the token of their session.
pub(crate) struct Sent {
    pub(crate) insider: Insider,
    pub(crate) filled: Filled,
}

impl FromRequest<Portal> for Sent {
    type Rejection = Turned;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Turned> {
        let (mut parts, body) = request.into_parts();
        let insider = Insider::from_request_parts(&mut parts, portal).await?;
        let filled = Filled::from_request(Request::from_parts(parts, body), portal).await.map_err(Turned::Away)?;
        if !same(filled.get("token").as_bytes(), insider.own.form_token.as_bytes()) {
            return Err(Turned::Away(Problem::other_site()));
        }
        Ok(Self { insider, filled })
    }
}

/// Compares all bytes, whatever the first ones are.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

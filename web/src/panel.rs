//! The citizen panel, for everybody: what it is and was used for, joining, and a member's own page. Whoever writes an address gets the
//! same page, whether it is that of a member or not; only who reads its mailbox learns more.

mod front;
mod join;
mod own;
mod stop;

pub(crate) use front::{Invitation, invitation};
pub(crate) use join::{ADDRESS_CHARS_MAX, ANSWERED_AFTER};

use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::router::Way;
use crate::take_part::Hall;
use app::{App, PanelError};
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use model::PanelPlan;
use serde::Serialize;

/// Addresses for everybody.
pub(crate) fn answers() -> Vec<Way> {
    vec![
        ("/panel/stop/{code}", get(stop::front).post(stop::one_click)),
        ("/{lang}/panel", get(front::get)),
        ("/{lang}/panel/join", get(join::get).post(join::post)),
        ("/{lang}/panel/confirm/{code}", get(own::confirm)),
        ("/{lang}/panel/me", get(own::ask).post(own::post)),
        ("/{lang}/panel/me/{code}", get(own::get)),
        ("/{lang}/panel/stop/{code}", get(stop::get).post(stop::post)),
    ]
}

/// A panel that somebody came to.
pub(super) struct Lobby {
    pub(super) hall: Hall,
    pub(super) plan: PanelPlan,
}

impl Lobby {
    pub(super) fn of(portal: &Portal) -> Result<Self, Problem> {
        let hall = portal.hall.clone().ok_or_else(Problem::not_found)?;
        let plan = hall.app.panel_plan().ok_or_else(Problem::not_found)?;
        Ok(Self { hall, plan })
    }

    /// Works away from the event loop.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, PanelError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.hall.ask(work).await?.map_err(refused)
    }
}

/// Why the panel did not do it, as a page.
pub(crate) fn refused(error: PanelError) -> Problem {
    match error {
        PanelError::NoPanel => Problem::not_found(),
        PanelError::Wait(_) => Problem::refusal("problem-wait"),
        PanelError::NoMail | PanelError::Full | PanelError::Outbox(_) => Problem::refusal("problem-panel-closed"),
        other => Problem::internal(other),
    }
}

/// A page about somebody: no browser keeps it.
pub(crate) fn private(
    reader: &Reader,
    template: &str,
    title: String,
    page: &impl Serialize,
) -> Result<Response, Problem> {
    let frame = crate::templates::Frame { title, section: "take-part", ..reader.frame() };
    let mut response = Html(reader.render(template, &frame, page)?).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

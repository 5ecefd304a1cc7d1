//! `/{lang}/staff/activities`: surveys, maps, workshops and guides, from an empty page to a published report.

mod about;
mod beside;
mod draw;
mod edit;
mod invitations;
mod keys;
mod lead;
mod list;
mod new;
mod outcomes;
mod report;
mod run;
mod said;
mod schema;
mod shape;
mod work;

pub(super) use report::kind as personal_kind;

use super::insider::Insider;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::take_part::Hall;
use axum::Router;
use axum::routing::{get, post};
use model::activity::{Activity, Phase};

/// A survey of a hundred questions in four languages, and room to spare.
pub(super) const EDITOR_BYTES_MAX: usize = 512 * 1024;

/// The rooms of activities.
pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/{lang}/staff/activities", get(list::get))
        .route("/{lang}/staff/activities/new", get(new::get).post(new::post))
        .route("/{lang}/staff/activities/{id}", get(run::get))
        .route("/{lang}/staff/activities/{id}/edit", get(edit::get).post(edit::post))
        .route("/{lang}/staff/activities/{id}/open", post(run::open))
        .route("/{lang}/staff/activities/{id}/close", post(run::close))
        .route("/{lang}/staff/activities/{id}/remove", get(run::ask).post(run::remove))
        .route("/{lang}/staff/activities/{id}/report", get(report::get))
        .route("/{lang}/staff/activities/{id}/report/publish", post(report::publish))
        .route("/{lang}/staff/activities/{id}/report/withdraw", post(report::withdraw))
        .route("/{lang}/staff/activities/{id}/report.json", get(report::json))
        .route("/{lang}/staff/activities/{id}/answers.csv", get(report::answers))
        .route("/{lang}/staff/activities/{id}/columns.csv", get(report::columns))
        .route("/{lang}/staff/activities/{id}/invitations", get(invitations::get).post(invitations::post))
        .route("/{lang}/staff/activities/{id}/invitations/links.csv", post(invitations::csv))
        .route(
            "/{lang}/staff/activities/{id}/invitations/withdraw",
            get(invitations::ask_withdraw).post(invitations::withdraw),
        )
        .route("/{lang}/staff/activities/{id}/words", get(report::words).post(report::list_words))
        .route("/{lang}/staff/activities/{id}/draw", get(draw::get))
        .route("/{lang}/staff/activities/{id}/draw/list", get(draw::list).post(draw::put_list))
        .route("/{lang}/staff/activities/{id}/draw/announce", get(draw::ask_announce).post(draw::announce))
        .route("/{lang}/staff/activities/{id}/draw/hold", get(draw::ask_hold).post(draw::hold))
        .route("/{lang}/staff/activities/{id}/draw/withdraw", post(draw::withdraw))
        .route("/{lang}/staff/activities/{id}/draw/thank", post(draw::thank))
        .route("/{lang}/staff/activities/{id}/draw/people.csv", get(draw::csv))
        .route("/{lang}/staff/activities/{id}/draw/pool.json", get(draw::pool))
        .route("/{lang}/staff/activities/{id}/draw/person/{code}", get(draw::person))
        .route("/{lang}/staff/activities/{id}/draw/person/{code}/{what}", post(draw::change_person))
        .route("/{lang}/staff/activities/{id}/outcomes", get(outcomes::get).post(outcomes::post))
        .route("/{lang}/staff/activities/{id}/outcomes/send", post(outcomes::send))
        .route("/{lang}/staff/activities/{id}/said", get(said::get).post(said::post))
        .route("/{lang}/staff/activities/{id}/photo/{entry}/{at}", get(report::photo))
}

/// Pages of activities in the rooms: what is filled in there may carry photos.
pub(super) fn pages() -> Router<Portal> {
    Router::new()
        .route("/{lang}/staff/activities/{id}/preview", get(lead::preview).post(lead::try_out))
        .route("/{lang}/staff/activities/{id}/preview/{*path}", get(lead::preview).post(lead::try_out))
        .route("/{lang}/staff/activities/{id}/beside/{other}", get(beside::get).post(beside::post))
        .route("/{lang}/staff/activities/{id}/beside/{other}/{*path}", get(beside::get).post(beside::post))
        .route("/{lang}/staff/activities/{id}/lead", get(lead::get).post(lead::post))
        .route("/{lang}/staff/activities/{id}/lead/{*path}", get(lead::get).post(lead::post))
}

impl Insider {
    pub(super) fn hall(&self) -> Result<Hall, Problem> {
        self.reader.portal.hall.clone().ok_or_else(Problem::not_found)
    }

    pub(super) fn activity(&self, id: &str) -> Result<Activity, Problem> {
        self.hall()?.activity(id)
    }

    /// Where an activity stands, as a cell of a table tells it.
    fn phase(&self, activity: &Activity) -> (String, &'static str) {
        match activity.phase(self.reader.now) {
            Phase::Preview => (self.text("staff-phase-draft"), "silent"),
            Phase::Announced => (self.text("staff-phase-announced"), "usual"),
            Phase::Open => (self.text("staff-phase-open"), "calm"),
            Phase::Closed => (self.text("staff-phase-closed"), "silent"),
        }
    }
}

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
use crate::problem::Problem;
use crate::router::Way;
use crate::take_part::Hall;
use axum::routing::{get, post};
use model::activity::{Activity, Phase};

/// A survey of a hundred questions in four languages, and room to spare.
pub(super) const EDITOR_BYTES_MAX: usize = 512 * 1024;

/// The rooms of activities.
pub(super) fn rooms() -> Vec<Way> {
    vec![
        ("/{lang}/staff/activities", get(list::get)),
        ("/{lang}/staff/activities/new", get(new::get).post(new::post)),
        ("/{lang}/staff/activities/{id}", get(run::get)),
        ("/{lang}/staff/activities/{id}/edit", get(edit::get).post(edit::post)),
        ("/{lang}/staff/activities/{id}/open", post(run::open)),
        ("/{lang}/staff/activities/{id}/close", post(run::close)),
        ("/{lang}/staff/activities/{id}/remove", get(run::ask).post(run::remove)),
        ("/{lang}/staff/activities/{id}/report", get(report::get)),
        ("/{lang}/staff/activities/{id}/report/publish", post(report::publish)),
        ("/{lang}/staff/activities/{id}/report/withdraw", post(report::withdraw)),
        ("/{lang}/staff/activities/{id}/report.json", get(report::json)),
        ("/{lang}/staff/activities/{id}/answers.csv", get(report::answers)),
        ("/{lang}/staff/activities/{id}/columns.csv", get(report::columns)),
        ("/{lang}/staff/activities/{id}/invitations", get(invitations::get).post(invitations::post)),
        ("/{lang}/staff/activities/{id}/invitations/links.csv", post(invitations::csv)),
        (
            "/{lang}/staff/activities/{id}/invitations/withdraw",
            get(invitations::ask_withdraw).post(invitations::withdraw),
        ),
        ("/{lang}/staff/activities/{id}/words", get(report::words).post(report::list_words)),
        ("/{lang}/staff/activities/{id}/draw", get(draw::get)),
        ("/{lang}/staff/activities/{id}/draw/list", get(draw::list).post(draw::put_list)),
        ("/{lang}/staff/activities/{id}/draw/announce", get(draw::ask_announce).post(draw::announce)),
        ("/{lang}/staff/activities/{id}/draw/hold", get(draw::ask_hold).post(draw::hold)),
        ("/{lang}/staff/activities/{id}/draw/withdraw", post(draw::withdraw)),
        ("/{lang}/staff/activities/{id}/draw/thank", post(draw::thank)),
        ("/{lang}/staff/activities/{id}/draw/people.csv", get(draw::csv)),
        ("/{lang}/staff/activities/{id}/draw/pool.json", get(draw::pool)),
        ("/{lang}/staff/activities/{id}/draw/person/{code}", get(draw::person)),
        ("/{lang}/staff/activities/{id}/draw/person/{code}/{what}", post(draw::change_person)),
        ("/{lang}/staff/activities/{id}/outcomes", get(outcomes::get).post(outcomes::post)),
        ("/{lang}/staff/activities/{id}/outcomes/send", post(outcomes::send)),
        ("/{lang}/staff/activities/{id}/said", get(said::get).post(said::post)),
        ("/{lang}/staff/activities/{id}/photo/{entry}/{at}", get(report::photo)),
    ]
}

/// Pages of activities in the rooms: what is filled in there may carry photos.
pub(super) fn pages() -> Vec<Way> {
    vec![
        ("/{lang}/staff/activities/{id}/preview", get(lead::preview).post(lead::try_out)),
        ("/{lang}/staff/activities/{id}/preview/{*path}", get(lead::preview).post(lead::try_out)),
        ("/{lang}/staff/activities/{id}/beside/{other}", get(beside::get).post(beside::post)),
        ("/{lang}/staff/activities/{id}/beside/{other}/{*path}", get(beside::get).post(beside::post)),
        ("/{lang}/staff/activities/{id}/lead", get(lead::get).post(lead::post)),
        ("/{lang}/staff/activities/{id}/lead/{*path}", get(lead::get).post(lead::post)),
    ]
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

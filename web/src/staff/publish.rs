//! `/{lang}/staff/publish`: what colleagues write for the world: drafts, what waits for its time or for a colleague, and what is out.

mod edit;
mod log;
mod post;
mod preview;

use super::insider::{Answer, Insider};
use super::room::{Cell, Done, Room, Table};
use crate::problem::Problem;
use crate::router::Way;
use crate::view::Fragment;
use axum::extract::Query;
use axum::routing::{get, post as takes};
use model::{Author, PublicationRecord, PublicationState, Role, Timestamp};

/// Posts that are shown of all that were made.
const POSTS_MAX: usize = 500;
/// Of those that are out.
const OUT_MAX: usize = 50;
/// As much of a text as stands for a missing title.
const NAME_CHARS_MAX: usize = 60;
/// A form with a photo and texts in four languages.
pub(super) const FORM_BYTES_MAX: usize = app::PHOTO_BYTES_MAX + (1 << 20);

/// The rooms of what is written and of what became of it.
pub(super) fn rooms() -> Vec<Way> {
    vec![
        ("/{lang}/staff/publish", get(list)),
        ("/{lang}/staff/publish/{id}/preview", get(preview::get)),
        ("/{lang}/staff/publish/{id}/picture", get(preview::picture)),
        ("/{lang}/staff/publish/{id}/send", takes(preview::send)),
        ("/{lang}/staff/publish/{id}/discard", takes(preview::discard)),
        ("/{lang}/staff/posts/{id}", get(post::show)),
        ("/{lang}/staff/posts/{id}/picture", get(post::picture)),
        ("/{lang}/staff/posts/{id}/approve", takes(post::approve)),
        ("/{lang}/staff/posts/{id}/refuse", takes(post::refuse)),
        ("/{lang}/staff/posts/{id}/copy", takes(post::copy)),
        ("/{lang}/staff/posts/{id}/withdraw", get(post::ask_withdraw).post(post::withdraw)),
        ("/{lang}/staff/posts/{id}/correct", get(post::ask_correct).post(post::correct)),
    ]
}

/// Forms that may bring a photo along.
pub(super) fn forms() -> Vec<Way> {
    vec![
        ("/{lang}/staff/publish/new", get(edit::new).post(edit::create)),
        ("/{lang}/staff/publish/{id}", get(edit::edit).post(edit::change)),
    ]
}

async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    let now = insider.reader.now;
    let newest = insider.staff.publications(POSTS_MAX).map_err(Problem::internal)?;
    let rows = |wanted: &dyn Fn(&&PublicationRecord) -> bool, at_most: usize| -> Vec<Vec<Cell>> {
        newest.iter().filter(wanted).take(at_most).map(|record| insider.post_row(record)).collect()
    };
    let of_staff = |record: &&PublicationRecord| matches!(record.author, Author::Staff(_));
    let drafts = rows(&|record| record.state == PublicationState::Draft, POSTS_MAX);
    let waiting = rows(&|record| record.is_waiting() && record.expires_at.is_none_or(|at| at > now), POSTS_MAX);
    let scheduled = rows(&|record| record.is_scheduled(now), POSTS_MAX);
    let is_past = |record: &&PublicationRecord| {
        let open = record.state == PublicationState::Draft || record.is_waiting() || record.is_scheduled(now);
        of_staff(record) && !open
    };
    let titled = |key: &str, rows: Vec<Vec<Cell>>| (!rows.is_empty()).then(|| insider.posts(key, rows));
    let mut tables: Vec<Table> = Vec::new();
    tables.extend(titled("staff-posts-waiting", waiting));
    tables.extend(titled("staff-publish-drafts", drafts));
    tables.extend(titled("staff-publish-scheduled", scheduled));
    tables.push(insider.posts("staff-publish-out", rows(&is_past, OUT_MAX)));
    let steward = insider.own.role >= Role::Steward;
    let room = Room {
        title: insider.text("staff-room-publish"),
        lead: Some(insider.text("staff-publish-lead")),
        told: insider.told(done.done.as_deref()),
        actions: if steward { vec![insider.link("publish/new", "publish-new")] } else { Vec::new() },
        tables,
        ..Room::default()
    };
    insider.room("publish", &room)
}

impl Insider {
    /// When something was, to the minute.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        self.reader.speaker.moment(at, self.reader.now, &self.reader.municipality.calendar)
    }

    pub(super) fn posts(&self, title: &str, rows: Vec<Vec<Cell>>) -> Table {
        Table {
            title: Some(self.text(title)),
            head: self.head(&["when", "what", "rule-by", "outbox-state"]),
            rows,
            empty: self.text("staff-posts-none"),
        }
    }

    pub(super) fn post_row(&self, record: &PublicationRecord) -> Vec<Cell> {
        let is_draft = record.state == PublicationState::Draft;
        let when = if is_draft { self.ago(Some(record.changed_at)) } else { self.moment(record.due_at) };
        let room = if is_draft { "publish" } else { "posts" };
        let name = self.post_name(record);
        vec![
            Cell::text(when),
            Cell::fragment(name).to(self.to(&format!("{room}/{}", record.id.0))),
            Cell::text(self.author(record)),
            self.post_state(record),
        ]
    }

    fn author(&self, record: &PublicationRecord) -> String {
        match &record.author {
            Author::Rule(name) => self.reader.speaker.text("staff-post-of-rule", &[("name", name.into())]),
            Author::Staff(name) => name.clone(),
        }
    }

    /// The title of a post, or how its text begins.
    fn post_name(&self, record: &PublicationRecord) -> Fragment {
        let language = self.reader.language();
        let own = record.texts.iter().find(|text| text.language == language);
        let Some(text) = own.or_else(|| record.texts.first()) else {
            return Fragment::plain(self.text("staff-publish-empty"));
        };
        let begin = || text.body.chars().take(NAME_CHARS_MAX).collect::<String>();
        let name = if text.title.is_empty() { begin() } else { text.title.clone() };
        Fragment { text: name, lang: (text.language != language).then(|| text.language.tag()) }
    }

    fn post_state(&self, record: &PublicationRecord) -> Cell {
        let (word, colour) = match record.state {
            PublicationState::Draft => ("draft", "usual"),
            PublicationState::Queued if record.is_scheduled(self.reader.now) => ("scheduled", "usual"),
            PublicationState::Queued if record.corrected_at.is_some() => ("corrected", "calm"),
            PublicationState::Waiting => ("waiting", "busy"),
            PublicationState::Queued => ("queued", "calm"),
            PublicationState::Refused => ("refused", "silent"),
            PublicationState::Expired => ("expired", "silent"),
            PublicationState::Withdrawn => ("withdrawn", "silent"),
        };
        Cell::state(self.text(&format!("staff-post-is-{word}")), colour)
    }
}

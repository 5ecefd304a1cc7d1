//! Staff recruit a small group: each step with its line in the log.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::{DrawError, Seat, Terms};
use engagement::draw::Held;
use model::activity::{Activity, ActivityId};
use model::{AuditEntry, Language, Timestamp};

impl Staff {
    /// Puts the people of a table on the list; says how many.
    pub fn put_recruits(
        &self,
        by: &Colleague,
        id: &ActivityId,
        table: &[u8],
        language: Language,
        now: Timestamp,
    ) -> Result<usize, DrawError> {
        self.app.put_recruits(id, table, language, (&noted(by, "recruits-put", id, now), now))
    }

    /// Keeps what is to be published before the seed can be known.
    pub fn announce_draw(
        &self,
        by: &Colleague,
        activity: &Activity,
        terms: &Terms,
        title: &str,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        self.app.announce_draw(activity, terms, title, (&noted(by, "draw-announced", &activity.id, now), now))
    }

    /// Takes an announcement back as long as nothing was drawn.
    pub fn withdraw_draw(&self, by: &Colleague, id: &ActivityId, now: Timestamp) -> Result<(), DrawError> {
        self.app.withdraw_draw(id, &noted(by, "draw-withdrawn", id, now), now)
    }

    /// Draws with the seed, and asks those who were drawn.
    pub fn hold_draw(
        &self,
        by: &Colleague,
        activity: &Activity,
        seed: &str,
        now: Timestamp,
    ) -> Result<Held, DrawError> {
        self.app.hold_draw(activity, seed, (&noted(by, "draw-held", &activity.id, now), now))
    }

    /// Notes whether somebody comes, as they told staff.
    pub fn seat_recruit(
        &self,
        by: &Colleague,
        activity: &Activity,
        code: &str,
        seat: Seat,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        let log = noted(by, "seat-changed", &activity.id, now);
        self.app.seat_recruit(activity, code, seat, (Some(&log), now))
    }

    /// Takes somebody off the list.
    pub fn remove_recruit(
        &self,
        by: &Colleague,
        activity: &Activity,
        code: &str,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        let log = noted(by, "recruit-removed", &activity.id, now);
        self.app.remove_recruit(activity, code, (Some(&log), now))
    }

    /// Thanks the reserves.
    pub fn thank_reserves(&self, by: &Colleague, activity: &Activity, now: Timestamp) -> Result<usize, DrawError> {
        self.app.thank_reserves(activity, (&noted(by, "draw-thanked", &activity.id, now), now))
    }
}

/// It names the activity and nobody in it.
fn noted(by: &Colleague, what: &str, id: &ActivityId, now: Timestamp) -> AuditEntry {
    line(now, Some(&by.login), what, id.as_str())
}

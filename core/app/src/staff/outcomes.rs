//! Staff tell what happened, and have it sent to those who took part.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::{ActivityError, DigestError, NewOutcome};
use model::Timestamp;
use model::activity::ActivityId;

impl Staff {
    /// Tells what became of an activity or of what was put forward in it; says of how many things.
    pub fn tell_outcome(
        &self,
        by: &Colleague,
        id: &ActivityId,
        new: &NewOutcome,
        now: Timestamp,
    ) -> Result<usize, ActivityError> {
        let about: Vec<String> =
            new.about.iter().map(|of| of.map_or("-".to_owned(), |entry| entry.to_string())).collect();
        let subject = format!("{id}/{}", about.join(","));
        self.app.tell_outcome(id, new, &line(now, Some(&by.login), "outcome-told", &subject), now)
    }

    /// Makes the letters about what is new in an activity now; says how many.
    pub fn send_digest(&self, by: &Colleague, id: &ActivityId, now: Timestamp) -> Result<usize, DigestError> {
        self.app.send_digest(id, &line(now, Some(&by.login), "digest-sent", id.as_str()), now)
    }
}

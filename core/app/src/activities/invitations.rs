//! Invitations: links made in bulk, each good for one finished answer, and nothing that says which gave which.

use super::{ActivityError, lock};
use crate::portal::App;
use engagement::coarsened;
use model::activity::{ActivityId, Answer, Code, OpenTo};
use store::{Durability, INVITATIONS_MAX};

/// So many people share what goes with an anonymous answer, at least.
const SHARED_BY: u32 = 5;

/// What is known of how an activity's invitations are used. Which were used is known to nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invitations {
    /// How many were made.
    pub made: u32,
    /// How many of them were used.
    pub used: u32,
}

/// Why no invitations were made.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The activity.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// Whoever comes by may take part, so an invitation would be worth nothing.
    #[error("the activity is open to everyone; set `open_to = \"invited\"` in its file first")]
    Open,
    /// Too many.
    #[error("an activity has at most {INVITATIONS_MAX} invitations")]
    TooMany,
}

impl From<store::StoreError> for InviteError {
    fn from(error: store::StoreError) -> Self {
        Self::Activity(error.into())
    }
}

impl App {
    /// Makes invitations, one for each person of whom something is declared (an age band, an area; nothing will do). The codes are shown
    /// this once: the box keeps only keyed hashes of them. What is declared goes with the answer, made coarser until five of those who are
    /// invited together share it.
    pub fn invite(&self, id: &ActivityId, people: Vec<Vec<Answer>>) -> Result<Vec<Code>, InviteError> {
        let running = self.running(id)?;
        if running.activity.open_to != OpenTo::Invited {
            return Err(InviteError::Open);
        }
        let codes: Vec<Code> = people.iter().map(|_| Code::new(self.store().drawn())).collect();
        let municipality = self.municipality();
        let people = coarsened(people, municipality.smallest_count.max(SHARED_BY));
        let transaction = self.store().begin(&municipality.calendar)?;
        let made = codes.iter().map(|code| self.digest(&running, "invitation", code)).zip(people).collect();
        if transaction.put_invitations(id, made)?.is_none() {
            return Err(InviteError::TooMany);
        }
        transaction.commit(Durability::Now)?;
        Ok(codes)
    }

    /// Takes back the invitations that nobody has answered with, and what was begun with them; says how many. Their links lead nowhere from
    /// then on, and they no longer count as made.
    pub fn withdraw_invitations(&self, id: &ActivityId) -> Result<u32, ActivityError> {
        let running = self.running(id)?;
        // Whoever is answering just now comes before or after, not in between.
        let _answering = lock(&running.warmth);
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let withdrawn = transaction.withdraw_invitations(id)?;
        transaction.commit(Durability::Now)?;
        Ok(withdrawn)
    }

    /// How many invitations there are, and how many were used.
    pub fn invitations(&self, id: &ActivityId) -> Result<Invitations, ActivityError> {
        self.running(id)?;
        let (made, used) = self.store().read()?.invitation_count(id)?;
        Ok(Invitations { made, used })
    }
}

//! Invitations: links made in bulk, each good for one finished answer, and nothing that says which gave which.

use super::{ActivityError, lock};
use crate::portal::App;
use engagement::coarsened;
use model::activity::{ActivityId, Answer, Code, OpenTo};
use store::{Durability, INVITATIONS_MAX, Transaction};

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
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let made = self.invite_within(&transaction, id, people)?;
        transaction.commit(Durability::Now)?;
        Ok(made.into_iter().map(|(code, _)| code).collect())
    }

    /// Makes invitations in the transaction of what they are made for: their codes, and by what each is found again.
    pub(crate) fn invite_within(
        &self,
        transaction: &Transaction<'_>,
        id: &ActivityId,
        people: Vec<Vec<Answer>>,
    ) -> Result<Vec<(Code, [u8; 16])>, InviteError> {
        let running = self.running(id)?;
        let made = |_: &Vec<Answer>| {
            let code = Code::new(self.store().drawn());
            (code, self.digest(&running, "invitation", &code))
        };
        let codes: Vec<(Code, [u8; 16])> = people.iter().map(made).collect();
        let people = coarsened(people, self.municipality().smallest_count.max(SHARED_BY));
        let rows = codes.iter().map(|(_, digest)| *digest).zip(people).collect();
        transaction.put_invitations(id, rows)?.ok_or(InviteError::TooMany)?;
        Ok(codes)
    }

    /// Another link to an invitation that was not used; none when it was, or there is none any more. The box does not know the first.
    pub(crate) fn link_again_within(
        &self,
        transaction: &Transaction<'_>,
        id: &ActivityId,
        known: &[u8; 16],
    ) -> Result<Option<(Code, [u8; 16])>, ActivityError> {
        let running = self.running(id)?;
        let code = Code::new(self.store().drawn());
        let digest = self.digest(&running, "invitation", &code);
        Ok(transaction.link_invitation_again(id, known, &digest)?.then_some((code, digest)))
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

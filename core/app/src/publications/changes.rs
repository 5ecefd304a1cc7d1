//! What is out is put right, or taken back.

use super::{author, publication};
use crate::outbox::{Cause, NewPublication, QueueError};
use crate::portal::App;
use crate::publications::{DraftError, LookError};
use model::{PublicationId, PublicationRecord, PublicationState, PublicationText, Timestamp};
use store::Durability;

impl App {
    /// Takes back what is on its way or out: here at once, and by each channel that can.
    pub fn withdraw_publication(&self, id: PublicationId, who: &str, now: Timestamp) -> Result<(), LookError> {
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        let out = tx.publication(id)?.filter(|record| record.state == PublicationState::Queued);
        let out = out.ok_or(LookError::TooLate)?;
        let why = Cause::Withdrawal.about(author(&out));
        self.take_back_publication(&tx, (&out.name, out.revision), &why, now)?;
        let (state, looked_by) = (PublicationState::Withdrawn, Some(who.to_owned()));
        tx.note_publication(&PublicationRecord { state, looked_by, changed_at: now, ..out })?;
        tx.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(())
    }

    /// Puts other texts in the place of those that are on their way or out. `seen` is the writing that the form was shown.
    pub fn correct_publication(
        &self,
        (id, seen): (PublicationId, u32),
        texts: &[PublicationText],
        now: Timestamp,
    ) -> Result<(), DraftError> {
        let picture = match self.store().read()?.publication(id)? {
            Some(record) => self.picture_of(&record)?,
            None => None,
        };
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        let out = tx.publication(id)?.filter(|record| record.state == PublicationState::Queued);
        let out = out.ok_or(DraftError::Gone)?;
        if out.revision != seen {
            return Err(DraftError::Meanwhile);
        }
        let is_out = out.is_public(now);
        let corrected = PublicationRecord {
            texts: texts.iter().map(super::drafts::plain).collect(),
            revision: seen.saturating_add(1),
            corrected_at: is_out.then_some(now).or(out.corrected_at),
            changed_at: now,
            ..out
        };
        let publication = publication(&corrected, picture);
        let why = Cause::Correction.about(author(&corrected));
        let new = NewPublication::new(&publication, &why, now);
        match self.correct_publication_sent(&tx, &new, corrected.revision) {
            Ok(()) => {}
            Err(QueueError::Store(error)) => return Err(error.into()),
            // The portal has it in any case; the log of the post shows what did not go on.
            Err(QueueError::Full(full)) => tracing::warn!("{}: {full}", corrected.name),
        }
        tx.note_publication(&corrected)?;
        tx.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(())
    }
}

//! What is said to the world, by rules and by staff: written, looked at, put on its way, put right, taken back, and told as news.
//!
//! A publication is one row from the first draft on. What puts it on its way puts it into the outbox in the same transaction, so a power
//! cut between the two loses nothing and doubles nothing.

mod changes;
mod drafts;
mod news;
mod told;

#[cfg(test)]
mod tests;

pub use drafts::{ALTERNATIVE_CHARS_MAX, BODY_CHARS_MAX, Draft, DraftError, TITLE_CHARS_MAX};
pub use told::{PostLine, Previewed, Waits};

use crate::outbox::{Cause, NewPublication, QueueError};
use crate::portal::App;
use model::channel::Post;
use model::{Author, ChannelId, Picture, Publication, PublicationId, PublicationRecord, PublicationState, Timestamp};
use std::collections::BTreeMap;
use store::{Durability, OutboxFull, StoreError, Transaction};

/// Posts as they were approved, by channel.
type Approved = BTreeMap<ChannelId, Vec<Post>>;

/// A publication that waits to be looked at, with its picture.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What it says.
    pub record: PublicationRecord,
    /// What it shows.
    pub picture: Option<Picture>,
}

/// Why a publication cannot be decided on.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// There is none of this number that waits: somebody was faster, or its time is over.
    #[error("there is no such publication, or it does not wait any more")]
    TooLate,
    /// Whoever asked for it cannot be the second pair of eyes.
    #[error("somebody else has to look at this")]
    OwnWork,
    /// A channel does not take it, and says why.
    #[error("{0}: {1}")]
    Unfit(ChannelId, String),
    /// There is no room in the outbox.
    #[error(transparent)]
    Full(#[from] OutboxFull),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<QueueError> for LookError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Full(full) => Self::Full(full),
            QueueError::Store(error) => Self::Store(error),
        }
    }
}

/// What waits is found among so many of the newest: a day's posts of a hundred rules.
const WAITING_LOOKED_FOR: usize = 500;

impl App {
    /// Keeps a publication and sends it on its way, in the transaction of its cause; says whether it is new. What there is no room for in
    /// the outbox is told, and stays here.
    pub(crate) fn publish(
        &self,
        tx: &Transaction<'_>,
        record: &PublicationRecord,
        picture: Option<&Picture>,
    ) -> Result<bool, StoreError> {
        let is_new = tx.put_publication(record, picture)?.is_some();
        if is_new && !record.is_waiting() {
            match self.hand_on(tx, record, picture.cloned(), &Approved::new()) {
                Err(QueueError::Store(error)) => return Err(error),
                Err(QueueError::Full(full)) => tracing::warn!("{}: {full}", record.name),
                Ok(()) => {}
            }
        }
        Ok(is_new)
    }

    /// Puts a publication into the outbox, once for each of its channels.
    fn hand_on(
        &self,
        tx: &Transaction<'_>,
        record: &PublicationRecord,
        picture: Option<Picture>,
        approved: &Approved,
    ) -> Result<(), QueueError> {
        let (publication, cause) = (publication(record, picture), cause(record));
        let new = NewPublication {
            channels: record.channels.as_deref(),
            due_at: record.due_at,
            approved: Some(approved),
            ..NewPublication::new(&publication, &cause, record.changed_at)
        };
        self.queue_publication(tx, &new).map(drop)
    }

    /// Publications that were not looked at while they had value are over. Says how many.
    pub(crate) fn expire_publications(&self, now: Timestamp) -> Result<usize, StoreError> {
        let over: Vec<PublicationRecord> = self
            .newest_publications(WAITING_LOOKED_FOR)?
            .into_iter()
            .filter(|record| record.is_waiting() && record.expires_at.is_some_and(|at| at <= now))
            .collect();
        if over.is_empty() {
            return Ok(0);
        }
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        for record in &over {
            tx.note_publication(&PublicationRecord {
                state: PublicationState::Expired,
                changed_at: now,
                ..record.clone()
            })?;
        }
        tx.commit(Durability::Now)?;
        Ok(over.len())
    }

    /// The newest publications, newest first. Damaged ones are left out.
    pub fn newest_publications(&self, at_most: usize) -> Result<Vec<PublicationRecord>, StoreError> {
        let snapshot = self.store().read()?;
        let rows = snapshot.publications()?.rev().filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        rows.take(at_most).map(|row| row.map(|(_, record)| record)).collect()
    }

    /// What waits for a second pair of eyes, oldest first.
    pub fn publications_waiting(&self, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
        let mut newest = self.newest_publications(WAITING_LOOKED_FOR)?;
        newest.retain(|record| record.is_waiting() && record.expires_at.is_none_or(|at| at > now));
        newest.reverse();
        let with_picture = |record: PublicationRecord| Ok(Waiting { picture: self.picture_of(&record)?, record });
        newest.into_iter().map(with_picture).collect()
    }

    /// The picture of a publication, while it is kept.
    pub fn picture_of(&self, record: &PublicationRecord) -> Result<Option<Picture>, StoreError> {
        match record.alternative.clone() {
            Some(alternative) => self.store().read()?.publication_picture(record.id, alternative),
            None => Ok(None),
        }
    }

    /// A second pair of eyes says that something may leave, or that it may not.
    pub fn decide_publication(
        &self,
        id: PublicationId,
        who: &str,
        decision: PublicationState,
        now: Timestamp,
    ) -> Result<(), LookError> {
        let record = self.store().read()?.publication(id)?.ok_or(LookError::TooLate)?;
        let picture = self.picture_of(&record)?;
        // Composed before the transaction: nobody else waits for a plugin.
        let approved = if decision == PublicationState::Queued {
            self.as_approved(&record, picture.as_ref())
        } else {
            Approved::new()
        };
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        let waiting = tx.publication(id)?.filter(PublicationRecord::is_waiting);
        let record = waiting.filter(|record| record.expires_at.is_none_or(|at| at > now)).ok_or(LookError::TooLate)?;
        if decision == PublicationState::Queued && record.author == Author::Staff(who.to_owned()) {
            return Err(LookError::OwnWork);
        }
        let due_at = record.due_at.max(now);
        let decided =
            PublicationRecord { state: decision, due_at, changed_at: now, looked_by: Some(who.to_owned()), ..record };
        if decision == PublicationState::Queued {
            self.hand_on(&tx, &decided, picture, &approved)?;
        }
        tx.note_publication(&decided)?;
        tx.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(())
    }

    /// What it becomes by each of its channels, as it was looked at. A channel that cannot say so now composes when it sends.
    fn as_approved(&self, record: &PublicationRecord, picture: Option<&Picture>) -> Approved {
        let publication = publication(record, picture.cloned());
        let composed = |channel: ChannelId| Some((channel.clone(), self.preview(&publication, &channel).ok()?));
        self.channels_of(record).into_iter().filter_map(composed).collect()
    }

    /// The channels of the folder by which a publication leaves.
    fn channels_of(&self, record: &PublicationRecord) -> Vec<ChannelId> {
        let municipality = self.municipality();
        let ids = municipality.channels.iter().map(|plan| plan.id.clone());
        ids.filter(|id| record.channels.as_ref().is_none_or(|wanted| wanted.contains(id))).collect()
    }
}

/// What a channel is given.
fn publication(record: &PublicationRecord, picture: Option<Picture>) -> Publication {
    Publication {
        name: record.name.clone(),
        texts: record.texts.clone(),
        door: record.door.clone(),
        picture,
        expires_at: record.expires_at,
    }
}

/// Who wants it said, for the outbox.
fn cause(record: &PublicationRecord) -> String {
    match &record.author {
        Author::Rule(name) => Cause::Rule.about(name),
        Author::Staff(name) => Cause::Staff.about(name),
    }
}

fn author(record: &PublicationRecord) -> &str {
    let (Author::Rule(name) | Author::Staff(name)) = &record.author;
    name
}

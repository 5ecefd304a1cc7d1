//! What a rule has to say becomes a publication: written, illustrated, kept, and on its way.

use super::looking::Subject;
use super::{Drawing, Painter};
use crate::outbox::{NewPublication, QueueError};
use crate::portal::App;
use engagement::rules::Occasion;
use model::{
    Author, News, Picture, Publication, PublicationId, PublicationRecord, PublicationState, Reply, Rule, Slot,
    Timestamp, Trigger,
};
use store::{Durability, StoreError, Transaction};

/// A publication that is ready to be kept.
pub(super) struct Ready {
    pub(super) record: PublicationRecord,
    pub(super) picture: Option<Picture>,
}

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
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes a post; the gap that could not be filled, when one could not.
pub(super) fn write(subject: &Subject<'_>, occasion: &Occasion, painter: Option<&dyn Painter>) -> Result<Ready, Slot> {
    let Subject { rule, now, .. } = *subject;
    let texts = subject.texts()?;
    let picture = painter.filter(|_| rule.picture).and_then(|painter| {
        let language = texts.first()?.language;
        let Drawing { png, width, height } = painter.place(rule.place.as_ref()?, language)?;
        Some(Picture { png, width, height, alternative: subject.alternative() })
    });
    let record = PublicationRecord {
        id: PublicationId(0),
        name: occasion.name(rule),
        author: Author::Rule(rule.id.to_string()),
        place: rule.place.clone(),
        door: door(subject, occasion),
        alternative: picture.as_ref().map(|picture| picture.alternative.clone()),
        channels: rule.channels.clone(),
        made_at: now,
        due_at: now,
        expires_at: Some(now + rule.valid_for),
        state: if rule.approval { PublicationState::Waiting } else { PublicationState::Queued },
        changed_at: now,
        looked_by: None,
        texts,
    };
    Ok(Ready { record, picture })
}

/// Where people can answer. Without an address that the world knows there is nowhere to send them.
fn door(subject: &Subject<'_>, occasion: &Occasion) -> Option<String> {
    let Subject { rule, municipality, .. } = subject;
    let language = rule.texts.first()?.language;
    let origin = municipality.public_url.as_deref()?;
    let path = match (&rule.reply, &occasion.activity, &rule.place) {
        (Reply::Nowhere, ..) => return None,
        (Reply::Page, Some(activity), _) if tells_report(rule) => format!("take-part/{activity}/report"),
        (Reply::Activity(activity), ..) | (Reply::Page, Some(activity), _) => format!("take-part/{activity}"),
        (Reply::Page, None, Some(place)) => format!("places/{place}"),
        (Reply::Page, None, None) => String::new(),
    };
    Some(format!("{origin}/{language}/{path}"))
}

fn tells_report(rule: &Rule) -> bool {
    matches!(&rule.when, Trigger::Happens(happening) if happening.news == News::Reported)
}

impl App {
    /// Keeps a publication and sends it on its way, in the transaction of its cause; says whether it is new.
    pub(super) fn publish(&self, tx: &Transaction<'_>, ready: &Ready) -> Result<bool, StoreError> {
        let is_new = tx.put_publication(&ready.record, ready.picture.as_ref())?.is_some();
        if is_new && !ready.record.is_waiting() {
            self.hand_on(tx, &ready.record, ready.picture.clone())?;
        }
        Ok(is_new)
    }

    /// Puts a publication into the outbox, once for each of its channels. What there is no room for is told, and stays here.
    fn hand_on(
        &self,
        tx: &Transaction<'_>,
        record: &PublicationRecord,
        picture: Option<Picture>,
    ) -> Result<(), StoreError> {
        let publication = Publication {
            name: record.name.clone(),
            texts: record.texts.clone(),
            door: record.door.clone(),
            picture,
            expires_at: record.expires_at,
        };
        let cause = match &record.author {
            Author::Rule(name) => format!("rule {name}"),
            Author::Staff(name) => name.clone(),
        };
        let new = NewPublication {
            channels: record.channels.as_deref(),
            due_at: record.due_at,
            ..NewPublication::new(&publication, &cause, record.changed_at)
        };
        match self.queue_publication(tx, &new) {
            Ok(_) => Ok(()),
            Err(QueueError::Store(error)) => Err(error),
            Err(QueueError::Full(full)) => {
                tracing::warn!("{}: {full}", record.name);
                Ok(())
            }
        }
    }

    /// Publications that were not looked at while they had value are over. Says how many.
    pub(super) fn expire_publications(&self, now: Timestamp) -> Result<usize, StoreError> {
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
        let snapshot = self.store().read()?;
        let with_picture = |record: PublicationRecord| {
            let alternative = record.alternative.clone();
            let picture = match alternative {
                Some(alternative) => snapshot.publication_picture(record.id, alternative)?,
                None => None,
            };
            Ok(Waiting { record, picture })
        };
        newest.into_iter().map(with_picture).collect()
    }

    /// A second pair of eyes says that something may leave, or that it may not.
    pub fn decide_publication(
        &self,
        id: PublicationId,
        who: &str,
        decision: PublicationState,
        now: Timestamp,
    ) -> Result<(), LookError> {
        let municipality = self.municipality();
        let snapshot = self.store().read()?;
        let tx = self.store().begin(&municipality.calendar)?;
        let waiting = tx.publication(id)?.filter(PublicationRecord::is_waiting);
        let record = waiting.filter(|record| record.expires_at.is_none_or(|at| at > now)).ok_or(LookError::TooLate)?;
        if decision == PublicationState::Queued && record.author == Author::Staff(who.to_owned()) {
            return Err(LookError::OwnWork);
        }
        let decided = PublicationRecord { state: decision, changed_at: now, looked_by: Some(who.to_owned()), ..record };
        if decision == PublicationState::Queued {
            let picture = match decided.alternative.clone() {
                Some(alternative) => snapshot.publication_picture(id, alternative)?,
                None => None,
            };
            self.hand_on(&tx, &decided, picture)?;
        }
        tx.note_publication(&decided)?;
        tx.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(())
    }
}

/// What waits is found among so many of the newest: a day's posts of a hundred rules.
const WAITING_LOOKED_FOR: usize = 500;

//! What is to leave the box: put here in the transaction of its cause, and followed until it is out or given up.
//!
//! What a delivery says may name a person, so it lies apart, sealed with a key of its day. It goes when the delivery is out; the key of
//! a day goes once nothing of that day waits any more, and with it whatever old pages of the file still hold.

use crate::error::StoreError;
use crate::keyring::Slot;
use crate::keys::Key;
use crate::snapshot::{Rows, Snapshot, all};
use crate::stored::Sealed;
use crate::table::typed;
use crate::tables::{OUTBOX, OUTBOX_CONTENTS, OUTBOX_KEYS, OUTBOX_PROGRESS, OUTBOX_SLOTS};
use crate::transaction::Transaction;
use crate::view::ALL_KEYS;
use model::{ChannelId, Delivery, DeliveryId, DeliveryKey, DeliveryState, MemberId, Timestamp};
use std::collections::BTreeSet;
use std::ops::Bound;

/// What may wait at once: two letters to everybody of a large panel, and a week of posts. More is a mistake, and is not taken.
pub const OUTBOX_WAITING_MAX: u64 = 100_000;

/// Something new that is to leave the box.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    /// By what.
    pub channel: &'a ChannelId,
    /// A name of its cause that no other has: `join/<code>`, `rule/library-busy/2026-11-22T10:05`. The same name makes no second delivery.
    pub name: &'a str,
    /// What caused it, for staff. It names no person.
    pub cause: &'a str,
    /// When its cause came about.
    pub queued_at: Timestamp,
    /// It is not tried before.
    pub due_at: Timestamp,
    /// After this it has no value.
    pub expires_at: Option<Timestamp>,
    /// Billable units.
    pub cost: u32,
    /// What it says, in bytes that only the caller can read.
    pub content: &'a [u8],
}

/// What became of something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It has this number.
    New(DeliveryId),
    /// Its cause has a delivery already, this one.
    Known(DeliveryId),
}

/// Too much waits already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the outbox holds {OUTBOX_WAITING_MAX} deliveries that wait; nothing more is taken until some are out")]
pub struct OutboxFull;

/// The number of a delivery.
impl Key<8> for DeliveryId {
    fn to_bytes(&self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

impl Transaction<'_> {
    /// Puts something into the outbox. It leaves once this transaction is committed, and not if it is not.
    pub fn put_delivery(&self, new: &NewDelivery<'_>) -> Result<Result<Queued, OutboxFull>, StoreError> {
        self.put_sealed(new, None)
    }

    /// The same for a member of the panel: what it says is sealed with the member's own key, and goes with them.
    pub fn put_delivery_to(
        &self,
        member: MemberId,
        new: &NewDelivery<'_>,
    ) -> Result<Result<Queued, OutboxFull>, StoreError> {
        self.put_sealed(new, self.slot_of_member(member)?)
    }

    pub(crate) fn put_sealed(
        &self,
        new: &NewDelivery<'_>,
        own: Option<Slot>,
    ) -> Result<Result<Queued, OutboxFull>, StoreError> {
        let key = DeliveryKey(self.keyring().derived("delivery", &[new.name.as_bytes()]));
        if let Some(known) = OUTBOX_KEYS.get_written(self.write(), &key.0)? {
            return Ok(Ok(Queued::Known(DeliveryId(known.cast_unsigned()))));
        }
        let last = OUTBOX.last_key(self.write())?.map_or(0, |last| last.0);
        if self.is_outbox_full(last)? {
            return Ok(Err(OutboxFull));
        }
        let id = DeliveryId(last + 1);
        let delivery = Delivery {
            id,
            channel: new.channel.clone(),
            cause: new.cause.to_owned(),
            key,
            queued_at: new.queued_at,
            due_at: new.due_at,
            expires_at: new.expires_at,
            state: DeliveryState::Waiting,
            tries: 0,
            changed_at: new.queued_at,
            said: String::new(),
            cost: new.cost,
            handle: None,
            link: None,
        };
        OUTBOX.put(self.write(), &id, &delivery);
        OUTBOX_KEYS.put(self.write(), &key.0, &id.0.cast_signed());
        let slot = match own {
            Some(slot) => slot,
            None => self.slot_of_day(new.queued_at)?,
        };
        self.seal_content(id, slot, new.content)?;
        Ok(Ok(Queued::New(id)))
    }

    /// Notes how far a delivery has come, and what its channel is to know at the next try. What it says goes once it is out, withdrawn
    /// or expired; one that was given up keeps it, for staff may send it again.
    pub fn note_delivery(&self, delivery: &Delivery, content: Option<&[u8]>) -> Result<(), StoreError> {
        OUTBOX.put(self.write(), &delivery.id, delivery);
        match delivery.state {
            DeliveryState::Waiting | DeliveryState::Dead => {
                let Some(content) = content else { return Ok(()) };
                let Some(sealed) = OUTBOX_CONTENTS.get_written(self.write(), &delivery.id)? else { return Ok(()) };
                self.seal_content(delivery.id, sealed.slot, content)
            }
            DeliveryState::Sent | DeliveryState::Withdrawn | DeliveryState::Expired => {
                OUTBOX_PROGRESS.remove(self.write(), &delivery.id)?;
                OUTBOX_CONTENTS.remove(self.write(), &delivery.id).map(drop)
            }
        }
    }

    /// Notes how far the channel of a delivery has come, in bytes that only the caller can read. Nothing is noted of one whose content
    /// is gone.
    pub fn note_progress(&self, id: DeliveryId, progress: &[u8]) -> Result<(), StoreError> {
        let Some(sealed) = OUTBOX_CONTENTS.get_written(self.write(), &id)? else { return Ok(()) };
        let bytes = self.keyring().seal(sealed.slot, &[], &progress_of(id), progress)?;
        OUTBOX_PROGRESS.put(self.write(), &id, &Sealed { slot: sealed.slot, bytes });
        Ok(())
    }

    /// The channel of a delivery begins anew.
    pub fn forget_progress(&self, id: DeliveryId) -> Result<(), StoreError> {
        OUTBOX_PROGRESS.remove(self.write(), &id).map(drop)
    }

    /// A delivery, as this transaction sees it.
    pub fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        OUTBOX.get_written(self.write(), &id)
    }

    /// Whether the channel of a delivery has begun with it: a peer may know of it.
    pub fn is_begun(&self, id: DeliveryId) -> Result<bool, StoreError> {
        Ok(OUTBOX_PROGRESS.get_written(self.write(), &id)?.is_some())
    }

    /// The delivery of a cause, by the name it was put under; none when there is none, or no more.
    pub fn delivery_named(&self, name: &str) -> Result<Option<Delivery>, StoreError> {
        let key = self.keyring().derived("delivery", &[name.as_bytes()]);
        let Some(id) = OUTBOX_KEYS.get_written(self.write(), &key)? else { return Ok(None) };
        self.delivery(DeliveryId(id.cast_unsigned()))
    }

    /// Forgets deliveries that came to their end before `until`, at most `at_once` of them, and destroys the keys of days of which nothing
    /// waits any more. `today` keeps its key. Says how many it forgot.
    pub fn forget_deliveries(&self, until: Timestamp, today: Timestamp, at_once: usize) -> Result<usize, StoreError> {
        let mut past = Vec::new();
        let mut used = BTreeSet::new();
        for row in OUTBOX.rows(self.write().open(&OUTBOX.raw)?.range(ALL_KEYS)?) {
            let (id, delivery) = match row {
                // What became of a damaged one nobody can tell; it is looked at again when it is mended.
                Err(StoreError::Corrupt(_)) => continue,
                row => row?,
            };
            if !delivery.is_waiting() && delivery.changed_at < until && past.len() < at_once {
                past.push((id, delivery.key));
            } else if let Some(sealed) = OUTBOX_CONTENTS.get_written(self.write(), &id)? {
                used.insert(i64::from(sealed.slot.0));
            }
        }
        for (id, key) in &past {
            OUTBOX.remove(self.write(), id)?;
            OUTBOX_CONTENTS.remove(self.write(), id)?;
            OUTBOX_PROGRESS.remove(self.write(), id)?;
            OUTBOX_KEYS.remove(self.write(), &key.0)?;
        }
        let today = self.day_of(today);
        let slots: Vec<(Timestamp, i64)> = OUTBOX_SLOTS.all_written(self.write())?;
        for (day, slot) in slots.into_iter().filter(|(day, slot)| *day < today && !used.contains(slot)) {
            self.erase_slot(Slot(u32::try_from(slot).unwrap_or(u32::MAX)));
            OUTBOX_SLOTS.remove(self.write(), &day)?;
        }
        Ok(past.len())
    }

    /// The rows are counted only where so many can be there at all.
    fn is_outbox_full(&self, last: u64) -> Result<bool, StoreError> {
        let contents = self.write().open(&OUTBOX_CONTENTS.raw)?;
        let oldest = contents.range(ALL_KEYS)?.next().transpose()?;
        let oldest = oldest.map_or(last, |(key, _)| typed::<8, DeliveryId>(&key).0);
        if last.saturating_sub(oldest) < OUTBOX_WAITING_MAX {
            return Ok(false);
        }
        let mut waiting = 0;
        for row in contents.range(ALL_KEYS)? {
            row?;
            waiting += 1;
        }
        Ok(waiting >= OUTBOX_WAITING_MAX)
    }

    fn day_of(&self, at: Timestamp) -> Timestamp {
        self.calendar().day_start(self.calendar().day(at))
    }

    fn slot_of_day(&self, at: Timestamp) -> Result<Slot, StoreError> {
        let day = self.day_of(at);
        if let Some(slot) = OUTBOX_SLOTS.get_written(self.write(), &day)? {
            let slot = Slot(u32::try_from(slot).unwrap_or(u32::MAX));
            // A data file from a backup may name a key that was destroyed since.
            if self.keyring().holds(slot)? {
                return Ok(slot);
            }
        }
        let slot = self.new_slot()?;
        OUTBOX_SLOTS.put(self.write(), &day, &i64::from(slot.0));
        Ok(slot)
    }

    fn seal_content(&self, id: DeliveryId, slot: Slot, content: &[u8]) -> Result<(), StoreError> {
        let bytes = self.keyring().seal(slot, &[], &bound_to(id), content)?;
        OUTBOX_CONTENTS.put(self.write(), &id, &Sealed { slot, bytes });
        Ok(())
    }
}

impl Snapshot {
    /// Every delivery that is remembered, oldest first.
    pub fn deliveries(&self) -> Result<Rows<'_, (DeliveryId, Delivery)>, StoreError> {
        all(&OUTBOX, self.view())
    }

    /// The deliveries behind a number, oldest first, at most `at_once`. Damaged ones are left out.
    pub fn deliveries_after(&self, last: DeliveryId, at_once: usize) -> Result<Vec<Delivery>, StoreError> {
        let from = last.to_bytes();
        let range = (Bound::Excluded(from.as_slice()), Bound::Unbounded);
        let rows = OUTBOX.rows(self.view().open(&OUTBOX.raw)?.range(range)?);
        let rows = rows.filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        rows.take(at_once).map(|row| row.map(|(_, delivery)| delivery)).collect()
    }

    /// A delivery.
    pub fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        OUTBOX.get(self.view(), &id)
    }

    /// The delivery of a cause, by the name it was put under; none when there is none, or no more.
    pub fn delivery_named(&self, name: &str) -> Result<Option<Delivery>, StoreError> {
        let key = self.keyring().derived("delivery", &[name.as_bytes()]);
        let Some(id) = OUTBOX_KEYS.get(self.view(), &key)? else { return Ok(None) };
        self.delivery(DeliveryId(id.cast_unsigned()))
    }

    /// What a delivery says; none when it is out, or its key was destroyed.
    pub fn delivery_content(&self, id: DeliveryId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = OUTBOX_CONTENTS.get(self.view(), &id)? else { return Ok(None) };
        self.keyring().open_sealed(sealed.slot, &[], &bound_to(id), &sealed.bytes)
    }

    /// How far the channel of a delivery has come; none when it has not begun.
    pub fn delivery_progress(&self, id: DeliveryId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = OUTBOX_PROGRESS.get(self.view(), &id)? else { return Ok(None) };
        self.keyring().open_sealed(sealed.slot, &[], &progress_of(id), &sealed.bytes)
    }
}

fn progress_of(id: DeliveryId) -> Vec<u8> {
    [OUTBOX_PROGRESS.raw.name.as_bytes(), &id.to_bytes()].concat()
}

fn bound_to(id: DeliveryId) -> Vec<u8> {
    [OUTBOX_CONTENTS.raw.name.as_bytes(), &id.to_bytes()].concat()
}

//! Those who are willing to take part in a small group, each sealed with a key of their own, and what is published of the draw among them.

use crate::error::StoreError;
use crate::keys::{ActivityNumber, Digest, DigestKey, Key};
use crate::people::bound_to;
use crate::snapshot::Snapshot;
use crate::stored::{Published, Sealed};
use crate::tables::{DRAWS, RECRUITS};
use crate::transaction::Transaction;
use model::Timestamp;
use model::activity::ActivityId;
use std::ops::Bound;

impl Snapshot {
    /// Everybody on the list of an activity, as they were written, by what they are found by.
    pub fn recruits(&self, activity: &ActivityId) -> Result<Vec<(Digest, Vec<u8>)>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let mut people = Vec::new();
        for row in RECRUITS.rows(self.view().open(&RECRUITS.raw)?.range(range)?) {
            let (key, sealed) = row?;
            let to = bound_to(RECRUITS.raw.name, &key.to_bytes());
            let plain = self.keyring().open_sealed(sealed.slot, &[], &to, &sealed.bytes)?;
            people.extend(plain.map(|plain| (key.digest, plain)));
        }
        Ok(people)
    }

    /// What is kept of the draw of an activity, and when it was last changed.
    pub fn draw(&self, activity: &ActivityId) -> Result<Option<(Timestamp, String)>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        Ok(DRAWS.get(self.view(), &number)?.map(|draw| (draw.at, draw.text)))
    }
}

impl Transaction<'_> {
    /// Puts somebody on the list of an activity, or in the place of what was known of them.
    pub fn put_recruit(&self, activity: &ActivityId, digest: &Digest, person: &[u8]) -> Result<(), StoreError> {
        let key = DigestKey { activity: self.activity_number(activity)?, digest: *digest };
        let slot = match RECRUITS.get_written(self.write(), &key)? {
            Some(sealed) if self.keyring().holds(sealed.slot)? => sealed.slot,
            _ => self.new_slot()?,
        };
        let to = bound_to(RECRUITS.raw.name, &key.to_bytes());
        let bytes = self.keyring().seal(slot, &[], &to, person)?;
        RECRUITS.put(self.write(), &key, &Sealed { slot, bytes });
        Ok(())
    }

    /// Takes somebody off the list, and with the commit destroys the key that could read what was known of them.
    pub fn erase_recruit(&self, activity: &ActivityId, digest: &Digest) -> Result<bool, StoreError> {
        let key = DigestKey { activity: self.activity_number(activity)?, digest: *digest };
        let Some(sealed) = RECRUITS.get_written(self.write(), &key)? else { return Ok(false) };
        self.erase_slot(sealed.slot);
        RECRUITS.remove(self.write(), &key)
    }

    /// Everybody of an activity, when its answers go.
    pub(crate) fn erase_recruits_of(&self, number: ActivityNumber) -> Result<usize, StoreError> {
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let rows = RECRUITS.rows(self.write().open(&RECRUITS.raw)?.range(range)?);
        let all: Vec<(DigestKey, Sealed)> = rows.collect::<Result<_, _>>()?;
        for (key, sealed) in &all {
            self.erase_slot(sealed.slot);
            RECRUITS.remove(self.write(), key)?;
        }
        Ok(all.len())
    }

    /// Keeps what there is of the draw of an activity; takes the place of what was there.
    pub fn put_draw(&self, activity: &ActivityId, at: Timestamp, text: String) -> Result<(), StoreError> {
        DRAWS.put(self.write(), &self.activity_number(activity)?, &Published { at, text });
        Ok(())
    }

    /// Takes the draw of an activity back; says whether there was one.
    pub fn remove_draw(&self, activity: &ActivityId) -> Result<bool, StoreError> {
        DRAWS.remove(self.write(), &self.activity_number(activity)?)
    }
}

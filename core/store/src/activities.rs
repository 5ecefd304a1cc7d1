//! The logs of activities. An entry is never changed; it can be erased, and its number is never given again. Entries are sealed with the
//! key of their author, so what was erased is gone from every copy of the file.

use crate::error::StoreError;
use crate::keyring::{Keyring, Slot};
use crate::keys::{ActivityNumber, AuthorKey, EntryKey, FormKey, Key};
use crate::snapshot::{Rows, Snapshot};
use crate::stored::{Said, Sealed, meant, plain};
use crate::table::typed;
use crate::tables::{ACTIVITIES, APPROVED, AUTHOR_ENTRIES, ENTRIES, LAST_ENTRIES, MODERATED, SIGNS, SUBMISSIONS};
use crate::transaction::Transaction;
use model::activity::{ActivityId, Author, Draft, Entry, EntryId, FormToken, Moment, PhotoId, Pseudonym, Submission};
use std::collections::BTreeSet;
use std::ops::Bound;

impl Snapshot {
    /// What was said in an activity since the entry `after`, in the order of their numbers. What was erased is not among it.
    pub fn entries(&self, activity: &ActivityId, after: EntryId) -> Result<Rows<'_, Entry>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Rows::new(std::iter::empty())) };
        let (from, to) = (EntryKey { activity: number, id: after }.to_bytes(), last_key(number));
        let range = self.view().open(&ENTRIES.raw)?.range((Bound::Excluded(&from), Bound::Included(&to)))?;
        Ok(Rows::new(ENTRIES.rows(range).filter_map(|row| match row {
            Ok((key, sealed)) => self.opened(key, &sealed).transpose(),
            Err(error) => Some(Err(error)),
        })))
    }

    /// One entry.
    pub fn entry(&self, activity: &ActivityId, id: EntryId) -> Result<Option<Entry>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        let key = EntryKey { activity: number, id };
        let Some(sealed) = ENTRIES.get(self.view(), &key)? else { return Ok(None) };
        self.opened(key, &sealed)
    }

    /// What one author said in an activity, in the order of the numbers. Reads no other entry.
    pub fn entries_of(&self, activity: &ActivityId, author: Pseudonym) -> Result<Vec<Entry>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let keys = AuthorKey::of_author(number, author);
        let (from, to) = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let mut own = Vec::new();
        for row in AUTHOR_ENTRIES.rows(self.view().open(&AUTHOR_ENTRIES.raw)?.range((from, to))?) {
            own.extend(self.entry(activity, row?.0.id)?);
        }
        Ok(own)
    }

    /// What came of a form that was sent before.
    pub fn submission(&self, activity: &ActivityId, token: FormToken) -> Result<Option<Submission>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        SUBMISSIONS.get(self.view(), &FormKey { activity: number, token })
    }

    pub(crate) fn number_of(&self, activity: &ActivityId) -> Result<Option<ActivityNumber>, StoreError> {
        ACTIVITIES.get(self.view(), activity.as_str().as_bytes())
    }

    /// None when it was erased.
    fn opened(&self, key: EntryKey, sealed: &Sealed) -> Result<Option<Entry>, StoreError> {
        opened(self.keyring(), key, sealed)
    }
}

impl Transaction<'_> {
    /// Keeps what somebody said, and gives each its number.
    pub fn append(
        &self,
        activity: &ActivityId,
        at: Moment,
        by: &Author,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Entry>, StoreError> {
        let number = self.activity_number(activity)?;
        let mut last = LAST_ENTRIES.get_written(self.write(), &number)?.unwrap_or(0);
        let mut entries = Vec::with_capacity(drafts.len());
        let mut known = match by.pseudonym {
            Some(author) => self.slot_of(number, author)?,
            None => None,
        };
        for draft in drafts {
            last = last.saturating_add(1);
            let key = EntryKey { activity: number, id: EntryId(u64::try_from(last).unwrap_or(u64::MAX)) };
            let slot = match known {
                Some(slot) => slot,
                None => self.new_slot()?,
            };
            if let Some(author) = by.pseudonym {
                known = Some(slot);
                let index = AuthorKey { activity: number, author, id: key.id };
                AUTHOR_ENTRIES.put(self.write(), &index, &i64::from(slot.0));
            }
            let said = Said { at, by: by.clone(), draft };
            let bytes = self.keyring().seal(slot, &[], &to(key), &plain(&said))?;
            ENTRIES.put(self.write(), &key, &Sealed { slot, bytes });
            entries.push(entry(key, said));
        }
        LAST_ENTRIES.put(self.write(), &number, &last);
        Ok(entries)
    }

    /// Remembers what came of a form.
    pub fn put_submission(
        &self,
        activity: &ActivityId,
        token: FormToken,
        submission: &Submission,
    ) -> Result<(), StoreError> {
        let key = FormKey { activity: self.activity_number(activity)?, token };
        SUBMISSIONS.put(self.write(), &key, submission);
        Ok(())
    }

    /// Removes all that an author said, and with the commit destroys the key that could read it; says which entries are gone.
    pub fn erase_author(&self, activity: &ActivityId, author: Pseudonym) -> Result<Vec<EntryId>, StoreError> {
        let number = self.activity_number(activity)?;
        let own = self.written_by(number, author)?;
        for photo in self.photos_in(number, &own)? {
            self.erase_photo_of(number, photo)?;
        }
        self.erase_author_slot(number, author)?;
        for id in &own {
            ENTRIES.remove(self.write(), &EntryKey { activity: number, id: *id })?;
            SIGNS.remove(self.write(), &EntryKey { activity: number, id: *id })?;
            APPROVED.remove(self.write(), &EntryKey { activity: number, id: *id })?;
            MODERATED.remove(self.write(), &EntryKey { activity: number, id: *id })?;
            self.remove_outcomes_of(number, *id)?;
            AUTHOR_ENTRIES.remove(self.write(), &AuthorKey { activity: number, author, id: *id })?;
        }
        self.forget_submissions(number, &own.iter().copied().collect())?;
        Ok(own)
    }

    /// Removes one entry, and with the commit destroys the key that could read it; what else its author said is sealed anew.
    pub fn erase_entry(&self, activity: &ActivityId, id: EntryId) -> Result<(), StoreError> {
        let number = self.activity_number(activity)?;
        let key = EntryKey { activity: number, id };
        let Some(sealed) = ENTRIES.get_written(self.write(), &key)? else { return Ok(()) };
        let author = opened(self.keyring(), key, &sealed)?.and_then(|entry| entry.by.pseudonym);
        let mut photos = self.photos_in(number, &[id])?;
        ENTRIES.remove(self.write(), &key)?;
        SIGNS.remove(self.write(), &key)?;
        APPROVED.remove(self.write(), &key)?;
        MODERATED.remove(self.write(), &key)?;
        self.remove_outcomes_of(number, id)?;
        if let Some(author) = author {
            AUTHOR_ENTRIES.remove(self.write(), &AuthorKey { activity: number, author, id })?;
            // One that stands in another of their entries stays there.
            let others = self.photos_in(number, &self.written_by(number, author)?)?;
            photos.retain(|photo| !others.contains(photo));
            self.seal_anew(number, author)?;
        }
        for photo in photos {
            self.erase_photo_of(number, photo)?;
        }
        self.erase_slot(sealed.slot);
        self.forget_submissions(number, &BTreeSet::from([id]))
    }

    /// The photos that entries name.
    fn photos_in(&self, activity: ActivityNumber, entries: &[EntryId]) -> Result<BTreeSet<PhotoId>, StoreError> {
        let mut photos = BTreeSet::new();
        for id in entries {
            let key = EntryKey { activity, id: *id };
            let Some(sealed) = ENTRIES.get_written(self.write(), &key)? else { continue };
            let entry = opened(self.keyring(), key, &sealed)?;
            photos.extend(entry.iter().flat_map(|entry| entry.said.photos()));
        }
        Ok(photos)
    }

    fn seal_anew(&self, activity: ActivityNumber, author: Pseudonym) -> Result<(), StoreError> {
        let others = self.written_by(activity, author)?;
        if others.is_empty() {
            return Ok(());
        }
        let slot = self.new_slot()?;
        for id in others {
            let key = EntryKey { activity, id };
            let Some(sealed) = ENTRIES.get_written(self.write(), &key)? else { continue };
            let Some(plain) = self.keyring().open_sealed(sealed.slot, &[], &to(key), &sealed.bytes)? else { continue };
            let bytes = self.keyring().seal(slot, &[], &to(key), &plain)?;
            ENTRIES.put(self.write(), &key, &Sealed { slot, bytes });
            AUTHOR_ENTRIES.put(self.write(), &AuthorKey { activity, author, id }, &i64::from(slot.0));
        }
        Ok(())
    }

    fn written_by(&self, activity: ActivityNumber, author: Pseudonym) -> Result<Vec<EntryId>, StoreError> {
        let keys = AuthorKey::of_author(activity, author);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let rows = self.write().open(&AUTHOR_ENTRIES.raw)?.range(range)?;
        rows.map(|row| row.map(|(key, _)| typed::<20, AuthorKey>(&key).id)).collect()
    }

    pub(crate) fn activity_number(&self, activity: &ActivityId) -> Result<ActivityNumber, StoreError> {
        let name = activity.as_str().as_bytes();
        if let Some(number) = ACTIVITIES.get_written(self.write(), name)? {
            return Ok(number);
        }
        let last: Option<ActivityNumber> = LAST_ENTRIES.last_key(self.write())?;
        let number = ActivityNumber(last.map_or(0, |last| last.0.saturating_add(1)));
        ACTIVITIES.put(self.write(), name, &number);
        LAST_ENTRIES.put(self.write(), &number, &0);
        Ok(number)
    }

    /// The key of an author who has said something before. One that was destroyed is none.
    fn slot_of(&self, activity: ActivityNumber, author: Pseudonym) -> Result<Option<Slot>, StoreError> {
        let slot = self.author_slot(activity, author)?;
        Ok(match slot {
            Some(slot) if self.keyring().holds(slot)? => Some(slot),
            _ => None,
        })
    }

    fn author_slot(&self, activity: ActivityNumber, author: Pseudonym) -> Result<Option<Slot>, StoreError> {
        let keys = AuthorKey::of_author(activity, author);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        // The newest: a key that was erased before a backup came back is not used again.
        let last = AUTHOR_ENTRIES.rows(self.write().open(&AUTHOR_ENTRIES.raw)?.range(range)?).next_back();
        let slot = last.transpose()?.map(|(_, slot)| slot);
        Ok(slot.and_then(|slot| u32::try_from(slot).ok()).map(Slot))
    }

    fn erase_author_slot(&self, activity: ActivityNumber, author: Pseudonym) -> Result<(), StoreError> {
        if let Some(slot) = self.author_slot(activity, author)? {
            self.erase_slot(slot);
        }
        Ok(())
    }

    fn forget_submissions(&self, activity: ActivityNumber, gone: &BTreeSet<EntryId>) -> Result<(), StoreError> {
        let [from, to] = [0, u8::MAX].map(|byte| FormKey { activity, token: FormToken([byte; 16]) }.to_bytes());
        let range = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let mut forgotten = Vec::new();
        for row in SUBMISSIONS.rows(self.write().open(&SUBMISSIONS.raw)?.range(range)?) {
            let (key, submission) = row?;
            if submission.entries.iter().any(|id| gone.contains(id)) {
                forgotten.push(key);
            }
        }
        for key in forgotten {
            SUBMISSIONS.remove(self.write(), &key)?;
        }
        Ok(())
    }
}

fn opened(keyring: &Keyring, key: EntryKey, sealed: &Sealed) -> Result<Option<Entry>, StoreError> {
    let Some(bytes) = keyring.open_sealed(sealed.slot, &[], &to(key), &sealed.bytes)? else { return Ok(None) };
    match meant(&bytes) {
        Some(said) => Ok(Some(entry(key, said))),
        None => Err(ENTRIES.raw.corrupt(&key.to_bytes()).into()),
    }
}

/// What a sealed entry is bound to: it opens in its own place only.
fn to(key: EntryKey) -> Vec<u8> {
    [ENTRIES.raw.name.as_bytes(), &key.to_bytes()].concat()
}

fn entry(EntryKey { id, .. }: EntryKey, Said { at, by, draft }: Said) -> Entry {
    Entry { id, at, by, said: draft }
}

fn last_key(activity: ActivityNumber) -> [u8; 12] {
    EntryKey { activity, id: EntryId(u64::MAX) }.to_bytes()
}

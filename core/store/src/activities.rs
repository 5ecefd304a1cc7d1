//! The logs of activities. An entry is never changed; it can be erased, and its number is never given again.

use crate::error::StoreError;
use crate::keys::{ActivityNumber, EntryKey, FormKey, Key};
use crate::snapshot::{Rows, Snapshot};
use crate::stored::Said;
use crate::tables::{ACTIVITIES, ENTRIES, LAST_ENTRIES, SUBMISSIONS};
use crate::transaction::Transaction;
use model::activity::{ActivityId, Author, Draft, Entry, EntryId, FormToken, Moment, Pseudonym, Submission};
use std::ops::Bound;

impl Snapshot {
    /// What was said in an activity since the entry `after`, in the order of their numbers.
    pub fn entries(&self, activity: &ActivityId, after: EntryId) -> Result<Rows<'_, Entry>, StoreError> {
        let Some(number) = ACTIVITIES.get(self.view(), activity.as_str().as_bytes())? else {
            return Ok(Rows::new(std::iter::empty()));
        };
        let (from, to) = (EntryKey { activity: number, id: after }.to_bytes(), last_key(number));
        let range = self.view().open(&ENTRIES.raw)?.range((Bound::Excluded(&from), Bound::Included(&to)))?;
        Ok(Rows::new(ENTRIES.rows(range).map(|row| row.map(|(key, said)| entry(key, said)))))
    }

    /// One entry.
    pub fn entry(&self, activity: &ActivityId, id: EntryId) -> Result<Option<Entry>, StoreError> {
        let Some(number) = ACTIVITIES.get(self.view(), activity.as_str().as_bytes())? else { return Ok(None) };
        let key = EntryKey { activity: number, id };
        Ok(ENTRIES.get(self.view(), &key)?.map(|said| entry(key, said)))
    }

    /// What came of a form that was sent before.
    pub fn submission(&self, activity: &ActivityId, token: FormToken) -> Result<Option<Submission>, StoreError> {
        let Some(number) = ACTIVITIES.get(self.view(), activity.as_str().as_bytes())? else { return Ok(None) };
        SUBMISSIONS.get(self.view(), &FormKey { activity: number, token })
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
        for draft in drafts {
            last = last.saturating_add(1);
            let key = EntryKey { activity: number, id: EntryId(u64::try_from(last).unwrap_or(u64::MAX)) };
            let said = Said { at, by: by.clone(), draft };
            ENTRIES.put(self.write(), &key, &said);
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

    /// Removes all that an author said, damaged rows left alone; says which entries are gone.
    pub fn erase_author(&self, activity: &ActivityId, author: Pseudonym) -> Result<Vec<EntryId>, StoreError> {
        let number = self.activity_number(activity)?;
        let (from, to) = (EntryKey { activity: number, id: EntryId(0) }.to_bytes(), last_key(number));
        let mut own = Vec::new();
        for row in ENTRIES.rows(self.write().open(&ENTRIES.raw)?.range((Bound::Included(&from), Bound::Included(&to)))?)
        {
            match row {
                Ok((key, said)) if said.by.pseudonym == Some(author) => own.push(key.id),
                Ok(_) | Err(StoreError::Corrupt(_)) => {}
                Err(error) => return Err(error),
            }
        }
        for id in &own {
            ENTRIES.remove(self.write(), &EntryKey { activity: number, id: *id })?;
        }
        Ok(own)
    }

    fn activity_number(&self, activity: &ActivityId) -> Result<ActivityNumber, StoreError> {
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
}

fn entry(EntryKey { id, .. }: EntryKey, Said { at, by, draft }: Said) -> Entry {
    Entry { id, at, by, said: draft }
}

fn last_key(activity: ActivityNumber) -> [u8; 12] {
    EntryKey { activity, id: EntryId(u64::MAX) }.to_bytes()
}

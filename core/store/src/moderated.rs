//! What staff decided about what people put forward.

use crate::error::StoreError;
use crate::keys::{EntryKey, Key};
use crate::record::{Reader, Stored, Writer};
use crate::snapshot::Snapshot;
use crate::tables::MODERATED;
use crate::transaction::Transaction;
use model::activity::{ActivityId, EntryId, Looked, Verdict};
use std::collections::BTreeMap;
use std::ops::Bound;

impl Snapshot {
    /// What was decided in an activity, by entry.
    pub fn moderated(&self, activity: &ActivityId) -> Result<BTreeMap<EntryId, Looked>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(BTreeMap::new()) };
        let [from, to] = [0, u64::MAX].map(|id| EntryKey { activity: number, id: EntryId(id) }.to_bytes());
        let range = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let rows = MODERATED.rows(self.view().open(&MODERATED.raw)?.range(range)?);
        rows.map(|row| row.map(|(key, looked)| (key.id, looked))).collect()
    }

    /// What was decided about one entry; none: nobody has looked at it.
    pub fn looked(&self, activity: &ActivityId, id: EntryId) -> Result<Option<Looked>, StoreError> {
        let Some(activity) = self.number_of(activity)? else { return Ok(None) };
        MODERATED.get(self.view(), &EntryKey { activity, id })
    }
}

impl Transaction<'_> {
    /// Keeps what was decided about an entry, in the place of what was decided before.
    pub fn moderate(&self, activity: &ActivityId, id: EntryId, looked: &Looked) -> Result<(), StoreError> {
        let key = EntryKey { activity: self.activity_number(activity)?, id };
        MODERATED.put(self.write(), &key, looked);
        Ok(())
    }
}

/// Layout 1: when, whether it was let through, why not.
impl Stored for Looked {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.at);
        let why = match &self.verdict {
            Verdict::LetThrough => None,
            Verdict::Hidden(why) => Some(why),
        };
        out.option(why, |out, why| out.text(why));
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let at = input.time()?;
        Some(Self { at, verdict: input.option(Reader::text)?.map_or(Verdict::LetThrough, Verdict::Hidden) })
    }
}

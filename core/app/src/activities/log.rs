//! Where a warm activity reads what was said since it last looked.

use super::Running;
use super::moderation::decisions;
use model::activity::{Entry, EntryId};
use std::borrow::Cow;
use store::{Snapshot, StoreError};

/// The log of an activity.
#[derive(Clone, Copy, Debug)]
pub(super) enum Log<'a> {
    /// As it lies on the disk, sealed.
    Stored(&'a Snapshot),
    /// All of it, by somebody who has opened it already and taken out what staff have hidden.
    Read(&'a [Entry]),
}

impl<'a> From<&'a Snapshot> for Log<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self::Stored(snapshot)
    }
}

impl<'a> From<&'a [Entry]> for Log<'a> {
    fn from(entries: &'a [Entry]) -> Self {
        Self::Read(entries)
    }
}

impl<'a> Log<'a> {
    /// What came after that entry, without what staff have hidden.
    pub(super) fn after(self, running: &Running, last: EntryId) -> Result<Cow<'a, [Entry]>, StoreError> {
        match self {
            Self::Stored(snapshot) => {
                let newer = snapshot.entries(&running.activity.id, last)?;
                let mut newer: Vec<Entry> = newer.collect::<Result<_, _>>()?;
                if !newer.is_empty() {
                    decisions(running, snapshot)?.strip(&mut newer);
                }
                Ok(Cow::Owned(newer))
            }
            Self::Read(entries) => {
                let newer = entries.get(entries.partition_point(|entry| entry.id <= last)..);
                Ok(Cow::Borrowed(newer.unwrap_or_default()))
            }
        }
    }
}

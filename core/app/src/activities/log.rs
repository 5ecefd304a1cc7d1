//! Where a warm activity reads what was said since it last looked.

use model::activity::{ActivityId, Entry, EntryId};
use std::borrow::Cow;
use store::{Snapshot, StoreError};

/// The log of an activity.
#[derive(Clone, Copy, Debug)]
pub(super) enum Log<'a> {
    /// As it lies on the disk, sealed.
    Stored(&'a Snapshot),
    /// All of it, by somebody who has opened it already.
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
    /// What came after that entry.
    pub(super) fn after(self, id: &ActivityId, last: EntryId) -> Result<Cow<'a, [Entry]>, StoreError> {
        match self {
            Self::Stored(snapshot) => Ok(Cow::Owned(snapshot.entries(id, last)?.collect::<Result<_, _>>()?)),
            Self::Read(entries) => {
                let newer = entries.get(entries.partition_point(|entry| entry.id <= last)..);
                Ok(Cow::Borrowed(newer.unwrap_or_default()))
            }
        }
    }
}

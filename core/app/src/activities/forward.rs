//! What people put forward and still stands, kept beside the warm activity: a look at it opens no entry that puts nothing forward.

use model::activity::{Entry, EntryId, Role, Subject};
use std::collections::BTreeMap;
use store::{Snapshot, StoreError};

use super::Running;

/// What stands, and what it took the place of.
#[derive(Debug, Default)]
pub(super) struct Forward {
    /// The last entry that was looked at.
    seen: EntryId,
    /// What stands, with the numbers of what it took the place of.
    standing: BTreeMap<EntryId, Vec<EntryId>>,
}

impl Forward {
    /// Takes in what was said since the last look.
    pub(super) fn look(&mut self, running: &Running, snapshot: &Snapshot) -> Result<(), StoreError> {
        for entry in snapshot.entries(&running.activity.id, self.seen)? {
            self.note(&entry?);
        }
        Ok(())
    }

    /// What stands, by its number, with the numbers under which it stood before.
    pub(super) const fn standing(&self) -> &BTreeMap<EntryId, Vec<EntryId>> {
        &self.standing
    }

    fn note(&mut self, entry: &Entry) {
        self.seen = entry.id;
        let mut before = Vec::new();
        if let Subject::InsteadOf(replaced) = entry.said.subject {
            before = self.standing.remove(&replaced).unwrap_or_default();
            before.push(replaced);
        }
        if entry.said.contribution.is_some() && entry.by.role < Role::Facilitator {
            self.standing.insert(entry.id, before);
        }
    }
}

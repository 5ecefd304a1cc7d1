//! A write under way: redb's transaction, and beside it the log of every change, which the journal keeps. All changes of rows
//! pass here, so none can miss the log.

use crate::error::StoreError;
use crate::journal::{Change, Log};
use crate::keys::{Key, Note};
use crate::record::seal;
use crate::table::{Bytes, Raw};
use crate::tables::{self, NOTES};
use redb::WriteTransaction;
use std::cell::{Ref, RefCell};
use std::ops::Range;

pub(crate) struct Write {
    redb: WriteTransaction,
    log: RefCell<Log>,
}

impl Write {
    pub(crate) fn new(redb: WriteTransaction) -> Self {
        Self { redb, log: RefCell::default() }
    }

    pub(crate) fn open(&self, table: &Raw) -> Result<redb::Table<'_, Bytes, Bytes>, StoreError> {
        Ok(self.redb.open_table(table.definition())?)
    }

    pub(crate) fn put(&self, table: &Raw, key: &[u8], sealed: &[u8]) -> Result<(), StoreError> {
        self.open(table)?.insert(key, sealed)?;
        self.log.borrow_mut().push(Change::Put { table: table.number, key, sealed });
        Ok(())
    }

    /// Removes a row; says whether it was there.
    pub(crate) fn remove(&self, table: &Raw, key: &[u8]) -> Result<bool, StoreError> {
        let was_there = self.open(table)?.remove(key)?.is_some();
        if was_there {
            self.log.borrow_mut().push(Change::Remove { table: table.number, key });
        }
        Ok(was_there)
    }

    /// Removes the rows of a range of keys.
    pub(crate) fn remove_range(&self, table: &Raw, keys: Range<&[u8]>) -> Result<(), StoreError> {
        let (from, to) = (keys.start, keys.end);
        if from < to {
            self.open(table)?.retain_in(keys, |_, _| false)?;
            self.log.borrow_mut().push(Change::RemoveRange { table: table.number, from, to });
        }
        Ok(())
    }

    /// Makes the changes of a record of the journal. A table that this release does not know has none.
    pub(crate) fn replay(&self, body: &[u8]) -> Result<(), StoreError> {
        for change in crate::journal::changes(body) {
            match change {
                Change::Put { table, key, sealed } => {
                    let Some(table) = tables::numbered(table) else { continue };
                    self.open(table)?.insert(key, sealed)?;
                }
                Change::Remove { table, key } => {
                    let Some(table) = tables::numbered(table) else { continue };
                    self.open(table)?.remove(key)?;
                }
                Change::RemoveRange { table, from, to } => {
                    let Some(table) = tables::numbered(table) else { continue };
                    self.open(table)?.retain_in(from..to, |_, _| false)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the write: readers see it, and the disk knows nothing of it. Gives what was changed.
    pub(crate) fn publish(mut self) -> Result<Log, StoreError> {
        self.redb.set_durability(redb::Durability::None)?;
        self.redb.commit()?;
        Ok(self.log.into_inner())
    }

    /// Ends the write and brings all that redb holds to the disk. Two-phase: no order of writes can fake a commit. Quick repair: a
    /// start after a power cut scans nothing.
    pub(crate) fn checkpoint(mut self) -> Result<(), StoreError> {
        self.redb.set_two_phase_commit(true);
        self.redb.set_quick_repair(true);
        Ok(self.redb.commit()?)
    }

    /// Notes which record of the journal redb includes. The journal need not know.
    pub(crate) fn note_journal(&self, number: u64) -> Result<(), StoreError> {
        let key = Note::JOURNAL.to_bytes();
        let sealed = seal(&key, &i64::try_from(number).unwrap_or(i64::MAX));
        self.open(&NOTES.raw)?.insert(key.as_slice(), sealed.as_slice())?;
        Ok(())
    }

    /// The changes so far.
    pub(crate) fn logged(&self) -> Ref<'_, Log> {
        self.log.borrow()
    }
}

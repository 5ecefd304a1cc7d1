//! A write under way: a view of what was committed, the rows that it changes, and the log of every change, which the journal
//! keeps. All changes of rows pass here, so none can miss the log. Nothing of it touches redb or the disk.

use crate::error::StoreError;
use crate::fresh::{Fresh, Shared};
use crate::journal::{Change, Log};
use crate::table::Raw;
use crate::tables;
use crate::view::{Held, Opened, View};
use std::cell::RefCell;
use std::ops::{Bound, Range};
use std::sync::Arc;

pub(crate) struct Write {
    view: View,
    changed: RefCell<Fresh>,
    log: RefCell<Log>,
}

impl Write {
    /// Over what `view` shows.
    pub(crate) fn over(view: View) -> Self {
        Self { view, changed: RefCell::default(), log: RefCell::default() }
    }

    pub(crate) fn open(&self, table: &'static Raw) -> Result<Opened<'_>, StoreError> {
        Ok(self.view.open(table)?.under(self.changed.borrow().table(table.number).map(Arc::clone)))
    }

    /// The value of a row, as it was sealed.
    pub(crate) fn get(&self, table: &'static Raw, key: &[u8]) -> Result<Option<Held>, StoreError> {
        match self.changed.borrow().get(table.number, key) {
            Some(row) => Ok(row.clone().map(Held::Fresh)),
            None => self.view.get(table, key),
        }
    }

    pub(crate) fn put(&self, table: &Raw, key: &[u8], sealed: &[u8]) {
        self.change(table, key, Some(sealed.into()));
        self.log.borrow_mut().push(Change::Put { table: table.number, key, sealed });
    }

    /// Removes a row; says whether it was there.
    pub(crate) fn remove(&self, table: &'static Raw, key: &[u8]) -> Result<bool, StoreError> {
        let was_there = self.get(table, key)?.is_some();
        if was_there {
            self.change(table, key, None);
            self.log.borrow_mut().push(Change::Remove { table: table.number, key });
        }
        Ok(was_there)
    }

    /// Removes the rows of a range of keys; says how many there were.
    pub(crate) fn remove_range(&self, table: &'static Raw, keys: Range<&[u8]>) -> Result<usize, StoreError> {
        let mut there: Vec<Shared> = Vec::new();
        for row in self.open(table)?.range((Bound::Included(keys.start), Bound::Excluded(keys.end)))? {
            there.push(row?.0.as_ref().into());
        }
        if !there.is_empty() {
            let (from, to) = (keys.start, keys.end);
            self.log.borrow_mut().push(Change::RemoveRange { table: table.number, from, to });
        }
        let count = there.len();
        let mut changed = self.changed.borrow_mut();
        for key in there {
            changed.put(table.number, key, None);
        }
        Ok(count)
    }

    /// Makes the changes of a record of the journal. A table that this release does not know has none.
    pub(crate) fn replay(&self, body: &[u8]) -> Result<(), StoreError> {
        for change in crate::journal::changes(body) {
            let Some(table) = tables::numbered(change.table()) else { continue };
            match change {
                Change::Put { key, sealed, .. } => self.change(table, key, Some(sealed.into())),
                Change::Remove { key, .. } => self.change(table, key, None),
                Change::RemoveRange { from, to, .. } => drop(self.remove_range(table, from..to)?),
            }
        }
        Ok(())
    }

    /// Ends the write. What it changed is with the caller alone, and the view is let go of.
    pub(crate) fn end(self) -> (Fresh, Log) {
        (self.changed.into_inner(), self.log.into_inner())
    }

    fn change(&self, table: &Raw, key: &[u8], row: Option<Shared>) {
        self.changed.borrow_mut().put(table.number, key.into(), row);
    }
}

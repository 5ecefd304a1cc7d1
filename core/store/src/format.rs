//! The format of the file: one number. Migrations are numbered steps from each format to the next, forward only; there is one
//! format so far, so there is no step yet.

use crate::disk::settle;
use crate::error::StoreError;
use crate::fresh::Fresh;
use crate::keys::Note;
use crate::tables::{self, NOTES};
use crate::view::View;
use redb::{Database, ReadableDatabase, TableHandle};

/// What this release writes, and the newest it can read.
pub(crate) const NEWEST: i64 = 1;

/// What a file turned out to be.
pub(crate) enum Found {
    /// A file that this release can use; an empty one has just been laid out.
    Usable,
    /// A newer release wrote it.
    Newer(i64),
    /// It has tables, and none of ours.
    NotOurs,
}

/// Looks at the format. Writes nothing unless there is something to do, so a start costs no write.
pub(crate) fn prepare(database: &Database) -> Result<Found, StoreError> {
    let read = database.begin_read()?;
    let there: Vec<String> = read.list_tables()?.map(|table| table.name().to_owned()).collect();
    if there.is_empty() {
        return lay_out(database).map(|()| Found::Usable);
    }
    let view = View::new(read, Fresh::default());
    match NOTES.get(&view, &Note::FORMAT) {
        Ok(Some(found)) if found > NEWEST => Ok(Found::Newer(found)),
        Ok(Some(_)) => {
            let (there, lacking): (Vec<_>, Vec<_>) =
                tables::ALL.iter().partition(|table| there.iter().any(|name| name == table.name));
            // redb describes each table in the file: where that makes no sense, the start is the time to know it.
            there.into_iter().try_for_each(|table| view.open(table).map(drop))?;
            // A file of an earlier release lacks the tables that came later.
            if !lacking.is_empty() {
                settle(database, &[], None)?;
            }
            Ok(Found::Usable)
        }
        Ok(None) => Ok(Found::NotOurs),
        Err(error) => Err(error),
    }
}

fn lay_out(database: &Database) -> Result<(), StoreError> {
    let mut rows = Fresh::default();
    NOTES.put_into(&mut rows, &Note::FORMAT, &NEWEST);
    settle(database, &[&rows], None)
}

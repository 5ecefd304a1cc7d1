//! The data file on disk, and the copy beside it that stands in when it is lost.

use anyhow::{Context, Result};
use app::UpkeepReport;
use std::path::Path;
use store::{OpenError, Options, Restored, Store};

/// The data file, in its folder.
pub(crate) const FILE: &str = "allting.redb";

/// The nightly copy of what cannot be had again.
pub(crate) const COPY: &str = "allting-precious.redb";

/// Opens the data file in `data`, making folder and file when they are not there.
pub(crate) fn open(data: &Path) -> Result<Store> {
    std::fs::create_dir_all(data).with_context(|| format!("could not make the data folder {}", data.display()))?;
    Ok(Store::open(&data.join(FILE), Options::default())?)
}

/// The same; mends the rows that a box cannot start without, and puts a new data file in the place of one that is damaged, both from the
/// nightly copy. The report says what that cost.
pub(crate) fn open_or_mend(data: &Path, report: &UpkeepReport) -> Result<Store> {
    let what = match open(data) {
        Ok(store) => {
            report.note_mended(store.mend(&data.join(COPY))?);
            return Ok(store);
        }
        Err(error) => match error.downcast::<OpenError>()? {
            OpenError::Damaged { what, .. } => what,
            other => return Err(other.into()),
        },
    };
    let Restored { moved_to, copied_at, .. } = Store::restore(&data.join(FILE), &data.join(COPY))?;
    let moved_to = moved_to.map_or(String::new(), |to| format!(" and lies at {} now", to.display()));
    let since = copied_at.map_or_else(
        || "There was no copy: devices must join again, and the history is gone".to_owned(),
        |at| format!("Sessions and counters are those of {at}; the history before this start is gone"),
    );
    report.note_gap(format!(
        "the data file was damaged ({what}){moved_to}; the box began a new one. {since}; a backup may have it."
    ));
    open(data)
}

//! Copies of the file, made while it is written to: the whole for a backup, what is precious for the night. Both are data files
//! like the first, so there is one way to read them. A damaged row is left out and counted: a copy is whole or smaller.

use crate::disk::{Disk, create_whole, settle};
use crate::error::{OpenError, StoreError, unless_damaged};
use crate::fresh::Fresh;
use crate::keys::{Key, Note};
use crate::medium::Layout;
use crate::record::is_whole;
use crate::store::{Durability, Options, Store};
use crate::stored::Joins;
use crate::table::{Raw, Worth, typed};
use crate::tables::{
    self, ACTIVITIES, CLOCK_SPANS, DATASTREAM_IDS, DATASTREAMS, DAYS, HOURS, JOINS, LATEST, NOTES, OBSERVATIONS,
    REPORTS, SESSIONS, UPLINKS,
};
use crate::upkeep::{Damage, remake_datastream};
use crate::view::{ALL_KEYS, View};
use crate::write::Write;
use model::{DevEui, Session, Timestamp};
use redb::{Database, ReadableDatabase};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What went into a copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Rows that were copied.
    pub rows: u64,
    /// Rows that were damaged and left out.
    pub damaged: u64,
}

/// What was done about a file that could not be opened. What the box was told between `copied_at` and now is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the old file is now; none when there was none.
    pub moved_to: Option<PathBuf>,
    /// When the copy was made; none when there was none that could be read, and the box begins with nothing.
    pub copied_at: Option<Timestamp>,
    /// What came out of the copy.
    pub copied: Copied,
}

/// What holds no secret and nothing of a person.
const OPEN: [&Raw; 11] = [
    &NOTES.raw,
    &UPLINKS.raw,
    &DATASTREAMS.raw,
    &DATASTREAM_IDS.raw,
    &OBSERVATIONS.raw,
    &LATEST.raw,
    &HOURS.raw,
    &DAYS.raw,
    &ACTIVITIES.raw,
    &REPORTS.raw,
    &CLOCK_SPANS.raw,
];

/// Rows copied in one go: what they change must fit in the memory of a small box.
const ROWS_AT_ONCE: usize = 20_000;

impl Store {
    /// Writes a data file with all that was committed by now, while others go on writing. `path` is replaced when the copy is
    /// whole.
    pub fn snapshot_to(&self, path: &Path) -> Result<Copied, StoreError> {
        let read = self.disk().begin_read()?;
        copy_to(path, Layout::USUAL, |target| copy_tables(&read, target, |_| true))
    }

    /// Writes a data file with what cannot be had again: sessions, counters, nonces, and the numbers of datastreams. It is small.
    /// [`restore`](Self::restore) begins from it.
    pub fn copy_precious(&self, path: &Path, now: Timestamp) -> Result<Copied, StoreError> {
        let read = self.disk().begin_read()?;
        copy_to(path, Layout::OF_COPY, |target| {
            let copied = copy_tables(&read, target, |table| table.worth == Worth::Precious)?;
            let mut note = Fresh::default();
            NOTES.put_into(&mut note, &Note::COPIED_AT, &now.as_ms());
            settle(target, &[&note], None)?;
            Ok(copied)
        })
    }

    /// Writes a data file with what may be shown to others: what sensors said, and reports that were published. No key of a device,
    /// nobody's account, and nothing that a person wrote or left of themselves. A table is left out unless it is named here.
    pub fn copy_open(&self, path: &Path) -> Result<Copied, StoreError> {
        let read = self.disk().begin_read()?;
        let open = OPEN.map(|table| table.number);
        copy_to(path, Layout::USUAL, |target| copy_tables(&read, target, |table| open.contains(&table.number)))
    }

    /// Makes a file in which history can be lived through once more: it numbers datastreams as this one does and knows what is
    /// past keeping, and has nothing else.
    pub fn scratch(&self, path: &Path) -> Result<Self, StoreError> {
        let read = self.disk().begin_read()?;
        let known = [NOTES.raw.number, DATASTREAMS.raw.number, DATASTREAM_IDS.raw.number];
        copy_to(path, Layout::USUAL, |target| copy_tables(&read, target, |table| known.contains(&table.number)))?;
        Ok(Self::open(path, Options::default())?)
    }

    /// Moves a file that [`open`](Self::open) called damaged aside, and puts one with the rows of a copy in its place. Counters
    /// towards devices begin far above those of the copy, for no device may be told one twice.
    pub fn restore(path: &Path, copy: &Path) -> Result<Restored, OpenError> {
        let source = match fs::exists(copy) {
            Ok(true) => Disk::open(copy, Options::default().cache_bytes).ok(),
            _ => None,
        };
        let moved_to = set_aside(path).map_err(|cause| OpenError::Disk { path: path.to_owned(), cause })?;
        let mut restored = Restored { moved_to, copied_at: None, copied: Copied::default() };
        create_whole(path, Layout::USUAL, |target| {
            let Some(source) = &source else { return Ok(()) };
            let read = source.begin_read()?;
            restored.copied = copy_tables(&read, target, |_| true)?;
            restored.copied_at = NOTES.get(&read, &Note::COPIED_AT)?.map(Timestamp::from_ms);
            skip_ahead(target)
        })?;
        Ok(restored)
    }

    /// Mends what a box cannot start without where it is damaged: rows of datastreams are made anew from others, those of devices come from a
    /// copy, with counters as in [`restore`](Self::restore). A device that the copy has not either is as if it had never been heard: it has to
    /// join.
    pub fn mend(&self, copy: &Path) -> Result<Vec<Damage>, StoreError> {
        let (mut turn, write) = self.disk().begin_write()?;
        let mut found = Vec::new();
        for table in [&DATASTREAMS.raw, &SESSIONS.raw, &JOINS.raw] {
            found.extend(damaged(&write, table)?.into_iter().map(|key| (table, key)));
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let source = Disk::open(copy, Options::default().cache_bytes).ok();
        let read = source.as_ref().and_then(|source| source.begin_read().ok());
        let mut mended = Vec::new();
        for (table, key) in found {
            if table.number == DATASTREAMS.raw.number {
                remake_datastream(&write, typed(&key))?;
            } else if let Some(read) = &read {
                take_ahead(read, &write, table, typed(&key))?;
            }
            let is_mended = write.get(table, &key)?.is_some_and(|sealed| is_whole(&key, &sealed));
            // The number of a datastream stays taken also when nobody knows its name any more.
            if !is_mended && table.number != DATASTREAMS.raw.number {
                write.remove(table, &key)?;
            }
            let row = table.corrupt(&key);
            mended.push(if is_mended { Damage::Repaired(row) } else { Damage::Lost(row) });
        }
        self.disk().commit(&mut turn, write, Durability::Now)?;
        Ok(mended)
    }
}

/// The keys of damaged rows.
fn damaged(write: &Write, table: &'static Raw) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut keys = Vec::new();
    for row in write.open(table)?.range(ALL_KEYS)? {
        let (key, sealed) = row?;
        if !is_whole(&key, &sealed) {
            keys.push(key.to_vec());
        }
    }
    Ok(keys)
}

/// Puts what a copy has of a device in the place of its own.
fn take_ahead(source: &View, write: &Write, table: &'static Raw, device: DevEui) -> Result<(), StoreError> {
    if table.number == SESSIONS.raw.number {
        if let Some(session) = unless_damaged(SESSIONS.get(source, &device))? {
            SESSIONS.put(write, &device, &ahead(session));
        }
    } else if let Some(joins) = unless_damaged(JOINS.get(source, &device))? {
        JOINS.put(write, &device, &joins_ahead(joins));
    }
    Ok(())
}

fn copy_to(
    path: &Path,
    layout: Layout,
    fill: impl FnOnce(&Database) -> Result<Copied, StoreError>,
) -> Result<Copied, StoreError> {
    let mut copied = Copied::default();
    create_whole(path, layout, |target| {
        copied = fill(target)?;
        Ok(())
    })?;
    Ok(copied)
}

fn copy_tables(read: &View, target: &Database, chosen: impl Fn(&Raw) -> bool) -> Result<Copied, StoreError> {
    let mut copied = Copied::default();
    for table in tables::ALL.into_iter().filter(|table| chosen(table)) {
        copy_table(read, target, table, &mut copied)?;
    }
    settle(target, &[], None)?;
    Ok(copied)
}

fn copy_table(read: &View, target: &Database, table: &'static Raw, copied: &mut Copied) -> Result<(), StoreError> {
    let mut rows = read.open(table)?.range(ALL_KEYS)?.peekable();
    while rows.peek().is_some() {
        let mut write = target.begin_write()?;
        write.set_durability(redb::Durability::None)?;
        {
            let mut to = write.open_table(table.definition())?;
            for row in rows.by_ref().take(ROWS_AT_ONCE) {
                let (key, sealed) = row?;
                if is_of_file(table, &key) {
                    continue;
                }
                if is_whole(&key, &sealed) {
                    to.insert(&*key, &*sealed)?;
                    copied.rows += 1;
                } else {
                    copied.damaged += 1;
                }
            }
        }
        write.commit()?;
    }
    Ok(())
}

/// Notes that are about one file and not about what is in it.
fn is_of_file(table: &Raw, key: &[u8]) -> bool {
    table.number == NOTES.raw.number && [Note::FORMAT, Note::JOURNAL].iter().any(|note| note.to_bytes() == key)
}

/// More than a box says to a device between two copies, less than the gap a device accepts (16 384, LoRaWAN 1.0.4 regional
/// parameters).
const COUNTS_SKIPPED: u32 = 4096;

fn skip_ahead(target: &Database) -> Result<(), StoreError> {
    let write = Write::over(View::new(target.begin_read()?, Fresh::default()));
    let sessions: Vec<(DevEui, Session)> = SESSIONS.all_written(&write)?;
    for (device, session) in sessions {
        SESSIONS.put(&write, &device, &ahead(session));
    }
    let joins: Vec<(DevEui, Joins)> = JOINS.all_written(&write)?;
    for (device, joins) in joins {
        JOINS.put(&write, &device, &joins_ahead(joins));
    }
    settle(target, &[&write.end().0], None)
}

fn ahead(session: Session) -> Session {
    let next = session.f_cnt_down_reserved.max(session.f_cnt_down).saturating_add(COUNTS_SKIPPED);
    Session { f_cnt_down: next, f_cnt_down_reserved: next, ..session }
}

fn joins_ahead(joins: Joins) -> Joins {
    let join_nonce = joins.join_nonce.saturating_add(COUNTS_SKIPPED);
    Joins { join_nonce, pending: joins.pending.map(ahead), ..joins }
}

/// Gives the file another name beside its own, which stays until a new file takes it: at no moment is there none.
fn set_aside(path: &Path) -> io::Result<Option<PathBuf>> {
    if !fs::exists(path)? {
        return Ok(None);
    }
    for number in 1.. {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".damaged-{number}"));
        let aside = PathBuf::from(name);
        match fs::hard_link(path, &aside) {
            Ok(()) => return Ok(Some(aside)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

use crate::disk::Disk;
use crate::error::{OpenError, StoreError};
use crate::snapshot::Snapshot;
use crate::transaction::Transaction;
use crate::upkeep::{Damage, Position, Scrubbed};
use model::Calendar;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How to open the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much of redb's part of the file may stay in memory, bytes. Rows that it does not have yet come on top.
    pub cache_bytes: usize,
}

/// A year of hours of one town's sensors is some tens of megabytes; what a day touches is a few.
impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: 16 << 20 }
    }
}

/// When a commit must be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// With the next `Now`. Readers see it at once; a power cut may lose it, never part of it and never what came before.
    Soon,
    /// Before the call returns, together with every `Soon` before it.
    Now,
}

/// What an operator may want to know of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// How often the file was closed by an error and opened again.
    pub reopened: u64,
    /// How many `Now` commits were lost because the journal was damaged.
    pub lost_commits: u64,
    /// Rows that a scrub has read.
    pub scrubbed_rows: u64,
    /// Rows that it found damaged.
    pub damaged_rows: u64,
    /// How many of these it made anew.
    pub repaired_rows: u64,
}

/// The open data file. One thread writes at a time, any number read.
pub struct Store {
    disk: Disk,
    scrubbing: Mutex<Position>,
    scrubbed: Mutex<Stats>,
}

impl Store {
    /// Opens a data file; creates it when there is none. Scans nothing, so a large file opens as fast as a small one.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        Ok(Self::over(Disk::open(path, options.cache_bytes)?))
    }

    #[cfg(test)]
    pub(crate) fn on(medium: crate::medium::Medium, fresh: crate::medium::Layout) -> Result<Self, OpenError> {
        Ok(Self::over(Disk::on(Path::new("simulated"), Options::default().cache_bytes, medium, fresh)?))
    }

    /// Begins a transaction, after the one under way has ended. Days are those of `calendar`. After an error of the disk this
    /// opens the file again by itself.
    pub fn begin<'s>(&'s self, calendar: &'s Calendar) -> Result<Transaction<'s>, StoreError> {
        Ok(Transaction::new(&self.disk, self.disk.begin_write()?, calendar))
    }

    /// A view that stands still while others write. Pages it sees stay in the file, so drop it soon.
    pub fn read(&self) -> Result<Snapshot, StoreError> {
        self.disk.begin_read().map(Snapshot::new)
    }

    /// Brings every `Soon` commit to the disk.
    pub fn sync(&self) -> Result<(), StoreError> {
        let (mut turn, write) = self.disk.begin_write()?;
        self.disk.commit(&mut turn, write, Durability::Now)
    }

    /// Brings everything to the disk and empties the journal, so that the next start has nothing to catch up with. Costs more than
    /// [`sync`](Self::sync), and the writer waits for it.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.disk.settle()
    }

    /// What went wrong so far.
    pub fn stats(&self) -> Stats {
        let (reopened, lost_commits) = self.disk.losses();
        Stats { reopened, lost_commits, ..*self.scrubbed.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    fn over(disk: Disk) -> Self {
        Self { disk, scrubbing: Mutex::default(), scrubbed: Mutex::default() }
    }

    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Where the scrub is; whoever holds it is the one who scrubs.
    pub(crate) fn scrubbing(&self) -> MutexGuard<'_, Position> {
        self.scrubbing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count(&self, found: &Scrubbed) {
        let mut stats = self.scrubbed.lock().unwrap_or_else(PoisonError::into_inner);
        stats.scrubbed_rows += found.rows;
        stats.damaged_rows += found.damage.len() as u64;
        stats.repaired_rows +=
            found.damage.iter().filter(|damage| matches!(damage, Damage::Repaired(_))).count() as u64;
    }

    /// Brings everything to the disk and closes the file.
    pub fn close(self) -> Result<(), StoreError> {
        self.disk.close()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

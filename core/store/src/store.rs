use crate::disk::Disk;
use crate::error::{OpenError, StoreError};
use crate::keyring::{KEYS, Keyring, random};
use crate::keys::Note;
use crate::snapshot::Snapshot;
use crate::tables::NOTES;
use crate::transaction::Transaction;
use crate::upkeep::{Damage, Position, Scrubbed};
use model::Calendar;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How to open the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much of redb's part of the file may stay in memory, bytes. Rows that it does not have yet come on top.
    pub cache_bytes: usize,
}

/// A year of hours of one town's sensors is some tens of megabytes; what a day touches is a few.
impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: 8 << 20 }
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
    /// Commits of [`Durability::Soon`] since the file was opened.
    pub soon_commits: u64,
    /// Commits of [`Durability::Now`] that became a record of the journal.
    pub now_commits: u64,
    /// Times that redb took over what was in memory and in the journal.
    pub checkpoints: u64,
    /// How much of the journal is in use.
    pub journal_bytes: u64,
    /// How large it is.
    pub journal_bytes_max: u64,
    /// Bytes given to the operating system to be written.
    pub written_bytes: u64,
    /// Times that it was asked to bring them to the disk.
    pub syncs: u64,
}

/// The open data file. One thread writes at a time, any number read.
pub struct Store {
    disk: Disk,
    keyring: Arc<Keyring>,
    keys_lost: bool,
    scrubbing: Mutex<Position>,
    scrubbed: Mutex<Stats>,
}

impl Store {
    /// Opens a data file; creates it when there is none. Scans nothing, so a large file opens as fast as a small one.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let disk = Disk::open(path, options.cache_bytes)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let keyring = Keyring::open(folder);
        let keyring = keyring.map_err(|cause| OpenError::Disk { path: folder.join(KEYS), cause })?;
        Ok(Self::over(disk, keyring))
    }

    #[cfg(test)]
    pub(crate) fn on(medium: crate::medium::Medium, fresh: crate::medium::Layout) -> Result<Self, OpenError> {
        let disk = Disk::on(Path::new("simulated"), Options::default().cache_bytes, medium, fresh)?;
        Ok(Self::over(disk, Keyring::simulated()))
    }

    /// Begins a transaction, after the one under way has ended. Days are those of `calendar`. After an error of the disk this
    /// opens the file again by itself.
    pub fn begin<'s>(&'s self, calendar: &'s Calendar) -> Result<Transaction<'s>, StoreError> {
        let transaction = Transaction::new(&self.disk, self.disk.begin_write()?, calendar, &self.keyring);
        Ok(transaction)
    }

    /// A view that stands still while others write. Pages it sees stay in the file, so drop it soon.
    pub fn read(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot::new(self.disk.begin_read()?, Arc::clone(&self.keyring)))
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

    /// What was done and what went wrong so far. Does not wait for the writer.
    pub fn stats(&self) -> Stats {
        let figures = self.disk.figures();
        Stats {
            reopened: figures.reopened.get(),
            lost_commits: self.disk.lost(),
            soon_commits: figures.soon.get(),
            now_commits: figures.now.get(),
            checkpoints: figures.checkpoints.get(),
            journal_bytes: figures.journal_bytes.get(),
            journal_bytes_max: self.disk.journal_capacity(),
            written_bytes: figures.written_bytes.get(),
            syncs: figures.syncs.get(),
            ..*self.scrubbed.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// Whether the keys of what people said are not those that this data file was written with: `keys.bin` was lost, or comes from
    /// another box. What was said before cannot be read then; it is left out, as if it had been erased.
    pub fn keys_lost(&self) -> bool {
        self.keys_lost
    }

    /// 32 bytes that follow from the box's root key, a purpose and `parts`: the same each time, and they tell nothing of either.
    pub fn derived(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.keyring.derived(purpose, parts)
    }

    /// Random bytes, for what nobody may guess.
    pub fn drawn<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        random(&mut bytes);
        bytes
    }

    fn over(disk: Disk, keyring: Keyring) -> Self {
        let known = disk.begin_read().and_then(|view| NOTES.get(&view, &Note::KEYRING)).unwrap_or(None);
        let keys_lost = known.is_some_and(|known| known != keyring.id().cast_signed());
        let (scrubbing, scrubbed) = (Mutex::default(), Mutex::default());
        Self { disk, keyring: Arc::new(keyring), keys_lost, scrubbing, scrubbed }
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

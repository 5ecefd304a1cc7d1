//! The open file, which heals itself. redb closes its handle for good after any I/O error, a full disk included; here the next
//! one who wants to write opens it again. What was committed `Now` is there then, what was committed `Soon` since is not.

use crate::error::{OpenError, StoreError};
use crate::format::{self, Found};
use crate::journal::{Journal, Log};
use crate::keys::Note;
use crate::medium::{self, Head, Layout, Medium};
use crate::store::Durability;
use crate::tables::NOTES;
use crate::write::Write;
use redb::{Builder, Database, ReadTransaction, ReadableDatabase};
use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

pub(crate) struct Disk {
    path: PathBuf,
    cache_bytes: usize,
    medium: Medium,
    layout: Layout,
    /// Held by the one writer. Only its holder may reopen: redb does not let go of a file while a write is under way.
    turn: Mutex<Turn>,
    database: RwLock<Option<Database>>,
    reopened: AtomicU64,
    lost: AtomicU64,
}

/// What the one writer knows.
pub(crate) struct Turn {
    journal: Journal,
    /// What was committed since the last record of the journal.
    waiting: Log,
    /// In how many commits. When just opened: how many the journal lost to rot.
    soon: u64,
    state: State,
}

/// How far what was written can be relied on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    /// A record could not be written: the file must be opened again.
    Broken,
    /// It was opened again, or its journal has a damaged record. What the disk said yes to before it said no may be in its cache
    /// only, so the next `Now` brings redb itself to the disk.
    Reopened,
}

impl Turn {
    /// Commits while it is still the writer's turn.
    pub(crate) fn commit(&mut self, write: Write, durability: Durability) -> Result<(), StoreError> {
        match durability {
            Durability::Soon => {
                self.waiting.append(&write.publish()?);
                self.soon = self.soon.saturating_add(1);
                Ok(())
            }
            Durability::Now => self.commit_now(write),
        }
    }

    /// Brings redb itself to the disk, with the write that is under way.
    pub(crate) fn checkpoint(&mut self, write: Write) -> Result<(), StoreError> {
        write.note_journal(self.journal.last())?;
        write.checkpoint()?;
        self.journal.restart();
        self.waiting = Log::default();
        (self.soon, self.state) = (0, State::Sound);
        Ok(())
    }

    /// In the journal, or in redb when the journal has no room. The journal comes second: whatever goes wrong there closes the
    /// file, and a write that was refused is gone with it.
    fn commit_now(&mut self, write: Write) -> Result<(), StoreError> {
        let bytes = |log: &Log| log.body().map(<[u8]>::len);
        let size = bytes(&self.waiting).zip(bytes(&write.logged())).map(|(waiting, new)| waiting + new);
        let Some(size) = size.filter(|size| self.state == State::Sound && self.journal.has_room_for(*size)) else {
            return self.checkpoint(write);
        };
        if size == 0 {
            return Ok(());
        }
        write.note_journal(self.journal.next())?;
        self.waiting.append(&write.publish()?);
        let body = self.waiting.body().unwrap_or_default();
        if let Err(error) = self.journal.append(body) {
            self.state = State::Broken;
            return Err(redb::Error::Io(error).into());
        }
        self.waiting = Log::default();
        self.soon = 0;
        Ok(())
    }
}

impl Disk {
    /// Opens the file, or creates it.
    pub(crate) fn open(path: &Path, cache_bytes: usize) -> Result<Self, OpenError> {
        if fs::metadata(path).map_or(true, |file| file.len() == 0) {
            create_whole(path, Layout::USUAL, |_| Ok(()))?;
        }
        let file = File::options().read(true).write(true).open(path).map_err(|cause| told(path, cause))?;
        let medium = medium::locked(file).map_err(|cause| told(path, cause))?;
        let medium = medium.ok_or_else(|| OpenError::Locked { path: path.to_owned() })?;
        Self::on(path, cache_bytes, medium, Layout::USUAL)
    }

    /// Opens a medium, after dividing it when it is empty; `path` is its name in errors.
    pub(crate) fn on(path: &Path, cache_bytes: usize, medium: Medium, fresh: Layout) -> Result<Self, OpenError> {
        let layout = if medium.len().map_err(|cause| told(path, cause))? == 0 {
            fresh.apply_to(&*medium).map_err(|cause| told(path, cause))?;
            fresh
        } else {
            match Layout::read_from(&*medium).map_err(|cause| told(path, cause))? {
                Head::Ours(layout) => layout,
                Head::NotOurs => return Err(OpenError::NotOurs { path: path.to_owned() }),
                Head::Damaged => return Err(damaged(path, "its first page makes no sense")),
            }
        };
        let (database, mut turn) = open_checked(path, cache_bytes, &medium, layout)?;
        let lost = AtomicU64::new(std::mem::take(&mut turn.soon));
        Ok(Self {
            path: path.to_owned(),
            cache_bytes,
            medium,
            layout,
            turn: Mutex::new(turn),
            database: RwLock::new(Some(database)),
            reopened: AtomicU64::new(0),
            lost,
        })
    }

    /// Waits for the writer's turn and begins. Opens the file again when an earlier error closed it.
    pub(crate) fn begin_write(&self) -> Result<(MutexGuard<'_, Turn>, Write), StoreError> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if turn.state == State::Broken {
            self.reopen(&mut turn)?;
        }
        let write = match self.with_database(|database| Ok(database.begin_write()?)) {
            Err(error) if error.closes_file() => {
                self.reopen(&mut turn)?;
                self.with_database(|database| Ok(database.begin_write()?))?
            }
            begun => begun?,
        };
        Ok((turn, Write::new(write)))
    }

    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        self.with_database(|database| Ok(database.begin_read()?))
    }

    /// How often the file was reopened, and how many `Soon` commits that cost.
    pub(crate) fn losses(&self) -> (u64, u64) {
        (self.reopened.load(Ordering::Relaxed), self.lost.load(Ordering::Relaxed))
    }

    /// Closes the file; errors on the way to the disk are told, which dropping would swallow.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        let (mut turn, write) = self.begin_write()?;
        turn.checkpoint(write)?;
        drop(turn);
        match self.database.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(database) => Ok(database.close()?),
            None => Ok(()),
        }
    }

    fn with_database<T>(&self, begin: impl FnOnce(&Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match &*self.database.read().unwrap_or_else(PoisonError::into_inner) {
            Some(database) => begin(database),
            None => Err(redb::Error::DatabaseClosed.into()),
        }
    }

    fn reopen(&self, turn: &mut Turn) -> Result<(), StoreError> {
        let mut database = self.database.write().unwrap_or_else(PoisonError::into_inner);
        drop(database.take());
        self.lost.fetch_add(std::mem::take(&mut turn.soon), Ordering::Relaxed);
        let (opened, fresh) = open_checked(&self.path, self.cache_bytes, &self.medium, self.layout)?;
        *database = Some(opened);
        self.lost.fetch_add(fresh.soon, Ordering::Relaxed);
        *turn = Turn { state: State::Reopened, soon: 0, ..fresh };
        self.reopened.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Creates a file under another name, and gives it its own when it is whole: a power cut leaves no half file behind.
pub(crate) fn create_whole(
    path: &Path,
    layout: Layout,
    fill: impl FnOnce(&Database) -> Result<(), StoreError>,
) -> Result<(), OpenError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    let refused = |cause| told(path, cause);

    let options = File::options().read(true).write(true).create(true).truncate(true).clone();
    let empty = options.open(&unfinished).map_err(refused)?;
    let medium = medium::locked(empty).map_err(refused)?.ok_or_else(|| OpenError::Locked { path: path.to_owned() })?;
    layout.apply_to(&*medium).map_err(refused)?;
    let (database, _) = open_checked(path, COPY_CACHE_BYTES, &medium, layout)?;
    fill(&database).map_err(|error| refusal(path, error))?;
    database.close().map_err(|error| refusal(path, error.into()))?;
    fs::rename(&unfinished, path).map_err(refused)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused)
}

/// A file that is only filled needs no large cache.
const COPY_CACHE_BYTES: usize = 4 << 20;

/// Opens redb's part and brings it up to the journal. redb may panic on a file that was damaged from outside; here that is a
/// value like any other.
fn open_checked(
    path: &Path,
    cache_bytes: usize,
    medium: &Medium,
    layout: Layout,
) -> Result<(Database, Turn), OpenError> {
    let checked = catch_unwind(AssertUnwindSafe(|| {
        let mut builder = Builder::new();
        builder.set_cache_size(cache_bytes);
        let opened = builder.create_with_backend(layout.redb_part(medium));
        let database = opened.map_err(|error| refusal(path, error.into()))?;
        match format::prepare(&database).map_err(|error| refusal(path, error))? {
            Found::Usable => {}
            Found::Newer(found) => {
                return Err(OpenError::Newer { path: path.to_owned(), found, known: format::NEWEST });
            }
            Found::NotOurs => return Err(OpenError::NotOurs { path: path.to_owned() }),
        }
        let turn = catch_up(&database, medium, layout).map_err(|error| refusal(path, error))?;
        Ok((database, turn))
    }));
    checked.unwrap_or_else(|_| Err(damaged(path, "its pages make no sense")))
}

/// Replays what the journal has and redb lacks. It is not written to redb's part yet: a start costs no write.
fn catch_up(database: &Database, medium: &Medium, layout: Layout) -> Result<Turn, StoreError> {
    let included = NOTES.get(&database.begin_read()?, &Note::JOURNAL)?.unwrap_or(0);
    let opened = Journal::open(Medium::clone(medium), layout, u64::try_from(included).unwrap_or(0));
    let (journal, lacking) = opened.map_err(redb::Error::Io)?;
    if !lacking.bodies.is_empty() {
        let write = Write::new(database.begin_write()?);
        lacking.bodies.iter().try_for_each(|body| write.replay(body))?;
        write.note_journal(journal.last())?;
        write.publish()?;
    }
    let state = if lacking.rotten == 0 { State::Sound } else { State::Reopened };
    Ok(Turn { journal, waiting: Log::default(), soon: lacking.rotten, state })
}

fn damaged(path: &Path, what: &str) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), what: what.to_owned() }
}

fn told(path: &Path, cause: io::Error) -> OpenError {
    OpenError::Disk { path: path.to_owned(), cause }
}

fn refusal(path: &Path, error: StoreError) -> OpenError {
    let path = path.to_owned();
    match error {
        StoreError::DiskFull => OpenError::Disk { path, cause: io::ErrorKind::StorageFull.into() },
        StoreError::Disk(cause) if cause.kind() == io::ErrorKind::InvalidData => {
            OpenError::Damaged { path, what: "redb does not know its part".to_owned() }
        }
        StoreError::Disk(cause) => OpenError::Disk { path, cause },
        StoreError::Reopen(error) => *error,
        StoreError::Corrupt(row) => OpenError::Damaged { path, what: row.to_string() },
        StoreError::Damaged(what) => OpenError::Damaged { path, what },
    }
}

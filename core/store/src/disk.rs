//! The open file, which heals itself. redb closes its handle for good after any I/O error, a full disk included; here the next
//! one who wants to write opens it again. What was committed `Now` is there then, what was committed `Soon` since is not.

use crate::error::{OpenError, StoreError};
use crate::format::{self, Found};
use redb::{Builder, Database, DatabaseError, ReadTransaction, ReadableDatabase, WriteTransaction};
use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// Opens the medium with a builder whose cache is set.
pub(crate) type Opener = Box<dyn Fn(&Builder) -> Result<Database, DatabaseError> + Send + Sync>;

pub(crate) struct Disk {
    path: PathBuf,
    cache_bytes: usize,
    opener: Opener,
    /// Held by the one writer. Only its holder may reopen: redb does not let go of a file while a write is under way.
    turn: Mutex<Turn>,
    database: RwLock<Option<Database>>,
    reopened: AtomicU64,
    lost: AtomicU64,
}

/// What the one writer knows.
#[derive(Default)]
pub(crate) struct Turn {
    /// How many commits are in memory only.
    pub(crate) soon: u64,
}

impl Disk {
    /// Opens the file, or creates it.
    pub(crate) fn open(path: &Path, cache_bytes: usize) -> Result<Self, OpenError> {
        if fs::metadata(path).map_or(true, |file| file.len() == 0) {
            create_whole(path, cache_bytes)?;
        }
        let file = path.to_owned();
        Self::on(path, cache_bytes, Box::new(move |builder| builder.open(&file)))
    }

    /// Opens whatever medium the opener gives; `path` is its name in errors.
    pub(crate) fn on(path: &Path, cache_bytes: usize, opener: Opener) -> Result<Self, OpenError> {
        let database = RwLock::new(Some(open_checked(path, cache_bytes, &opener)?));
        let (reopened, lost) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { path: path.to_owned(), cache_bytes, opener, turn: Mutex::default(), database, reopened, lost })
    }

    /// Waits for the writer's turn and begins. Opens the file again when an earlier error closed it.
    pub(crate) fn begin_write(&self) -> Result<(MutexGuard<'_, Turn>, WriteTransaction), StoreError> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let write = match self.with_database(|database| Ok(database.begin_write()?)) {
            Err(error) if error.closes_file() => {
                self.reopen(&mut turn)?;
                self.with_database(|database| Ok(database.begin_write()?))?
            }
            begun => begun?,
        };
        Ok((turn, write))
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
        // The lock on the file goes with the old handle, so that one goes first.
        drop(database.take());
        self.lost.fetch_add(std::mem::take(&mut turn.soon), Ordering::Relaxed);
        *database = Some(open_checked(&self.path, self.cache_bytes, &self.opener)?);
        self.reopened.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Creates the file under another name, and gives it its own when it is whole: a power cut leaves no half file behind.
fn create_whole(path: &Path, cache_bytes: usize) -> Result<(), OpenError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    let told = |cause| OpenError::Disk { path: path.to_owned(), cause };

    if let Err(cause) = fs::remove_file(&unfinished)
        && cause.kind() != io::ErrorKind::NotFound
    {
        return Err(told(cause));
    }
    let name = unfinished.clone();
    let opener: Opener = Box::new(move |builder| builder.create(&name));
    let database = open_checked(path, cache_bytes, &opener)?;
    database.close().map_err(|error| open_error(path, error.into()))?;
    fs::rename(&unfinished, path).map_err(told)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(told)
}

/// redb may panic on a file that was damaged from outside; here that is a value like any other.
fn open_checked(path: &Path, cache_bytes: usize, opener: &Opener) -> Result<Database, OpenError> {
    let checked = catch_unwind(AssertUnwindSafe(|| {
        let mut builder = Builder::new();
        builder.set_cache_size(cache_bytes);
        let database = opener(&builder).map_err(|error| open_error(path, error.into()))?;
        match format::prepare(&database).map_err(|error| refusal(path, error))? {
            Found::Usable => Ok(database),
            Found::Newer(found) => Err(OpenError::Newer { path: path.to_owned(), found, known: format::NEWEST }),
            Found::NotOurs => Err(OpenError::NotOurs { path: path.to_owned() }),
        }
    }));
    checked.unwrap_or_else(|_| {
        Err(OpenError::Damaged { path: path.to_owned(), what: "its pages make no sense".to_owned() })
    })
}

fn open_error(path: &Path, error: redb::Error) -> OpenError {
    let path = path.to_owned();
    match error {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => OpenError::Locked { path },
        // What redb says of a file that does not begin as its files do.
        redb::Error::Io(cause) if cause.kind() == io::ErrorKind::InvalidData => OpenError::NotOurs { path },
        other => refusal(&path, other.into()),
    }
}

fn refusal(path: &Path, error: StoreError) -> OpenError {
    let path = path.to_owned();
    match error {
        StoreError::DiskFull => OpenError::Disk { path, cause: io::ErrorKind::StorageFull.into() },
        StoreError::Disk(cause) => OpenError::Disk { path, cause },
        StoreError::Reopen(error) => *error,
        StoreError::Corrupt(row) => OpenError::Damaged { path, what: row.to_string() },
        StoreError::Damaged(what) => OpenError::Damaged { path, what },
    }
}

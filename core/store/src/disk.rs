//! The open file, which heals itself. redb closes its handle for good after any I/O error, a full disk included; here the next
//! one who wants to write opens it again. What was committed is in memory meanwhile, so nothing is lost by that.
//!
//! Committed rows go to the journal and to memory ([`Fresh`]), and from there to redb once the journal is full or memory has
//! enough of them: a checkpoint. Written in this order, what redb has and what lies over it is the same at every moment, for a
//! fresh row that redb has already changes nothing.

use crate::error::{OpenError, StoreError};
use crate::figures::{Counted, Figures};
use crate::format::{self, Found};
use crate::fresh::Fresh;
use crate::journal::{Journal, Log};
use crate::keys::{Key, Note};
use crate::medium::{self, Head, Layout, Medium};
use crate::record::seal;
use crate::store::Durability;
use crate::tables::{self, NOTES};
use crate::view::{View, sound};
use crate::write::Write;
use redb::{Builder, Database, ReadableDatabase};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

pub(crate) struct Disk {
    path: PathBuf,
    cache_bytes: usize,
    medium: Medium,
    layout: Layout,
    /// Held by the one writer. Only its holder may reopen: redb does not let go of a file while a write is under way.
    turn: Mutex<Turn>,
    committed: RwLock<Committed>,
    figures: Arc<Figures>,
    lost: u64,
}

/// All that was committed.
struct Committed {
    /// None when it could not be opened again.
    database: Option<Database>,
    fresh: Fresh,
}

impl Committed {
    /// redb commits once more when it is let go, and may then panic on pages that make no sense. All that it had not taken over is in
    /// the journal or in memory.
    fn let_go(&mut self) {
        let database = self.database.take();
        sound(|| drop(database)).ok();
    }
}

impl Drop for Committed {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// What the one writer knows.
pub(crate) struct Turn {
    journal: Journal,
    /// What was committed since the last record of the journal.
    waiting: Log,
    state: State,
    /// The journal holds what must not be read there later: it is wiped when redb has taken it over.
    veiled: bool,
}

/// How far what was written can be relied on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    /// A record could not be written, or one was damaged. What the disk said yes to before it said no may be in its cache only,
    /// so the next `Now` is a checkpoint.
    Doubtful,
    /// redb closed its handle: besides, the file must be opened again.
    Closed,
}

/// So many bytes of fresh rows make a checkpoint, if the journal was not full before. It is what the box spends of its memory.
const FRESH_BYTES_MAX: usize = 8 << 20;

impl Disk {
    /// Opens the file, or creates it.
    pub(crate) fn open(path: &Path, cache_bytes: usize) -> Result<Self, OpenError> {
        let medium = if fs::metadata(path).map_or(true, |file| file.len() == 0) {
            create_whole(path, Layout::USUAL, |_| Ok(()))?
        } else {
            let file = File::options().read(true).write(true).open(path).map_err(|cause| told(path, cause))?;
            let medium = medium::locked(file).map_err(|cause| told(path, cause))?;
            medium.ok_or_else(|| OpenError::Locked { path: path.to_owned() })?
        };
        Self::on(path, cache_bytes, medium, Layout::USUAL)
    }

    /// Opens a medium, after dividing it when it is empty; `path` is its name in errors.
    pub(crate) fn on(path: &Path, cache_bytes: usize, medium: Medium, fresh: Layout) -> Result<Self, OpenError> {
        let figures = Arc::<Figures>::default();
        let medium: Medium = Arc::new(Counted { medium, figures: Arc::clone(&figures) });
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
        let (database, (turn, fresh, lost)) = checked(path, || {
            let database = open_redb(path, cache_bytes, &medium, layout)?;
            let lacking = catch_up(&database, &medium, layout).map_err(|error| refusal(path, error))?;
            Ok((database, lacking))
        })?;
        figures.journal_bytes.set(turn.journal.used_bytes());
        Ok(Self {
            path: path.to_owned(),
            cache_bytes,
            medium,
            layout,
            turn: Mutex::new(turn),
            committed: RwLock::new(Committed { database: Some(database), fresh }),
            figures,
            lost,
        })
    }

    /// Waits for the writer's turn and begins. Opens the file again when an earlier error closed it.
    pub(crate) fn begin_write(&self) -> Result<(MutexGuard<'_, Turn>, Write), StoreError> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if turn.state == State::Closed {
            self.reopen(&mut turn)?;
        }
        let view = match self.begin_read() {
            Err(error) if error.closes_file() => {
                self.reopen(&mut turn)?;
                self.begin_read()?
            }
            begun => begun?,
        };
        Ok((turn, Write::over(view)))
    }

    pub(crate) fn begin_read(&self) -> Result<View, StoreError> {
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner);
        let database = committed.database.as_ref().ok_or(redb::Error::DatabaseClosed)?;
        Ok(View::new(database.begin_read()?, committed.fresh.clone()))
    }

    /// Ends a write while it is still the writer's turn. On an error nothing of it was committed.
    pub(crate) fn commit(&self, turn: &mut Turn, write: Write, durability: Durability) -> Result<(), StoreError> {
        let (rows, log) = write.end();
        let bytes = self.fresh_bytes() + rows.bytes();
        match durability {
            Durability::Soon if bytes <= FRESH_BYTES_MAX => {
                turn.waiting.append(&log);
                self.figures.soon.add(1);
            }
            Durability::Now if bytes <= FRESH_BYTES_MAX && turn.can_note(&log) => {
                turn.note(&log)?;
                self.figures.now.add(1);
                self.figures.journal_bytes.set(turn.journal.used_bytes());
            }
            _ => return self.checkpoint(turn, &rows),
        }
        self.committed.write().unwrap_or_else(PoisonError::into_inner).fresh.take_over(rows);
        Ok(())
    }

    /// How many `Now` commits a damaged journal cost at the start.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    pub(crate) fn figures(&self) -> &Figures {
        &self.figures
    }

    pub(crate) fn journal_capacity(&self) -> u64 {
        self.layout.journal_bytes()
    }

    /// Brings all that is in memory to redb's part, so that the journal has nothing that redb lacks.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        let (mut turn, write) = self.begin_write()?;
        self.checkpoint(&mut turn, &write.end().0)
    }

    /// Closes the file; errors on the way to the disk are told, which dropping would swallow.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        self.settle()?;
        match self.committed.into_inner().unwrap_or_else(PoisonError::into_inner).database.take() {
            Some(database) => Ok(sound(|| database.close())??),
            None => Ok(()),
        }
    }

    /// Brings all that is in memory, and `rows`, to the disk.
    fn checkpoint(&self, turn: &mut Turn, rows: &Fresh) -> Result<(), StoreError> {
        let settled = {
            let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner);
            let database = committed.database.as_ref().ok_or(redb::Error::DatabaseClosed)?;
            settle(database, &[&committed.fresh, rows], Some(turn.journal.last()))
        };
        if let Err(error) = settled {
            turn.state = State::Closed;
            if matches!(error, StoreError::Damaged(_)) {
                // After a panic redb reads no more either, and pages are read meanwhile.
                self.reopen(turn).ok();
            }
            return Err(error);
        }
        self.committed.write().unwrap_or_else(PoisonError::into_inner).fresh = Fresh::default();
        turn.journal.restart();
        self.figures.checkpoints.add(1);
        self.figures.journal_bytes.set(0);
        turn.waiting = Log::default();
        turn.state = State::Sound;
        if turn.veiled {
            // All is committed, so this is no reason to fail; the next `Now` is a checkpoint, which wipes again.
            match turn.journal.wipe() {
                Ok(()) => turn.veiled = false,
                Err(_) => turn.state = State::Doubtful,
            }
        }
        Ok(())
    }

    fn fresh_bytes(&self) -> usize {
        self.committed.read().unwrap_or_else(PoisonError::into_inner).fresh.bytes()
    }

    /// Opens redb's part again. Whatever state it is in, the fresh rows bring it up to date.
    fn reopen(&self, turn: &mut Turn) -> Result<(), StoreError> {
        turn.state = State::Closed;
        let mut committed = self.committed.write().unwrap_or_else(PoisonError::into_inner);
        committed.let_go();
        let redb = || open_redb(&self.path, self.cache_bytes, &self.medium, self.layout);
        committed.database = Some(checked(&self.path, redb)?);
        turn.state = State::Doubtful;
        self.figures.reopened.add(1);
        Ok(())
    }
}

impl Turn {
    /// Has the journal wiped at the next checkpoint.
    pub(crate) fn veil(&mut self) {
        self.veiled = true;
    }

    /// Whether the journal has room for what waits and for this, and can be relied on.
    fn can_note(&self, log: &Log) -> bool {
        let bytes = |log: &Log| log.body().map(<[u8]>::len);
        let size = bytes(&self.waiting).zip(bytes(log)).map(|(waiting, new)| waiting + new);
        self.state == State::Sound && size.is_some_and(|size| self.journal.has_room_for(size))
    }

    /// Brings what waits, and this, to the disk as one record of the journal.
    fn note(&mut self, log: &Log) -> Result<(), StoreError> {
        if self.waiting.is_empty() && log.is_empty() {
            return Ok(());
        }
        let waiting = self.waiting.body().unwrap_or_default();
        let body = [waiting, log.body().unwrap_or_default()].concat();
        if let Err(error) = self.journal.append(&body) {
            self.state = State::Doubtful;
            return Err(redb::Error::Io(error).into());
        }
        self.waiting = Log::default();
        Ok(())
    }
}

/// Brings rows to the disk, newer ones last. Two-phase: no order of writes can fake a commit. Quick repair: a start after a power
/// cut scans nothing. `journal` is the number of the last record that redb includes then.
pub(crate) fn settle(database: &Database, layers: &[&Fresh], journal: Option<u64>) -> Result<(), StoreError> {
    sound(|| {
        let mut write = database.begin_write()?;
        write.set_two_phase_commit(true);
        write.set_quick_repair(true);
        for table in tables::ALL {
            let mut settled = write.open_table(table.definition())?;
            for (key, row) in layers.iter().filter_map(|fresh| fresh.table(table.number)).flat_map(|rows| rows.iter()) {
                match row {
                    Some(sealed) => drop(settled.insert(key.as_ref(), sealed.as_ref())?),
                    None => drop(settled.remove(key.as_ref())?),
                }
            }
            if let Some(number) = journal.filter(|_| table.number == NOTES.raw.number) {
                let key = Note::JOURNAL.to_bytes();
                let sealed = seal(&key, &i64::try_from(number).unwrap_or(i64::MAX));
                settled.insert(key.as_slice(), sealed.as_slice())?;
            }
        }
        Ok(write.commit()?)
    })?
}

/// Creates a file under another name, and gives it its own when it is whole: a power cut leaves no half file behind. It stays
/// locked: were it opened anew, a child of this process, begun at that moment, could still hold the lock.
pub(crate) fn create_whole(
    path: &Path,
    layout: Layout,
    fill: impl FnOnce(&Database) -> Result<(), StoreError>,
) -> Result<Medium, OpenError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    let refused = |cause| told(path, cause);

    let options = File::options().read(true).write(true).create(true).truncate(true).clone();
    let empty = options.open(&unfinished).map_err(refused)?;
    let medium = medium::locked(empty).map_err(refused)?.ok_or_else(|| OpenError::Locked { path: path.to_owned() })?;
    layout.apply_to(&*medium).map_err(refused)?;
    let database = checked(path, || open_redb(path, COPY_CACHE_BYTES, &medium, layout))?;
    fill(&database).map_err(|error| refusal(path, error))?;
    database.close().map_err(|error| refusal(path, error.into()))?;
    fs::rename(&unfinished, path).map_err(refused)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused)?;
    Ok(medium)
}

/// A file that is only filled needs no large cache.
const COPY_CACHE_BYTES: usize = 4 << 20;

/// redb may panic on a file that was damaged from outside; here that is a value like any other.
fn checked<T>(path: &Path, open: impl FnOnce() -> Result<T, OpenError>) -> Result<T, OpenError> {
    sound(open).unwrap_or_else(|_| Err(damaged(path, "its pages make no sense")))
}

/// Opens redb's part, to be called within [`checked`].
fn open_redb(path: &Path, cache_bytes: usize, medium: &Medium, layout: Layout) -> Result<Database, OpenError> {
    let mut builder = Builder::new();
    builder.set_cache_size(cache_bytes);
    let opened = builder.create_with_backend(layout.redb_part(medium));
    let database = opened.map_err(|error| refusal(path, error.into()))?;
    match format::prepare(&database).map_err(|error| refusal(path, error))? {
        Found::Usable => Ok(database),
        Found::Newer(found) => Err(OpenError::Newer { path: path.to_owned(), found, known: format::NEWEST }),
        Found::NotOurs => Err(OpenError::NotOurs { path: path.to_owned() }),
    }
}

/// What the journal has and redb lacks, and how many commits are lost to damage of the journal. Nothing is written: a start costs
/// no write.
fn catch_up(database: &Database, medium: &Medium, layout: Layout) -> Result<(Turn, Fresh, u64), StoreError> {
    let view = View::new(database.begin_read()?, Fresh::default());
    let included = NOTES.get(&view, &Note::JOURNAL)?.unwrap_or(0);
    let opened = Journal::open(Medium::clone(medium), layout, u64::try_from(included).unwrap_or(0));
    let (journal, lacking) = opened.map_err(redb::Error::Io)?;
    let write = Write::over(view);
    lacking.bodies.iter().try_for_each(|body| write.replay(body))?;
    let state = if lacking.rotten == 0 { State::Sound } else { State::Doubtful };
    // What was veiled before a power cut is not known any more, so all of it is.
    let veiled = !lacking.bodies.is_empty();
    Ok((Turn { journal, waiting: Log::default(), state, veiled }, write.end().0, lacking.rotten))
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

use std::io;
use std::path::PathBuf;

/// A row that is not what was written: its length, version or checksum is wrong. It is reported and never served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("table {table} has a damaged row at key {key}")]
pub struct Corrupt {
    /// Which table, by its name in the file.
    pub table: String,
    /// The row's key, hexadecimal.
    pub key: String,
}

/// Why a read or a write gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// One row is damaged; the others can still be read.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// There is no room. The file is reopened by the next call that finds room.
    #[error("the disk is full: free some space; nothing that was promised is lost")]
    DiskFull,
    /// The disk refused. The file is reopened by the next call.
    #[error("the disk could not be read or written: {0}")]
    Disk(io::Error),
    /// The file's own structure is damaged.
    #[error("the data file is damaged: {0}")]
    Damaged(String),
    /// After an earlier error the file could not be opened again.
    #[error("the data file could not be opened again: {0}")]
    Reopen(#[source] Box<OpenError>),
}

/// Why a data file could not be opened: what is there, what was expected, what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{path} is in use by another process: a box has one data file and one program; stop the other one first")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A newer release wrote it.
    #[error(
        "{path} has format {found}, and this release knows formats up to {known}: install the release that wrote it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this release knows.
        known: i64,
    },
    /// It is some other file.
    #[error(
        "{path} is not a data file of Allting: expected one it created itself; check the path, or move the file away"
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// It was ours and is damaged.
    #[error("{path} is damaged ({what}): move it away and restore a backup; do not delete it")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The disk or the rights to it.
    #[error(
        "{path} cannot be opened: {cause}: check that its folder exists, has room, and belongs to the user \
         that runs the box"
    )]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl StoreError {
    /// Whether the open file is of no more use and must be opened again.
    pub(crate) fn closes_file(&self) -> bool {
        !matches!(self, Self::Corrupt(_))
    }
}

/// A damaged row as none, for those who write another in its place.
pub(crate) fn unless_damaged<T>(found: Result<Option<T>, StoreError>) -> Result<Option<T>, StoreError> {
    match found {
        Err(StoreError::Corrupt(_)) => Ok(None),
        found => found,
    }
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(cause) if is_full(&cause) => Self::DiskFull,
            redb::Error::Io(cause) => Self::Disk(cause),
            redb::Error::PreviousIo | redb::Error::DatabaseClosed => {
                Self::Disk(io::Error::other("an earlier error closed the file"))
            }
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Disk { cause, .. } if is_full(&cause) => Self::DiskFull,
            other => Self::Reopen(Box::new(other)),
        }
    }
}

fn is_full(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

macro_rules! through_redb {
    ($($narrow:ident),*) => {$(
        impl From<redb::$narrow> for StoreError {
            fn from(error: redb::$narrow) -> Self {
                redb::Error::from(error).into()
            }
        }
    )*};
}

through_redb!(StorageError, TableError, TransactionError, CommitError, SetDurabilityError, DatabaseError);

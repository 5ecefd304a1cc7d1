use std::io;
use std::path::{Path, PathBuf};

/// Why there is no backup, or nothing came out of one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A backup never replaces another file.
    #[error("{0} is there already; a backup does not replace it: choose another name, or move it away")]
    Exists(PathBuf),
    /// Nobody could open it.
    #[error(
        "a backup is always locked, and nobody is named who could open it: `allting backup key` makes a recovery key"
    )]
    NobodyToLockTo,
    /// No public half of a key.
    #[error("`{0}` is no public half of a recovery key; expected age1 and 58 letters and digits")]
    BadRecipient(String),
    /// No secret half of a key.
    #[error("there is no recovery key in the file of the key; expected a line that begins with AGE-SECRET-KEY-1")]
    BadKey,
    /// A passphrase that is guessed in an afternoon.
    #[error(
        "the passphrase is too short: at least {0} characters, best some words that have nothing to do with each other"
    )]
    ShortPassphrase(usize),
    /// The passphrase is another.
    #[error("the passphrase does not open this backup; is it that of another one?")]
    WrongPassphrase,
    /// It was locked to other keys.
    #[error("the recovery key does not open this backup; it was locked to another")]
    WrongKey,
    /// It was locked with a passphrase.
    #[error("this backup was locked with a passphrase; name the file that holds it with --passphrase-file")]
    NeedsPassphrase,
    /// It was locked to a key.
    #[error("this backup was locked to a recovery key; name the file that holds it with --key-file")]
    NeedsKey,
    /// Some other file.
    #[error("{0} is no backup of Allting, or its beginning is damaged")]
    NotABackup(PathBuf),
    /// A newer release wrote it.
    #[error("this backup is of format {found}, and this release knows formats up to {known}: install a newer Allting")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// Cut short, or not what was written.
    #[error("the backup is damaged: {0}; nothing was restored: take another copy of it")]
    Damaged(String),
    /// No room.
    #[error("there is no room for {0}; nothing was left behind: make room, or choose another disk")]
    NoRoom(PathBuf),
    /// The disk, or the rights to it.
    #[error("{path}: {cause}")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl BackupError {
    /// An error of the disk at `path`.
    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |cause| match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom(path.to_owned()),
            _ => Self::Disk { path: path.to_owned(), cause },
        }
    }
}

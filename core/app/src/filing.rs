use crate::told::Told;
use config::{Folder, Texts};
use model::Timestamp;
use std::fmt;

/// Where the municipality's folder is kept: on a disk, which this floor does not touch.
pub trait Filing: fmt::Debug + Send + Sync {
    /// The folder as it is now.
    fn read(&self) -> Result<Folder, FilingError>;
    /// Puts these texts in the place of the files of their names, and has the box take the folder in.
    fn write(&self, texts: &Texts) -> Result<(), FilingError>;
    /// How the box stands to the folder.
    fn standing(&self) -> Standing;
}

/// Why the folder could not be read or written: what, and what the system said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilingError(pub String);

/// How the box stands to its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How often a folder was taken in or refused since the start.
    pub looks: u64,
    /// When the folder that the box works by was taken in.
    pub taken_at: Timestamp,
    /// Why the folder as it is now is not the one the box works by; none when it is.
    pub refused: Option<Refused>,
    /// What does not work: warnings of the configuration, plugins that were not loaded.
    pub warnings: Vec<Told>,
    /// Keys whose new value holds after a restart only.
    pub restart_for: Vec<&'static str>,
    /// What the backups lack; none when all is well.
    pub backup: Option<BackupLack>,
}

/// What the backups of a box lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupLack {
    /// None was ever made, and there is no key to make one with.
    Key,
    /// None was ever made.
    Any,
    /// The last one was made then, which is too long ago.
    Newer(Timestamp),
}

/// A folder that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// When.
    pub at: Timestamp,
    /// What is wrong with it.
    pub faults: Vec<Told>,
}

use crate::diagnostic::{Diagnostic, Severity};
use crate::file::File;
use crate::nearest::nearest;
use crate::said::{Said, say};
use std::collections::BTreeMap;
use std::fmt;

/// A TOML file a clerk can still read is far below this; more is a mistake.
pub const TOML_BYTES_MAX: usize = 1024 * 1024;

/// The largest codec a vendor publishes has 235 KB; this is twice that.
pub const SETTING_FILE_BYTES_MAX: usize = 512 * 1024;

/// The files of a municipality: names relative to its folder, with `/`, and what is in them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Folder(BTreeMap<String, Vec<u8>>);

/// Why a file gives no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    TooLarge { bytes: usize, bytes_max: usize },
    NotUtf8 { line: usize },
}

impl Folder {
    /// The text of a file; `None` when there is no such file.
    pub(crate) fn text(&self, name: &str, bytes_max: usize) -> Option<Result<&str, Unreadable>> {
        let bytes = self.0.get(name)?;
        if bytes.len() > bytes_max {
            return Some(Err(Unreadable::TooLarge { bytes: bytes.len(), bytes_max }));
        }
        Some(std::str::from_utf8(bytes).map_err(|e| Unreadable::NotUtf8 {
            line: 1 + bytes.iter().take(e.valid_up_to()).filter(|b| **b == b'\n').count(),
        }))
    }

    /// The folder with these texts in the place of its own.
    #[must_use]
    pub fn with(&self, texts: &BTreeMap<String, String>) -> Self {
        let mut files = self.0.clone();
        files.extend(texts.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())));
        Self(files)
    }

    /// The bytes of a file; `None` when there is no such file.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The files of the folder's root that differ, or are only in one of the two.
    pub fn differences<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a str> {
        let names: std::collections::BTreeSet<&str> = self.names().chain(other.names()).collect();
        names.into_iter().filter(|name| self.bytes(name) != other.bytes(name))
    }

    /// Names of all files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Warns of TOML files that nobody reads: a misspelt `place.toml` would else be silently ignored.
    pub(crate) fn strangers(&self) -> Vec<Diagnostic> {
        let known = || File::ALL.into_iter().map(File::name);
        let is_toml = |name: &&str| !name.contains('/') && name.to_lowercase().ends_with(".toml");
        let strange = self.names().filter(is_toml).filter(|name| known().all(|k| k != *name));
        strange
            .map(|name| {
                let names = known().collect::<Vec<_>>().join(", ");
                let all = say!("files-read", "files that are read: {names}", names);
                let near = nearest(name, known());
                let help = near.map_or(all, |meant| say!("did-you-mean", "did you mean `{meant}`?", meant));
                let message = say!("file-not-read", "no part of the box reads this file");
                Diagnostic::of_file(Severity::Warning, name, message, help)
            })
            .collect()
    }
}

impl Unreadable {
    /// What is wrong, and what to do.
    pub(crate) fn explain(&self) -> (Said, Said) {
        match self {
            Self::TooLarge { bytes, bytes_max } => (
                say!("file-large", "this file has {bytes} bytes, at most {most} are read", bytes, most = bytes_max),
                say!("make-smaller", "look whether it is the right file, or make it smaller"),
            ),
            Self::NotUtf8 { line } => (
                say!("not-utf8", "line {line} is not UTF-8 text", line),
                say!("save-utf8", "save the file with the encoding UTF-8 (in Notepad: Save as, Encoding)"),
            ),
        }
    }
}

impl<N: Into<String>, B: Into<Vec<u8>>> FromIterator<(N, B)> for Folder {
    fn from_iter<I: IntoIterator<Item = (N, B)>>(files: I) -> Self {
        Self(files.into_iter().map(|(name, bytes)| (name.into(), bytes.into())).collect())
    }
}

/// Names only: `secrets.toml` is among the files.
impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

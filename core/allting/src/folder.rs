//! The municipality's folder on disk.

use config::{Colour, Diagnostic, Folder, Texts};
use model::Municipality;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// More files than this is not a municipality's folder but a mistake, such as the root of a disk.
const FILES_MAX: usize = 2_000;

/// Folders inside folders are read this deep: `codecs/vendor/x.js`.
const DEPTH_MAX: usize = 3;

/// Files that the configuration can name. Plugins are read where they are loaded.
const ENDINGS: [&str; 6] = ["toml", "js", "json", "svg", "png", "geojson"];

/// Why a folder gives no municipality.
#[derive(Debug)]
pub enum Wrong {
    /// It could not be read.
    Unreadable {
        /// What could not be read.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// It holds too many files.
    TooManyFiles {
        /// The folder.
        path: PathBuf,
    },
    /// It was read, and has errors.
    Configuration(Vec<Diagnostic>),
}

/// Reads and checks a folder. With the municipality come warnings.
pub fn read_folder(path: &Path) -> Result<(Municipality, Vec<Diagnostic>), Wrong> {
    config::read(&read_files(path)?).map_err(Wrong::Configuration)
}

/// Reads the files of a folder without looking into them.
pub(crate) fn read_files(path: &Path) -> Result<Folder, Wrong> {
    Ok(collected(path, &ENDINGS)?.into_iter().collect())
}

/// Reads the files with these endings that are texts.
pub(crate) fn read_texts(path: &Path, endings: &[&str]) -> Result<Texts, Wrong> {
    let files = collected(path, endings)?.into_iter();
    Ok(files.filter_map(|(name, bytes)| Some((name, String::from_utf8(bytes).ok()?))).collect())
}

fn collected(path: &Path, endings: &[&str]) -> Result<Vec<(String, Vec<u8>)>, Wrong> {
    let mut files = Vec::new();
    collect(path, endings, "", 0, &mut files)?;
    Ok(files)
}

fn collect(
    path: &Path,
    endings: &[&str],
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), Wrong> {
    let unreadable = |why| Wrong::Unreadable { path: path.to_path_buf(), why };
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let inner = entry.path();
        if inner.is_dir() {
            if depth < DEPTH_MAX && !name.starts_with('.') {
                collect(&inner, endings, &format!("{name}/"), depth + 1, files)?;
            }
        } else if inner.extension().is_some_and(|e| endings.iter().any(|known| e == *known)) {
            if files.len() >= FILES_MAX {
                return Err(Wrong::TooManyFiles { path: path.to_path_buf() });
            }
            let bytes = fs::read(&inner).map_err(|why| Wrong::Unreadable { path: inner, why })?;
            files.push((name, bytes));
        }
    }
    Ok(())
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, why } => write!(
                f,
                "could not read {}: {why}\nexpected the folder of a municipality, such as /etc/allting; \
                 does it exist, and may you read it?",
                path.display()
            ),
            Self::TooManyFiles { path } => write!(
                f,
                "{} holds more than {FILES_MAX} files\nexpected the folder of a municipality, such as /etc/allting; \
                 was another meant?",
                path.display()
            ),
            Self::Configuration(diagnostics) => {
                diagnostics.iter().try_for_each(|d| writeln!(f, "{}", d.render(Colour::Plain)))
            }
        }
    }
}

impl std::error::Error for Wrong {}

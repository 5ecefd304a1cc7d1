//! The municipality's folder on disk.

use config::{Colour, Diagnostic, Folder, Texts};
use model::Municipality;
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// More files than this is not a municipality's folder but a mistake, such as the root of a disk.
const FILES_MAX: usize = 2_000;

/// Folders inside folders are read this deep: `codecs/vendor/x.js`.
const DEPTH_MAX: usize = 3;

/// Files that the configuration can name. Plugins are read where they are loaded.
const ENDINGS: [&str; 7] = ["toml", "js", "json", "svg", "png", "geojson", "pem"];

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

/// How the files of a folder lie on the disk. Two that are equal are of the same files with the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(Vec<(String, u64, u64, i64, i64)>);

/// Looks at a folder without reading its files.
pub(crate) fn stamp(path: &Path) -> Result<Fingerprint, Wrong> {
    let mut files = Vec::new();
    for (name, file) in listed(path, &ENDINGS)? {
        // A file that went away since it was listed is a change that the next look finds.
        let Ok(there) = fs::metadata(&file) else { continue };
        files.push((name, there.ino(), there.size(), there.mtime(), there.mtime_nsec()));
    }
    files.sort();
    Ok(Fingerprint(files))
}

/// Writes all texts beside their files and then renames each into place: a power cut leaves an old file or a new one, and no half.
pub(crate) fn replace_files(path: &Path, texts: &Texts) -> io::Result<()> {
    // What others refer to comes first, so that no moment has a sensor without its keys.
    let mut names: Vec<&String> = texts.keys().collect();
    names.sort_by_key(|name| {
        ["secrets.toml", "places.toml", "plugins.toml"].iter().position(|n| n == name).unwrap_or(9)
    });
    let beside = |name: &str| path.join(format!("{name}.new"));
    for name in &names {
        if let Some(folder) = path.join(name).parent() {
            fs::create_dir_all(folder)?;
        }
        let text = texts.get(*name).map(String::as_str).unwrap_or_default();
        write_beside(&beside(name), &path.join(name), text)?;
    }
    for name in names {
        let file = path.join(name);
        fs::rename(beside(name), &file)?;
        fs::File::open(file.parent().unwrap_or(path))?.sync_all()?;
    }
    fs::File::open(path)?.sync_all()
}

/// With the owner and the mode of the file whose place it takes; keys are for the owner alone.
fn write_beside(beside: &Path, file: &Path, text: &str) -> io::Result<()> {
    let _ = fs::remove_file(beside);
    let there = fs::metadata(file).ok();
    let secret = file.file_name().is_some_and(|name| name == "secrets.toml");
    let mode = if secret { 0o600 } else { there.as_ref().map_or(0o644, |m| m.mode() & 0o777) };
    let mut new = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(beside)?;
    if let Some(there) = there {
        let _ = std::os::unix::fs::chown(beside, Some(there.uid()), Some(there.gid()));
    }
    new.write_all(text.as_bytes())?;
    new.sync_all()
}

fn collected(path: &Path, endings: &[&str]) -> Result<Vec<(String, Vec<u8>)>, Wrong> {
    let files = listed(path, endings)?.into_iter();
    files
        .map(|(name, file)| {
            let bytes = fs::read(&file).map_err(|why| Wrong::Unreadable { path: file, why })?;
            Ok((name, bytes))
        })
        .collect()
}

fn listed(path: &Path, endings: &[&str]) -> Result<Vec<(String, PathBuf)>, Wrong> {
    let mut files = Vec::new();
    list(path, endings, "", 0, &mut files)?;
    Ok(files)
}

fn list(
    path: &Path,
    endings: &[&str],
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), Wrong> {
    let unreadable = |why| Wrong::Unreadable { path: path.to_path_buf(), why };
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let inner = entry.path();
        if inner.is_dir() {
            if depth < DEPTH_MAX && !name.starts_with('.') {
                list(&inner, endings, &format!("{name}/"), depth + 1, files)?;
            }
        } else if inner.extension().is_some_and(|e| endings.iter().any(|known| e == *known)) {
            if files.len() >= FILES_MAX {
                return Err(Wrong::TooManyFiles { path: path.to_path_buf() });
            }
            files.push((name, inner));
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

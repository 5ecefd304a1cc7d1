//! Files into a backup.

use crate::error::BackupError;
use crate::key::Lock;
use crate::{ABOUT, DIGESTS, FORMAT};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// When it was made, Unix time in milliseconds.
    pub made_at_ms: i64,
    /// The release that made it.
    pub version: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Heading {
    pub(crate) format: u32,
    #[serde(flatten)]
    pub(crate) about: About,
}

/// A file that goes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name in the backup, with `/`: `folder/places.toml`.
    pub name: String,
    /// Where it is.
    pub file: PathBuf,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Files in it.
    pub files: usize,
    /// Its length.
    pub bytes: u64,
}

/// Names of entries and what they must be.
pub(crate) type Digests = BTreeMap<String, String>;

/// Writes a backup. It is there whole, on the disk and for its owner's eyes alone, or it is not there.
pub fn write(to: &Path, lock: &Lock, about: &About, parts: &[Part]) -> Result<Written, BackupError> {
    let encryptor = lock.encryptor()?;
    whole(to, parts, |file| {
        let locked = encryptor.wrap_output(BufWriter::new(file)).map_err(BackupError::at(to))?;
        let locked = fill(locked, to, about, parts)?;
        locked.finish().map_err(BackupError::at(to))
    })
}

/// Writes the same without a lock, for `tar xzf`. The caller has left out whatever is nobody else's business.
pub fn write_open(to: &Path, about: &About, parts: &[Part]) -> Result<Written, BackupError> {
    whole(to, parts, |file| fill(BufWriter::new(file), to, about, parts))
}

/// A file that is there when `packed` has filled it, and on the disk; until then it has another name.
fn whole(
    to: &Path,
    parts: &[Part],
    packed: impl FnOnce(File) -> Result<BufWriter<File>, BackupError>,
) -> Result<Written, BackupError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let _ = fs::remove_file(&unfinished);
    let disk = || BackupError::at(&unfinished);
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(disk());
    let written = opened.and_then(packed).and_then(|filled| {
        let file = filled.into_inner().map_err(|why| disk()(why.into_error()))?;
        file.sync_all().map_err(disk())?;
        let bytes = fs::metadata(&unfinished).map_err(BackupError::at(&unfinished))?.len();
        // A link fails where a file came meanwhile; a rename would replace it.
        match fs::hard_link(&unfinished, to) {
            Ok(()) => {}
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => return Err(BackupError::Exists(to.to_owned())),
            // Sticks and shares may know no links.
            Err(_) => fs::rename(&unfinished, to).map_err(BackupError::at(to))?,
        }
        if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::at(folder))?;
        }
        Ok(Written { files: parts.len(), bytes })
    });
    let _ = fs::remove_file(&unfinished);
    written
}

fn fill<W: Write>(into: W, path: &Path, about: &About, parts: &[Part]) -> Result<W, BackupError> {
    let disk = || BackupError::at(path);
    let mut archive = Builder::new(GzEncoder::new(into, Compression::fast()));
    let heading = Heading { format: FORMAT, about: about.clone() };
    note(&mut archive, ABOUT, &heading).map_err(disk())?;
    let mut digests = Digests::new();
    for part in parts {
        let digest = put(&mut archive, part, path)?;
        digests.insert(part.name.clone(), digest);
    }
    note(&mut archive, DIGESTS, &digests).map_err(disk())?;
    archive.into_inner().and_then(GzEncoder::finish).map_err(disk())
}

fn note<W: Write>(archive: &mut Builder<W>, name: &str, what: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(what)?;
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(text.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, text.as_slice())
}

/// Puts a file in and gives its digest. One that grows meanwhile goes in as long as it was.
fn put<W: Write>(archive: &mut Builder<W>, part: &Part, to: &Path) -> Result<String, BackupError> {
    let from = || BackupError::at(&part.file);
    let file = File::open(&part.file).map_err(from())?;
    let there = file.metadata().map_err(from())?;
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(there.len());
    header.set_mode(there.mode() & 0o777);
    header.set_mtime(u64::try_from(there.mtime()).unwrap_or(0));
    let mut read = Digesting { from: file.take(there.len()), digest: Sha256::new(), bytes: 0 };
    archive.append_data(&mut header, &part.name, &mut read).map_err(BackupError::at(to))?;
    if read.bytes != there.len() {
        return Err(from()(io::Error::other("it was changed while it was read; try again")));
    }
    Ok(digits(&read.digest.finalize()))
}

/// Reads along.
pub(crate) struct Digesting<R> {
    pub(crate) from: R,
    pub(crate) digest: Sha256,
    pub(crate) bytes: u64,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

pub(crate) fn digits(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

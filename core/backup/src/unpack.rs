//! Files out of a backup: all of them, whole and as they went in, or none.

use crate::error::BackupError;
use crate::key::Key;
use crate::pack::{About, Digesting, Digests, Heading, digits};
use crate::{ABOUT, DIGESTS, FILES_MAX, FORMAT, NOTE_BYTES_MAX};
use age::{DecryptError, Decryptor, Identity};
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path};
use tar::{Archive, Entry};

/// Unpacks a backup into a folder that is not there yet. Whatever fails, nothing is left behind.
pub fn unpack(from: &Path, key: &Key, into: &Path) -> Result<About, BackupError> {
    let identities = key.identities()?;
    let file = File::open(from).map_err(BackupError::at(from))?;
    let read = Decryptor::new(BufReader::new(file)).map_err(|why| refused(why, from, key))?;
    match (read.is_scrypt(), key) {
        (true, Key::Recovery(_)) => return Err(BackupError::NeedsPassphrase),
        (false, Key::Passphrase(_)) => return Err(BackupError::NeedsKey),
        _ => {}
    }
    let keys = identities.iter().map(|identity| &**identity as &dyn Identity);
    let read = read.decrypt(keys).map_err(|why| refused(why, from, key))?;
    DirBuilder::new().mode(0o700).create(into).map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(into.to_owned()),
        _ => BackupError::at(into)(why),
    })?;
    let about = all(read, into);
    if about.is_err() {
        let _ = fs::remove_dir_all(into);
    }
    about
}

fn refused(why: DecryptError, from: &Path, key: &Key) -> BackupError {
    match (why, key) {
        (DecryptError::Io(cause), _) if cause.kind() != io::ErrorKind::UnexpectedEof => BackupError::at(from)(cause),
        (DecryptError::Io(_) | DecryptError::InvalidHeader | DecryptError::UnknownFormat, _) => {
            BackupError::NotABackup(from.to_owned())
        }
        (DecryptError::InvalidMac, _) => BackupError::Damaged("its beginning was changed".to_owned()),
        (_, Key::Passphrase(_)) => BackupError::WrongPassphrase,
        (_, Key::Recovery(_)) => BackupError::WrongKey,
    }
}

/// What cannot be read was not what was written: age checks every piece, and that the last one is there.
fn damaged(why: &impl ToString) -> BackupError {
    BackupError::Damaged(why.to_string())
}

fn all(read: impl Read, into: &Path) -> Result<About, BackupError> {
    let mut archive = Archive::new(GzDecoder::new(read));
    let mut about: Option<About> = None;
    let (mut found, mut expected) = (Digests::new(), None);
    for entry in archive.entries().map_err(|why| damaged(&why))? {
        let mut entry = entry.map_err(|why| damaged(&why))?;
        let name = name(&entry)?;
        match (&about, &expected, name.as_str()) {
            (None, _, ABOUT) => {
                let heading: Heading = note(entry)?;
                if heading.format > FORMAT {
                    return Err(BackupError::Newer { found: heading.format, known: FORMAT });
                }
                about = Some(heading.about);
            }
            (Some(_), None, DIGESTS) => expected = Some(note::<Digests>(entry)?),
            (Some(_), None, _) if found.len() < FILES_MAX => {
                let digest = take(&mut entry, &into.join(&name))?;
                found.insert(name, digest);
            }
            _ => return Err(damaged(&format!("`{name}` should not be where it is"))),
        }
    }
    // Beyond the end of the archive are the sums of gzip, and the piece that age calls the last.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|why| damaged(&why))?;
    match (about, expected) {
        (Some(about), Some(expected)) if expected == found => Ok(about),
        _ => Err(damaged(&"it is not whole")),
    }
}

fn name<R: Read>(entry: &Entry<'_, R>) -> Result<String, BackupError> {
    let path = entry.path().map_err(|why| damaged(&why))?;
    let plain = path.components().all(|step| matches!(step, Component::Normal(_)));
    match path.to_str() {
        Some(name) if plain && entry.header().entry_type().is_file() => Ok(name.to_owned()),
        _ => Err(damaged(&format!("`{}` is no file that belongs into it", path.display()))),
    }
}

fn note<T: DeserializeOwned>(entry: impl Read) -> Result<T, BackupError> {
    serde_json::from_reader(entry.take(NOTE_BYTES_MAX)).map_err(|why| damaged(&why))
}

/// Writes one file, and gives the digest of what was read.
fn take<R: Read>(entry: &mut Entry<'_, R>, to: &Path) -> Result<String, BackupError> {
    let disk = || BackupError::at(to);
    if let Some(folder) = to.parent() {
        DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(disk())?;
    }
    let mode = entry.header().mode().unwrap_or(0o600) & 0o777;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(to).map_err(disk())?;
    let mut read = Digesting { from: entry, digest: Sha256::new(), bytes: 0 };
    let mut piece = vec![0; 64 * 1024];
    loop {
        // Reading fails when the backup is wrong, writing when the disk is.
        let length = read.read(&mut piece).map_err(|why| damaged(&why))?;
        if length == 0 {
            break;
        }
        file.write_all(piece.get(..length).unwrap_or_default()).map_err(disk())?;
    }
    file.sync_all().map_err(disk())?;
    Ok(digits(&read.digest.finalize()))
}

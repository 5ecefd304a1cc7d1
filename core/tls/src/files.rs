//! Files of certificates: read bounded, written whole, and looked at for changes.

use crate::certificate::{Certificate, CertificateError, PEM_BYTES_MAX, Shown};
use model::Timestamp;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often files are looked at: a few stats.
pub const WATCH_EVERY: Duration = Duration::from_secs(2);

/// Two files that somebody else renews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// How the files lie on the disk.
pub(crate) type Stamp = [Option<(u64, u64, i64, i64)>; 2];

impl Pair {
    pub(crate) fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|path| {
            let there = fs::metadata(path).ok()?;
            Some((there.ino(), there.size(), there.mtime(), there.mtime_nsec()))
        })
    }

    pub(crate) fn read(&self, now: Timestamp) -> Result<Shown, CertificateError> {
        let bytes = |path: &Path| {
            read(path)
                .map_err(|why| CertificateError::Unreadable { path: path.display().to_string(), why: why.to_string() })
        };
        Shown::read(&bytes(&self.certificate)?, &bytes(&self.key)?, now)
    }
}

/// What the certificate in two files says; none is shown to anybody by this.
pub fn read_pair(certificate: &Path, key: &Path, now: Timestamp) -> Result<Certificate, CertificateError> {
    let pair = Pair { certificate: certificate.to_owned(), key: key.to_owned() };
    Ok(pair.read(now)?.says)
}

pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(PEM_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Replaces a file whole, readable by its owner alone.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    fs::File::open(folder)?.sync_all()
}

//! What a data file lies on and how it is divided: one page that says what the file is, the journal, and from there on what redb
//! keeps. redb is given only its own part, so nothing else has to know of the others.

use redb::StorageBackend;
use std::fs::{File, TryLockError};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Anything that can be read, written and synced: a file, or a disk in memory.
pub(crate) type Medium = Arc<dyn StorageBackend>;

/// What a card writes at once. Head, journal and records begin at multiples of it.
pub(crate) const PAGE_BYTES: u64 = 4096;

const MAGIC: [u8; 16] = *b"allting data 1\r\n";

/// Where the parts of a data file lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    journal_pages: u32,
}

/// What the head page says.
pub(crate) enum Head {
    Ours(Layout),
    Damaged,
    NotOurs,
}

impl Layout {
    /// Of a box: 4 MiB of journal, some thousand uplinks.
    pub(crate) const USUAL: Self = Self { journal_pages: 1024 };
    /// Of a copy, which is read and never written to.
    pub(crate) const OF_COPY: Self = Self { journal_pages: 1 };

    #[cfg(test)]
    pub(crate) const fn with_journal_pages(journal_pages: u32) -> Self {
        Self { journal_pages }
    }

    pub(crate) fn journal_bytes(self) -> u64 {
        u64::from(self.journal_pages) * PAGE_BYTES
    }

    /// Divides an empty medium. The journal is written out, so that a record later finds its blocks there: the disk need not be
    /// asked for room, and a sync has nothing but the record to bring home.
    pub(crate) fn apply_to(self, medium: &dyn StorageBackend) -> io::Result<()> {
        medium.set_len(PAGE_BYTES + self.journal_bytes())?;
        let zeros = vec![0; 1 << 16];
        let end = PAGE_BYTES + self.journal_bytes();
        let mut at = PAGE_BYTES;
        while let Some(left) = end.checked_sub(at).filter(|left| *left > 0) {
            let piece = zeros.get(..usize::try_from(left).unwrap_or(usize::MAX)).unwrap_or(&zeros);
            medium.write(at, piece)?;
            at += piece.len() as u64;
        }
        let words = self.words();
        medium.write(0, &[MAGIC.as_slice(), &words, &crc32fast::hash(&words).to_le_bytes()].concat())?;
        medium.sync_data()
    }

    pub(crate) fn read_from(medium: &dyn StorageBackend) -> io::Result<Head> {
        let mut head = [0; 24];
        if medium.len()? < head.len() as u64 {
            return Ok(Head::NotOurs);
        }
        medium.read(0, &mut head)?;
        let (magic, rest) = head.split_at(MAGIC.len());
        let (words, crc) = rest.split_at(4);
        if magic != MAGIC {
            return Ok(Head::NotOurs);
        }
        let journal_pages = words.try_into().map_or(0, u32::from_le_bytes);
        let layout = Self { journal_pages };
        let whole = crc == crc32fast::hash(words).to_le_bytes() && medium.len()? > layout.redb_begins();
        Ok(if whole { Head::Ours(layout) } else { Head::Damaged })
    }

    /// The part of the medium that redb sees.
    pub(crate) fn redb_part(self, medium: &Medium) -> impl StorageBackend + use<> {
        Part { begin: self.redb_begins(), medium: Arc::clone(medium) }
    }

    fn redb_begins(self) -> u64 {
        PAGE_BYTES + self.journal_bytes()
    }

    fn words(self) -> [u8; 4] {
        self.journal_pages.to_le_bytes()
    }
}

/// A box that ends, and a program that was started while it ran, let go of its file a moment later than they are told to be gone.
const LOOKS: u32 = 100;
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Opens a file for one process alone; none when another has it, and keeps it.
pub(crate) fn locked(file: File) -> io::Result<Option<Medium>> {
    for _ in 0..LOOKS {
        match file.try_lock() {
            Ok(()) => return Ok(Some(Arc::new(redb::backends::FileBackend::new(file).map_err(io::Error::other)?))),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOKS_AGAIN_AFTER),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

/// A medium from some offset on.
#[derive(Debug)]
struct Part {
    begin: u64,
    medium: Medium,
}

impl StorageBackend for Part {
    fn len(&self) -> io::Result<u64> {
        Ok(self.medium.len()?.saturating_sub(self.begin))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.medium.read(self.begin + offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.medium.set_len(self.begin + len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.medium.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.medium.write(self.begin + offset, data)
    }
}

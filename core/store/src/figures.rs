//! What the writer did since the file was opened, counted without a lock: whoever watches the box must not wait for the writer.

use crate::medium::Medium;
use redb::StorageBackend;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) soon: Count,
    pub(crate) now: Count,
    pub(crate) checkpoints: Count,
    pub(crate) reopened: Count,
    pub(crate) journal_bytes: Count,
    pub(crate) written_bytes: Count,
    pub(crate) syncs: Count,
}

/// A number that one thread writes and any reads.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn set(&self, to: u64) {
        self.0.store(to, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A medium whose writes are counted.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) medium: Medium,
    pub(crate) figures: Arc<Figures>,
}

impl StorageBackend for Counted {
    fn len(&self) -> io::Result<u64> {
        self.medium.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.medium.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.medium.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.figures.syncs.add(1);
        self.medium.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.figures.written_bytes.add(data.len() as u64);
        self.medium.write(offset, data)
    }
}

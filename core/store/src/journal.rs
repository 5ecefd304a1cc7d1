//! The journal: what a `Now` writes. redb needs some twenty pages and two syncs for a commit, a record here one page and one sync,
//! so `Now` commits are records, and redb takes over what they say when the journal is full.
//!
//! Each record holds the changes of all transactions since the one before, row by row, and begins on a page of its own: no write ever
//! touches what was safe already. A record counts when its checksum is right and its number follows the one before it; redb notes
//! the number of the last record that it includes, so a start replays what is newer, and nothing when nothing is.

use crate::medium::{Layout, Medium, PAGE_BYTES};
use crate::record::{Reader, Writer};
use std::io;

/// Length of the body (4), number (8), CRC-32 over number and body (4).
const HEAD_BYTES: usize = 16;

pub(crate) struct Journal {
    medium: Medium,
    capacity: u64,
    /// Where the next record goes, from the beginning of the journal.
    at: u64,
    /// How far records reach that were not wiped.
    written: u64,
    /// Number of the last record.
    last: u64,
}

impl Journal {
    /// The journal of a file whose redb part includes every record up to `included`, and what of it redb lacks.
    pub(crate) fn open(medium: Medium, layout: Layout, included: u64) -> io::Result<(Self, Lacking)> {
        let mut journal = Self { medium, capacity: layout.journal_bytes(), at: 0, written: 0, last: included };
        let mut lacking = Lacking::default();
        loop {
            match journal.read_at(journal.at)? {
                Found::Whole { number, body } if number == journal.last + 1 => {
                    journal.last = number;
                    journal.at += pages(body.len() as u64);
                    journal.written = journal.at;
                    lacking.bodies.push(body);
                }
                // A write that the power cut short, or rot; records behind it tell which.
                Found::Broken { number } if number == journal.last + 1 => {
                    let newest = journal.newest_behind()?;
                    lacking.rotten = newest.saturating_sub(journal.last);
                    journal.last = newest;
                    return Ok((journal, lacking));
                }
                // Records up to `included` are old ones, and so is all behind them.
                _ => return Ok((journal, lacking)),
            }
        }
    }

    /// Number of the last record, be it whole or not.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// How much of it is in use.
    pub(crate) fn used_bytes(&self) -> u64 {
        self.at
    }

    pub(crate) fn has_room_for(&self, body: usize) -> bool {
        self.at + pages(body as u64) <= self.capacity
    }

    /// Writes the next record and brings it to the disk. A record that could not be written keeps its number: it may be on the
    /// disk all the same.
    pub(crate) fn append(&mut self, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let number = self.last + 1;
        self.last = number;
        let mut record = Vec::with_capacity(HEAD_BYTES + body.len());
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(&number.to_le_bytes());
        record.extend_from_slice(&checksum(number, body).to_le_bytes());
        record.extend_from_slice(body);
        self.medium.write(PAGE_BYTES + self.at, &record)?;
        self.medium.sync_data()?;
        self.at += pages(body.len() as u64);
        self.written = self.written.max(self.at);
        Ok(())
    }

    /// Overwrites what was written since the last wipe. Only after a [`restart`](Self::restart).
    pub(crate) fn wipe(&mut self) -> io::Result<()> {
        let zeros = vec![0; usize::try_from(self.written).unwrap_or(0)];
        self.medium.write(PAGE_BYTES, &zeros)?;
        self.medium.sync_data()?;
        self.written = 0;
        Ok(())
    }

    /// Begins anew at the front: redb on the disk includes every record.
    pub(crate) fn restart(&mut self) {
        self.at = 0;
    }

    /// The greatest number of a record further back; that of the last when there is none.
    fn newest_behind(&self) -> io::Result<u64> {
        let mut newest = self.last;
        let mut at = self.at + PAGE_BYTES;
        while at < self.capacity {
            if let Found::Whole { number, .. } = self.read_at(at)? {
                newest = newest.max(number);
            }
            at += PAGE_BYTES;
        }
        Ok(newest)
    }

    fn read_at(&self, at: u64) -> io::Result<Found> {
        let mut head = [0; HEAD_BYTES];
        if at >= self.capacity {
            return Ok(Found::Nothing);
        }
        self.medium.read(PAGE_BYTES + at, &mut head)?;
        let mut fields = Reader::over(&head);
        let (Some(length), Some(number), Some(crc)) = (fields.u32(), fields.u64(), fields.u32()) else {
            return Ok(Found::Nothing);
        };
        if number == 0 {
            return Ok(Found::Nothing);
        }
        if at + pages(length.into()) > self.capacity {
            return Ok(Found::Broken { number });
        }
        let mut body = vec![0; usize::try_from(length).unwrap_or(0)];
        self.medium.read(PAGE_BYTES + at + HEAD_BYTES as u64, &mut body)?;
        Ok(if checksum(number, &body) == crc { Found::Whole { number, body } } else { Found::Broken { number } })
    }
}

/// What redb lacks of a journal.
#[derive(Default)]
pub(crate) struct Lacking {
    /// The bodies of the records that follow what redb includes.
    pub(crate) bodies: Vec<Vec<u8>>,
    /// How many records cannot be had because one before them is damaged. The next `Now` must be one of redb itself then.
    pub(crate) rotten: u64,
}

/// What lies at a place of the journal.
enum Found {
    Whole { number: u64, body: Vec<u8> },
    Broken { number: u64 },
    Nothing,
}

/// What a record takes in the journal.
fn pages(body: u64) -> u64 {
    (body + HEAD_BYTES as u64).next_multiple_of(PAGE_BYTES)
}

fn checksum(number: u64, body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&number.to_le_bytes());
    crc.update(body);
    crc.finalize()
}

/// One change of one row, or of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    Put { table: u8, key: &'a [u8], sealed: &'a [u8] },
    Remove { table: u8, key: &'a [u8] },
    RemoveRange { table: u8, from: &'a [u8], to: &'a [u8] },
}

/// Changes in the order they were made. It holds no more than fits a journal; past that it only knows that there was more.
#[derive(Default)]
pub(crate) struct Log {
    bytes: Vec<u8>,
    overflowed: bool,
}

/// More than any journal holds.
const LOG_BYTES_MAX: usize = 4 << 20;

impl Log {
    pub(crate) fn push(&mut self, change: Change<'_>) {
        if !self.overflowed {
            let mut out = Writer::after(std::mem::take(&mut self.bytes));
            change.write(&mut out);
            self.bytes = out.into_bytes();
            self.keep_small();
        }
    }

    /// Takes over what another log holds.
    pub(crate) fn append(&mut self, other: &Self) {
        self.overflowed |= other.overflowed;
        self.bytes.extend_from_slice(&other.bytes);
        self.keep_small();
    }

    /// Whether it holds no change.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.overflowed
    }

    /// The changes as the body of a record; none when they were too many.
    pub(crate) fn body(&self) -> Option<&[u8]> {
        (!self.overflowed).then_some(&self.bytes)
    }

    fn keep_small(&mut self) {
        self.overflowed |= self.bytes.len() > LOG_BYTES_MAX;
        if self.overflowed {
            self.bytes = Vec::new();
        }
    }
}

impl Change<'_> {
    /// The number of its table.
    pub(crate) fn table(&self) -> u8 {
        let (Self::Put { table, .. } | Self::Remove { table, .. } | Self::RemoveRange { table, .. }) = self;
        *table
    }

    fn write(self, out: &mut Writer) {
        match self {
            Self::Put { table, key, sealed } => {
                out.u8(table);
                out.u8(0);
                out.bytes(key);
                out.bytes(sealed);
            }
            Self::Remove { table, key } => {
                out.u8(table);
                out.u8(1);
                out.bytes(key);
            }
            Self::RemoveRange { table, from, to } => {
                out.u8(table);
                out.u8(2);
                out.bytes(from);
                out.bytes(to);
            }
        }
    }
}

/// The changes of a record. Ends where the bytes make no sense, which a right checksum excludes.
pub(crate) fn changes(body: &[u8]) -> impl Iterator<Item = Change<'_>> {
    let mut input = Reader::over(body);
    std::iter::from_fn(move || {
        let table = input.u8()?;
        match input.u8()? {
            0 => Some(Change::Put { table, key: input.bytes()?, sealed: input.bytes()? }),
            1 => Some(Change::Remove { table, key: input.bytes()? }),
            2 => Some(Change::RemoveRange { table, from: input.bytes()?, to: input.bytes()? }),
            _ => None,
        }
    })
}

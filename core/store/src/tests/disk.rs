//! A disk in memory that can lose power, be full, and lie.

use crate::Store;
use crate::medium::Layout;
use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

const SECTOR: usize = 512;

/// Small, seeded, repeatable (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// What a disk does when it is told to sync.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Syncing {
    /// Everything written is safe.
    Honest,
    /// It says so, and still holds back its newest writes, as cheap cards do.
    HoldsBack(usize),
}

enum Op {
    Write { offset: usize, data: Vec<u8> },
    SetLen(usize),
}

struct State {
    /// What reads see.
    current: Vec<u8>,
    /// What survives a power cut for certain.
    safe: Vec<u8>,
    /// What may survive it in part, in any order.
    unsafe_ops: Vec<Op>,
    sync: Syncing,
    /// Power goes at this many more writes, length changes and syncs.
    power_for: Option<u64>,
    full: bool,
    written_bytes: u64,
    syncs: u64,
    reads: u64,
}

#[derive(Clone)]
pub(super) struct Disk(Arc<Mutex<State>>);

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    pub(super) fn empty(sync: Syncing) -> Self {
        Self::with(Vec::new(), sync)
    }

    pub(super) fn with(image: Vec<u8>, sync: Syncing) -> Self {
        Self(Arc::new(Mutex::new(State {
            current: image.clone(),
            safe: image,
            unsafe_ops: Vec::new(),
            sync,
            power_for: None,
            full: false,
            written_bytes: 0,
            syncs: 0,
            reads: 0,
        })))
    }

    pub(super) fn open_store(&self) -> Result<Store, crate::OpenError> {
        self.open_store_with(Layout::with_journal_pages(16))
    }

    /// With a journal of this size when it is empty.
    pub(super) fn open_store_with(&self, fresh: Layout) -> Result<Store, crate::OpenError> {
        Store::on(Arc::new(self.clone()), fresh)
    }

    pub(super) fn cut_power_after(&self, operations: u64) {
        self.state().power_for = Some(operations);
    }

    pub(super) fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    pub(super) fn len_bytes(&self) -> usize {
        self.state().current.len()
    }

    /// Bytes written and syncs so far.
    pub(super) fn traffic(&self) -> (u64, u64) {
        let state = self.state();
        (state.written_bytes, state.syncs)
    }

    pub(super) fn reads(&self) -> u64 {
        self.state().reads
    }

    /// What is on the disk when power comes back: what was synced, and of the rest some sectors, in any order.
    pub(super) fn after_power_cut(&self, dice: &mut Dice) -> Vec<u8> {
        let mut state = self.state();
        let mut image = std::mem::take(&mut state.safe);
        let mut ops = std::mem::take(&mut state.unsafe_ops);
        for i in (1..ops.len()).rev() {
            ops.swap(i, usize::try_from(dice.roll(i as u64 + 1)).unwrap());
        }
        // Some cuts keep nearly all, some nearly nothing.
        let kept_of_eight = dice.roll(9);
        for op in ops {
            match op {
                Op::SetLen(len) => {
                    if dice.roll(8) < kept_of_eight {
                        image.resize(len, 0);
                    }
                }
                Op::Write { offset, data } => {
                    for (sector, bytes) in data.chunks(SECTOR).enumerate() {
                        if dice.roll(8) < kept_of_eight {
                            write_at(&mut image, offset + sector * SECTOR, bytes);
                        }
                    }
                }
            }
        }
        image
    }

    /// What is on the disk now, without a power cut.
    pub(super) fn image(&self) -> Vec<u8> {
        self.state().current.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn take_power(&mut self) -> io::Result<()> {
        match &mut self.power_for {
            None => Ok(()),
            Some(0) => Err(io::Error::other("the power is off")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    fn apply(image: &mut Vec<u8>, op: &Op) {
        match op {
            Op::Write { offset, data } => write_at(image, *offset, data),
            Op::SetLen(len) => image.resize(*len, 0),
        }
    }
}

fn write_at(image: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[offset..end].copy_from_slice(bytes);
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().current.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        let mut state = self.state();
        state.reads += 1;
        let bytes = state.current.get(offset..offset + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state();
        state.take_power()?;
        let len = usize::try_from(len).unwrap();
        if state.full && len > state.current.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.current.resize(len, 0);
        state.unsafe_ops.push(Op::SetLen(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state();
        state.take_power()?;
        state.syncs += 1;
        let held_back = match state.sync {
            Syncing::Honest => 0,
            Syncing::HoldsBack(writes) => writes,
        };
        let reached = state.unsafe_ops.len().saturating_sub(held_back);
        let State { safe, unsafe_ops, .. } = &mut *state;
        unsafe_ops.drain(..reached).for_each(|op| State::apply(safe, &op));
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.take_power()?;
        if state.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.written_bytes += data.len() as u64;
        let op = Op::Write { offset: usize::try_from(offset).unwrap(), data: data.to_vec() };
        State::apply(&mut state.current, &op);
        state.unsafe_ops.push(op);
        Ok(())
    }
}

//! The keys of what people said, in a file of their own beside the data file: `keys.bin`.
//!
//! redb and its copies keep old pages, and a card keeps old blocks, so a row that was removed is not gone. Therefore what people said is
//! sealed with a key of its author, and the key lies in a *slot* of this file: 32 bytes at a fixed place, overwritten in place and synced
//! when its author is erased. What was sealed with it is noise from then on, wherever it lies.
//!
//! Beside it lies `erased.txt`, the numbers of the slots that were erased: when an older `keys.bin` comes back from a backup, they are
//! erased again before anything is read.

use crate::error::StoreError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The keys, beside the data file.
pub(crate) const KEYS: &str = "keys.bin";
/// The numbers of slots that were erased, beside it.
pub(crate) const ERASED: &str = "erased.txt";

const MAGIC: [u8; 16] = *b"allting keys 1\r\n";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Slots begin on a page of their own.
const HEAD_BYTES: u64 = 4096;
/// Slots that are filled at once, so that an answer need not wait for one: one write of 32 KiB for a thousand people.
const SLOTS_AT_ONCE: u64 = 1024;
/// 32 MiB: more people than a small municipality asks in ten years.
const SLOTS_MAX: u32 = 1 << 20;

/// A place for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot(pub(crate) u32);

impl Slot {
    /// Every eighth is kept for what must not lie beside what was written with it.
    pub(crate) const fn is_apart(self) -> bool {
        self.0 % 8 == 7
    }
}

pub(crate) struct Keyring {
    keys: File,
    /// The list of what was erased; none where no backup can bring anything back.
    erased: Option<PathBuf>,
    /// One at a time makes it longer.
    grows: Mutex<()>,
    id: u64,
    root: [u8; KEY_BYTES],
}

impl Keyring {
    /// Opens the keys in a folder, or makes them; erases again what was erased before.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(KEYS);
        if !fs::exists(&path)? {
            create(&path)?;
        }
        let keys = OpenOptions::new().read(true).write(true).open(&path)?;
        let mut head = [0; 16 + 8 + KEY_BYTES + 4];
        keys.read_exact_at(&mut head, 0).map_err(|error| unusable(&path, &error.to_string()))?;
        let (content, crc) = head.split_at(head.len() - 4);
        if !content.starts_with(&MAGIC) || crc32fast::hash(content).to_le_bytes() != crc {
            return Err(unusable(&path, "its first page makes no sense"));
        }
        let (id, root) = content.split_at(MAGIC.len()).1.split_at(8);
        let fixed = || unusable(&path, "it is too short");
        let id = u64::from_le_bytes(id.try_into().map_err(|_| fixed())?);
        let root = root.try_into().map_err(|_| fixed())?;
        let ring = Self { keys, erased: Some(folder.join(ERASED)), grows: Mutex::default(), id, root };
        ring.erase_again()?;
        Ok(ring)
    }

    /// Of a disk that is simulated.
    #[cfg(test)]
    pub(crate) fn simulated() -> Self {
        let keys = tempfile::tempfile().unwrap();
        Self { keys, erased: None, grows: Mutex::default(), id: 7, root: [7; KEY_BYTES] }
    }

    /// A number of its own, by which a data file knows the keys it was written with.
    pub(crate) const fn id(&self) -> u64 {
        self.id
    }

    /// 32 bytes that follow from the root key, a purpose and `parts`, and tell nothing of either (HKDF-SHA256, RFC 5869).
    pub(crate) fn derived(&self, purpose: &str, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
        let mut info = Vec::new();
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            info.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
            info.extend_from_slice(part);
        }
        let mut out = [0; KEY_BYTES];
        // Neither can fail: the root is as long as a hash, and so is what is asked for.
        let known = Hkdf::<Sha256>::from_prk(&self.root).map(|root| root.expand(&info, &mut out));
        debug_assert!(matches!(known, Ok(Ok(()))));
        out
    }

    /// Makes sure that a slot has a key.
    pub(crate) fn fill(&self, slot: Slot) -> Result<(), StoreError> {
        if slot.0 >= SLOTS_MAX {
            return Err(StoreError::Damaged(format!("{KEYS} has no room for another person")));
        }
        let _one = self.grows.lock().unwrap_or_else(PoisonError::into_inner);
        let end = self.keys.metadata().map_err(told)?.len().max(HEAD_BYTES);
        let there = (end - HEAD_BYTES) / KEY_BYTES as u64;
        if u64::from(slot.0) < there {
            return Ok(());
        }
        let many = (u64::from(slot.0) + 1 - there).next_multiple_of(SLOTS_AT_ONCE);
        let mut fresh = vec![0; usize::try_from(many).unwrap_or(0) * KEY_BYTES];
        random(&mut fresh);
        self.keys.write_all_at(&fresh, HEAD_BYTES + there * KEY_BYTES as u64).map_err(told)?;
        self.keys.sync_data().map_err(told)
    }

    /// Whether what is sealed with a slot can be read.
    pub(crate) fn holds(&self, slot: Slot) -> Result<bool, StoreError> {
        Ok(self.key(slot)?.is_some())
    }

    /// Seals with the key of a slot, and with `more` where somebody else must be there to open it.
    pub(crate) fn seal(&self, slot: Slot, more: &[u8], to: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.key(slot)?.ok_or_else(|| StoreError::Damaged(format!("slot {} of {KEYS} is empty", slot.0)))?;
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce);
        let cipher = cipher(&key, more);
        let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: to });
        let sealed = sealed.map_err(|_| StoreError::Damaged("it is too long to be sealed".to_owned()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) sealed; none when its key was erased, or is another.
    pub(crate) fn open_sealed(
        &self,
        slot: Slot,
        more: &[u8],
        to: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.key(slot)? else { return Ok(None) };
        let Some((nonce, sealed)) = sealed.split_first_chunk::<NONCE_BYTES>() else { return Ok(None) };
        Ok(cipher(&key, more).decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: to }).ok())
    }

    /// Overwrites the keys of slots. When it returns, nothing that was sealed with them can be read again.
    pub(crate) fn shred(&self, slots: &[Slot]) -> Result<(), StoreError> {
        for slot in slots.iter().filter(|slot| slot.0 < SLOTS_MAX) {
            self.keys.write_all_at(&[0; KEY_BYTES], at(*slot)).map_err(told)?;
        }
        self.keys.sync_data().map_err(told)
    }

    /// The same for good: a backup that comes back does not bring them back. The list is written first, so a power cut in between only
    /// leaves work for the next start.
    pub(crate) fn erase(&self, slots: &[Slot]) -> Result<(), StoreError> {
        if let Some(erased) = &self.erased {
            let lines: Vec<String> = slots.iter().map(|slot| slot.0.to_string()).collect();
            let lines = lines.join("\n") + "\n";
            let file = OpenOptions::new().append(true).create(true).mode(0o600).open(erased);
            file.and_then(|mut file| file.write_all(lines.as_bytes()).and_then(|()| file.sync_data())).map_err(told)?;
        }
        self.shred(slots)
    }

    fn erase_again(&self) -> io::Result<()> {
        let Some(erased) = &self.erased else { return Ok(()) };
        let list = match fs::read_to_string(erased) {
            Ok(list) => list,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let back = list.lines().filter_map(|line| line.trim().parse().ok().map(Slot));
        let back: Vec<Slot> = back.filter(|slot| matches!(self.key(*slot), Ok(Some(_)))).collect();
        if back.is_empty() { Ok(()) } else { self.shred(&back).map_err(io::Error::other) }
    }

    /// None when it was shredded, or never filled.
    fn key(&self, slot: Slot) -> Result<Option<[u8; KEY_BYTES]>, StoreError> {
        let mut key = [0; KEY_BYTES];
        match self.keys.read_exact_at(&mut key, at(slot)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(told(error)),
        }
        Ok((key != [0; KEY_BYTES]).then_some(key))
    }
}

/// Takes what was erased in the folder `before` over into `restored`, whose keys came back from a backup of it: what was erased since
/// stays erased. Keys of another box are left alone.
pub fn carry_erased(before: &Path, restored: &Path) -> io::Result<()> {
    let head = |folder: &Path| -> Option<[u8; 16 + 8 + KEY_BYTES]> {
        let mut head = [0; 16 + 8 + KEY_BYTES];
        File::open(folder.join(KEYS)).ok()?.read_exact_at(&mut head, 0).ok()?;
        Some(head)
    };
    let Ok(list) = fs::read(before.join(ERASED)) else { return Ok(()) };
    if head(before).is_none() || head(before) != head(restored) {
        return Ok(());
    }
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(restored.join(ERASED))?;
    file.write_all(&list)?;
    file.sync_all()
}

/// Fills bytes from the system's random numbers.
pub(crate) fn random(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "a machine without dice can keep no secret, and must not go on as if it could"
    )]
    getrandom::fill(bytes).expect("the system's random numbers");
}

fn cipher(key: &[u8; KEY_BYTES], more: &[u8]) -> ChaCha20Poly1305 {
    if more.is_empty() {
        return ChaCha20Poly1305::new(Key::from_slice(key));
    }
    let mut both = [0; KEY_BYTES];
    let derived = Hkdf::<Sha256>::new(Some(key), more).expand(b"allting draft", &mut both);
    debug_assert!(derived.is_ok());
    ChaCha20Poly1305::new(Key::from_slice(&both))
}

fn at(slot: Slot) -> u64 {
    HEAD_BYTES + u64::from(slot.0) * KEY_BYTES as u64
}

fn create(path: &Path) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut secret = [0; 8 + KEY_BYTES];
    random(&mut secret);
    let mut head = [MAGIC.as_slice(), &secret].concat();
    head.extend_from_slice(&crc32fast::hash(&head).to_le_bytes());
    head.resize(usize::try_from(HEAD_BYTES).unwrap_or(0), 0);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(&head)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all())
}

fn unusable(path: &Path, what: &str) -> io::Error {
    let help = "restore it from a backup; without it nobody can read what people said in this data file";
    io::Error::new(io::ErrorKind::InvalidData, format!("{} holds no keys: {what}; {help}", path.display()))
}

fn told(error: io::Error) -> StoreError {
    redb::Error::Io(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A backup of Monday holds the key of somebody who was erased on Tuesday. Put back on Wednesday over the box of Tuesday, it brought
    /// that key back: the list of what was erased lay in the folder that was put aside.
    #[test]
    fn what_was_erased_after_a_backup_stays_erased_when_it_is_put_back() {
        let (old, backup, other) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let ring = Keyring::open(old.path()).unwrap();
        ring.keys.write_all_at(&[7; KEY_BYTES], at(Slot(3))).unwrap();
        fs::copy(old.path().join(KEYS), backup.path().join(KEYS)).unwrap();
        ring.erase(&[Slot(3)]).unwrap();
        assert!(Keyring::open(backup.path()).unwrap().key(Slot(3)).unwrap().is_some());
        carry_erased(old.path(), backup.path()).unwrap();
        assert_eq!(Keyring::open(backup.path()).unwrap().key(Slot(3)).unwrap(), None);
        Keyring::open(other.path()).unwrap().keys.write_all_at(&[9; KEY_BYTES], at(Slot(3))).unwrap();
        carry_erased(old.path(), other.path()).unwrap();
        assert!(Keyring::open(other.path()).unwrap().key(Slot(3)).unwrap().is_some(), "the keys of another box");
    }
}

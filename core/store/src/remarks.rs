//! What people wrote under places and under posts, each sealed with a key of its own: what is erased is gone from every copy of the file.
//! Beside it, how many a post reached, and from where a channel goes on collecting.

use crate::error::StoreError;
use crate::keyring::Keyring;
use crate::keys::{Key, Note};
use crate::people::bound_to;
use crate::snapshot::{Snapshot, all};
use crate::stored::{KeptRemark, meant, plain};
use crate::tables::{BOOKMARKS, NOTES, OUTBOX, POST_REACH, REMARK_NAMES, REMARKS};
use crate::transaction::Transaction;
use crate::view::ALL_KEYS;
use model::{Bookmark, ChannelId, DeliveryId, PostReach, Remark, RemarkHead, RemarkId, Timestamp};

/// Remarks that are remembered; the oldest go first. A town that says fifty things a day remembers a year.
pub const REMARKS_MAX: u64 = 20_000;
/// Names are remembered for so many remarks: longer than the remarks, so that what was erased is not brought back.
const NAMES_KEPT: u64 = 100_000;

/// What became of something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutRemark {
    /// It has this number.
    New(RemarkId),
    /// One of its names is taken by this one, which may be erased by now.
    Known(RemarkId),
}

/// The number of a remark.
impl Key<8> for RemarkId {
    fn to_bytes(&self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

impl Transaction<'_> {
    /// Keeps something new under a number of its own, which is not looked at in `remark`, unless one of its names is taken. In any case
    /// all of its names lead to it afterwards.
    pub fn put_remark(&self, names: &[&str], remark: &Remark) -> Result<PutRemark, StoreError> {
        for name in names {
            if let Some(known) = self.remark_named(name)? {
                self.name_all(names, known);
                return Ok(PutRemark::Known(known));
            }
        }
        let id = RemarkId(self.last_remark()? + 1);
        NOTES.put(self.write(), &Note::LAST_REMARK, &id.0.cast_signed());
        if let Some(past) = id.0.checked_sub(REMARKS_MAX).map(RemarkId) {
            self.erase_remark(past)?;
        }
        self.name_all(names, id);
        let remark = Remark { id, ..remark.clone() };
        let slot = self.new_slot()?;
        let sealed = self.keyring().seal(slot, &[], &sealed_to(id), &plain(&remark))?;
        REMARKS.put(self.write(), &id, &KeptRemark { slot, head: remark.head(), sealed });
        Ok(PutRemark::New(id))
    }

    fn name_all(&self, names: &[&str], id: RemarkId) {
        for name in names {
            REMARK_NAMES.put(self.write(), &digest(self.keyring(), name), &id.0.cast_signed());
        }
    }

    /// The remark of a name, erased or not.
    pub fn remark_named(&self, name: &str) -> Result<Option<RemarkId>, StoreError> {
        let id = REMARK_NAMES.get_written(self.write(), &digest(self.keyring(), name))?;
        Ok(id.map(|id| RemarkId(id.cast_unsigned())))
    }

    /// Writes a remark anew, as it now stands. One that was erased stays so.
    pub fn note_remark(&self, remark: &Remark) -> Result<(), StoreError> {
        let Some(kept) = REMARKS.get_written(self.write(), &remark.id)? else { return Ok(()) };
        let sealed = self.keyring().seal(kept.slot, &[], &sealed_to(remark.id), &plain(remark))?;
        REMARKS.put(self.write(), &remark.id, &KeptRemark { slot: kept.slot, head: remark.head(), sealed });
        Ok(())
    }

    /// A remark, as this transaction sees it; none when it was erased.
    pub fn remark(&self, id: RemarkId) -> Result<Option<Remark>, StoreError> {
        let Some(kept) = REMARKS.get_written(self.write(), &id)? else { return Ok(None) };
        opened(self.keyring(), id, &kept)
    }

    /// Erases a remark, with what was answered; with the commit the key that could read it is destroyed. Says whether it was there.
    pub fn erase_remark(&self, id: RemarkId) -> Result<bool, StoreError> {
        match REMARKS.get_written(self.write(), &id) {
            Ok(Some(kept)) => self.erase_slot(kept.slot),
            Ok(None) => return Ok(false),
            // Whose key it was nobody can tell; the row goes in any case.
            Err(StoreError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
        REMARKS.remove(self.write(), &id)
    }

    /// Erases what was said before `until`, at most `at_once`, and forgets names and figures of what is long gone; says how many were
    /// erased.
    pub fn forget_remarks(&self, until: Timestamp, at_once: usize) -> Result<usize, StoreError> {
        let mut past = Vec::new();
        for row in REMARKS.rows(self.write().open(&REMARKS.raw)?.range(ALL_KEYS)?) {
            match row {
                Ok((id, kept)) if kept.head.at < until => past.push(id),
                Ok(_) | Err(StoreError::Corrupt(_)) => {}
                Err(error) => return Err(error),
            }
        }
        past.truncate(at_once);
        for id in &past {
            self.erase_remark(*id)?;
        }
        let last = self.last_remark()?;
        let names: Vec<([u8; 32], i64)> = REMARK_NAMES.all_written(self.write())?;
        for (name, _) in names.iter().filter(|(_, id)| id.cast_unsigned() + NAMES_KEPT < last) {
            REMARK_NAMES.remove(self.write(), name)?;
        }
        let reached: Vec<(DeliveryId, PostReach)> = POST_REACH.all_written(self.write())?;
        for (delivery, _) in &reached {
            if OUTBOX.get_written(self.write(), delivery)?.is_none() {
                POST_REACH.remove(self.write(), delivery)?;
            }
        }
        Ok(past.len())
    }

    /// Keeps how many a post reached, in the place of what was known.
    pub fn put_reach(&self, delivery: DeliveryId, reach: &PostReach) {
        POST_REACH.put(self.write(), &delivery, reach);
    }

    /// Keeps from where a channel goes on collecting.
    pub fn put_bookmark(&self, channel: &ChannelId, bookmark: &Bookmark) {
        BOOKMARKS.put(self.write(), channel.as_str().as_bytes(), bookmark);
    }

    /// The highest number that was ever given: erasing gives none back.
    fn last_remark(&self) -> Result<u64, StoreError> {
        Ok(NOTES.get_written(self.write(), &Note::LAST_REMARK)?.unwrap_or(0).cast_unsigned())
    }
}

impl Snapshot {
    /// What can be known of every remark without reading it, in the order of their numbers. Damaged ones are left out.
    pub fn remark_heads(&self) -> Result<Vec<RemarkHead>, StoreError> {
        let rows = all(&REMARKS, self.view())?.filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        rows.map(|row| row.map(|(_, kept)| kept.head)).collect()
    }

    /// A remark; none when it was erased.
    pub fn remark(&self, id: RemarkId) -> Result<Option<Remark>, StoreError> {
        let Some(kept) = REMARKS.get(self.view(), &id)? else { return Ok(None) };
        opened(self.keyring(), id, &kept)
    }

    /// The remark of a name, erased or not.
    pub fn remark_named(&self, name: &str) -> Result<Option<RemarkId>, StoreError> {
        let id = REMARK_NAMES.get(self.view(), &digest(self.keyring(), name))?;
        Ok(id.map(|id| RemarkId(id.cast_unsigned())))
    }

    /// How many a post reached, as its channel last said.
    pub fn post_reach(&self, delivery: DeliveryId) -> Result<Option<PostReach>, StoreError> {
        POST_REACH.get(self.view(), &delivery)
    }

    /// From where a channel goes on collecting. What is damaged is nothing known: what was stored already has names that are taken.
    pub fn bookmark(&self, channel: &ChannelId) -> Result<Option<Bookmark>, StoreError> {
        match BOOKMARKS.get(self.view(), channel.as_str().as_bytes()) {
            Err(StoreError::Corrupt(_)) => Ok(None),
            found => found,
        }
    }
}

fn digest(keyring: &Keyring, name: &str) -> [u8; 32] {
    keyring.derived("remark", &[name.as_bytes()])
}

fn sealed_to(id: RemarkId) -> Vec<u8> {
    bound_to(REMARKS.raw.name, &id.to_bytes())
}

fn opened(keyring: &Keyring, id: RemarkId, kept: &KeptRemark) -> Result<Option<Remark>, StoreError> {
    let plain = keyring.open_sealed(kept.slot, &[], &sealed_to(id), &kept.sealed)?;
    Ok(plain.and_then(|bytes| meant(&bytes)))
}

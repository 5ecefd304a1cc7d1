//! Talk: what people write under places, and under posts elsewhere, and what the municipality answers.
//!
//! Hides where a remark came from: the portal takes one by a form, a channel brings one back ([`run_collector`]), and from then on they are
//! the same. Staff look at it, everybody reads it beside the place it is about, and an answer goes back the way it came.

mod answering;
mod collecting;
mod harvest;
mod receipts;
mod room;
mod showing;
mod taking;

pub use answering::AnswerError;
pub(crate) use collecting::run_collector;
pub use room::{RemarkRoom, Sort, TalkDoor, Voice};
pub use showing::{REMARKS_SHOWN, TalkPage};
pub use taking::{NewRemark, RemarkError, TakenRemark};

use crate::outbox::Told;
use crate::portal::App;
use model::{ChannelId, RemarkHead, RemarkId, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Durability, StoreError, Transaction};
use tokio::sync::watch;

/// What of talk lives in memory.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    heads: Mutex<Heads>,
    /// Counts how often somebody wanted replies now.
    wanted: watch::Sender<u64>,
    /// Why channels bring nothing back.
    told: Told,
}

/// All remarks, as far as they can be known without reading them; none when they are to be looked up anew.
#[derive(Debug, Default)]
struct Heads {
    changed: u64,
    known: Option<Arc<Vec<RemarkHead>>>,
}

/// What is erased in one night at most.
const FORGOTTEN_AT_ONCE: usize = 5000;

impl App {
    /// Every remark, in the order of their numbers. Read from the file once after each change.
    pub(crate) fn remark_heads(&self) -> Result<Arc<Vec<RemarkHead>>, StoreError> {
        let heads = self.talk.heads();
        if let Some(known) = &heads.known {
            return Ok(Arc::clone(known));
        }
        let before = heads.changed;
        drop(heads);
        let read = Arc::new(self.store().read()?.remark_heads()?);
        let mut heads = self.talk.heads();
        if heads.changed == before {
            heads.known = Some(Arc::clone(&read));
        }
        Ok(read)
    }

    /// One use case that changes remarks: on disk before anybody is told.
    pub(crate) fn change_remarks<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let done = work(&transaction)?;
        transaction.commit(Durability::Now)?;
        self.talk.changed();
        Ok(done)
    }

    /// Has all channels look for replies now.
    pub fn collect_replies(&self) {
        self.talk.wanted.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Channels that bring nothing back: why, and since when.
    pub fn collecting_stuck(&self) -> Vec<(ChannelId, String, Timestamp)> {
        self.talk.told.all()
    }

    /// For the night: what is past keeping is erased. Says how much.
    pub(crate) fn forget_remarks(&self, now: Timestamp) -> Result<usize, StoreError> {
        let until = now - self.municipality().talk.keep;
        self.change_remarks(|tx| tx.forget_remarks(until, FORGOTTEN_AT_ONCE))
    }
}

impl Talk {
    fn heads(&self) -> std::sync::MutexGuard<'_, Heads> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        let mut heads = self.heads();
        heads.changed = heads.changed.wrapping_add(1);
        heads.known = None;
    }
}

/// Under which name the answer to a remark lies in the outbox.
fn answer_name(id: RemarkId) -> String {
    format!("answer/{}", id.0)
}

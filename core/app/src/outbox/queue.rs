//! What waits for one channel, and when the next may leave. Where it was is in the data file, so it can end at any moment and begin again.

use super::pace::{PATIENCE, Rate, TRIES_MIN, backoff};
use crate::portal::App;
use model::{ChannelId, Delivery, DeliveryId, DeliveryState, Timestamp};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::{Durability, StoreError};

/// New rows that are taken in at once.
const TAKEN_AT_ONCE: usize = 1000;
/// How long a sender sleeps when nobody wakes it.
pub(super) const LOOK_EVERY: Duration = Duration::from_mins(1);

pub(super) struct Queue {
    pub(super) app: Arc<App>,
    pub(super) channel: ChannelId,
    /// The last row that was taken in.
    taken: DeliveryId,
    /// What waits, by when it is due.
    waiting: BTreeSet<(Timestamp, DeliveryId)>,
    pub(super) rate: Rate,
    /// The whole channel stands still until then, after so many failures that were nothing's fault that was to be sent.
    still_until: Option<(Timestamp, u32)>,
}

impl Queue {
    pub(super) fn new(app: Arc<App>, channel: ChannelId) -> Self {
        let rate = Rate::default();
        Self { app, channel, taken: DeliveryId(0), waiting: BTreeSet::new(), rate, still_until: None }
    }

    /// Takes in what is new since the last look, and what staff sent again.
    pub(super) fn take_in(&mut self) -> Result<(), StoreError> {
        let mut again = self.app.tray.again.lock().unwrap_or_else(PoisonError::into_inner);
        let again = again.remove(&self.channel).unwrap_or_default();
        let snapshot = self.app.store().read()?;
        for id in again {
            let delivery = snapshot.delivery(id)?.filter(Delivery::is_waiting);
            self.waiting.extend(delivery.map(|delivery| (delivery.due_at, delivery.id)));
        }
        loop {
            let new = snapshot.deliveries_after(self.taken, TAKEN_AT_ONCE)?;
            let Some(last) = new.last() else { return Ok(()) };
            self.taken = last.id;
            let ours = |delivery: &&Delivery| delivery.is_waiting() && delivery.channel == self.channel;
            self.waiting.extend(new.iter().filter(ours).map(|delivery| (delivery.due_at, delivery.id)));
        }
    }

    /// How long until something is due; none when it is now.
    pub(super) fn wait(&self, now: Timestamp) -> Option<Duration> {
        match self.waiting.first() {
            None => Some(LOOK_EVERY),
            Some((due, _)) if *due > now => Some(due.since(now)),
            Some(_) => None,
        }
    }

    /// How long the channel still stands still; none when it moves.
    pub(super) fn still(&self, now: Timestamp) -> Option<Duration> {
        self.still_until.filter(|(until, _)| *until > now).map(|(until, _)| until.since(now))
    }

    /// What stood in the way may have been mended just now.
    pub(super) fn try_at_once(&mut self) {
        self.still_until = None;
    }

    /// The peer answers.
    pub(super) fn moves(&mut self) {
        self.still_until = None;
        self.app.tray.told.moves(&self.channel);
    }

    /// The peer is away, or will not have us: nothing's fault that was to be sent, so nothing is held against that.
    pub(super) fn stand_still(&mut self, why: &str, now: Timestamp) -> Duration {
        let failures = self.still_until.map_or(1, |(_, failures)| failures.saturating_add(1));
        let wait = backoff(failures, self.dice());
        self.still_until = Some((now + wait, failures));
        if self.app.tray.told.stuck(&self.channel, why, now) {
            tracing::warn!("{} waits: {why}", self.channel);
        }
        wait
    }

    /// The peer asks to be left alone for so long.
    pub(super) fn rest(&mut self, time: Duration, now: Timestamp) {
        let failures = self.still_until.map_or(0, |(_, failures)| failures);
        self.still_until = Some((now + time, failures));
    }

    /// The next that are due and still wait; those whose time is over are noted so.
    pub(super) fn ready(&mut self, at_most: usize, now: Timestamp) -> Result<Vec<Delivery>, StoreError> {
        let mut ready = Vec::new();
        let snapshot = self.app.store().read()?;
        while let Some((due, id)) =
            self.waiting.first().copied().filter(|(due, _)| *due <= now && ready.len() < at_most)
        {
            let found = snapshot.delivery(id)?;
            self.waiting.remove(&(due, id));
            let Some(delivery) = found.filter(Delivery::is_waiting) else { continue };
            if delivery.expires_at.is_some_and(|expires| expires <= now) {
                let expired = Delivery { state: DeliveryState::Expired, changed_at: now, ..delivery };
                self.write(&expired, None)?;
            } else {
                ready.push(delivery);
            }
        }
        // Until it is known what became of them they stay among those that wait.
        self.waiting.extend(ready.iter().map(|delivery| (delivery.due_at, delivery.id)));
        Ok(ready)
    }

    /// Writes down what became of a try, at once: after a power cut nothing is sent again that is known to be out. Unless staff took it
    /// back meanwhile: then it is as they said.
    pub(super) fn note(
        &mut self,
        before: &Delivery,
        after: &Delivery,
        progress: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        self.waiting.remove(&(before.due_at, before.id));
        self.write(after, progress)?;
        if after.is_waiting() {
            self.waiting.insert((after.due_at, after.id));
        }
        Ok(())
    }

    /// A delivery whose try failed: given up where there is no hope, or after days and tries enough; else due again after a while.
    pub(super) fn failed(&self, before: &Delivery, why: &str, again: Option<Duration>, now: Timestamp) -> Delivery {
        let tries = before.tries.saturating_add(1);
        let after = Delivery { tries, changed_at: now, said: why.to_owned(), ..before.clone() };
        let worn_out = now.since(before.queued_at) > PATIENCE && tries >= TRIES_MIN;
        let Some(again) = again.filter(|_| !worn_out) else {
            tracing::warn!("delivery {}, {}: given up: {why}", before.id, before.cause);
            return Delivery { state: DeliveryState::Dead, ..after };
        };
        Delivery { due_at: now + backoff(tries, self.dice()).max(again), ..after }
    }

    /// Writes down how far a delivery has come; says whether it is still to be sent.
    pub(super) fn keep(&self, id: DeliveryId, progress: &[u8]) -> Result<bool, StoreError> {
        let municipality = self.app.municipality();
        let transaction = self.app.store().begin(&municipality.calendar)?;
        if !transaction.delivery(id)?.is_some_and(|delivery| delivery.is_waiting()) {
            return Ok(false);
        }
        transaction.note_progress(id, progress)?;
        transaction.commit(Durability::Now)?;
        Ok(true)
    }

    fn write(&self, delivery: &Delivery, progress: Option<&[u8]>) -> Result<(), StoreError> {
        let municipality = self.app.municipality();
        let transaction = self.app.store().begin(&municipality.calendar)?;
        let stands = transaction.delivery(delivery.id)?;
        if stands.is_none_or(|stands| !stands.is_waiting() && delivery.state != DeliveryState::Sent) {
            return Ok(());
        }
        if let Some(progress) = progress {
            transaction.note_progress(delivery.id, progress)?;
        }
        transaction.note_delivery(delivery, None)?;
        transaction.commit(Durability::Now)
    }

    fn dice(&self) -> u64 {
        u64::from_le_bytes(self.app.store().drawn())
    }
}

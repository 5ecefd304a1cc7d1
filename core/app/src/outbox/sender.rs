//! The task that empties the outbox. Where it was is in the data file, so it can end at any moment and begin again.

use super::content::Content;
use super::mail;
use super::pace::{PATIENCE, Rate, backoff};
use crate::portal::App;
use crate::radio::Clock;
use courier::{Failure, Hope, MailLine, Mailer};
use model::{Delivery, DeliveryId, DeliveryState, MailPlan, Secrets, Timestamp};
use std::collections::BTreeSet;
use std::mem;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::{Durability, StoreError};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

/// New rows that are taken in at once.
const TAKEN_AT_ONCE: usize = 1000;
/// Letters over one line: then it is opened anew, as servers like it.
const LETTERS_PER_LINE: usize = 100;
/// How long the sender sleeps when nobody wakes it.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Sends what is in the outbox until the box ends. A letter under way is finished first.
pub async fn run_outbox(app: Arc<App>, clock: Clock, stopped: watch::Receiver<bool>) {
    let runtime = Handle::current();
    // A thread of its own: the data file blocks, and a letter must not wait for a page.
    let ended = tokio::task::spawn_blocking(move || runtime.block_on(empty(app, clock, stopped))).await;
    if let Err(error) = ended {
        tracing::error!(%error, "the outbox ended unexpectedly; it begins again with the next start");
    }
}

async fn empty(app: Arc<App>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    let mut sender = Sender::new(Arc::clone(&app));
    while !*stopped.borrow() {
        let wait = match sender.step(&clock, &stopped).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read or written; it is tried again in a minute");
                LOOK_EVERY
            }
        };
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            _ = timeout(wait.min(LOOK_EVERY), app.tray.changed.notified()) => {}
        }
    }
}

/// What waits, and how mail gets on.
struct Sender {
    app: Arc<App>,
    /// The last row that was taken in.
    taken: DeliveryId,
    /// What waits, by when it is due.
    waiting: BTreeSet<(Timestamp, DeliveryId)>,
    made: Option<Made>,
    rate: Rate,
    /// The whole channel stands still until then, after so many failures that were no letter's fault.
    still_until: Option<(Timestamp, u32)>,
}

/// A mailer, or why there is none, and what it was made of.
struct Made {
    plan: MailPlan,
    secrets: Secrets,
    mailer: Result<Arc<Mailer>, Failure>,
}

/// What became of a try.
enum Outcome {
    Sent(String),
    Failed(Failure),
}

impl Sender {
    fn new(app: Arc<App>) -> Self {
        Self {
            app,
            taken: DeliveryId(0),
            waiting: BTreeSet::new(),
            made: None,
            rate: Rate::default(),
            still_until: None,
        }
    }

    /// Sends what is due; gives how long to wait before the next step.
    async fn step(&mut self, clock: &Clock, stopped: &watch::Receiver<bool>) -> Result<Duration, StoreError> {
        self.take_in()?;
        let now = clock();
        let Some((due, _)) = self.waiting.first().copied() else { return Ok(LOOK_EVERY) };
        if due > now {
            return Ok(due.since(now));
        }
        let Some((mailer, per_minute)) = self.mailer() else { return Ok(LOOK_EVERY) };
        if let Some((until, _)) = self.still_until.filter(|(until, _)| *until > now) {
            return Ok(until.since(now));
        }
        let mailer = match mailer {
            Ok(mailer) => mailer,
            Err(failure) => return Ok(self.stand_still(&failure, now)),
        };
        let room = self.rate.room(per_minute, now);
        if room == 0 {
            return Ok(self.rate.wait(now));
        }
        let ready = self.ready(room.min(LETTERS_PER_LINE), now)?;
        if ready.is_empty() {
            return Ok(Duration::ZERO);
        }
        let mut line = match mailer.open().await {
            Ok(line) => line,
            Err(failure) => return Ok(self.stand_still(&failure, clock())),
        };
        self.still_until = None;
        self.app.tray.told.moves(&mail());
        for delivery in ready {
            if *stopped.borrow() || line.is_broken() {
                break;
            }
            let outcome = self.send(&mailer, &mut line, &delivery).await?;
            self.rate.note(clock());
            self.note(&delivery, outcome, clock())?;
        }
        line.close().await;
        Ok(Duration::ZERO)
    }

    /// Takes in what is new since the last look, and what staff sent again.
    fn take_in(&mut self) -> Result<(), StoreError> {
        let again = mem::take(&mut *self.app.tray.again.lock().unwrap_or_else(PoisonError::into_inner));
        let snapshot = self.app.store().read()?;
        for id in again {
            let delivery = snapshot.delivery(id)?.filter(Delivery::is_waiting);
            self.waiting.extend(delivery.map(|delivery| (delivery.due_at, delivery.id)));
        }
        loop {
            let new = snapshot.deliveries_after(self.taken, TAKEN_AT_ONCE)?;
            let Some(last) = new.last() else { return Ok(()) };
            self.taken = last.id;
            let waiting = new.iter().filter(|delivery| delivery.is_waiting());
            self.waiting.extend(waiting.map(|delivery| (delivery.due_at, delivery.id)));
        }
    }

    /// The next that are due and still wait; those whose time is over are noted so.
    fn ready(&mut self, at_most: usize, now: Timestamp) -> Result<Vec<Delivery>, StoreError> {
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
                self.write(&expired)?;
            } else {
                ready.push(delivery);
            }
        }
        // Until it is known what became of them they stay among those that wait.
        self.waiting.extend(ready.iter().map(|delivery| (delivery.due_at, delivery.id)));
        Ok(ready)
    }

    async fn send(&self, mailer: &Mailer, line: &mut MailLine, delivery: &Delivery) -> Result<Outcome, StoreError> {
        let content = self.app.store().read()?.delivery_content(delivery.id)?;
        let Some(Content::Letter(letter)) = content.and_then(|bytes| Content::from_bytes(&bytes)) else {
            let text = "what it said is gone: it was erased, or its row is damaged".to_owned();
            return Ok(Outcome::Failed(Failure { text, hope: Hope::None }));
        };
        let written = match mailer.write(&letter, &delivery.key, delivery.queued_at) {
            Ok(written) => written,
            Err(failure) => return Ok(Outcome::Failed(failure)),
        };
        Ok(line.send(&written).await.map_or_else(Outcome::Failed, Outcome::Sent))
    }

    /// Writes down what became of a try, at once: after a power cut nothing is sent again that is known to be out.
    fn note(&mut self, before: &Delivery, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        self.waiting.remove(&(before.due_at, before.id));
        let tries = before.tries.saturating_add(1);
        let after = Delivery { tries, changed_at: now, ..before.clone() };
        let after = match outcome {
            Outcome::Sent(said) => Delivery { state: DeliveryState::Sent, said, ..after },
            Outcome::Failed(failure) if failure.hope == Hope::None || now.since(before.queued_at) > PATIENCE => {
                tracing::warn!("delivery {}, {}: given up: {failure}", before.id, before.cause);
                Delivery { state: DeliveryState::Dead, said: failure.text, ..after }
            }
            Outcome::Failed(failure) => {
                let due_at = now + backoff(tries, u64::from_le_bytes(self.app.store().drawn()));
                Delivery { due_at, said: failure.text, ..after }
            }
        };
        self.write(&after)?;
        if after.is_waiting() {
            self.waiting.insert((after.due_at, after.id));
        }
        Ok(())
    }

    fn write(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let municipality = self.app.municipality();
        let transaction = self.app.store().begin(&municipality.calendar)?;
        transaction.note_delivery(delivery, None)?;
        transaction.commit(Durability::Now)
    }

    /// The server is away, or will not have us: no letter's fault, so none is held against a letter.
    fn stand_still(&mut self, failure: &Failure, now: Timestamp) -> Duration {
        let failures = self.still_until.map_or(1, |(_, failures)| failures.saturating_add(1));
        let wait = backoff(failures, u64::from_le_bytes(self.app.store().drawn()));
        self.still_until = Some((now + wait, failures));
        if self.app.tray.told.stuck(&mail(), &failure.text, now) {
            tracing::warn!("mail waits: {failure}");
        }
        wait
    }

    /// The mailer of the folder as it is now, and how many letters a minute it may send; none without mail in the folder.
    fn mailer(&mut self) -> Option<(Result<Arc<Mailer>, Failure>, u32)> {
        let municipality = self.app.municipality();
        let plan = municipality.mail.as_ref()?;
        let is_same = |made: &Made| made.plan == *plan && made.secrets == municipality.secrets;
        if !self.made.as_ref().is_some_and(is_same) {
            let mailer = Mailer::new(plan, &municipality.name, &municipality.secrets).map(Arc::new);
            self.made = Some(Made { plan: plan.clone(), secrets: municipality.secrets.clone(), mailer });
            // What stood in the way may have been mended just now.
            self.still_until = None;
        }
        self.made.as_ref().map(|made| (made.mailer.clone(), made.plan.per_minute))
    }
}

//! The task that sends letters: one line to the municipality's server for as many as are due.

use super::content::Content;
use super::mail;
use super::queue::{LOOK_EVERY, Queue};
use crate::portal::App;
use crate::radio::Clock;
use courier::{Failure, Hope, MailLine, Mailer};
use model::{Delivery, DeliveryState, MailPlan, Secrets, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::watch;

/// Letters over one line: then it is opened anew, as servers like it.
const LETTERS_PER_LINE: usize = 100;

/// What waits, and how mail gets on.
pub(super) struct Sender {
    queue: Queue,
    made: Option<Made>,
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
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { queue: Queue::new(app, mail()), made: None }
    }

    /// Sends what is due; gives how long to wait before the next step.
    pub(super) async fn step(
        &mut self,
        clock: &Clock,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Duration, StoreError> {
        self.queue.take_in()?;
        let now = clock();
        if let Some(wait) = self.queue.wait(now) {
            return Ok(wait);
        }
        let Some((mailer, per_minute)) = self.mailer() else { return Ok(LOOK_EVERY) };
        if let Some(still) = self.queue.still(now) {
            return Ok(still);
        }
        let mailer = match mailer {
            Ok(mailer) => mailer,
            Err(failure) => return Ok(self.queue.stand_still(&failure.text, now)),
        };
        let room = self.queue.rate.room(per_minute, now);
        if room == 0 {
            return Ok(self.queue.rate.wait(now));
        }
        let ready = self.queue.ready(room.min(LETTERS_PER_LINE), now)?;
        if ready.is_empty() {
            return Ok(Duration::ZERO);
        }
        let mut line = match mailer.open().await {
            Ok(line) => line,
            Err(failure) => return Ok(self.queue.stand_still(&failure.text, clock())),
        };
        self.queue.moves();
        for delivery in ready {
            if *stopped.borrow() || line.is_broken() {
                break;
            }
            let outcome = self.send(&mailer, &mut line, &delivery).await?;
            self.queue.rate.note(clock());
            self.note(&delivery, outcome, clock())?;
        }
        line.close().await;
        Ok(Duration::ZERO)
    }

    async fn send(&self, mailer: &Mailer, line: &mut MailLine, delivery: &Delivery) -> Result<Outcome, StoreError> {
        let content = self.queue.app.store().read()?.delivery_content(delivery.id)?;
        let Some(Content::Letter(letter)) = content.and_then(|bytes| Content::from_bytes(&bytes)) else {
            let text = super::GONE.to_owned();
            return Ok(Outcome::Failed(Failure { text, hope: Hope::None }));
        };
        let written = match mailer.write(&letter, &delivery.key, delivery.queued_at) {
            Ok(written) => written,
            Err(failure) => return Ok(Outcome::Failed(failure)),
        };
        Ok(line.send(&written).await.map_or_else(Outcome::Failed, Outcome::Sent))
    }

    fn note(&mut self, before: &Delivery, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        let after = match outcome {
            Outcome::Sent(said) => {
                let tries = before.tries.saturating_add(1);
                Delivery { state: DeliveryState::Sent, tries, changed_at: now, said, ..before.clone() }
            }
            Outcome::Failed(failure) => {
                let again = (failure.hope != Hope::None).then_some(Duration::ZERO);
                self.queue.failed(before, &failure.text, again, now)
            }
        };
        self.queue.note(before, &after, None)
    }

    /// The mailer of the folder as it is now, and how many letters a minute it may send; none without mail in the folder.
    fn mailer(&mut self) -> Option<(Result<Arc<Mailer>, Failure>, u32)> {
        let municipality = self.queue.app.municipality();
        let plan = municipality.mail.as_ref()?;
        let is_same = |made: &Made| made.plan == *plan && made.secrets == municipality.secrets;
        if !self.made.as_ref().is_some_and(is_same) {
            let mailer = Mailer::new(plan, &municipality.name, &municipality.secrets).map(Arc::new);
            self.made = Some(Made { plan: plan.clone(), secrets: municipality.secrets.clone(), mailer });
            self.queue.try_at_once();
        }
        self.made.as_ref().map(|made| (made.mailer.clone(), made.plan.per_minute))
    }
}

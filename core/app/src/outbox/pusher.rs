//! The task that hands messages for browsers to their push services: some at a time, for each is a line of its own.

use super::content::{Content, Pushable};
use super::push;
use super::queue::{LOOK_EVERY, Queue};
use crate::channels::ReadyChannel;
use crate::portal::App;
use crate::radio::Clock;
use crate::subscriptions::SubscriptionError;
use courier::{Failure, Hope, Http, PushKey, PushMessage, Pushed, Reach};
use model::{ChannelId, Delivery, DeliveryState, PublicationState, Secret, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What push services take of one sender without asking it to slow down.
const PER_MINUTE: u32 = 600;
/// Lines that are open at once.
const AT_ONCE: usize = 8;
/// So long all wait when a service asks for patience and does not say for how long, and so long at most when it does.
const REST: Duration = Duration::from_mins(1);
const REST_MAX: Duration = Duration::from_mins(15);

/// What waits, and with what it is pushed.
pub(super) struct Pusher {
    queue: Queue,
    ways: BTreeMap<ChannelId, Way>,
    key: Option<(Secret, Arc<PushKey>)>,
}

/// A channel as it was when its way was made.
struct Way {
    channel: Arc<ReadyChannel>,
    http: Http,
    reach: Reach,
}

impl Pusher {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { queue: Queue::new(app, push()), ways: BTreeMap::new(), key: None }
    }

    /// Pushes what is due; gives how long to wait before the next step.
    pub(super) async fn step(
        &mut self,
        clock: &Clock,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Duration, StoreError> {
        self.queue.take_in()?;
        let now = clock();
        if let Some(wait) = self.queue.wait(now).or_else(|| self.queue.still(now)) {
            return Ok(wait);
        }
        // Without a key nobody could confirm, and nothing is lost by waiting.
        let Some(key) = self.key() else { return Ok(LOOK_EVERY) };
        let room = self.queue.rate.room(PER_MINUTE, now);
        if room == 0 {
            return Ok(self.queue.rate.wait(now));
        }
        let mut out = JoinSet::new();
        for delivery in self.queue.ready(room.min(AT_ONCE), now)? {
            if *stopped.borrow() {
                break;
            }
            let Some(what) = self.content(&delivery, now)? else { continue };
            if self.is_taken_back(&what)? {
                let state = DeliveryState::Withdrawn;
                self.queue.note(&delivery, &Delivery { state, changed_at: now, ..delivery.clone() }, None)?;
                continue;
            }
            if let Some(end) = self.quiet(&what, now) {
                self.queue.note(&delivery, &Delivery { due_at: end, ..delivery.clone() }, None)?;
                continue;
            }
            let Some((http, reach)) = self.way(&what.via) else {
                self.failed(&delivery, &what, &unreachable(), now)?;
                continue;
            };
            self.queue.rate.note(now);
            let (key, contact) = (Arc::clone(&key), self.queue.app.municipality().public_url.clone());
            out.spawn(async move {
                let pushed = pushed(&http, &reach, &what, &delivery, (&key, &contact.unwrap_or_default()), now).await;
                (delivery, what, pushed)
            });
        }
        while let Some(done) = out.join_next().await {
            // One that ended by itself is among those that wait still.
            let Ok((delivery, what, pushed)) = done else { continue };
            self.note(&delivery, &what, pushed, clock())?;
        }
        Ok(Duration::ZERO)
    }

    /// What a delivery says. One that says nothing any more is given up.
    fn content(&mut self, delivery: &Delivery, now: Timestamp) -> Result<Option<Pushable>, StoreError> {
        let bytes = self.queue.app.store().read()?.delivery_content(delivery.id)?;
        if let Some(Content::Push(what)) = bytes.and_then(|bytes| Content::from_bytes(&bytes)) {
            return Ok(Some(*what));
        }
        let dead = self.queue.failed(delivery, super::GONE, None, now);
        self.queue.note(delivery, &dead, None)?;
        Ok(None)
    }

    /// Whether what it tells of was taken back since.
    fn is_taken_back(&self, what: &Pushable) -> Result<bool, StoreError> {
        let Some(name) = &what.about else { return Ok(false) };
        let record = self.queue.app.store().read()?.publication_named(name)?;
        Ok(record.is_some_and(|record| record.state == PublicationState::Withdrawn))
    }

    /// The end of the quiet hours of its channel. Who asks for news just now sits before the screen and is answered.
    fn quiet(&self, what: &Pushable, now: Timestamp) -> Option<Timestamp> {
        let municipality = self.queue.app.municipality();
        let channel = self.queue.app.channel(&what.via).filter(|_| what.about.is_some())?;
        channel.plan.quiet.and_then(|quiet| quiet.end(&municipality.calendar, &municipality.almanac, now))
    }

    /// By what a channel reaches push services, as the folder is now.
    fn way(&mut self, via: &ChannelId) -> Option<(Http, Reach)> {
        let channel = self.queue.app.channel(via)?;
        if !self.ways.get(via).is_some_and(|way| Arc::ptr_eq(&way.channel, &channel)) {
            let http = channel.plan.root.as_ref().map_or_else(Http::new, |root| Http::trusting(root));
            let reach = channel.reach();
            self.ways.insert(via.clone(), Way { channel, http, reach });
        }
        self.ways.get(via).map(|way| (way.http.clone(), way.reach.clone()))
    }

    /// The key of the folder as it is now.
    fn key(&mut self) -> Option<Arc<PushKey>> {
        let municipality = self.queue.app.municipality();
        let secret = municipality.secrets.get(&App::push_key_name())?;
        if !self.key.as_ref().is_some_and(|(known, _)| known == secret) {
            self.key = Some((secret.clone(), Arc::new(self.queue.app.push_key()?)));
        }
        self.key.as_ref().map(|(_, key)| Arc::clone(key))
    }

    fn note(&mut self, before: &Delivery, what: &Pushable, pushed: Pushed, now: Timestamp) -> Result<(), StoreError> {
        let tries = before.tries.saturating_add(1);
        match pushed {
            Pushed::Taken => {
                let (state, said) = (DeliveryState::Sent, String::new());
                self.queue.note(before, &Delivery { state, tries, changed_at: now, said, ..before.clone() }, None)
            }
            Pushed::Gone => self.forget(before, what, "the browser takes no more messages", now),
            Pushed::Busy(asked) => {
                let rest = asked.unwrap_or(REST).min(REST_MAX);
                self.queue.rest(rest, now);
                let said = "the push service asks for patience".to_owned();
                let after = Delivery { due_at: now + rest, tries, changed_at: now, said, ..before.clone() };
                self.queue.note(before, &after, None)
            }
            Pushed::Failed(failure) => self.failed(before, what, &failure, now),
        }
    }

    fn failed(
        &mut self,
        before: &Delivery,
        what: &Pushable,
        failure: &Failure,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if failure.hope == Hope::None && what.about.is_none() {
            // Whatever that address is, it is no browser that confirms: nobody needs to look at it.
            return self.forget(before, what, &failure.text, now);
        }
        let again = (failure.hope != Hope::None).then_some(Duration::ZERO);
        let after = self.queue.failed(before, &failure.text, again, now);
        self.queue.note(before, &after, None)
    }

    /// Erases a browser to which nothing goes any more, and with it what waits for it.
    fn forget(&mut self, before: &Delivery, what: &Pushable, why: &str, now: Timestamp) -> Result<(), StoreError> {
        // Nothing but the data file can stand in the way of erasing.
        if let Err(SubscriptionError::Store(error)) = self.queue.app.forget_subscriber(what.subscriber, now) {
            return Err(error);
        }
        let (tries, said) = (before.tries.saturating_add(1), why.to_owned());
        let state = DeliveryState::Withdrawn;
        self.queue.note(before, &Delivery { state, tries, changed_at: now, said, ..before.clone() }, None)
    }
}

async fn pushed(
    http: &Http,
    reach: &Reach,
    what: &Pushable,
    delivery: &Delivery,
    (key, contact): (&PushKey, &str),
    now: Timestamp,
) -> Pushed {
    let lifetime = delivery.expires_at.map_or(REST, |expires| expires.since(now));
    let message = PushMessage { to: &what.to, said: what.said.as_bytes(), topic: &what.topic, lifetime };
    http.push(&message, key, contact, reach, now).await
}

fn unreachable() -> Failure {
    Failure { text: "its channel is not there, or its plugin does not work".to_owned(), hope: Hope::Later }
}

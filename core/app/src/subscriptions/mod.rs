//! News by mail, or pushed to a browser: people ask for it on the portal, confirm by the link of a letter (their browser by the first
//! message that reaches it), and stop with one press, which erases them.
//!
//! Hides how a subscriber is found: nothing that is stored leads from an address or a link to one. What does is made of the subscribers
//! when it is first needed, kept in memory, and made anew after an error. One use case at a time.

mod browsers;
mod letters;
mod pushing;
mod spreading;
mod stored;
#[cfg(test)]
mod tests;

pub use spreading::SUBSCRIBERS_MAX;
pub(crate) use spreading::{Said, SpreadError, Spreading};

use crate::activities::{Client, LetterToll};
use crate::outbox::QueueError;
use crate::portal::App;
use letters::{Post, Say, name_of};
use model::activity::Code;
use model::channel::Power;
use model::{Destination, MailAddress, Subscriber, SubscriberId, Subscription, Timestamp};
use pushing::{Pushing, Tell};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::{Durability, OutboxFull, Snapshot, StoreError, Transaction};

/// Who asked for news has so long for the link of the letter. After that nothing of them is kept.
pub const CONFIRM_WITHIN: Duration = Duration::from_hours(7 * 24);
/// A browser that was asked for has so long to read the first message.
const BROWSER_CONFIRMS_WITHIN: Duration = Duration::from_hours(24);
/// Letters that may still be on their way when somebody stops: a day's, and more.
const WITHDRAWN_MAX: u32 = 64;

type Digest = [u8; 16];

/// Why a subscription was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    /// No letters can be written, or no channel writes them.
    #[error("no newsletter can be written: it takes a channel, and `[mail]` and `public_url` in municipality.toml")]
    NoMail,
    /// Nothing can be pushed, or no channel does it.
    #[error("nothing can be pushed to browsers: it takes a channel, and `public_url` in municipality.toml")]
    NoPush,
    /// What pushes to that browser is none of the services that the municipality granted.
    #[error("the push service of that browser is not among those that were granted")]
    PushService,
    /// There is no room.
    #[error("there are {SUBSCRIBERS_MAX} subscribers; no more are taken")]
    Full,
    /// Too much from one place, or at once; so long to wait.
    #[error("too much at once; wait {} s", .0.as_secs())]
    Wait(Duration),
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxFull),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<QueueError> for SubscriptionError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Full(full) => Self::Outbox(full),
            QueueError::Store(error) => Self::Store(error),
        }
    }
}

/// How subscribers are found.
#[derive(Debug, Default)]
pub(crate) struct Subscribers {
    index: Mutex<Option<Index>>,
    /// For which morning it was last looked whether digests are due.
    looked: Mutex<Option<Timestamp>>,
}

#[derive(Debug, Default)]
struct Index {
    mailboxes: HashMap<Digest, SubscriberId>,
    browsers: HashMap<Digest, SubscriberId>,
    links: HashMap<Digest, SubscriberId>,
}

impl Index {
    fn put(&mut self, app: &App, before: Option<&Subscriber>, subscriber: &Subscriber) {
        if let Some(before) = before {
            self.remove(app, before);
        }
        self.all(&subscriber.to).insert(app.destination_digest(&subscriber.to), subscriber.id);
        self.links.insert(subscriber.link, subscriber.id);
    }

    fn remove(&mut self, app: &App, subscriber: &Subscriber) {
        self.all(&subscriber.to).remove(&app.destination_digest(&subscriber.to));
        self.links.remove(&subscriber.link);
    }

    /// Those who get news in the same way.
    fn all(&mut self, to: &Destination) -> &mut HashMap<Digest, SubscriberId> {
        match to {
            Destination::Mailbox(_) => &mut self.mailboxes,
            Destination::Browser(_) => &mut self.browsers,
        }
    }
}

impl App {
    /// Whether somebody can subscribe: a channel writes letters, there is mail, and an address under which the portal is known.
    pub fn takes_subscribers(&self) -> bool {
        let municipality = self.municipality();
        let writes =
            |channel: &crate::channels::ReadyChannel| channel.plugin.description().powers.contains(&Power::Mail);
        municipality.mail.is_some()
            && municipality.public_url.is_some()
            && self.follow_channels().borrow().values().any(|channel| writes(channel))
    }

    /// Takes in that somebody wants news at an address, and writes a letter there with a link to confirm it by. What is done and told is
    /// the same for every address: who gets news already changes by it what they get.
    pub fn subscribe(
        &self,
        address: &MailAddress,
        wish: &Subscription,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<(), SubscriptionError> {
        if !self.takes_subscribers() {
            return Err(SubscriptionError::NoMail);
        }
        match self.letter_toll(from, &address.mailbox(), now) {
            LetterToll::Write => {}
            LetterToll::Enough => return Ok(()),
            LetterToll::Wait(wait) => return Err(SubscriptionError::Wait(wait)),
        }
        self.propose(&Destination::Mailbox(address.clone()), wish, now)
    }

    /// Keeps what somebody asked for, and has them confirm it.
    fn propose(&self, to: &Destination, wish: &Subscription, now: Timestamp) -> Result<(), SubscriptionError> {
        self.with_subscribers(|index| {
            let all = index.all(to);
            let known = all.get(&self.destination_digest(to)).copied();
            if known.is_none() && all.len() >= SUBSCRIBERS_MAX {
                return Err(SubscriptionError::Full);
            }
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let before = known.map(|id| subscriber_within(&transaction, id)).transpose()?.flatten();
            let code = Code::new(self.store().drawn());
            let id = before.as_ref().map_or_else(|| SubscriberId(u64::from_le_bytes(self.store().drawn())), |b| b.id);
            let mut subscriber = before.clone().unwrap_or_else(|| Subscriber::new(id, to.clone(), now));
            subscriber.proposed = Some(wish.clone());
            (subscriber.proposed_at, subscriber.link) = (now, self.subscriber_link(&code));
            put(&transaction, &subscriber)?;
            match to {
                Destination::Mailbox(_) => {
                    let post = Post::new(self, now).ok_or(SubscriptionError::NoMail)?;
                    post.write(&transaction, &mut subscriber, &Say::Confirm(wish, code))?;
                }
                Destination::Browser(_) => {
                    let pushing = Pushing::new(self, now).ok_or(SubscriptionError::NoPush)?;
                    pushing.write(&transaction, &mut subscriber, &Tell::Confirm(wish, code))?;
                }
            }
            put(&transaction, &subscriber)?;
            transaction.commit(Durability::Now)?;
            index.put(self, before.as_ref(), &subscriber);
            Ok(())
        })?;
        self.outbox_changed();
        Ok(())
    }

    /// What the link of a letter would confirm, or has confirmed; none for one that leads nowhere, or is too old.
    pub fn asked_for(
        &self,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<(Subscription, bool)>, SubscriptionError> {
        let found = self.with_subscribers(|index| self.subscriber_by(index, code, from, now))?;
        Ok(found.and_then(|subscriber| {
            let is_new = subscriber.proposed.is_some();
            Some((subscriber.proposed.or(subscriber.subscription)?, is_new))
        }))
    }

    /// Has whoever holds the link get what they asked for; pressed twice, it is so all the same. Gives what they get now.
    pub fn confirm_subscription(
        &self,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<Subscription>, SubscriptionError> {
        self.with_subscribers(|index| {
            let Some(mut subscriber) = self.subscriber_by(index, code, from, now)? else { return Ok(None) };
            if let Some(wish) = subscriber.proposed.take() {
                if subscriber.subscription.is_none() {
                    subscriber.digest_at = now;
                }
                (subscriber.subscription, subscriber.confirmed_at) = (Some(wish), Some(now));
                let municipality = self.municipality();
                let transaction = self.store().begin(&municipality.calendar)?;
                put(&transaction, &subscriber)?;
                transaction.commit(Durability::Now)?;
            }
            Ok(subscriber.subscription)
        })
    }

    /// Erases whoever gets letters with this link in them, and takes back what is on its way; says whether there was somebody. Nothing
    /// else can be done with that link.
    pub fn stop_subscription(
        &self,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<bool, SubscriptionError> {
        if let Some(wait) = self.links_toll(from, now) {
            return Err(SubscriptionError::Wait(wait));
        }
        self.with_subscribers(|index| {
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let found = match self.subscriber_stopped_by(code) {
                Some(id) => subscriber_within(&transaction, id)?,
                None => None,
            };
            let Some(subscriber) = found else {
                self.note_wrong_link(from, now);
                return Ok(false);
            };
            self.erase_subscriber_within(&transaction, &subscriber, now)?;
            transaction.commit(Durability::Now)?;
            index.remove(self, &subscriber);
            Ok(true)
        })
    }

    /// How many get news by mail. For staff: it has not passed the gate.
    pub fn subscriber_count(&self) -> Result<usize, StoreError> {
        let all = subscribers(&self.store().read()?)?;
        let by_mail = |subscriber: &&Subscriber| matches!(subscriber.to, Destination::Mailbox(_));
        Ok(all.iter().filter(by_mail).filter(|subscriber| subscriber.subscription.is_some()).count())
    }

    /// Forgets at night who asked for news and did not confirm in time. Says how many.
    pub(crate) fn look_after_subscribers(&self, now: Timestamp) -> Result<usize, StoreError> {
        let done = self.with_subscribers(|index| {
            let past = |subscriber: &Subscriber| now.since(subscriber.proposed_at) >= confirm_within(&subscriber.to);
            let gone: Vec<Subscriber> = subscribers(&self.store().read()?)?
                .into_iter()
                .filter(|subscriber| subscriber.subscription.is_none() && past(subscriber))
                .collect();
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            for subscriber in &gone {
                self.erase_subscriber_within(&transaction, subscriber, now)?;
            }
            transaction.commit(Durability::Now)?;
            for subscriber in &gone {
                index.remove(self, subscriber);
            }
            Ok(gone.len())
        });
        match done {
            Ok(many) => Ok(many),
            Err(SubscriptionError::Store(error)) => Err(error),
            Err(_) => Ok(0),
        }
    }

    fn erase_subscriber_within(
        &self,
        transaction: &Transaction<'_>,
        subscriber: &Subscriber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let newest = subscriber.letters_written;
        for number in newest.saturating_sub(WITHDRAWN_MAX)..newest {
            self.withdraw_delivery(transaction, &name_of(subscriber, number), now)?;
        }
        transaction.erase_subscriber(subscriber.id).map(drop)
    }

    /// Who holds a link; none for one that leads nowhere, or is to be confirmed and too old.
    fn subscriber_by(
        &self,
        index: &Index,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<Subscriber>, SubscriptionError> {
        if let Some(wait) = self.links_toll(from, now) {
            return Err(SubscriptionError::Wait(wait));
        }
        let id = index.links.get(&self.subscriber_link(code)).copied();
        let found = match id {
            Some(id) => self.store().read()?.subscriber(id)?.and_then(|bytes| stored::read(id, &bytes)),
            None => None,
        };
        let found = found.filter(|subscriber| now.since(subscriber.proposed_at) < confirm_within(&subscriber.to));
        if found.is_none() {
            self.note_wrong_link(from, now);
        }
        Ok(found)
    }

    /// Works with the index, one use case at a time. After an error of the data file it is made anew.
    fn with_subscribers<T>(
        &self,
        work: impl FnOnce(&mut Index) -> Result<T, SubscriptionError>,
    ) -> Result<T, SubscriptionError> {
        let mut held = self.subscribers.index.lock().unwrap_or_else(PoisonError::into_inner);
        let mut index = if let Some(index) = held.take() {
            index
        } else {
            let mut index = Index::default();
            subscribers(&self.store().read()?)?.iter().for_each(|subscriber| index.put(self, None, subscriber));
            index
        };
        let done = work(&mut index);
        if !matches!(done, Err(SubscriptionError::Store(_))) {
            *held = Some(index);
        }
        done
    }

    /// By what a mailbox is found: one person's, however they write it; and by what a browser is.
    fn destination_digest(&self, to: &Destination) -> Digest {
        first_half(&match to {
            Destination::Mailbox(address) => {
                self.store().derived("subscriber-mailbox", &[address.mailbox().as_bytes()])
            }
            Destination::Browser(browser) => return self.browser_digest(browser.endpoint()),
        })
    }

    fn browser_digest(&self, endpoint: &str) -> Digest {
        first_half(&self.store().derived("subscriber-browser", &[endpoint.as_bytes()]))
    }

    /// By what a link that confirms is found. The code is stored nowhere.
    fn subscriber_link(&self, code: &Code) -> Digest {
        first_half(&self.store().derived("subscriber-link", &[code.bytes()]))
    }

    /// What stops letters to somebody, and does nothing else: it stands in each of them, also when one is passed on.
    fn subscriber_stop(&self, id: SubscriberId) -> Code {
        let number = id.0.to_be_bytes();
        let mark = self.store().derived("subscriber-stop", &[&number]);
        let mut bytes = [0; Code::BYTES];
        let parts = number.iter().chain(mark.iter().take(2));
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        Code::new(bytes)
    }

    fn subscriber_stopped_by(&self, code: &Code) -> Option<SubscriberId> {
        let id = SubscriberId(u64::from_be_bytes(*code.bytes().first_chunk()?));
        (self.subscriber_stop(id) == *code).then_some(id)
    }
}

const fn confirm_within(to: &Destination) -> Duration {
    match to {
        Destination::Mailbox(_) => CONFIRM_WITHIN,
        Destination::Browser(_) => BROWSER_CONFIRMS_WITHIN,
    }
}

/// Every subscriber that can be read.
fn subscribers(snapshot: &Snapshot) -> Result<Vec<Subscriber>, StoreError> {
    Ok(snapshot.subscribers()?.into_iter().filter_map(|(id, bytes)| stored::read(id, &bytes)).collect())
}

fn subscriber_within(transaction: &Transaction<'_>, id: SubscriberId) -> Result<Option<Subscriber>, StoreError> {
    Ok(transaction.subscriber(id)?.and_then(|bytes| stored::read(id, &bytes)))
}

fn put(transaction: &Transaction<'_>, subscriber: &Subscriber) -> Result<(), StoreError> {
    transaction.put_subscriber(subscriber.id, &stored::bytes(subscriber))
}

fn first_half(hash: &[u8; 32]) -> Digest {
    hash.first_chunk().copied().unwrap_or_default()
}

//! The outbox: what is to leave the box is put into it in the transaction of its cause, and leaves from it later. No page and no uplink
//! ever waits for somebody outside.
//!
//! ```
//! # fn example(app: &app::App, to: model::MailAddress, now: model::Timestamp) -> Result<(), app::QueueError> {
//! let letter = model::Letter {
//!     to,
//!     language: model::Language::Nb,
//!     subject: "Velkommen".to_owned(),
//!     page: "Trykk [her](https://lillevik.example/bli-med/7K3M) for \u{e5} bli med.".to_owned(),
//!     unsubscribe: None,
//! };
//! let municipality = app.municipality();
//! let transaction = app.store().begin(&municipality.calendar)?;
//! // ... what causes the letter is written here, with the same transaction ...
//! app.queue_letter(&transaction, &app::NewLetter::new("join/7K3M", "somebody wants to join", &letter, now))?;
//! transaction.commit(store::Durability::Now)?;
//! app.outbox_changed();
//! # Ok(()) }
//! ```
//!
//! Delivery is at least once: a letter has the same Message-ID at every try, so a mailbox that got it twice can tell.

mod cause;
mod changing;
mod content;
mod pace;
mod performing;
mod posting;
mod progress;
mod pusher;
mod queue;
mod report;
mod run;
mod sender;
mod spending;
mod stored;
mod token;

pub use cause::Cause;
pub use changing::Errand;
pub(crate) use content::{Pushable, browser_row, read_browser};
pub(crate) use pace::backoff;
pub(crate) use performing::{Performed, Performer};
pub(crate) use report::Told;
pub use report::{OutboxLine, OutboxReport};
pub use run::run_outbox;
pub use spending::ChannelCost;

use crate::portal::App;
use content::Content;
use model::channel::Post;
use model::{
    ChannelId, Delivery, DeliveryId, DeliveryState, Letter, MemberId, Publication, Slug, SubscriberId, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::{Durability, NewDelivery, OutboxFull, Queued, StoreError, Transaction};
use tokio::sync::watch;

/// A letter that is to be sent.
#[derive(Clone, Debug)]
pub struct NewLetter<'a> {
    /// A name of its cause that no other letter has: the same name makes no second letter, however often it is put.
    pub name: &'a str,
    /// What caused it, in a few words for staff. It names no person.
    pub cause: &'a str,
    /// What it says, and to whom.
    pub letter: &'a Letter,
    /// When its cause came about.
    pub now: Timestamp,
    /// It is not sent before.
    pub due_at: Timestamp,
    /// After this it is not sent any more.
    pub expires_at: Option<Timestamp>,
}

impl<'a> NewLetter<'a> {
    /// A letter that is sent as soon as may be.
    pub fn new(name: &'a str, cause: &'a str, letter: &'a Letter, now: Timestamp) -> Self {
        Self { name, cause, letter, now, due_at: now, expires_at: None }
    }
}

/// Something that is to be said to the world.
#[derive(Clone, Debug)]
pub struct NewPublication<'a> {
    /// What is said. Its name is the name of its cause: the same one is put once for each channel, however often it is put.
    pub publication: &'a Publication,
    /// What caused it, in a few words for staff. It names no person.
    pub cause: &'a str,
    /// By which channels; none: all of the folder. One that the folder does not know is left out.
    pub channels: Option<&'a [ChannelId]>,
    /// Posts as somebody approved them, by channel. What is not among them is composed when it is sent.
    pub approved: Option<&'a BTreeMap<ChannelId, Vec<Post>>>,
    /// When its cause came about.
    pub now: Timestamp,
    /// It is not sent before.
    pub due_at: Timestamp,
}

impl<'a> NewPublication<'a> {
    /// A publication that leaves by all channels, as soon as may be.
    pub fn new(publication: &'a Publication, cause: &'a str, now: Timestamp) -> Self {
        Self { publication, cause, channels: None, approved: None, now, due_at: now }
    }
}

/// A message that is to be pushed to a browser.
#[derive(Clone, Debug)]
pub(crate) struct NewPush<'a> {
    /// A name that no other has, as letters have it.
    pub(crate) name: &'a str,
    /// What caused it, in a few words for staff.
    pub(crate) cause: &'a str,
    /// What it says, and to which browser.
    pub(crate) what: &'a Pushable,
    /// When its cause came about.
    pub(crate) now: Timestamp,
    /// After this it is worth nothing.
    pub(crate) expires_at: Timestamp,
}

/// Why nothing was put into the outbox.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Too much waits already.
    #[error(transparent)]
    Full(#[from] OutboxFull),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why staff could not do something to a delivery.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// There is none of this number, or it is past that.
    #[error("there is no such delivery, or it is too late for that")]
    TooLate,
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the sender is told beside the data file, and what it tells.
#[derive(Debug, Default)]
pub(crate) struct Tray {
    /// Counts how often something was put.
    changed: watch::Sender<u64>,
    /// Deliveries that staff sent again: the sender has put them aside.
    again: Mutex<BTreeMap<ChannelId, Vec<DeliveryId>>>,
    told: Told,
    /// Until when peers take the tokens of channels, as they say themselves.
    tokens: Mutex<BTreeMap<ChannelId, Timestamp>>,
}

/// What became of the content of a delivery that has none.
const GONE: &str = "what it said is gone: it was erased, or its row is damaged";

/// So long staff can read what became of a delivery, and send a dead one again.
const REMEMBERED: Duration = Duration::from_hours(90 * 24);
/// What left on one day at most; more goes the next night.
const FORGOTTEN_AT_ONCE: usize = 5000;

/// What mail is called among channels.
pub(crate) fn mail() -> ChannelId {
    // The letters are those of a name.
    Slug::new("mail").unwrap_or_else(|_| unreachable!("a sound name"))
}

/// What messages to browsers are called among channels.
fn push() -> ChannelId {
    // The letters are those of a name.
    Slug::new("push").unwrap_or_else(|_| unreachable!("a sound name"))
}

impl App {
    /// Whether mail can be sent at all.
    pub fn sends_mail(&self) -> bool {
        self.municipality().mail.is_some()
    }

    /// Puts a letter into the outbox, within the transaction of its cause. It leaves once that is committed
    /// ([`outbox_changed`](Self::outbox_changed) says so), and not if it is not. Without mail in the folder it waits until there is.
    pub fn queue_letter(&self, transaction: &Transaction<'_>, new: &NewLetter<'_>) -> Result<Queued, QueueError> {
        let content = Content::Letter(new.letter.clone()).to_bytes();
        Ok(transaction.put_delivery(&delivery_of(new, &mail(), &content))??)
    }

    /// The same to a member of the panel: what it says is sealed with the member's own key, and goes with them.
    pub(crate) fn queue_letter_to(
        transaction: &Transaction<'_>,
        member: MemberId,
        new: &NewLetter<'_>,
    ) -> Result<Queued, QueueError> {
        let content = Content::Letter(new.letter.clone()).to_bytes();
        Ok(transaction.put_delivery_to(member, &delivery_of(new, &mail(), &content))??)
    }

    /// The same to somebody who gets news by mail.
    pub(crate) fn queue_letter_to_subscriber(
        transaction: &Transaction<'_>,
        subscriber: SubscriberId,
        new: &NewLetter<'_>,
    ) -> Result<Queued, QueueError> {
        let content = Content::Letter(new.letter.clone()).to_bytes();
        Ok(transaction.put_delivery_to_subscriber(subscriber, &delivery_of(new, &mail(), &content))??)
    }

    /// Puts a message for a browser into the outbox, within the transaction of its cause; sealed with the subscriber's own key.
    pub(crate) fn queue_push(transaction: &Transaction<'_>, new: &NewPush<'_>) -> Result<Queued, QueueError> {
        let new_delivery = NewDelivery {
            channel: &push(),
            name: new.name,
            cause: new.cause,
            queued_at: new.now,
            due_at: new.now,
            expires_at: Some(new.expires_at),
            cost: 0,
            content: &Content::Push(Box::new(new.what.clone())).to_bytes(),
        };
        Ok(transaction.put_delivery_to_subscriber(new.what.subscriber, &new_delivery)??)
    }

    /// Puts a publication into the outbox, one delivery for each channel, within the transaction of its cause. It leaves once that is
    /// committed ([`outbox_changed`](Self::outbox_changed) says so), and not if it is not. Says what was put for which channel.
    pub fn queue_publication(
        &self,
        transaction: &Transaction<'_>,
        new: &NewPublication<'_>,
    ) -> Result<Vec<(ChannelId, Queued)>, QueueError> {
        let municipality = self.municipality();
        let wanted = |id: &&ChannelId| new.channels.is_none_or(|wanted| wanted.contains(id));
        let mut queued = Vec::new();
        for channel in municipality.channels.iter().map(|plan| &plan.id).filter(wanted) {
            let approved = new.approved.and_then(|posts| posts.get(channel)).cloned();
            let content = Content::Publication(Box::new(new.publication.clone()), approved).to_bytes();
            let put = transaction.put_delivery(&NewDelivery {
                channel,
                name: &publication_name(&new.publication.name, channel),
                cause: new.cause,
                queued_at: new.now,
                due_at: new.due_at,
                expires_at: new.publication.expires_at,
                cost: 0,
                content: &content,
            })?;
            queued.push((channel.clone(), put?));
        }
        Ok(queued)
    }

    /// How far a publication has come by a channel; none when it was never put, or is forgotten.
    pub fn publication_delivery(
        &self,
        transaction: &Transaction<'_>,
        publication: &str,
        channel: &ChannelId,
    ) -> Result<Option<Delivery>, StoreError> {
        transaction.delivery_named(&publication_name(publication, channel))
    }

    /// Puts the answer to a comment into the outbox of the channel it came by, within the transaction of its cause.
    pub(crate) fn queue_answer(
        transaction: &Transaction<'_>,
        (name, cause): (&str, &str),
        (channel, comment, post): (&ChannelId, &str, Post),
        now: Timestamp,
    ) -> Result<Queued, QueueError> {
        let content = Content::Answer(comment.to_owned(), Box::new(post)).to_bytes();
        let new = NewDelivery {
            channel,
            name,
            cause,
            queued_at: now,
            due_at: now,
            expires_at: None,
            cost: 0,
            content: &content,
        };
        Ok(transaction.put_delivery(&new)??)
    }

    /// Takes back what was put under a name, in the transaction of what made it needless; says whether it was still there.
    pub fn withdraw_delivery(
        &self,
        transaction: &Transaction<'_>,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(delivery) = transaction.delivery_named(name)?.filter(Delivery::is_waiting) else { return Ok(false) };
        let withdrawn = Delivery { state: DeliveryState::Withdrawn, changed_at: now, ..delivery };
        transaction.note_delivery(&withdrawn, None)?;
        Ok(true)
    }

    /// Says that a transaction with something for the outbox was committed. Without it the sender finds it within a minute.
    pub fn outbox_changed(&self) {
        self.tray.changed.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Sends again what was given up.
    pub fn resend_delivery(&self, id: DeliveryId, now: Timestamp) -> Result<(), DeliveryError> {
        let fresh = |delivery: Delivery| Delivery {
            state: DeliveryState::Waiting,
            tries: 0,
            due_at: now,
            expires_at: None,
            changed_at: now,
            ..delivery
        };
        let dead = |delivery: Delivery| (delivery.state == DeliveryState::Dead).then(|| fresh(delivery));
        let channel = self.change_delivery(id, dead)?.channel;
        self.tray.again.lock().unwrap_or_else(PoisonError::into_inner).entry(channel).or_default().push(id);
        self.outbox_changed();
        Ok(())
    }

    /// Takes back what waits, or was given up.
    pub fn drop_delivery(&self, id: DeliveryId, now: Timestamp) -> Result<(), DeliveryError> {
        let may = |delivery: &Delivery| matches!(delivery.state, DeliveryState::Waiting | DeliveryState::Dead);
        let withdrawn = |delivery| Delivery { state: DeliveryState::Withdrawn, changed_at: now, ..delivery };
        self.change_delivery(id, |delivery| may(&delivery).then(|| withdrawn(delivery))).map(drop)
    }

    /// Notes until when the peer of a channel takes its token; none: it did not say, or for ever.
    pub(crate) fn note_token(&self, channel: &ChannelId, ends: Option<Timestamp>) {
        let mut tokens = self.tray.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        match ends {
            Some(ends) => _ = tokens.insert(channel.clone(), ends),
            None => _ = tokens.remove(channel),
        }
    }

    /// Until when peers take the tokens of channels that are in the folder, as they said.
    pub(crate) fn tokens(&self) -> Vec<(ChannelId, Timestamp)> {
        let tokens = self.tray.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tokens.iter().filter(|(id, _)| self.channel(id).is_some());
        known.map(|(id, ends)| (id.clone(), *ends)).collect()
    }

    /// Forgets what left long ago, for the night; says how many.
    pub(crate) fn forget_deliveries(&self, now: Timestamp) -> Result<usize, StoreError> {
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let gone = transaction.forget_deliveries(now - REMEMBERED, now, FORGOTTEN_AT_ONCE)?;
        transaction.commit(Durability::Now)?;
        Ok(gone)
    }

    fn change_delivery(
        &self,
        id: DeliveryId,
        change: impl FnOnce(Delivery) -> Option<Delivery>,
    ) -> Result<Delivery, DeliveryError> {
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let changed = transaction.delivery(id)?.and_then(change).ok_or(DeliveryError::TooLate)?;
        transaction.note_delivery(&changed, None)?;
        transaction.commit(Durability::Now)?;
        Ok(changed)
    }
}

fn delivery_of<'a>(new: &NewLetter<'a>, channel: &'a ChannelId, content: &'a [u8]) -> NewDelivery<'a> {
    NewDelivery {
        channel,
        name: new.name,
        cause: new.cause,
        queued_at: new.now,
        due_at: new.due_at,
        expires_at: new.expires_at,
        cost: 1,
        content,
    }
}

/// Under which name a publication lies in the outbox for a channel.
pub(crate) fn publication_name(publication: &str, channel: &ChannelId) -> String {
    format!("{publication} by {channel}")
}

//! Browsers that get news: each is asked for by whoever sits before it, and confirms by reading the first message that is pushed to it. So
//! nobody can have the box speak to an address that is no browser's for longer than one message.

use super::{SubscriptionError, subscriber_within, subscribers};
use crate::activities::{Client, LetterToll};
use crate::channels::ReadyChannel;
use crate::portal::App;
use courier::PushKey;
use model::channel::Power;
use model::{Browser, ChannelId, Destination, Slug, Subscriber, SubscriberId, Subscription, Timestamp};
use std::sync::Arc;
use store::{Durability, StoreError};

/// Under which name the key lies in `secrets.toml` by which push services know this box.
const KEY: &str = "vapid";

impl App {
    /// Under which name the key for push services lies in `secrets.toml`.
    pub fn push_key_name() -> Slug {
        // The letters are those of a name.
        Slug::new(KEY).unwrap_or_else(|_| unreachable!("a sound name"))
    }

    /// Whether a channel pushes and the folder has no key to do it with.
    pub fn lacks_push_key(&self) -> bool {
        self.municipality().secrets.get(&Self::push_key_name()).is_none() && self.pushing_channels().next().is_some()
    }

    /// The key by which push services know this box; none when there is none, or it is no key.
    pub(crate) fn push_key(&self) -> Option<PushKey> {
        self.municipality().secrets.get(&Self::push_key_name()).and_then(|secret| PushKey::read(secret.within()))
    }

    /// What a browser needs to know to ask for news: the public half of the box's key. None where nothing can be pushed.
    pub fn takes_browsers(&self) -> Option<String> {
        self.municipality().public_url.as_ref()?;
        self.pushing_channels().next()?;
        self.push_key().map(|key| key.public().to_owned())
    }

    /// Takes in that somebody wants news in this browser, and pushes a message there by which it confirms. One that gets news already
    /// changes by it what it gets.
    pub fn subscribe_browser(
        &self,
        browser: &Browser,
        wish: &Subscription,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<(), SubscriptionError> {
        if self.takes_browsers().is_none() {
            return Err(SubscriptionError::NoPush);
        }
        self.channel_to(browser).ok_or(SubscriptionError::PushService)?;
        match self.push_toll(from, browser.endpoint(), now) {
            LetterToll::Write => self.propose(&Destination::Browser(browser.clone()), wish, now),
            LetterToll::Enough => Ok(()),
            LetterToll::Wait(wait) => Err(SubscriptionError::Wait(wait)),
        }
    }

    /// Erases a browser, for whoever knows its address at its push service: that is the browser alone. Says whether it was there.
    pub fn stop_browser(
        &self,
        endpoint: &str,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<bool, SubscriptionError> {
        if let Some(wait) = self.links_toll(from, now) {
            return Err(SubscriptionError::Wait(wait));
        }
        let digest = self.browser_digest(endpoint);
        let known = self.with_subscribers(|index| Ok(index.browsers.get(&digest).copied()))?;
        let Some(id) = known else {
            self.note_wrong_link(from, now);
            return Ok(false);
        };
        self.forget_subscriber(id, now)
    }

    /// Erases somebody to whom nothing goes any more, and takes back what is on its way to them; says whether they were there.
    pub(crate) fn forget_subscriber(&self, id: SubscriberId, now: Timestamp) -> Result<bool, SubscriptionError> {
        self.with_subscribers(|index| {
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let Some(subscriber) = subscriber_within(&transaction, id)? else { return Ok(false) };
            self.erase_subscriber_within(&transaction, &subscriber, now)?;
            transaction.commit(Durability::Now)?;
            index.remove(self, &subscriber);
            Ok(true)
        })
    }

    /// How many browsers get news. For staff: it has not passed the gate.
    pub fn browser_count(&self) -> Result<usize, StoreError> {
        let all = subscribers(&self.store().read()?)?;
        let in_browser = |subscriber: &&Subscriber| matches!(subscriber.to, Destination::Browser(_));
        Ok(all.iter().filter(in_browser).filter(|subscriber| subscriber.subscription.is_some()).count())
    }

    /// The channel that may reach the push service of a browser.
    pub(super) fn channel_to(&self, browser: &Browser) -> Option<ChannelId> {
        let reaches = |channel: &Arc<ReadyChannel>| channel.reach().check(browser.endpoint()).is_ok();
        self.pushing_channels().find(reaches).map(|channel| channel.plan.id.clone())
    }

    fn pushing_channels(&self) -> impl Iterator<Item = Arc<ReadyChannel>> {
        let ready = self.follow_channels().borrow().clone();
        let all: Vec<_> = ready.values().cloned().collect();
        all.into_iter().filter(|channel| channel.plugin.description().powers.contains(&Power::Push))
    }
}

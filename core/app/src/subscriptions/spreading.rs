//! One text to all whom it concerns: each gets a letter or a message at once, or has it kept for their next digest.

use super::letters::{Post, Say};
use super::pushing::{News, Pushing, Tell};
use super::{SubscriptionError, put, subscribers};
use crate::outbox::QueueError;
use crate::portal::App;
use courier::PUSH_BYTES_MAX;
use model::channel::{ToAudience, ToBrowsers};
use model::{Cadence, Day, DeliveryId, Destination, DigestItem, Language, Publication, Timestamp};
use std::sync::PoisonError;
use store::{Durability, StoreError};

/// Subscribers at most, by mail and in browsers each: more than a small municipality has people who read mail, and a quarter of what the outbox holds.
pub const SUBSCRIBERS_MAX: usize = 25_000;
/// The one audience there is.
const AUDIENCE: &str = "subscribers";
/// When digests leave, minutes of the day.
const MORNING: u16 = 7 * 60;

/// A text on its way to an audience.
#[derive(Debug)]
pub(crate) struct Spreading<'a> {
    /// As part of which delivery.
    pub(crate) delivery: DeliveryId,
    /// What it is about.
    pub(crate) publication: &'a Publication,
    /// In which languages there are texts, best first.
    pub(crate) spoken: &'a [Language],
    /// The text.
    pub(crate) said: Said<'a>,
}

/// How an audience is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said<'a> {
    /// By letters.
    Letter(&'a ToAudience),
    /// By messages to browsers.
    Push(&'a ToBrowsers),
}

impl Said<'_> {
    fn audience(&self) -> &str {
        match self {
            Self::Letter(said) => &said.audience,
            Self::Push(said) => &said.audience,
        }
    }

    const fn language(&self) -> Language {
        match self {
            Self::Letter(said) => said.language,
            Self::Push(said) => said.language,
        }
    }
}

/// By which one text reaches one of an audience.
enum Way<'a> {
    Letters(Post<'a>, DigestItem),
    Pushes(Pushing<'a>, Tell<'a>),
}

/// Why a text reached nobody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpreadError {
    /// It is for somebody whom the box does not know.
    #[error("there is no audience `{0}`; the one there is is called `{AUDIENCE}`")]
    Audience(String),
    /// No letters can be written.
    #[error("no letters can be written: `[mail]` and `public_url` in municipality.toml say how")]
    NoMail,
    /// Nothing can be pushed.
    #[error("nothing can be pushed: it takes `public_url` in municipality.toml, and [secret.vapid] in secrets.toml")]
    NoPush,
    /// A push service takes no more.
    #[error("it is {0} bytes with title and link, and {PUSH_BYTES_MAX} can be pushed; make it shorter")]
    TooLong(usize),
    /// The outbox, or the data file.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<StoreError> for SpreadError {
    fn from(error: StoreError) -> Self {
        Self::Queue(error.into())
    }
}

impl App {
    /// Gives a text to all subscribers who want to hear about what it is about, and for whom its language is the best of those spoken. Their
    /// letters, what is kept for digests, and the `note` of how many they are belong to one transaction, so a power cut makes nothing
    /// twice. None when the delivery is not to be sent any more.
    pub(crate) fn spread(
        &self,
        what: &Spreading<'_>,
        note: impl FnOnce(u32) -> Vec<u8>,
        now: Timestamp,
    ) -> Result<Option<u32>, SpreadError> {
        if what.said.audience() != AUDIENCE {
            return Err(SpreadError::Audience(what.said.audience().to_owned()));
        }
        let about = what.publication.name.as_str();
        let way = match what.said {
            Said::Letter(said) => {
                let item = DigestItem { subject: said.subject.clone(), page: said.page.clone() };
                Way::Letters(Post::new(self, now).ok_or(SpreadError::NoMail)?, item)
            }
            Said::Push(said) => {
                let pushing = Pushing::new(self, now).ok_or(SpreadError::NoPush)?;
                let until = now + said.lifetime;
                let until = what.publication.expires_at.map_or(until, |expires| expires.min(until));
                let tell = Tell::News(News { said, about, topic: self.push_topic(about), until });
                pushing.check_length(&tell)?;
                Way::Pushes(pushing, tell)
            }
        };
        let done = self.with_subscribers(|_| Ok(self.spread_within(&way, what, note)));
        done.map_err(|error| match error {
            SubscriptionError::Store(error) => SpreadError::from(error),
            _ => SpreadError::NoMail,
        })?
    }

    fn spread_within(
        &self,
        way: &Way<'_>,
        what: &Spreading<'_>,
        note: impl FnOnce(u32) -> Vec<u8>,
    ) -> Result<Option<u32>, SpreadError> {
        let municipality = self.municipality();
        let snapshot = self.store().read()?;
        let about = snapshot.publication_named(&what.publication.name)?.and_then(|record| record.place);
        let place = about.and_then(|id| municipality.places.iter().find(|place| place.id == id));
        let transaction = self.store().begin(&municipality.calendar)?;
        if !transaction.delivery(what.delivery)?.is_some_and(|delivery| delivery.is_waiting()) {
            return Ok(None);
        }
        let mut reached = 0_u32;
        for mut subscriber in subscribers(&snapshot)? {
            let Some(wish) = subscriber.subscription.clone() else { continue };
            if !wish.interests.hold(place) || nearest(wish.language, what.spoken) != Some(what.said.language()) {
                continue;
            }
            match (way, &subscriber.to, wish.cadence) {
                (Way::Letters(post, item), Destination::Mailbox(_), Cadence::AtOnce) => {
                    post.write(&transaction, &mut subscriber, &Say::News(item))?;
                }
                (Way::Letters(_, item), Destination::Mailbox(_), _) => subscriber.keep(item.clone()),
                (Way::Pushes(pushing, tell), Destination::Browser(_), _) => {
                    if !pushing.write(&transaction, &mut subscriber, tell)? {
                        continue;
                    }
                }
                _ => continue,
            }
            put(&transaction, &subscriber)?;
            reached = reached.saturating_add(1);
        }
        transaction.note_progress(what.delivery, &note(reached))?;
        transaction.commit(Durability::Now)?;
        Ok(Some(reached))
    }

    /// Writes the digests that are due, in one transaction. Looks once a morning, and after a start.
    pub(crate) fn send_digests(&self, now: Timestamp) -> Result<(), StoreError> {
        let (daily, weekly) = self.mornings(now);
        let mut looked = self.subscribers.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|looked| looked == daily) {
            return Ok(());
        }
        let done = self.with_subscribers(|_| {
            let Some(post) = Post::new(self, now) else { return Ok(()) };
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            for mut subscriber in subscribers(&self.store().read()?)? {
                let due = match subscriber.subscription.as_ref().map(|wish| wish.cadence) {
                    Some(Cadence::Weekly) => weekly,
                    Some(Cadence::Daily | Cadence::AtOnce) => daily,
                    None => continue,
                };
                if subscriber.pending.is_empty() || subscriber.digest_at >= due {
                    continue;
                }
                let items = std::mem::take(&mut subscriber.pending);
                subscriber.digest_at = due;
                post.write(&transaction, &mut subscriber, &Say::Digest(&items))?;
                put(&transaction, &subscriber)?;
            }
            transaction.commit(Durability::Now)?;
            Ok(())
        });
        match done {
            Ok(()) => *looked = Some(daily),
            Err(SubscriptionError::Store(error)) => return Err(error),
            Err(full) => tracing::warn!("digests wait: {full}"),
        }
        drop(looked);
        self.outbox_changed();
        Ok(())
    }

    /// The last moments at which daily and weekly digests were due.
    fn mornings(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let calendar = &self.municipality().calendar;
        let today = calendar.day(now);
        let last = if calendar.at(today, MORNING) <= now { today } else { Day(today.0 - 1) };
        let monday = Day(last.0 - i32::from(last.weekday()));
        (calendar.at(last, MORNING), calendar.at(monday, MORNING))
    }
}

/// The language of those spoken that a reader reads best; the first where they read none.
fn nearest(reader: Language, spoken: &[Language]) -> Option<Language> {
    let own = reader.fallbacks().into_iter().find(|language| spoken.contains(language));
    own.or_else(|| spoken.first().copied())
}

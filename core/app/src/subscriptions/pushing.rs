//! What is pushed to browsers that get news.

use super::letters::name_of;
use super::{BROWSER_CONFIRMS_WITHIN, SpreadError};
use crate::outbox::{Cause, NewPush, Pushable, QueueError};
use crate::portal::App;
use courier::PUSH_BYTES_MAX;
use model::activity::Code;
use model::channel::ToBrowsers;
use model::{Destination, Hex, Language, Subscriber, Subscription, Timestamp};
use serde_json::json;
use store::Transaction;
use words::Speaker;

/// The topic of the first message: of two the later one is what the browser gets.
const ASKS: &str = "asks";

/// What a message says.
pub(super) enum Tell<'a> {
    /// From now on this browser gets this; its worker confirms by the code.
    Confirm(&'a Subscription, Code),
    /// One piece of news.
    News(News<'a>),
}

/// A piece of news.
pub(super) struct News<'a> {
    pub(super) said: &'a ToBrowsers,
    /// The name of the publication.
    pub(super) about: &'a str,
    /// What push services call it, and its corrections.
    pub(super) topic: String,
    /// After this it is worth nothing.
    pub(super) until: Timestamp,
}

/// What all messages of one use case have in common.
pub(super) struct Pushing<'a> {
    app: &'a App,
    /// The address of the portal.
    origin: String,
    now: Timestamp,
}

impl<'a> Pushing<'a> {
    /// None where nothing can be pushed.
    pub(super) fn new(app: &'a App, now: Timestamp) -> Option<Self> {
        app.takes_browsers()?;
        Some(Self { app, origin: app.municipality().public_url.clone()?, now })
    }

    /// Puts a message into the outbox; none to whom nothing is pushed, nor where no channel reaches any more. The subscriber must be kept
    /// by this transaction: what it says is sealed with their key.
    pub(super) fn write(
        &self,
        transaction: &Transaction<'_>,
        subscriber: &mut Subscriber,
        tell: &Tell<'_>,
    ) -> Result<bool, QueueError> {
        let Destination::Browser(browser) = &subscriber.to else { return Ok(false) };
        let Some(via) = self.app.channel_to(browser) else { return Ok(false) };
        let (cause, topic, about, expires_at) = match tell {
            Tell::Confirm(..) => (Cause::PushAsk, ASKS, None, self.now + BROWSER_CONFIRMS_WITHIN),
            Tell::News(news) => (Cause::PushNews, news.topic.as_str(), Some(news.about.to_owned()), news.until),
        };
        let what = Pushable {
            subscriber: subscriber.id,
            via,
            to: browser.clone(),
            said: self.said(&self.app.subscriber_stop(subscriber.id), tell),
            topic: topic.to_owned(),
            about,
        };
        let name = name_of(subscriber, subscriber.letters_written);
        subscriber.letters_written = subscriber.letters_written.saturating_add(1);
        App::queue_push(
            transaction,
            &NewPush { name: &name, cause: cause.word(), what: &what, now: self.now, expires_at },
        )?;
        Ok(true)
    }

    /// Whether it is short enough to be pushed.
    pub(super) fn check_length(&self, tell: &Tell<'_>) -> Result<(), SpreadError> {
        // The way out is as long for everybody.
        let length = self.said(&Code::new([0; Code::BYTES]), tell).len();
        if length > PUSH_BYTES_MAX { Err(SpreadError::TooLong(length)) } else { Ok(()) }
    }

    /// What the browser's worker reads (`web/assets/push-worker.js`).
    fn said(&self, stop: &Code, tell: &Tell<'_>) -> String {
        let stop = format!("/subscribe/stop/{stop}");
        match tell {
            Tell::Confirm(wish, code) => {
                let speaker = Speaker::of(wish.language);
                let municipality = self.app.municipality().name.best(wish.language).0.to_owned();
                let named = [("municipality", (&municipality).into())];
                let language = wish.language;
                let value = json!({
                    "title": speaker.text("push-first", &named),
                    "body": self.app.interests_in_words(&wish.interests, speaker).join(", "),
                    "link": format!("{}/{language}/subscribe", self.origin),
                    "confirm": format!("/{language}/subscribe/confirm/{code}"),
                    "tag": ASKS,
                    "lang": language.tag(),
                    "stop": stop,
                    "stop_text": speaker.text("push-stop", &[]),
                });
                value.to_string()
            }
            Tell::News(News { said, topic, .. }) => {
                let language = said.language;
                let value = json!({
                    "title": said.title,
                    "body": said.body,
                    "link": said.link.clone().unwrap_or_else(|| format!("{}/{language}/news", self.origin)),
                    "tag": topic,
                    "lang": language.tag(),
                    "stop": stop,
                    "stop_text": text_in(language, "push-stop"),
                });
                value.to_string()
            }
        }
    }
}

fn text_in(language: Language, key: &str) -> String {
    Speaker::of(language).text(key, &[])
}

impl App {
    /// What a publication and its corrections are called to push services: it tells them nothing, and a later one takes the place of an
    /// earlier one that was not delivered yet, or is still on the screen.
    pub(super) fn push_topic(&self, publication: &str) -> String {
        let mark = self.store().derived("push-topic", &[publication.as_bytes()]);
        Hex(&mark[..16]).to_string()
    }
}

//! The letters to those who get news.

use crate::outbox::{Cause, NewLetter, QueueError};
use crate::portal::App;
use model::activity::Code;
use model::{Destination, DigestItem, Interests, Letter, MailAddress, Subscriber, Subscription, Timestamp};
use store::Transaction;
use words::Speaker;

use super::CONFIRM_WITHIN;

/// What a letter says.
pub(super) enum Say<'a> {
    /// Somebody asked for this with your address: is it you?
    Confirm(&'a Subscription, Code),
    /// One piece of news.
    News(&'a DigestItem),
    /// What was said since the last one; never empty.
    Digest(&'a [DigestItem]),
}

/// What all letters of one use case have in common.
pub(super) struct Post<'a> {
    app: &'a App,
    /// The address of the portal.
    origin: String,
    now: Timestamp,
}

impl<'a> Post<'a> {
    /// None where no letters can be written.
    pub(super) fn new(app: &'a App, now: Timestamp) -> Option<Self> {
        let municipality = app.municipality();
        let origin = municipality.public_url.clone().filter(|_| municipality.mail.is_some())?;
        Some(Self { app, origin, now })
    }

    /// Puts a letter into the outbox; none to whom no letters go. The subscriber must be kept by this transaction: what it says is sealed with their key.
    pub(super) fn write(
        &self,
        transaction: &Transaction<'_>,
        subscriber: &mut Subscriber,
        say: &Say<'_>,
    ) -> Result<(), QueueError> {
        let Destination::Mailbox(to) = &subscriber.to else { return Ok(()) };
        let letter = self.letter(to, subscriber, say);
        let name = name_of(subscriber, subscriber.letters_written);
        subscriber.letters_written = subscriber.letters_written.saturating_add(1);
        let (cause, expires_at) = match say {
            Say::Confirm(..) => (Cause::Subscribe, Some(self.now + CONFIRM_WITHIN)),
            Say::News(_) => (Cause::News, None),
            Say::Digest(_) => (Cause::Digest, None),
        };
        let new = NewLetter { expires_at, ..NewLetter::new(&name, cause.word(), &letter, self.now) };
        App::queue_letter_to_subscriber(transaction, subscriber.id, &new)?;
        Ok(())
    }

    fn letter(&self, to: &MailAddress, subscriber: &Subscriber, say: &Say<'_>) -> Letter {
        let wish = match say {
            Say::Confirm(wish, _) => Some(*wish),
            Say::News(_) | Say::Digest(_) => subscriber.subscription.as_ref(),
        };
        let language = wish.map_or(model::Language::En, |wish| wish.language);
        let speaker = Speaker::of(language);
        let municipality = self.app.municipality().name.best(language).0.to_owned();
        let named = [("municipality", (&municipality).into())];
        let (subject, mut page) = match say {
            Say::Confirm(wish, code) => {
                let days = u32::try_from(CONFIRM_WITHIN.as_secs() / 86_400).unwrap_or(u32::MAX);
                let confirm = format!("{}/{language}/subscribe/confirm/{code}", self.origin);
                let page = vec![
                    speaker.text("subscribe-letter", &named),
                    list(&self.app.interests_in_words(&wish.interests, speaker)),
                    speaker.text(&format!("subscribe-how-{}", wish.cadence.word()), &[]),
                    link(speaker, "subscribe-letter-link", &confirm),
                    speaker.text("subscribe-letter-days", &[("days", days.into())]),
                    speaker.text("letter-confirm-not-you", &[]),
                ];
                (speaker.text("subscribe-letter-subject", &named), page)
            }
            Say::News(item) => (item.subject.clone(), vec![item.page.clone()]),
            Say::Digest(items) => {
                let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
                let item = |item: &DigestItem| format!("## {}\n\n{}", heading(&item.subject), item.page);
                let subject = speaker.text("subscribe-digest", &[("count", count.into()), named[0]]);
                (subject, items.iter().map(item).collect())
            }
        };
        let mut unsubscribe = None;
        if !matches!(say, Say::Confirm(..)) {
            let stop = format!("{}/subscribe/stop/{}", self.origin, self.app.subscriber_stop(subscriber.id));
            page.push("---".to_owned());
            page.push(speaker.text("subscribe-why", &named));
            page.push(link(speaker, "subscribe-change", &format!("{}/{language}/subscribe", self.origin)));
            page.push(link(speaker, "subscribe-stop", &stop));
            unsubscribe = Some(stop);
        }
        page.push(speaker.text("letter-greeting", &named));
        Letter { to: to.clone(), language, subject, page: page.join("\n\n"), unsubscribe }
    }
}

impl App {
    /// What somebody wants to hear about, a line each, in one language.
    pub fn interests_in_words(&self, interests: &Interests, speaker: &Speaker) -> Vec<String> {
        let municipality = self.municipality();
        let language = speaker.language();
        let everything = interests.everything.then(|| speaker.text("subscribe-everything", &[]));
        let area = |name: &String| {
            let areas = municipality.places.iter().filter_map(|place| place.area.as_ref());
            areas
                .clone()
                .find(|area| area.has(name))
                .map_or_else(|| name.clone(), |area| area.best(language).0.to_owned())
        };
        let place = |id: &model::PlaceId| {
            let found = municipality.places.iter().find(|place| place.id == *id);
            found.map_or_else(|| id.to_string(), |place| place.name.best(language).0.to_owned())
        };
        let kinds = interests.kinds.iter().map(|kind| speaker.text(&format!("kinds-{kind}"), &[]));
        let areas = interests.areas.iter().map(area);
        everything.into_iter().chain(areas).chain(kinds).chain(interests.places.iter().map(place)).collect()
    }
}

/// The name of a letter to a subscriber: the same one is never put twice.
pub(super) fn name_of(subscriber: &Subscriber, number: u32) -> String {
    format!("subscriber/{:016x}/{number}", subscriber.id.0)
}

fn link(speaker: &Speaker, key: &str, address: &str) -> String {
    format!("[{}]({address})", speaker.text(key, &[]))
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {}", heading(line))).collect::<Vec<_>>().join("\n")
}

/// A line that is no markup, whatever stands in it.
fn heading(line: &str) -> String {
    let marks = |c: char| "\\`*_{}[]<>#!|~&".contains(c);
    line.chars().flat_map(|c| marks(c).then_some('\\').into_iter().chain([c])).collect()
}

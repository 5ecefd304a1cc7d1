//! Letters to those who took part and asked to be told what happened: what is new since the last one is gathered into one letter, at most one
//! a week. An address leads to no answer, and a letter says nothing that does not stand on the public page.

use super::outcomes::News;
use super::{ActivityError, Running, lock};
use crate::portal::App;
use crate::radio::Clock;
use crate::{NewLetter, QueueError};
use model::activity::{Activity, ActivityId, Code};
use model::{AuditEntry, Day, Language, Letter, MailAddress, Municipality, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Contact, Durability, Transaction};
use tokio::sync::watch;
use tokio::time::sleep;
use words::Speaker;

/// Nobody gets more than one letter of an activity in so long.
const AT_MOST_EVERY: Duration = Duration::from_hours(7 * 24);
/// What is told on a day leaves the next morning, so that one letter tells all of it.
const LEAVES_AT: Duration = Duration::from_hours(9);
/// How often it is looked whether a letter is due.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// A letter that could not be sent for so long tells nothing new any more.
const VALID_FOR: Duration = Duration::from_hours(14 * 24);
/// Things told of the activity itself that stand in one letter; the page has the others.
const TOLD_MAX: usize = 10;

/// How the letters of an activity stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestState {
    /// How many want to be told.
    pub addresses: usize,
    /// When the last letter was made.
    pub last: Option<Timestamp>,
    /// When the next one will be; none when nothing is new, or nobody wants to be told.
    pub next: Option<Timestamp>,
}

/// Why no letters were made.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// The activity.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// There is nothing to tell, or nobody to be told.
    #[error("there is nothing new to tell, or nobody left an address")]
    Nothing,
    /// The last one is not a week old.
    #[error("the last letter is not a week old; the next one leaves {0}")]
    TooSoon(Timestamp),
    /// A letter needs an address that leads back here.
    #[error("set `public_url` in municipality.toml first: letters need an address that leads here")]
    NoAddress,
    /// The outbox.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<store::StoreError> for DigestError {
    fn from(error: store::StoreError) -> Self {
        Self::Activity(error.into())
    }
}

impl App {
    /// Keeps the address of somebody who took part and wants to be told what happened, by their receipt. Says whether there is such a
    /// receipt. The address lies apart from what they said.
    pub fn tell_me(
        &self,
        id: &ActivityId,
        code: &Code,
        address: &MailAddress,
        language: Language,
    ) -> Result<bool, ActivityError> {
        let running = self.running(id)?;
        let author = self.pseudonym(&running, "author", code.bytes());
        if self.store().read()?.entries_of(id, author)?.is_empty() {
            return Ok(false);
        }
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let digest = self.digest(&running, "contact", code);
        transaction.put_contact(id, &digest, address.as_str(), &language.into())?;
        transaction.commit(Durability::Now)?;
        self.activities().linked.fetch_add(1, Ordering::Relaxed);
        Ok(true)
    }

    /// Stops the letters of an activity for whoever got one with this mark: every row with their address goes, and a letter that still
    /// waits. A mark that nobody has does nothing, and says nothing.
    pub fn stop_telling(&self, id: &ActivityId, mark: &str, now: Timestamp) -> Result<(), ActivityError> {
        self.running(id)?;
        let snapshot = self.store().read()?;
        let contacts = snapshot.contacts(id)?;
        let Some(known) = contacts.iter().find(|contact| mark_of(&contact.digest) == mark) else { return Ok(()) };
        let last = snapshot.told_until(id)?;
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        for contact in contacts.iter().filter(|contact| is_same(contact, known)) {
            transaction.erase_contact(id, &contact.digest)?;
            if let Some(last) = last {
                self.withdraw_delivery(&transaction, &letter_name(id, last, &contact.digest), now)?;
            }
        }
        transaction.commit(Durability::Now)?;
        Ok(())
    }

    /// How the letters of an activity stand.
    pub fn digest_state(&self, id: &ActivityId, now: Timestamp) -> Result<DigestState, ActivityError> {
        let snapshot = self.store().read()?;
        let last = snapshot.told_until(id)?;
        let contacts = unalike(snapshot.contacts(id)?);
        let news = self.news_since(id, last.unwrap_or_default())?.filter(|_| !contacts.is_empty());
        let next = news.map(|news| self.leaves(&news, last).max(now));
        Ok(DigestState { addresses: contacts.len(), last, next })
    }

    /// Makes the letters of an activity now, though their morning has not come; says how many. Not before the last ones are a week old.
    pub fn send_digest(&self, id: &ActivityId, log: &AuditEntry, now: Timestamp) -> Result<usize, DigestError> {
        let last = self.store().read()?.told_until(id)?;
        match last.map(|last| last + AT_MOST_EVERY).filter(|next| *next > now) {
            Some(next) => Err(DigestError::TooSoon(next)),
            None => self.make_digest(id, Some(log), now),
        }
    }

    /// Makes the letters of all activities whose morning has come.
    fn send_due_digests(&self, now: Timestamp) -> Result<usize, DigestError> {
        let mut made = 0;
        for activity in self.activity_list() {
            let state = self.digest_state(&activity.id, now)?;
            if state.next.is_some_and(|next| next <= now) {
                made += self.make_digest(&activity.id, None, now)?;
            }
        }
        Ok(made)
    }

    /// The morning after something was told, and a week after the last letter.
    fn leaves(&self, news: &News, last: Option<Timestamp>) -> Timestamp {
        let calendar = &self.municipality().calendar;
        let morning = calendar.day_start(Day(calendar.day(news.begins).0 + 1)) + LEAVES_AT;
        last.map_or(morning, |last| morning.max(last + AT_MOST_EVERY))
    }

    /// All letters and the note that they were made are one transaction: a power cut makes none or all, and none twice.
    fn make_digest(&self, id: &ActivityId, log: Option<&AuditEntry>, now: Timestamp) -> Result<usize, DigestError> {
        let running = self.running(id)?;
        let municipality = self.municipality();
        let origin = municipality.public_url.as_deref().ok_or(DigestError::NoAddress)?;
        let snapshot = self.store().read()?;
        let contacts = unalike(snapshot.contacts(id)?);
        let since = snapshot.told_until(id)?.unwrap_or_default();
        let news = self.news_since(id, since)?.filter(|_| !contacts.is_empty()).ok_or(DigestError::Nothing)?;
        // Of two colleagues who press at once the second finds that it was done, and what is told meanwhile waits for the next look.
        let _alone = lock(&running.warmth);
        let again = self.store().read()?;
        let same = again.told_until(id)?.unwrap_or_default() == since;
        if !same || again.outcomes(id)? != snapshot.outcomes(id)? {
            return Err(DigestError::Nothing);
        }
        let transaction = self.store().begin(&municipality.calendar)?;
        let mut made = 0;
        for contact in &contacts {
            let Some(letter) = letter(&running, &municipality, (origin, contact), &news) else { continue };
            self.put_letter(&transaction, id, contact, &letter, now)?;
            made += 1;
        }
        transaction.put_told_until(id, now)?;
        if let Some(log) = log {
            transaction.audit(log)?;
        }
        transaction.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(made)
    }

    fn put_letter(
        &self,
        transaction: &Transaction<'_>,
        id: &ActivityId,
        contact: &Contact,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let (name, cause) = (letter_name(id, now, &contact.digest), format!("what happened in {id}"));
        let new = NewLetter { expires_at: Some(now + VALID_FOR), ..NewLetter::new(&name, &cause, letter, now) };
        self.queue_letter(transaction, &new)?;
        Ok(())
    }
}

/// Makes letters whenever some are due, until the box ends.
pub async fn run_digests(app: Arc<App>, clock: Clock, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            _ = stop.changed() => return,
        }
        // Without mail or an address that leads here nothing is gathered in the outbox: it would all leave at once one day.
        if !app.sends_mail() || app.municipality().public_url.is_none() {
            continue;
        }
        let (app, now) = (Arc::clone(&app), clock());
        match tokio::task::spawn_blocking(move || app.send_due_digests(now)).await {
            Ok(Err(error)) => tracing::warn!(%error, "letters about what happened were not made; it is tried again"),
            Ok(Ok(_)) => {}
            Err(_) => return,
        }
    }
}

/// Each address once, in whatever letters it was typed.
fn unalike(contacts: Vec<Contact>) -> Vec<Contact> {
    let mut known = BTreeSet::new();
    contacts.into_iter().filter(|contact| known.insert(contact.address.to_lowercase())).collect()
}

fn is_same(one: &Contact, other: &Contact) -> bool {
    one.address.to_lowercase() == other.address.to_lowercase()
}

/// What stands in the address that ends the letters. It follows from a keyed hash of the person's code, and leads back to nothing they said.
fn mark_of(digest: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*digest))
}

/// By which the outbox knows the letter that was made then.
pub(crate) fn letter_name(id: &ActivityId, made_at: Timestamp, digest: &[u8; 16]) -> String {
    format!("digest/{id}/{}/{}", made_at.as_ms(), mark_of(digest))
}

/// None for an address that no letter can be sent to.
fn letter(
    running: &Running,
    municipality: &Municipality,
    (origin, contact): (&str, &Contact),
    news: &News,
) -> Option<Letter> {
    let activity = &running.activity;
    let held = activity.languages.iter().filter_map(|tag| tag.as_str().parse::<Language>().ok());
    let own = contact.language.as_ref().and_then(|tag| tag.as_str().parse().ok());
    let own = own.filter(|language| municipality.languages.contains(language));
    let language = own.or_else(|| held.chain(municipality.languages.iter().copied()).next())?;
    let page = format!("{origin}/{language}/take-part/{}", activity.id);
    let stop = format!("{page}/stop/{}", mark_of(&contact.digest));
    Some(Letter {
        to: contact.address.parse().ok()?,
        language,
        subject: Speaker::of(language).text("digest-subject", &[("title", activity.title.best(language).0.into())]),
        page: said(activity, municipality, news, (language, &page, &stop)),
        unsubscribe: Some(stop),
    })
}

/// What the letter says, as `CommonMark`.
fn said(
    activity: &Activity,
    municipality: &Municipality,
    news: &News,
    (language, page, stop): (Language, &str, &str),
) -> String {
    let speaker = Speaker::of(language);
    let title = as_words(activity.title.best(language).0);
    let mut parts = vec![speaker.text("digest-why", &[("title", (&title).into())])];
    for outcome in news.whole.iter().rev().take(TOLD_MAX).rev() {
        let state = speaker.text(&format!("outcome-{}", outcome.state), &[]);
        let text = outcome.text.best(language).0;
        parts.push(format!("**{state}** ({})\n\n{text}", as_words(&outcome.by)));
    }
    if news.proposals > 0 {
        parts.push(speaker.text("digest-proposals", &[("count", news.proposals.into())]));
    }
    parts.push(format!("[{}]({page}/what-happened)", speaker.text("digest-read", &[])));
    if news.report.is_some() {
        parts.push(format!("[{}]({page}/report)", speaker.text("digest-report", &[])));
    }
    let name = as_words(municipality.name.best(language).0);
    parts.push(speaker.text("digest-greeting", &[("name", (&name).into())]));
    parts.push(format!("{} [{}]({stop})", speaker.text("digest-stop", &[]), speaker.text("digest-stop-do", &[])));
    parts.join("\n\n")
}

/// Words that are no markup, whatever signs are in them (`CommonMark` 0.31, section 2.4).
pub(crate) fn as_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' | '\r' => words.push(' '),
            sign if sign.is_ascii_punctuation() => words.extend(['\\', sign]),
            sign => words.push(sign),
        }
    }
    words
}

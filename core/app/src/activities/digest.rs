//! Letters to those who took part: whoever left an address to be told what happened, members of the panel who answered, and who was drawn and
//! came. What is new since the last letter is gathered into one, at most one a week. An address leads to no answer, and a letter says
//! nothing that does not stand on the public page.

mod said;

pub(crate) use said::{as_words, letter_name, news_in_words};

use super::outcomes::News;
use super::{ActivityError, lock};
use crate::portal::App;
use crate::radio::Clock;
use crate::{Cause, NewLetter, PanelError, QueueError, Recruit, Seat};
use model::activity::{ActivityId, Code};
use model::{AuditEntry, Day, Language, MailAddress, Member, PanelPlan, Timestamp};
use said::{letter_to_contact, letter_to_recruit, mark_of};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Contact, Durability, Snapshot, Transaction};
use tokio::sync::watch;
use tokio::time::sleep;

/// Nobody gets more than one letter of an activity in so long.
const AT_MOST_EVERY: Duration = Duration::from_hours(7 * 24);
/// What is told on a day leaves the next morning, so that one letter tells all of it.
const LEAVES_AT: Duration = Duration::from_hours(9);
/// How often it is looked whether a letter is due.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// A letter that could not be sent for so long tells nothing new any more.
const VALID_FOR: Duration = Duration::from_hours(14 * 24);

/// How the letters of an activity stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestState {
    /// How many are told: each mailbox once.
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
    #[error("there is nothing new to tell, or nobody to be told")]
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
    /// The panel.
    #[error(transparent)]
    Panel(#[from] PanelError),
}

/// Who is told, each mailbox once.
#[derive(Debug, Default)]
struct Told {
    contacts: Vec<Contact>,
    members: Vec<Member>,
    came: Vec<Recruit>,
}

impl Told {
    fn len(&self) -> usize {
        self.contacts.len() + self.members.len() + self.came.len()
    }
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
    /// waits. Who was drawn and came is told no more, and keeps their seat. A mark that nobody has does nothing, and says nothing.
    pub fn stop_telling(&self, id: &ActivityId, mark: &str, now: Timestamp) -> Result<(), ActivityError> {
        self.running(id)?;
        let snapshot = self.store().read()?;
        let contacts = snapshot.contacts(id)?;
        let Some(known) = contacts.iter().find(|contact| mark_of(&contact.digest) == mark) else {
            return self.stop_telling_recruit(id, mark, now);
        };
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
        let addresses = self.told(id, &snapshot)?.len();
        let news = self.news_since(id, last.unwrap_or_default())?.filter(|_| addresses > 0);
        let next = news.map(|news| self.leaves(&news, last).max(now));
        Ok(DigestState { addresses, last, next })
    }

    /// Who took part and can be told: those who left an address first, for they asked for it.
    fn told(&self, id: &ActivityId, snapshot: &Snapshot) -> Result<Told, ActivityError> {
        let mut known = BTreeSet::new();
        let mut is_new = |mailbox: String| known.insert(mailbox);
        let contacts = snapshot.contacts(id)?.into_iter().filter(|own| is_new(mailbox_of(&own.address))).collect();
        let members = self.members_who_answered(id)?.into_iter().filter(|own| is_new(own.address.mailbox())).collect();
        let came = |own: &Recruit| own.seat == Seat::Coming && !own.is_quiet;
        let came = self.recruiting(id)?.people.into_iter().filter(came);
        let came = came.filter(|own| own.address.as_ref().is_some_and(|to| is_new(to.mailbox()))).collect();
        Ok(Told { contacts, members, came })
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
            let last = self.store().read()?.told_until(&activity.id)?;
            let news = self.news_since(&activity.id, last.unwrap_or_default())?;
            if news.is_some_and(|news| self.leaves(&news, last) <= now) {
                made += match self.make_digest(&activity.id, None, now) {
                    // Nobody is to be told.
                    Err(DigestError::Nothing) => 0,
                    made => made?,
                };
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
        if self.panel_plan().is_none() {
            return self.make_letters(id, None, log, now);
        }
        // The register before the activity, as whoever asks the panel takes them.
        self.with_register(|_, plan| Ok(self.make_letters(id, Some(plan), log, now)))?
    }

    fn make_letters(
        &self,
        id: &ActivityId,
        plan: Option<&PanelPlan>,
        log: Option<&AuditEntry>,
        now: Timestamp,
    ) -> Result<usize, DigestError> {
        let running = self.running(id)?;
        let municipality = self.municipality();
        let origin = municipality.public_url.as_deref().ok_or(DigestError::NoAddress)?;
        let snapshot = self.store().read()?;
        let told = self.told(id, &snapshot)?;
        let since = snapshot.told_until(id)?.unwrap_or_default();
        let news = self.news_since(id, since)?.filter(|_| told.len() > 0).ok_or(DigestError::Nothing)?;
        // Of two colleagues who press at once the second finds that it was done, and what is told meanwhile waits for the next look.
        let _alone = lock(&running.warmth);
        let again = self.store().read()?;
        let same = again.told_until(id)?.unwrap_or_default() == since;
        if !same || again.outcomes(id)? != snapshot.outcomes(id)? {
            return Err(DigestError::Nothing);
        }
        let transaction = self.store().begin(&municipality.calendar)?;
        let mut made = 0;
        for contact in &told.contacts {
            let letter = letter_to_contact(&running.activity, &municipality, (origin, contact), &news);
            made += self.put_letter(&transaction, id, (&contact.digest, letter), now)?;
        }
        for person in &told.came {
            let digest = self.recruit_digest(id, &person.code);
            let letter = letter_to_recruit(&running.activity, &municipality, (origin, person, &digest), &news);
            made += self.put_letter(&transaction, id, (&digest, letter), now)?;
        }
        if let Some(plan) = plan.filter(|_| self.panel_can_write()) {
            made += self.tell_members(&transaction, plan, (&running.activity, &news), told.members, now)?;
        }
        transaction.put_told_until(id, now)?;
        if let Some(log) = log {
            transaction.audit(log)?;
        }
        transaction.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(made)
    }

    /// Says how many it put: none for an address that no letter can be sent to.
    fn put_letter(
        &self,
        transaction: &Transaction<'_>,
        id: &ActivityId,
        (digest, letter): (&[u8; 16], Option<model::Letter>),
        now: Timestamp,
    ) -> Result<usize, QueueError> {
        let Some(letter) = letter else { return Ok(0) };
        let (name, cause) = (letter_name(id, now, digest), Cause::Told.about(id));
        let new = NewLetter { expires_at: Some(now + VALID_FOR), ..NewLetter::new(&name, &cause, &letter, now) };
        self.queue_letter(transaction, &new)?;
        Ok(1)
    }

    fn stop_telling_recruit(&self, id: &ActivityId, mark: &str, now: Timestamp) -> Result<(), ActivityError> {
        let people = self.recruiting(id)?.people;
        let holds = |own: &Recruit| mark_of(&self.recruit_digest(id, &own.code)) == mark;
        let Some(person) = people.iter().find(|own| holds(own)) else { return Ok(()) };
        let last = self.store().read()?.told_until(id)?;
        let stopped = self.change_list(id, None, now, |list, transaction| {
            list.people.iter_mut().filter(|own| own.code == person.code).for_each(|own| own.is_quiet = true);
            if let Some(last) = last {
                let digest = self.recruit_digest(id, &person.code);
                self.withdraw_delivery(transaction, &letter_name(id, last, &digest), now)?;
            }
            Ok(())
        });
        match stopped {
            Err(crate::DrawError::Activity(error)) => Err(error),
            // Nothing else stands in the way of it.
            _ => Ok(()),
        }
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

/// Whose mailbox somebody typed; what is no address stands for itself.
fn mailbox_of(address: &str) -> String {
    address.parse().map_or_else(|_| address.to_lowercase(), |address: MailAddress| address.mailbox())
}

fn is_same(one: &Contact, other: &Contact) -> bool {
    one.address.to_lowercase() == other.address.to_lowercase()
}

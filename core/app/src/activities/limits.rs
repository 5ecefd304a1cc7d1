//! How much comes from one place, in memory alone: nobody is shut out for good, and no address is ever stored.

use super::lock;
use super::visitor::{Client, Pass, Refusal, Visitor};
use crate::portal::App;
use model::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

/// Pages and forms from one address: a school, or a whole town behind one proxy, fills in a survey at once.
const ASKS: Bucket = Bucket { holds: 2000.0, per_second: 20.0 };
/// Codes and links that were wrong, from one address: a hand mistypes; a guesser finds none of 2^80 in this life.
const WRONG: Bucket = Bucket { holds: 20.0, per_second: 0.1 };
/// Answers that came to the end, from one address: more at once are a sign for stewards, and are counted all the same.
const FINISHED: Bucket = Bucket { holds: 10.0, per_second: 1.0 / 60.0 };
/// Remarks from one address: a class that talks about its ice rink.
const REMARKS: Bucket = Bucket { holds: 30.0, per_second: 1.0 / 60.0 };
/// Photos from one address: a school class on an outing sends its own at once.
const PHOTOS: Bucket = Bucket { holds: 90.0, per_second: 0.05 };
/// Forms from one address that send somebody a letter.
const LETTERS_FROM: Bucket = Bucket { holds: 20.0, per_second: 1.0 / 60.0 };
/// Letters to one mailbox that anybody can cause: nobody's mailbox is filled by others.
const LETTERS_TO: Bucket = Bucket { holds: 3.0, per_second: 3.0 / 86_400.0 };
/// The same to all mailboxes together: a whole village can join in an evening.
const LETTERS_ALL: Bucket = Bucket { holds: 300.0, per_second: 300.0 / 3600.0 };
/// Browsers that ask for news in a day, all together: a village in an evening, and no more of a crowd that nobody knows.
const BROWSERS_ALL: Bucket = Bucket { holds: 1000.0, per_second: 1000.0 / 86_400.0 };
/// Addresses remembered; when there are more, all are forgotten.
const CLIENTS_MAX: usize = 10_000;
/// The key of the hash changes this often.
const KEY_HOLDS: Duration = Duration::from_hours(24);

#[derive(Clone, Copy)]
struct Bucket {
    holds: f64,
    per_second: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Asks,
    Wrong,
    Finished,
    Photos,
    Remarks,
    LettersFrom,
    LettersTo,
}

/// The books of all clients.
#[derive(Debug, Default)]
pub(super) struct Limits {
    books: Mutex<HashMap<(What, Client), Book>>,
    key: Mutex<Option<(Timestamp, [u8; 32])>>,
    letters: Mutex<Option<Book>>,
    browsers: Mutex<Option<Book>>,
}

/// Whether a letter that anybody can cause may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetterToll {
    /// It may.
    Write,
    /// That mailbox had enough of them. Who asked is told what everybody is told.
    Enough,
    /// Too many come from one place, or to the whole box; so long to wait.
    Wait(Duration),
}

#[derive(Clone, Copy, Debug)]
struct Book {
    used: f64,
    at: Timestamp,
}

impl App {
    /// Where a request comes from, so far as limits need to know.
    pub fn client(&self, address: IpAddr, now: Timestamp) -> Client {
        let mut key = lock(&self.activities().limits.key);
        let fresh = key.filter(|(since, _)| now.since(*since) < KEY_HOLDS);
        let (since, secret) = fresh.unwrap_or_else(|| (now, self.store().drawn()));
        *key = Some((since, secret));
        let network = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            // A household has a whole /64 of its own.
            IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
        };
        Client(super::visitor::number(&self.store().derived("client", &[&secret, &network])))
    }
}

impl App {
    /// Counts a form that sends a letter to a mailbox.
    pub(crate) fn letter_toll(&self, from: Option<Client>, mailbox: &str, now: Timestamp) -> LetterToll {
        self.toll(from, ("mailbox", mailbox), (&self.activities().limits.letters, LETTERS_ALL), now)
    }

    /// Counts a form that has something pushed to a browser, by its address.
    pub(crate) fn push_toll(&self, from: Option<Client>, endpoint: &str, now: Timestamp) -> LetterToll {
        self.toll(from, ("browser", endpoint), (&self.activities().limits.browsers, BROWSERS_ALL), now)
    }

    fn toll(
        &self,
        from: Option<Client>,
        (sort, to): (&str, &str),
        (all, holds): (&Mutex<Option<Book>>, Bucket),
        now: Timestamp,
    ) -> LetterToll {
        let limits = &self.activities().limits;
        let to = Client(super::visitor::number(&self.store().derived(sort, &[to.as_bytes()])));
        if let Some(wait) = from.and_then(|from| limits.wait(What::LettersFrom, LETTERS_FROM, from, now, 1.0)) {
            return LetterToll::Wait(wait);
        }
        let mut all = lock(all);
        let book = all.get_or_insert(Book { used: 0.0, at: now });
        if let Some(wait) = book.wait(holds, now, 1.0) {
            return LetterToll::Wait(wait);
        }
        drop(all);
        let enough = limits.wait(What::LettersTo, LETTERS_TO, to, now, 1.0).is_some();
        if enough { LetterToll::Enough } else { LetterToll::Write }
    }

    /// Counts a form that is kept and sends nothing; how long to wait when too many come from one place.
    pub(crate) fn form_toll(&self, from: Option<Client>, now: Timestamp) -> Option<Duration> {
        self.activities().limits.wait(What::LettersFrom, LETTERS_FROM, from?, now, 1.0)
    }

    /// Counts a remark; how long to wait when there were too many from there.
    pub(crate) fn remark_toll(&self, from: Client, now: Timestamp) -> Option<Duration> {
        self.activities().limits.wait(What::Remarks, REMARKS, from, now, 1.0)
    }

    /// How long to wait for who tried too many links that lead nowhere.
    pub(crate) fn links_toll(&self, from: Option<Client>, now: Timestamp) -> Option<Duration> {
        self.activities().limits.wait(What::Wrong, WRONG, from?, now, 0.0)
    }

    /// Counts a link that leads nowhere.
    pub(crate) fn note_wrong_link(&self, from: Option<Client>, now: Timestamp) {
        if let Some(from) = from {
            self.activities().limits.wait(What::Wrong, WRONG, from, now, 1.0);
        }
    }
}

impl Limits {
    /// Counts a request; how long to wait when there were too many.
    pub(super) fn asks(&self, visitor: &Visitor) -> Option<Refusal> {
        let client = visitor.client?;
        let wait = self.wait(What::Wrong, WRONG, client, visitor.now, 0.0);
        wait.or_else(|| self.wait(What::Asks, ASKS, client, visitor.now, 1.0)).map(Refusal::Wait)
    }

    /// Counts a photo; says whether there were too many from there.
    pub(super) fn photo(&self, visitor: &Visitor) -> bool {
        visitor.client.is_some_and(|client| self.wait(What::Photos, PHOTOS, client, visitor.now, 1.0).is_some())
    }

    /// Counts a code that was wrong.
    pub(super) fn note_wrong_code(&self, visitor: &Visitor) {
        if let Some(client) = visitor.client {
            self.wait(What::Wrong, WRONG, client, visitor.now, 1.0);
        }
    }

    /// Counts a refusal that a guesser would get.
    pub(super) fn note_refusal(&self, visitor: &Visitor, refusal: Refusal) {
        if refusal == Refusal::InvitationUnknown || matches!(visitor.pass, Pass::Holder(_)) {
            self.note_wrong_code(visitor);
        }
    }

    /// Counts an answer that came to the end; says whether there were many from there.
    pub(super) fn is_burst(&self, visitor: &Visitor) -> bool {
        visitor.client.is_some_and(|client| self.wait(What::Finished, FINISHED, client, visitor.now, 1.0).is_some())
    }

    fn wait(&self, what: What, bucket: Bucket, client: Client, now: Timestamp, takes: f64) -> Option<Duration> {
        let mut books = lock(&self.books);
        if books.len() >= CLIENTS_MAX {
            books.clear();
        }
        books.entry((what, client)).or_insert(Book { used: 0.0, at: now }).wait(bucket, now, takes)
    }
}

impl Book {
    fn wait(&mut self, bucket: Bucket, now: Timestamp, takes: f64) -> Option<Duration> {
        self.used = (self.used - now.since(self.at).as_secs_f64() * bucket.per_second).max(0.0);
        self.at = now;
        if self.used + takes.max(1.0) > bucket.holds {
            let over = self.used + takes.max(1.0) - bucket.holds;
            return Some(Duration::from_secs_f64((over / bucket.per_second).clamp(1.0, 3600.0)));
        }
        self.used += takes;
        None
    }
}

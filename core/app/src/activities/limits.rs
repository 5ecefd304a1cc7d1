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
/// Photos from one address: a school class on an outing sends its own at once.
const PHOTOS: Bucket = Bucket { holds: 90.0, per_second: 0.05 };
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
}

/// The books of all clients.
#[derive(Debug, Default)]
pub(super) struct Limits {
    books: Mutex<HashMap<(What, Client), Book>>,
    key: Mutex<Option<(Timestamp, [u8; 32])>>,
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
        let book = books.entry((what, client)).or_insert(Book { used: 0.0, at: now });
        book.used = (book.used - now.since(book.at).as_secs_f64() * bucket.per_second).max(0.0);
        book.at = now;
        if book.used + takes.max(1.0) > bucket.holds {
            let over = book.used + takes.max(1.0) - bucket.holds;
            return Some(Duration::from_secs_f64((over / bucket.per_second).clamp(1.0, 3600.0)));
        }
        book.used += takes;
        None
    }
}

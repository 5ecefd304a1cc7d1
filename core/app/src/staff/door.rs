//! Who may try again: a guesser is slowed down, and nobody else is.
//!
//! A try costs a place in three books: one for the address it comes from, one for the account it is for, and, instead of both, one of
//! its own for a browser that came in before. So a guesser from elsewhere can use up an account's book, and its owner still comes in.

use model::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

/// Books kept at once; those unused longest are forgotten. An attacker with more addresses than this gains one try each.
const BOOKS_MAX: usize = 4096;

/// So many tries at once, and then one in so long.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    at_once: u32,
    then_every: Duration,
}

/// A household or a town hall behind one address has some who mistype.
const PER_ADDRESS: Allowance = Allowance { at_once: 20, then_every: Duration::from_secs(20) };
const PER_ACCOUNT: Allowance = Allowance { at_once: 10, then_every: Duration::from_mins(1) };
const PER_DEVICE: Allowance = Allowance { at_once: 10, then_every: Duration::from_secs(30) };
const PER_CODE: Allowance = Allowance { at_once: 5, then_every: Duration::from_mins(1) };

/// What a book is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Book {
    Address(IpAddr),
    Account(String),
    Device([u8; 32]),
    Code(u32),
}

/// The tries of late.
#[derive(Debug, Default)]
pub(super) struct Door {
    /// How many tries are used up, and when that was counted.
    books: HashMap<Book, (f64, Timestamp)>,
}

impl Door {
    /// Whether a password may be tried; else how long to wait.
    pub(super) fn try_password(
        &mut self,
        now: Timestamp,
        from: IpAddr,
        login: &str,
        device: Option<[u8; 32]>,
    ) -> Result<(), Duration> {
        if let Some(device) = device {
            return self.take(now, Book::Device(device), PER_DEVICE);
        }
        self.take(now, Book::Address(network(from)), PER_ADDRESS)?;
        self.take(now, Book::Account(login.to_owned()), PER_ACCOUNT)
    }

    /// Whether a claim may be tried.
    pub(super) fn try_claim(&mut self, now: Timestamp, from: IpAddr) -> Result<(), Duration> {
        self.take(now, Book::Address(network(from)), PER_ADDRESS)
    }

    /// Whether a code of the second factor may be tried.
    pub(super) fn try_code(&mut self, now: Timestamp, account: u32) -> Result<(), Duration> {
        self.take(now, Book::Code(account), PER_CODE)
    }

    /// Somebody came in: their mistakes are forgotten.
    pub(super) fn welcome(&mut self, from: IpAddr, login: &str, device: Option<[u8; 32]>) {
        self.books.remove(&Book::Address(network(from)));
        self.books.remove(&Book::Account(login.to_owned()));
        if let Some(device) = device {
            self.books.remove(&Book::Device(device));
        }
    }

    fn take(&mut self, now: Timestamp, book: Book, allowance: Allowance) -> Result<(), Duration> {
        let (used, counted_at) = self.books.get(&book).copied().unwrap_or((0.0, now));
        let every = allowance.then_every.as_secs_f64();
        let used = (used - now.since(counted_at).as_secs_f64() / every).max(0.0);
        let left = f64::from(allowance.at_once) - used;
        if left < 1.0 {
            self.books.insert(book, (used, now));
            return Err(Duration::from_secs_f64((1.0 - left) * every).max(Duration::from_secs(1)));
        }
        if self.books.len() >= BOOKS_MAX && !self.books.contains_key(&book) {
            let oldest = self.books.iter().min_by_key(|(_, (_, at))| *at).map(|(book, _)| book.clone());
            oldest.and_then(|book| self.books.remove(&book));
        }
        self.books.insert(book, (used + 1.0, now));
        Ok(())
    }
}

/// A customer of an IPv6 provider has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & (u128::MAX << 64)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    fn address(last: u16) -> IpAddr {
        format!("2001:db8:{last:x}::1").parse().unwrap()
    }

    #[test]
    fn ten_thousand_guesses_from_one_address_take_days() {
        let mut door = Door::default();
        let tries = (0..10_000).filter(|n| {
            let now = Timestamp::from_ms(i64::from(*n) * 100);
            door.try_password(now, address(1), &format!("account-{n}"), None).is_ok()
        });
        assert!(tries.count() <= 20 + 1_000 / 20, "within the first 1000 seconds");
    }

    #[test]
    fn ten_thousand_addresses_guess_one_account_no_faster_than_one() {
        let mut door = Door::default();
        let now = Timestamp::from_seconds(DAY);
        let tries = (0..10_000).filter(|n| door.try_password(now, address(*n), "kari", None).is_ok()).count();
        assert_eq!(tries, 10);
        assert!(door.books.len() <= BOOKS_MAX);
    }

    #[test]
    fn a_browser_that_came_in_before_is_not_locked_out_by_a_guesser() {
        let mut door = Door::default();
        let now = Timestamp::from_seconds(DAY);
        let tries = (0..100).filter(|n| door.try_password(now, address(*n), "kari", None).is_ok()).count();
        assert_eq!(tries, 10);
        assert!(door.try_password(now, address(200), "kari", None).is_err());
        assert!(door.try_password(now, address(1), "kari", Some([1; 32])).is_ok());
    }

    #[test]
    fn a_neighbour_and_a_colleague_may_still_try_and_waiting_helps() {
        let mut door = Door::default();
        let now = Timestamp::from_seconds(DAY);
        let wait = loop {
            if let Err(wait) = door.try_password(now, address(1), "kari", None) {
                break wait;
            }
        };
        assert_eq!(door.try_password(now, address(2), "ola", None), Ok(()));
        assert_eq!(door.try_password(now + wait, address(3), "kari", None), Ok(()));
    }
}

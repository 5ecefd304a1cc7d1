//! Who may try again: a guesser is slowed down, and nobody else is.
//!
//! A try costs a place in three books: one for the address it comes from, one for the account it is for, and, instead of both, one of
//! its own for a browser that came in before. So a guesser from elsewhere can use up an account's book, and its owner still comes in.

use model::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

/// Books of one kind kept at once. When there are more, the one with the fewest tries is forgotten: who invents addresses or names
/// pushes out their own, and not the account that is being guessed.
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

/// The tries of late.
#[derive(Debug)]
pub(super) struct Door {
    addresses: Books<IpAddr>,
    accounts: Books<String>,
    devices: Books<[u8; 32]>,
    codes: Books<u32>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            addresses: Books::allowing(PER_ADDRESS),
            accounts: Books::allowing(PER_ACCOUNT),
            devices: Books::allowing(PER_DEVICE),
            codes: Books::allowing(PER_CODE),
        }
    }
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
            return self.devices.take(now, device);
        }
        self.addresses.take(now, network(from))?;
        self.accounts.take(now, login.to_owned())
    }

    /// Whether a claim may be tried.
    pub(super) fn try_claim(&mut self, now: Timestamp, from: IpAddr) -> Result<(), Duration> {
        self.addresses.take(now, network(from))
    }

    /// Whether a code of the second factor may be tried.
    pub(super) fn try_code(&mut self, now: Timestamp, account: u32) -> Result<(), Duration> {
        self.codes.take(now, account)
    }

    /// Somebody came in: their mistakes are forgotten.
    pub(super) fn welcome(&mut self, from: IpAddr, login: &str, device: Option<[u8; 32]>) {
        self.addresses.tries.remove(&network(from));
        self.accounts.tries.remove(login);
        if let Some(device) = device {
            self.devices.tries.remove(&device);
        }
    }
}

/// The tries of late, of one kind.
#[derive(Debug)]
struct Books<K> {
    allowance: Allowance,
    /// How many tries are used up, and when that was counted.
    tries: HashMap<K, (f64, Timestamp)>,
}

impl<K: Clone + Eq + Hash> Books<K> {
    fn allowing(allowance: Allowance) -> Self {
        Self { allowance, tries: HashMap::new() }
    }

    fn take(&mut self, now: Timestamp, book: K) -> Result<(), Duration> {
        let every = self.allowance.then_every.as_secs_f64();
        let used_by_now = |(used, at): (f64, Timestamp)| (used - now.since(at).as_secs_f64() / every).max(0.0);
        let used = self.tries.get(&book).copied().map_or(0.0, used_by_now);
        let left = f64::from(self.allowance.at_once) - used;
        if left < 1.0 {
            self.tries.insert(book, (used, now));
            return Err(Duration::from_secs_f64((1.0 - left) * every).max(Duration::from_secs(1)));
        }
        if self.tries.len() >= BOOKS_MAX && !self.tries.contains_key(&book) {
            let least = self.tries.iter().min_by(|(_, a), (_, b)| used_by_now(**a).total_cmp(&used_by_now(**b)));
            if let Some(book) = least.map(|(book, _)| book.clone()) {
                self.tries.remove(&book);
            }
        }
        self.tries.insert(book, (used + 1.0, now));
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
        assert!(door.addresses.tries.len() <= BOOKS_MAX);
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

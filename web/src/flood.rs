//! An address that asks without end: it is told to wait, and nobody else notices.

use crate::line::Line;
use crate::portal::Portal;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::Timestamp;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What an address may ask for the whole day: a hundred things a second. A page with all it brings along is eight.
const EACH: Duration = Duration::from_millis(10);
/// What it may ask for at once: 6000 things. So five hundred people behind one address can open a page and then another.
const AHEAD: Duration = Duration::from_mins(1);
/// Addresses that are remembered. One who has more to ask from only makes the box forget those who asked least.
const ADDRESSES_MAX: usize = 4096;
/// When everything is forgiven, and what whoever is held back is told.
pub(crate) const WAIT: Duration = AHEAD;

/// Holds back whoever asks for more than a crowd behind one address does. This machine is let through: a proxy on it brings everybody.
pub(crate) async fn hold_back(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let from = Line::found(request.extensions()).from;
    if !from.is_loopback() && portal.crowd.take(from, portal.now()) == Verdict::Wait {
        return Problem::too_many().into_response();
    }
    next.run(request).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Answer,
    Wait,
}

/// Until when each address has used up what it may ask, as the generic cell rate algorithm reckons (ITU-T I.371).
#[derive(Debug, Default)]
pub(crate) struct Crowd(Mutex<HashMap<IpAddr, Timestamp>>);

impl Crowd {
    fn take(&self, from: IpAddr, now: Timestamp) -> Verdict {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = household(from);
        if !used.contains_key(&from) && used.len() >= ADDRESSES_MAX {
            forget(&mut used, now);
        }
        // A clock that was set back would leave somebody waiting for as long as it was wrong.
        let until = used.get(&from).map_or(now, |until| (*until).clamp(now, now + AHEAD));
        let answered = until + EACH <= now + AHEAD;
        used.insert(from, if answered { until + EACH } else { until });
        if answered { Verdict::Answer } else { Verdict::Wait }
    }
}

/// Those who may ask for everything again are as good as unknown; if nobody is, the one who asked least goes.
fn forget(used: &mut HashMap<IpAddr, Timestamp>, now: Timestamp) {
    used.retain(|_, until| *until > now);
    if used.len() >= ADDRESSES_MAX {
        let least = used.iter().min_by_key(|(_, until)| **until).map(|(from, _)| *from);
        least.and_then(|from| used.remove(&from));
    }
}

/// Whose address it is: with IPv6 a household has 2^64 of them.
fn household(from: IpAddr) -> IpAddr {
    match from {
        IpAddr::V4(_) => from,
        IpAddr::V6(of) => Ipv6Addr::from_bits(of.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 7));

    /// How many are answered, of as many as one likes to ask.
    fn answered(crowd: &Crowd, from: IpAddr, now: Timestamp) -> usize {
        (0..20_000).take_while(|_| crowd.take(from, now) == Verdict::Answer).count()
    }

    #[test]
    fn a_crowd_behind_one_address_is_answered_and_a_flood_is_not() {
        let crowd = Crowd::default();
        assert_eq!(answered(&crowd, ONE, NOW), 6000);
        assert_eq!(answered(&crowd, IpAddr::from([198, 51, 100, 8]), NOW), 6000, "nobody else notices");
        assert_eq!(answered(&crowd, ONE, NOW + Duration::from_secs(1)), 100);
        assert_eq!(answered(&crowd, ONE, NOW + Duration::from_secs(1) + WAIT), 6000, "all is forgiven");
    }

    #[test]
    fn a_household_is_one_however_many_addresses_it_has() {
        let crowd = Crowd::default();
        assert_eq!(answered(&crowd, "2001:db8::1".parse().unwrap(), NOW), 6000);
        assert_eq!(answered(&crowd, "2001:db8::2:1".parse().unwrap(), NOW), 0);
        assert_eq!(answered(&crowd, "2001:db8:0:1::1".parse().unwrap(), NOW), 6000);
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_waiting() {
        let crowd = Crowd::default();
        answered(&crowd, ONE, NOW + Duration::from_hours(24));
        assert_eq!(answered(&crowd, ONE, NOW), 0);
        assert_eq!(answered(&crowd, ONE, NOW + WAIT), 6000);
    }

    /// Who has a whole provider's addresses to ask from fills the list, and neither grows it nor gets forgiven by it.
    #[test]
    fn the_list_stays_small_and_who_asked_most_stays_on_it() {
        let crowd = Crowd::default();
        answered(&crowd, ONE, NOW);
        for at in 0..3 * u32::try_from(ADDRESSES_MAX).unwrap() {
            crowd.take(IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a00_0000 + at)), NOW);
        }
        assert_eq!(crowd.0.lock().unwrap().len(), ADDRESSES_MAX);
        assert_eq!(crowd.take(ONE, NOW), Verdict::Wait);
        crowd.take(IpAddr::from([192, 0, 2, 1]), NOW + WAIT * 2);
        assert_eq!(crowd.0.lock().unwrap().len(), 1, "those who may ask for everything again are forgotten");
    }
}

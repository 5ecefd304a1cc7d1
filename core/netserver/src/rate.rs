use crate::clock::Uptime;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Machines that are remembered. A town has tens of gateways; with more senders than this, those silent longest are forgotten.
const SOURCES_MAX: usize = 256;

/// A token bucket: lets through so many a second, and as many at once after a pause.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    filled: Uptime,
}

impl Bucket {
    pub(crate) fn full(now: Uptime, per_second: u32) -> Self {
        Self { tokens: f64::from(per_second), filled: now }
    }

    /// Takes a token; false when there is none.
    pub(crate) fn allows(&mut self, now: Uptime, per_second: u32) -> bool {
        let gained = now.since(self.filled).as_secs_f64() * f64::from(per_second);
        self.tokens = (self.tokens + gained).min(f64::from(per_second));
        self.filled = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

/// So many machines that are no adopted gateways may take up our time at once. A sender's address can be invented, and who invents
/// a new one for each datagram must not have a new bucket each time.
const MACHINES_AT_ONCE: u32 = 10;

/// One bucket for each machine that is no adopted gateway, and one for all of them.
#[derive(Debug)]
pub(crate) struct Sources {
    each: BTreeMap<IpAddr, Bucket>,
    all: Bucket,
    per_second: u32,
}

impl Sources {
    pub(crate) fn new(per_second: u32) -> Self {
        let all = Bucket::full(Uptime::default(), per_second.saturating_mul(MACHINES_AT_ONCE));
        Self { each: BTreeMap::new(), all, per_second }
    }

    pub(crate) fn allows(&mut self, now: Uptime, ip: IpAddr) -> bool {
        let per_second = self.per_second;
        if let Some(bucket) = self.each.get_mut(&ip)
            && !bucket.allows(now, per_second)
        {
            return false;
        }
        if !self.all.allows(now, per_second.saturating_mul(MACHINES_AT_ONCE)) {
            return false;
        }
        if !self.each.contains_key(&ip) {
            if self.each.len() >= SOURCES_MAX {
                let silent_longest = self.each.iter().min_by_key(|(_, bucket)| bucket.filled).map(|(ip, _)| *ip);
                silent_longest.and_then(|ip| self.each.remove(&ip));
            }
            self.each.entry(ip).or_insert_with(|| Bucket::full(now, per_second)).allows(now, per_second);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    #[test]
    fn a_bucket_lets_through_its_rate_and_no_more() {
        let start = Uptime::default();
        let mut bucket = Bucket::full(start, 5);
        assert_eq!((0..9).filter(|_| bucket.allows(start, 5)).count(), 5);
        let later = start + Duration::from_millis(400);
        assert_eq!((0..9).filter(|_| bucket.allows(later, 5)).count(), 2);
        let much_later = later + Duration::from_hours(1);
        assert_eq!((0..9).filter(|_| bucket.allows(much_later, 5)).count(), 5);
    }

    #[test]
    fn a_flood_of_invented_senders_neither_grows_the_table_nor_gets_through() {
        let mut sources = Sources::new(5);
        let hour = Uptime::default() + Duration::from_hours(1);
        let through = (0..10_000).filter(|n| sources.allows(hour, Ipv4Addr::from(*n).into())).count();
        assert_eq!(through, 50);
        for second in 0..1_000_u32 {
            for n in 0..20 {
                sources.allows(hour + Duration::from_secs(second.into()), Ipv4Addr::from(second << 8 | n).into());
            }
        }
        assert_eq!(sources.each.len(), SOURCES_MAX);
    }

    #[test]
    fn one_loud_stranger_leaves_room_for_the_others() {
        let mut sources = Sources::new(5);
        let at = Uptime::default();
        let loud = (0..1_000).filter(|_| sources.allows(at, Ipv4Addr::from(1).into())).count();
        assert_eq!(loud, 5);
        assert!(sources.allows(at, Ipv4Addr::from(2).into()));
    }
}

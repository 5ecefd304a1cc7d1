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

/// One bucket for each machine that is no adopted gateway.
#[derive(Debug, Default)]
pub(crate) struct Sources(BTreeMap<IpAddr, Bucket>);

impl Sources {
    pub(crate) fn allows(&mut self, now: Uptime, ip: IpAddr, per_second: u32) -> bool {
        if self.0.len() >= SOURCES_MAX && !self.0.contains_key(&ip) {
            let silent_longest = self.0.iter().min_by_key(|(_, bucket)| bucket.filled).map(|(ip, _)| *ip);
            silent_longest.and_then(|ip| self.0.remove(&ip));
        }
        self.0.entry(ip).or_insert_with(|| Bucket::full(now, per_second)).allows(now, per_second)
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
    fn a_flood_of_invented_senders_does_not_grow_the_table() {
        let mut sources = Sources::default();
        for n in 0..10_000 {
            sources.allows(Uptime::default(), Ipv4Addr::from(n).into(), 5);
        }
        assert_eq!(sources.0.len(), SOURCES_MAX);
    }
}

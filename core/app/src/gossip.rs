//! What an operator reads in the log about the radio: strangers once each, and once a minute what was dropped and why.

use model::{GatewayEui, Timestamp};
use netserver::{Rejection, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A flood of rejected datagrams is one line a minute.
const PAUSE: Duration = Duration::from_mins(1);

/// Remembers what was said already.
#[derive(Debug, Default)]
pub(crate) struct Gossip {
    strangers: BTreeSet<GatewayEui>,
    rejected: BTreeMap<Rejection, u64>,
    told_at: Option<Timestamp>,
}

impl Gossip {
    /// Writes what is new in `report` to the log.
    pub(crate) fn tell(&mut self, report: &Report, now: Timestamp) {
        for line in self.news(report, now) {
            tracing::info!("{line}");
        }
    }

    fn news(&mut self, report: &Report, now: Timestamp) -> Vec<String> {
        let mut lines = Vec::new();
        for stranger in &report.strangers {
            if self.strangers.insert(stranger.eui) {
                let (eui, from) = (stranger.eui, stranger.address.ip());
                lines.push(format!("gateway {eui} seen from {from}: to adopt it, add it to gateways.toml"));
            }
        }
        // The table of strangers is bounded; so is what is remembered of it.
        self.strangers.retain(|eui| report.strangers.iter().any(|s| s.eui == *eui));
        if self.told_at.is_none_or(|at| now.since(at) >= PAUSE) {
            let risen = |(why, count): (&Rejection, &u64)| {
                let new = count.saturating_sub(self.rejected.get(why).copied().unwrap_or(0));
                // A second gateway's copy and a device's own repetition are how radio works.
                let worth_a_line = !matches!(why, Rejection::Duplicate | Rejection::Repeated);
                (new > 0 && worth_a_line).then(|| format!("{new} x {why}"))
            };
            let dropped: Vec<String> = report.rejected.iter().filter_map(risen).collect();
            if !dropped.is_empty() {
                lines.push(format!("dropped since the last such line: {}", dropped.join("; ")));
                self.rejected.clone_from(&report.rejected);
                self.told_at = Some(now);
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(wrong_mic: u64) -> Report {
        Report { rejected: BTreeMap::from([(Rejection::WrongMic, wrong_mic)]), ..Report::default() }
    }

    #[test]
    fn a_flood_is_one_line_a_minute_with_the_reason() {
        let mut gossip = Gossip::default();
        let start = Timestamp::from_seconds(1_000);
        let line = "dropped since the last such line: 3 x signature does not fit: wrong key, or forged";
        assert_eq!(gossip.news(&report(3), start), [line]);
        assert!(gossip.news(&report(900), start + Duration::from_secs(30)).is_empty());
        let later = gossip.news(&report(1_000), start + PAUSE);
        assert!(later[0].contains("997 x"), "{later:?}");
        assert!(gossip.news(&report(1_000), start + PAUSE * 2).is_empty(), "nothing new");
    }
}

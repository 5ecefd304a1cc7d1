//! How fast, and how often again.

use model::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// The first wait after a failure; each further one is three times as long.
const FIRST: Duration = Duration::from_secs(10);
/// Nobody gains by less: a server that is away for a day is found again within the hour.
const LONGEST: Duration = Duration::from_hours(1);
/// Five days, as mail has it (RFC 5321, section 4.5.4.1).
pub(super) const PATIENCE: Duration = Duration::from_hours(5 * 24);
/// Nothing is given up before it was tried so often: a box that was away for a week has patience still.
pub(super) const TRIES_MIN: u32 = 10;

/// How long to wait after the failure number `failures` (from 1). `dice` moves it by up to a quarter, so that not all who were refused
/// come back at once.
pub(crate) fn backoff(failures: u32, dice: u64) -> Duration {
    let factor = 3_u32.saturating_pow(failures.saturating_sub(1).min(8));
    let wait = FIRST.saturating_mul(factor).min(LONGEST);
    // 75 to 125 percent.
    let percent = 75 + u32::try_from(dice % 51).unwrap_or(0);
    wait.saturating_mul(percent) / 100
}

/// Counts what left in the last minute.
#[derive(Debug, Default)]
pub(super) struct Rate(VecDeque<Timestamp>);

impl Rate {
    /// How many may leave now.
    pub(super) fn room(&mut self, per_minute: u32, now: Timestamp) -> usize {
        let since = now - Duration::from_mins(1);
        // A clock that was set back must not keep anybody waiting for longer than the minute.
        self.0.retain(|at| *at > since && *at <= now);
        (per_minute as usize).saturating_sub(self.0.len())
    }

    pub(super) fn note(&mut self, at: Timestamp) {
        self.0.push_back(at);
    }

    /// How long until there is room again.
    pub(super) fn wait(&self, now: Timestamp) -> Duration {
        let oldest = self.0.front().map(|at| (*at + Duration::from_mins(1)).since(now));
        oldest.unwrap_or_default().max(Duration::from_millis(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_differ_by_the_dice() {
        assert_eq!(backoff(1, 25), Duration::from_secs(10));
        assert_eq!(backoff(2, 25), Duration::from_secs(30));
        assert_eq!(backoff(3, 25), Duration::from_secs(90));
        for failures in [7, 9, 1000, u32::MAX] {
            assert_eq!(backoff(failures, 25), Duration::from_hours(1));
        }
        assert_eq!(backoff(1, 0), Duration::from_millis(7500));
        assert_eq!(backoff(1, 50), Duration::from_millis(12_500));
    }

    #[test]
    fn no_more_leave_in_a_minute_than_may() {
        let now = Timestamp::from_seconds(1_795_097_100);
        let mut rate = Rate::default();
        for second in 0..3 {
            assert!(rate.room(3, now + Duration::from_secs(second)) > 0);
            rate.note(now + Duration::from_secs(second));
        }
        let then = now + Duration::from_secs(10);
        assert_eq!((rate.room(3, then), rate.wait(then)), (0, Duration::from_secs(50)));
        assert_eq!(rate.room(3, now + Duration::from_secs(61)), 2);
        assert_eq!(rate.room(3, now - Duration::from_hours(1)), 3, "the clock was set back");
    }
}

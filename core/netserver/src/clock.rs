//! Hides that a wall clock may step: a box without a battery clock boots in the past and jumps when it hears of the time.

use model::Timestamp;
use std::ops::Add;
use std::time::Duration;

/// Time since the server began. Unlike wall-clock time it never runs backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Uptime(Duration);

impl Uptime {
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Uptime {
    type Output = Self;
    fn add(self, d: Duration) -> Self {
        Self(self.0.saturating_add(d))
    }
}

/// One moment, read on both clocks: `uptime` to measure with, `wall` to tell people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    pub(crate) uptime: Uptime,
    pub(crate) wall: Timestamp,
}

impl Now {
    /// When the wall clock will show that `at` has come.
    pub(crate) fn wall_at(self, at: Uptime) -> Timestamp {
        self.wall + at.since(self.uptime)
    }
}

/// Makes an [`Uptime`] of wall-clock readings: a step back counts as no time at all.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    last: Option<Timestamp>,
    uptime: Uptime,
}

impl Clock {
    /// When it was last read.
    pub(crate) fn uptime(&self) -> Uptime {
        self.uptime
    }

    /// The wall clock was corrected by so much: no time passes by that.
    pub(crate) fn correct(&mut self, by_ms: i64) {
        self.last = self.last.map(|last| last.moved(by_ms));
    }

    pub(crate) fn read(&mut self, wall: Timestamp) -> Now {
        let passed = self.last.map_or(Duration::ZERO, |last| wall.since(last));
        self.last = Some(wall);
        self.uptime = self.uptime + passed;
        Now { uptime: self.uptime, wall }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_after_the_wall_clock_stepped_back() {
        let mut clock = Clock::default();
        let before = clock.read(Timestamp::from_seconds(5_000)).uptime;
        let stepped = clock.read(Timestamp::from_seconds(100)).uptime;
        let after = clock.read(Timestamp::from_seconds(103)).uptime;
        assert_eq!((stepped.since(before), after.since(before)), (Duration::ZERO, Duration::from_secs(3)));
    }

    #[test]
    fn no_time_passes_by_a_correction_of_the_wall_clock() {
        let mut clock = Clock::default();
        let before = clock.read(Timestamp::from_seconds(100)).uptime;
        clock.correct(1_000_000_000);
        let after = clock.read(Timestamp::from_seconds(1_000_103)).uptime;
        assert_eq!(after.since(before), Duration::from_secs(3));
    }
}

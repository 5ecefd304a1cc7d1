use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Arithmetic saturates, so a clock gone wild cannot panic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From Unix time in milliseconds.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// From Unix time in whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From a date and time after RFC 3339: `2026-11-21T15:04:05.678Z`, `2026-11-21T16:04:05+01:00`.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|moment| Self(moment.as_millisecond()))
    }

    /// Unix time in milliseconds.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// The moment so many milliseconds later; earlier when they are negative.
    #[must_use]
    pub const fn moved(self, by_ms: i64) -> Self {
        Self(self.0.saturating_add(by_ms))
    }

    /// Time from `earlier` to `self`; zero when `earlier` is later, for clocks step back.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, d: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, d: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// RFC 3339 in UTC with milliseconds: `2026-11-21T15:04:05.678Z`. A moment no calendar reaches prints as its milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(t) => write!(f, "{t:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_rfc_3339_in_utc() {
        assert_eq!(Timestamp::from_ms(1_774_746_000_120).to_string(), "2026-03-29T01:00:00.120Z");
    }

    #[test]
    fn reads_rfc_3339_in_any_zone_and_nothing_else() {
        let moment = Some(Timestamp::from_ms(1_774_746_000_120));
        assert_eq!(Timestamp::from_rfc3339("2026-03-29T01:00:00.120Z"), moment);
        assert_eq!(Timestamp::from_rfc3339("2026-03-29T03:00:00.12+02:00"), moment);
        assert_eq!(Timestamp::from_rfc3339("2026-03-29"), None);
    }

    #[test]
    fn a_clock_that_steps_back_gives_zero_and_no_panic() {
        assert_eq!(Timestamp::from_ms(5).since(Timestamp::from_ms(9)), Duration::ZERO);
        assert_eq!(Timestamp::from_ms(i64::MAX) + Duration::MAX, Timestamp::from_ms(i64::MAX));
    }
}

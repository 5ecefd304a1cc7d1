use crate::Timestamp;
use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use std::fmt;
use std::str::FromStr;

/// Local time of a municipality. Its time zone table is compiled in, so two boxes always agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
}

/// A local calendar day, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// An hour of absolute time, as hours since 1970-01-01T00:00Z. Every European zone is whole hours from UTC, so an hour never straddles two local ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(pub u32);

/// A weekday and the hour of that day, local: "Thursday at 15".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HourOfWeek {
    /// 0 is Monday, 6 is Sunday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

/// What a time on the wall means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WallClock {
    /// It comes once, as on most days.
    Once(Timestamp),
    /// The clock is set back, and it comes twice: the first of the two.
    Twice(Timestamp),
    /// The clock is set forward, and it does not come at all: as much later.
    Skipped(Timestamp),
}

/// No time zone of this name is in the IANA table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called `{0}`")]
pub struct UnknownTimeZone(pub String);

/// Text that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written as 2026-11-21")]
pub struct ParseDayError;

impl Calendar {
    /// The calendar of an IANA time zone such as `Europe/Oslo`.
    pub fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        let zone = TimeZoneDatabase::bundled().get(name).map_err(|_| UnknownTimeZone(name.to_owned()))?;
        Ok(Self { zone })
    }

    /// The name of its time zone in the IANA database.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The local day on which `t` falls.
    pub fn day(&self, t: Timestamp) -> Day {
        Day(days_since_epoch(self.local(t).date()))
    }

    /// Weekday and hour, local.
    pub fn hour_of_week(&self, t: Timestamp) -> HourOfWeek {
        let local = self.local(t);
        HourOfWeek {
            weekday: u8::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0),
            hour: u8::try_from(local.hour()).unwrap_or(0),
        }
    }

    /// First moment of a local day. The day is 23, 24 or 25 hours long.
    pub fn day_start(&self, day: Day) -> Timestamp {
        let date = Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day.0.clamp(-700_000, 2_900_000)));
        let start = date.to_zoned(self.zone.clone()).map_or(jiff::Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        Timestamp::from_ms(start.as_millisecond())
    }

    /// A minute of a local day, 0 to 1439. Where the clock skips it, as much later; where it comes twice, the first.
    pub fn at(&self, day: Day, minute: u16) -> Timestamp {
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
        let time = jiff::civil::Time::new(hour, minute, 0, 0).unwrap_or(jiff::civil::Time::midnight());
        let zoned = day.civil().to_datetime(time).to_zoned(self.zone.clone());
        zoned.map_or(self.day_start(day), |zoned| Timestamp::from_ms(zoned.timestamp().as_millisecond()))
    }

    /// A moment with its offset from UTC, for who has no table of time zones.
    pub fn moment(&self, t: Timestamp) -> crate::activity::Moment {
        let minutes = self.local(t).offset().seconds() / 60;
        crate::activity::Moment { at: t, offset_minutes: i16::try_from(minutes).unwrap_or(0) }
    }

    /// A local date (`2026-07-01`), or a date and time (`2026-07-01 08:00`). A date alone begins with its first moment.
    pub fn parse(&self, text: &str) -> Option<Timestamp> {
        if let Ok(day) = text.parse::<Day>() {
            return Some(self.day_start(day));
        }
        let local: jiff::civil::DateTime = text.parse().ok()?;
        let zoned = local.to_zoned(self.zone.clone()).ok()?;
        Some(Timestamp::from_ms(zoned.timestamp().as_millisecond()))
    }

    /// What a clock on the wall at `date and time` (`2026-03-29T02:30`) means: on the nights on which it is set it may be skipped, or come
    /// twice. None when the text is no date and time.
    pub fn wall_clock(&self, text: &str) -> Option<WallClock> {
        let local: jiff::civil::DateTime = text.trim().parse().ok()?;
        text.contains(':').then_some(())?;
        let ambiguous = self.zone.to_ambiguous_zoned(local);
        let at = |zoned: jiff::Zoned| Timestamp::from_ms(zoned.timestamp().as_millisecond());
        Some(match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => WallClock::Once(ambiguous.compatible().ok().map(at)?),
            AmbiguousOffset::Gap { .. } => WallClock::Skipped(ambiguous.later().ok().map(at)?),
            AmbiguousOffset::Fold { .. } => WallClock::Twice(ambiguous.earlier().ok().map(at)?),
        })
    }

    /// Year, month and day of month, and hour and minute, local.
    pub fn civil(&self, t: Timestamp) -> jiff::civil::DateTime {
        self.local(t).datetime()
    }

    fn local(&self, t: Timestamp) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(t.as_ms()).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }
}

fn days_since_epoch(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}

impl Hour {
    /// The hour in which `t` lies. Moments before 1970 count as its first hour.
    pub fn of(t: Timestamp) -> Self {
        Self(u32::try_from(t.as_ms().div_euclid(3_600_000)).unwrap_or(0))
    }

    /// First moment of the hour.
    pub fn start(self) -> Timestamp {
        Timestamp::from_ms(i64::from(self.0) * 3_600_000)
    }
}

impl Day {
    /// Year, month, day of month.
    pub fn civil(self) -> Date {
        Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(self.0.clamp(-700_000, 2_900_000)))
    }

    /// 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> u8 {
        u8::try_from(self.civil().weekday().to_monday_zero_offset()).unwrap_or(0)
    }
}

/// ISO 8601: `2026-11-21`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.civil().fmt(f)
    }
}

impl FromStr for Day {
    type Err = ParseDayError;
    fn from_str(text: &str) -> Result<Self, ParseDayError> {
        // Jiff would also read `20261121` and a date with a time; there is one way to write a day here.
        if text.len() != "2026-11-21".len() {
            return Err(ParseDayError);
        }
        text.parse().map(|date| Self(days_since_epoch(date))).map_err(|_| ParseDayError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oslo() -> Calendar {
        Calendar::named("Europe/Oslo").unwrap()
    }

    #[test]
    fn the_autumn_day_has_twenty_five_hours() {
        // 2026-10-25, the night summer time ends.
        let day = oslo().day(Timestamp::from_seconds(1_792_929_600));
        assert_eq!(day.to_string(), "2026-10-25");
        let length = oslo().day_start(Day(day.0 + 1)).since(oslo().day_start(day));
        assert_eq!(length.as_secs(), 25 * 3600);
    }

    #[test]
    fn a_time_on_the_wall_may_be_skipped_or_come_twice() {
        let at = |text: &str| oslo().wall_clock(text);
        let utc = |text: &str| Calendar::named("UTC").unwrap().parse(text).unwrap();
        assert_eq!(at("2026-03-29T01:30"), Some(WallClock::Once(utc("2026-03-29 00:30"))));
        assert_eq!(at("2026-03-29T02:30"), Some(WallClock::Skipped(utc("2026-03-29 01:30"))));
        assert_eq!(at("2026-10-25 02:30"), Some(WallClock::Twice(utc("2026-10-25 00:30"))));
        for nonsense in ["", "2026-03-29", "02:30", "2026-02-30T10:00", "2026-03-29T25:00"] {
            assert_eq!(at(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn hour_of_week_is_local() {
        // Thursday 2026-07-02 13:00 UTC is 15 in Oslo.
        let t = Timestamp::from_seconds(1_782_997_200);
        assert_eq!(oslo().hour_of_week(t), HourOfWeek { weekday: 3, hour: 15 });
    }

    #[test]
    fn an_unknown_zone_is_named_in_the_error() {
        assert_eq!(Calendar::named("Europe/Norsjo").unwrap_err().to_string(), "no time zone is called `Europe/Norsjo`");
    }

    #[test]
    fn a_day_is_read_as_it_is_printed_and_in_no_other_way() {
        let day: Day = "2026-10-25".parse().unwrap();
        assert_eq!(day.to_string(), "2026-10-25");
        for bad in ["", "2026-02-30", "20261025", "2026-10-25T00:00", "25.10.2026", "+2026-10-2"] {
            assert_eq!(bad.parse::<Day>(), Err(ParseDayError), "{bad}");
        }
    }

    #[test]
    fn a_day_knows_its_weekday() {
        assert_eq!(Day(0).weekday(), 3, "1970-01-01 was a Thursday");
    }
}

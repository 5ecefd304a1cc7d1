//! Calendar dates as days since 1970-01-01, and the weeks, months and years they are counted by.

use std::collections::BTreeMap;

use allting_plugin_sdk::method::{date_of_day, day_of_date};

/// Nobody means a date outside these years.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2200;
/// More than this many weeks are counted by month, more months by year.
const ROWS_MAX: i32 = 26;

/// Reads `2026-07-02`; none when there is no such day, or nobody can mean it.
pub(crate) fn read(date: &str) -> Option<i32> {
    day_of_date(date).filter(|day| YEARS.contains(&date_of_day(*day).0))
}

/// How many days, counted by week, month or year, whichever gives a table one can read.
pub(crate) fn spans(days: &BTreeMap<i32, u32>) -> (Span, Vec<(String, u32)>) {
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else {
        return (Span::Week, Vec::new());
    };
    let span = match last - first {
        ..=182 => Span::Week,
        183..=800 => Span::Month,
        _ => Span::Year,
    };
    let mut counts: BTreeMap<i32, u32> = BTreeMap::new();
    for (day, people) in days {
        *counts.entry(span.of(*day)).or_default() += people;
    }
    let (from, to) = (span.of(*first), span.of(*last));
    let all = if span == Span::Year && to - from > ROWS_MAX * 4 {
        counts.iter().map(|(at, people)| (span.name(*at), *people)).collect()
    } else {
        (from..=to).map(|at| (span.name(at), counts.get(&at).copied().unwrap_or(0))).collect()
    };
    (span, all)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Week,
    Month,
    Year,
}

impl Span {
    /// Which week, month or year a day is in, counted from some start.
    fn of(self, day: i32) -> i32 {
        let (year, month, _) = date_of_day(day);
        match self {
            // 1970-01-01 was a Thursday.
            Self::Week => (day + 3).div_euclid(7),
            Self::Month => year * 12 + month - 1,
            Self::Year => year,
        }
    }

    /// The Monday of a week, `2026-07`, `2026`.
    fn name(self, at: i32) -> String {
        match self {
            Self::Week => {
                let (year, month, day) = date_of_day(at * 7 - 3);
                format!("{year:04}-{month:02}-{day:02}")
            }
            Self::Month => format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1),
            Self::Year => at.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_that_somebody_can_mean_are_read() {
        assert_eq!(read("1970-01-01"), Some(0));
        assert_eq!(read("2026-07-02"), Some(20_636));
        assert_eq!(["2026-02-29", "2026-13-01", "2026-1-01", "0001-01-01", "-026-01-01", ""].map(read), [None; 6]);
        assert!(read("2024-02-29").is_some());
    }

    #[test]
    fn near_dates_are_counted_by_week_and_far_ones_by_year() {
        let count = |dates: &[&str]| {
            let mut days = BTreeMap::new();
            for date in dates {
                *days.entry(read(date).unwrap()).or_default() += 1;
            }
            spans(&days)
        };
        let (span, weeks) = count(&["2026-06-29", "2026-07-05", "2026-07-13"]);
        assert_eq!(span, Span::Week);
        let expected = [("2026-06-29", 2), ("2026-07-06", 0), ("2026-07-13", 1)];
        assert_eq!(weeks, expected.map(|(name, people)| (name.to_owned(), people)));
        let (span, months) = count(&["2025-12-31", "2026-09-01"]);
        assert_eq!((span, months.len(), months[0].0.as_str()), (Span::Month, 10, "2025-12"));
        let (span, years) = count(&["1950-05-17", "1953-01-01"]);
        assert_eq!((span, years.len()), (Span::Year, 4));
    }
}

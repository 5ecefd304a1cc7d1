//! Calendar dates as days since 1970-01-01, and the weeks, months and years they are counted by.

use std::collections::BTreeMap;

/// Nobody means a date outside these years.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2200;
/// More than this many weeks are counted by month, more months by year.
const ROWS_MAX: i32 = 26;

/// Reads `2026-07-02`; none when there is no such day.
pub(crate) fn read(date: &str) -> Option<i32> {
    let mut parts = date.splitn(3, '-');
    let [year, month, day] = [parts.next()?, parts.next()?, parts.next()?];
    let whole = |text: &str, length: usize| {
        let fits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (year, month, day) = (whole(year, 4)?, whole(month, 2)?, whole(day, 2)?);
    let days = days_of(year, month, day);
    (YEARS.contains(&year) && written(days) == (year, month, day)).then_some(days)
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
        let (year, month, _) = written(day);
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
                let (year, month, day) = written(at * 7 - 3);
                format!("{year:04}-{month:02}-{day:02}")
            }
            Self::Month => format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1),
            Self::Year => at.to_string(),
        }
    }
}

/// Days since 1970 of a date of the Gregorian calendar. Years are counted from March, so that a leap day is the last of its year.
fn days_of(year: i32, month: i32, day: i32) -> i32 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day
        - 719_469
}

fn written(days: i32) -> (i32, i32, i32) {
    let mut year = (i64::from(days) * 400).div_euclid(146_097);
    let year_of = |year: i64| i32::try_from(year).unwrap_or(0) + 1970;
    while days_of(year_of(year), 1, 1) > days {
        year -= 1;
    }
    while days_of(year_of(year) + 1, 1, 1) <= days {
        year += 1;
    }
    let year = year_of(year);
    let month = (1..=12).rev().find(|month| days_of(year, *month, 1) <= days).unwrap_or(1);
    (year, month, days - days_of(year, month, 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_the_same_both_ways() {
        assert_eq!(read("1970-01-01"), Some(0));
        assert_eq!(read("2026-07-02"), Some(20_636));
        assert_eq!(["2026-02-29", "2026-13-01", "2026-1-01", "0001-01-01", "-026-01-01", ""].map(read), [None; 6]);
        for days in (-40_000..80_000).step_by(13) {
            let (year, month, day) = written(days);
            assert_eq!(days_of(year, month, day), days, "{year}-{month}-{day}");
        }
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

//! Calendar dates as days since 1970-01-01, as [`Moment::day`](super::Moment::day) counts them.

/// The day of an ISO 8601 date: `2026-07-02`. None when there is no such day.
pub fn day_of_date(date: &str) -> Option<i32> {
    let mut parts = date.splitn(3, '-');
    let [year, month, day] = [parts.next()?, parts.next()?, parts.next()?];
    let whole = |text: &str, length: usize| {
        let fits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (year, month, day) = (whole(year, 4)?, whole(month, 2)?, whole(day, 2)?);
    let days = days_of(year, month, day);
    (date_of_day(days) == (year, month, day)).then_some(days)
}

/// Year, month (1 to 12) and day (1 to 31) of a day since 1970-01-01. Days farther than a million years away are brought nearer.
pub fn date_of_day(day: i32) -> (i32, i32, i32) {
    let day = day.clamp(-365_000_000, 365_000_000);
    let mut year = i32::try_from((i64::from(day) * 400).div_euclid(146_097)).unwrap_or(0) + 1970;
    while days_of(year, 1, 1) > day {
        year -= 1;
    }
    while days_of(year + 1, 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| days_of(year, *month, 1) <= day).unwrap_or(1);
    (year, month, day - days_of(year, month, 1) + 1)
}

/// Years are counted from March, so that a leap day is the last of its year.
fn days_of(year: i32, month: i32, day: i32) -> i32 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_the_same_both_ways() {
        assert_eq!(day_of_date("1970-01-01"), Some(0));
        assert_eq!(day_of_date("2026-07-02"), Some(20_636));
        assert_eq!(
            ["2026-02-29", "2026-13-01", "2026-1-01", "-026-01-01", "2026-00-10", ""].map(day_of_date),
            [None; 6]
        );
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, of_month) = date_of_day(day);
            assert_eq!(days_of(year, month, of_month), day, "{year}-{month}-{of_month}");
        }
        assert!(day_of_date("2024-02-29").is_some());
        assert!(date_of_day(i32::MAX).0 > date_of_day(i32::MIN).0);
    }
}

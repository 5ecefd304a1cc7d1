//! The last four weeks against the same weeks a year before: ordinary days with ordinary days, school holidays with school
//! holidays, public holidays with public holidays.

use crate::past::{hours, per_day};
use model::{Almanac, Calendar, DatastreamId, Day, DayKind, Hour, Measure};
use store::{Snapshot, StoreError};

/// Whole weeks, so that each weekday is there as often.
const DAYS: i32 = 28;
/// Fifty-two weeks: the same weekdays a year before.
const YEAR: i32 = 364;
/// A mean of fewer days than this says more about one event than about the place.
const DAYS_MIN: usize = 3;

/// One sort of days of both years: how many days each mean rests on, and the means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct YearOnYear {
    pub(crate) kind: DayKind,
    pub(crate) this: (usize, f64),
    pub(crate) last: (usize, f64),
}

/// What the four weeks before `today` come to. A sort of days that either year has too few of is left out.
pub(crate) fn read(
    snapshot: &Snapshot,
    (calendar, almanac): (&Calendar, &Almanac),
    ids: &[DatastreamId],
    measure: Measure,
    today: Day,
) -> Result<Vec<YearOnYear>, StoreError> {
    let span = |end: Day| -> Result<Vec<(Day, f64)>, StoreError> {
        let range = Hour::of(calendar.day_start(Day(end.0 - DAYS)))..Hour::of(calendar.day_start(end));
        let amounts = per_day(calendar, &hours(snapshot, ids, measure, &range)?, measure);
        Ok(amounts.into_iter().collect())
    };
    let (this, last) = (span(today)?, span(Day(today.0 - YEAR))?);
    Ok([DayKind::Ordinary, DayKind::SchoolBreak, DayKind::Holiday]
        .into_iter()
        .filter_map(|kind| {
            Some(YearOnYear { kind, this: mean(&this, kind, almanac)?, last: mean(&last, kind, almanac)? })
        })
        .collect())
}

fn mean(days: &[(Day, f64)], kind: DayKind, almanac: &Almanac) -> Option<(usize, f64)> {
    let amounts: Vec<f64> =
        days.iter().filter(|(day, _)| almanac.kind(*day) == kind).map(|(_, amount)| *amount).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most 28")]
    let mean = || amounts.iter().sum::<f64>() / amounts.len() as f64;
    (amounts.len() >= DAYS_MIN).then(|| (amounts.len(), mean()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Country;

    #[test]
    fn a_mean_is_of_one_sort_of_days_and_of_three_at_least() {
        let almanac = Almanac { country: Some(Country::Sweden), school_breaks: Vec::new() };
        let christmas: Day = "2026-12-25".parse().unwrap();
        let days: Vec<(Day, f64)> = (-4..=1).map(|n| (Day(christmas.0 + n), f64::from(n + 10))).collect();
        // 21, 22 and 23 December; the eve, the day and the day after are holidays.
        assert_eq!(mean(&days, DayKind::Ordinary, &almanac), Some((3, 7.0)));
        assert_eq!(mean(&days, DayKind::Holiday, &almanac), Some((3, 10.0)));
        assert_eq!(mean(&days[..2], DayKind::Ordinary, &almanac), None);
    }
}

//! Which days are free, and when the schools are closed.

use model::Day;

/// What sort of day it is for the people of the town.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DayKind {
    /// 0 is Monday, 6 is Sunday.
    pub(crate) weekday: usize,
    /// 1 to 12.
    pub(crate) month: i8,
    /// Neither school nor work: weekends and the great holidays.
    pub(crate) free: bool,
    /// The schools are closed.
    pub(crate) school_holiday: bool,
    /// Everything is closed: Christmas, New Year's Day, the eve of midsummer.
    pub(crate) shut: bool,
}

impl DayKind {
    pub(crate) fn of(day: Day) -> Self {
        let date = day.civil();
        let (month, of_month, week) = (date.month(), date.day(), date.iso_week_date().week());
        let weekday = usize::from(day.weekday());
        let midsummer_eve = month == 6 && weekday == 4 && (19..=25).contains(&of_month);
        let shut = midsummer_eve || matches!((month, of_month), (12, 24..=26) | (1, 1));
        let summer = matches!((month, of_month), (6, 12..) | (7, _) | (8, ..=18));
        let christmas = matches!((month, of_month), (12, 21..) | (1, ..=7));
        Self {
            weekday,
            month,
            free: weekday >= 5 || shut,
            // Week 10 is for skiing, week 44 for reading.
            school_holiday: summer || christmas || matches!(week, 10 | 44),
            shut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Calendar, Timestamp};

    fn kind(unix_seconds: i64) -> DayKind {
        DayKind::of(Calendar::named("Europe/Stockholm").unwrap().day(Timestamp::from_seconds(unix_seconds)))
    }

    #[test]
    fn christmas_is_shut_and_a_thursday_in_july_is_a_school_holiday() {
        assert!(kind(1_798_200_000).shut, "2026-12-25");
        let july = kind(1_782_997_200);
        assert!(july.school_holiday && !july.free && !july.shut, "2026-07-02");
        assert_eq!(july.weekday, 3);
    }
}

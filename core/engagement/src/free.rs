//! Free capacity: which hours of a usual week are crowded, and which have room. Said only of what the public may know.

use crate::{Gate, PublicCount};
use model::{HourOfWeek, Measure, TypicalHour, TypicalWeek};
use std::ops::Range;

/// From this part of what a place is made for an hour is crowded; of its fullest hour where nobody said what it is made for.
const CROWDED_FROM: f64 = 0.8;
/// Up to this part an hour has room.
const ROOM_UNTIL: f64 = 0.2;

/// What a usual week of a place has too much and too little of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeCapacity {
    /// Spans of hours that are crowded, fullest first.
    pub crowded: Vec<WeekSpan>,
    /// Spans of hours between the first and the last lively hour of a day that have room, longest first.
    pub unused: Vec<WeekSpan>,
    /// How many weeks the hours rest on: the fewest, and the most. None where too little is known to say anything.
    pub weeks: Option<(u32, u32)>,
}

/// Hours of one weekday that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekSpan {
    /// 0 is Monday.
    pub weekday: u8,
    /// From its first hour to the one after its last.
    pub hours: Range<u8>,
    /// Half of the weeks lay between these: the lowest and the highest of its hours.
    pub between: (PublicCount, PublicCount),
}

/// One hour as the public may know it.
struct Cell {
    at: HourOfWeek,
    usual: TypicalHour,
    told: PublicCount,
}

impl FreeCapacity {
    /// That of a usual week.
    pub fn of(week: &TypicalWeek, gate: Gate, measure: Measure, capacity: Option<u32>) -> Self {
        let public = |amount: f64| match measure {
            Measure::BaysTaken => gate.things(amount),
            Measure::PeopleNow | Measure::Visits => gate.count(amount),
        };
        let hours = (0..7).flat_map(|weekday| (0..24).map(move |hour| HourOfWeek { weekday, hour }));
        let cell = |at| week.at(at).map(|usual| Cell { at, usual, told: public(usual.median) });
        let cells: Vec<Cell> = hours.filter_map(cell).collect();
        let fullest = cells.iter().filter_map(|cell| cell.told.known()).max();
        // Where every hour is hidden there is nothing to say.
        let Some(fullest) = fullest.filter(|fullest| *fullest > 0) else { return Self::default() };
        // Visits of an hour are no part of how many fit in.
        let full = f64::from(capacity.filter(|_| measure != Measure::Visits).unwrap_or(fullest));
        let is_crowded = |cell: &Cell| cell.told.known().is_some_and(|told| f64::from(told) >= full * CROWDED_FROM);
        let has_room = |cell: &Cell| cell.told.known().is_none_or(|told| f64::from(told) <= full * ROOM_UNTIL);
        let in_use = |cell: &&Cell| cell.told.known().is_some_and(|told| told > 0);
        let open = |cell: &Cell| {
            let same_day = || cells.iter().filter(|other| other.at.weekday == cell.at.weekday).filter(in_use);
            same_day().any(|other| other.at.hour <= cell.at.hour)
                && same_day().any(|other| other.at.hour >= cell.at.hour)
        };
        let span = |cells: &[&Cell]| {
            let (first, last) = cells.first().zip(cells.last())?;
            let low = cells.iter().map(|cell| cell.usual.low).fold(f64::INFINITY, f64::min);
            let high = cells.iter().map(|cell| cell.usual.high).fold(0.0, f64::max);
            let hours = first.at.hour..last.at.hour + 1;
            Some(WeekSpan { weekday: first.at.weekday, hours, between: (public(low), public(high)) })
        };
        let spans = |chosen: &dyn Fn(&Cell) -> bool| -> Vec<WeekSpan> {
            let chosen: Vec<&Cell> = cells.iter().filter(|cell| chosen(cell)).collect();
            let follows =
                |one: &&Cell, next: &&Cell| one.at.weekday == next.at.weekday && one.at.hour + 1 == next.at.hour;
            chosen.chunk_by(follows).filter_map(span).collect()
        };
        let mut crowded = spans(&is_crowded);
        let mut unused = spans(&|cell| has_room(cell) && open(cell));
        crowded.sort_by_key(|span| std::cmp::Reverse(span.between.1.known()));
        unused.sort_by_key(|span| std::cmp::Reverse(span.hours.len()));
        let weeks = || cells.iter().filter(|cell| open(cell)).map(|cell| cell.usual.weeks);
        Self { crowded, unused, weeks: weeks().min().zip(weeks().max()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Calendar, Hour, HourUse, Timestamp, WeekBuilder};

    /// Monday 2026-01-05 00:00 in Oslo.
    const MONDAY: Timestamp = Timestamp::from_seconds(1_767_567_600);

    fn week(amount: impl Fn(u32, u32) -> f64) -> TypicalWeek {
        let oslo = Calendar::named("Europe/Oslo").unwrap();
        let mut builder = WeekBuilder::new(&oslo);
        for week in 0..5 {
            for hour in 0..168 {
                let amount = amount(week, hour);
                builder.take(HourUse { hour: Hour(Hour::of(MONDAY).0 + week * 168 + hour), amount });
            }
        }
        builder.finish()
    }

    /// Open from 9 to 18: full on Monday from 12 to 14, nearly empty on Tuesday from 10 to 12, lively else.
    fn library(week: u32, hour: u32) -> f64 {
        match (hour / 24, hour % 24) {
            (_, open) if !(9..18).contains(&open) => 0.0,
            (0, 12 | 13) => 50.0 + f64::from(week),
            (1, 10 | 11) => 2.0,
            _ => 25.0,
        }
    }

    #[test]
    fn crowded_hours_and_room_are_found_with_how_sure_that_is() {
        let free = FreeCapacity::of(&week(library), Gate::new(5), Measure::PeopleNow, Some(60));
        let exactly = PublicCount::Exactly;
        assert_eq!(free.crowded, [WeekSpan { weekday: 0, hours: 12..14, between: (exactly(51), exactly(53)) }]);
        let hidden = PublicCount::FewerThan(5);
        assert_eq!(free.unused, [WeekSpan { weekday: 1, hours: 10..12, between: (hidden, hidden) }]);
        assert_eq!(free.weeks, Some((5, 5)));
    }

    #[test]
    fn hours_before_the_first_and_after_the_last_visitor_are_not_called_unused() {
        let free = FreeCapacity::of(&week(library), Gate::new(5), Measure::PeopleNow, Some(60));
        assert!(free.unused.iter().all(|span| span.hours.start >= 9 && span.hours.end <= 18), "{:?}", free.unused);
    }

    #[test]
    fn a_place_whose_every_hour_is_hidden_says_nothing() {
        let few = week(|_, hour| f64::from(hour % 4));
        assert_eq!(FreeCapacity::of(&few, Gate::new(5), Measure::PeopleNow, Some(60)), FreeCapacity::default());
        assert_eq!(
            FreeCapacity::of(&TypicalWeek::default(), Gate::new(5), Measure::Visits, None),
            FreeCapacity::default()
        );
    }

    #[test]
    fn two_weeks_that_differ_in_what_is_hidden_read_the_same() {
        let quiet =
            |few: f64| week(move |week, hour| if library(week, hour) == 2.0 { few } else { library(week, hour) });
        let told = |few: f64| FreeCapacity::of(&quiet(few), Gate::new(5), Measure::PeopleNow, Some(60));
        assert_eq!(told(0.0), told(4.0));
    }
}

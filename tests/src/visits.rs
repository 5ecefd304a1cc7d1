//! Who comes through one door on one day, and when they leave again.

use crate::almanac::DayKind;
use crate::dice::Dice;
use crate::habits::{Habit, season};
use crate::weather::Weather;
use model::{Calendar, Day, PlaceKind, Timestamp};

/// Arrivals are thrown for each of these. Short enough that a place fills and empties smoothly.
const SLOT_H: f64 = 1.0 / 12.0;

/// A way into a place that one sensor watches.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// Keys the dice.
    pub(crate) name: String,
    pub(crate) kind: PlaceKind,
    /// People the place is made for who use this door.
    pub(crate) capacity: f64,
}

/// The visits of one day through one door, as moments (Unix ms) in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visits {
    came: Vec<i64>,
    went: Vec<i64>,
}

impl Visits {
    /// Throws the dice for one local day. Nobody stays past midnight.
    pub(crate) fn of(door: &Door, calendar: &Calendar, day: Day, sky: Weather) -> Self {
        let (habit, kind) = (Habit::of(door.kind), DayKind::of(day));
        let Some((opens, closes)) = habit.hours(kind) else { return Self::default() };
        // Clocks change before anything opens, so opening hours are counted back from the end of the day.
        let end = calendar.day_start(Day(day.0 + 1)).as_ms();
        let moment = |hour: f64| end - ms((24.0 - hour) * 3_600_000.0);

        let season = season(door.kind, kind, Timestamp::from_ms(moment(12.0)), sky);
        let mut dice = Dice::of(sky.seed, &door.name, day.0.into());
        let of_the_day = season * dice.between(0.75, 1.25);
        let per_hour = of_the_day * door.capacity * habit.fill / habit.stay_h;

        let mut visits = Self::default();
        let mut slot = opens;
        while slot < closes - 0.4 {
            for _ in 0..dice.poisson(per_hour * habit.rush(kind, slot) * SLOT_H) {
                let came = slot + dice.between(0.0, SLOT_H);
                // Few leave at once and few stay for hours: the mean of two exponential waits.
                let stay = habit.stay_h * -0.5 * ((1.0 - dice.unit()) * (1.0 - dice.unit())).ln();
                let went = (came + stay.max(0.03)).min(closes + dice.between(-0.1, 0.15));
                visits.came.push(moment(came));
                visits.went.push(moment(went.max(came)));
            }
            slot += SLOT_H;
        }
        visits.came.sort_unstable();
        visits.went.sort_unstable();
        visits
    }

    /// One more visit.
    pub(crate) fn add(&mut self, came: Timestamp, went: Timestamp) {
        for (moments, moment) in [(&mut self.came, came), (&mut self.went, went.max(came))] {
            moments.insert(until(moments, moment), moment.as_ms());
        }
    }

    /// How many came after `since` and not after `at`.
    pub(crate) fn came(&self, since: Timestamp, at: Timestamp) -> usize {
        until(&self.came, at).saturating_sub(until(&self.came, since))
    }

    /// How many left after `since` and not after `at`.
    pub(crate) fn went(&self, since: Timestamp, at: Timestamp) -> usize {
        until(&self.went, at).saturating_sub(until(&self.went, since))
    }

    /// How many are inside.
    pub(crate) fn inside(&self, at: Timestamp) -> usize {
        until(&self.came, at).saturating_sub(until(&self.went, at))
    }
}

fn until(moments: &[i64], at: Timestamp) -> usize {
    moments.partition_point(|&moment| moment <= at.as_ms())
}

#[expect(clippy::cast_possible_truncation, reason = "a day has few milliseconds")]
fn ms(duration: f64) -> i64 {
    duration as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn stockholm() -> Calendar {
        Calendar::named("Europe/Stockholm").unwrap()
    }

    fn visits(kind: PlaceKind, noon: i64) -> (Visits, Day) {
        let door = Door { name: "door".to_owned(), kind, capacity: 60.0 };
        let day = stockholm().day(Timestamp::from_seconds(noon));
        (Visits::of(&door, &stockholm(), day, Weather { seed: 1 }), day)
    }

    /// Thursday 2026-01-15, 11 UTC.
    const THURSDAY: i64 = 1_768_474_800;
    const DAY: i64 = 86_400;

    #[test]
    fn everybody_who_comes_leaves_the_same_day() {
        let (visits, day) = visits(PlaceKind::Library, THURSDAY);
        let (start, end) = (stockholm().day_start(day), stockholm().day_start(Day(day.0 + 1)));
        assert!(visits.came(start, end) > 40, "{}", visits.came(start, end));
        assert_eq!(visits.came(start, end), visits.went(start, end));
        assert_eq!(visits.inside(end), 0);
    }

    #[test]
    fn a_library_is_shut_on_sundays_and_at_night() {
        let (sunday, _) = visits(PlaceKind::Library, THURSDAY + 3 * DAY);
        assert!(sunday.came.is_empty());
        let (thursday, day) = visits(PlaceKind::Library, THURSDAY);
        assert_eq!(thursday.inside(stockholm().day_start(day) + Duration::from_hours(9)), 0);
        assert!(thursday.inside(stockholm().day_start(day) + Duration::from_hours(16)) > 0);
    }

    #[test]
    fn people_bathe_in_july_and_skate_in_january() {
        let july = THURSDAY + 182 * DAY;
        let total = |kind, noon| visits(kind, noon).0.came.len();
        assert!(total(PlaceKind::BathingPlace, july) > 10);
        assert_eq!(total(PlaceKind::BathingPlace, THURSDAY), 0);
        assert_eq!(total(PlaceKind::IceRink, july), 0);
        assert!(total(PlaceKind::IceRink, THURSDAY) > 20);
        assert!(total(PlaceKind::Trail, THURSDAY + 60 * DAY) > total(PlaceKind::Trail, july));
    }

    #[test]
    fn opening_hours_hold_on_the_day_the_clocks_change() {
        // 2026-03-29 is a Sunday of 23 hours: the pool opens at 10 local, 08 UTC.
        let (visits, _) = visits(PlaceKind::SwimmingPool, 1_774_782_000);
        let opens = 1_774_771_200_000;
        assert!(visits.came.first().is_some_and(|&first| (opens..opens + 3_600_000).contains(&first)), "{visits:?}");
    }
}

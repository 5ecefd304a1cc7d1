//! How many people are in a place whose doors count in and out: the sum since the small hours, never below zero.

use model::{Calendar, Day, DecodedObservation, PlaceId, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// Counting starts again at 04 local time, when the place is surely empty: beams miss people, and errors would add up for ever.
pub(crate) const DAY_STARTS_AFTER: Duration = Duration::from_hours(4);

/// The name under which the derived count is kept, in the place of a sensor's.
pub(crate) const ALL_DOORS: &str = "all-doors";

/// The balance of each place's doors. Cheap to clone: a transaction works on a copy and keeps it when it is committed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doors {
    balances: HashMap<PlaceId, (Day, f64)>,
}

/// People who passed a door in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Passed {
    pub(crate) net: f64,
}

impl Passed {
    /// None when the frame says nothing of doors, or counts who is inside by itself.
    pub(crate) fn of(observations: &[DecodedObservation]) -> Option<Self> {
        let sum = |word: &str| {
            let mut values =
                observations.iter().filter(|o| o.property == word).filter_map(|o| o.value.as_number()).peekable();
            values.peek().is_some().then(|| values.sum::<f64>())
        };
        match (sum("people-in"), sum("people-out"), sum("people-count")) {
            (_, _, Some(_)) | (_, None, _) => None,
            (people_in, Some(people_out), None) => Some(Self { net: people_in.unwrap_or(0.0) - people_out }),
        }
    }
}

/// The local day to which a moment belongs when days begin at 04.
pub(crate) fn counting_day(calendar: &Calendar, t: Timestamp) -> Day {
    calendar.day(t - DAY_STARTS_AFTER)
}

impl Doors {
    /// Takes people who passed at `at`; gives how many are inside then. `earlier_today` is asked once a day and place for the balance that is on disk.
    pub(crate) fn take<E>(
        &mut self,
        place: &PlaceId,
        day: Day,
        passed: Passed,
        earlier_today: impl FnOnce() -> Result<f64, E>,
    ) -> Result<f64, E> {
        let balance = match self.balances.get(place) {
            Some((known, balance)) if *known == day => *balance,
            _ => earlier_today()?,
        };
        // A balance below zero means that somebody was missed on the way in: it starts again at zero.
        let balance = (balance + passed.net).max(0.0);
        self.balances.insert(place.clone(), (day, balance));
        Ok(balance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Slug, Value};

    fn said(property: &str, value: i64) -> DecodedObservation {
        DecodedObservation { property: property.into(), value: Value::Integer(value), unit: None, age_s: 0, part: None }
    }

    fn take(doors: &mut Doors, day: i32, net: f64) -> f64 {
        doors.take::<()>(&Slug::new("library").unwrap(), Day(day), Passed { net }, || Ok(0.0)).unwrap()
    }

    #[test]
    fn more_out_than_in_never_makes_fewer_than_nobody() {
        let mut doors = Doors::default();
        assert_eq!(take(&mut doors, 1, 3.0), 3.0);
        assert_eq!(take(&mut doors, 1, -5.0), 0.0);
        assert_eq!(take(&mut doors, 1, 2.0), 2.0);
    }

    #[test]
    fn a_new_day_starts_empty() {
        let mut doors = Doors::default();
        take(&mut doors, 1, 3.0);
        assert_eq!(take(&mut doors, 2, 1.0), 1.0);
    }

    #[test]
    fn a_beam_that_knows_no_direction_says_nothing_of_who_is_inside() {
        assert_eq!(Passed::of(&[said("people-in", 4)]), None);
        assert_eq!(Passed::of(&[said("people-in", 4), said("people-out", 1)]), Some(Passed { net: 3.0 }));
        assert_eq!(Passed::of(&[said("people-in", 4), said("people-out", 1), said("people-count", 9)]), None);
    }
}

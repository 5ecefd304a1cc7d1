//! Who answers a question at a place with one tap: some of those who come by, more of them when there is much to say.

use crate::dice::Dice;
use crate::traffic::{SEED, Traffic};
use model::{Municipality, PlaceId, Timestamp};
use std::time::Duration;

/// Those who come are counted for each of these.
const SLOT: Duration = Duration::from_mins(15);
/// One in so many who come by answers.
const ANSWERS_ONE_IN: u64 = 12;

/// One tap of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct Tap {
    /// Where.
    pub place: PlaceId,
    /// When.
    pub at: Timestamp,
    /// How full the place is then: 1 when it has all it is made for.
    pub fullness: f64,
}

/// All taps at these places after `from` and before `to`, in time order. The same span always gives the same.
pub fn taps(municipality: &Municipality, places: &[PlaceId], from: Timestamp, to: Timestamp) -> Vec<Tap> {
    let mut traffic = Traffic::of(municipality, SEED);
    let slot_ms = i64::try_from(SLOT.as_millis()).unwrap_or(i64::MAX);
    // Whole slots, so that one that is asked for twice has the same people in it.
    let first = Timestamp::from_ms(from.as_ms().div_euclid(slot_ms) * slot_ms);
    let mut taps = Vec::new();
    for place in places {
        let mut begun = first;
        while begun < to {
            let (came, fullness) = traffic.visits_of(place, begun, begun + SLOT);
            let mut dice = Dice::of(SEED, place.as_str(), begun.as_ms());
            for _ in 0..came {
                let at = begun + Duration::from_millis(dice.next() % 900_000);
                let says = dice.next().is_multiple_of(ANSWERS_ONE_IN);
                if says && from < at && at < to {
                    taps.push(Tap { place: place.clone(), at, fullness });
                }
            }
            begun = begun + SLOT;
        }
    }
    taps.sort_by_key(|tap| tap.at);
    taps
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn people_tap_while_a_place_is_open_and_the_same_again_when_asked_twice() {
        let norsjo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo");
        let municipality = crate::municipality(&norsjo).unwrap();
        let library = PlaceId::new("library").unwrap();
        // A week from Thursday 2026-01-15.
        let (from, to) = (Timestamp::from_seconds(1_768_474_800), Timestamp::from_seconds(1_769_079_600));
        let all = taps(&municipality, std::slice::from_ref(&library), from, to);
        assert!((20..400).contains(&all.len()), "{}", all.len());
        let hour = |tap: &Tap| municipality.calendar.civil(tap.at).hour();
        assert!(all.iter().all(|tap| (10..19).contains(&hour(tap))), "the library is shut at night");
        assert!(all.iter().any(|tap| tap.fullness > 0.1));
        let middle = from + Duration::from_hours(50);
        let [first, second] =
            [(from, middle), (middle, to)].map(|(a, b)| taps(&municipality, std::slice::from_ref(&library), a, b));
        assert_eq!([first, second].concat(), all);
    }
}

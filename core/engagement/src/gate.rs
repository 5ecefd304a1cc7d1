use model::{Sensor, property};

/// What the public may know of a count of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicCount {
    /// The number, rounded.
    Exactly(u32),
    /// Too few to tell: the number is hidden, zero included, so that nobody learns when a place is empty or one person is alone there.
    FewerThan(u32),
}

/// How much of a scale an amount fills, in six steps from 0 (empty or hidden) to 5 (full): the colour of a heatmap cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(pub u8);

/// The one gate between what the box knows and what the public may see (invariant 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    smallest_count: u32,
}

impl Gate {
    /// A gate that hides counts of people under `smallest_count`; 0 hides none.
    pub const fn new(smallest_count: u32) -> Self {
        Self { smallest_count }
    }

    /// A count of people, or a mean or median of such counts, as the public may see it. Rounds before it compares, so that 4.6 and 5 look alike.
    pub fn count(self, people: f64) -> PublicCount {
        let rounded = round(people);
        if rounded < self.smallest_count {
            PublicCount::FewerThan(self.smallest_count)
        } else {
            PublicCount::Exactly(rounded)
        }
    }

    /// A count of things, such as cars: nothing to hide.
    pub fn things(self, things: f64) -> PublicCount {
        PublicCount::Exactly(round(things))
    }

    /// Whether anything of a sensor may be shown: a sensor under test speaks to staff only.
    pub fn lets_through(self, sensor: &Sensor) -> bool {
        !sensor.test
    }

    /// Whether values of a property may be shown as they are: a known word, about the place, and no count of people (those go through [`Gate::count`]).
    pub fn shows(self, property_name: &str) -> bool {
        property(property_name).is_some_and(|p| !p.of_device && !p.of_people)
    }
}

impl PublicCount {
    /// The number, when it may be known.
    pub const fn known(self) -> Option<u32> {
        match self {
            Self::Exactly(n) => Some(n),
            Self::FewerThan(_) => None,
        }
    }

    /// How much of `full` this is. A hidden count has no colour of its own: it looks empty.
    pub fn share_of(self, full: f64) -> Share {
        match self {
            Self::Exactly(n) if full > 0.0 => {
                Share(u8::try_from(round((f64::from(n) / full).clamp(0.0, 1.0) * 5.0)).unwrap_or(5))
            }
            _ => Share(0),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u32; NaN becomes 0"
)]
fn round(amount: f64) -> u32 {
    amount.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_are_hidden_and_zero_is_one_of_them() {
        let gate = Gate::new(5);
        for people in [0.0, 1.0, 4.4, -3.0, f64::NAN] {
            assert_eq!(gate.count(people), PublicCount::FewerThan(5), "{people}");
        }
        assert_eq!(gate.count(4.6), PublicCount::Exactly(5));
        assert_eq!(gate.count(5.0), PublicCount::Exactly(5));
    }

    #[test]
    fn an_absurd_count_saturates_and_does_not_panic() {
        assert_eq!(Gate::new(5).count(f64::INFINITY), PublicCount::Exactly(u32::MAX));
    }

    #[test]
    fn people_and_batteries_are_never_shown_as_plain_values() {
        let gate = Gate::new(5);
        assert!(gate.shows("water-temperature"));
        for hidden in ["people-count", "people-in", "motion", "occupied", "battery-voltage", "vendor-secret"] {
            assert!(!gate.shows(hidden), "{hidden}");
        }
    }

    #[test]
    fn a_hidden_count_has_the_colour_of_an_empty_one() {
        assert_eq!(Gate::new(5).count(4.0).share_of(10.0), Gate::new(5).count(0.0).share_of(10.0));
        assert_eq!(PublicCount::Exactly(20).share_of(20.0), Share(5));
        assert_eq!(PublicCount::Exactly(20).share_of(0.0), Share(0));
    }
}

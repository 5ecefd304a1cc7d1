use crate::Timestamp;

/// What a counter that only goes up stood at. Devices report such totals so that a lost frame loses no count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// When it stood so.
    pub at: Timestamp,
    /// Where it stood.
    pub value: u64,
}

/// What a total adds to the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// The first of a device: it counts from here, for nobody knows since when the device counted.
    First,
    /// So many since the newest before it.
    Counted(u64),
    /// The device began again from zero; so many since then. What it counted between its last report and that is lost.
    Restarted(u64),
    /// Older than the newest, or the same again: what it counted is in the newest already.
    Late,
}

/// Where counters of devices start over: 16, 24 and 32 bits.
const WRAPS: [u64; 3] = [1 << 16, 1 << 24, 1 << 32];

/// A drop is taken for a wrap when it comes to at most this part of the counter's range: a thousand passages with 16 bits. More than
/// that between two reports is less likely than a changed battery.
const PART_OF_RANGE: u64 = 64;

impl Total {
    /// What this total adds when `newest` is the newest one known. In whatever order totals come, their gains add up to the
    /// difference between first and last; nothing is counted twice.
    pub fn gain(self, newest: Option<Self>) -> Gain {
        match newest {
            None => Gain::First,
            Some(newest) if self.at <= newest.at => Gain::Late,
            Some(newest) => match self.value.checked_sub(newest.value) {
                Some(counted) => Gain::Counted(counted),
                None => wrapped(newest.value, self.value).map_or(Gain::Restarted(self.value), Gain::Counted),
            },
        }
    }
}

/// How many a counter counted that went over its end, when that is what happened.
fn wrapped(from: u64, to: u64) -> Option<u64> {
    WRAPS.into_iter().find_map(|range| {
        let counted = range.checked_sub(from).filter(|left| *left > 0)?.checked_add(to)?;
        (counted <= range / PART_OF_RANGE).then_some(counted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(newest: u64, value: u64, expect: Gain) {
        let total = |ms, value| Total { at: Timestamp::from_ms(ms), value };
        assert_eq!(total(2, value).gain(Some(total(1, newest))), expect);
    }

    #[test]
    fn a_total_adds_what_it_is_above_the_newest() {
        check(100, 130, Gain::Counted(30));
        check(100, 100, Gain::Counted(0));
        let first = Total { at: Timestamp::from_ms(1), value: 90_000 };
        assert_eq!(first.gain(None), Gain::First);
    }

    #[test]
    fn a_counter_that_goes_over_its_end_goes_on_counting() {
        check(65_530, 4, Gain::Counted(10));
        check((1 << 24) - 1, 0, Gain::Counted(1));
        check(u64::from(u32::MAX), 5, Gain::Counted(6));
    }

    #[test]
    fn a_drop_that_is_no_wrap_is_a_device_that_began_again() {
        check(5_000, 12, Gain::Restarted(12));
        check(60_000, 12, Gain::Restarted(12));
        check(70_000, 0, Gain::Restarted(0));
        check(u64::MAX, 7, Gain::Restarted(7));
        check(65_535, 65_534, Gain::Restarted(65_534));
    }

    #[test]
    fn totals_in_any_order_are_counted_once() {
        let totals: [u64; 5] = [10, 14, 20, 27, 65_000];
        let orders = [[0, 1, 2, 3, 4], [0, 4, 1, 2, 3], [0, 2, 1, 4, 3], [0, 1, 1, 4, 4]];
        for order in orders {
            let (mut newest, mut sum) = (None, 0);
            for index in order {
                let total = Total { at: Timestamp::from_ms(i64::try_from(index).unwrap()), value: totals[index] };
                match total.gain(newest) {
                    Gain::Late => continue,
                    Gain::First => {}
                    Gain::Counted(n) | Gain::Restarted(n) => sum += n,
                }
                newest = Some(total);
            }
            assert_eq!(sum, 64_990, "{order:?}");
        }
    }
}

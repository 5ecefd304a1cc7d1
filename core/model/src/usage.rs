use crate::{Calendar, Day, Hour, HourOfWeek};
use std::collections::BTreeMap;

/// The use of a place in one hour: visits, or the mean number of people there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HourUse {
    /// Which hour.
    pub hour: Hour,
    /// How many.
    pub amount: f64,
}

/// What is usual in one hour of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TypicalHour {
    /// A quarter of the weeks had less.
    pub low: f64,
    /// The middle one.
    pub median: f64,
    /// A quarter of the weeks had more.
    pub high: f64,
    /// How many weeks it rests on.
    pub weeks: u32,
}

/// How a place is now, against what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Busyness {
    /// Fewer than usual.
    Calm,
    /// As usual.
    Usual,
    /// More than usual.
    Busy,
}

/// What is usual, hour by weekday.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypicalWeek(BTreeMap<HourOfWeek, TypicalHour>);

impl TypicalWeek {
    /// An hour resting on fewer weeks than this says nothing.
    pub const WEEKS_MIN: u32 = 3;

    /// What is usual in that hour; none when too few weeks are known.
    pub fn at(&self, hour: HourOfWeek) -> Option<TypicalHour> {
        self.0.get(&hour).copied().filter(|h| h.weeks >= Self::WEEKS_MIN)
    }

    /// How `amount` compares with that hour's usual range. A difference of less than two is never called calm or busy.
    pub fn verdict(&self, hour: HourOfWeek, amount: f64) -> Option<Busyness> {
        let usual = self.at(hour)?;
        let far = (amount - usual.median).abs() >= 2.0;
        Some(match amount {
            a if far && a > usual.high => Busyness::Busy,
            a if far && a < usual.low => Busyness::Calm,
            _ => Busyness::Usual,
        })
    }

    /// The calmest hour from `from` to the end of that day among hours usually open (median above zero).
    pub fn calmest_after(&self, from: HourOfWeek) -> Option<(HourOfWeek, TypicalHour)> {
        let rest = (from.hour..24).map(|hour| HourOfWeek { hour, ..from });
        rest.filter_map(|h| self.at(h).map(|t| (h, t)))
            .filter(|(_, t)| t.median > 0.0)
            .min_by(|(_, a), (_, b)| a.median.total_cmp(&b.median))
    }

    /// This week, and where it knows too little of an hour, that hour of `other`.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.0.retain(|_, hour| hour.weeks >= Self::WEEKS_MIN);
        for (at, hour) in other.0 {
            self.0.entry(at).or_insert(hour);
        }
        self
    }

    /// The largest median of the week: the full colour of a heatmap.
    pub fn peak(&self) -> f64 {
        self.0.values().filter(|h| h.weeks >= Self::WEEKS_MIN).map(|h| h.median).fold(0.0, f64::max)
    }
}

/// Collects hours and finds what is usual. An hour in which the sensor was silent is not given and does not count as empty.
#[derive(Clone, Debug)]
pub struct WeekBuilder<'a> {
    calendar: &'a Calendar,
    amounts: BTreeMap<HourOfWeek, BTreeMap<Day, f64>>,
}

impl<'a> WeekBuilder<'a> {
    /// Starts with no hours.
    pub fn new(calendar: &'a Calendar) -> Self {
        Self { calendar, amounts: BTreeMap::new() }
    }

    /// Adds one hour.
    pub fn take(&mut self, hour: HourUse) {
        let start = hour.hour.start();
        let days = self.amounts.entry(self.calendar.hour_of_week(start)).or_default();
        // The night summer time ends has one hour twice: they add up to one hour of that day.
        *days.entry(self.calendar.day(start)).or_default() += hour.amount;
    }

    /// The typical week of what was taken.
    pub fn finish(self) -> TypicalWeek {
        TypicalWeek(
            self.amounts.into_iter().filter_map(|(at, days)| Some((at, typical(days.into_values())?))).collect(),
        )
    }
}

fn typical(amounts: impl Iterator<Item = f64>) -> Option<TypicalHour> {
    let mut sorted: Vec<f64> = amounts.collect();
    sorted.sort_by(f64::total_cmp);
    Some(TypicalHour {
        low: quantile(&sorted, 0.25)?,
        median: quantile(&sorted, 0.5)?,
        high: quantile(&sorted, 0.75)?,
        weeks: u32::try_from(sorted.len()).unwrap_or(u32::MAX),
    })
}

/// Linear between the two nearest ranks (Hyndman and Fan's type 7).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are small and not negative"
)]
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let rank = q * sorted.len().checked_sub(1)? as f64;
    let below = sorted.get(rank.floor() as usize)?;
    let above = sorted.get(rank.ceil() as usize)?;
    Some(below + (above - below) * rank.fract())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn week_of(amounts: &[f64]) -> (TypicalWeek, HourOfWeek) {
        let oslo = Calendar::named("Europe/Oslo").unwrap();
        // Thursdays at 15 local, in winter.
        let first = Timestamp::from_seconds(1_767_880_800);
        let mut builder = WeekBuilder::new(&oslo);
        for (week, &amount) in (0_u32..).zip(amounts) {
            builder.take(HourUse { hour: Hour(Hour::of(first).0 + week * 168), amount });
        }
        (builder.finish(), oslo.hour_of_week(first))
    }

    #[test]
    fn fewer_than_usual_for_a_thursday_at_15_is_calm() {
        let (week, at) = week_of(&[18.0, 20.0, 22.0, 19.0, 21.0]);
        assert_eq!(at, HourOfWeek { weekday: 3, hour: 15 });
        assert_eq!(week.at(at).unwrap().median, 20.0);
        assert_eq!(week.verdict(at, 8.0), Some(Busyness::Calm));
        assert_eq!(week.verdict(at, 20.5), Some(Busyness::Usual));
        assert_eq!(week.verdict(at, 30.0), Some(Busyness::Busy));
    }

    #[test]
    fn two_weeks_are_too_few_to_call_anything_usual() {
        let (week, at) = week_of(&[18.0, 20.0]);
        assert_eq!(week.verdict(at, 8.0), None);
    }

    #[test]
    fn one_person_more_than_an_empty_hour_is_not_busy() {
        let (week, at) = week_of(&[0.0, 0.0, 0.0, 0.0]);
        assert_eq!(week.verdict(at, 1.0), Some(Busyness::Usual));
    }
}

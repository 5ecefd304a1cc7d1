use crate::{Calendar, Day, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How often a device speaks, learned from when it spoke: so that its silence can be told from its night.
///
/// Two things are remembered: the newest gaps between its frames, and the longest gap of each of the last fifteen days. A device
/// that reports each quarter of an hour is silent after three quarters. One that speaks when somebody comes has a long gap each
/// night, and a longer one each weekend; the second longest of fifteen days is such a gap and not the one time it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    last: Option<Timestamp>,
    /// Seconds, newest last.
    gaps: VecDeque<u32>,
    /// The longest gap that ended on a local day, seconds.
    longest: BTreeMap<Day, u32>,
}

/// Gaps that are remembered.
const GAPS_MAX: usize = 32;

/// Fewer gaps say nothing yet.
const GAPS_MIN: usize = 4;

/// Two weekends.
const DAYS_MAX: usize = 15;

/// What a device does at night is not known before.
const DAYS_MIN: usize = 3;

/// A lost frame is how radio works; three in a row are not.
const FRAMES_MISSED: u32 = 3;

/// Nobody is told of a shorter silence, and until nights are known not of this one.
const SILENCE_MIN: Duration = Duration::from_mins(30);
const SILENCE_MIN_AT_FIRST: Duration = Duration::from_mins(150);

/// A device that speaks less than once in three days is told silent after so long.
const SILENCE_MAX: Duration = Duration::from_hours(9 * 24);

impl Rhythm {
    /// How far back it is worth looking to learn one.
    pub const LEARNED_FROM: Duration = Duration::from_hours(24 * DAYS_MAX as u64);

    /// Takes in that the device spoke. What comes late teaches nothing.
    pub fn heard(&mut self, calendar: &Calendar, at: Timestamp) {
        let Some(last) = self.last.replace(self.last.map_or(at, |last| last.max(at))) else { return };
        let gap = u32::try_from(at.since(last).as_secs()).unwrap_or(u32::MAX);
        if gap > 0 {
            self.take_gap(calendar.day(at), gap);
        }
    }

    /// What was learned of the time before this began, and this.
    #[must_use]
    pub fn preceded_by(self, mut earlier: Self) -> Self {
        for gap in self.gaps {
            earlier.push(gap);
        }
        for (day, gap) in self.longest {
            earlier.note_longest(day, gap);
        }
        earlier.last = self.last.max(earlier.last);
        earlier
    }

    /// When it last spoke.
    pub fn last_heard(&self) -> Option<Timestamp> {
        self.last
    }

    /// The time of all that was heard was corrected by so many milliseconds.
    pub fn correct_clock(&mut self, by_ms: i64) {
        self.last = self.last.map(|last| last.moved(by_ms));
    }

    /// After how long its silence is worth telling; none as long as too little is known.
    pub fn silent_after(&self) -> Option<Duration> {
        if self.gaps.len() < GAPS_MIN {
            return None;
        }
        let mut gaps: Vec<u32> = self.gaps.iter().copied().collect();
        gaps.sort_unstable();
        let usual = gaps.get(gaps.len() * 9 / 10).copied().unwrap_or(0).saturating_mul(FRAMES_MISSED);
        let mut longest: Vec<u32> = self.longest.values().copied().collect();
        longest.sort_unstable_by(|one, other| other.cmp(one));
        let night = longest.get(1).copied().unwrap_or(0);
        let least = if longest.len() < DAYS_MIN { SILENCE_MIN_AT_FIRST } else { SILENCE_MIN };
        let longest = usual.max(night.saturating_add(night / 2));
        Some(Duration::from_secs(longest.into()).clamp(least, SILENCE_MAX))
    }

    fn take_gap(&mut self, day: Day, gap: u32) {
        self.push(gap);
        self.note_longest(day, gap);
    }

    fn push(&mut self, gap: u32) {
        if self.gaps.len() == GAPS_MAX {
            self.gaps.pop_front();
        }
        self.gaps.push_back(gap);
    }

    fn note_longest(&mut self, day: Day, gap: u32) {
        let longest = self.longest.entry(day).or_default();
        *longest = gap.max(*longest);
        if self.longest.len() > DAYS_MAX {
            self.longest.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u32 = 3600;
    const MONDAY: Timestamp = Timestamp::from_seconds(1_782_691_200);

    /// What is learned from a device that spoke at these seconds of these days.
    fn learned(days: u32, seconds: impl Fn(u32) -> Vec<u32>) -> Rhythm {
        let calendar = Calendar::named("Europe/Oslo").unwrap();
        let mut rhythm = Rhythm::default();
        for day in 0..days {
            for second in seconds(day) {
                rhythm.heard(&calendar, MONDAY + Duration::from_secs(u64::from(day * 24 * HOUR + second)));
            }
        }
        rhythm
    }

    fn hours(rhythm: &Rhythm) -> f64 {
        rhythm.silent_after().unwrap().as_secs_f64() / f64::from(HOUR)
    }

    fn every(minutes: u32) -> impl Fn(u32) -> Vec<u32> {
        move |_| (0..24 * 60 / minutes).map(|n| n * minutes * 60).collect()
    }

    #[test]
    fn a_device_that_reports_each_quarter_is_silent_after_three() {
        assert_eq!(hours(&learned(20, every(15))), 0.75);
        assert_eq!(hours(&learned(20, every(60))), 3.0);
        assert_eq!(hours(&learned(20, every(1))), 0.5, "nobody is told at once");
    }

    #[test]
    fn a_device_that_reports_daily_is_not_silent_the_next_morning() {
        assert_eq!(hours(&learned(20, |_| vec![6 * HOUR])), 72.0);
        assert_eq!(learned(3, |_| vec![6 * HOUR]).silent_after(), None, "too little is known");
    }

    #[test]
    fn a_door_that_nobody_opens_at_night_or_on_weekends_is_not_silent_then() {
        let office = |day: u32| if day % 7 < 5 { (80..170).map(|n| n * 360).collect() } else { Vec::new() };
        let night = hours(&learned(5, office));
        assert!(night > 20.0 && night < 30.0, "{night}");
        let weekend = hours(&learned(20, office));
        assert!(weekend > 62.0 && weekend < 100.0, "{weekend}");
    }

    #[test]
    fn one_long_failure_does_not_make_a_device_patient() {
        let failed = |day: u32| every(15)(day).into_iter().filter(|_| day != 10).collect();
        assert_eq!(hours(&learned(20, failed)), 0.75);
    }

    #[test]
    fn a_device_that_changed_its_pace_is_known_by_the_new_one_within_a_day() {
        let changed = |day: u32| if day < 15 { every(10)(day) } else { every(60)(day) };
        assert_eq!(hours(&learned(17, changed)), 3.0);
    }

    #[test]
    fn what_comes_late_teaches_nothing_and_what_came_before_is_taken_over() {
        let calendar = Calendar::named("Europe/Oslo").unwrap();
        let mut live = learned(5, every(15));
        let before = live.clone();
        live.heard(&calendar, MONDAY);
        assert_eq!(live, before);
        let early = learned(20, |_| vec![6 * HOUR]);
        let both = Rhythm::default().preceded_by(early.clone());
        assert_eq!(both, early);
        assert_eq!(before.clone().preceded_by(Rhythm::default()), before);
    }
}

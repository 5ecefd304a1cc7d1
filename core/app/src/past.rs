//! What the past hours of a place say: its typical week and its last days. Read once an hour and place, from rollups alone.

use crate::streams::Streams;
use crate::views::PlaceCard;
use crate::years::{self, YearOnYear};
use model::{
    Almanac, Calendar, DatastreamId, Day, DayKind, Hour, HourUse, Measure, Place, Timestamp, TypicalWeek, WeekBuilder,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use store::{Snapshot, StoreError};

/// Usual means: in the last eight weeks. Shorter is noise, longer mixes the seasons.
pub(crate) const TYPICAL_HOURS: u32 = 8 * 7 * 24;

/// How many days a place page looks back.
pub(crate) const DAYS_SHOWN: i32 = 30;

/// The span over which visits are told as "the last hour".
pub(crate) const VISITS_SPAN: Duration = Duration::from_hours(1);

/// Observations of one datastream in the last hour; a sensor that says more is cut off, and pages stay quick.
const VISITS_READ_MAX: usize = 4096;

/// The past of one place, as of the beginning of `hour`.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) hour: Hour,
    pub(crate) week: TypicalWeek,
    /// The last days with their amounts, oldest first; none where nothing was heard all day.
    pub(crate) days: Vec<(Day, Option<f64>)>,
    /// The last weeks against the same weeks a year before.
    pub(crate) years: Vec<YearOnYear>,
}

/// A place at one moment, with the past that says what is usual.
pub(crate) type Viewed = (PlaceCard, Option<Arc<Past>>);

/// The word that a measure is made of.
pub(crate) const fn word_of(measure: Measure) -> &'static str {
    match measure {
        Measure::PeopleNow => "people-count",
        Measure::Visits => "people-in",
        Measure::BaysTaken => "parking-occupied",
    }
}

/// The datastreams that a place's measure is made of, sensors under test left out.
pub(crate) fn measured_by(streams: &Streams, hidden: &BTreeSet<model::SensorId>, place: &Place) -> Vec<DatastreamId> {
    let Some(measure) = place.measure else { return Vec::new() };
    let word = word_of(measure);
    let of_place = streams.of_place(&place.id).iter();
    of_place.filter(|(_, s)| s.property == word && !hidden.contains(&s.sensor)).map(|(id, _)| *id).collect()
}

/// The use of a place hour by hour. An hour in which nothing was heard is left out.
pub(crate) fn hours(
    snapshot: &Snapshot,
    ids: &[DatastreamId],
    measure: Measure,
    range: &Range<Hour>,
) -> Result<Vec<HourUse>, StoreError> {
    let mut amounts = BTreeMap::<Hour, f64>::new();
    for id in ids {
        for row in snapshot.hours(*id, range.clone())? {
            let (hour, rollup) = row?;
            *amounts.entry(hour).or_default() += match measure {
                Measure::Visits => rollup.sum,
                Measure::PeopleNow | Measure::BaysTaken => rollup.mean(),
            };
        }
    }
    Ok(amounts.into_iter().map(|(hour, amount)| HourUse { hour, amount }).collect())
}

impl Past {
    pub(crate) fn read(
        snapshot: &Snapshot,
        (calendar, almanac): (&Calendar, &Almanac),
        ids: &[DatastreamId],
        measure: Measure,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let (hour, today) = (Hour::of(now), calendar.day(now));
        let range = Hour(hour.0.saturating_sub(TYPICAL_HOURS))..hour;
        let hours = hours(snapshot, ids, measure, &range)?;
        let years = years::read(snapshot, (calendar, almanac), ids, measure, today)?;
        let week = typical((calendar, almanac), &hours, today);
        Ok(Self { hour, week, days: days(&per_day(calendar, &hours, measure), today), years })
    }
}

/// What is usual on days such as this: in the school holidays that is another week than in term. Where too few such weeks are known,
/// it is the other sort's. A public holiday is never usual.
pub(crate) fn typical((calendar, almanac): (&Calendar, &Almanac), hours: &[HourUse], today: Day) -> TypicalWeek {
    let (mut term, mut vacation) = (WeekBuilder::new(calendar), WeekBuilder::new(calendar));
    for hour in hours {
        match almanac.kind(calendar.day(hour.hour.start())) {
            DayKind::Ordinary => term.take(*hour),
            DayKind::SchoolBreak => vacation.take(*hour),
            DayKind::Holiday => {}
        }
    }
    let (term, vacation) = (term.finish(), vacation.finish());
    if almanac.school_break(today).is_some() { vacation.or(term) } else { term.or(vacation) }
}

/// The amount of each local day in which something was heard: the visits of the day, or its busiest hour.
pub(crate) fn per_day(calendar: &Calendar, hours: &[HourUse], measure: Measure) -> BTreeMap<Day, f64> {
    let mut amounts = BTreeMap::<Day, f64>::new();
    for h in hours {
        let amount = amounts.entry(calendar.day(h.hour.start())).or_default();
        *amount = match measure {
            Measure::Visits => *amount + h.amount,
            Measure::PeopleNow | Measure::BaysTaken => amount.max(h.amount),
        };
    }
    amounts
}

fn days(amounts: &BTreeMap<Day, f64>, today: Day) -> Vec<(Day, Option<f64>)> {
    (today.0 - DAYS_SHOWN + 1..=today.0).map(|d| (Day(d), amounts.get(&Day(d)).copied())).collect()
}

/// Who came in the last hour, by one datastream.
pub(crate) fn visits(snapshot: &Snapshot, id: DatastreamId, now: Timestamp) -> Result<f64, StoreError> {
    let mut sum = 0.0;
    for observation in snapshot.observations(id, now - VISITS_SPAN..now)?.take(VISITS_READ_MAX) {
        sum += observation?.result.as_number().unwrap_or(0.0);
    }
    Ok(sum)
}

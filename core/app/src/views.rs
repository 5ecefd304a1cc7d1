//! What the box may show of itself: everything here has passed the gate of `engagement`.

use engagement::{PublicCount, Share};
use model::{Busyness, Day, DayKind, Hour, HourOfWeek, Measure, Place, PlaceId, SensorId, Timestamp, Value};
use words::{Amount, FreeState, PlaceState, UseNow};

/// A place in a list, with how it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceCard {
    /// The place as configured.
    pub place: Place,
    /// How it is used now; none for a place without a measure or before the first value.
    pub now: Option<NowUse>,
    /// How fresh that is.
    pub freshness: Freshness,
    /// What the other sensors of the place say.
    pub others: Vec<OtherValue>,
}

impl PlaceCard {
    /// How it is, for the place sentence.
    pub fn state(&self) -> PlaceState {
        PlaceState {
            kind: self.place.kind,
            use_now: self.now.map(|now| UseNow {
                measure: now.measure,
                amount: said(now.amount),
                busyness: now.busyness,
                usual: now.usual.map(said),
                hour: now.hour,
                free: now.free,
            }),
            freshness: match self.freshness {
                Freshness::Never => words::Freshness::Never,
                Freshness::Fresh(at) => words::Freshness::Fresh(at),
                Freshness::SilentSince(at) => words::Freshness::SilentSince(at),
            },
        }
    }
}

/// A public count, in the words' own type.
pub const fn said(count: PublicCount) -> Amount {
    match count {
        PublicCount::Exactly(count) => Amount::Exactly(count),
        PublicCount::FewerThan(limit) => Amount::FewerThan(limit),
    }
}

/// How a place is used now, against what is usual at this hour of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NowUse {
    /// What is counted.
    pub measure: Measure,
    /// How many are there now (`PeopleNow`, `BaysTaken`), or came in the last 60 minutes (`Visits`).
    pub amount: PublicCount,
    /// How that compares with usual; none until three such hours are known, and where it would tell about two hidden numbers.
    pub busyness: Option<Busyness>,
    /// The usual amount for this hour of the week.
    pub usual: Option<PublicCount>,
    /// The hour of the week that `usual` is about.
    pub hour: HourOfWeek,
    /// Capacity less amount, when both are known.
    pub free: Option<u32>,
    /// The calmest hour of the rest of this day in which the place is usually used, with its usual amount. May be the present hour.
    pub calmest: Option<(HourOfWeek, PublicCount)>,
}

/// How old the newest value of a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// No value yet.
    Never,
    /// The newest value is from then.
    Fresh(Timestamp),
    /// The sensors should have spoken since, and have not.
    SilentSince(Timestamp),
}

/// All that a place page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacePage {
    /// The place and how it is now.
    pub card: PlaceCard,
    /// The typical week: seven rows (Monday first) of 24 hours; none where too few weeks are known. Empty without a measure.
    pub week: Vec<[Option<WeekCell>; 24]>,
    /// The last 30 days, oldest first, today last.
    pub days: Vec<DayUse>,
    /// The last four weeks against the same weeks a year before, one sort of days each.
    pub years: Vec<YearOnYear>,
    /// When it is usually crowded, and when there is room; none without a measure.
    pub free: Option<FreeState>,
}

/// One cell of the typical week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekCell {
    /// The usual amount.
    pub usual: PublicCount,
    /// Its colour, as a share of the week's peak.
    pub share: Share,
}

/// One day of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayUse {
    /// Which day.
    pub day: Day,
    /// Visits of the day, or its busiest hour for a place that counts who is there now; none when the sensors were silent all day.
    pub amount: Option<PublicCount>,
    /// Its colour or length, as a share of the largest of the days.
    pub share: Share,
}

/// One sort of days: the last four weeks, and the same weeks a year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearOnYear {
    /// What sort of days.
    pub kind: DayKind,
    /// Those of the last four weeks.
    pub this: DayMean,
    /// Those of a year before.
    pub last: DayMean,
}

/// What days come to on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayMean {
    /// How many days it rests on.
    pub days: usize,
    /// Visits a day, or its busiest hour for a place that counts who is there now.
    pub amount: PublicCount,
}

/// The newest value of another sensor at the place.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherValue {
    /// Which sensor.
    pub sensor: SensorId,
    /// A word of the vocabulary: `water-temperature`.
    pub property: String,
    /// Which of several alike: the part of the device, or the sensor's name where several at the place say the same sort of thing.
    pub part: Option<String>,
    /// The value.
    pub value: Value,
    /// UCUM unit of the vocabulary.
    pub unit: &'static str,
    /// When it was so.
    pub at: Timestamp,
}

/// One hour of open data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenHour {
    /// Which hour.
    pub hour: Hour,
    /// How many.
    pub amount: PublicCount,
}

/// A verified uplink as the live feed tells it to programs that hold a token. It has not passed the public gate, and the feed says so.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveUplink {
    /// The frame.
    pub uplink: model::Uplink,
    /// Its sensor.
    pub sensor: SensorId,
    /// Its place.
    pub place: PlaceId,
    /// The sensor is being tested.
    pub test: bool,
    /// What its decoder made of it.
    pub outcome: Result<model::Decoded, model::PluginFault>,
}

use crate::{PlaceId, SensorId, Timestamp, Uplink};

/// What was observed. `Integer` is for counters, which must not be rounded.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A measured number. Always finite once stored.
    Number(f64),
    /// A counted number.
    Integer(i64),
    /// Words of a device, shown to staff only.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

impl Value {
    /// The value as a number, when it is one: a flag is 0 or 1.
    #[expect(clippy::cast_precision_loss, reason = "counters of a small place stay far below 2^53")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Integer(n) => Some(*n as f64),
            Self::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Self::Text(_) => None,
        }
    }
}

/// One thing a decoder read from one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedObservation {
    /// A word of the vocabulary, or one the box does not know and shows as raw.
    pub property: String,
    /// What was observed.
    pub value: Value,
    /// UCUM, as the decoder said it.
    pub unit: Option<String>,
    /// How long before the uplink was received it was measured, seconds.
    pub age_s: u32,
    /// Which of several alike in one device: `probe-2`.
    pub part: Option<String>,
}

/// All that a decoder said of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// What was observed; empty for a keep-alive.
    pub observations: Vec<DecodedObservation>,
    /// What the decoder wants a person to know.
    pub warnings: Vec<String>,
    /// What the vendor's own codec returned, JSON.
    pub raw: Option<String>,
}

/// Number of a datastream in this box. Given out by the store, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatastreamId(pub u32);

/// One place, one sensor, one observed property (and part): the series that observations belong to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Datastream {
    /// Where.
    pub place: PlaceId,
    /// By which sensor.
    pub sensor: SensorId,
    /// Of what: a word of the vocabulary.
    pub property: String,
    /// Which of several alike.
    pub part: Option<String>,
}

/// One value of one datastream.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The series it belongs to.
    pub datastream: DatastreamId,
    /// When it was so in the world.
    pub phenomenon_time: Timestamp,
    /// When the box knew.
    pub result_time: Timestamp,
    /// What was observed.
    pub result: Value,
}

/// What an hour or a day of one datastream comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rollup {
    /// How many observations.
    pub count: u32,
    /// Their sum: the total of a count, and with `count` the mean of a level.
    pub sum: f64,
    /// The lowest.
    pub min: f64,
    /// The highest.
    pub max: f64,
    /// Phenomenon time of the newest, and its value.
    pub last: (Timestamp, f64),
}

impl Rollup {
    /// The rollup of a single value.
    pub const fn of(at: Timestamp, value: f64) -> Self {
        Self { count: 1, sum: value, min: value, max: value, last: (at, value) }
    }

    /// This rollup and one more value. The order in which values come does not matter.
    #[must_use]
    pub fn with(self, at: Timestamp, value: f64) -> Self {
        Self {
            count: self.count.saturating_add(1),
            sum: self.sum + value,
            min: self.min.min(value),
            max: self.max.max(value),
            last: if at >= self.last.0 { (at, value) } else { self.last },
        }
    }

    /// Two rollups of neighbouring spans as one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            sum: self.sum + other.sum,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            last: if other.last.0 >= self.last.0 { other.last } else { self.last },
        }
    }

    /// Mean of the values.
    pub fn mean(&self) -> f64 {
        self.sum / f64::from(self.count.max(1))
    }
}

/// An uplink as the box keeps it: the ground truth from which observations can be decoded again.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredUplink {
    /// The verified, decrypted frame.
    pub uplink: Uplink,
    /// The sensor it came from, as configured when it came.
    pub sensor: Option<SensorId>,
    /// Why it gave no observations; none when it was decoded.
    pub fault: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollup_does_not_care_about_order() {
        let (early, late) = (Timestamp::from_ms(1), Timestamp::from_ms(2));
        let forward = Rollup::of(early, 3.0).with(late, 5.0);
        assert_eq!(forward, Rollup::of(late, 5.0).with(early, 3.0));
        assert_eq!(forward, Rollup::of(early, 3.0).and(Rollup::of(late, 5.0)));
        assert_eq!((forward.count, forward.mean(), forward.last.1), (2, 4.0, 5.0));
    }
}

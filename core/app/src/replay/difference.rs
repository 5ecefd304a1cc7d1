//! What a replay found, for a person who decides whether to apply it.

use model::{Datastream, DatastreamId, SensorId, Timestamp, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use store::{Correction, Kept, Pair};

/// How many examples a datastream's difference shows.
const EXAMPLES_MAX: usize = 3;

/// What is different when history is decoded again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplayReport {
    /// Frames that were decoded.
    pub frames: u64,
    /// Frames whose row is damaged: what they said stays as it is.
    pub damaged_frames: u64,
    /// What each datastream says differently, also those where nothing differs.
    pub streams: BTreeMap<Datastream, Difference>,
    /// Frames that were not understood, by sensor.
    pub faults: BTreeMap<SensorId, Faults>,
    /// Sensors whose decoder is not installed or withheld: their history stays as it is.
    pub left: Vec<SensorId>,
}

/// What one datastream says differently.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Observations that are as they were.
    pub unchanged: u64,
    /// Observations that there were none of.
    pub added: u64,
    /// Observations that are no more.
    pub removed: u64,
    /// Observations that say something else.
    pub changed: u64,
    /// The first few that differ.
    pub examples: Vec<Example>,
}

/// One observation that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Phenomenon time.
    pub at: Timestamp,
    /// What it was.
    pub before: Option<Value>,
    /// What it would be.
    pub after: Option<Value>,
}

/// Frames of one sensor that were not understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// How many until now.
    pub before: u64,
    /// How many now.
    pub after: u64,
    /// What is wrong with the first of those.
    pub example: Option<String>,
}

impl ReplayReport {
    /// How many observations would be added, removed or changed.
    pub fn differences(&self) -> u64 {
        self.streams.values().map(|d| d.added + d.removed + d.changed).sum()
    }

    pub(super) fn note_fault(&mut self, sensor: &SensorId, before: Option<&str>, after: Option<&str>) {
        if before.is_none() && after.is_none() {
            return;
        }
        let faults = self.faults.entry(sensor.clone()).or_default();
        faults.before += u64::from(before.is_some());
        faults.after += u64::from(after.is_some());
        if let Some(after) = after
            && faults.example.is_none()
        {
            faults.example = Some(after.to_owned());
        }
    }

    pub(super) fn note(&mut self, stream: &Datastream, one: &Judged) {
        let difference = self.streams.entry(stream.clone()).or_default();
        let count = match (&one.before, &one.after) {
            _ if !one.differs() => &mut difference.unchanged,
            (None, _) if !one.damaged => &mut difference.added,
            (_, None) => &mut difference.removed,
            _ => &mut difference.changed,
        };
        *count += 1;
        if one.differs() && difference.examples.len() < EXAMPLES_MAX {
            let value = |seen: &Option<(Timestamp, Value)>| seen.as_ref().map(|(_, value)| value.clone());
            let (before, after) = (value(&one.before), value(&one.after));
            difference.examples.push(Example { at: one.at, before, after });
        }
    }
}

/// One observation as it is and as it should be.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) datastream: DatastreamId,
    at: Timestamp,
    before: Option<(Timestamp, Value)>,
    damaged: bool,
    after: Option<(Timestamp, Value)>,
}

impl Judged {
    /// None for what a replay of `span` has nothing to say of: what was heard outside it, and what a frame said that is not there
    /// any more.
    pub(super) fn of(pair: Pair, span: &Range<Timestamp>, was_decoded: impl FnOnce(Timestamp) -> bool) -> Option<Self> {
        let damaged = pair.before == Kept::Damaged;
        let before = seen(pair.before);
        let after = seen(pair.after).filter(|(heard_at, _)| span.contains(heard_at));
        match (&before, &after) {
            (Some((heard_at, _)), _) if !span.contains(heard_at) => return None,
            (Some((heard_at, _)), None) if !was_decoded(*heard_at) => return None,
            // Nobody knows any more what it was.
            (None, None) => return None,
            _ => {}
        }
        Some(Self { datastream: pair.datastream, at: pair.at, before, damaged, after })
    }

    pub(super) fn differs(&self) -> bool {
        self.before != self.after
    }

    pub(super) fn correction(&self) -> Correction {
        Correction { at: self.at, seen: self.after.clone() }
    }
}

fn seen(kept: Kept) -> Option<(Timestamp, Value)> {
    match kept {
        Kept::Seen { result_time, result } => Some((result_time, result)),
        Kept::Nothing | Kept::Damaged => None,
    }
}

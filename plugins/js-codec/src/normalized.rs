//! The words of the Things Stack's normalized payload, which codecs with a `normalizeUplink` speak.

use std::collections::BTreeSet;

use allting_plugin_sdk::Decoded;
use serde_json::Value as Json;

use crate::table::Table;

/// What each of its words means here. They stand in the order in which one hides another: `motion.count` before `motion.detected`.
const WORDS: &str = include_str!("normalized.json");

/// Observations of one measurement, or of a list of them, each at its own time.
pub(crate) fn read(data: &Json, received_at_ms: u64) -> Decoded {
    let words: Table = serde_json::from_str::<Table>(WORDS).unwrap_or_default().timed("time");
    let measurements = data.as_array().map_or(std::slice::from_ref(data), Vec::as_slice);
    let mut decoded = Decoded::of([]);
    for measurement in measurements {
        let read = words.apply(measurement, received_at_ms);
        let mut seen = BTreeSet::new();
        decoded.observations.extend(read.observations.into_iter().filter(|o| seen.insert(o.property.clone())));
        decoded.warnings.extend(read.warnings);
    }
    decoded
}

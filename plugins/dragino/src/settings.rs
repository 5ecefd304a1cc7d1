//! What the municipality says of a sensor.

use allting_plugin_sdk::{Gauge, Words};
use serde::Deserialize;

/// Which model it is, and what its values mean here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub(crate) model: Model,
    #[serde(default)]
    pub(crate) words: Words,
    pub(crate) gauge: Option<Gauge>,
}

/// Models that share a format share a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Model {
    /// LDS01 and LDS02, door sensors with a battery of two cells.
    Lds02,
    /// LDS03A and DS03A, door sensors for outdoors.
    Lds03a,
    /// LSN50v2-D20, -D22 and -D23, and their successors D20 to D23: one to three probes.
    D20,
    /// LDDS75 and DDS75, ultrasonic distance.
    Ldds75,
    /// LSE01 and SE01, soil.
    Lse01,
    /// LHT65 and LHT65N, air, and a probe of many kinds.
    Lht65n,
}

/// JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_of_the_schema_is_known() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        for model in schema["properties"]["model"]["enum"].as_array().unwrap() {
            assert!(serde_json::from_value::<Model>(model.clone()).is_ok(), "{model}");
        }
    }
}

//! What the municipality says of a sensor.

use allting_plugin_sdk::{Gauge, Words};
use serde::{Deserialize, Deserializer, de};

use crate::models::{MODELS, Model};

/// Which model it is, and what its values mean here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    #[serde(deserialize_with = "known")]
    pub(crate) model: &'static Model,
    #[serde(default)]
    pub(crate) words: Words,
    pub(crate) gauge: Option<Gauge>,
    /// Rain in one tip of the bucket of a rain gauge.
    #[serde(default = "common_tip")]
    pub(crate) tip_mm: f64,
}

fn known<'de, D: Deserializer<'de>>(from: D) -> Result<&'static Model, D::Error> {
    let name = String::deserialize(from)?;
    let model = MODELS.iter().find(|model| model.name == name);
    model.ok_or_else(|| de::Error::custom(format!("`{name}` is no model we know")))
}

fn common_tip() -> f64 {
    0.1
}

/// JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_model() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let named: Vec<_> = schema["properties"]["model"]["enum"].as_array().unwrap().iter().collect();
        let known: Vec<_> = MODELS.iter().map(|model| model.name).collect();
        assert_eq!(named, known);
    }
}

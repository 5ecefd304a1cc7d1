//! What the municipality says hangs on the inputs.

use serde::Deserialize;

/// Property words for inputs whose meaning the sensor cannot know. Without one an input is reported under the device's
/// own name for it, as raw.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Settings {
    /// Pulses since the last report on input 1: `people-in`.
    pub pulse1: Option<String>,
    /// Pulses since the last report on input 2: `people-out`.
    pub pulse2: Option<String>,
    /// The first external probe: `water-temperature`.
    pub external_temperature: Option<String>,
    /// The second external probe, and those after it.
    pub external_temperature2: Option<String>,
    /// What the infrared eye looks at: `ice-temperature`.
    pub infrared_temperature: Option<String>,
    /// The first switch: `contact-open`.
    pub external_digital: Option<String>,
    /// The second switch.
    pub external_digital2: Option<String>,
    /// The external distance meter: `distance`, in millimetres.
    pub external_distance: Option<String>,
}

/// JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_setting() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let named = schema["properties"].as_object().unwrap().keys();
        let all: serde_json::Value = named.map(|name| (name.clone(), serde_json::Value::from("word"))).collect();
        let settings: Settings = serde_json::from_value(all).unwrap();
        assert!(!format!("{settings:?}").contains("None"), "{settings:?}");
    }
}

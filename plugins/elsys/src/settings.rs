//! What the municipality says hangs on the inputs.

use allting_plugin_sdk::Fault;
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
    /// The port it sends on, where somebody chose another than 5.
    pub port: Option<u8>,
}

/// As it leaves the factory.
const PORT: u8 = 5;

impl Settings {
    /// A device listens on the port behind the one that it sends on.
    pub(crate) fn downlink_port(&self) -> Result<u8, Fault> {
        match self.port.unwrap_or(PORT) {
            port @ 1..=222 => Ok(port + 1),
            port => Err(Fault::UnsupportedCommand(format!("port {port}: a device sends on a port from 1 to 222"))),
        }
    }
}

/// JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_setting() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let named = schema["properties"].as_object().unwrap().iter();
        let value = |kind: &serde_json::Value| {
            if kind["type"] == "integer" { serde_json::Value::from(7) } else { "word".into() }
        };
        let all: serde_json::Value = named.map(|(name, kind)| (name.clone(), value(kind))).collect();
        let settings: Settings = serde_json::from_value(all).unwrap();
        assert!(!format!("{settings:?}").contains("None"), "{settings:?}");
    }

    #[test]
    fn a_port_without_one_behind_it_is_refused() {
        let port = |port| Settings { port: Some(port), ..Settings::default() }.downlink_port();
        assert_eq!((Settings::default().downlink_port(), port(222)), (Ok(6), Ok(223)));
        assert!(port(0).is_err() && port(223).is_err());
    }
}

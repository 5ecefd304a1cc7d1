//! What the municipality says of a sensor.

use allting_plugin_sdk::Words;
use serde::Deserialize;

/// How it is mounted, and what its values mean here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub(crate) door: Option<Door>,
    pub(crate) words: Words,
}

/// What a Strip says of an open door: it can be turned around in the device, so the owner tries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Door {
    #[serde(rename = "1-is-open")]
    OneIsOpen,
    #[serde(rename = "0-is-open")]
    ZeroIsOpen,
}

/// JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "door": {
      "enum": ["1-is-open", "0-is-open"],
      "title": "Door",
      "x-title": {"nb": "Dør", "nn": "Dør", "sv": "Dörr", "en": "Door"},
      "description": "What the Strip sends when the door is open: try it",
      "x-description": {
        "nb": "Hva stripen sender når døra er åpen: prøv",
        "nn": "Kva stripa sender når døra er open: prøv",
        "sv": "Vad remsan sänder när dörren är öppen: prova",
        "en": "What the Strip sends when the door is open: try it"
      }
    },
    "words": {
      "type": "object",
      "additionalProperties": { "type": "string", "pattern": "^[a-z0-9-]{1,64}$" },
      "description": "Your word for what it measures: temperature = water-temperature"
    }
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_door_of_the_schema_is_known() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        for door in schema["properties"]["door"]["enum"].as_array().unwrap() {
            assert!(serde_json::from_value::<Door>(door.clone()).is_ok(), "{door}");
        }
    }
}

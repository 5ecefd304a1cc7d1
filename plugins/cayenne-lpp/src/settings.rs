//! What hangs on which channel.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The channels, by their number.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub(crate) channels: BTreeMap<u8, Channel>,
}

/// What hangs on a channel.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "Written")]
pub(crate) struct Channel {
    pub(crate) property: String,
    pub(crate) part: Option<String>,
    pub(crate) unit: Option<String>,
    /// Multiplied with a measured number: 10 for an analog input that gives decimetres as 0.1 and shall be cm.
    pub(crate) factor: Option<f64>,
}

/// As it is written: a word, or a word and how to read the value.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Full(Full),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    property: String,
    part: Option<String>,
    unit: Option<String>,
    factor: Option<f64>,
}

impl From<Written> for Channel {
    fn from(written: Written) -> Self {
        match written {
            Written::Word(property) => Self { property, part: None, unit: None, factor: None },
            Written::Full(Full { property, part, unit, factor }) => Self { property, part, unit, factor },
        }
    }
}

/// JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_a_word_or_a_word_with_more() {
        let json = r#"{"channels":{"3":"water-temperature","4":{"property":"water-level","unit":"cm","factor":10}}}"#;
        let settings: Settings = serde_json::from_str(json).unwrap();
        assert_eq!(settings.channels[&3].property, "water-temperature");
        assert_eq!(settings.channels[&4].factor, Some(10.0));
    }

    #[test]
    fn what_is_no_channel_is_refused() {
        assert!(serde_json::from_str::<Settings>(r#"{"channels":{"256":"co2"}}"#).is_err());
        assert!(serde_json::from_str::<Settings>(r#"{"channel":{}}"#).is_err());
        assert!(serde_json::from_str::<serde_json::Value>(SCHEMA).is_ok());
    }
}

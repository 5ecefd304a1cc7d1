//! Decoder for Milesight sensors: people counters (VS), indoor air (AM), outdoor and water (EM), doors and sound (WS).
//!
//! A payload is a row of fields: a channel, a type, then as many bytes as that field has, little endian. Source: the payload
//! sections of the vendor's public user guides and the descriptions at <https://github.com/Milesight-IoT/SensorDecoders>.
//!
//! The same field means different things in different models, so the settings name the model.

mod commands;
mod examples;
mod fields;
mod models;
mod settings;

use allting_plugin_sdk::{Command, Decoded, Decoder, Description, Downlink, Fault, Uplink, export_decoder};

pub use settings::Settings;

/// The decoder.
#[derive(Debug)]
pub struct Milesight;

impl Decoder for Milesight {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("milesight", env!("CARGO_PKG_VERSION"))
            .title("en", "Milesight sensors")
            .title("nb", "Sensorer fra Milesight")
            .title("nn", "Sensorar frå Milesight")
            .title("sv", "Sensorer från Milesight")
            .help("en", "People counters, indoor air, distance, water, doors and sound. Say which model it is.")
            .help("nb", "Persontellere, inneluft, avstand, vann, dører og lyd. Si hvilken modell det er.")
            .help("nn", "Personteljarar, inneluft, avstand, vatn, dører og lyd. Sei kva modell det er.")
            .help("sv", "Personräknare, inomhusluft, avstånd, vatten, dörrar och ljud. Säg vilken modell det är.")
            .schema(settings::SCHEMA);
        let about = commands::kinds().into_iter().fold(about, Description::command);
        examples::all().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        let decoded = fields::read(uplink, settings.model)?;
        Ok(decoded.gauged(settings.gauge.as_ref()).in_words(&settings.words))
    }

    fn encode(command: &Command, settings: Settings) -> Result<Downlink, Fault> {
        commands::encode(command, settings.model)
    }

    fn decode_downlink(downlink: &Downlink, settings: Settings) -> Result<String, Fault> {
        commands::decode(downlink, settings.model)
    }
}

export_decoder!(Milesight);

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<Milesight>();
    }

    #[test]
    fn odd_frames_never_panic() {
        for model in models::MODELS {
            testing::assert_never_panics::<Milesight>(&format!(r#"{{"model":"{}"}}"#, model.name));
        }
    }

    #[test]
    fn every_model_has_an_example() {
        let settings: Vec<_> = examples::all().into_iter().map(|example| example.uplink.settings).collect();
        for model in models::MODELS {
            let name = format!(r#""{}""#, model.name);
            assert!(settings.iter().any(|settings| settings.contains(&name)), "{name}");
        }
    }
}

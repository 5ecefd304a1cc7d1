//! Decoder for Decentlab sensors: weather, rain, road and water surfaces, levels, soil and particles.
//!
//! All models share protocol 2, and none says which model it is, so the settings name it. Source: the vendor's public data sheets
//! at <https://www.decentlab.com/support> and the decoders they link, <https://github.com/decentlab/decentlab-decoders>.

mod commands;
mod examples;
mod groups;
mod models;
mod settings;

use allting_plugin_sdk::{Command, Decoded, Decoder, Description, Downlink, Fault, Uplink, export_decoder};

pub use settings::Settings;

/// The decoder.
#[derive(Debug)]
pub struct Decentlab;

impl Decoder for Decentlab {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("decentlab", env!("CARGO_PKG_VERSION"))
            .title("en", "Decentlab sensors")
            .title("nb", "Sensorer fra Decentlab")
            .title("nn", "Sensorar frå Decentlab")
            .title("sv", "Sensorer från Decentlab")
            .help("en", "Weather, rain, road, water, snow, soil and particles. Say which model it is.")
            .help("nb", "Vær, regn, vei, vann, snø, jord og svevestøv. Si hvilken modell det er.")
            .help("nn", "Vêr, regn, veg, vatn, snø, jord og svevestøv. Sei kva modell det er.")
            .help("sv", "Väder, regn, väg, vatten, snö, jord och partiklar. Säg vilken modell det är.")
            .schema(settings::SCHEMA);
        let about = commands::kinds().into_iter().fold(about, Description::command);
        examples::all().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        let decoded = groups::read(&uplink.payload, settings.model, settings.tip_mm)?;
        Ok(decoded.gauged(settings.gauge.as_ref()).in_words(&settings.words))
    }

    fn encode(command: &Command, _: Settings) -> Result<Downlink, Fault> {
        commands::encode(command)
    }

    fn decode_downlink(downlink: &Downlink, _: Settings) -> Result<String, Fault> {
        commands::decode(downlink)
    }
}

export_decoder!(Decentlab);

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<Decentlab>();
    }

    #[test]
    fn odd_frames_never_panic() {
        for model in models::MODELS {
            testing::assert_never_panics::<Decentlab>(&format!(r#"{{"model":"{}"}}"#, model.name));
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

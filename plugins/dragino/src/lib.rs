//! Decoder for Dragino sensors: doors, probes, distance, soil and air.
//!
//! Each model has a frame of its own, of a fixed length and without any mark of the model, so the settings name it. Source: the
//! vendor's public manuals at <https://wiki.dragino.com> and decoders at
//! <https://github.com/dragino/dragino-end-node-decoder>.

mod commands;
mod examples;
mod frames;
mod settings;

use allting_plugin_sdk::{Command, Decoded, Decoder, Description, Downlink, Fault, Uplink, export_decoder};

pub use settings::Settings;

/// The decoder.
#[derive(Debug)]
pub struct Dragino;

impl Decoder for Dragino {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("dragino", env!("CARGO_PKG_VERSION"))
            .title("en", "Dragino sensors")
            .title("nb", "Sensorer fra Dragino")
            .title("nn", "Sensorar frå Dragino")
            .title("sv", "Sensorer från Dragino")
            .help("en", "Doors, temperature probes, distance, soil and air. Say which model it is.")
            .help("nb", "Dører, temperaturprober, avstand, jord og luft. Si hvilken modell det er.")
            .help("nn", "Dører, temperaturprobar, avstand, jord og luft. Sei kva modell det er.")
            .help("sv", "Dörrar, temperaturgivare, avstånd, jord och luft. Säg vilken modell det är.")
            .schema(settings::SCHEMA);
        let about = commands::kinds().into_iter().fold(about, Description::command);
        examples::all().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        let decoded = frames::read(uplink, settings.model)?;
        Ok(decoded.gauged(settings.gauge.as_ref()).in_words(&settings.words))
    }

    fn encode(command: &Command, _: Settings) -> Result<Downlink, Fault> {
        commands::encode(command)
    }

    fn decode_downlink(downlink: &Downlink, _: Settings) -> Result<String, Fault> {
        commands::decode(downlink)
    }
}

export_decoder!(Dragino);

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<Dragino>();
    }

    #[test]
    fn odd_frames_never_panic() {
        for model in ["lds02", "lds03a", "d20", "ldds75", "lse01", "lht65n"] {
            testing::assert_never_panics::<Dragino>(&format!(r#"{{"model":"{model}"}}"#));
        }
    }
}

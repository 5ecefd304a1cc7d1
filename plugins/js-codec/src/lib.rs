//! Runs vendors' `JavaScript` payload codecs unchanged, on `QuickJS`.
//!
//! The codec is a setting; a small table beside it says what its output means here. `README.md` tells how to write one.
//! Every frame gets an engine of its own, so a codec cannot remember, and the only clock is the time of the frame.

mod clock;
mod engine;
mod examples;
mod table;

use allting_plugin_sdk::{Decoded, Decoder, Description, Fault, Uplink, export_decoder};
use serde::Deserialize;

pub use table::Table;

/// The decoder.
#[derive(Debug)]
pub struct JsCodec;

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The codec's source, as its vendor publishes it.
    pub codec: String,
    /// What its output means here. Without one nothing is observed, and the output is kept as raw.
    #[serde(default)]
    pub map: Table,
    /// Given to the codec as `variables`.
    #[serde(default)]
    pub variables: serde_json::Map<String, serde_json::Value>,
}

const SCHEMA: &str = include_str!("settings.schema.json");
/// The largest codec known has 235 KB.
const CODEC_BYTES_MAX: usize = 512 << 10;
/// What the contract allows, bytes of JSON.
const RAW_BYTES_MAX: usize = 64 << 10;

impl Decoder for JsCodec {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("js-codec", env!("CARGO_PKG_VERSION"))
            .title("en", "JavaScript codec")
            .title("nb", "JavaScript-kodek")
            .title("nn", "JavaScript-kodek")
            .title("sv", "JavaScript-kodek")
            .help("en", "Runs the vendor's own payload codec. Say which of its keys mean what.")
            .help("nb", "Kjører leverandørens egen kodek. Si hvilke av dens nøkler som betyr hva.")
            .help("nn", "Køyrer leverandøren sin eigen kodek. Sei kva nøklane i han tyder.")
            .help("sv", "Kör leverantörens egen kodek. Säg vilka av dess nycklar som betyder vad.")
            .schema(SCHEMA);
        examples::all().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        let Settings { codec, map, variables } = settings;
        if codec.len() > CODEC_BYTES_MAX {
            return Err(Fault::Other(format!("the codec has {} bytes; at most {CODEC_BYTES_MAX}", codec.len())));
        }
        let variables = serde_json::Value::Object(variables).to_string();
        let answer = engine::run(codec, uplink, &variables).map_err(|why| Fault::Other(format!("codec: {why}")))?;
        if !answer.errors.is_empty() {
            return Err(Fault::Malformed(answer.errors.join("; ")));
        }
        let data = serde_json::from_str(&answer.data).map_err(|e| Fault::Other(format!("codec: its data: {e}")))?;
        let mut decoded = map.apply(&data);
        decoded.warnings.splice(0..0, answer.warnings);
        if answer.data.len() <= RAW_BYTES_MAX {
            decoded.raw = Some(answer.data);
        } else {
            decoded.warnings.push(format!("its output has {} bytes and is not kept", answer.data.len()));
        }
        Ok(decoded)
    }
}

export_decoder!(JsCodec);

#[cfg(test)]
mod tests;

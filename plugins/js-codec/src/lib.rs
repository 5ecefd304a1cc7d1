//! Runs vendors' `JavaScript` payload codecs unchanged, on `QuickJS`.
//!
//! The codec is a setting; a small table beside it says what its output means here. `README.md` tells how to write one.
//! Every frame gets an engine of its own, so a codec cannot remember, and the only clock is the time of the frame.

mod calls;
mod clock;
mod engine;
mod examples;
mod instant;
mod normalized;
mod table;

use allting_plugin_sdk::{
    Command, CommandKind, Decoded, Decoder, Description, Downlink, Fault, Uplink, Value, export_decoder,
};
use engine::{Answer, Codec, Normalize, Sent};
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
    /// The source for downlinks, when the vendor has it in a file of its own.
    pub downlink_codec: Option<String>,
    /// The port of downlinks for which the codec names none, 1 to 223.
    pub downlink_port: Option<u8>,
    /// What its output means here. Without one its `normalizeUplink` is asked; without that nothing is observed, and the
    /// output is kept as raw.
    #[serde(default)]
    pub map: Table,
    /// Given to the codec as `variables`.
    #[serde(default)]
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// The one command: whatever the codec's `encodeDownlink` takes as its data.
const COMMAND: &str = "send";
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
        examples::all().into_iter().fold(about.command(send()), Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        let Settings { codec, map, variables, .. } = settings;
        let normalize = if map.is_empty() { Normalize::Ask } else { Normalize::Skip };
        let variables = serde_json::Value::Object(variables).to_string();
        let (said, normalized) = engine::decode(&checked(&codec, &variables)?, uplink, normalize).map_err(at_fault)?;
        let said = unless_errors(said)?;
        let data = json(&said.data)?;
        let mut decoded = match normalized {
            Some(normalized) => of_normalized(normalized, uplink.received_at_ms)?,
            None => map.apply(&data, uplink.received_at_ms),
        };
        decoded.warnings.splice(0..0, said.warnings);
        if said.data.len() <= RAW_BYTES_MAX {
            decoded.raw = Some(said.data);
        } else {
            decoded.warnings.push(format!("its output has {} bytes and is not kept", said.data.len()));
        }
        Ok(decoded)
    }

    fn encode(command: &Command, settings: Settings) -> Result<Downlink, Fault> {
        if command.name != COMMAND {
            return Err(Fault::UnsupportedCommand(command.name.clone()));
        }
        let variables = serde_json::Value::Object(settings.variables).to_string();
        let source = settings.downlink_codec.unwrap_or(settings.codec);
        let sent = engine::encode(&checked(&source, &variables)?, &command.arguments, settings.downlink_port);
        downlink(sent.map_err(at_fault)?)
    }

    fn decode_downlink(downlink: &Downlink, settings: Settings) -> Result<String, Fault> {
        let variables = serde_json::Value::Object(settings.variables).to_string();
        let source = settings.downlink_codec.unwrap_or(settings.codec);
        let said = engine::decode_downlink(&checked(&source, &variables)?, downlink).map_err(at_fault)?;
        Ok(unless_errors(said)?.data)
    }
}

fn send() -> CommandKind {
    let mut send =
        CommandKind::new(COMMAND, r#"{"type":"object","description":"As the codec's encodeDownlink takes it"}"#);
    send.title = [("en", "Send"), ("nb", "Send"), ("nn", "Send"), ("sv", "Skicka")]
        .map(|(language, word)| (language.to_owned(), word.to_owned()))
        .to_vec();
    send.examples = examples::commands();
    send
}

fn checked<'a>(source: &'a str, variables: &'a str) -> Result<Codec<'a>, Fault> {
    if source.len() > CODEC_BYTES_MAX {
        return Err(Fault::Other(format!("the codec has {} bytes; at most {CODEC_BYTES_MAX}", source.len())));
    }
    Ok(Codec { source, variables })
}

fn at_fault(why: impl std::fmt::Display) -> Fault {
    Fault::Other(format!("codec: {why}"))
}

fn json(text: &str) -> Result<serde_json::Value, Fault> {
    serde_json::from_str(text).map_err(|e| at_fault(format!("its data: {e}")))
}

/// What a codec calls an error is about the bytes, not about the codec.
fn unless_errors(said: Answer) -> Result<Answer, Fault> {
    if said.errors.is_empty() { Ok(said) } else { Err(Fault::Malformed(said.errors.join("; "))) }
}

/// A codec that can read a frame but not normalize it has still read it.
fn of_normalized(said: Answer, received_at_ms: u64) -> Result<Decoded, Fault> {
    let mut decoded =
        if said.errors.is_empty() { normalized::read(&json(&said.data)?, received_at_ms) } else { Decoded::of([]) };
    decoded.warnings.splice(0..0, said.warnings.into_iter().chain(said.errors));
    Ok(decoded)
}

fn downlink(sent: Sent) -> Result<Downlink, Fault> {
    if !sent.errors.is_empty() {
        return Err(Fault::UnsupportedCommand(sent.errors.join("; ")));
    }
    let Some(f_port) = sent.f_port else {
        return Err(at_fault("it names no port for the downlink; set `downlink_port`"));
    };
    let f_port = as_byte(f_port).ok_or_else(|| at_fault(format!("it names the port {f_port}, which is none")))?;
    let payload = sent.bytes.into_iter().map(|n| as_byte(n).ok_or_else(|| at_fault(format!("{n} is no byte"))));
    let mut downlink = Downlink::new(f_port, payload.collect::<Result<Vec<u8>, _>>()?);
    downlink.extra = sent.warnings.into_iter().map(|warning| ("warning".to_owned(), Value::Text(warning))).collect();
    Ok(downlink)
}

fn as_byte(number: f64) -> Option<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just before")]
    (number.fract() == 0.0 && (0.0..256.0).contains(&number)).then_some(number as u8)
}

export_decoder!(JsCodec);

#[cfg(test)]
mod tests;

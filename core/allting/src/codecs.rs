//! Vendors' codecs, tried on their vendors' own examples before they go live.

use crate::plugins::Loaded;
use config::{Asks, Beside, Folder, Gives, Vector};
use model::{Blame, DecoderId, Municipality, PluginFault, Timestamp};
use plugin_host::{Decoder, Downlink, Request};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The decoder that runs codecs, and what it calls a downlink.
pub(crate) const JS_CODEC: &str = "js-codec";
const SEND: &str = "send";
/// `ChirpStack`'s codecs need not name a port. Which one a test takes does not matter then.
const PORT_KEY: &str = "downlink_port";

/// Tries the examples that lie beside the codecs of a folder. A sensor whose codec fails one is not decoded: its frames are
/// kept, and can be decoded once the codec is right. The others go on.
pub(crate) fn withhold_failing(folder: &Folder, municipality: &Municipality, loaded: &mut Loaded) {
    let mut tried: HashMap<(DecoderId, String, String), Option<String>> = HashMap::new();
    for Beside { sensor, file, vectors } in config::vectors_beside(folder) {
        let Some(sensor) = municipality.sensors.iter().find(|s| s.id.as_str() == sensor) else { continue };
        let Some(decoder) = loaded.decoders.get(&sensor.decoder) else { continue };
        // Sensors of a kind share a codec, and its examples are tried once.
        let same = (sensor.decoder.clone(), sensor.settings.clone(), file.clone());
        let failure = tried.entry(same).or_insert_with(|| match &vectors {
            Ok(vectors) => try_all(decoder, &sensor.settings, vectors).into_iter().next(),
            Err(why) => Some(why.to_string()),
        });
        if let Some(why) = failure {
            let name = &sensor.id;
            loaded.refused.push(format!("the codec of sensor {name} is not used: it fails {file}: {why}"));
            loaded.withheld.insert(name.clone(), format!("is not used: the codec fails {file}: {why}"));
        }
    }
}

/// Tries examples with these settings. Gives what is wrong, a line for each that fails.
pub(crate) fn try_all(decoder: &Decoder, settings: &str, vectors: &[Vector]) -> Vec<String> {
    vectors
        .iter()
        .filter_map(|vector| try_one(decoder, settings, vector).err().map(|why| format!("{}: {why}", vector.title)))
        .collect()
}

fn try_one(decoder: &Decoder, settings: &str, vector: &Vector) -> Result<(), String> {
    match &vector.asks {
        Asks::Decode { f_port, bytes, received_at } => {
            let received_at = received_at.as_deref().and_then(Timestamp::from_rfc3339).unwrap_or(Timestamp::from_ms(0));
            let request = Request { f_port: *f_port, payload: bytes, received_at, settings };
            match decoder.decode(&request) {
                Ok(said) => {
                    let raw = said.raw.ok_or("it gives more than can be kept, or is no codec")?;
                    compare_data(&raw, &said.warnings, &vector.gives)?;
                    compare_normalized(decoder, &request, &vector.gives)
                }
                Err(fault) => compare_fault(&fault, &vector.gives),
            }
        }
        Asks::DecodeDownlink { f_port, bytes } => {
            let downlink = Downlink { f_port: *f_port, payload: bytes.clone() };
            match decoder.decode_downlink(&downlink, settings) {
                Ok(said) => compare_data(&said, &[], &vector.gives),
                Err(fault) => compare_fault(&fault, &vector.gives),
            }
        }
        Asks::Encode(arguments) => match decoder.encode(SEND, arguments, &with_a_port(settings)) {
            Ok(downlink) => compare_bytes(&downlink, &vector.gives),
            Err(fault) => compare_fault(&fault, &vector.gives),
        },
    }
}

fn with_a_port(settings: &str) -> String {
    let mut settings: Map<String, Value> = serde_json::from_str(settings).unwrap_or_default();
    settings.entry(PORT_KEY).or_insert_with(|| 1.into());
    Value::Object(settings).to_string()
}

fn compare_data(said: &str, warned: &[String], gives: &Gives) -> Result<(), String> {
    let Gives::Data { data, warnings, .. } = gives else { return Err(format!("expected {gives:?}, got {said}")) };
    let got: Value = serde_json::from_str(said).map_err(|e| e.to_string())?;
    if !same(&got, data) {
        return Err(format!("expected {data}, got {said}"));
    }
    match warnings.as_ref().and_then(|warnings| warnings.iter().find(|w| !warned.contains(w))) {
        Some(missing) => Err(format!("expected the warning `{missing}`, got {warned:?}")),
        None => Ok(()),
    }
}

/// Compares what comes of the codec's normalized words with what comes of those its vendor expects: both in the words of the box, for
/// only those count.
fn compare_normalized(decoder: &Decoder, request: &Request<'_>, gives: &Gives) -> Result<(), String> {
    let Gives::Data { normalized: Some(expected), .. } = gives else { return Ok(()) };
    let mut settings: Map<String, Value> = serde_json::from_str(request.settings).unwrap_or_default();
    // A map goes before the words of a normalizer.
    settings.remove("map");
    let observed = |settings: &Map<String, Value>| {
        let settings = Value::Object(settings.clone()).to_string();
        let said = decoder.decode(&Request { settings: &settings, ..*request }).map_err(|fault| fault.to_string())?;
        Ok::<_, String>(said.observations)
    };
    let got = observed(&settings)?;
    let says_expected = format!(
        "function decodeUplink() {{ return {{ data: {{}} }} }} \
         function normalizeUplink() {{ return {{ data: {expected} }} }}"
    );
    settings.insert("codec".to_owned(), says_expected.into());
    let wanted = observed(&settings)?;
    if got == wanted { Ok(()) } else { Err(format!("expected, normalized, {wanted:?}, got {got:?}")) }
}

fn compare_bytes(got: &Downlink, gives: &Gives) -> Result<(), String> {
    match gives {
        Gives::Bytes { bytes, f_port } if *bytes == got.payload && f_port.is_none_or(|port| port == got.f_port) => {
            Ok(())
        }
        _ => Err(format!("expected {gives:?}, got {:?} on port {}", got.payload, got.f_port)),
    }
}

fn compare_fault(fault: &PluginFault, gives: &Gives) -> Result<(), String> {
    match gives {
        Gives::Errors(errors) if fault.blame == Blame::Device && errors.iter().all(|e| fault.what.contains(e)) => {
            Ok(())
        }
        Gives::Errors(errors) => Err(format!("expected the errors {errors:?}, got {fault}")),
        _ => Err(fault.to_string()),
    }
}

/// As `JavaScript` compares: 3 is 3.0, and what is undefined is not there.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

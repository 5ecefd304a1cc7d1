//! The examples that vendors keep beside their codecs: `codecs/x.test.json` beside `codecs/x.js`.
//!
//! Two forms are read. That of the Things Network is an object with `uplinkDecoder`, `downlinkEncoder` and
//! `downlinkDecoder`, each with `examples` of `description`, `input` and `output`; that of `ChirpStack` is a list of
//! `name`, `input` and `expected`.

use crate::folder::{Folder, SETTING_FILE_BYTES_MAX};
use crate::import::relaxed;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A case whose outcome the codec's vendor knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// What it shows.
    pub title: String,
    /// What the codec is asked.
    pub asks: Asks,
    /// What it must answer.
    pub gives: Gives,
}

/// What a codec is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asks {
    /// What this frame means.
    Decode {
        /// Port.
        f_port: u8,
        /// Decrypted bytes.
        bytes: Vec<u8>,
        /// When it came, as RFC 3339, when that matters.
        received_at: Option<String>,
    },
    /// The bytes for this command, a JSON object.
    Encode(String),
    /// What this downlink means.
    DecodeDownlink {
        /// Port.
        f_port: u8,
        /// Bytes before encryption.
        bytes: Vec<u8>,
    },
}

/// What a codec must answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Gives {
    /// This, as JSON; and these warnings, when the vendor names any.
    Data {
        /// What it means.
        data: Value,
        /// What a person should know.
        warnings: Option<Vec<String>>,
        /// What its `normalizeUplink` makes of it, when the vendor says (the Things Network's `normalizedOutput`).
        normalized: Option<Value>,
    },
    /// These bytes; on this port, when the vendor names it.
    Bytes {
        /// Before encryption.
        bytes: Vec<u8>,
        /// Port.
        f_port: Option<u8>,
    },
    /// That it cannot, in words that hold these.
    Errors(Vec<String>),
}

/// Why a file of examples cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VectorError {
    /// It is no JSON, not even with comments and hexadecimal numbers.
    #[error("it is no JSON: {0}")]
    NotJson(String),
    /// It is JSON of another form.
    #[error("it is neither ChirpStack's list of tests nor an object with `uplinkDecoder` as the Things Network has it")]
    OtherForm,
    /// An example lacks what it needs.
    #[error("its example `{title}` {why}")]
    Incomplete {
        /// The example.
        title: String,
        /// What is missing.
        why: &'static str,
    },
}

/// A file of examples that a sensor's settings have beside them.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The `id` of the sensor.
    pub sensor: String,
    /// The file with the examples, from the folder.
    pub file: String,
    /// What is in it.
    pub vectors: Result<Vec<Vector>, VectorError>,
}

const UPLINK: &str = "uplinkDecoder";
const ENCODER: &str = "downlinkEncoder";
const DOWNLINK: &str = "downlinkDecoder";

/// Reads examples in one of the two forms.
pub fn read_vectors(text: &str) -> Result<Vec<Vector>, VectorError> {
    let forms = things_network_form(relaxed::parse(text).map_err(|e| VectorError::NotJson(e.to_string()))?)?;
    let mut vectors = Vec::new();
    for part in [UPLINK, ENCODER, DOWNLINK] {
        for example in
            forms.get(part).and_then(|part| part.get("examples")).and_then(Value::as_array).into_iter().flatten()
        {
            vectors.push(vector(part, example)?);
        }
    }
    Ok(vectors)
}

/// The examples beside all files that sensors name in their settings.
pub fn vectors_beside(folder: &Folder) -> Vec<Beside> {
    let Some(Ok(sensors)) = folder.text("sensors.toml", crate::TOML_BYTES_MAX) else { return Vec::new() };
    let Ok(sensors) = toml::from_str::<Value>(sensors) else { return Vec::new() };
    let mut beside = Vec::new();
    for sensor in sensors.get("sensor").and_then(Value::as_array).into_iter().flatten() {
        let mut files = BTreeSet::new();
        named_files(sensor.get("settings").unwrap_or(&Value::Null), &mut files);
        let id = sensor.get("id").and_then(Value::as_str).unwrap_or_default();
        for file in files.into_iter().filter_map(|file| Some(format!("{}.test.json", file.strip_suffix(".js")?))) {
            let vectors = match folder.text(&file, SETTING_FILE_BYTES_MAX) {
                None => continue,
                Some(Ok(text)) => read_vectors(text),
                Some(Err(unreadable)) => Err(VectorError::NotJson(unreadable.explain().0.english)),
            };
            beside.push(Beside { sensor: id.to_owned(), file, vectors });
        }
    }
    beside
}

fn named_files<'a>(settings: &'a Value, files: &mut BTreeSet<&'a str>) {
    match settings {
        Value::Object(table) if table.len() == 1 && table.get("file").is_some_and(Value::is_string) => {
            files.extend(table.get("file").and_then(Value::as_str));
        }
        Value::Object(table) => table.values().for_each(|inner| named_files(inner, files)),
        Value::Array(items) => items.iter().for_each(|inner| named_files(inner, files)),
        _ => {}
    }
}

/// Brings `ChirpStack`'s form into that of the Things Network.
pub(crate) fn things_network_form(json: Value) -> Result<Value, VectorError> {
    let tests = match json {
        Value::Array(tests) => tests,
        Value::Object(object) if [UPLINK, ENCODER, DOWNLINK].iter().any(|part| object.contains_key(*part)) => {
            return Ok(Value::Object(object));
        }
        _ => return Err(VectorError::OtherForm),
    };
    let mut parts = Map::new();
    for mut test in tests {
        let encodes = test.pointer("/input/data").is_some();
        let mut take = |key: &str| test.get_mut(key).map(Value::take).unwrap_or_default();
        let example = json!({ "description": take("name"), "input": take("input"), "output": take("expected") });
        let part = parts.entry(if encodes { ENCODER } else { UPLINK }).or_insert_with(|| json!({ "examples": [] }));
        if let Some(examples) = part.get_mut("examples").and_then(Value::as_array_mut) {
            examples.push(example);
        }
    }
    Ok(Value::Object(parts))
}

fn vector(part: &str, example: &Value) -> Result<Vector, VectorError> {
    let title = example.get("description").and_then(Value::as_str).unwrap_or("without a name").to_owned();
    let incomplete = |why| VectorError::Incomplete { title: title.clone(), why };
    let input = example.get("input").ok_or_else(|| incomplete("has no `input`"))?;
    let output =
        example.get("output").filter(|o| o.is_object()).ok_or_else(|| incomplete("says nothing of what it gives"))?;
    let bytes_of = |json: &Value| bytes(json.get("bytes")?.as_array()?);
    let frame = || {
        let f_port =
            input.get("fPort").map_or(Some(1), byte).ok_or_else(|| incomplete("has an `fPort` that is none"))?;
        Ok((f_port, bytes_of(input).ok_or_else(|| incomplete("has no `bytes`, a list of numbers from 0 to 255"))?))
    };
    let asks = if part == ENCODER {
        Asks::Encode(input.get("data").unwrap_or(input).to_string())
    } else {
        let (f_port, bytes) = frame()?;
        let received_at = input.get("recvTime").and_then(Value::as_str).map(str::to_owned);
        if part == UPLINK {
            Asks::Decode { f_port, bytes, received_at }
        } else {
            Asks::DecodeDownlink { f_port, bytes }
        }
    };
    let errors = lines(output.get("errors")).unwrap_or_default();
    let gives = if !errors.is_empty() {
        Gives::Errors(errors)
    } else if part == ENCODER {
        let bytes = bytes_of(output).ok_or_else(|| incomplete("gives no `bytes`"))?;
        Gives::Bytes { bytes, f_port: output.get("fPort").and_then(byte) }
    } else {
        let data = output.get("data").cloned().unwrap_or_else(|| json!({}));
        let normalized = example.pointer("/normalizedOutput/data").filter(|_| part == UPLINK).cloned();
        Gives::Data { data, warnings: lines(output.get("warnings")), normalized }
    };
    Ok(Vector { title, asks, gives })
}

fn byte(json: &Value) -> Option<u8> {
    u8::try_from(json.as_u64()?).ok()
}

fn bytes(list: &[Value]) -> Option<Vec<u8>> {
    list.iter().map(byte).collect()
}

fn lines(json: Option<&Value>) -> Option<Vec<String>> {
    json?.as_array()?.iter().map(|line| line.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let chirpstack = r#"[
          { "name": "a frame", "input": { "fPort": 0x02, "bytes": [0x01, 255,] }, "expected": { "data": { "n": 1 } }
          }, // hexadecimal
          { "name": "a command", "input": { "data": { "go": true } }, "expected": { "bytes": [7] } },
        ]"#;
        let things_network = r#"{
          "uplinkDecoder": { "fileName": "x.js", "examples": [
            { "description": "a frame", "input": { "fPort": 2, "bytes": [1, 255] },
              "output": { "data": { "n": 1 } } }] },
          "downlinkEncoder": { "examples": [
            { "description": "a command", "input": { "data": { "go": true } }, "output": { "bytes": [7] } }] }
        }"#;
        let vectors = read_vectors(chirpstack).unwrap();
        assert_eq!(vectors, read_vectors(things_network).unwrap());
        assert_eq!(vectors[0].asks, Asks::Decode { f_port: 2, bytes: vec![1, 255], received_at: None });
        assert_eq!(vectors[1].gives, Gives::Bytes { bytes: vec![7], f_port: None });
    }

    #[test]
    fn a_downlink_and_an_error_are_read_too() {
        let vectors = read_vectors(
            r#"{ "downlinkDecoder": { "examples": [
                { "input": { "fPort": 85, "bytes": [1] },
                  "output": { "data": {}, "errors": ["no such command"] } }] } }"#,
        );
        let [Vector { title, asks, gives }] = &vectors.unwrap()[..] else { panic!("one vector") };
        assert_eq!((title.as_str(), asks), ("without a name", &Asks::DecodeDownlink { f_port: 85, bytes: vec![1] }));
        assert_eq!(gives, &Gives::Errors(vec!["no such command".to_owned()]));
    }

    #[test]
    fn what_a_normalizer_must_say_is_read_too() {
        let vectors = read_vectors(
            r#"{ "uplinkDecoder": { "examples": [ {
                "input": { "fPort": 2, "bytes": [1] }, "output": { "data": { "t": 1 } },
                "normalizedOutput": { "data": [{ "air": { "temperature": 1 } }] } } ] } }"#,
        );
        let Gives::Data { normalized, .. } = &vectors.unwrap()[0].gives else { panic!("data") };
        assert_eq!(*normalized, Some(json!([{ "air": { "temperature": 1 } }])));
    }

    #[test]
    fn what_cannot_be_tried_is_refused_with_its_name() {
        assert_eq!(read_vectors("{}"), Err(VectorError::OtherForm));
        assert!(matches!(read_vectors("[1"), Err(VectorError::NotJson(_))));
        let wrong = |text: &str| read_vectors(text).unwrap_err().to_string();
        assert!(
            wrong(r#"[{ "name": "x", "input": { "bytes": [256] }, "expected": {} }]"#).contains("`x` has no `bytes`")
        );
        assert!(wrong(r#"[{ "name": "y", "input": { "bytes": [] } }]"#).contains("`y` says nothing"));
        assert!(wrong("[7]").contains("`without a name`"));
    }

    #[test]
    fn examples_are_found_beside_the_files_that_settings_name() {
        let sensors = "[[sensor]]\nid = \"door\"\n[sensor.settings]\ncodec = { file = \"codecs/a.js\" }\n\
                       downlink_codec = { file = \"codecs/b.js\" }\n";
        let folder: Folder = [("sensors.toml", sensors), ("codecs/a.test.json", "[]"), ("codecs/c.test.json", "[]")]
            .into_iter()
            .collect();
        let beside = vectors_beside(&folder);
        assert_eq!(beside.len(), 1);
        assert_eq!((beside[0].sensor.as_str(), beside[0].file.as_str()), ("door", "codecs/a.test.json"));
    }
}

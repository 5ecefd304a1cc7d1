//! A vendor's folder of the Things Network's device repository: a YAML file for each device, one for each codec that
//! names its JavaScript and gives examples, and `index.yaml`.

use super::{Codec, Device, Texts, Vendor, ends_in, joined_examples};
use serde_json::{Map, Value};

/// What a codec's file gives examples for.
const PARTS: [&str; 3] = ["uplinkDecoder", "downlinkEncoder", "downlinkDecoder"];

pub(super) fn read(texts: &Texts) -> Vendor {
    let mut vendor = Vendor::default();
    let name = texts.get("index.yaml").and_then(|text| vendor_name(text)).unwrap_or_default();
    for (file, text) in texts.iter().filter(|(file, _)| ends_in(file, &["yaml", "yml"])) {
        let Ok(yaml) = serde_saphyr::from_str::<Value>(text) else {
            vendor.left_out.push(format!("{file} cannot be read as YAML"));
            continue;
        };
        if yaml.get("firmwareVersions").is_some() {
            let device = device(&yaml, &name, texts, &mut vendor);
            vendor.devices.push(device);
        }
    }
    vendor
}

fn vendor_name(index: &str) -> Option<String> {
    let index: Value = serde_saphyr::from_str(index).ok()?;
    Some(index.get("name")?.as_str()?.to_owned())
}

fn device(yaml: &Value, vendor_name: &str, texts: &Texts, vendor: &mut Vendor) -> Device {
    let text = |key: &str| yaml.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut device = Device {
        vendor: vendor_name.to_owned(),
        name: text("name"),
        description: text("description"),
        ..Device::default()
    };
    let Some(profile) = profile(yaml) else { return device };
    let at = |key: &str| profile.get(key).and_then(Value::as_str);
    device.mac_version = at("id").and_then(|id| mac_version(texts.get(&format!("{id}.yaml"))?));
    let Some(definition) = at("codec") else { return device };
    match definition_of(texts, definition) {
        Some(definition) => {
            device.codec = read_codec("uplinkDecoder", &definition, texts, vendor);
            device.downlink_codec = read_codec("downlinkEncoder", &definition, texts, vendor);
        }
        None => vendor.left_out.push(format!("{}: {definition}.yaml cannot be read", device.name)),
    }
    device
}

/// How the newest firmware works in Europe, or else anywhere: the newest stands last.
fn profile(yaml: &Value) -> Option<&Map<String, Value>> {
    let versions = yaml.get("firmwareVersions")?.as_array()?;
    let profiles = || versions.iter().rev().filter_map(|version| version.get("profiles")?.as_object());
    let european = profiles().find_map(|regions| regions.get("EU863-870"));
    european.or_else(|| profiles().find_map(|regions| regions.values().next()))?.as_object()
}

/// `1.0.3` or, in newer files, `MAC_V1_0_3`.
fn mac_version(profile: &str) -> Option<String> {
    let profile: Value = serde_saphyr::from_str(profile).ok()?;
    let version = profile.get("macVersion")?;
    let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
    Some(version.trim_start_matches("MAC_V").replace('_', "."))
}

fn definition_of(texts: &Texts, name: &str) -> Option<Value> {
    serde_saphyr::from_str(texts.get(&format!("{name}.yaml"))?).ok()
}

/// Takes the file that a part of a codec names, with the examples of all parts that name the same.
fn read_codec(part: &str, definition: &Value, texts: &Texts, vendor: &mut Vendor) -> Option<String> {
    let file = definition.get(part)?.get("fileName")?.as_str()?.to_owned();
    let Some(source) = texts.get(&file) else { return Some(file) };
    let named =
        |part: &&str| definition.get(part).and_then(|p| p.get("fileName")).and_then(Value::as_str) == Some(&file);
    let with_examples = |part: &str| Some((part.to_owned(), Value::Object(examples_only(definition.get(part)?)?)));
    let parts: Map<String, Value> = PARTS.into_iter().filter(named).filter_map(with_examples).collect();
    let parts = if parts.is_empty() { Vec::new() } else { vec![Value::Object(parts)] };
    let examples = joined_examples(parts).unwrap_or_else(|why| {
        vendor.left_out.push(format!("the examples of {file}: {why}"));
        Value::Object(Map::new())
    });
    // Several devices share a codec; their examples are the same file's.
    vendor.codecs.entry(file.clone()).or_insert_with(|| Codec { source: source.clone(), examples });
    Some(file)
}

fn examples_only(part: &Value) -> Option<Map<String, Value>> {
    Some([("examples".to_owned(), part.get("examples")?.clone())].into_iter().collect())
}

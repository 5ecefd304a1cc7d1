//! Reads device profiles that were made for other network servers: a vendor's folder of `ChirpStack`'s device profiles, or
//! one of the Things Network's device repository.
//!
//! Texts in, texts out: what the municipality's folder shall get, and a table for `sensors.toml` for each device. Nothing
//! of either repository comes with the box; the operator has it on disk.

mod chirpstack;
pub(crate) mod relaxed;
mod things_network;

use crate::vectors::{VectorError, read_vectors, things_network_form};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Files of a vendor's folder: names relative to it, with `/`, and their texts.
pub type Texts = BTreeMap<String, String>;

/// What an import gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Files for the municipality's folder: codecs, and their examples beside them.
    pub files: Texts,
    /// A table for `sensors.toml` for each device: the operator fills in what only they know.
    pub devices: Vec<Proposal>,
    /// What could not be taken, a sentence each.
    pub left_out: Vec<String>,
}

/// A table for `sensors.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What the vendor calls the device.
    pub name: String,
    /// The table, with comments.
    pub toml: String,
}

/// Why nothing could be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is some other folder.
    #[error(
        "this is no vendor's folder: expected `vendor.toml` and `devices/*.toml` as in ChirpStack's device profiles, \
         or `*.yaml` with `firmwareVersions` as in the Things Network's device repository"
    )]
    NoVendor,
}

/// A device as either repository has it.
#[derive(Debug, Default)]
struct Device {
    vendor: String,
    name: String,
    description: String,
    mac_version: Option<String>,
    /// The name of a codec among the vendor's files.
    codec: Option<String>,
    /// Another one for downlinks.
    downlink_codec: Option<String>,
}

/// A vendor's codec.
#[derive(Debug)]
struct Codec {
    source: String,
    /// In the form of the Things Network; an object without entries when there are none.
    examples: Value,
}

/// What either repository gives.
#[derive(Debug, Default)]
struct Vendor {
    devices: Vec<Device>,
    codecs: BTreeMap<String, Codec>,
    left_out: Vec<String>,
}

/// What `mac_version` in `sensors.toml` can be.
const MAC_VERSIONS: [&str; 5] = ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4"];
/// More keys than this are not proposed.
const KEYS_MAX: usize = 40;

/// Reads a vendor's folder.
pub fn import_devices(texts: &Texts) -> Result<Import, ImportError> {
    let vendor = if texts.contains_key("vendor.toml") { chirpstack::read(texts) } else { things_network::read(texts) };
    if vendor.devices.is_empty() && vendor.codecs.is_empty() {
        return Err(ImportError::NoVendor);
    }
    let used: BTreeSet<&String> = vendor.devices.iter().flat_map(|d| d.codec.iter().chain(&d.downlink_codec)).collect();
    let mut import = Import { left_out: vendor.left_out.clone(), ..Import::default() };
    for (name, codec) in vendor.codecs.iter().filter(|(name, _)| used.contains(name)) {
        let path = path_of(name);
        if codec.examples.as_object().is_some_and(|parts| !parts.is_empty()) {
            import.files.insert(path.replace(".js", ".test.json"), format!("{:#}\n", codec.examples));
        }
        import.files.insert(path, codec.source.clone());
    }
    for device in &vendor.devices {
        match &device.codec {
            Some(codec) if vendor.codecs.contains_key(codec) => {
                let missing = device.downlink_codec.iter().filter(|file| !vendor.codecs.contains_key(*file));
                import.left_out.extend(
                    missing
                        .map(|file| format!("{}: its codec for downlinks, {file}, is not in the folder", device.name)),
                );
                import.devices.push(proposal(device, &vendor));
            }
            Some(codec) => import.left_out.push(format!("{}: its codec {codec} is not in the folder", device.name)),
            None => import.left_out.push(format!("{}: it has no codec", device.name)),
        }
    }
    Ok(import)
}

/// Where a codec goes in the municipality's folder.
fn path_of(codec: &str) -> String {
    let stem = codec.strip_suffix(".js").unwrap_or(codec);
    format!(
        "codecs/{}.js",
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect::<String>()
    )
}

fn proposal(device: &Device, vendor: &Vendor) -> Proposal {
    let name = if device.name.to_lowercase().starts_with(&device.vendor.to_lowercase()) {
        device.name.clone()
    } else {
        format!("{} {}", device.vendor, device.name)
    };
    let mut toml = String::new();
    for line in [&name, &device.description].into_iter().filter(|line| !line.is_empty()) {
        line_of(&mut toml, &format!("# {}", one_line(line)));
    }
    line_of(&mut toml, "[[sensor]]");
    line_of(&mut toml, &format!("id = {}", quoted(&slug(&name))));
    line_of(&mut toml, "place = \"\" # the `id` of its place in places.toml");
    line_of(&mut toml, "dev_eui = \"\" # on its label");
    line_of(&mut toml, "decoder = \"js-codec\"");
    if let Some(version) = device.mac_version.as_deref().filter(|version| MAC_VERSIONS.contains(version)) {
        line_of(&mut toml, &format!("mac_version = {}", quoted(version)));
    }
    line_of(&mut toml, "\n[sensor.settings]");
    let codec = device.codec.as_deref().unwrap_or_default();
    line_of(&mut toml, &format!("codec = {{ file = {} }}", quoted(&path_of(codec))));
    if let Some(downlink) =
        device.downlink_codec.as_ref().filter(|file| *file != codec && vendor.codecs.contains_key(*file))
    {
        line_of(&mut toml, &format!("downlink_codec = {{ file = {} }}", quoted(&path_of(downlink))));
    }
    if let Some(codec) = vendor.codecs.get(codec) {
        toml.push_str(&map(codec));
    }
    Proposal { name, toml }
}

/// The keys that the examples give: those that are words of the vocabulary at once, the others for the operator to name.
fn map(codec: &Codec) -> String {
    if codec.source.contains("normalizeUplink") {
        return "# No map: the codec says itself what its output means (normalizeUplink).\n".to_owned();
    }
    let mut keys = BTreeMap::new();
    let examples = codec.examples.pointer("/uplinkDecoder/examples").and_then(Value::as_array);
    for data in examples.into_iter().flatten().filter_map(|example| example.pointer("/output/data")) {
        leaves(data, "", &mut keys);
    }
    if keys.is_empty() {
        return "# [sensor.settings.map]: the vendor gives no examples; `allting decode` shows what its keys are.\n"
            .to_owned();
    }
    let mut toml =
        "\n# What its keys mean here. Take the # away where you know the word.\n[sensor.settings.map]\n".to_owned();
    for (path, example) in keys.into_iter().take(KEYS_MAX) {
        let word = slug(path.rsplit('.').next().unwrap_or(&path));
        match model::property(&word) {
            Some(word) => line_of(&mut toml, &format!("{} = {} # such as {example}", quoted(&path), quoted(word.name))),
            None => line_of(&mut toml, &format!("# {} = \"\" # such as {example}", quoted(&path))),
        }
    }
    toml
}

/// The paths of all values, as the table of `js-codec` names them, with one of its values.
fn leaves(data: &Value, path: &str, keys: &mut BTreeMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match data {
        Value::Object(object) => object.iter().for_each(|(key, value)| leaves(value, &below(key), keys)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, &format!("{path}[]"), keys)),
        Value::Null => {}
        value => _ = keys.entry(one_line(path)).or_insert_with(|| one_line(&value.to_string())),
    }
}

fn ends_in(file: &str, endings: &[&str]) -> bool {
    Path::new(file).extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}

fn line_of(toml: &mut String, line: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(toml, "{line}");
}

/// A text as TOML has it, whatever the vendor put into it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Safe in a comment, and not endless.
fn one_line(text: &str) -> String {
    text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().take(64) {
        match letter.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => slug.push(letter),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Puts several files of examples together, in the form of the Things Network.
fn joined_examples(parts: Vec<Value>) -> Result<Value, VectorError> {
    let mut joined = Map::new();
    for part in parts {
        if let Value::Object(part) = things_network_form(part)? {
            joined.extend(part);
        }
    }
    let joined = Value::Object(joined);
    if joined.as_object().is_some_and(|parts| !parts.is_empty()) {
        // What the box would refuse later is better refused now.
        read_vectors(&joined.to_string())?;
    }
    Ok(joined)
}

#[cfg(test)]
mod tests;

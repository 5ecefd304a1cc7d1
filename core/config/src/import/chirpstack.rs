//! A vendor's folder of `ChirpStack`'s device profiles: `vendor.toml`, `devices/*.toml`, `profiles/*.toml`, `codecs/*.js`
//! and `codecs/test_decode_*.json`, `codecs/test_encode_*.json`.

use super::{Codec, Device, Texts, Vendor, ends_in, joined_examples, relaxed};
use serde::Deserialize;

#[derive(Deserialize)]
struct VendorFile {
    vendor: Named,
}

#[derive(Deserialize)]
struct DeviceFile {
    device: DeviceEntry,
}

#[derive(Deserialize)]
struct DeviceEntry {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    firmware: Vec<Firmware>,
}

#[derive(Deserialize)]
struct Firmware {
    codec: Option<String>,
    #[serde(default)]
    profiles: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct ProfileFile {
    profile: Profile,
}

#[derive(Deserialize)]
struct Profile {
    region: String,
    mac_version: String,
}

pub(super) fn read(texts: &Texts) -> Vendor {
    let mut vendor = Vendor::default();
    let name = parsed::<VendorFile>(texts, "vendor.toml").map_or_else(String::new, |file| file.vendor.name);
    for file in texts.keys().filter(|file| file.starts_with("devices/")) {
        match parsed::<DeviceFile>(texts, file) {
            Some(DeviceFile { device }) => vendor.devices.push(read_device(device, &name, texts)),
            None => vendor.left_out.push(format!("{file} is no device")),
        }
    }
    for (file, source) in texts {
        let Some(codec) = file.strip_prefix("codecs/").filter(|file| ends_in(file, &["js"])) else { continue };
        let examples = examples(texts, codec).unwrap_or_else(|why| {
            vendor.left_out.push(format!("the examples of {codec}: {why}"));
            serde_json::json!({})
        });
        vendor.codecs.insert(codec.to_owned(), Codec { source: source.clone(), examples });
    }
    vendor
}

fn parsed<T: for<'de> Deserialize<'de>>(texts: &Texts, file: &str) -> Option<T> {
    toml::from_str(texts.get(file)?).ok()
}

fn read_device(device: DeviceEntry, vendor: &str, texts: &Texts) -> Device {
    let DeviceEntry { name, description, firmware } = device;
    let profiles = firmware.iter().rev().flat_map(|firmware| &firmware.profiles);
    let mut profiles = profiles.filter_map(|file| parsed::<ProfileFile>(texts, &format!("profiles/{file}")));
    let mac_version = profiles.find(|file| file.profile.region == "EU868").map(|file| file.profile.mac_version);
    // The newest firmware stands last.
    let codec = firmware.into_iter().rev().find_map(|firmware| firmware.codec);
    Device { vendor: vendor.to_owned(), name, description, mac_version, codec, downlink_codec: None }
}

fn examples(texts: &Texts, codec: &str) -> Result<serde_json::Value, String> {
    let stem = codec.trim_end_matches(".js");
    let files = ["decode", "encode"].map(|kind| texts.get(&format!("codecs/test_{kind}_{stem}.json")));
    let parts: Result<Vec<_>, _> = files.into_iter().flatten().map(|text| relaxed::parse(text)).collect();
    joined_examples(parts.map_err(|e| e.to_string())?).map_err(|e| e.to_string())
}

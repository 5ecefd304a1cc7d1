use super::{Failure, complain, say};
use crate::clock::now;
use crate::commands::plugin::load_decoder;
use crate::folder::read_folder;
use crate::plugins::{load_plugins, read_text};
use clap::Args;
use model::{Decoded, DecodedObservation, PluginFault, Value, unhex};
use plugin_host::{Decoder, Host, Options, Request};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// The payload, hexadecimal; spaces, `:` and `-` between digits are fine
    payload: String,
    /// The port it came on
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    port: u8,
    /// A plugin file to decode with
    #[arg(long, conflicts_with = "sensor", required_unless_present = "sensor")]
    plugin: Option<PathBuf>,
    /// Settings for the plugin, JSON
    #[arg(long, default_value = "{}", requires = "plugin")]
    settings: String,
    /// A JavaScript codec of a vendor, for the plugin js-codec
    #[arg(long, requires = "plugin", conflicts_with = "settings")]
    codec: Option<PathBuf>,
    /// A configured sensor whose plugin and settings to use
    #[arg(long, requires = "folder")]
    sensor: Option<String>,
    /// The municipality's folder of TOML, for --sensor
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// `allting decode`: the very call the box would make.
pub(crate) fn run(asked: &Decode) -> Result<(), Failure> {
    let payload = hex(&asked.payload).map_err(Failure::Wrong)?;
    let (decoder, settings) = match (&asked.plugin, &asked.sensor, &asked.folder) {
        (Some(file), ..) => (load_decoder(file)?, settings(asked)?),
        (None, Some(sensor), Some(folder)) => of_sensor(folder, sensor)?,
        _ => return Err(Failure::Wrong("give --plugin, or --sensor with --folder".into())),
    };
    let request = Request { f_port: asked.port, payload: &payload, received_at: now(), settings: &settings };
    match decoder.decode(&request) {
        Ok(meaning) => show(&meaning),
        Err(fault) => Err(refused(&fault)),
    }
}

fn settings(asked: &Decode) -> Result<String, Failure> {
    let Some(codec) = &asked.codec else { return Ok(asked.settings.clone()) };
    let source = read_text(codec).map_err(Failure::Wrong)?;
    Ok(json!({ "codec": source }).to_string())
}

fn of_sensor(folder: &Path, sensor: &str) -> Result<(Decoder, String), Failure> {
    let (municipality, _) = read_folder(folder).map_err(|w| Failure::Wrong(w.to_string()))?;
    let Some(sensor) = municipality.sensors.iter().find(|s| s.id.as_str() == sensor) else {
        let names: Vec<&str> = municipality.sensors.iter().map(|s| s.id.as_str()).collect();
        return Err(Failure::Wrong(format!("there is no sensor `{sensor}`; there are: {}", names.join(", "))));
    };
    let mut loaded = load_plugins(&Host::new(Options::default())?, folder, &municipality.plugins);
    for why in &loaded.refused {
        complain(why);
    }
    let decoder = loaded.decoders.remove(&sensor.decoder).ok_or_else(|| {
        Failure::Wrong(format!("its decoder `{}` is not installed; `allting plugin install` does it", sensor.decoder))
    })?;
    Ok((decoder, sensor.settings.clone()))
}

fn refused(fault: &PluginFault) -> Failure {
    let whose = match fault.blame {
        model::Blame::Device => "the payload is not what this plugin understands",
        model::Blame::Plugin => "the plugin is at fault",
        model::Blame::Box => "the box ran short; try again",
    };
    Failure::Wrong(format!("{fault}\n({whose})"))
}

fn show(decoded: &Decoded) -> Result<(), Failure> {
    let observations: Vec<_> = decoded.observations.iter().map(observation).collect();
    let raw: Option<serde_json::Value> = decoded.raw.as_deref().map(serde_json::from_str).transpose()?;
    let shown = json!({ "observations": observations, "warnings": decoded.warnings, "codecOutput": raw });
    say(&serde_json::to_string_pretty(&shown)?);
    Ok(())
}

fn observation(o: &DecodedObservation) -> serde_json::Value {
    let value = match &o.value {
        Value::Number(n) => json!(n),
        Value::Integer(n) => json!(n),
        Value::Text(text) => json!(text),
        Value::Flag(flag) => json!(flag),
    };
    json!({ "property": o.property, "value": value, "unit": o.unit, "part": o.part, "ageS": o.age_s,
            "known": model::property(&o.property).is_some() })
}

fn hex(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.replace([' ', ':', '-'], "");
    if digits.len() % 2 == 1 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(format!("the payload has {} digits: two make a byte, so one is missing", digits.len()));
    }
    let not_digits = "the payload is not hexadecimal: expected digits 0-9 and a-f, such as 0100e202";
    unhex(&digits).ok_or_else(|| not_digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn a_payload_is_read_as_people_paste_it() {
        assert_eq!(hex("01 00:E2-02").unwrap(), [0x01, 0x00, 0xe2, 0x02]);
        assert!(hex("010").unwrap_err().contains("one is missing"));
        assert!(hex("0x01").unwrap_err().contains("not hexadecimal"));
    }
}

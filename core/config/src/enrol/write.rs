//! The files with the new tables below what stands there: every byte of the old text stays, so comments do.

use super::Enrolled;
use super::placing::NewPlace;
use crate::diagnostic::{Diagnostic, Severity};
use crate::file::File;
use crate::folder::{Folder, TOML_BYTES_MAX};
use crate::import::Texts;
use crate::said::say;
use model::{Activation, Hex, JoinEui, MacVersion, Municipality};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use toml_edit::{DocumentMut, Item};

/// Short names that a new sensor cannot have: those of sensors, and of keys that somebody forgot.
pub(super) fn names_taken(folder: &Folder, municipality: &Municipality) -> BTreeSet<String> {
    let secrets: DocumentMut = text(folder, File::Secrets).parse().unwrap_or_default();
    let keys = secrets.get("sensor").and_then(Item::as_table_like);
    let keys = keys.into_iter().flat_map(|table| table.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
    municipality.sensors.iter().map(|sensor| sensor.id.to_string()).chain(keys).collect()
}

/// The files that change.
pub(super) fn files(folder: &Folder, sensors: &[Enrolled], places: &[NewPlace]) -> Result<Texts, Vec<Diagnostic>> {
    let tables = [
        (File::Places, "place", places.iter().map(place).collect::<String>()),
        (File::Secrets, "sensor", sensors.iter().map(keys).collect()),
        (File::Sensors, "sensor", sensors.iter().map(sensor).collect()),
    ];
    let changed = tables.into_iter().filter(|(_, _, new)| !new.is_empty());
    changed.map(|(file, list, new)| Ok((file.name().to_owned(), below(folder, file, list, &new)?))).collect()
}

fn text(folder: &Folder, file: File) -> &str {
    folder.text(file.name(), TOML_BYTES_MAX).and_then(Result::ok).unwrap_or_default()
}

fn below(folder: &Folder, file: File, list: &str, new: &str) -> Result<String, Vec<Diagnostic>> {
    let before = text(folder, file);
    let document: DocumentMut = before.parse().unwrap_or_default();
    if document.get(list).is_some_and(Item::is_value) {
        let message =
            say!("list-on-a-line", "the list `{list}` is written on one line, so nothing can be put below it", list);
        let help = say!("own-headings", "write each of them below a heading of its own, `[[{list}]]`", list);
        return Err(vec![Diagnostic::of_file(Severity::Error, file.name(), message, help)]);
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    // Each new table begins with an empty line; at the top of a file nobody wants it.
    let new = if before.is_empty() { new.trim_start() } else { new };
    Ok(format!("{before}{gap}{new}"))
}

fn place(place: &NewPlace) -> String {
    let mut toml = format!("\n[[place]]\nid = {}\n", quoted(place.id.as_str()));
    if place.name != place.id.as_str() {
        line(&mut toml, "name", &quoted(&place.name));
    }
    if let Some(area) = &place.area {
        line(&mut toml, "area", &quoted(area));
    }
    if let Some(at) = place.position {
        line(&mut toml, "position", &format!("{{ latitude = {:?}, longitude = {:?} }}", at.latitude, at.longitude));
    }
    toml
}

fn sensor(sensor: &Enrolled) -> String {
    let mut toml = format!("\n[[sensor]]\nid = {}\n", quoted(sensor.id.as_str()));
    if sensor.name != sensor.id.as_str() {
        line(&mut toml, "name", &quoted(&sensor.name));
    }
    line(&mut toml, "place", &quoted(sensor.place.as_str()));
    line(&mut toml, "dev_eui", &quoted(&sensor.dev_eui.to_string()));
    line(&mut toml, "decoder", &quoted(sensor.decoder.as_str()));
    if sensor.mac_version != MacVersion::default() {
        line(&mut toml, "mac_version", &quoted(sensor.mac_version.as_str()));
    }
    match &sensor.activation {
        Activation::Otaa { join_eui: JoinEui([0, 0, 0, 0, 0, 0, 0, 0]), .. } => {}
        Activation::Otaa { join_eui, .. } => line(&mut toml, "join_eui", &quoted(&join_eui.to_string())),
        Activation::Abp { dev_addr, .. } => {
            line(&mut toml, "activation", "\"abp\"");
            line(&mut toml, "dev_addr", &quoted(&dev_addr.to_string()));
        }
    }
    if sensor.test {
        line(&mut toml, "test", "true");
    }
    if !sensor.settings.is_empty() {
        toml.push_str("\n[sensor.settings]\n");
        for (name, value) in &sensor.settings {
            line(&mut toml, &key(name), &setting(value));
        }
    }
    toml
}

fn keys(sensor: &Enrolled) -> String {
    let mut toml = format!("\n[sensor.{}]\n", sensor.id);
    match &sensor.activation {
        Activation::Otaa { app_key, .. } => line(&mut toml, "app_key", &quoted(&Hex(&app_key.bytes()).to_string())),
        Activation::Abp { nwk_s_key, app_s_key, .. } => {
            line(&mut toml, "nwk_s_key", &quoted(&Hex(&nwk_s_key.bytes()).to_string()));
            line(&mut toml, "app_s_key", &quoted(&Hex(&app_s_key.bytes()).to_string()));
        }
    }
    toml
}

fn line(toml: &mut String, key: &str, value: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(toml, "{key} = {value}");
}

/// A text as TOML has it, on one line whatever is in it.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text.replace(['\n', '\r'], " ")).to_string()
}

/// A name of a setting, in quotation marks where it needs them.
fn key(name: &str) -> String {
    toml_edit::Key::new(name).to_string()
}

/// A cell is text; what is plainly a number or a flag is one in the settings too.
fn setting(cell: &str) -> String {
    let number = cell.parse::<i64>().is_ok_and(|number| number.to_string() == cell)
        || cell.parse::<f64>().is_ok_and(|number| number.is_finite() && format!("{number:?}") == cell);
    if number || cell == "true" || cell == "false" { cell.to_owned() } else { quoted(cell) }
}

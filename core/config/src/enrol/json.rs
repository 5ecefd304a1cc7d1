//! JSON as network servers export it: the Things Stack's stream of end devices, `ChirpStack`'s answers, or a plain list of objects.

use super::fields::Field;
use super::list::{Columns, Row};
use super::table::Cell;
use crate::diagnostic::Fault;
use crate::said::say;
use serde_json::{Deserializer, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// Under which names a list of devices stands in an object.
const CONTAINERS: [&str; 6] = ["result", "devices", "end_devices", "endDevices", "sensors", "data"];
/// Tables whose entries may say what a device is called and where it is. Elsewhere a `name` is that of something else.
const ABOUT_IT: [&str; 10] =
    ["", "ids", "device", "end_device", "endDevice", "version_ids", "tags", "attributes", "locations.user", "location"];
/// Devices stand in lists, and lists in an object; no export nests deeper.
const DEPTH_MAX: usize = 4;

/// The devices of a text. Nothing is ignored aloud: exports say a hundred things of each device.
pub(super) fn rows(text: &str) -> Result<(Vec<Row>, Columns), Box<Fault>> {
    let mut rows = Vec::new();
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let mut start = 0;
    while let Some(value) = values.next() {
        if let Err(error) = value {
            let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let at = (before + error.column().saturating_sub(1)).min(text.len());
            let fault = Fault::error(at..at, say!("list-no-json", "this is no JSON")).expected(say!(
                "reader-says",
                "{why}",
                why = error
            ));
            return Err(Box::new(fault.help(say!("export-again", "export the list again"))));
        }
        devices(text, start..values.byte_offset(), 0, &mut rows);
        start = values.byte_offset();
    }
    if rows.is_empty() {
        let fault = Fault::error(0..0, say!("list-no-device", "no device is in it"));
        return Err(Box::new(fault.expected(say!(
            "list-objects",
            "expected objects with `dev_eui`: devices as The Things Stack or ChirpStack export them, or your own list"
        ))));
    }
    Ok((rows, Vec::new()))
}

/// Takes the devices of one value of the text: it is one, or a list of them, or an object with such a list.
fn devices(text: &str, within: Range<usize>, depth: usize, rows: &mut Vec<Row>) {
    let json = text.get(within.clone()).unwrap_or_default();
    let start = within.start + (json.len() - json.trim_start().len());
    let json = json.trim();
    if depth > DEPTH_MAX {
        return;
    }
    let parts = members(json);
    if json.starts_with('[') {
        for (_, part) in parts {
            devices(text, start + part.start..start + part.end, depth + 1, rows);
        }
        return;
    }
    let holds_list = |(key, part): &&(&str, Range<usize>)| {
        CONTAINERS.contains(key) && json.get(part.clone()).is_some_and(|part| part.trim_start().starts_with('['))
    };
    match parts.iter().find(holds_list) {
        Some((_, list)) => devices(text, start + list.start..start + list.end, depth + 1, rows),
        None if json.starts_with('{') => rows.push(row(json, start)),
        None => {}
    }
}

/// Where the members of an object or a list stand, which is known to be right. Members of a list have no name.
fn members(json: &str) -> Vec<(&str, Range<usize>)> {
    let (mut members, mut depth, mut start, mut key) = (Vec::new(), 0_usize, 1, "");
    let (mut in_text, mut escaped) = (false, false);
    for (at, letter) in json.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = in_text,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' | '[' => depth += 1,
            ':' if depth == 1 => {
                key = json.get(start..at).unwrap_or_default().trim().trim_matches('"');
                start = at + 1;
            }
            ',' | '}' | ']' if depth == 1 => {
                members.push((key, start..at));
                start = at + 1;
                depth -= usize::from(letter != ',');
            }
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    members
}

/// One device, which begins at `start` in the text.
fn row(json: &str, start: usize) -> Row {
    let mut cells = BTreeMap::new();
    if let Ok(value) = serde_json::from_str::<Value>(json) {
        leaves(&value, "", &mut |path, value| {
            let (Some(field), Some(said)) = (field_of(path), said(value)) else { return };
            if !said.is_empty() {
                // The value as it stands in the text; where it stands twice, the first.
                let offset = json.find(&value.to_string()).unwrap_or(0);
                let at = start + offset..start + offset + value.to_string().len();
                cells.entry(field).or_insert(Cell { text: said, at });
            }
        });
    }
    Row { cells, at: start..start }
}

fn leaves(value: &Value, path: &str, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(object) => {
            // What stands directly in a table goes before what stands in tables within.
            let (inner, plain): (Vec<_>, Vec<_>) = object.iter().partition(|(_, value)| value.is_object());
            for (key, value) in plain.into_iter().chain(inner) {
                leaves(value, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, see);
            }
        }
        value => see(path, value),
    }
}

fn field_of(path: &str) -> Option<Field> {
    // Keys of the Things Stack are tables: `root_keys.app_key.key`.
    let path = path.strip_suffix(".key").unwrap_or(path);
    let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
    if table == "settings" {
        return Some(Field::Setting(key.to_owned()));
    }
    let field = Field::of_heading(key)?;
    let is_radio = matches!(
        field,
        Field::DevEui
            | Field::JoinEui
            | Field::AppKey
            | Field::NwkKey
            | Field::DevAddr
            | Field::NwkSKey
            | Field::AppSKey
    );
    let about_it =
        ABOUT_IT.contains(&table) || ABOUT_IT.iter().any(|known| table.strip_prefix("device.") == Some(known));
    (is_radio || about_it).then_some(field)
}

fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

//! Turns `[sensor.settings]` into the JSON a plugin is given, files it names read in.

use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::folder::{Folder, SETTING_FILE_BYTES_MAX};
use crate::nearest::nearest;
use crate::said::{Said, say};
use serde_json::{Map, Number, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The settings in `sensor` as JSON text; `None` when something in them is wrong, which is then reported.
pub(crate) fn json(file: &mut Toml<'_>, sensor: &DeTable<'_>, folder: &Folder) -> Option<String> {
    let mut faults = Vec::new();
    let settings = within(sensor, folder, &mut faults);
    for fault in faults {
        file.report(fault);
    }
    settings
}

/// The table `settings` within another as JSON text; what is wrong in it is put to the faults.
pub(crate) fn within(outer: &DeTable<'_>, folder: &Folder, faults: &mut Vec<Fault>) -> Option<String> {
    let settings = match outer.get("settings").map(Spanned::get_ref) {
        Some(DeValue::Table(settings)) => table(settings, folder, faults),
        _ => Some(Value::Object(Map::new())),
    };
    settings.map(|settings| settings.to_string())
}

/// True for a path that is not plainly within the folder.
pub(crate) fn leaves_folder(path: &str) -> bool {
    path.contains('\\') || path.split('/').any(|step| matches!(step, "" | "." | ".."))
}

fn table(settings: &DeTable<'_>, folder: &Folder, faults: &mut Vec<Fault>) -> Option<Value> {
    // All values are visited before the first missing one ends it, so that all faults are found.
    let values: Vec<_> = settings
        .iter()
        .map(|(key, setting)| Some((key.get_ref().to_string(), value(setting, folder, faults)?)))
        .collect();
    values.into_iter().collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn value(setting: &Spanned<DeValue<'_>>, folder: &Folder, faults: &mut Vec<Fault>) -> Option<Value> {
    match setting.get_ref() {
        DeValue::String(text) => Some(Value::from(text.as_ref())),
        DeValue::Boolean(flag) => Some(Value::from(*flag)),
        DeValue::Datetime(datetime) => Some(Value::from(datetime.to_string())),
        DeValue::Integer(_) | DeValue::Float(_) => number(setting, faults),
        DeValue::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| value(item, folder, faults)).collect();
            items.into_iter().collect::<Option<Vec<_>>>().map(Value::Array)
        }
        DeValue::Table(inner) => match named_file(inner) {
            Some((name, span)) => file_text(name, span, folder, faults),
            None => table(inner, folder, faults),
        },
    }
}

fn number(setting: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Option<Value> {
    let number = match setting.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(Value::from),
        DeValue::Float(n) => n.as_str().parse().ok().and_then(Number::from_f64).map(Value::Number),
        _ => None,
    };
    if number.is_none() {
        let expected = say!("expect-64-bits", "expected at most 64 bits, and no `inf`");
        faults.push(Fault::error(setting.span(), say!("number-large", "this number is too large")).expected(expected));
    }
    number
}

/// The path in a table that is `{ file = "..." }` and nothing else.
pub(crate) fn named_file<'t>(table: &'t DeTable<'_>) -> Option<(&'t str, Range<usize>)> {
    let path = table.get("file").filter(|_| table.len() == 1)?;
    Some((path.get_ref().as_str()?, path.span()))
}

fn file_text(name: &str, span: Range<usize>, folder: &Folder, faults: &mut Vec<Fault>) -> Option<Value> {
    let fault = |message: Said| Fault::error(span, message);
    if leaves_folder(name) {
        let fault = fault(say!("outside-folder", "`{path}` is not within this folder", path = name));
        let expected = say!("expect-such", "expected one such as {example}", example = "codecs/counter.js");
        faults.push(fault.expected(expected).help(say!("copy-file", "copy the file into the folder")));
        return None;
    }
    match folder.text(name, SETTING_FILE_BYTES_MAX) {
        Some(Ok(text)) => return Some(Value::from(text)),
        Some(Err(problem)) => {
            let (message, help) = problem.explain();
            faults.push(fault(say!("in-file", "`{path}`: {what}", path = name, what = message)).help(help));
        }
        None => {
            let near = nearest(name, folder.names().filter(|name| !name.to_ascii_lowercase().ends_with(".toml")));
            let expected = say!("expect-path", "expected the path of a file in this folder");
            let fault = fault(say!("no-file", "there is no file `{path}`", path = name)).meant(near, expected);
            let help = say!("copy-file", "copy the file into the folder");
            faults.push(if near.is_none() { fault.help(help) } else { fault });
        }
    }
    None
}

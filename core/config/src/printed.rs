use crate::file::File;
use crate::folder::{Folder, TOML_BYTES_MAX};
use serde_json::Value;
use std::fmt::Write as _;
use toml_edit::{DocumentMut, Item};

/// Every key of every file with its comment: set to what the folder says, or else commented out with its default.
///
/// Lists such as `[[place]]` are shown as one empty form to fill in, and `secrets.toml` shows no value.
pub fn printed(folder: &Folder) -> String {
    let mut print = String::new();
    for file in File::ALL {
        let text = folder.text(file.name(), TOML_BYTES_MAX).and_then(Result::ok).unwrap_or_default();
        let document: DocumentMut = text.parse().unwrap_or_default();
        let schema = file.schema();
        _ = writeln!(print, "# ---- {} ----", file.name());
        comment(&mut print, &schema);
        // What stands below the head of a table belongs to it, so tables come last.
        let (tables, lines): (Vec<_>, Vec<_>) = properties(&schema).partition(|(_, s)| inner_table(s).is_some());
        for (key, schema) in lines.into_iter().chain(tables) {
            match inner_table(schema) {
                None => line(&mut print, key, schema, document.get(key)),
                Some((Form::Once, inner)) => table(&mut print, key, inner, document.get(key)),
                Some((Form::List, inner)) => form(&mut print, &format!("[[{key}]]"), schema, inner),
                Some((Form::ByName, inner)) => form(&mut print, &format!("[{key}.NAME]"), schema, inner),
            }
        }
        print.push('\n');
    }
    print
}

/// How several tables of one sort are written.
enum Form {
    /// `[look]`
    Once,
    /// `[[place]]`
    List,
    /// `[sensor.library-door]`
    ByName,
}

fn inner_table(schema: &Value) -> Option<(Form, &Value)> {
    let list = schema.get("items").map(|inner| (Form::List, inner));
    let named = schema.get("additionalProperties").map(|inner| (Form::ByName, inner));
    let once = Some((Form::Once, schema));
    [list, named, once].into_iter().flatten().find(|(_, inner)| inner.get("properties").is_some())
}

fn table(print: &mut String, key: &str, schema: &Value, set: Option<&Item>) {
    print.push('\n');
    comment(print, schema);
    _ = writeln!(print, "{}[{key}]", if set.is_some() { "" } else { "# " });
    for (inner, schema) in properties(schema) {
        line(print, inner, schema, set.and_then(|table| table.get(inner)));
    }
}

fn is_required(schema: &Value, key: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|required| required.iter().any(|name| name == key))
}

/// Keys with their schemas, those that must be there first.
fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let all = || {
        let properties = schema.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(key, schema)| (key.as_str(), schema))
    };
    all().filter(|(key, _)| is_required(schema, key)).chain(all().filter(|(key, _)| !is_required(schema, key)))
}

fn form(print: &mut String, heading: &str, outer: &Value, inner: &Value) {
    print.push('\n');
    comment(print, outer);
    _ = writeln!(print, "# {heading}");
    for (key, schema) in properties(inner) {
        line(print, key, schema, None);
        if is_required(inner, key) {
            print.insert_str(print.len() - 1, " (must be there)");
        }
    }
}

fn line(print: &mut String, key: &str, schema: &Value, set: Option<&Item>) {
    print.push('\n');
    comment(print, schema);
    let words: Vec<&str> = schema
        .get("oneOf")
        .and_then(Value::as_array)
        .map_or_else(Vec::new, |words| words.iter().filter_map(|word| word.get("const")?.as_str()).collect());
    if !words.is_empty() {
        _ = writeln!(print, "# One of: {}.", words.join(", "));
    }
    _ = match (set, schema.get("default")) {
        (Some(value), _) => writeln!(print, "{key} = {}", value.to_string().trim()),
        // JSON's texts, numbers, flags and flat lists are TOML's too.
        (None, Some(default)) => writeln!(print, "# {key} = {default}"),
        (None, None) => writeln!(print, "# {key} ="),
    };
}

fn comment(print: &mut String, schema: &Value) {
    let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    for line in description.lines() {
        _ = writeln!(print, "# {line}");
    }
}

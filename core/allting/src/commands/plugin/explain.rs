use super::load;
use crate::commands::{Failure, say};
use model::Language;
use plugin_host::{Decoder, Description, Method, MethodDescription, Plugin};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Examples shown; a plugin may have hundreds.
const EXAMPLES_MAX: usize = 5;

/// `allting plugin explain`: in plain words, before anybody installs it.
pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let text = match load(file)? {
        Plugin::Decoder(decoder) => explain(&decoder),
        Plugin::Method(method) => explain_method(&method),
    };
    say(text.trim_end());
    Ok(())
}

fn explain(decoder: &Decoder) -> String {
    let Description { id, version, title, help, schema, commands, examples } = decoder.description();
    let mut text = format!("{id} {version}: {}\n", title.best(Language::En).0);
    if !help.is_empty() {
        let _ = writeln!(text, "{}", help.best(Language::En).0);
    }
    text.push_str("\nWhat it may do\n  It may only compute: it asks for no network, no files, no clock.\n");
    text.push_str("\nSettings, in [sensor.settings]\n");
    settings(&mut text, schema);
    if !commands.is_empty() {
        text.push_str("\nWhat the device can be told\n");
    }
    for command in commands {
        let _ = writeln!(text, "  {}: {}", command.name, command.title.best(Language::En).0);
        settings(&mut text, &command.schema);
    }
    let _ = writeln!(text, "\nExamples ({}, tried before the plugin goes live)", examples.len());
    for example in examples.iter().take(EXAMPLES_MAX) {
        let _ = write!(text, "  {}: port {}, ", example.title, example.f_port);
        for byte in &example.payload {
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
    }
    text
}

fn explain_method(method: &Method) -> String {
    let MethodDescription { id, version, title, help, schema, wants, examples } = method.description();
    let mut text = format!("{id} {version}: {}\n", title.best(Language::En).0);
    if !help.is_empty() {
        let _ = writeln!(text, "{}", help.best(Language::En).0);
    }
    text.push_str("\nWhat it may do\n  It may only compute: it asks for no network, no files, no clock.\n");
    if !wants.is_empty() {
        let _ = writeln!(text, "  It would like to know of participants who agree: {}.", wants.join(", "));
    }
    text.push_str("\nSettings, in [settings] of a file in activities/\n");
    settings(&mut text, schema);
    let _ = writeln!(text, "\nExamples ({}, tried before the plugin goes live)", examples.len());
    for example in examples.iter().take(EXAMPLES_MAX) {
        let _ = writeln!(text, "  {}", example.title.best(Language::En).0);
    }
    text
}

/// The keys of a JSON Schema, a line each.
fn settings(text: &mut String, schema: &Value) {
    let needed =
        |key: &str| schema.get("required").and_then(Value::as_array).is_some_and(|keys| keys.iter().any(|k| k == key));
    let properties = schema.get("properties").and_then(Value::as_object);
    if properties.is_none_or(serde_json::Map::is_empty) {
        text.push_str("  none\n");
    }
    for (key, property) in properties.into_iter().flatten() {
        let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let (colon, needed) = (if about.is_empty() { "" } else { ": " }, if needed(key) { ", needed" } else { "" });
        let _ = writeln!(text, "  {key} ({}{needed}){colon}{about}", kind(property));
    }
}

/// What a value must be, in words.
fn kind(property: &Value) -> String {
    if property.get("format").and_then(Value::as_str) == Some("file") {
        return "a file".to_owned();
    }
    let choices = property.get("enum").and_then(Value::as_array);
    if let Some(choices) = choices {
        return format!("one of {}", choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    }
    match property.get("type").and_then(Value::as_str) {
        Some("string") => "text",
        Some("integer") => "a whole number",
        Some("number") => "a number",
        Some("boolean") => "true or false",
        Some("object") => "a table",
        Some("array") => "a list",
        _ => "see its README",
    }
    .to_owned()
}

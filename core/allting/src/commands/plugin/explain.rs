use super::load;
use crate::commands::{Failure, say};
use model::channel::Power;
use model::{Hex, Language};
use plugin_host::{Channel, ChannelDescription, Decoder, Description, Method, MethodDescription, Plugin};
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
        Plugin::Channel(channel) => explain_channel(&channel),
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
        let mut arguments = String::new();
        settings(&mut arguments, &command.schema);
        arguments.lines().filter(|line| *line != NOTHING).for_each(|line| _ = writeln!(text, "  {line}"));
    }
    let _ = writeln!(text, "\nExamples ({}, tried before the plugin goes live)", examples.len());
    for example in examples.iter().take(EXAMPLES_MAX) {
        let _ = writeln!(text, "  {}: port {}, {}", example.title, example.f_port, Hex(&example.payload));
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

fn explain_channel(channel: &Channel) -> String {
    let ChannelDescription { id, version, title, help, schema, .. } = channel.description();
    let mut text = format!("{id} {version}: {}\n", title.best(Language::En).0);
    if !help.is_empty() {
        let _ = writeln!(text, "{}", help.best(Language::En).0);
    }
    text.push_str("\nWhat it may do\n  It may only compute: what it wants sent it asks of the box.\n");
    for power in powers(channel) {
        let _ = writeln!(text, "  {power}");
    }
    text.push_str("  A host is reached only where channels.toml grants it too.\n");
    text.push_str("\nSettings, in [channel.settings]\n");
    settings(&mut text, schema);
    text
}

/// What a channel asks of the box, a sentence each.
pub(super) fn powers(channel: &Channel) -> Vec<String> {
    let said = channel.description();
    let mut powers = Vec::new();
    if !said.hosts.is_empty() {
        powers.push(format!("It wants to talk to {}.", said.hosts.join(", ")));
    }
    let properties = said.schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let named = |format: &str| {
        let fits = |(_, property): &(&String, &Value)| {
            let own = property.get("format").and_then(Value::as_str) == Some(format);
            own || property.pointer("/items/format").and_then(Value::as_str) == Some(format)
        };
        properties.clone().filter(fits).map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>()
    };
    let hosts = [named("host"), named("address")].concat();
    if !hosts.is_empty() {
        powers.push(format!("It wants to talk to the host that you write as {}.", hosts.join(", ")));
    }
    let secrets = named("secret");
    if !secrets.is_empty() {
        powers.push(format!(
            "It names the secret that you write as {}; what it is it never learns, and only its hosts are shown it.",
            secrets.join(", ")
        ));
    }
    powers.extend(said.powers.iter().map(|power| in_words(*power).to_owned()));
    powers
}

const fn in_words(power: Power) -> &'static str {
    match power {
        Power::Mail => "It sends mail to audiences of the municipality; addresses it never sees.",
        Power::Mqtt => "It sends messages to a broker (MQTT).",
        Power::Push => "It sends push messages to audiences of the municipality.",
        Power::Collect => "It brings back comments, and how many saw what was posted.",
        Power::Correct => "It can change what was posted.",
        Power::Withdraw => "It can take back what was posted.",
        Power::Answer => "It can answer comments.",
    }
}

/// Where there is nothing to set.
const NOTHING: &str = "  none";

/// The keys of a JSON Schema, a line each.
fn settings(text: &mut String, schema: &Value) {
    let needed =
        |key: &str| schema.get("required").and_then(Value::as_array).is_some_and(|keys| keys.iter().any(|k| k == key));
    let properties = schema.get("properties").and_then(Value::as_object);
    if properties.is_none_or(serde_json::Map::is_empty) {
        let _ = writeln!(text, "{NOTHING}");
    }
    for (key, property) in properties.into_iter().flatten() {
        let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let (colon, needed) = (if about.is_empty() { "" } else { ": " }, if needed(key) { ", needed" } else { "" });
        let _ = writeln!(text, "  {key} ({}{needed}){colon}{about}", kind(property));
    }
}

/// What a value must be, in words.
fn kind(property: &Value) -> String {
    match property.get("format").and_then(Value::as_str) {
        Some("file") => return "a file".to_owned(),
        Some("secret") => return "the name of a secret".to_owned(),
        Some("host") => return "a host".to_owned(),
        Some("address") => return "a whole address".to_owned(),
        _ => {}
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

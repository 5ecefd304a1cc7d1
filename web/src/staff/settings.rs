//! Fields for the settings of a plugin, in its own words and, where it has them, in the reader's language; and what was filled in, read
//! back by the same schema.

use super::form::{Choice, Field, Filled, Wrongs};
use super::insider::Insider;
use crate::take_part::plain_number;
use crate::view::Fragment;
use app::staff::PluginRow;
use model::{Language, Words};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A field for each setting that is one text, one number, or yes or no; those that the plugin cannot do without come first, in the open.
pub(super) fn fields(insider: &Insider, plugin: &PluginRow, settings: &Value) -> Vec<Field> {
    let field = |&(key, schema): &(&String, &Value)| {
        let known = settings.get(key).map(plain).unwrap_or_default();
        let label = said(insider, schema, "title").unwrap_or_else(|| Fragment::plain(key));
        let field = match chosen_of(|text| insider.text(text), schema, &known) {
            Some(choices) => Field::select(&insider.reader, &name(key), "setting", choices),
            None => Field::text(&insider.reader, &name(key), "setting", &known),
        };
        field.labelled(label, said(insider, schema, "description"))
    };
    let (needed, others): (Vec<_>, Vec<_>) = asked(plugin).partition(|(key, _)| is_needed(plugin, key));
    needed.iter().map(field).chain(Field::folded(others.iter().map(field).collect())).collect()
}

/// Whether the plugin cannot do without a setting.
fn is_needed(plugin: &PluginRow, key: &str) -> bool {
    let needed = plugin.schema.get("required").and_then(Value::as_array);
    needed.is_some_and(|keys| keys.iter().any(|known| known == key))
}

/// Whether a field of the form asks for a setting.
pub(super) fn is_setting(field: &str) -> bool {
    field.starts_with(PREFIX)
}

/// What was filled in; none where nothing was, so that the plugin does as it usually does, if it can. Other settings stay as they are.
pub(super) fn read(
    insider: &Insider,
    plugin: &PluginRow,
    filled: &Filled,
    wrongs: &mut Wrongs,
) -> BTreeMap<String, Option<Value>> {
    let mut settings = BTreeMap::new();
    for (key, schema) in asked(plugin) {
        let text = filled.some(&name(key));
        let given = text.and_then(|text| given(schema, text));
        if text.is_some() && given.is_none() {
            wrongs.say(&name(key), Fragment::plain(wanted(insider, schema)));
        } else if text.is_none() && is_needed(plugin, key) {
            wrongs.add(&insider.reader, &name(key), "downlink-empty");
        }
        settings.insert(key.clone(), given);
    }
    settings
}

/// What was typed, if it is what the schema wants.
pub(super) fn given(schema: &Value, text: &str) -> Option<Value> {
    value(schema, text).filter(|given| is_within(schema, given))
}

/// Whether a number lies where the schema wants it.
fn is_within(schema: &Value, given: &Value) -> bool {
    let Some(number) = given.as_f64() else { return true };
    let [least, most] = bounds(schema).map(|bound| bound.and_then(Value::as_f64));
    least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
}

fn bounds(schema: &Value) -> [Option<&Value>; 2] {
    ["minimum", "maximum"].map(|bound| schema.get(bound))
}

/// What should have been written.
pub(super) fn wanted(insider: &Insider, schema: &Value) -> String {
    let kind = kind(schema);
    if !["integer", "number"].contains(&kind) {
        return insider.text("staff-wrong-downlink-number");
    }
    let [least, most] = bounds(schema).map(|bound| bound.map(plain).unwrap_or_default());
    let known = match (least.is_empty(), most.is_empty()) {
        (false, false) => "both",
        (false, true) => "least",
        (true, false) => "most",
        (true, true) => "none",
    };
    let args = [("kind", kind.into()), ("bounds", known.into()), ("least", (&least).into()), ("most", (&most).into())];
    insider.reader.speaker.text("staff-wrong-range", &args)
}

/// The settings that a form can ask for: no files, lists and tables.
fn asked(plugin: &PluginRow) -> impl Iterator<Item = (&String, &Value)> {
    let properties = plugin.schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
    properties.filter(|(_, schema)| {
        let is_file = schema.get("format").and_then(Value::as_str) == Some("file");
        !is_file && ["string", "integer", "number", "boolean"].contains(&kind(schema))
    })
}

/// Apart from the names of the form's own fields.
const PREFIX: &str = "set-";

fn name(key: &str) -> String {
    format!("{PREFIX}{key}")
}

/// Without a type it is a text; with a choice of types it is for the folder.
fn kind(schema: &Value) -> &str {
    schema.get("type").map_or("string", |of| of.as_str().unwrap_or_default())
}

/// A value as a form sends it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(on) => (if *on { "yes" } else { "no" }).to_owned(),
        other => other.to_string(),
    }
}

/// A text as the schema has it, in its range or not.
fn value(schema: &Value, text: &str) -> Option<Value> {
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        return options.iter().find(|option| plain(option) == text).cloned();
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => Some(Value::Bool(text == "yes")),
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") => plain_number(text).map(Value::from),
        Some("object" | "array") => serde_json::from_str(text).ok(),
        _ => Some(Value::from(text)),
    }
}

/// What there is to choose, if it is yes or no or the plugin takes certain values only; nothing may be chosen too.
fn chosen_of(text: impl Fn(&str) -> String, schema: &Value, known: &str) -> Option<Vec<Choice>> {
    let options = schema.get("enum").and_then(Value::as_array).map(|options| options.iter().map(plain).collect());
    let is_flag = kind(schema) == "boolean";
    let values: Vec<String> = options.or_else(|| is_flag.then(|| vec!["yes".to_owned(), "no".to_owned()]))?;
    let label = |value: &str| match value {
        "yes" if is_flag => text("staff-option-on"),
        "no" if is_flag => text("staff-option-off"),
        other => other.to_owned(),
    };
    let choice = |value: String| Choice { label: label(&value), chosen: value == known, value };
    Some([String::new()].into_iter().chain(values).map(choice).collect())
}

/// What a schema says under `x-title` or `x-description`, a text for each language; else under the standard's own word, in English.
pub(super) fn said(insider: &Insider, schema: &Value, what: &str) -> Option<Fragment> {
    let texts = schema.get(format!("x-{what}")).and_then(Value::as_object).into_iter().flatten();
    let words: Words =
        texts.filter_map(|(tag, text)| Some((tag.parse::<Language>().ok()?, text.as_str()?.to_owned()))).collect();
    if !words.is_empty() {
        return Some(insider.words(&words));
    }
    Some(insider.english(schema.get(what)?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_typed_becomes_what_the_schema_says() {
        for (schema, text, read) in [
            (json!({ "type": "integer" }), "20", json!(20)),
            (json!({ "type": "number" }), "2,5", json!(2.5)),
            (json!({ "type": "boolean" }), "yes", json!(true)),
            (json!({ "type": "boolean" }), "no", json!(false)),
            (json!({ "enum": ["guard", 3] }), "3", json!(3)),
            (json!({ "type": "array" }), "[1, 2]", json!([1, 2])),
            (json!({}), "20", json!("20")),
        ] {
            assert_eq!(value(&schema, text), Some(read), "{schema}");
        }
        for (schema, text) in [
            (json!({ "type": "integer" }), "2.5"),
            (json!({ "type": "number" }), "much"),
            (json!({ "enum": ["guard"] }), "drip"),
            (json!({ "type": "object" }), "{"),
        ] {
            assert_eq!(value(&schema, text), None, "{schema}");
        }
    }

    #[test]
    fn a_number_lies_where_the_schema_wants_it() {
        let port = json!({ "type": "integer", "minimum": 1, "maximum": 222 });
        let within = [0, 1, 222, 223].map(|number| is_within(&port, &json!(number)));
        assert_eq!(within, [false, true, true, false]);
        assert!(is_within(&json!({ "type": "number", "minimum": 0.5 }), &json!(0.5)));
        assert!(is_within(&port, &json!("no number")), "what is no number is another's to judge");
    }

    #[test]
    fn a_setting_that_is_yes_or_no_may_be_left_to_the_plugin() {
        let shown = |settings: &Value| -> Vec<(String, String, bool)> {
            let known = settings.get("loud").map(plain).unwrap_or_default();
            let choices = chosen_of(str::to_owned, &json!({ "type": "boolean" }), &known).unwrap();
            choices.into_iter().map(|choice| (choice.value, choice.label, choice.chosen)).collect()
        };
        for (settings, chosen) in [(json!({}), ""), (json!({ "loud": true }), "yes"), (json!({ "loud": false }), "no")]
        {
            let options = [("", ""), ("yes", "staff-option-on"), ("no", "staff-option-off")];
            let expected = options.map(|(value, label)| (value.to_owned(), label.to_owned(), value == chosen));
            assert_eq!(shown(&settings), expected, "{settings}");
        }
    }
}

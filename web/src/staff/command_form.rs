//! The form for a command of a decoder, drawn from the JSON Schema of its arguments, and what was filled in read back by the same.

use super::form::{Choice, Field, Filled, Wrongs};
use super::insider::Insider;
use super::settings::{given, plain, said, wanted};
use crate::view::Fragment;
use serde_json::{Map, Value};

/// The field of a command whose schema does not say what it takes: a codec that reads any object.
const WHOLE: &str = "arguments";

/// A field for each argument.
pub(super) fn fields(insider: &Insider, schema: &Value) -> Vec<Field> {
    let reader = &insider.reader;
    let Some(properties) = properties(schema) else {
        let takes_nothing = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let whole = Field::long(reader, WHOLE, "downlink-arguments").holding("{\n}");
        return if takes_nothing { Vec::new() } else { vec![whole] };
    };
    let field = |(key, of): (&String, &Value)| {
        let name = name(key);
        let field = match of.get("enum").and_then(Value::as_array) {
            Some(options) => Field::select(reader, &name, "setting", options.iter().map(choice).collect()),
            None => match of.get("type").and_then(Value::as_str) {
                Some("boolean") => Field::checkbox(reader, &name, "setting"),
                Some("object" | "array") => Field::long(reader, &name, "setting"),
                _ => Field::text(reader, &name, "setting", ""),
            },
        };
        let label = said(insider, of, "title").unwrap_or_else(|| Fragment::plain(key));
        field.labelled(label, said(insider, of, "description"))
    };
    properties.iter().map(field).collect()
}

/// What was filled in. An argument that was left empty is left out, if the command can do without.
pub(super) fn arguments(insider: &Insider, schema: &Value, filled: &Filled, wrongs: &mut Wrongs) -> Option<Value> {
    let Some(properties) = properties(schema) else {
        let text = filled.some(WHOLE).unwrap_or("{}");
        let read = serde_json::from_str(text).ok().filter(Value::is_object);
        if read.is_none() {
            wrongs.add(&insider.reader, WHOLE, "downlink-arguments");
        }
        return read;
    };
    let mut read = Map::new();
    for (key, of) in properties {
        let is_flag = of.get("type").and_then(Value::as_str) == Some("boolean");
        match filled.some(&name(key)) {
            Some(text) => match given(of, text) {
                Some(given) => _ = read.insert(key.clone(), given),
                None => wrongs.say(&name(key), Fragment::plain(wanted(insider, of))),
            },
            None if !is_required(schema, key) => {}
            // A box that was not ticked is not sent.
            None if is_flag => _ = read.insert(key.clone(), Value::Bool(false)),
            None => wrongs.add(&insider.reader, &name(key), "downlink-empty"),
        }
    }
    Some(Value::Object(read))
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object).filter(|properties| !properties.is_empty())
}

fn is_required(schema: &Value, key: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|required| required.iter().any(|name| name == key))
}

/// Apart from the names of the form's own fields.
fn name(key: &str) -> String {
    format!("argument-{key}")
}

fn choice(option: &Value) -> Choice {
    Choice { value: plain(option), label: plain(option), chosen: false }
}

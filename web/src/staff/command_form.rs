//! The form for a command of a decoder, drawn from the JSON Schema of its arguments, and what was filled in read back by the same.

use super::form::{Choice, Field, Filled, Wrongs};
use super::insider::Insider;
use super::settings::said;
use crate::take_part::plain_number;
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

/// What was filled in. An argument that was left empty is left out.
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
        let Some(text) = filled.some(&name(key)) else { continue };
        match value(of, text) {
            Some(value) => _ = read.insert(key.clone(), value),
            None => wrongs.add(&insider.reader, &name(key), "downlink-number"),
        }
    }
    Some(Value::Object(read))
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object).filter(|properties| !properties.is_empty())
}

/// Apart from the names of the form's own fields.
fn name(key: &str) -> String {
    format!("argument-{key}")
}

fn choice(option: &Value) -> Choice {
    Choice { value: plain(option), label: plain(option), chosen: false }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text as the schema has it; whether it lies in its range the decoder says, in its own words.
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
}

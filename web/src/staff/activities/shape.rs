//! What a JSON Schema says of its properties.

use serde_json::Value;

/// The properties of an object, in the order its author wants, else what is required first.
pub(super) fn properties(schema: &Value) -> Vec<(&str, &Value)> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let order: Vec<&str> = ["x-order", "required"]
        .iter()
        .filter_map(|key| schema.get(*key).and_then(Value::as_array))
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let rank = |key: &str| order.iter().position(|known| *known == key).unwrap_or(usize::MAX);
    let mut all: Vec<(&str, &Value)> = properties.iter().map(|(key, value)| (key.as_str(), value)).collect();
    all.sort_by_key(|(key, _)| rank(key));
    all
}

/// Whether a property is for what its siblings say: a scale has no options.
pub(super) fn fits(key: &str, schema: &Value, siblings: &Value) -> bool {
    let Some(wanted) = schema.get("x-for").and_then(Value::as_object) else { return true };
    if siblings.get(key).is_some_and(|value| !value.is_null()) {
        return true;
    }
    wanted.iter().all(|(other, values)| {
        let said = siblings.get(other).map(plain).unwrap_or_default();
        values.as_array().into_iter().flatten().any(|value| plain(value) == said)
    })
}

pub(super) fn is_required(schema: &Value, key: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.into_iter().flatten().any(|name| name.as_str() == Some(key))
}

/// A list of tables; its items may be named elsewhere in the schema.
pub(super) fn is_list(schema: &Value) -> bool {
    let items = schema.get("items");
    items.is_some_and(|items| items.get("properties").is_some() || items.get("$ref").is_some())
}

pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

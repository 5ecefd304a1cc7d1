//! Short names for the tables of an activity: a steward writes the words, the box makes the name that the log and the export use.

use super::schema::Drawing;
use crate::staff::places::free_name;
use model::Slug;
use serde_json::{Map, Value};

/// Words of a name: the first of what it is about.
const WORDS: usize = 4;

/// Gives every table that people read a `key`, if it has none, made of its words and unlike all others.
pub(super) fn fill(value: &mut Value, drawing: &Drawing<'_>) {
    let mut taken = Vec::new();
    collect(value, &mut taken);
    give(value, drawing, &mut taken);
}

fn give(value: &mut Value, drawing: &Drawing<'_>, taken: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| give(value, drawing, taken)),
        Value::Object(map) => {
            if let Some(key) = missing(map, drawing, taken) {
                map.insert("key".to_owned(), Value::from(key.as_str()));
                taken.push(key);
            }
            map.values_mut().for_each(|value| give(value, drawing, taken));
        }
        _ => {}
    }
}

fn missing(map: &Map<String, Value>, drawing: &Drawing<'_>, taken: &[String]) -> Option<String> {
    let is_read = map.contains_key("label") || map.contains_key("ask");
    if !is_read || map.contains_key("key") {
        return None;
    }
    let about = drawing.about(&Value::Object(map.clone()));
    let short = about.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ");
    let is_taken = |slug: &Slug| taken.iter().any(|known| known == slug.as_str());
    free_name(&short, is_taken).map(|key| key.to_string())
}

fn collect(value: &Value, taken: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(value, taken)),
        Value::Object(map) => {
            taken.extend(map.get("key").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| collect(value, taken));
        }
        _ => {}
    }
}

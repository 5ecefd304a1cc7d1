//! What the box asks of every activity, beside what its method does.

use super::edit::tags;
use crate::staff::insider::Insider;
use serde_json::{Value, json};

/// What the box knows of every activity, as a schema: it is drawn like any other.
pub(super) fn schema(insider: &Insider) -> Value {
    let said =
        |key: &str| (insider.text(&format!("staff-about-{key}")), insider.text(&format!("staff-about-{key}-hint")));
    let of = |key: &str, mut schema: Value| {
        let (title, description) = said(key);
        if let Some(map) = schema.as_object_mut() {
            map.insert("title".to_owned(), title.into());
            map.insert("description".to_owned(), description.into());
        }
        schema
    };
    let languages = tags(&insider.reader.municipality.languages);
    json!({
        "x-plain": true,
        "required": ["title"],
        "x-order": ["title", "languages", "places", "purpose", "decides", "legal_basis", "opens", "closes",
            "open_to", "moderation", "answer_days", "retention_days"],
        "properties": {
            "title": of("title", json!({ "format": "words" })),
            "languages": of("languages", json!({ "type": "array", "items": { "enum": languages } })),
            "places": of("places", json!({ "type": "array", "items": { "format": "place" } })),
            "purpose": of("purpose", json!({ "format": "long-words" })),
            "decides": of("decides", json!({ "format": "long-words" })),
            "legal_basis": of("legal-basis", json!({ "format": "long-words" })),
            "opens": of("opens", json!({ "type": "string", "format": "date" })),
            "closes": of("closes", json!({ "type": "string", "format": "date" })),
            "open_to": of("open-to", json!({ "enum": ["everyone", "invited"], "default": "everyone" })),
            "moderation": of("moderation", json!({ "enum": ["before", "after"], "default": "before" })),
            "answer_days": of("answer-days", json!({ "type": "integer" })),
            "retention_days": of("retention-days", json!({ "type": "integer" })),
        }
    })
}

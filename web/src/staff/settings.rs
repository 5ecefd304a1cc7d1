//! Fields for the settings of a plugin, in its own words and, where it has them, in the reader's language.

use super::form::{Choice, Field};
use super::insider::Insider;
use crate::view::Fragment;
use app::staff::PluginRow;
use model::{Language, Words};
use serde_json::Value;

/// A field for each setting that is one text.
pub(super) fn fields(insider: &Insider, plugin: &PluginRow, settings: &Value) -> Vec<Field> {
    let properties = plugin.schema.get("properties").and_then(Value::as_object);
    let field = |(key, schema): (&String, &Value)| {
        let is_text = schema.get("type").and_then(Value::as_str).is_none_or(|t| t == "string");
        let is_file = schema.get("format").and_then(Value::as_str) == Some("file");
        let value = settings.get(key).and_then(Value::as_str).unwrap_or("");
        let label = said(insider, schema, "title").unwrap_or_else(|| Fragment::plain(key));
        let name = format!("set-{key}");
        let field = match chosen_of(schema, value) {
            Some(choices) => Field::select(&insider.reader, &name, "setting", choices),
            None => Field::text(&insider.reader, &name, "setting", value),
        };
        let field = field.labelled(label, said(insider, schema, "description"));
        (is_text && !is_file).then_some(field)
    };
    Field::folded(properties.into_iter().flatten().filter_map(field).collect())
}

/// What there is to choose, if the plugin takes certain words only; nothing may be chosen too.
fn chosen_of(schema: &Value, value: &str) -> Option<Vec<Choice>> {
    let words = schema.get("enum")?.as_array()?.iter().filter_map(Value::as_str);
    let choice = |word: &str| Choice { value: word.to_owned(), label: word.to_owned(), chosen: word == value };
    Some([""].into_iter().chain(words).map(choice).collect())
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

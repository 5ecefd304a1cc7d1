//! One activity written into its file: comments, order and unknown languages stay, and only what differs is touched.

use crate::edit::set;
use model::activity::{ActivityId, Moderation, OpenTo};
use model::{Language, PlaceId, Slug, Words};
use serde_json::{Map, Value as Json};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// An activity as a form has it.
#[derive(Clone, Debug)]
pub struct ActivityEntry {
    /// Its short name, which is the name of its file.
    pub id: ActivityId,
    /// The plugin that leads it.
    pub method: Slug,
    /// Staff work on it: nobody else sees it yet.
    pub draft: bool,
    /// What people call it.
    pub title: Words,
    /// The languages it is held in, the first first.
    pub languages: Vec<Language>,
    /// The places it is about.
    pub places: Vec<PlaceId>,
    /// When it opens and closes, as written.
    pub opens: Option<String>,
    /// When it closes.
    pub closes: Option<String>,
    /// Who may take part.
    pub open_to: OpenTo,
    /// When what people put forward is shown to others.
    pub moderation: Moderation,
    /// What the answers are used for.
    pub purpose: Words,
    /// What the law says about that.
    pub legal_basis: Words,
    /// Who decides what, and when.
    pub decides: Words,
    /// How long answers are kept; none leaves it to the box.
    pub retention_days: Option<u32>,
    /// By when people are told what happened; none leaves it to the box.
    pub answer_days: Option<u32>,
    /// Settings of the method.
    pub settings: Map<String, Json>,
}

/// Writes the activity over what stands in the document.
pub(super) fn write_activity(document: &mut DocumentMut, entry: &ActivityEntry) {
    let table = document.as_table_mut();
    put(table, "method", Json::from(entry.method.as_str()));
    write_dates(table, entry.opens.as_deref(), entry.closes.as_deref(), entry.draft);
    let tags: Vec<&str> = entry.languages.iter().map(|language| language.tag()).collect();
    put(table, "languages", Json::from(tags));
    let places: Vec<&str> = entry.places.iter().map(Slug::as_str).collect();
    put(table, "places", if places.is_empty() { Json::Null } else { Json::from(places) });
    let open_to = if entry.open_to == OpenTo::Invited { Json::from("invited") } else { Json::Null };
    put(table, "open_to", open_to);
    put(table, "moderation", if entry.moderation == Moderation::After { "after".into() } else { Json::Null });
    put(table, "retention_days", entry.retention_days.map_or(Json::Null, Json::from));
    put(table, "answer_days", entry.answer_days.map_or(Json::Null, Json::from));
    let all = [
        ("title", &entry.title),
        ("purpose", &entry.purpose),
        ("legal_basis", &entry.legal_basis),
        ("decides", &entry.decides),
    ];
    for (key, words) in all {
        let own = entry.languages.iter().filter_map(|l| Some((l.tag().to_owned(), Json::from(words.own(*l)?))));
        put(table, key, Json::Object(own.collect()));
    }
    put(table, "settings", Json::Object(entry.settings.clone()));
    if !table.contains_key("settings") {
        table.insert("settings", Item::Table(Table::new()));
    }
    renumber(table, &mut 0);
}

/// Writes when it opens and closes, and whether it is still worked on.
pub(super) fn write_dates(table: &mut Table, opens: Option<&str>, closes: Option<&str>, draft: bool) {
    put(table, "draft", if draft { Json::Bool(true) } else { Json::Null });
    put(table, "opens", opens.map_or(Json::Null, Json::from));
    put(table, "closes", closes.map_or(Json::Null, Json::from));
}

/// Puts a value in a table: nothing and an empty table take it away, what says the same stays as it was written.
pub(super) fn put(table: &mut Table, key: &str, new: Json) {
    let says_nothing = matches!(&new, Json::Null) || matches!(&new, Json::Object(map) if map.is_empty());
    if says_nothing {
        table.remove(key);
        return;
    }
    if table.get(key).and_then(json).is_some_and(|old| old == new) {
        return;
    }
    match new {
        Json::Object(map) => put_object(table, key, &map),
        Json::Array(list) if !list.is_empty() && list.iter().all(Json::is_object) => put_list(table, key, &list),
        plain => {
            if let Some(value) = value(&plain) {
                set_value(table, key, value);
            }
        }
    }
}

/// A plain value in the place of anything else.
fn set_value(table: &mut Table, key: &str, new: Value) {
    if table.get(key).is_some_and(|old| !old.is_value()) {
        table.remove(key);
    }
    set(table, key, new);
}

fn put_object(table: &mut Table, key: &str, map: &Map<String, Json>) {
    let is_table = table.get(key).is_some_and(Item::is_table);
    if !is_table {
        // A text in languages reads best as `title.nb = "..."`.
        let mut new = Table::new();
        new.set_dotted(map.values().all(Json::is_string));
        table.insert(key, Item::Table(new));
    }
    if let Some(inner) = table.get_mut(key).and_then(Item::as_table_mut) {
        fill(inner, map);
    }
}

/// All of `map`, and nothing else.
fn fill(table: &mut Table, map: &Map<String, Json>) {
    let gone: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).filter(|key| !map.contains_key(key)).collect();
    for key in gone {
        table.remove(&key);
    }
    for (key, value) in map {
        put(table, key, value.clone());
    }
}

/// Tables are known again by their `key`, so that what moves takes its comments along.
fn put_list(table: &mut Table, key: &str, list: &[Json]) {
    let old = table.get(key).and_then(Item::as_array_of_tables).cloned().unwrap_or_default();
    let named = |name: &str| old.iter().find(|table| table.get("key").and_then(Item::as_str) == Some(name));
    let mut new = ArrayOfTables::new();
    for (at, entry) in list.iter().enumerate() {
        let Some(map) = entry.as_object() else { continue };
        let before = match map.get("key").and_then(Json::as_str) {
            Some(name) => named(name),
            None => old.iter().nth(at),
        };
        let mut one = before.cloned().unwrap_or_default();
        fill(&mut one, map);
        new.push(one);
    }
    if table.get(key).is_some_and(|old| !old.is_array_of_tables()) {
        table.remove(key);
    }
    table.insert(key, Item::ArrayOfTables(new));
}

/// Tables are written in the order of their numbers: anew, as they stand in the tree.
pub(super) fn renumber(table: &mut Table, next: &mut isize) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => {
                if !inner.is_dotted() {
                    *next += 1;
                    inner.set_position(Some(*next));
                }
                renumber(inner, next);
            }
            Item::ArrayOfTables(list) => {
                for inner in list.iter_mut() {
                    *next += 1;
                    inner.set_position(Some(*next));
                    renumber(inner, next);
                }
            }
            _ => {}
        }
    }
}

fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(list) => Value::Array(list.iter().filter_map(value).collect::<Array>()),
        Json::Object(map) => {
            let pairs = map.iter().filter_map(|(key, json)| Some((key.as_str(), value(json)?)));
            Value::InlineTable(pairs.collect::<InlineTable>())
        }
    })
}

/// What an item says; none for a date, which no setting is.
fn json(item: &Item) -> Option<Json> {
    match item {
        Item::None => None,
        Item::Value(value) => json_of(value),
        Item::Table(table) => {
            table.iter().map(|(key, item)| Some((key.to_owned(), json(item)?))).collect::<Option<_>>().map(Json::Object)
        }
        Item::ArrayOfTables(list) => {
            let one = |table: &Table| json(&Item::Table(table.clone()));
            list.iter().map(one).collect::<Option<_>>().map(Json::Array)
        }
    }
}

fn json_of(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Json::from(*number.value()),
        Value::Boolean(flag) => Json::from(*flag.value()),
        Value::Array(list) => Json::Array(list.iter().map(json_of).collect::<Option<_>>()?),
        Value::InlineTable(table) => table
            .iter()
            .map(|(key, value)| Some((key.to_owned(), json_of(value)?)))
            .collect::<Option<_>>()
            .map(Json::Object)?,
        Value::Datetime(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BEFORE: &str = "\
# What the park needs.
method = \"survey\" # never changes
title.nb = \"Parken\"
title.fi = \"Puisto\"

[settings]
intro.nb = \"Hei\" # short

# The first page.
[[settings.page]]

# How they come.
[[settings.page.question]]
key = \"how\"
kind = \"single\"
ask.nb = \"Hvordan?\"

[[settings.page.question]]
key = \"why\" # free
kind = \"text\"
ask.nb = \"Hvorfor?\"
";

    fn entry(settings: &Json) -> ActivityEntry {
        let words = |text: &str| -> Words { [(Language::Nb, text.to_owned())].into_iter().collect() };
        ActivityEntry {
            id: Slug::new("park").unwrap(),
            method: Slug::new("survey").unwrap(),
            draft: true,
            title: words("Parken"),
            languages: vec![Language::Nb],
            places: Vec::new(),
            opens: None,
            closes: Some("2026-07-01".to_owned()),
            open_to: OpenTo::Everyone,
            moderation: Moderation::Before,
            purpose: Words::default(),
            legal_basis: Words::default(),
            decides: Words::default(),
            retention_days: None,
            answer_days: None,
            settings: settings.as_object().cloned().unwrap(),
        }
    }

    fn written(before: &str, settings: &Json) -> String {
        let mut document: DocumentMut = before.parse().unwrap();
        write_activity(&mut document, &entry(settings));
        document.to_string()
    }

    #[test]
    fn comments_stay_with_what_they_are_about_and_questions_can_change_places() {
        let settings = json!({ "intro": { "nb": "Hei" }, "page": [{ "question": [
            { "key": "why", "kind": "text", "ask": { "nb": "Hvorfor da?" } },
            { "key": "how", "kind": "single", "ask": { "nb": "Hvordan?" } },
        ] }] });
        let after = written(BEFORE, &settings);
        for kept in [
            "# What the park needs.",
            "# never changes",
            "# short",
            "# The first page.",
            "# How they come.\n[[settings.page.question]]\nkey = \"how\"",
            "key = \"why\" # free",
        ] {
            assert!(after.contains(kept), "{kept}: {after}");
        }
        assert!(after.find("\"why\"").unwrap() < after.find("\"how\"").unwrap(), "{after}");
        let read: DocumentMut = after.parse().unwrap();
        assert_eq!(json(&read["settings"]), Some(settings));
    }

    #[test]
    fn what_says_the_same_is_not_touched_and_a_new_file_is_whole() {
        let settings = json!({ "page": [{ "question": [{ "key": "a", "kind": "text", "ask": { "nb": "A?" } }] }] });
        let first = written("", &settings);
        assert_eq!(written(&first, &settings), first);
        assert!(first.contains("title.nb = \"Parken\"") && first.contains("[[settings.page.question]]"), "{first}");
    }
}

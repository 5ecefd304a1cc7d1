//! A form drawn from a JSON Schema, and what was filled in read back by the same schema. Lists grow, shrink and change places by buttons
//! that send the form: no script is needed.

use super::shape::{fits, is_list, is_required, plain, properties};
use crate::reader::Reader;
use crate::staff::form::Filled;
use crate::take_part::plain_number;
use model::Language;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Tables in one list, however the form came about.
const LIST_MAX: usize = 300;
/// A list of this many is easier to read when its tables are closed.
const OPEN_MAX: usize = 2;

/// One part of the form after another.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(super) enum Part {
    /// Fields under a heading.
    Group {
        id: String,
        title: String,
        hint: String,
        wrong: Option<String>,
    },
    GroupEnd,
    /// A list of tables.
    List {
        id: String,
        name: String,
        title: String,
        hint: String,
        count: usize,
        wrong: Option<String>,
    },
    ListEnd {
        add: String,
        title: String,
    },
    /// One table of a list.
    Item {
        id: String,
        name: String,
        title: String,
        about: String,
        first: bool,
        last: bool,
        open: bool,
        wrong: Option<String>,
    },
    ItemEnd,
    /// What most leave alone.
    More {
        open: bool,
    },
    MoreEnd,
    Field(Box<Field>),
}

/// One field.
#[derive(Debug, Default, Serialize)]
pub(super) struct Field {
    id: String,
    name: String,
    /// `text`, `lines`, `number`, `date`, `select`, `tick`, `ticks` or `words`.
    kind: &'static str,
    title: String,
    hint: String,
    value: String,
    choices: Vec<Choice>,
    /// One text for each language.
    texts: Vec<InLanguage>,
    long: bool,
    required: bool,
    wrong: Option<String>,
    /// Another choice brings other fields.
    turns: bool,
}

#[derive(Debug, Serialize)]
struct Choice {
    id: String,
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct InLanguage {
    id: String,
    name: String,
    tag: &'static str,
    label: String,
    value: String,
}

/// What is needed to draw and read a form.
pub(super) struct Drawing<'a> {
    pub(super) schema: &'a Value,
    pub(super) reader: &'a Reader,
    /// Languages in which texts are asked for.
    pub(super) languages: Vec<Language>,
    /// What is wrong, by the name of the part.
    pub(super) wrongs: &'a BTreeMap<String, String>,
    /// Parts that are shown open: what was just worked on, and what must be mended.
    pub(super) open: &'a [String],
}

impl Field {
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl Drawing<'_> {
    /// The parts of an object and its fields; `name` begins the names of all.
    pub(super) fn draw(&self, value: &Value, name: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        self.object(self.schema, value, name, &mut parts);
        parts
    }

    fn object(&self, schema: &Value, value: &Value, name: &str, parts: &mut Vec<Part>) {
        let all: Vec<(&str, &Value)> =
            properties(schema).into_iter().filter(|(key, of)| fits(key, of, value)).collect();
        let matters = |key: &str, of: &Value| {
            key != "key" && (is_required(schema, key) || is_list(self.resolved(of)) || of.get("x-first").is_some())
        };
        let (first, rest): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(key, of)| matters(key, of) || schema.get("x-plain").is_some());
        for (key, of) in first {
            self.property(schema, key, of, value.get(key), name, parts);
        }
        if !rest.is_empty() {
            let within = |key: &str| format!("{name}/{key}");
            let open = rest.iter().any(|(key, _)| self.open.iter().any(|open| open.starts_with(&within(key))));
            parts.push(Part::More { open });
            for (key, of) in rest {
                self.property(schema, key, of, value.get(key), name, parts);
            }
            parts.push(Part::MoreEnd);
        }
    }

    fn property(
        &self,
        of: &Value,
        key: &str,
        schema: &Value,
        value: Option<&Value>,
        name: &str,
        parts: &mut Vec<Part>,
    ) {
        let name = format!("{name}/{key}");
        let (title, hint) =
            (self.said(schema, "title").unwrap_or_else(|| key.to_owned()), self.said(schema, "description"));
        let (hint, wrong, resolved) =
            (hint.unwrap_or_default(), self.wrongs.get(&name).cloned(), self.resolved(schema));
        let id = id_of(&name);
        if is_list(resolved) {
            let tables = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let one = resolved.get("items").and_then(|item| self.said(item, "title")).unwrap_or_else(|| title.clone());
            parts.push(Part::List { id, name: name.clone(), title, hint, count: tables.len(), wrong });
            for (at, table) in tables.iter().enumerate() {
                self.item(resolved, table, &one, (&name, at, tables.len()), parts);
            }
            parts.push(Part::ListEnd { add: name, title: one });
        } else if resolved.get("properties").is_some() {
            parts.push(Part::Group { id, title, hint, wrong });
            self.object(resolved, value.unwrap_or(&Value::Null), &name, parts);
            parts.push(Part::GroupEnd);
        } else {
            let required = is_required(of, key);
            let turns = properties(of).iter().any(|(_, other)| other.pointer(&format!("/x-for/{key}")).is_some());
            let field = Field { id, name, title, hint, required, wrong, turns, ..Field::default() };
            parts.push(Part::Field(Box::new(self.field(field, resolved, value))));
        }
    }

    fn item(
        &self,
        list: &Value,
        table: &Value,
        title: &str,
        (name, at, count): (&str, usize, usize),
        parts: &mut Vec<Part>,
    ) {
        let name = format!("{name}/{at}");
        let beneath = format!("{name}/");
        let touched = self.open.iter().any(|open| *open == name || open.starts_with(&beneath));
        parts.push(Part::Item {
            id: id_of(&name),
            title: format!("{title} {}", at + 1),
            about: self.about(table),
            first: at == 0,
            last: at + 1 == count,
            open: touched || count <= OPEN_MAX,
            wrong: self.wrongs.get(&name).cloned(),
            name: name.clone(),
        });
        self.object(self.resolved(list.get("items").unwrap_or(&Value::Null)), table, &name, parts);
        parts.push(Part::ItemEnd);
    }

    /// What a table is about: the first words in it.
    pub(super) fn about(&self, table: &Value) -> String {
        let words = ["ask", "title", "label", "question"].iter().filter_map(|key| table.get(*key));
        let text = words.filter_map(|words| self.in_first(words)).find(|text| !text.is_empty());
        text.unwrap_or_default().chars().take(80).collect()
    }

    fn in_first(&self, words: &Value) -> Option<String> {
        let own = self.languages.iter().filter_map(|language| words.get(language.tag()));
        own.chain([words]).find_map(Value::as_str).map(str::to_owned)
    }

    fn field(&self, field: Field, schema: &Value, value: Option<&Value>) -> Field {
        let text = value.map(plain).unwrap_or_default();
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        let choices = |options: &[Value], chosen: &dyn Fn(&str) -> bool| -> Vec<Choice> {
            let choice = |option: &Value| {
                let value = plain(option);
                let id = format!("{}-{value}", field.id);
                Choice { id, label: self.option(&value), chosen: chosen(&value), value }
            };
            options.iter().map(choice).collect()
        };
        if matches!(format, "words" | "long-words") {
            let one = |language: &Language| {
                let words =
                    value.and_then(|words| words.get(language.tag()).or_else(|| words.is_string().then_some(words)));
                InLanguage {
                    id: format!("{}-{language}", field.id),
                    name: format!("{}.{language}", field.name),
                    tag: language.tag(),
                    label: self.reader.text(&format!("staff-in-{language}")),
                    value: words.map(plain).unwrap_or_default(),
                }
            };
            let texts = self.languages.iter().map(one).collect();
            return Field { kind: "words", texts, long: format == "long-words", ..field };
        }
        if let Some(options) = schema.get("enum").and_then(Value::as_array) {
            let chosen = if text.is_empty() { schema.get("default").map(plain).unwrap_or_default() } else { text };
            return Field {
                kind: "select",
                choices: choices(options, &|value| value == chosen),
                value: chosen.clone(),
                ..field
            };
        }
        let of_items = schema.get("items").map(|items| self.resolved(items));
        if let Some(options) = of_items.and_then(|items| self.offered(items)) {
            let all: Vec<String> = value.and_then(Value::as_array).into_iter().flatten().map(plain).collect();
            let choices = choices(&options, &|value| all.iter().any(|chosen| chosen == value));
            return Field { kind: "ticks", choices, ..field };
        }
        let lines = || value.and_then(Value::as_array).into_iter().flatten().map(plain).collect::<Vec<_>>().join("\n");
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => Field { kind: "lines", value: lines(), ..field },
            Some("boolean") => Field { kind: "tick", value: text, ..field },
            Some("integer" | "number") => Field { kind: "number", value: text, ..field },
            _ if format == "date" => Field { kind: "date", value: text, ..field },
            _ => Field { kind: "text", value: text, ..field },
        }
    }

    /// What a list of plain values is chosen from; none when it is written freely.
    fn offered(&self, items: &Value) -> Option<Vec<Value>> {
        if items.get("format").and_then(Value::as_str) == Some("place") {
            return Some(self.reader.municipality.places.iter().map(|place| Value::from(place.id.as_str())).collect());
        }
        items.get("enum").and_then(Value::as_array).cloned()
    }

    /// What people read for a value that is chosen.
    fn option(&self, value: &str) -> String {
        let place = self.reader.municipality.places.iter().find(|place| place.id.as_str() == value);
        let key = format!("staff-option-{value}");
        match place {
            Some(place) => place.name.best(self.reader.language()).0.to_owned(),
            None if self.reader.speaker.knows(&key) => self.reader.text(&key),
            None => value.to_owned(),
        }
    }

    /// A word of the schema in the language of the reader.
    fn said(&self, schema: &Value, key: &str) -> Option<String> {
        let own = schema.get(format!("x-{key}")).and_then(|words| words.get(self.reader.language().tag()));
        own.or_else(|| schema.get(key)).and_then(Value::as_str).map(str::to_owned)
    }

    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let named = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        named.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }

    /// What was filled in, by the same schema; empty fields are left out.
    pub(super) fn read(&self, filled: &Filled, name: &str) -> Value {
        self.read_object(self.schema, filled, name)
    }

    fn read_object(&self, schema: &Value, filled: &Filled, name: &str) -> Value {
        let mut read = Map::new();
        for (key, of) in properties(schema) {
            let value = self.read_property(self.resolved(of), filled, &format!("{name}/{key}"));
            read.extend(value.map(|value| (key.to_owned(), value)));
        }
        Value::Object(read)
    }

    fn read_property(&self, schema: &Value, filled: &Filled, name: &str) -> Option<Value> {
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        let text = filled.get(name);
        if is_list(schema) {
            let count = filled.get(&format!("{name}.n")).parse::<usize>().unwrap_or(0).min(LIST_MAX);
            let items = self.resolved(schema.get("items")?);
            let all: Vec<Value> =
                (0..count).map(|at| self.read_object(items, filled, &format!("{name}/{at}"))).collect();
            return (!all.is_empty()).then_some(Value::Array(all));
        }
        if schema.get("properties").is_some() {
            let object = self.read_object(schema, filled, name);
            return object.as_object().is_some_and(|map| !map.is_empty()).then_some(object);
        }
        if matches!(format, "words" | "long-words") {
            let own = self.languages.iter().filter_map(|language| {
                let text = filled.some(&format!("{name}.{language}"))?.replace("\r\n", "\n");
                Some((language.tag().to_owned(), Value::from(text)))
            });
            let words: Map<String, Value> = own.collect();
            return (!words.is_empty()).then_some(Value::Object(words));
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => (text == "yes").then_some(Value::Bool(true)),
            Some("array") => {
                let items = self.resolved(schema.get("items")?);
                let texts: Vec<&str> = match self.offered(items) {
                    Some(_) => filled.all(name).collect(),
                    None => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
                };
                let all: Vec<Value> = texts.into_iter().map(|text| number_or_text(items, text)).collect();
                (!all.is_empty()).then_some(Value::Array(all))
            }
            // A choice that says what holds anyway is left to the method.
            _ if text.is_empty() || schema.get("default").is_some_and(|default| plain(default) == text) => None,
            _ => Some(number_or_text(schema, text)),
        }
    }
}

fn number_or_text(schema: &Value, text: &str) -> Value {
    let number = match schema.get("type").and_then(Value::as_str) {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") => plain_number(text).map(Value::from),
        _ => None,
    };
    number.unwrap_or_else(|| Value::from(text))
}

/// The id of a part, for links and for where a form comes back to.
pub(super) fn id_of(name: &str) -> String {
    name.replace('/', "-")
}

//! The keys of the settings: those that the schema promises, and those that the method reads. A key that stands in one alone is a setting that
//! does nothing, or one that nobody can find.
//!
//! serde tells a deserializer which fields a struct has; so reading settings through one that listens gives the keys without asking the author.

use serde::Deserialize;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Keys by where they stand: `/page/*/question/*`.
type Keys = BTreeMap<String, BTreeSet<String>>;

/// Schemas may name themselves; settings are not nested deeper.
const DEPTH_MAX: usize = 8;

/// Panics when a key of the schema is not read, or one that is read does not stand in it.
#[track_caller]
pub(crate) fn assert_same<'a, S: for<'de> Deserialize<'de>>(schema: &str, examples: impl Iterator<Item = &'a str>) {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let mut promised = Keys::new();
    promise(&schema, &schema, "", 0, &mut promised);
    let read = RefCell::default();
    let written = examples.filter_map(|example| serde_json::from_str(example).ok());
    for settings in written.chain([sample(&schema, &schema, 0)]) {
        let listener = Listener { value: &settings, at: String::new(), read: &read };
        // What is read before a fault is known all the same.
        let _ = S::deserialize(listener);
    }
    let read: Keys = read.into_inner();
    assert!(
        read.contains_key(""),
        "the settings are no struct (or one with `flatten`), so their keys cannot be compared"
    );
    for (at, promised) in &promised {
        let Some(read) = read.get(at) else {
            panic!("the schema has keys at `{at}`, and the plugin reads none there: {promised:?}")
        };
        let unread: Vec<_> = promised.difference(read).collect();
        assert!(unread.is_empty(), "the schema promises keys at `{at}` that the method does not read: {unread:?}");
        let untold: Vec<_> = read.difference(promised).collect();
        assert!(untold.is_empty(), "the method reads keys at `{at}` that stand in no schema: {untold:?}");
    }
    // A method without settings reads a struct without fields.
    let elsewhere: Vec<_> = read.iter().filter(|(at, keys)| !keys.is_empty() && !promised.contains_key(*at)).collect();
    assert!(elsewhere.is_empty(), "the method reads keys where the schema has none: {elsewhere:?}");
}

fn named<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

fn promise(schema: &Value, root: &Value, at: &str, depth: usize, keys: &mut Keys) {
    let schema = named(schema, root);
    if depth > DEPTH_MAX {
        return;
    }
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        keys.entry(at.to_owned()).or_default().extend(properties.keys().cloned());
        for (key, schema) in properties {
            promise(schema, root, &format!("{at}/{key}"), depth + 1, keys);
        }
    }
    if let Some(items) = schema.get("items") {
        promise(items, root, &format!("{at}/*"), depth + 1, keys);
    }
    for one in ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten() {
        promise(one, root, at, depth + 1, keys);
    }
}

/// Settings with every key that the schema has.
fn sample(schema: &Value, root: &Value, depth: usize) -> Value {
    let schema = named(schema, root);
    let first = |key: &str| schema.get(key).and_then(Value::as_array).and_then(|all| all.first()).cloned();
    let given = schema.get("const").cloned().or_else(|| first("enum")).or_else(|| schema.get("default").cloned());
    if let Some(given) = given {
        return given;
    }
    if let Some(one) = ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)?.as_array()?.first()) {
        return sample(one, root, depth + 1);
    }
    match schema.get("type").and_then(Value::as_str) {
        _ if depth > DEPTH_MAX => Value::Null,
        Some("object") => {
            let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            let filled = properties.map(|(key, schema)| (key.clone(), sample(schema, root, depth + 1)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
        Some("array") => {
            let item = sample(schema.get("items").unwrap_or(&Value::Null), root, depth + 1);
            let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).max(1);
            Value::Array((0..least.min(8)).map(|_| item.clone()).collect())
        }
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        Some("boolean") => true.into(),
        _ => "x".into(),
    }
}

/// Reads a JSON value, and notes which fields are asked of it, and where.
struct Listener<'v> {
    value: &'v Value,
    at: String,
    read: &'v RefCell<Keys>,
}

impl<'v> Listener<'v> {
    fn within(&self, key: &str, value: &'v Value) -> Self {
        Self { value, at: format!("{}/{key}", self.at), read: self.read }
    }

    fn fields(&self, map: &'v Map<String, Value>) -> impl Iterator<Item = (String, Self)> {
        map.iter().map(|(key, value)| (key.clone(), self.within(key, value)))
    }
}

impl<'v> IntoDeserializer<'v, Error> for Listener<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Listener<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(|item| self.within("*", item))))
            }
            Value::Object(map) => visitor.visit_map(MapDeserializer::new(self.fields(map))),
            plain => plain.clone().deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let fields = fields.iter().map(|field| (*field).to_owned());
        self.read.borrow_mut().entry(self.at.clone()).or_default().extend(fields);
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value.clone().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "read, and not looked at")]
    struct Settings {
        ask: String,
        #[serde(default)]
        option: Vec<Choice>,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "read, and not looked at")]
    struct Choice {
        key: String,
        help: Option<String>,
    }

    fn schema(settings: &str, choice: &str) -> String {
        format!(
            r##"{{"type":"object","properties":{{"ask":{{"format":"words"}}{settings},
            "option":{{"type":"array","items":{{"$ref":"#/$defs/choice"}}}}}},
            "$defs":{{"choice":{{"type":"object","properties":{{"key":{{"type":"string"}}{choice}}}}}}}}}"##
        )
    }

    fn told(schema: &str) -> String {
        let broken = catch_unwind(|| assert_same::<Settings>(schema, [r#"{"ask":"Why?"}"#].into_iter()));
        broken.map_or_else(|why| *why.downcast::<String>().unwrap_or_default(), |()| String::new())
    }

    #[test]
    fn keys_that_are_promised_and_read_alike_are_sound() {
        assert_eq!(told(&schema("", r#","help":{"type":"string"}"#)), "");
    }

    #[test]
    fn a_key_that_does_nothing_is_found_at_any_depth() {
        assert!(told(&schema(r#","size":{"type":"integer"}"#, r#","help":{}"#)).contains("does not read: [\"size\"]"));
        let deep = told(&schema("", r#","help":{},"colour":{"type":"string"}"#));
        assert!(deep.contains("`/option/*`") && deep.contains("colour"), "{deep}");
    }

    #[test]
    fn a_key_that_nobody_can_find_is_found_too() {
        let untold = told(&schema("", ""));
        assert!(untold.contains("`/option/*`") && untold.contains("help"), "{untold}");
    }
}

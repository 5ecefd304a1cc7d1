//! Checks TOML values against the JSON Schema of their file, all faults at once, each with its place in the text.
//!
//! What does not fit is reported and taken out, so that the rest of the file can still be read and checked.
//! It knows the keywords that the schemas of this crate use; a test holds it to that.

use crate::diagnostic::Fault;
use crate::nearest::nearest;
use crate::said::{Said, say};
use crate::settings::named_file;
use serde_json::Value;
use std::mem;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// What the settings of plugins are called in messages.
pub(crate) const CHANNEL_SETTINGS: &str = "channel.settings";
pub(crate) const SENSOR_SETTINGS: &str = "sensor.settings";

/// Checks a table that stands at `span` and is called `name`. True when it has all it must have.
pub(crate) fn check_table(
    schema: &Value,
    name: &str,
    table: &mut DeTable<'_>,
    span: &Range<usize>,
    faults: &mut Vec<Fault>,
) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    let known = || properties.into_iter().flat_map(|p| p.keys().map(String::as_str));
    let required = || {
        let names = schema.get("required").and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str)
    };
    for key in required().filter(|key| !table.contains_key(*key)) {
        let description = properties.and_then(|p| p.get(key)?.get("description")?.as_str()).unwrap_or_default();
        let fault = Fault::error(span.clone(), say!("missing-key", "`{table}` has no `{key}`", table = name, key));
        let about = first_line(description).to_owned();
        // What a plugin says of its own settings is said in its own words.
        let about = match name {
            CHANNEL_SETTINGS | SENSOR_SETTINGS => about.into(),
            _ => Said::keyed(format!("about-{key}"), about, Vec::new()),
        };
        faults.push(fault.expected(say!("expect-line", "expected a line `{key} = ...`", key)).help(about));
    }
    for (key, mut value) in mem::replace(table, DeTable::new()) {
        let word: &str = key.get_ref();
        let stays = match properties.and_then(|p| p.get(word)).or_else(|| schema.get("additionalProperties")) {
            None | Some(Value::Bool(true)) => true,
            Some(inner @ Value::Object(_)) => check(inner, word, &key.span(), &mut value, faults),
            _ => {
                faults.push(unknown_key(word, key.span(), known()));
                false
            }
        };
        if stays {
            table.insert(key, value);
        }
    }
    required().all(|key| table.contains_key(key))
}

fn unknown_key<'a>(word: &str, span: Range<usize>, known: impl Iterator<Item = &'a str> + Clone) -> Fault {
    let fault = Fault::error(span, say!("unknown-key", "unknown key `{key}`", key = word));
    if word == "app_key" || word.ends_with("_s_key") {
        let help = say!("move-key", "move it there, under [sensor.NAME-OF-THE-SENSOR]");
        return fault.expected(say!("keys-in-secrets", "keys stand in secrets.toml")).help(help);
    }
    let names = known.clone().collect::<Vec<_>>().join(", ");
    fault.meant(nearest(word, known), say!("not-read", "nothing of this name is read here")).help(say!(
        "known-keys",
        "keys that may stand here: {names}",
        names
    ))
}

/// True when the value can stay: it has the right type, and what was wrong within it is taken out.
fn check(
    schema: &Value,
    key: &str,
    key_span: &Range<usize>,
    value: &mut Spanned<DeValue<'_>>,
    faults: &mut Vec<Fault>,
) -> bool {
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        if let Some(choice) = choices.iter().find(|choice| fits(type_of(choice), value.get_ref())) {
            return check(choice, key, key_span, value, faults);
        }
        faults.push(wrong_type("", &describe_all(choices), key, value));
        return false;
    }
    let wanted = if allowed_words(schema).is_some() { "string" } else { type_of(schema) };
    if wanted == "string" && value.get_ref().as_table().is_some_and(|table| named_file(table).is_some()) {
        return true;
    }
    if !fits(wanted, value.get_ref()) {
        faults.push(wrong_type(wanted, &describe(wanted), key, value));
        return false;
    }
    let span = value.span();
    let wrong = match value.get_mut() {
        DeValue::Table(table) => return check_table(schema, key, table, key_span, faults),
        DeValue::Array(items) => {
            check_items(schema, key, items, faults);
            check_count(schema, key, items.len(), span)
        }
        DeValue::String(text) => check_text(schema, key, text, span),
        DeValue::Integer(_) | DeValue::Float(_) => check_range(schema, key, value),
        _ => None,
    };
    let stays = wrong.is_none();
    faults.extend(wrong);
    stays
}

fn check_items(schema: &Value, key: &str, items: &mut DeArray<'_>, faults: &mut Vec<Fault>) {
    let inner = schema.get("items").unwrap_or(&Value::Null);
    let all = mem::replace(items, DeArray::new()).into_iter();
    *items = all
        .filter_map(|mut item| {
            // The header of a [[table]] is the place of the item, not of the key of the list.
            let stays = check(inner, key, &item.span(), &mut item, faults);
            // An incomplete [[table]] stays too: others may refer to it by its name.
            (stays || item.get_ref().is_table()).then_some(item)
        })
        .collect();
}

fn check_count(schema: &Value, key: &str, found: usize, span: Range<usize>) -> Option<Fault> {
    let max = schema.get("maxItems").and_then(Value::as_u64).filter(|max| found as u64 > *max)?;
    let fault = Fault::error(span, say!("too-many", "`{key}` has too many entries", key));
    Some(fault.expected(say!("expect-most", "expected at most {most}, found {found}", most = max, found)))
}

/// The words of an `enum`: schemars writes them as `oneOf` when they have descriptions.
fn allowed_words(schema: &Value) -> Option<Vec<&str>> {
    let plain = schema.get("enum").and_then(Value::as_array);
    if let Some(words) = plain {
        return words.iter().map(Value::as_str).collect();
    }
    let described = schema.get("oneOf").and_then(Value::as_array)?;
    described.iter().map(|word| word.get("const")?.as_str()).collect()
}

/// How deep a schema may refer to parts of itself.
const REFERENCES_MAX: u8 = 4;

/// A schema with what it says once under `$defs` wherever it refers to it.
pub(crate) fn written_out(schema: &Value) -> Value {
    fn within(part: &Value, whole: &Value, left: u8) -> Value {
        let named = part.get("$ref").and_then(|name| whole.pointer(name.as_str()?.strip_prefix('#')?));
        match (named, part) {
            (Some(named), Value::Object(own)) if left > 0 => {
                let mut all = within(named, whole, left - 1);
                if let Value::Object(all) = &mut all {
                    all.extend(
                        own.iter().filter(|(key, _)| *key != "$ref").map(|(key, value)| (key.clone(), value.clone())),
                    );
                }
                all
            }
            (None, Value::Object(own)) => {
                own.iter().map(|(key, value)| (key.clone(), within(value, whole, left))).collect()
            }
            (_, Value::Array(items)) => items.iter().map(|item| within(item, whole, left)).collect(),
            // Deeper than that anything fits.
            (Some(_), _) => Value::Bool(true),
            (None, other) => other.clone(),
        }
    }
    within(schema, schema, REFERENCES_MAX)
}

fn check_text(schema: &Value, key: &str, text: &str, span: Range<usize>) -> Option<Fault> {
    if let Some(words) = allowed_words(schema) {
        return (!words.contains(&text)).then(|| unknown_word(&words, key, text, span));
    }
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let length = text.chars().count();
    if bound("minLength").is_some_and(|min| length < min) {
        let fault = Fault::error(span, say!("empty", "`{key}` is empty", key));
        return Some(fault.expected(say!("expect-text", "expected some text")));
    }
    let max = bound("maxLength").filter(|max| length > *max)?;
    let fault = Fault::error(span, say!("too-long", "`{key}` is too long", key));
    let expected =
        say!("expect-shorter", "expected at most {most} characters, found {found}", most = max, found = length);
    Some(fault.expected(expected))
}

fn unknown_word(words: &[&str], key: &str, found: &str, span: Range<usize>) -> Fault {
    let fault = Fault::error(span, say!("cannot-be", "`{key}` cannot be `{found}`", key, found));
    fault.meant(nearest(found, words.iter().copied()), say!("one-below", "expected one of the words below")).help(say!(
        "one-of",
        "`{key}` is one of: {words}",
        key,
        words = words.join(", ")
    ))
}

fn check_range(schema: &Value, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Fault> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let number: Option<f64> = match value.get_ref() {
        DeValue::Integer(integer) => parse_integer(integer.as_str(), integer.radix()),
        DeValue::Float(float) => float.as_str().parse().ok().filter(|f: &f64| f.is_finite()),
        _ => None,
    };
    let fits = |n: f64| bound("minimum").is_none_or(|min| n >= min) && bound("maximum").is_none_or(|max| n <= max);
    if number.is_some_and(fits) {
        return None;
    }
    let expected = match (bound("minimum"), bound("maximum")) {
        (Some(min), Some(max)) => {
            say!("expect-range", "expected a number from {least} to {most}", least = min, most = max)
        }
        (Some(min), None) => say!("expect-from", "expected a number from {least} on", least = min),
        _ => say!("expect-finite", "expected a finite number"),
    };
    Some(Fault::error(value.span(), say!("out-of-range", "`{key}` is out of range", key)).expected(expected))
}

#[expect(clippy::cast_precision_loss, reason = "only compared with bounds far below 2^53")]
fn parse_integer(digits: &str, radix: u32) -> Option<f64> {
    i64::from_str_radix(digits, radix).ok().map(|n| n as f64)
}

fn type_of(schema: &Value) -> &str {
    schema.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn fits(wanted: &str, value: &DeValue<'_>) -> bool {
    match wanted {
        "string" => value.is_str(),
        "integer" => value.is_integer(),
        "number" => value.is_integer() || value.is_float(),
        "boolean" => value.is_bool(),
        "array" => value.is_array(),
        "object" => value.is_table(),
        _ => true,
    }
}

/// `wanted` is the type by its name in the schema, if it is a single one, and `described` says it to people.
fn wrong_type(wanted: &str, described: &Said, key: &str, value: &Spanned<DeValue<'_>>) -> Fault {
    let found = match value.get_ref() {
        DeValue::String(_) => say!("word-text", "a text"),
        DeValue::Integer(_) => say!("word-whole", "a whole number"),
        DeValue::Float(_) => say!("word-decimals", "a number with decimals"),
        DeValue::Boolean(_) => say!("word-truth", "true or false"),
        DeValue::Datetime(_) => say!("word-date", "a date or time"),
        DeValue::Array(_) => say!("word-list", "a list"),
        DeValue::Table(_) => say!("word-table", "a table"),
    };
    let fault = Fault::error(value.span(), say!("wrong-type", "`{key}` must be {wanted}", key, wanted = *described));
    let fault = fault.expected(say!("expect-type", "expected {wanted}, found {found}", wanted = *described, found));
    match (wanted, value.get_ref()) {
        ("string", DeValue::Integer(n)) => fault.rewritten(format!("{key} = \"{}\"", n.as_str())),
        ("boolean", DeValue::String(text)) if text.parse::<bool>().is_ok() => {
            fault.rewritten(format!("{key} = {text}"))
        }
        ("integer" | "number", DeValue::String(text)) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            fault.rewritten(format!("{key} = {text}"))
        }
        ("array", DeValue::Table(_)) => fault.rewritten(format!("[[{key}]]")),
        _ => fault,
    }
}

fn describe(wanted: &str) -> Said {
    match wanted {
        "string" => say!("word-quoted", "a text in quotation marks"),
        "integer" => say!("word-whole", "a whole number"),
        "number" => say!("word-number", "a number"),
        "boolean" => say!("word-truth", "true or false"),
        "array" => say!("word-list", "a list"),
        "object" => say!("word-table", "a table"),
        other => other.to_owned().into(),
    }
}

fn describe_all(choices: &[Value]) -> Said {
    let described = choices.iter().map(|choice| describe(type_of(choice)));
    described.reduce(|one, other| say!("word-or", "{one} or {other}", one, other)).unwrap_or_default()
}

fn first_line(description: &str) -> &str {
    description.lines().next().unwrap_or_default()
}

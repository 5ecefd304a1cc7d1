//! Checks TOML values against the JSON Schema of their file, all faults at once, each with its place in the text.
//!
//! What does not fit is reported and taken out, so that the rest of the file can still be read and checked.
//! It knows the keywords that the schemas of this crate use; a test holds it to that.

use crate::diagnostic::Fault;
use crate::nearest::nearest;
use serde_json::Value;
use std::mem;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

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
        let fault = Fault::error(span.clone(), format!("`{name}` has no `{key}`"));
        faults.push(fault.expected(format!("expected a line `{key} = ...`")).help(first_line(description)));
    }
    for (key, mut value) in mem::replace(table, DeTable::new()) {
        let word: &str = key.get_ref();
        let stays = match properties.and_then(|p| p.get(word)).or_else(|| schema.get("additionalProperties")) {
            Some(Value::Bool(true)) => true,
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
    let fault = Fault::error(span, format!("unknown key `{word}`"));
    if word == "app_key" || word.ends_with("_s_key") {
        return fault.expected("keys stand in secrets.toml").help("move it there, under [sensor.NAME-OF-THE-SENSOR]");
    }
    match nearest(word, known.clone()) {
        Some(meant) => fault.expected(format!("did you mean `{meant}`?")),
        None => fault.expected("nothing of this name is read here"),
    }
    .help(format!("keys that may stand here: {}", known.collect::<Vec<_>>().join(", ")))
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
        faults.push(wrong_type(&describe_all(choices), key, value));
        return false;
    }
    let wanted = if allowed_words(schema).is_some() { "string" } else { type_of(schema) };
    if !fits(wanted, value.get_ref()) {
        faults.push(wrong_type(describe(wanted), key, value));
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
    let fault = Fault::error(span, format!("`{key}` has too many entries"));
    Some(fault.expected(format!("expected at most {max}, found {found}")))
}

/// The words of an `enum`: schemars writes them as `oneOf` when they have descriptions.
fn allowed_words(schema: &Value) -> Option<Vec<&str>> {
    let plain = schema.get("enum").and_then(Value::as_array);
    if let Some(words) = plain {
        return Some(words.iter().filter_map(Value::as_str).collect());
    }
    let described = schema.get("oneOf").and_then(Value::as_array)?;
    Some(described.iter().filter_map(|word| word.get("const")?.as_str()).collect())
}

fn check_text(schema: &Value, key: &str, text: &str, span: Range<usize>) -> Option<Fault> {
    if let Some(words) = allowed_words(schema) {
        return (!words.contains(&text)).then(|| unknown_word(&words, key, text, span));
    }
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let length = text.chars().count();
    if bound("minLength").is_some_and(|min| length < min) {
        return Some(Fault::error(span, format!("`{key}` is empty")).expected("expected some text"));
    }
    let max = bound("maxLength").filter(|max| length > *max)?;
    let fault = Fault::error(span, format!("`{key}` is too long"));
    Some(fault.expected(format!("expected at most {max} characters, found {length}")))
}

fn unknown_word(words: &[&str], key: &str, found: &str, span: Range<usize>) -> Fault {
    let fault = Fault::error(span, format!("`{key}` cannot be `{found}`"));
    match nearest(found, words.iter().copied()) {
        Some(meant) => fault.expected(format!("did you mean `{meant}`?")),
        None => fault.expected("expected one of the words below"),
    }
    .help(format!("`{key}` is one of: {}", words.join(", ")))
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
        (Some(min), Some(max)) => format!("expected a number from {min} to {max}"),
        (Some(min), None) => format!("expected a number from {min} on"),
        _ => "expected a finite number".to_owned(),
    };
    Some(Fault::error(value.span(), format!("`{key}` is out of range")).expected(expected))
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

fn wrong_type(wanted: &str, key: &str, value: &Spanned<DeValue<'_>>) -> Fault {
    let found = match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with decimals",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let fault = Fault::error(value.span(), format!("`{key}` must be {wanted}"));
    let fault = fault.expected(format!("expected {wanted}, found {found}"));
    match (wanted, value.get_ref()) {
        ("a text in quotation marks", DeValue::Integer(n)) => fault.rewritten(format!("{key} = \"{}\"", n.as_str())),
        ("true or false" | "a whole number" | "a number", DeValue::String(text)) => {
            fault.rewritten(format!("{key} = {text}"))
        }
        ("a list", DeValue::Table(_)) => fault.rewritten(format!("[[{key}]]")),
        _ => fault,
    }
}

fn describe(wanted: &str) -> &str {
    match wanted {
        "string" => "a text in quotation marks",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        other => other,
    }
}

fn describe_all(choices: &[Value]) -> String {
    choices.iter().map(|choice| describe(type_of(choice))).collect::<Vec<_>>().join(" or ")
}

fn first_line(description: &str) -> &str {
    description.lines().next().unwrap_or_default()
}

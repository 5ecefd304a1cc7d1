//! The table from a codec's keys to the words of the box. Its rules stand in `README.md`.

use std::collections::BTreeMap;

use allting_plugin_sdk::{Decoded, Observation, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::instant;

/// Paths into the codec's output and what stands there.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Table {
    rows: BTreeMap<String, Meaning>,
}

/// What stands at a path.
#[derive(Debug, Deserialize)]
#[serde(from = "Written")]
struct Meaning {
    property: String,
    part: Option<String>,
    unit: Option<String>,
    /// Multiplied with the codec's number: 0.001 for millivolts that shall be volts.
    factor: Option<f64>,
    /// The codec's word that means yes; anything else is no.
    is: Option<Json>,
    /// A path beside the value to the time when it was measured.
    time: Option<String>,
}

/// As it is written in the settings: a word, or a word and how to read the value.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Full(Full),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    property: String,
    part: Option<String>,
    unit: Option<String>,
    factor: Option<f64>,
    is: Option<Json>,
    time: Option<String>,
}

/// What stands at a path.
struct Found<'a> {
    value: &'a Json,
    /// The names of the members that `[]` went through.
    part: String,
    /// The innermost of these members, or else the whole output: a time is looked for here.
    within: &'a Json,
}

impl From<Written> for Meaning {
    fn from(written: Written) -> Self {
        match written {
            Written::Word(property) => Self { property, part: None, unit: None, factor: None, is: None, time: None },
            Written::Full(Full { property, part, unit, factor, is, time }) => {
                Self { property, part, unit, factor, is, time }
            }
        }
    }
}

/// More keys than this do not help who reads a warning.
const KEYS_SHOWN_MAX: usize = 20;
/// Devices that were out of reach send what they missed; older history than the box takes is a wrong clock.
const AGE_S_MAX: i64 = 366 * 86_400;

impl Table {
    /// True when nothing is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same, with every value measured at the time that stands at `path`.
    pub(crate) fn timed(mut self, path: &str) -> Self {
        self.rows.values_mut().for_each(|meaning| meaning.time = Some(path.to_owned()));
        self
    }

    /// Observations of what the table names and the output has, in the table's order. What is absent or null is left out.
    pub(crate) fn apply(&self, data: &Json, received_at_ms: u64) -> Decoded {
        let mut decoded = Decoded::of([]);
        let mut named = 0;
        for (path, meaning) in &self.rows {
            for found in find(data, path, "", data) {
                named += 1;
                match meaning.observe(&found, received_at_ms) {
                    Ok(Some(observation)) => decoded.observations.push(observation),
                    Ok(None) => {}
                    Err(why) => decoded.warnings.push(format!("{path}: {why}")),
                }
            }
        }
        if named == 0 && !self.is_empty() && !has_no_keys(data) {
            decoded.warnings.push(format!("the table names nothing of this frame; it has {}", keys(data)));
        }
        decoded
    }
}

impl Meaning {
    fn observe(&self, found: &Found<'_>, received_at_ms: u64) -> Result<Option<Observation>, &'static str> {
        let Some(value) = read(found.value, self.factor, self.is.as_ref())? else { return Ok(None) };
        let unit = self.unit.as_deref().or(matches!(value, Value::Flag(_)).then_some("1"));
        let part = joined(self.part.as_deref().unwrap_or_default(), &found.part);
        let mut observation = Observation::new(&self.property, value, unit);
        observation.age_s = self.age_s(found.within, received_at_ms)?;
        observation.part = (!part.is_empty()).then_some(part);
        Ok(Some(observation))
    }

    /// How long ago it was measured. A time that is missing, or later than the frame, is now.
    fn age_s(&self, within: &Json, received_at_ms: u64) -> Result<u32, &'static str> {
        let Some(path) = &self.time else { return Ok(0) };
        let time = find(within, path, "", within).into_iter().map(|found| found.value).find(|time| !time.is_null());
        let Some(time) = time else { return Ok(0) };
        let measured_ms = instant::read_ms(time).ok_or("has a time that is none")?;
        let age_s = i64::try_from(received_at_ms).unwrap_or(i64::MAX).saturating_sub(measured_ms) / 1000;
        match u32::try_from(age_s.max(0)) {
            Ok(age_s) if i64::from(age_s) <= AGE_S_MAX => Ok(age_s),
            _ => Err("was measured more than a year ago, if the device's clock is right"),
        }
    }
}

/// What a JSON value says; none when it is null.
fn read(json: &Json, factor: Option<f64>, is: Option<&Json>) -> Result<Option<Value>, &'static str> {
    if let Some(yes) = is {
        return Ok((!json.is_null()).then(|| Value::Flag(json == yes)));
    }
    // Codecs that round with `toFixed` return text.
    let number = json.as_f64().or_else(|| json.as_str()?.trim().parse().ok()).filter(|n| n.is_finite());
    match (json, number, factor) {
        (Json::Null, ..) => Ok(None),
        (_, Some(number), Some(factor)) => Ok(Some(Value::Number(number * factor))),
        (Json::Number(whole), Some(number), None) => {
            Ok(Some(whole.as_i64().map_or(Value::Number(number), Value::Integer)))
        }
        (_, Some(number), None) => Ok(Some(Value::Number(number))),
        (Json::Bool(flag), None, Some(factor)) => Ok(Some(Value::Number(if *flag { factor } else { 0.0 }))),
        (_, None, Some(_)) => Err("has a factor but is no number"),
        (Json::Bool(flag), ..) => Ok(Some(Value::Flag(*flag))),
        (Json::String(text), ..) => Ok(Some(Value::Text(text.clone()))),
        _ => Err("is a list or an object; name what is inside"),
    }
}

/// All values at a path, each with the names of the members that `[]` went through: `spots[].taken` finds one per spot.
fn find<'a>(json: &'a Json, path: &str, part: &str, within: &'a Json) -> Vec<Found<'a>> {
    if path.is_empty() {
        return vec![Found { value: json, part: part.to_owned(), within }];
    }
    if let Some((key, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        return match key {
            "" => {
                let inside = |(name, member): (String, &'a Json)| find(member, rest, &joined(part, &name), member);
                members(json).flat_map(inside).collect()
            }
            key => member(json, key).map(|member| find(member, rest, part, within)).unwrap_or_default(),
        };
    }
    // A key may have dots of its own, so the longest that fits is taken.
    let mut ends: Vec<usize> = path.match_indices(['.', '[']).map(|(at, _)| at).filter(|at| *at > 0).collect();
    ends.push(path.len());
    for end in ends.into_iter().rev() {
        let (key, rest) = path.split_at(end);
        if let Some(member) = member(json, key) {
            return find(member, rest.strip_prefix('.').unwrap_or(rest), part, within);
        }
    }
    Vec::new()
}

/// A member of an object by its key, or of a list by its number.
fn member<'a>(json: &'a Json, key: &str) -> Option<&'a Json> {
    match json {
        Json::Object(object) => object.get(key),
        Json::Array(list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}

fn members(json: &Json) -> Box<dyn Iterator<Item = (String, &Json)> + '_> {
    match json {
        Json::Object(object) => Box::new(object.iter().map(|(key, member)| (as_word(key), member))),
        Json::Array(list) => Box::new(list.iter().enumerate().map(|(at, member)| (at.to_string(), member))),
        _ => Box::new(std::iter::empty()),
    }
}

/// A key as a part: `Gate_A` becomes `gate-a`.
fn as_word(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

fn joined(outer: &str, inner: &str) -> String {
    if outer.is_empty() || inner.is_empty() { [outer, inner].concat() } else { format!("{outer}-{inner}") }
}

fn has_no_keys(data: &Json) -> bool {
    data.as_object().is_some_and(serde_json::Map::is_empty)
}

fn keys(data: &Json) -> String {
    match data.as_object() {
        Some(object) => object.keys().take(KEYS_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(", "),
        None => "no keys at all".to_owned(),
    }
}

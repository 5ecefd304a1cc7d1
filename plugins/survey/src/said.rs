//! What one person said, as far as counting and conditions need it: no words, and packed in a few bytes.

use std::collections::BTreeMap;

use allting_plugin_sdk::method::{Answer, Value};

use crate::dates;
use crate::plan::{Plan, Takes, UNSURE};

/// What follows the key of a choice for the words of its free answer.
pub(crate) const OTHER_SUFFIX: &str = ".other";
/// A free answer beside the options.
pub(crate) const OTHER: u128 = 1 << 127;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Something,
    Number(f64),
    /// Days since 1970.
    Day(i32),
    Step(i32),
    Unsure,
    /// A set of options.
    Options(u128),
    /// Options, first first.
    Ranked(Vec<u8>),
}

/// One person's standing answers, by field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sheet(BTreeMap<u16, Said>);

impl Sheet {
    pub(crate) fn get(&self, field: usize) -> Option<&Said> {
        self.0.get(&u16::try_from(field).ok()?)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Said)> {
        self.0.iter().map(|(field, said)| (usize::from(*field), said))
    }

    /// The latest stands. What no field takes is skipped; an empty value takes the answer back.
    pub(crate) fn take(&mut self, plan: &Plan, answers: &[Answer]) {
        for answer in answers {
            let of_other = answer.question.strip_suffix(OTHER_SUFFIX);
            let Some(at) = plan.field(of_other.unwrap_or(&answer.question)) else { continue };
            let (Some(field), Ok(slot)) = (plan.fields.get(at), u16::try_from(at)) else { continue };
            let before = self.0.get(&slot);
            let now = match of_other {
                Some(_) => other(&field.takes, &answer.value, before),
                None => read(&field.takes, &answer.value, before),
            };
            match now {
                Reading::Odd => {}
                Reading::Nothing => drop(self.0.remove(&slot)),
                Reading::Is(said) => drop(self.0.insert(slot, said)),
            }
        }
    }

    /// Field, then value, in as few bytes as it takes.
    pub(crate) fn pack(&self) -> Box<[u8]> {
        let (mut bytes, mut last) = (Vec::new(), 0);
        for (field, said) in &self.0 {
            put(&mut bytes, u128::from(field - last));
            last = *field;
            match said {
                Said::Something => {}
                Said::Unsure => bytes.extend(i32::MIN.to_le_bytes()),
                Said::Number(number) => bytes.extend(number.to_le_bytes()),
                Said::Day(number) | Said::Step(number) => bytes.extend(number.to_le_bytes()),
                Said::Options(bits) => put(&mut bytes, bits.rotate_left(1)),
                Said::Ranked(order) => {
                    put(&mut bytes, order.len() as u128);
                    bytes.extend(order);
                }
            }
        }
        bytes.into()
    }

    pub(crate) fn unpack(plan: &Plan, packed: &[u8]) -> Self {
        let (mut rest, mut field, mut sheet) = (packed, 0_u16, BTreeMap::new());
        while let Some(step) = get(&mut rest) {
            field += u16::try_from(step).unwrap_or(0);
            let Some(takes) = plan.fields.get(usize::from(field)).map(|field| &field.takes) else { break };
            let Some(said) = unpacked(takes, &mut rest) else { break };
            sheet.insert(field, said);
        }
        Self(sheet)
    }
}

enum Reading {
    /// Not what this field takes.
    Odd,
    /// Taken back.
    Nothing,
    Is(Said),
}

fn read(takes: &Takes, value: &Value, before: Option<&Said>) -> Reading {
    let is = |said: Option<Said>| said.map_or(Reading::Nothing, Reading::Is);
    match (takes, value) {
        (Takes::Something, Value::Text(text)) => is((!text.is_empty()).then_some(Said::Something)),
        (Takes::Something, Value::References(files)) => is((!files.is_empty()).then_some(Said::Something)),
        (Takes::Something, Value::Shape(shape)) => is((!shape.points.is_empty()).then_some(Said::Something)),
        (Takes::Consent, Value::Flag(ticked)) => is(ticked.then_some(Said::Something)),
        (Takes::Number(_), Value::Number(number)) if number.is_finite() => Reading::Is(Said::Number(*number)),
        (Takes::Date, Value::Date(date)) => dates::read(date).map_or(Reading::Odd, |day| Reading::Is(Said::Day(day))),
        (Takes::Step { first, last }, Value::Number(number)) => step(*first, *last, *number),
        (Takes::Step { .. }, Value::Choices(keys)) => is(keys.iter().any(|key| key == UNSURE).then_some(Said::Unsure)),
        (Takes::Options { keys, .. }, Value::Choices(chosen)) => {
            let free = if let Some(Said::Options(before)) = before { before & OTHER } else { 0 };
            is(options(bits(keys, chosen) | free))
        }
        (Takes::Ranking { keys }, Value::Choices(chosen)) => {
            let mut order: Vec<u8> = Vec::new();
            for at in chosen.iter().filter_map(|key| keys.iter().position(|known| known == key)) {
                let at = u8::try_from(at).unwrap_or(u8::MAX);
                if !order.contains(&at) {
                    order.push(at);
                }
            }
            is((!order.is_empty()).then_some(Said::Ranked(order)))
        }
        // How an answer of any kind is taken back.
        (_, Value::Text(text)) if text.is_empty() => Reading::Nothing,
        _ => Reading::Odd,
    }
}

fn other(takes: &Takes, value: &Value, before: Option<&Said>) -> Reading {
    let (Takes::Options { .. }, Value::Text(words)) = (takes, value) else { return Reading::Odd };
    let chosen = if let Some(Said::Options(before)) = before { before & !OTHER } else { 0 };
    let free = if words.trim().is_empty() { 0 } else { OTHER };
    options(chosen | free).map_or(Reading::Nothing, Reading::Is)
}

fn options(bits: u128) -> Option<Said> {
    (bits != 0).then_some(Said::Options(bits))
}

fn step(first: i32, last: i32, number: f64) -> Reading {
    let found = (first..=last).find(|step| (f64::from(*step) - number).abs() < 1e-9);
    found.map_or(Reading::Odd, |step| Reading::Is(Said::Step(step)))
}

pub(crate) fn bit(at: usize) -> u128 {
    u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at)).unwrap_or(0)
}

/// The wanted among the known, as a set.
pub(crate) fn bits(known: &[String], wanted: &[String]) -> u128 {
    known.iter().enumerate().filter(|(_, key)| wanted.contains(key)).fold(0, |bits, (at, _)| bits | bit(at))
}

/// A whole number, seven bits a byte.
fn put(bytes: &mut Vec<u8>, mut number: u128) {
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

fn get(rest: &mut &[u8]) -> Option<u128> {
    let (mut number, mut shift) = (0_u128, 0);
    loop {
        let byte = rest.split_off_first()?;
        number |= u128::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

fn unpacked(takes: &Takes, rest: &mut &[u8]) -> Option<Said> {
    Some(match takes {
        Takes::Something | Takes::Consent => Said::Something,
        Takes::Number(_) => Said::Number(f64::from_le_bytes(array(rest)?)),
        Takes::Date => Said::Day(i32::from_le_bytes(array(rest)?)),
        Takes::Step { .. } => match i32::from_le_bytes(array(rest)?) {
            i32::MIN => Said::Unsure,
            step => Said::Step(step),
        },
        Takes::Options { .. } => Said::Options(get(rest)?.rotate_right(1)),
        Takes::Ranking { .. } => {
            let length = usize::try_from(get(rest)?).ok()?;
            Said::Ranked(rest.split_off(..length)?.to_vec())
        }
    })
}

fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    rest.split_off(..N)?.try_into().ok()
}

//! Whether what somebody filled in fits the form it was filled into.

use model::activity::{
    Answer, ChoiceField, Content, EntryId, Field, FieldKind, Form, Group, Page, PhotoId, Press, Reach, Value,
};
use std::collections::BTreeMap;

/// What was sent of a form, as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent<'a> {
    /// Its key.
    pub form: &'a str,
    /// Which button.
    pub press: Press,
    /// The entry it was offered at.
    pub about: Option<EntryId>,
    /// What was filled in; empty fields left out.
    pub values: Vec<Answer>,
}

/// What was sent, checked: it fits the form on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitting {
    /// What the method gets, in the order of the form.
    pub values: Vec<Answer>,
    /// An address to be told what happened; no method gets it.
    pub contact: Option<String>,
}

/// What does not fit, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Key of the field; empty for the form.
    pub at: String,
    /// Why.
    pub why: Why,
}

/// Why something does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The page has no such form any more.
    NoSuchForm,
    /// The form is not offered at that entry.
    NoSuchEntry,
    /// The form has no such field any more.
    NoSuchField,
    /// It must be answered.
    Missing,
    /// Another kind of answer is wanted.
    WrongKind,
    /// So many characters at most.
    TooLong(u32),
    /// At least so many options.
    TooFew(u32),
    /// At most so many options.
    TooMany(u32),
    /// There is no such option.
    NotOffered,
    /// One of the options cannot go with others.
    Alone,
    /// The number or date is out of bounds.
    OutOfBounds,
    /// A whole number is wanted.
    NotWhole,
    /// It is no address that mail could reach.
    NoAddress,
    /// There is no such photo: it was removed meanwhile, or nobody sent it.
    NoSuchPhoto,
}

/// The longest address that mail accepts (RFC 5321).
const ADDRESS_BYTES_MAX: usize = 254;
/// Things that may be cited at once.
const CITES_MAX: usize = 20;

/// Checks what was sent against the page it was sent from. An answer to what was not asked (`when`) is left out.
pub fn fit(page: &Page, sent: Sent<'_>) -> Result<Fitting, Vec<Misfit>> {
    let whole = |why| vec![Misfit { at: String::new(), why }];
    let Some((at, form)) = page.form(sent.form) else { return Err(whole(Why::NoSuchForm)) };
    if !is_offered(page, at, form, sent.about) {
        return Err(whole(Why::NoSuchEntry));
    }
    let mut given: BTreeMap<String, Value> = BTreeMap::new();
    for answer in sent.values {
        given.insert(answer.question, answer.value);
    }
    let mut fitting = Fitting { values: Vec::new(), contact: None };
    let mut misfits = Vec::new();
    for field in page.fields_of(at) {
        let other = format!("{}{}", field.key, FieldKind::OTHER_SUFFIX);
        let (value, other_words) = (given.remove(&field.key), given.remove(&other));
        if !is_asked(field, &fitting.values) {
            continue;
        }
        match check(field, value, other_words, sent.press) {
            Ok(Checked::Address(address)) => fitting.contact = Some(address),
            Ok(Checked::Answers(answers)) => fitting.values.extend(answers),
            Err(why) => misfits.push(Misfit { at: field.key.clone(), why }),
        }
    }
    misfits.extend(given.into_keys().map(|at| Misfit { at, why: Why::NoSuchField }));
    if misfits.is_empty() { Ok(fitting) } else { Err(misfits) }
}

enum Checked {
    Answers(Vec<Answer>),
    Address(String),
}

fn is_asked(field: &Field, before: &[Answer]) -> bool {
    field.when.iter().all(|condition| {
        let answered = before.iter().find(|answer| answer.question == condition.field).map(|answer| &answer.value);
        condition.holds.holds(answered)
    })
}

fn is_offered(page: &Page, at: usize, form: &Form, about: Option<EntryId>) -> bool {
    match (&form.reach, about) {
        (Reach::Once, None) => true,
        (Reach::These(entries), Some(entry)) => entries.contains(&entry),
        (Reach::Each, Some(entry)) => {
            let parent = page.blocks.get(at).and_then(|block| block.parent).and_then(|at| page.blocks.get(at));
            let groups: &[Group] = match parent.map(|block| &block.is) {
                Some(Content::Map(map)) => &map.groups,
                Some(Content::Board(groups)) => groups,
                Some(Content::Notes(group)) => std::slice::from_ref(group),
                _ => &[],
            };
            groups.iter().flat_map(|group| &group.items).any(|item| item.entry == entry)
        }
        _ => false,
    }
}

fn check(field: &Field, value: Option<Value>, other: Option<Value>, press: Press) -> Result<Checked, Why> {
    let answer = |value: Value| Answer { question: field.key.clone(), value };
    let value = value.filter(|value| !is_blank(value));
    if let FieldKind::Choice(choice) = &field.kind {
        let other = other.filter(|value| !is_blank(value));
        return chosen(field, choice, value, other, press).map(Checked::Answers);
    }
    if other.is_some() {
        return Err(Why::NoSuchField);
    }
    let Some(value) = value else {
        let missing = field.required && press == Press::Send;
        return if missing { Err(Why::Missing) } else { Ok(Checked::Answers(Vec::new())) };
    };
    match (&field.kind, &value) {
        (FieldKind::Contact, Value::Text(address)) => address_of(address).map(Checked::Address),
        (FieldKind::Contact, _) => Err(Why::WrongKind),
        _ => fits(&field.kind, &value).map(|()| Checked::Answers(vec![answer(value)])),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.trim().is_empty(),
        Value::Choices(keys) | Value::References(keys) => keys.is_empty(),
        Value::Flag(flag) => !flag,
        _ => false,
    }
}

fn fits(kind: &FieldKind, value: &Value) -> Result<(), Why> {
    match (kind, value) {
        (FieldKind::Text(most), Value::Text(text)) if text.contains('\n') => {
            at_most_chars(*most, &text.replace('\n', " "))
        }
        (FieldKind::Text(most) | FieldKind::LongText(most), Value::Text(text)) => at_most_chars(*most, text),
        (FieldKind::Other(_), Value::Text(text)) => at_most_chars(1000, text),
        (FieldKind::Number { least, most, whole, .. }, Value::Number(number)) => {
            let inside = least.is_none_or(|least| *number >= least) && most.is_none_or(|most| *number <= most);
            match () {
                () if !number.is_finite() || !inside => Err(Why::OutOfBounds),
                () if *whole && number.fract() != 0.0 => Err(Why::NotWhole),
                () => Ok(()),
            }
        }
        (FieldKind::Date { first, last }, Value::Date(date)) => {
            // ISO 8601 dates of four-digit years sort as text.
            date.parse::<model::Day>().map_err(|_| Why::WrongKind)?;
            let inside =
                first.as_ref().is_none_or(|first| date >= first) && last.as_ref().is_none_or(|last| date <= last);
            if inside { Ok(()) } else { Err(Why::OutOfBounds) }
        }
        (FieldKind::Scale { first, last, .. }, Value::Number(number)) => match () {
            () if !(f64::from(*first)..=f64::from(*last)).contains(number) => Err(Why::OutOfBounds),
            () if number.fract() != 0.0 => Err(Why::NotWhole),
            () => Ok(()),
        },
        (FieldKind::Scale { unsure, .. }, Value::Choices(keys)) => {
            if unsure.is_some() && *keys == [FieldKind::UNSURE] {
                Ok(())
            } else {
                Err(Why::NotOffered)
            }
        }
        (FieldKind::Shape { kinds, .. }, Value::Shape(shape)) => {
            if kinds.contains(&shape.kind) && shape.is_sound() {
                Ok(())
            } else {
                Err(Why::OutOfBounds)
            }
        }
        (FieldKind::Photo(most), Value::References(files)) => {
            let are_photos = files.iter().all(|file| PhotoId::of_reference(file).is_some());
            match () {
                () if files.len() > *most as usize => Err(Why::TooMany(*most)),
                () if !are_photos => Err(Why::NoSuchPhoto),
                () => Ok(()),
            }
        }
        (FieldKind::Cite(kinds), Value::References(things)) => {
            let known = |thing: &String| thing.split_once('/').is_some_and(|(kind, _)| kinds.iter().any(|k| k == kind));
            if things.len() <= CITES_MAX && things.iter().all(known) { Ok(()) } else { Err(Why::NotOffered) }
        }
        (FieldKind::Consent, Value::Flag(_)) => Ok(()),
        _ => Err(Why::WrongKind),
    }
}

fn chosen(
    field: &Field,
    choice: &ChoiceField,
    value: Option<Value>,
    other: Option<Value>,
    press: Press,
) -> Result<Vec<Answer>, Why> {
    let keys = match &value {
        None => &[][..],
        Some(Value::Choices(keys)) => keys,
        Some(_) => return Err(Why::WrongKind),
    };
    let words = match (&other, &choice.other) {
        (None, _) => None,
        (Some(Value::Text(text)), Some(_)) => Some(text),
        (Some(_), _) => return Err(Why::WrongKind),
    };
    let option = |key: &String| choice.options.iter().find(|option| option.key == *key);
    if keys.iter().any(|key| option(key).is_none()) || has_twice(keys) {
        return Err(Why::NotOffered);
    }
    let count = u32::try_from(keys.len() + usize::from(words.is_some())).unwrap_or(u32::MAX);
    if count > choice.most {
        return Err(Why::TooMany(choice.most));
    }
    if count > 1 && keys.iter().filter_map(option).any(|option| option.alone) {
        return Err(Why::Alone);
    }
    if press == Press::Send && count == 0 && field.required {
        return Err(Why::Missing);
    }
    if press == Press::Send && count > 0 && count < choice.least {
        return Err(Why::TooFew(choice.least));
    }
    if let Some(words) = words {
        at_most_chars(1000, words)?;
    }
    let answers = value.map(|value| Answer { question: field.key.clone(), value });
    let other_key = format!("{}{}", field.key, FieldKind::OTHER_SUFFIX);
    Ok(answers.into_iter().chain(other.map(|value| Answer { question: other_key, value })).collect())
}

fn has_twice(keys: &[String]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    keys.iter().any(|key| !seen.insert(key))
}

fn at_most_chars(most: u32, text: &str) -> Result<(), Why> {
    // A line break comes as two characters from a browser and counts as one for who typed it.
    let characters = text.chars().filter(|c| *c != '\r').count();
    if characters <= most as usize { Ok(()) } else { Err(Why::TooLong(most)) }
}

/// An address as mail could reach it: whether somebody reads there only a mail can tell.
fn address_of(text: &str) -> Result<String, Why> {
    let address = text.trim();
    let plain = address.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"' | b',' | b';'));
    let parts = address.rsplit_once('@').filter(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    if plain && address.len() <= ADDRESS_BYTES_MAX && parts.is_some() && address.matches('@').count() == 1 {
        Ok(address.to_owned())
    } else {
        Err(Why::NoAddress)
    }
}

#[cfg(test)]
mod tests;

//! A form as it arrives, and what it means for the fields of a page.

use crate::blocks::{OTHER, name_of, sort_name};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::take_part::WORDS_BYTES_MAX;
use crate::take_part::upload::SentFiles;
use crate::take_part::wrongs::{Wrong, WrongWhy};
use axum::body::to_bytes;
use axum::extract::{Form as UrlEncoded, FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use model::Position;
use model::activity::{Answer, ChoiceField, Field, FieldKind, Shape, ShapeKind, Value};

/// Fields in one form.
pub(super) const FIELDS_MAX: usize = 5000;

/// What stands in a form: names and texts, in the order they were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs(Vec<(String, String)>);

/// A form that arrived.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    pub(crate) pairs: Pairs,
    /// What may be photos.
    pub(crate) photos: SentFiles,
}

impl Pairs {
    pub(crate) const fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first text of that name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }

    /// All texts of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Gives a name these texts, in the place of those it had.
    pub(crate) fn put(&mut self, name: &str, texts: Vec<String>) {
        self.0.retain(|(known, _)| known != name);
        self.0.extend(texts.into_iter().map(|text| (name.to_owned(), text)));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

impl FromRequest<Portal> for Arrived {
    type Rejection = Problem;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Problem> {
        if is_from_elsewhere(&request) {
            return Err(Problem::other_site());
        }
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return super::upload::read(request, portal).await;
        }
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, WORDS_BYTES_MAX).await.map_err(|_| Problem::too_long())?;
        let request = Request::from_parts(parts, body.into());
        let read = UrlEncoded::<Vec<(String, String)>>::from_request(request, portal).await;
        let UrlEncoded(pairs) = read.map_err(|_| Problem::bad_form())?;
        if pairs.len() > FIELDS_MAX {
            Err(Problem::bad_form())
        } else {
            Ok(Self { pairs: Pairs(pairs), photos: SentFiles::default() })
        }
    }
}

/// A browser that knows where a form comes from says so. There is nothing to steal from a visitor, but nobody shall speak for them.
fn is_from_elsewhere(request: &Request) -> bool {
    let header = |name: &HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header(&HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site == "cross-site") {
        return true;
    }
    match (header(&ORIGIN), header(&HOST)) {
        (Some(origin), Some(host)) if origin != "null" => {
            origin.split_once("://").is_none_or(|(_, of)| !of.eq_ignore_ascii_case(host))
        }
        _ => false,
    }
}

/// What was filled in, field by field; and what can be seen to be wrong before anybody else looks.
pub(crate) fn answers(
    fields: &[&Field],
    pairs: &Pairs,
    places: &[(String, String, Position)],
) -> (Vec<Answer>, Vec<Wrong>) {
    let (mut answers, mut wrongs) = (Vec::new(), Vec::new());
    for field in fields {
        match of_field(field, pairs, places) {
            Ok(said) => answers.extend(said),
            Err(key) => wrongs.push(Wrong { at: field.key.clone(), why: WrongWhy::Text(key) }),
        }
    }
    (answers, wrongs)
}

type Read = Result<Vec<Answer>, &'static str>;

fn of_field(field: &Field, pairs: &Pairs, places: &[(String, String, Position)]) -> Read {
    let name = name_of(&field.key);
    let text = pairs.get(&name).trim();
    let one = |value: Value| vec![Answer { question: field.key.clone(), value }];
    if let FieldKind::Choice(choice) = &field.kind {
        return chosen(&field.key, choice, pairs);
    }
    if let FieldKind::Shape { kinds, .. } = &field.kind {
        return Ok(shape(&name, kinds, pairs, places)?.map(Value::Shape).map(one).unwrap_or_default());
    }
    let value = match &field.kind {
        FieldKind::Photo(_) | FieldKind::Cite(_) => {
            Value::References(pairs.all(&name).filter(|thing| !thing.is_empty()).map(str::to_owned).collect())
        }
        FieldKind::Consent => Value::Flag(text == "yes"),
        _ if text.is_empty() => return Ok(Vec::new()),
        FieldKind::Scale { .. } if text == FieldKind::UNSURE => Value::Choices(vec![text.to_owned()]),
        // What is no number is told as such by whoever checks.
        FieldKind::Number { .. } | FieldKind::Scale { .. } => {
            plain_number(text).map_or_else(|| Value::Text(text.to_owned()), Value::Number)
        }
        FieldKind::Date { .. } => Value::Date(text.to_owned()),
        FieldKind::LongText(_) => Value::Text(text.replace("\r\n", "\n")),
        _ => Value::Text(text.to_owned()),
    };
    Ok(one(value))
}

/// A number as people write it: `1 250,5`.
pub(crate) fn plain_number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.replace(',', ".").replace('\u{2212}', "-").parse::<f64>().ok().filter(|number| number.is_finite())
}

fn chosen(key: &str, choice: &ChoiceField, pairs: &Pairs) -> Read {
    let name = name_of(key);
    let answer = |question: String, value: Value| Answer { question, value };
    if choice.ranked {
        let rank = |option: &String| pairs.get(&format!("{name}.rank.{option}")).parse::<usize>().ok();
        let ranked = choice.options.iter().filter_map(|option| Some((rank(&option.key)?, option.key.clone())));
        let mut ranked: Vec<(usize, String)> = ranked.collect();
        ranked.sort();
        if ranked.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
            return Err("rank-twice");
        }
        let keys: Vec<String> = ranked.into_iter().map(|(_, key)| key).collect();
        return Ok(if keys.is_empty() { Vec::new() } else { vec![answer(key.to_owned(), Value::Choices(keys))] });
    }
    let free = pairs.get(&format!("{name}.other")).trim();
    let wants_free = pairs.all(&name).any(|key| key == OTHER);
    let keys: Vec<String> =
        pairs.all(&name).filter(|key| !key.is_empty() && *key != OTHER).map(str::to_owned).collect();
    if wants_free && free.is_empty() {
        return Err("other-empty");
    }
    // Whoever writes without ticking meant to tick.
    if !free.is_empty() && !keys.is_empty() && choice.most == 1 {
        return Err("other-and-option");
    }
    let mut answers = Vec::new();
    if !keys.is_empty() {
        answers.push(answer(key.to_owned(), Value::Choices(keys)));
    }
    if !free.is_empty() {
        let question = format!("{key}{}", FieldKind::OTHER_SUFFIX);
        answers.push(answer(question, Value::Text(free.to_owned())));
    }
    Ok(answers)
}

/// Coordinates or names of places, one a line; or the middle of a place.
fn shape(
    name: &str,
    kinds: &[ShapeKind],
    pairs: &Pairs,
    places: &[(String, String, Position)],
) -> Result<Option<Shape>, &'static str> {
    let written = pairs.get(&format!("{name}.at"));
    let middle = pairs.get(&format!("{name}.middle"));
    let lines = written.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut points: Vec<Position> = Vec::new();
    for line in lines.take(Shape::POINTS_MAX + 1) {
        let named = || places.iter().find(|(_, label, _)| label.to_lowercase() == line.to_lowercase()).map(|p| p.2);
        points.push(coordinates(line).or_else(named).ok_or("no-point")?);
    }
    if points.is_empty() {
        points.extend(places.iter().find(|(id, ..)| id == middle).map(|place| place.2));
    }
    if points.is_empty() {
        return if middle.is_empty() { Ok(None) } else { Err("no-point") };
    }
    let sort = pairs.get(&format!("{name}.sort"));
    let asked = kinds.iter().copied().find(|kind| sort_name(*kind) == sort).or(kinds.first().copied());
    let kind = match (asked.unwrap_or(ShapeKind::Point), points.len()) {
        // A single point is a point, whatever else was offered.
        (_, 1) if kinds.contains(&ShapeKind::Point) => ShapeKind::Point,
        (ShapeKind::Line, 1) => return Err("line-short"),
        (ShapeKind::Area, 1 | 2) => return Err("area-short"),
        (ShapeKind::Point, 2..) => return Err("one-point"),
        (kind, _) => kind,
    };
    Ok(Some(Shape { kind, points }))
}

/// `67.28, 14.37`: as maps show it; a comma for the decimals too, when something else stands between the two.
fn coordinates(line: &str) -> Option<Position> {
    let number =
        |text: &str| text.trim().trim_end_matches(['N', 'E', '\u{b0}', ' ']).replace(',', ".").parse::<f64>().ok();
    let parts = line.split_once(';').or_else(|| line.split_once(", ")).or_else(|| line.split_once(','))?;
    let at = Position { latitude: number(parts.0)?, longitude: number(parts.1)? };
    let on_earth = (-90.0..=90.0).contains(&at.latitude) && (-180.0..=180.0).contains(&at.longitude);
    on_earth.then_some(at)
}

#[cfg(test)]
mod tests;

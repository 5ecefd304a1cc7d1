//! Made-up people: they go from page to page, fill in what they find, and now and then send nonsense.

use std::collections::BTreeSet;

use super::super::{
    Action, Answer, Author, Content, Contribution, Draft, Entry, Field, FieldKind, Form, Page, Point, Press, Reach,
    Role, Shape, ShapeKind, Subject, Target, Test, Value, Viewer, Whose,
};
use super::{SECRET, sound, viewer};
use crate::dice::Dice;

const HOUR_MS: u64 = 3_600_000;
/// How many people live there.
const PEOPLE: usize = 25;

/// What the town knows of the activity so far.
#[derive(Debug)]
pub(super) struct Town {
    pub(super) paths: BTreeSet<String>,
    pub(super) asked: BTreeSet<String>,
}

impl Default for Town {
    fn default() -> Self {
        let paths = ["", "at/library", "whole"].map(str::to_owned).into();
        Self { paths, asked: BTreeSet::new() }
    }
}

impl Town {
    pub(super) fn somewhere(&self, dice: &mut Dice) -> String {
        let known: Vec<&String> = self.paths.iter().filter(|path| *path != "whole").collect();
        dice.pick(&known).map(|path| (*path).clone()).unwrap_or_default()
    }

    pub(super) fn note(&mut self, page: &Page) {
        self.asked.extend(sound::fields(page).map(|field| field.key.clone()));
        for block in &page.blocks {
            match &block.is {
                Content::Links(links) => links.iter().for_each(|link| {
                    if let Target::Path(path) = &link.to {
                        self.note_path(path);
                    }
                }),
                Content::Steps(steps) => steps.iter().for_each(|step| self.note_path(&step.to)),
                _ => {}
            }
        }
    }

    pub(super) fn note_path(&mut self, path: &str) {
        self.paths.insert(path.to_owned());
    }
}

/// One of the town: most are known to the activity by a pseudonym, some are not, a few lead.
pub(super) fn somebody(dice: &mut Dice, round: usize) -> Viewer {
    let number = dice.below(PEOPLE);
    let mut who = viewer((number != 0).then_some(number as u64));
    who.who = Author {
        role: match number {
            1 => Role::Facilitator,
            2 => Role::Steward,
            3..10 => Role::Member,
            _ => Role::Anyone,
        },
        door: dice.pick(&[None, Some("poster"), Some("post")]).copied().flatten().map(str::to_owned),
        ..who.who
    };
    who.now.ms += round as u64 * HOUR_MS / 4;
    if dice.once_in(5) {
        who.languages = vec!["se".to_owned(), "sv".to_owned()];
    }
    who
}

/// Fills in one of the forms of a page; none when it has none.
pub(super) fn fill(dice: &mut Dice, page: &Page, path: &str) -> Option<Action> {
    let forms: Vec<(usize, &Form)> = page
        .blocks
        .iter()
        .enumerate()
        .filter_map(|(at, block)| if let Content::Form(form) = &block.is { Some((at, form)) } else { None })
        .collect();
    let (at, form) = *dice.pick(&forms)?;
    let about = match &form.reach {
        Reach::Once => None,
        Reach::Each => Some(*dice.pick(&entries_around(page, at))?),
        Reach::These(entries) => Some(*dice.pick(entries)?),
    };
    let press = match (dice.below(12), &form.back) {
        (0, Some(_)) => Press::Back,
        (1, _) => Press::Pause,
        _ => Press::Send,
    };
    let mut values: Vec<Answer> = Vec::new();
    for field in sound::fields_within(page, at) {
        let asked = field.when.iter().all(|condition| {
            let given = values.iter().find(|answer| answer.question == condition.field).map(|answer| &answer.value);
            holds(&condition.holds, given)
        });
        if asked && ((field.required && press == Press::Send) || !dice.once_in(4)) {
            values.extend(answers(dice, field));
        }
    }
    Some(Action { path: path.to_owned(), form: form.key.clone(), press, about, values, extra: Vec::new() })
}

fn entries_around(page: &Page, form: usize) -> Vec<u64> {
    let mut at = page.blocks.get(form).and_then(|block| block.parent);
    while let Some(block) = at.and_then(|at| page.blocks.get(at as usize)) {
        let groups = match &block.is {
            Content::Board(groups) => groups.as_slice(),
            Content::Map(map) => map.groups.as_slice(),
            Content::Notes(group) => std::slice::from_ref(group),
            _ => &[],
        };
        if !groups.is_empty() {
            return groups.iter().flat_map(|group| group.items.iter().map(|item| item.entry)).collect();
        }
        at = block.parent;
    }
    Vec::new()
}

fn holds(test: &Test, given: Option<&Value>) -> bool {
    let chosen = given.and_then(Value::chosen).unwrap_or(&[]);
    match test {
        Test::Answered => given.is_some_and(|value| *value != Value::Flag(false)),
        Test::Chosen(keys) => chosen.iter().any(|key| keys.contains(key)),
        Test::NotChosen(keys) => !chosen.iter().any(|key| keys.contains(key)),
        Test::Between((least, most)) => given.and_then(Value::as_number).is_some_and(|n| n >= *least && n <= *most),
    }
}

/// What somebody might answer, as the box would let it through.
fn answers(dice: &mut Dice, field: &Field) -> Vec<Answer> {
    let value = match &field.kind {
        FieldKind::Text(_) | FieldKind::LongText(_) | FieldKind::Other(_) => Value::Text(SECRET.to_owned()),
        FieldKind::Number(number) => {
            let least = number.least.unwrap_or(0.0);
            let span = number.most.map_or(50.0, |most| most - least).max(0.0);
            let step = f64::from(u32::try_from(dice.below(11)).unwrap_or(0)) / 10.0 * span;
            Value::Number(if number.whole { (least + step).floor() } else { least + step })
        }
        FieldKind::Date(date) => Value::Date(date.first.clone().unwrap_or_else(|| "2026-06-01".to_owned())),
        FieldKind::Choice(choice) => {
            let mut keys: Vec<String> = choice.options.iter().filter(|o| !o.alone).map(|o| o.key.clone()).collect();
            let most = usize::try_from(choice.most).unwrap_or(1).clamp(1, keys.len().max(1));
            let least = usize::try_from(choice.least).unwrap_or(0).clamp(1, most);
            let wanted = least + dice.below(most - least + 1);
            while keys.len() > wanted {
                keys.remove(dice.below(keys.len()));
            }
            if choice.other.is_some() && dice.once_in(6) {
                let words = Answer { question: format!("{}.other", field.key), value: Value::Text(SECRET.to_owned()) };
                return vec![Answer { question: field.key.clone(), value: Value::Choices(keys) }, words];
            }
            Value::Choices(keys)
        }
        FieldKind::Scale(scale) => {
            let steps = usize::try_from(scale.last - scale.first + 1).unwrap_or(1);
            if scale.unsure.is_some() && dice.once_in(8) {
                Value::Choices(vec!["unsure".to_owned()])
            } else {
                let step = i32::try_from(dice.below(steps)).unwrap_or(0);
                Value::Number(f64::from(scale.first + step))
            }
        }
        FieldKind::Shape(shape) => Value::Shape(drawn(dice, shape.kinds.first().copied().unwrap_or(ShapeKind::Point))),
        FieldKind::Photo(_) => Value::References(vec!["file/1".to_owned()]),
        FieldKind::Cite(_) => Value::References(vec!["activity/park-2026".to_owned()]),
        FieldKind::Consent => Value::Flag(true),
        // It never reaches a method.
        FieldKind::Contact => return Vec::new(),
    };
    vec![Answer { question: field.key.clone(), value }]
}

fn drawn(dice: &mut Dice, kind: ShapeKind) -> Shape {
    let points = match kind {
        ShapeKind::Point => 1,
        ShapeKind::Line => 2,
        ShapeKind::Area => 3,
    };
    let mut somewhere = |from: f64| from + f64::from(dice.byte()) / 1000.0;
    let points = (0..points).map(|_| Point { longitude: somewhere(10.0), latitude: somewhere(59.0) }).collect();
    Shape { kind, points }
}

/// An entry as no honest box would have it, or as an older version of the settings left it behind.
pub(super) fn odd_entry(dice: &mut Dice, entries: &[Entry]) -> Entry {
    let last = entries.last().map_or(1, |entry| entry.id);
    let mut odd = dice.pick(entries).cloned().unwrap_or_else(|| super::entry(1, &viewer(None), Draft::answers(&[])));
    odd.id = last + 1 + dice.below(3) as u64;
    if dice.once_in(3) {
        odd.by.pseudonym = Some(dice.next());
    }
    for _ in 0..=dice.below(3) {
        match dice.below(7) {
            0 => odd.said.subject = Subject::Entry(1_000_000 + dice.below(1_000_000) as u64),
            1 => odd.said.subject = Subject::InsteadOf(dice.below(400) as u64),
            2 => odd.said.subject = Subject::Thing("place/\u{202e}yrarbil".to_owned()),
            3 => odd.said.answers.push(Answer { question: "no-such-question".to_owned(), value: odd_value(dice) }),
            4 => odd.said.answers.iter_mut().for_each(|answer| answer.value = odd_value(dice)),
            5 => odd.said.note = (0..dice.below(64)).map(|_| dice.byte()).collect(),
            _ => {
                odd.said.whose = if dice.once_in(2) { Whose::Shared } else { Whose::Personal };
                odd.said.contribution = Some(Contribution::new("no-such-kind", "\u{0}\u{1f525}".repeat(100)));
            }
        }
    }
    odd
}

fn odd_value(dice: &mut Dice) -> Value {
    let far = Point { longitude: f64::NAN, latitude: 1e300 };
    match dice.below(9) {
        0 => Value::Number(f64::NAN),
        1 => Value::Number(f64::MAX),
        2 => Value::Number(-1e18),
        3 => Value::Text("\u{202e}=1+1\u{0}".repeat(50)),
        4 => Value::Choices(vec![String::new(), "no-such-option".to_owned()]),
        5 => Value::Choices(Vec::new()),
        6 => Value::Date("2026-02-31".to_owned()),
        7 => Value::Shape(Shape { kind: ShapeKind::Area, points: vec![far] }),
        _ => Value::Flag(true),
    }
}

/// Settings with something in them changed, taken out or put in.
pub(super) fn spoilt(dice: &mut Dice, settings: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<serde_json::Value>(settings) else { return settings.to_owned() };
    spoil(dice, &mut json, 0);
    json.to_string()
}

fn spoil(dice: &mut Dice, json: &mut serde_json::Value, depth: usize) {
    use serde_json::Value as Json;
    if depth > 0 && dice.once_in(4) {
        let odd =
            [Json::Null, Json::from(-1), Json::from(1e18), Json::from(""), Json::from("no-such"), Json::Array(vec![])];
        *json = dice.pick(&odd).cloned().unwrap_or(Json::Null);
        return;
    }
    match json {
        Json::Object(object) => {
            let keys: Vec<String> = object.keys().cloned().collect();
            let Some(key) = dice.pick(&keys) else { return };
            match dice.below(8) {
                0 => drop(object.remove(key)),
                1 => drop(object.insert("no-such-key".to_owned(), Json::from(1))),
                _ => object.get_mut(key).into_iter().for_each(|inner| spoil(dice, inner, depth + 1)),
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(8) {
                0 => drop(items.remove(at)),
                1 => items.extend(items.get(at).cloned()),
                _ => items.get_mut(at).into_iter().for_each(|inner| spoil(dice, inner, depth + 1)),
            }
        }
        _ => {}
    }
}

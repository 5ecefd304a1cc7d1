//! Who is missing among those who answered, by the questions whose answers are known of everyone who lives here.

use super::report::fields;
use engagement::{Answerer, Gate, Margin, Missing};
use model::activity::{Answer, Entry, FieldKind, Page, Population, Pseudonym, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The latest answers of each person to these questions.
type Told<'a> = BTreeMap<&'a str, &'a Value>;

/// Who is missing; none where nothing is known of the population. Values are the labels of the options.
pub(super) fn missing(gate: Gate, population: &[Population], entries: &[Entry], page: &Page) -> Option<Vec<Missing>> {
    let margins: Vec<Margin> = population.iter().filter_map(|table| margin(table, page)).collect();
    if margins.is_empty() {
        return None;
    }
    let answer = |told: &Told<'_>| {
        let value = |table: &Population| chosen(table, told);
        let known = population.iter().filter(|table| margin(table, page).is_some());
        Answerer { values: known.map(value).collect(), base: 1.0 }
    };
    let answers: Vec<Answerer> = told(entries).iter().map(answer).collect();
    Some(gate.missing(&answers, &margins))
}

/// None where the activity has no such question.
fn margin(table: &Population, page: &Page) -> Option<Margin> {
    let field = fields(page).find(|field| field.key == table.question)?;
    let FieldKind::Choice(choice) = &field.kind else { return None };
    let label =
        |key: &String| choice.options.iter().find(|option| option.key == *key).map(|option| option.label.clone());
    let people = table.people.iter().map(|(key, people)| (label(key).unwrap_or(key.clone()), f64::from(*people)));
    Some(Margin { name: field.label.clone(), people: people.collect() })
}

/// Which of the values somebody has; none who has not told, or chose what is not in the table.
fn chosen(table: &Population, told: &Told<'_>) -> Option<usize> {
    let Value::Choices(keys) = told.get(table.question.as_str())? else { return None };
    let [key] = keys.as_slice() else { return None };
    table.people.keys().position(|known| known == key)
}

/// What each person told who came to the end: on the way, and when they were invited. Later answers take the place of earlier ones.
fn told(entries: &[Entry]) -> Vec<Told<'_>> {
    let mut people: BTreeMap<Pseudonym, Told<'_>> = BTreeMap::new();
    let (mut finished, mut unlinked) = (BTreeSet::new(), Vec::new());
    for entry in entries {
        let said = entry.by.fields.iter().chain(&entry.said.answers);
        let said = said.map(|Answer { question, value }| (question.as_str(), value));
        match entry.by.pseudonym {
            Some(who) => {
                people.entry(who).or_default().extend(said);
                finished.extend(entry.said.finished.then_some(who));
            }
            None if entry.said.finished => unlinked.push(said.collect()),
            None => {}
        }
    }
    people.retain(|who, _| finished.contains(who));
    people.into_values().chain(unlinked).collect()
}

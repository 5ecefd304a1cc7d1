//! Who took part to the end, and what each told: for figures about who answered.

use model::Day;
use model::activity::{Answer, Entry, EntryId, Population, Pseudonym, Role, Value};
use std::collections::BTreeMap;

/// The latest answers of a person, by question.
pub(super) type Told<'a> = BTreeMap<&'a str, &'a Value>;

/// Somebody who came to the end.
#[derive(Debug)]
pub(super) struct Person<'a> {
    /// None: nobody can be linked to it.
    pub(super) who: Option<Pseudonym>,
    /// Their first entry.
    pub(super) first: EntryId,
    /// What was declared of them, and what they told; later answers take the place of earlier ones.
    pub(super) told: Told<'a>,
    /// What was declared of them when they were invited.
    pub(super) declared: Told<'a>,
    /// Empty where none was named.
    pub(super) door: &'a str,
    /// The local day of the entry with which they came to the end.
    pub(super) day: Option<Day>,
}

impl<'a> Person<'a> {
    fn new(entry: &'a Entry) -> Self {
        let door = entry.by.door.as_deref().unwrap_or_default();
        let (told, declared) = (Told::new(), Told::new());
        Self { who: entry.by.pseudonym, first: entry.id, told, declared, door, day: None }
    }

    fn take(&mut self, entry: &'a Entry) {
        let pair = |Answer { question, value }: &'a Answer| (question.as_str(), value);
        self.declared.extend(entry.by.fields.iter().map(pair));
        self.told.extend(entry.by.fields.iter().chain(&entry.said.answers).map(pair));
        if entry.said.finished && self.day.is_none() {
            let local = entry.at.at.as_ms() + i64::from(entry.at.offset_minutes) * 60_000;
            self.day = Some(Day(i32::try_from(local.div_euclid(24 * 3_600_000)).unwrap_or(0)));
        }
    }

    /// Which of the values of a table they have; none who has not told, or chose what is not in it.
    pub(super) fn value_in(&self, table: &Population) -> Option<usize> {
        let Value::Choices(keys) = self.told.get(table.question.as_str())? else { return None };
        let [key] = keys.as_slice() else { return None };
        table.people.keys().position(|known| known == key)
    }
}

/// All who came to the end, but for staff who lead.
pub(super) fn people(entries: &[Entry]) -> Vec<Person<'_>> {
    let mut known: BTreeMap<Pseudonym, Person<'_>> = BTreeMap::new();
    let mut unlinked = Vec::new();
    for entry in entries.iter().filter(|entry| entry.by.role < Role::Facilitator) {
        if let Some(who) = entry.by.pseudonym {
            known.entry(who).or_insert_with(|| Person::new(entry)).take(entry);
        } else {
            let mut person = Person::new(entry);
            person.take(entry);
            unlinked.push(person);
        }
    }
    known.into_values().chain(unlinked).filter(|person| person.day.is_some()).collect()
}

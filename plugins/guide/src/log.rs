//! What has been said, as far as pages and findings need it: numbers of entries, never their words.

use std::collections::{BTreeMap, BTreeSet};

use allting_plugin_sdk::method::{Contribution, Entry, Subject, Value, Whose};

use crate::settings::Settings;
use crate::{EVIDENCE, PROBLEM, SOLUTION, THEME, canvas_of, is_theme};

/// A clock runs at most this long, whatever a note says: a day, and a day more where times are kept to the day only.
const CLOCK_MS_MAX: u64 = 2 * 24 * 3_600_000;
/// Cards of one step.
const CITES_MAX: usize = 20;

#[derive(Debug, Default)]
pub(crate) struct Log {
    /// By number of its first entry: everything put forward.
    pub(crate) said: BTreeMap<u64, Said>,
    first: BTreeMap<u64, u64>,
    /// By the key of their column.
    pub(crate) themes: BTreeMap<String, u64>,
    /// The standing contribution of each field of a canvas.
    pub(crate) canvas: BTreeMap<String, u64>,
    pub(crate) done: BTreeSet<String>,
    pub(crate) principles: BTreeSet<String>,
    /// When the clock rings; none when it stands.
    pub(crate) rings_ms: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) shown: u64,
    pub(crate) by: Option<u64>,
    pub(crate) is: Is,
    pub(crate) column: Option<String>,
    pub(crate) priority: Option<Priority>,
    /// References it cites.
    pub(crate) cites: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Is {
    /// Of the step with this key.
    Evidence(String),
    Barrier,
    Promoter,
    Theme,
    /// Of the group with this key.
    Problem(Option<String>),
    Solution(Option<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    High,
    Medium,
    Low,
}

impl Priority {
    pub(crate) const ALL: [(Self, &str); 3] = [(Self::High, "high"), (Self::Medium, "medium"), (Self::Low, "low")];
}

impl Log {
    pub(crate) fn take(&mut self, settings: &Settings, entry: &Entry) {
        if let Some(contribution) = &entry.said.contribution {
            self.put(settings, entry, contribution);
        } else if entry.said.whose == Whose::Shared {
            self.settle(settings, entry);
        }
    }

    /// Where a note lies: where it was put, as long as that is there; else in the first column.
    pub(crate) fn column_of<'a>(&'a self, settings: &'a Settings, said: &'a Said) -> &'a str {
        let columns = settings.board.as_ref().map_or(&[][..], |board| &board.column);
        let there = |key: &&str| columns.iter().any(|column| column.key == *key) || self.themes.contains_key(*key);
        let first = columns.first().map_or("", |column| column.key.as_str());
        said.column.as_deref().filter(there).unwrap_or(first)
    }

    fn put(&mut self, settings: &Settings, entry: &Entry, contribution: &Contribution) {
        let first = match &entry.said.subject {
            Subject::Whole => entry.id,
            Subject::InsteadOf(other) => self.first.get(other).copied().unwrap_or(*other),
            Subject::Entry(_) | Subject::Thing(_) => return,
        };
        if settings.step.iter().flat_map(canvas_of).any(|key| key == contribution.kind) {
            self.canvas.insert(contribution.kind.clone(), entry.id);
            return;
        }
        let category = contribution.categories.first().cloned();
        let is = match contribution.kind.as_str() {
            EVIDENCE => Is::Evidence(category.unwrap_or_default()),
            "barrier" => Is::Barrier,
            "promoter" => Is::Promoter,
            THEME => Is::Theme,
            PROBLEM => Is::Problem(category),
            SOLUTION => Is::Solution(category),
            _ => return,
        };
        let cites = contribution.cites.iter().take(CITES_MAX).cloned().collect();
        let (shown, by) = (entry.id, entry.by.pseudonym);
        if is == Is::Theme && first == entry.id {
            let key = std::str::from_utf8(&entry.said.note).ok().filter(|key| is_theme(key));
            let Some(key) = key.filter(|key| !self.themes.contains_key(*key)) else { return };
            self.themes.insert(key.to_owned(), first);
        }
        if first == entry.id {
            self.said.insert(first, Said { shown, by, is, column: None, priority: None, cites });
        } else if let Some(said) = self.said.get_mut(&first) {
            (said.shown, said.is, said.cites) = (shown, is, cites);
            self.first.insert(entry.id, first);
        }
    }

    /// What those who lead settled for all.
    fn settle(&mut self, settings: &Settings, entry: &Entry) {
        let chosen = |key: &str| entry.answer(key).and_then(Value::chosen);
        let one = |key: &str| chosen(key).and_then(<[String]>::first).map(String::as_str);
        if let Subject::Entry(about) = entry.said.subject {
            let first = self.first.get(&about).copied().unwrap_or(about);
            let Some(said) = self.said.get_mut(&first) else { return };
            if let Some(column) = one("column") {
                said.column = Some(column.to_owned());
            }
            if let Some(key) = one("priority") {
                said.priority =
                    Priority::ALL.into_iter().find(|(_, known)| *known == key).map(|(priority, _)| priority);
            }
            return;
        }
        for step in &settings.step {
            match one(&format!("state-{}", step.key)) {
                Some("done") => drop(self.done.insert(step.key.clone())),
                Some(_) => drop(self.done.remove(&step.key)),
                None => {}
            }
        }
        if let Some(keys) = chosen("principles") {
            let known = |key: &&String| settings.principle.iter().any(|principle| principle.key == **key);
            self.principles = keys.iter().filter(known).cloned().collect();
        }
        if let Some(clock) = one("clock") {
            let rings = std::str::from_utf8(&entry.said.note).ok().and_then(|ms| ms.parse::<u64>().ok());
            let soon = |ms: &u64| *ms <= entry.at.ms.saturating_add(CLOCK_MS_MAX);
            self.rings_ms = rings.filter(soon).filter(|_| clock == "start");
        }
    }
}

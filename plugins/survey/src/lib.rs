//! Engagement method: a survey of pages, questions and conditions.
//!
//! Each page that is sent is one entry of the log, so saving, going on another day, going back and sending twice need no code here: the
//! latest answer stands. What a person said is kept packed and without words, only to know which way leads on; counts go as people come.
//! An answer to what is no longer asked, because an earlier answer was changed, does not count, and is taken back when the person
//! sends the last page.

mod check;
mod classes;
mod dates;
mod found;
mod logic;
mod order;
mod plan;
mod said;
mod settings;
mod show;
mod tally;
mod words;

use std::collections::BTreeMap;

use allting_plugin_sdk::export_method;
use allting_plugin_sdk::method::{
    Action, Answer, Audience, Decision, Description, Draft, Entry, Finding, Method, Page, Phase, Press, Problem, Setup,
    Subject, Text, Value, Viewer, Whose,
};

use plan::{Plan, Takes, Way};
use said::{OTHER, OTHER_SUFFIX, Said, Sheet};
use tally::{Tallies, Turn, turned};

pub use settings::{Choice, Drawn, Kind, Leaf, Line, Look, Order, Question, Settings, When};

const FORM: &str = "survey";
const THANKS: &str = "thanks";
const WHOLE: &str = "whole";

/// One survey.
#[derive(Debug)]
pub struct Survey {
    settings: Settings,
    title: Text,
    plan: Plan,
    people: BTreeMap<u64, Person>,
    tallies: Tallies,
    finished: u32,
    /// Of those who have not finished: the last page they sent.
    stopped: BTreeMap<Option<usize>, u32>,
}

/// One who takes part, as far as the next page and the counts need it.
#[derive(Debug, Default, PartialEq)]
struct Person {
    packed: Box<[u8]>,
    /// Pages that were sent, one bit each.
    sent: u64,
    finished: bool,
}

impl Method for Survey {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new("survey", env!("CARGO_PKG_VERSION"))
            .title("nb", "Spørreundersøkelse")
            .title("nn", "Spørjeundersøking")
            .title("sv", "Enkät")
            .title("en", "Survey")
            .help("nb", "Spørsmål på én eller flere sider, med vilkår, på skjerm og papir.")
            .help("nn", "Spørsmål på éi eller fleire sider, med vilkår, på skjerm og papir.")
            .help("sv", "Frågor på en eller flera sidor, med villkor, på skärm och papper.")
            .help("en", "Questions on one or more pages, with conditions, on screen and paper.")
            .schema(settings::SCHEMA)
            .example("nb", "Ditt nærmiljø", include_str!("examples/neighbourhood.json"))
            .example("nb", "Hvordan var det å ta del?", include_str!("examples/taking-part.json"))
            .example("nb", "Ombruksbutikk: alle slags spørsmål", include_str!("examples/reuse-shop.json"))
    }

    fn check(settings: &Settings, setup: &Setup) -> Vec<Problem> {
        check::check(settings, setup)
    }

    fn open(settings: Settings, setup: &Setup) -> Self {
        let plan = Plan::of(&settings);
        let tallies = Tallies::of(&plan);
        let title = settings::title_of(setup);
        Self { settings, title, plan, people: BTreeMap::new(), tallies, finished: 0, stopped: BTreeMap::new() }
    }

    fn apply(&mut self, entry: &Entry) {
        if entry.said.subject != Subject::Whole
            || entry.said.whose != Whose::Personal
            || entry.said.contribution.is_some()
        {
            return;
        }
        let known = entry.by.pseudonym;
        let mut person = known.and_then(|who| self.people.remove(&who)).unwrap_or_default();
        let mut sheet = person.sheet(&self.plan);
        let is_new = person == Person::default();
        if !is_new {
            self.count(&person, &sheet, Turn::Out);
        }
        sheet.take(&self.plan, &entry.said.answers);
        person.packed = sheet.pack();
        person.finished |= entry.said.finished;
        person.sent |= self.page_of(&entry.said.note).map_or(0, |page| 1 << page);
        if person == Person::default() {
            return;
        }
        self.count(&person, &sheet, Turn::In);
        if let Some(who) = known {
            self.people.insert(who, person);
        }
    }

    fn view(&self, viewer: &Viewer, path: &str) -> Page {
        match (path, self.plan.page(path)) {
            (WHOLE, _) => self.whole(viewer),
            (THANKS, _) => self.thanked(viewer),
            (_, Some(page)) if viewer.who.pseudonym.is_some() && takes_answers(viewer) => self.leaf(viewer, page),
            _ => self.front(viewer),
        }
    }

    fn decide(&self, viewer: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
        let all_at_once = action.path == WHOLE || viewer.who.pseudonym.is_none();
        let at = self.plan.page(&action.path).unwrap_or(0);
        let before = self.sheet_of(viewer);
        let mut after = before.clone();
        after.take(&self.plan, &action.values);
        let mut answers = action.values.clone();
        let asked = self.plan.way(&after);
        let here = |field: usize| all_at_once || self.plan.fields.get(field).is_some_and(|field| field.page == at);
        answers.extend(
            self.left_empty(&before, &action.values, |field| here(field) && asked.fields.get(field) == Some(&true)),
        );
        after.take(&self.plan, &answers);
        let way = self.plan.way(&after);
        let shown = |page: &usize| way.pages.get(*page) == Some(&true);
        let path = |page: Option<usize>| page.and_then(|page| self.plan.pages.get(page)).map(|page| page.path.clone());
        Ok(match action.press {
            Press::Back => Decision::remember(Draft::answers(&answers), path((0..at).rfind(shown)).unwrap_or_default()),
            Press::Pause => Decision::remember(Draft::answers(&answers), ""),
            Press::Send => {
                let sent = path(Some(at).filter(|_| !all_at_once)).unwrap_or_default();
                if let Some(next) = path((at + 1..self.plan.pages.len()).find(shown)).filter(|_| !all_at_once) {
                    Decision::remember(Draft::answers(&answers).note(sent), next)
                } else {
                    answers.extend(self.no_longer_asked(&after, &way));
                    Decision::remember(Draft::answers(&answers).note(sent).finished(), THANKS)
                }
            }
        })
    }

    fn findings(&self, audience: &Audience) -> Vec<Finding> {
        self.found(&audience.languages)
    }
}

export_method!(Survey);

impl Survey {
    fn sheet_of(&self, viewer: &Viewer) -> Sheet {
        let person = viewer.who.pseudonym.and_then(|who| self.people.get(&who));
        person.map(|person| person.sheet(&self.plan)).unwrap_or_default()
    }

    /// A note is the address of the page that was sent.
    fn page_of(&self, note: &[u8]) -> Option<usize> {
        self.plan.page(std::str::from_utf8(note).ok()?)
    }

    fn count(&mut self, person: &Person, sheet: &Sheet, turn: Turn) {
        if person.finished {
            turned(&mut self.finished, turn);
            let way = self.plan.way(sheet);
            self.tallies.count(&self.plan, &way, sheet, turn);
        } else {
            turned(self.stopped.entry(person.last_sent()).or_default(), turn);
        }
    }

    /// Takes back what stood and was now left empty: else nobody could take an answer back.
    fn left_empty(&self, before: &Sheet, values: &[Answer], wanted: impl Fn(usize) -> bool) -> Vec<Answer> {
        let given = |key: &str| values.iter().any(|answer| answer.question == key);
        let mut empty = Vec::new();
        for (at, said) in before.iter().filter(|(at, _)| wanted(*at)) {
            let Some(field) = self.plan.fields.get(at) else { continue };
            let other = format!("{}{OTHER_SUFFIX}", field.key);
            if !given(&field.key) && !matches!(said, Said::Options(OTHER)) {
                empty.push(Answer { question: field.key.clone(), value: field.takes.nothing() });
            }
            if matches!(said, Said::Options(bits) if bits & OTHER != 0) && !given(&other) {
                empty.push(Answer { question: other, value: Value::Text(String::new()) });
            }
        }
        empty
    }

    fn no_longer_asked(&self, sheet: &Sheet, way: &Way) -> Vec<Answer> {
        self.left_empty(sheet, &[], |field| way.fields.get(field) != Some(&true))
    }
}

impl Person {
    fn sheet(&self, plan: &Plan) -> Sheet {
        Sheet::unpack(plan, &self.packed)
    }

    fn has_sent(&self, page: usize) -> bool {
        self.sent & 1_u64.checked_shl(u32::try_from(page).unwrap_or(u32::MAX)).unwrap_or(0) != 0
    }

    fn last_sent(&self) -> Option<usize> {
        usize::try_from(self.sent.checked_ilog2()?).ok()
    }
}

impl Takes {
    /// No answer.
    fn nothing(&self) -> Value {
        match self {
            Self::Consent => Value::Flag(false),
            Self::Step { .. } | Self::Options { .. } | Self::Ranking { .. } => Value::Choices(Vec::new()),
            Self::Something | Self::Number(_) | Self::Date => Value::Text(String::new()),
        }
    }
}

fn takes_answers(viewer: &Viewer) -> bool {
    matches!(viewer.phase, Phase::Open | Phase::Preview)
}

#[cfg(test)]
mod tests;

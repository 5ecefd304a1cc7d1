//! The survey as it is walked: all fields in one row, conditions by index. Settings with faults give a plan too; the check names them.

use std::collections::BTreeMap;

use allting_plugin_sdk::method::{Condition, Test};

use crate::classes::Classes;
use crate::said::{Said, Sheet};
use crate::settings::{Kind, Question, Settings, When};

/// "Don't know" among the options of a scale.
pub(crate) const UNSURE: &str = "unsure";
pub(crate) const UNSURE_BIT: u128 = 1 << 126;
/// Farther than any number asked for.
const FAR: f64 = 1e15;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) pages: Vec<Leaf>,
    pub(crate) questions: Vec<Asked>,
    pub(crate) fields: Vec<Field>,
    by_key: BTreeMap<String, usize>,
}

#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) when: Vec<Hangs>,
}

/// A question and its fields: one, or the rows of a matrix.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) page: usize,
    /// Where it stands on its page.
    pub(crate) at: usize,
    pub(crate) fields: std::ops::Range<usize>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) page: usize,
    pub(crate) when: Vec<Hangs>,
    pub(crate) takes: Takes,
}

/// What a field takes, as far as counting goes.
#[derive(Debug)]
pub(crate) enum Takes {
    /// Words, places, photos: that there is something.
    Something,
    Consent,
    Number(Classes),
    Date,
    Step {
        first: i32,
        last: i32,
    },
    Options {
        keys: Vec<String>,
        most: usize,
    },
    Ranking {
        keys: Vec<String>,
    },
}

/// A condition on the field at an index.
#[derive(Debug)]
pub(crate) struct Hangs {
    pub(crate) on: usize,
    holds: Holds,
    /// The same as the contract says it.
    pub(crate) told: Condition,
}

#[derive(Debug)]
enum Holds {
    Answered,
    Chosen(u128),
    NotChosen(u128),
    Between(f64, f64),
}

/// What is asked of a person, given what they said.
#[derive(Debug)]
pub(crate) struct Way {
    /// Asked: all conditions hold.
    pub(crate) fields: Vec<bool>,
    /// On its page: all conditions on earlier pages hold. The others are the box's.
    pub(crate) offered: Vec<bool>,
    pub(crate) pages: Vec<bool>,
}

impl Plan {
    pub(crate) fn of(settings: &Settings) -> Self {
        let mut plan = Self { pages: Vec::new(), questions: Vec::new(), fields: Vec::new(), by_key: BTreeMap::new() };
        for (page, leaf) in settings.page.iter().enumerate() {
            let when = plan.hangs(&leaf.when);
            plan.pages.push(Leaf { path: leaf.path(page), when });
            for (at, question) in leaf.question.iter().enumerate() {
                let from = plan.fields.len();
                let (keys, when) = (question.fields(), &question.when);
                for (key, _) in keys {
                    let when = plan.hangs(when);
                    plan.fields.push(Field { key, page, when, takes: Takes::of(question) });
                }
                for (index, field) in plan.fields.iter().enumerate().skip(from) {
                    plan.by_key.entry(field.key.clone()).or_insert(index);
                }
                plan.questions.push(Asked { page, at, fields: from..plan.fields.len() });
            }
        }
        plan
    }

    pub(crate) fn field(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    pub(crate) fn page(&self, path: &str) -> Option<usize> {
        self.pages.iter().position(|page| page.path == path)
    }

    /// What is asked of whoever said this. An answer to what is not asked holds no condition.
    pub(crate) fn way(&self, sheet: &Sheet) -> Way {
        let mut fields = vec![false; self.fields.len()];
        let mut offered = Vec::with_capacity(self.fields.len());
        let mut pages = Vec::with_capacity(self.pages.len());
        let mut at = 0;
        for (index, page) in self.pages.iter().enumerate() {
            let shown = page.when.iter().all(|hangs| hangs.holds(&fields, sheet));
            let (from, mut any) = (at, false);
            while let Some(field) = self.fields.get(at).filter(|field| field.page == index) {
                let holds = |hangs: &&Hangs| hangs.holds(&fields, sheet);
                let offers = shown && field.when.iter().filter(|hangs| hangs.on < from).all(|hangs| holds(&hangs));
                let asked = offers && field.when.iter().all(|hangs| holds(&hangs));
                if let Some(slot) = fields.get_mut(at) {
                    *slot = asked;
                }
                offered.push(offers);
                any |= offers;
                at += 1;
            }
            // A page without questions has something to read.
            pages.push(shown && (any || from == at));
        }
        Way { fields, offered, pages }
    }

    /// The conditions that can be read, on fields that come before.
    fn hangs(&self, when: &[When]) -> Vec<Hangs> {
        when.iter().flat_map(|when| self.field(&when.question).into_iter().flat_map(|on| self.hang(on, when))).collect()
    }

    fn hang(&self, on: usize, when: &When) -> Vec<Hangs> {
        let Some(field) = self.fields.get(on) else { return Vec::new() };
        let mut all = Vec::new();
        let mut put = |holds: Holds, test: Test| {
            all.push(Hangs { on, holds, told: Condition { field: when.question.clone(), holds: test } });
        };
        if !when.is.is_empty() {
            put(Holds::Chosen(field.takes.bits(&when.is)), Test::Chosen(when.is.clone()));
        }
        if !when.not.is_empty() {
            put(Holds::NotChosen(field.takes.bits(&when.not)), Test::NotChosen(when.not.clone()));
        }
        if when.from.is_some() || when.to.is_some() {
            let (from, to) = (when.from.unwrap_or(-FAR), when.to.unwrap_or(FAR));
            put(Holds::Between(from, to), Test::Between((from, to)));
        }
        if all.is_empty() {
            let told = Condition { field: when.question.clone(), holds: Test::Answered };
            all.push(Hangs { on, holds: Holds::Answered, told });
        }
        all
    }
}

impl Hangs {
    fn holds(&self, asked: &[bool], sheet: &Sheet) -> bool {
        let said = sheet.get(self.on).filter(|_| asked.get(self.on) == Some(&true));
        let Some(said) = said else { return matches!(self.holds, Holds::NotChosen(_)) };
        match (&self.holds, said) {
            (Holds::Answered, _) => true,
            (Holds::Chosen(bits), said) => said_bits(said) & bits != 0,
            (Holds::NotChosen(bits), said) => said_bits(said) & bits == 0,
            (Holds::Between(from, to), Said::Number(number)) => (*from..=*to).contains(number),
            (Holds::Between(from, to), Said::Step(step)) => (*from..=*to).contains(&f64::from(*step)),
            (Holds::Between(..), _) => false,
        }
    }
}

impl Takes {
    fn of(question: &Question) -> Self {
        let keys = || question.option.iter().map(|option| option.key.clone()).collect();
        if let Some((first, last)) = question.steps() {
            return Self::Step { first, last };
        }
        match question.kind {
            Kind::Text | Kind::LongText | Kind::Position | Kind::Photo => Self::Something,
            Kind::Consent => Self::Consent,
            Kind::Number => Self::Number(Classes::of(question)),
            Kind::Date => Self::Date,
            Kind::Ranking => Self::Ranking { keys: keys() },
            Kind::Single | Kind::Multiple | Kind::Scale | Kind::Matrix => {
                Self::Options { keys: keys(), most: usize::try_from(question.options_most()).unwrap_or(1) }
            }
        }
    }

    /// The options of these keys, as a set.
    pub(crate) fn bits(&self, wanted: &[String]) -> u128 {
        match self {
            Self::Options { keys, .. } | Self::Ranking { keys } => crate::said::bits(keys, wanted),
            Self::Step { .. } if wanted.iter().any(|key| key == UNSURE) => UNSURE_BIT,
            _ => 0,
        }
    }
}

fn said_bits(said: &Said) -> u128 {
    match said {
        Said::Options(bits) => *bits,
        Said::Ranked(order) => order.iter().fold(0, |bits, at| bits | crate::said::bit(usize::from(*at))),
        Said::Unsure => UNSURE_BIT,
        _ => 0,
    }
}

//! The conditions of a survey, walked before anybody does: that each names an earlier question and an option of it, that none
//! excludes itself, that somebody gets to each question.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Checker, phrases as say};
use crate::plan::{Plan, Takes, UNSURE, UNSURE_BIT};
use crate::said::{bit, bits};
use crate::settings::{Leaf, Order, Question, Settings, When};

/// Reports what is wrong with the conditions. Keys, counts and texts have been found sound.
pub(crate) fn check(settings: &Settings, checker: &mut Checker<'_>) {
    let walk = Walk { settings, plan: Plan::of(settings) };
    if walk.references(checker) {
        walk.consistency(checker);
    }
}

struct Walk<'a> {
    settings: &'a Settings,
    plan: Plan,
}

/// What must hold of one field for somebody to get to a question.
#[derive(Clone, Debug)]
struct Must {
    /// One of each of these sets was chosen.
    any: BTreeSet<u128>,
    not: u128,
    from: f64,
    to: f64,
    answered: bool,
}

type Musts = BTreeMap<usize, Must>;

impl Walk<'_> {
    /// Whether every condition names what it may name.
    fn references(&self, checker: &mut Checker<'_>) -> bool {
        let mut sound = true;
        for (page, leaf) in self.settings.page.iter().enumerate() {
            let first = self.plan.fields.iter().position(|field| field.page >= page).unwrap_or(self.plan.fields.len());
            let of_page = format!("/page/{page}");
            let within: BTreeSet<usize> = self.on_page(page).map(|(index, _)| index).collect();
            sound &= self.conditions(&of_page, &leaf.when, first, &within, checker);
            for (index, asked) in self.on_page(page) {
                let Some(question) = leaf.question.get(asked.at) else { continue };
                let at = format!("{of_page}/question/{}", asked.at);
                sound &= self.conditions(&at, &question.when, asked.fields.start, &BTreeSet::from([index]), checker);
                if leaf.order == Order::Random && self.hangs_on_own_page(question, page) {
                    checker.stop(format!("{at}/when"), say::MIXED_CONDITION);
                    sound = false;
                }
            }
        }
        sound
    }

    fn conditions(
        &self,
        at: &str,
        when: &[When],
        first: usize,
        of: &BTreeSet<usize>,
        checker: &mut Checker<'_>,
    ) -> bool {
        let mut sound = true;
        for (index, when) in when.iter().enumerate() {
            let at = format!("{at}/when/{index}");
            let Some(on) = self.plan.field(&when.question) else {
                checker.stop(format!("{at}/question"), say::UNKNOWN_QUESTION);
                sound = false;
                continue;
            };
            if on >= first {
                let why = if self.leads_to(on, of) { say::CYCLE } else { say::LATER_QUESTION };
                checker.stop(format!("{at}/question"), why);
                sound = false;
            }
            sound &= self.fits(&at, when, on, checker);
        }
        sound
    }

    /// Whether the question can be answered so at all.
    fn fits(&self, at: &str, when: &When, on: usize, checker: &mut Checker<'_>) -> bool {
        let (Some(field), Some(question)) = (self.plan.fields.get(on), self.question_of(on)) else { return false };
        let mut sound = true;
        for (name, keys) in [("is", &when.is), ("not", &when.not)] {
            for (index, key) in keys.iter().enumerate() {
                let why = match &field.takes {
                    Takes::Options { keys, .. } | Takes::Ranking { keys } if keys.contains(key) => continue,
                    Takes::Step { .. } if question.unsure.is_some() && key == UNSURE => continue,
                    Takes::Options { .. } | Takes::Ranking { .. } | Takes::Step { .. } => say::UNKNOWN_OPTION,
                    _ => say::NO_OPTIONS,
                };
                checker.stop(format!("{at}/{name}/{index}"), why);
                sound = false;
            }
        }
        if (when.from.is_some() || when.to.is_some()) && !matches!(field.takes, Takes::Number(_) | Takes::Step { .. }) {
            checker.stop(format!("{at}/from"), say::NOT_A_NUMBER);
            sound = false;
        }
        sound
    }

    /// Whether the question of a field hangs, in one step or many, on one of these questions.
    fn leads_to(&self, field: usize, goal: &BTreeSet<usize>) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![field]);
        while let Some(field) = open.pop() {
            let Some(question) = self.plan.questions.iter().position(|asked| asked.fields.contains(&field)) else {
                continue;
            };
            if goal.contains(&question) {
                return true;
            }
            if seen.insert(question) {
                open.extend(self.named_by(question));
            }
        }
        false
    }

    /// The fields that a question and its page hang on.
    fn named_by(&self, question: usize) -> Vec<usize> {
        let Some(asked) = self.plan.questions.get(question) else { return Vec::new() };
        let Some(leaf) = self.settings.page.get(asked.page) else { return Vec::new() };
        let own = leaf.question.get(asked.at).map_or(&[][..], |question| &question.when);
        leaf.when.iter().chain(own).filter_map(|when| self.plan.field(&when.question)).collect()
    }

    fn hangs_on_own_page(&self, question: &Question, page: usize) -> bool {
        let on = question.when.iter().filter_map(|when| self.plan.fields.get(self.plan.field(&when.question)?));
        on.into_iter().any(|field| field.page == page)
    }

    /// Reports pages and questions that nobody gets to.
    fn consistency(&self, checker: &mut Checker<'_>) {
        let mut needs: Vec<Musts> = Vec::with_capacity(self.plan.questions.len());
        for (page, leaf) in self.settings.page.iter().enumerate() {
            let at = format!("/page/{page}");
            let of_page = self.needs(&leaf.when, &Musts::new(), &needs);
            let page_is_sound = self.report(&at, leaf, None, &of_page, checker);
            for (_, asked) in self.on_page(page) {
                let Some(question) = leaf.question.get(asked.at) else { continue };
                let all = self.needs(&question.when, &of_page, &needs);
                if page_is_sound {
                    self.report(&format!("{at}/question/{}", asked.at), leaf, Some(question), &all, checker);
                }
                needs.push(all);
            }
        }
    }

    fn report(
        &self,
        at: &str,
        leaf: &Leaf,
        question: Option<&Question>,
        all: &Musts,
        checker: &mut Checker<'_>,
    ) -> bool {
        if self.possible(all) {
            return true;
        }
        let mut own = Musts::new();
        let conditions = leaf.when.iter().chain(question.into_iter().flat_map(|question| &question.when));
        conditions.for_each(|when| self.add(&mut own, when));
        if self.possible(&own) {
            checker.stop(at, say::UNREACHABLE);
        } else {
            checker.stop(format!("{at}/when"), say::CONTRADICTION);
        }
        false
    }

    /// All that must hold: of the page, of the question, and of every question that must have been answered.
    fn needs(&self, when: &[When], of_page: &Musts, earlier: &[Musts]) -> Musts {
        let mut all = of_page.clone();
        for when in when {
            self.add(&mut all, when);
            let answered = !when.is.is_empty() || when.from.is_some() || when.to.is_some() || when.not.is_empty();
            let on = self.plan.field(&when.question).filter(|_| answered);
            let question = on.and_then(|on| self.plan.questions.iter().position(|asked| asked.fields.contains(&on)));
            for (field, must) in question.and_then(|question| earlier.get(question)).into_iter().flatten() {
                all.entry(*field).or_default().join(must);
            }
        }
        all
    }

    fn add(&self, all: &mut Musts, when: &When) {
        let Some(on) = self.plan.field(&when.question) else { return };
        let Some(field) = self.plan.fields.get(on) else { return };
        let mut must = Must::default();
        if !when.is.is_empty() {
            must.any.insert(field.takes.bits(&when.is));
        }
        must.not = field.takes.bits(&when.not);
        must.from = when.from.unwrap_or(f64::NEG_INFINITY);
        must.to = when.to.unwrap_or(f64::INFINITY);
        must.answered = when.not.is_empty() || !when.is.is_empty() || when.from.is_some() || when.to.is_some();
        all.entry(on).or_default().join(&must);
    }

    fn possible(&self, all: &Musts) -> bool {
        all.iter().all(|(field, must)| match (self.plan.fields.get(*field), self.question_of(*field)) {
            (Some(field), Some(question)) => must.is_possible(&field.takes, question),
            _ => true,
        })
    }

    fn on_page(&self, page: usize) -> impl Iterator<Item = (usize, &crate::plan::Asked)> {
        self.plan.questions.iter().enumerate().filter(move |(_, asked)| asked.page == page)
    }

    fn question_of(&self, field: usize) -> Option<&Question> {
        let asked = self.plan.questions.iter().find(|asked| asked.fields.contains(&field))?;
        self.settings.page.get(asked.page)?.question.get(asked.at)
    }
}

impl Must {
    fn join(&mut self, other: &Self) {
        self.any.extend(&other.any);
        self.not |= other.not;
        self.from = self.from.max(other.from);
        self.to = self.to.min(other.to);
        self.answered |= other.answered;
    }

    fn is_limited(&self) -> bool {
        self.from > f64::NEG_INFINITY || self.to < f64::INFINITY
    }

    /// Whether some answer fulfils it.
    fn is_possible(&self, takes: &Takes, question: &Question) -> bool {
        match takes {
            Takes::Options { keys, most } => self.has_options(keys, *most, question),
            Takes::Ranking { keys } => self.has_options(keys, keys.len(), question),
            Takes::Step { first, last } => {
                let chosen = self.any.iter().all(|set| set & UNSURE_BIT != 0) && self.not & UNSURE_BIT == 0;
                let (from, to) = (self.from.max(f64::from(*first)), self.to.min(f64::from(*last)));
                let steps = from.ceil() <= to.floor() && self.any.is_empty();
                !self.answered || steps || (chosen && !self.is_limited() && question.unsure.is_some())
            }
            Takes::Number(_) => {
                let from = self.from.max(question.from.unwrap_or(f64::NEG_INFINITY));
                let to = self.to.min(question.to.unwrap_or(f64::INFINITY));
                if question.whole { from.ceil() <= to.floor() } else { from <= to }
            }
            Takes::Something | Takes::Consent | Takes::Date => true,
        }
    }

    fn has_options(&self, keys: &[String], most: usize, question: &Question) -> bool {
        let every = (0..keys.len()).fold(0, |all, at| all | bit(at));
        let common = self.any.iter().fold(every, |common, set| common & set) & !self.not;
        // A free answer is an answer too, though no condition can name it.
        let free = question.other.is_some() && question.takes_other() && self.any.is_empty();
        if !self.answered || free || common != 0 {
            return true;
        }
        let alone = question.option.iter().filter(|option| option.alone).map(|option| option.key.clone());
        let together = every & !bits(keys, &alone.collect::<Vec<_>>()) & !self.not;
        most > 1 && !self.any.is_empty() && self.any.iter().all(|set| set & together != 0)
    }
}

impl Default for Must {
    fn default() -> Self {
        let (from, to) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { any: BTreeSet::new(), not: 0, from, to, answered: false }
    }
}

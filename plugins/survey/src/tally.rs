//! Counts as they go: one counter an answer, however many people there are.

use std::collections::BTreeMap;

use crate::plan::{Plan, Takes, Way};
use crate::said::{OTHER, Said, Sheet, bit};

/// Averages are sums of whole thousandths: a sum of fractions would depend on the order of the entries.
pub(crate) const PARTS: f64 = 1000.0;
const FAR: f64 = 1e15;

/// Whether a person's answers come or go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    In,
    Out,
}

#[derive(Debug)]
pub(crate) struct Tallies {
    /// By field.
    pub(crate) fields: Vec<Tally>,
    /// By question: how many answered any of its fields.
    pub(crate) people: Vec<u32>,
}

/// What was answered to one field.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) people: u32,
    /// By option, step or class.
    pub(crate) counts: BTreeMap<i32, u32>,
    /// Free answers, or "don't know".
    pub(crate) beside: u32,
    /// By option of a ranking: the sum of its ranks, and how many ranked it.
    pub(crate) ranks: BTreeMap<i32, (u64, u32)>,
    /// Of numbers and steps, in thousandths.
    sum: i128,
}

impl Tallies {
    pub(crate) fn of(plan: &Plan) -> Self {
        let fields = plan.fields.iter().map(|_| Tally::default()).collect();
        Self { fields, people: vec![0; plan.questions.len()] }
    }

    /// Counts what one person said to what they were asked.
    pub(crate) fn count(&mut self, plan: &Plan, way: &Way, sheet: &Sheet, turn: Turn) {
        let asked = |at: usize| way.fields.get(at) == Some(&true);
        for (at, said) in sheet.iter().filter(|(at, _)| asked(*at)) {
            if let (Some(tally), Some(field)) = (self.fields.get_mut(at), plan.fields.get(at)) {
                tally.count(&field.takes, said, turn);
            }
        }
        for (people, question) in self.people.iter_mut().zip(&plan.questions) {
            if question.fields.clone().any(|at| asked(at) && sheet.get(at).is_some()) {
                turned(people, turn);
            }
        }
    }
}

impl Tally {
    /// The average and how many it rests on; none when nobody said a number.
    pub(crate) fn average(&self) -> Option<(f64, u32)> {
        let people: u32 = self.people - self.beside.min(self.people);
        #[expect(clippy::cast_precision_loss, reason = "the error is far below what is shown")]
        let sum = self.sum as f64;
        (people > 0).then(|| (sum / PARTS / f64::from(people), people))
    }

    fn count(&mut self, takes: &Takes, said: &Said, turn: Turn) {
        turned(&mut self.people, turn);
        match (said, takes) {
            (Said::Unsure, _) => turned(&mut self.beside, turn),
            (Said::Number(number), Takes::Number(classes)) => {
                self.one(classes.index(*number), turn);
                self.add(*number, turn);
            }
            (Said::Step(step), _) => {
                self.one(*step, turn);
                self.add(f64::from(*step), turn);
            }
            (Said::Day(day), _) => self.one(*day, turn),
            (Said::Options(bits), Takes::Options { keys, most }) => {
                let chosen = (0..keys.len()).filter(|at| bits & bit(*at) != 0);
                let mut left = *most;
                for at in chosen.take(*most) {
                    left -= 1;
                    self.one(i32::try_from(at).unwrap_or(0), turn);
                }
                if bits & OTHER != 0 && left > 0 {
                    turned(&mut self.beside, turn);
                }
            }
            (Said::Ranked(order), _) => {
                for (rank, option) in (1_u64..).zip(order) {
                    if rank == 1 {
                        self.one(i32::from(*option), turn);
                    }
                    let (sum, people) = self.ranks.entry(i32::from(*option)).or_default();
                    *sum = if turn == Turn::In { *sum + rank } else { sum.saturating_sub(rank) };
                    turned(people, turn);
                }
            }
            (Said::Something | Said::Number(_) | Said::Options(_), _) => {}
        }
    }

    /// One more or less in a class; an empty one leaves nothing behind.
    fn one(&mut self, class: i32, turn: Turn) {
        let people = self.counts.entry(class).or_default();
        turned(people, turn);
        if *people == 0 {
            self.counts.remove(&class);
        }
    }

    fn add(&mut self, number: f64, turn: Turn) {
        #[expect(clippy::cast_possible_truncation, reason = "it has been brought within bounds")]
        let parts = (number.clamp(-FAR, FAR) * PARTS).round() as i128;
        self.sum += if turn == Turn::In { parts } else { -parts };
    }
}

pub(crate) fn turned(people: &mut u32, turn: Turn) {
    *people = match turn {
        Turn::In => people.saturating_add(1),
        Turn::Out => people.saturating_sub(1),
    };
}

//! Weighted figures, as the public may see them: nothing that is hidden elsewhere can be had from them.
//!
//! Groups too small to be told are weighed together with their neighbours, so nobody's weight is that of a few. A question is left out as
//! soon as one of its counts is hidden, for with its weighted shares the hidden one could be had. Shares are whole per cents.

use crate::gate::Gate;
use crate::weights::{Answerer, Margin, Trim, rake};

/// Fewer answers than this are not weighed: the weights would rest on single people.
const ANSWERS_MIN: usize = 30;

/// A question with options, and what each answerer chose of them, in the order of the answerers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedOf {
    /// Its key.
    pub key: String,
    /// The question.
    pub label: String,
    /// Its options.
    pub options: Vec<String>,
    /// The places of the options that each chose; none who did not answer it.
    pub chosen: Vec<Option<Vec<usize>>>,
}

/// What weights make of the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// What was weighed by.
    pub margins: Vec<String>,
    /// How many answered.
    pub answered: u32,
    /// How many evenly spread answers would tell as much (Kish).
    pub effective: u32,
    /// How far shares still are from those of the people at most, percentage points.
    pub off: f64,
    /// Groups that were weighed together, for too few answered in one of them.
    pub together: Vec<String>,
    /// The questions whose counts may all be told.
    pub questions: Vec<WeightedQuestion>,
    /// What each answer counts for, 1 on average, in the order of the answerers: for staff.
    pub each: Vec<f64>,
}

/// A question, weighted beside raw.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedQuestion {
    /// Its key.
    pub key: String,
    /// The question.
    pub label: String,
    /// Its options.
    pub rows: Vec<WeightedRow>,
}

/// An option of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedRow {
    /// The option.
    pub label: String,
    /// Of how many answers in a hundred it is, whole ones.
    pub raw: f64,
    /// The same when each answer counts for what it stands for.
    pub weighted: f64,
}

impl Gate {
    /// Weighs answers by margins and tells what may be told of it; none when that is nothing.
    pub fn weighted(self, answers: &[Answerer], margins: &[Margin], asked: &[AskedOf]) -> Option<Weighted> {
        if answers.len() < ANSWERS_MIN {
            return None;
        }
        let (mut own, mut kept, mut together) = (vec![Vec::new(); answers.len()], Vec::new(), Vec::new());
        for (place, margin) in margins.iter().enumerate() {
            let values: Vec<Option<usize>> =
                answers.iter().map(|one| one.values.get(place).copied().flatten()).collect();
            let Some(merged) = self.merged(margin, &values) else { continue };
            own.iter_mut().zip(&values).for_each(|(own, value)| own.push(value.map(|value| merged.place_of(value))));
            together.extend(merged.together());
            kept.push(merged.margin);
        }
        if kept.is_empty() {
            return None;
        }
        let answers: Vec<Answerer> =
            own.into_iter().zip(answers).map(|(values, one)| Answerer { values, base: one.base }).collect();
        let weights = rake(&answers, &kept, Trim::USUAL).ok()?;
        let average = weights.each().iter().sum::<f64>() / count(answers.len());
        let each: Vec<f64> = weights.each().iter().map(|weight| weight / average).collect();
        let questions = asked.iter().filter_map(|asked| self.told(asked, &each)).collect();
        Some(Weighted {
            margins: kept.into_iter().map(|margin| margin.name).collect(),
            answered: u32::try_from(answers.len()).unwrap_or(u32::MAX),
            effective: whole(weights.effective()),
            off: weights.off() * 100.0,
            together,
            questions,
            each,
        })
    }

    /// A margin whose small values are joined to the next one, until each may be told. None when nothing is left to weigh by: one value, or
    /// so few who have not told that their weight would be that of a few.
    fn merged(self, margin: &Margin, values: &[Option<usize>]) -> Option<Merged> {
        let untold = values.iter().filter(|value| value.is_none()).count();
        if untold > 0 && self.hides(untold) {
            return None;
        }
        let answered = |at: usize| values.iter().filter(|value| **value == Some(at)).count();
        let mut groups: Vec<(Vec<usize>, usize)> =
            (0..margin.people.len()).map(|at| (vec![at], answered(at))).collect();
        while groups.len() > 1 {
            let Some(small) = groups.iter().position(|(_, answered)| self.hides(*answered)) else { break };
            let (places, answered) = groups.remove(small);
            // The neighbour before, or the one after for the first.
            if let Some((into, known)) = groups.get_mut(small.saturating_sub(1)) {
                into.extend(places);
                into.sort_unstable();
                *known += answered;
            }
        }
        (groups.len() > 1).then(|| Merged::new(margin, groups.into_iter().map(|(places, _)| places).collect()))
    }

    /// A question with its shares; none when a count of it is hidden, or could be had by subtraction.
    fn told(self, asked: &AskedOf, each: &[f64]) -> Option<WeightedQuestion> {
        let told: Vec<(f64, &Vec<usize>)> =
            each.iter().zip(&asked.chosen).filter_map(|(weight, own)| Some((*weight, own.as_ref()?))).collect();
        let silent = asked.chosen.len() - told.len();
        let (all, people) = (told.iter().map(|(weight, _)| weight).sum::<f64>(), told.len());
        if self.hides(people) || (silent > 0 && self.hides(silent)) || all <= 0.0 {
            return None;
        }
        let mut rows = Vec::new();
        for (at, label) in asked.options.iter().enumerate() {
            let own: Vec<f64> = told.iter().filter(|(_, own)| own.contains(&at)).map(|(weight, _)| *weight).collect();
            let others = people - own.len();
            if self.hides(own.len()) || (others > 0 && self.hides(others)) {
                return None;
            }
            let (raw, weighted) = (count(own.len()) / count(people), own.iter().sum::<f64>() / all);
            let [raw, weighted] = [raw, weighted].map(|share| (share * 100.0).round());
            rows.push(WeightedRow { label: label.clone(), raw, weighted });
        }
        Some(WeightedQuestion { key: asked.key.clone(), label: asked.label.clone(), rows })
    }

    fn hides(self, people: usize) -> bool {
        self.count(count(people)).known().is_none()
    }
}

/// A margin with values joined.
struct Merged {
    margin: Margin,
    groups: Vec<Vec<usize>>,
}

impl Merged {
    fn new(margin: &Margin, groups: Vec<Vec<usize>>) -> Self {
        let joined = |places: &Vec<usize>| {
            let of = |at: &usize| margin.people.get(*at);
            let names: Vec<&str> = places.iter().filter_map(of).map(|(name, _)| name.as_str()).collect();
            (names.join(" + "), places.iter().filter_map(of).map(|(_, people)| people).sum())
        };
        let people = groups.iter().map(joined).collect();
        Self { margin: Margin { name: margin.name.clone(), people }, groups }
    }

    fn place_of(&self, value: usize) -> usize {
        self.groups.iter().position(|places| places.contains(&value)).unwrap_or(0)
    }

    fn together(&self) -> Vec<String> {
        let names = self.margin.people.iter().zip(&self.groups).filter(|(_, places)| places.len() > 1);
        names.map(|((name, _), _)| name.clone()).collect()
    }
}

fn count(people: usize) -> f64 {
    f64::from(u32::try_from(people).unwrap_or(u32::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an effective size is at most a count of people"
)]
fn whole(size: f64) -> u32 {
    size.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests;

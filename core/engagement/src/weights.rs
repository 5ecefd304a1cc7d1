//! Weights by raking: so that those who answered count as the people do, margin by margin.
//!
//! Deming and Stephan's iterative proportional fitting, with trimming: nobody counts less or more than the limits say. What weights cost is
//! told as the effective sample size (Kish). No margin of error is ever worked out: who joins a panel chose to.

/// Rounds of fitting at most. Margins that agree with one another are met after some ten.
const ROUNDS_MAX: u32 = 200;
/// Fitted when no share of a margin is further off than this.
const OFF_MAX: f64 = 1e-9;

/// One thing that is known of the population: how many people have each value.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    /// What it is called: age, area.
    pub name: String,
    /// Values and how many people have each.
    pub people: Vec<(String, f64)>,
}

/// Somebody who answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answerer {
    /// Which value they have in each margin, by its place there; none where they have not told.
    pub values: Vec<Option<usize>>,
    /// What they count for before weighing: 1, or how many they were drawn from.
    pub base: f64,
}

/// How much more or less than the average somebody may count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trim {
    /// At least this part of the average.
    pub low: f64,
    /// At most so many times the average.
    pub high: f64,
}

impl Trim {
    /// What is usual: nobody counts less than 0.3 or more than 3 times the average.
    pub const USUAL: Self = Self { low: 0.3, high: 3.0 };
    /// No limits.
    pub const NONE: Self = Self { low: 0.0, high: f64::INFINITY };
}

/// Why nothing can be weighed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RakeFault {
    /// Nobody answered.
    #[error("nobody answered")]
    Nobody,
    /// A margin without people, or with a count that is none.
    #[error("margin `{0}`: the counts of people must be numbers, 0 or more, and not all 0")]
    Margin(String),
    /// A value no margin has, or a base that is no number above 0.
    #[error("answer {0}: a value is not in the margin, or it counts for nothing")]
    Answer(usize),
    /// Limits that leave no room.
    #[error("the limits must be 0 <= low <= 1 <= high")]
    Trim,
}

/// What each answer counts for.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    each: Vec<f64>,
    off: f64,
    unreached: Vec<(String, String)>,
}

/// Works out what each answer counts for. Weights add up to the people of the last margin, or to the bases if there is none.
///
/// Whoever has not told a value keeps what they have in that margin, and the others share the rest. A value that nobody has who answered
/// cannot be weighed up; the others stand for it, and it is named ([`Weights::unreached`]).
pub fn rake(answers: &[Answerer], margins: &[Margin], trim: Trim) -> Result<Weights, RakeFault> {
    check(answers, margins, trim)?;
    let mut weights: Vec<f64> = answers.iter().map(|own| own.base).collect();
    let unreached = unreached(answers, margins);
    let mut off = worst(&weights, answers, margins);
    for _ in 0..ROUNDS_MAX {
        if off <= OFF_MAX {
            break;
        }
        for (place, margin) in margins.iter().enumerate() {
            fit(&mut weights, answers, place, margin);
        }
        clip(&mut weights, trim);
        let now = worst(&weights, answers, margins);
        // Limits may keep margins from being met: it ends where it no longer comes nearer.
        if (off - now).abs() <= OFF_MAX * 1e-3 {
            off = now;
            break;
        }
        off = now;
    }
    if let Some(margin) = margins.last() {
        let people: f64 = margin.people.iter().map(|(_, people)| people).sum();
        scale(&mut weights, people);
    }
    Ok(Weights { each: weights, off, unreached })
}

impl Weights {
    /// One for each answer, in their order.
    pub fn each(&self) -> &[f64] {
        &self.each
    }

    /// How many evenly spread answers would tell as much: Kish's effective sample size, the square of the sum over the sum of squares.
    pub fn effective(&self) -> f64 {
        let squares: f64 = self.each.iter().map(|weight| weight * weight).sum();
        self.each.iter().sum::<f64>().powi(2) / squares
    }

    /// How far the shares of the margins still are from those of the people, at most, as a part of one: more than nothing where limits
    /// or margins that contradict one another do not let them meet.
    pub fn off(&self) -> f64 {
        self.off
    }

    /// Margins and values of people of whom nobody answered.
    pub fn unreached(&self) -> &[(String, String)] {
        &self.unreached
    }

    /// The weighted sum of what was answered; an answer of none is left out.
    pub fn total(&self, values: &[Option<f64>]) -> f64 {
        self.told(values).map(|(weight, value)| weight * value).sum()
    }

    /// The weighted mean of what was answered; none if nobody told.
    pub fn mean(&self, values: &[Option<f64>]) -> Option<f64> {
        let all: f64 = self.told(values).map(|(weight, _)| weight).sum();
        (all > 0.0).then(|| self.total(values) / all)
    }

    fn told<'a>(&'a self, values: &'a [Option<f64>]) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.each.iter().zip(values).filter_map(|(weight, value)| value.map(|value| (*weight, value)))
    }
}

fn check(answers: &[Answerer], margins: &[Margin], trim: Trim) -> Result<(), RakeFault> {
    if answers.is_empty() {
        return Err(RakeFault::Nobody);
    }
    if !(0.0..=1.0).contains(&trim.low) || trim.high.is_nan() || trim.high < 1.0 {
        return Err(RakeFault::Trim);
    }
    for Margin { name, people } in margins {
        let sound = people.iter().all(|(_, people)| people.is_finite() && *people >= 0.0);
        if !sound || people.iter().map(|(_, people)| people).sum::<f64>() <= 0.0 {
            return Err(RakeFault::Margin(name.clone()));
        }
    }
    let fits = |own: &Answerer| {
        let known = |(value, margin): (&Option<usize>, &Margin)| value.is_none_or(|at| at < margin.people.len());
        let all = own.values.len() == margins.len() && own.values.iter().zip(margins).all(known);
        all && own.base.is_finite() && own.base > 0.0
    };
    answers.iter().position(|own| !fits(own)).map_or(Ok(()), |at| Err(RakeFault::Answer(at)))
}

/// What the answers of each value count for together, and what those count for who have not told.
fn sums(weights: &[f64], answers: &[Answerer], place: usize, values: usize) -> (Vec<f64>, f64) {
    let (mut sums, mut untold) = (vec![0.0; values], 0.0);
    for (weight, own) in weights.iter().zip(answers) {
        match own.values.get(place).copied().flatten().and_then(|at| sums.get_mut(at)) {
            Some(sum) => *sum += weight,
            None => untold += weight,
        }
    }
    (sums, untold)
}

/// What the answers of each value should count for: the shares of the people among the values that anybody has who answered.
fn wanted(sums: &[f64], margin: &Margin) -> Vec<f64> {
    let reached = || sums.iter().zip(&margin.people).filter(|(sum, _)| **sum > 0.0).map(|(_, (_, people))| people);
    let (told, people) = (sums.iter().sum::<f64>(), reached().sum::<f64>());
    let share = |(sum, (_, count)): (&f64, &(String, f64))| {
        if *sum > 0.0 && people > 0.0 { count / people * told } else { 0.0 }
    };
    sums.iter().zip(&margin.people).map(share).collect()
}

fn fit(weights: &mut [f64], answers: &[Answerer], place: usize, margin: &Margin) {
    let (sums, _) = sums(weights, answers, place, margin.people.len());
    let wanted = wanted(&sums, margin);
    let factors: Vec<f64> =
        sums.iter().zip(wanted).map(|(sum, wanted)| if *sum > 0.0 { wanted / sum } else { 1.0 }).collect();
    for (weight, own) in weights.iter_mut().zip(answers) {
        let factor = own.values.get(place).copied().flatten().and_then(|at| factors.get(at));
        *weight *= factor.copied().unwrap_or(1.0);
    }
}

/// The largest difference of a share.
fn worst(weights: &[f64], answers: &[Answerer], margins: &[Margin]) -> f64 {
    let mut worst = 0.0_f64;
    for (place, margin) in margins.iter().enumerate() {
        let (sums, untold) = sums(weights, answers, place, margin.people.len());
        let all = sums.iter().sum::<f64>() + untold;
        let off = sums.iter().zip(wanted(&sums, margin)).map(|(sum, wanted)| (sum - wanted).abs() / all);
        worst = off.fold(worst, f64::max);
    }
    worst
}

/// Brings every weight within the limits, measured at the average, which moves with them.
fn clip(weights: &mut [f64], trim: Trim) {
    let many = f64::from(u32::try_from(weights.len()).unwrap_or(u32::MAX));
    for _ in 0..ROUNDS_MAX {
        let average = weights.iter().sum::<f64>() / many;
        let limits = trim.low * average..=trim.high * average * (1.0 + OFF_MAX);
        if weights.iter().all(|weight| limits.contains(weight)) {
            break;
        }
        for weight in weights.iter_mut() {
            *weight = weight.clamp(trim.low * average, trim.high * average);
        }
    }
}

fn scale(weights: &mut [f64], total: f64) {
    let factor = total / weights.iter().sum::<f64>();
    for weight in weights.iter_mut() {
        *weight *= factor;
    }
}

fn unreached(answers: &[Answerer], margins: &[Margin]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (place, margin) in margins.iter().enumerate() {
        let has = |at: usize| answers.iter().any(|own| own.values.get(place).copied().flatten() == Some(at));
        let gone = margin.people.iter().enumerate().filter(|(at, (_, people))| *people > 0.0 && !has(*at));
        found.extend(gone.map(|(_, (value, _))| (margin.name.clone(), value.clone())));
    }
    found
}

#[cfg(test)]
mod tests;

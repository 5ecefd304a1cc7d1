//! A thousand panels, each as likely as the others.

use super::leximin::leximin;
use super::pool::Pool;
use super::program::{Impossible, Program};
use std::collections::BTreeMap;

/// How many panels a lottery has. One of them is drawn; a person's odds are the share of panels that they are in, so they can be counted.
pub const PANELS: usize = 1_000;

/// How often the thousand panels are made fairer by an exchange at most.
const EXCHANGES_MAX: usize = 2_000;

/// Panels, each as likely as the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Lottery {
    panels: Vec<Vec<String>>,
    fairest: BTreeMap<String, f64>,
}

impl Lottery {
    /// The panels, from 0. Each lists the codes of its people in order.
    pub fn panels(&self) -> &[Vec<String>] {
        &self.panels
    }

    /// The odds that LEXIMIN gives each person, 0 to 1. Those of the panels differ from them by no more than whole panels must.
    pub const fn fairest(&self) -> &BTreeMap<String, f64> {
        &self.fairest
    }

    /// The odds of the least likely person, 0 to 1, among those who are in any panel that keeps the quotas.
    pub fn least(&self) -> f64 {
        self.fairest.values().copied().filter(|odds| *odds > 0.0).fold(1.0, f64::min)
    }

    /// In how many panels each person is.
    pub fn odds(&self) -> BTreeMap<&str, u32> {
        let mut odds: BTreeMap<&str, u32> = self.fairest.keys().map(|code| (code.as_str(), 0)).collect();
        for code in self.panels.iter().flatten() {
            *odds.entry(code).or_default() += 1;
        }
        odds
    }
}

impl Pool {
    /// The fairest lottery that there is for this pool.
    pub fn lottery(&self) -> Result<Lottery, Impossible> {
        let program = Program::new(self);
        program.check_capacity()?;
        let Some(fair) = leximin(&program)? else { return Err(program.why_not(self)) };
        let chosen = spread(&program, &fair.panels, &fair.seats);
        let mut used = vec![0_u32; self.candidates().len()];
        let panels = chosen.into_iter().map(|panel| self.named(people(&program, panel, &mut used)));
        let panels = panels.collect();
        let mut fairest = BTreeMap::new();
        for (kind, seats) in program.kinds.iter().zip(&fair.seats) {
            for index in kind.homes.iter().flatten() {
                let code = self.candidates().get(*index).map(|own| own.code.clone());
                fairest.extend(code.map(|code| (code, seats / f64::from(kind.people()))));
            }
        }
        Ok(Lottery { panels, fairest })
    }

    fn named(&self, mut people: Vec<usize>) -> Vec<String> {
        people.sort_unstable();
        people.into_iter().filter_map(|index| self.candidates().get(index)).map(|own| own.code.clone()).collect()
    }
}

/// A thousand panels whose averages come as near to `seats` as whole panels can: each panel as often as its odds say, rounded down, then
/// always the one that takes most of what is owed, then exchanges for as long as they bring the averages nearer.
fn spread<'a>(program: &Program, panels: &'a [(Vec<u32>, f64)], seats: &[f64]) -> Vec<&'a [u32]> {
    let many = u32::try_from(PANELS).map_or(f64::MAX, f64::from);
    // What counts is the person: a seat owed to a kind of two weighs more than one to a kind of twenty.
    let weights = program.kinds.iter().map(|kind| 1.0 / f64::from(kind.people().max(1)));
    let weights: Vec<f64> = weights.collect();
    let weigh =
        |seats: &mut dyn Iterator<Item = f64>| -> Vec<f64> { seats.zip(&weights).map(|(s, w)| s * w).collect() };
    let weighed: Vec<_> = panels.iter().map(|(panel, _)| weigh(&mut panel.iter().map(|s| f64::from(*s)))).collect();
    let mut owed = weigh(&mut seats.iter().map(|seats| seats * many));
    let mut times = vec![0_usize; panels.len()];
    for (((_, odds), panel), times) in panels.iter().zip(&weighed).zip(&mut times) {
        // A hair more, so that a tenth that was computed as 0.0999999 is a tenth.
        let mut whole = (odds * many + 1e-4).floor();
        while whole >= 1.0 {
            (*times, whole) = (*times + 1, whole - 1.0);
            give(&mut owed, panel, 1.0);
        }
    }
    for _ in times.iter().sum::<usize>()..PANELS {
        let Some((best, panel)) = nearest(&weighed, &owed) else { break };
        times.iter_mut().skip(best).take(1).for_each(|times| *times += 1);
        give(&mut owed, panel, 1.0);
    }
    for _ in 0..EXCHANGES_MAX {
        if !exchange(&weighed, &mut times, &mut owed) {
            break;
        }
    }
    panels.iter().zip(times).flat_map(|((panel, _), times)| std::iter::repeat_n(panel.as_slice(), times)).collect()
}

/// The panel after which what is owed is least.
fn nearest<'a>(panels: &'a [Vec<f64>], owed: &[f64]) -> Option<(usize, &'a Vec<f64>)> {
    let left = |panel: &[f64]| owed.iter().zip(panel).map(|(owed, seats)| (owed - seats).powi(2)).sum::<f64>();
    panels.iter().enumerate().min_by(|(_, a), (_, b)| left(a).total_cmp(&left(b)))
}

/// Takes one panel less and another more, if less is owed then.
fn exchange(panels: &[Vec<f64>], times: &mut [usize], owed: &mut Vec<f64>) -> bool {
    let before: f64 = owed.iter().map(|owed| owed.powi(2)).sum();
    for (out, panel) in panels.iter().enumerate() {
        if times.get(out).is_none_or(|times| *times == 0) {
            continue;
        }
        let mut without = owed.clone();
        give(&mut without, panel, -1.0);
        let Some((into, new)) = nearest(panels, &without) else { return false };
        give(&mut without, new, 1.0);
        if without.iter().map(|owed| owed.powi(2)).sum::<f64>() < before - 1e-9 {
            times.iter_mut().skip(out).take(1).for_each(|times| *times -= 1);
            times.iter_mut().skip(into).take(1).for_each(|times| *times += 1);
            *owed = without;
            return true;
        }
    }
    false
}

fn give(owed: &mut [f64], panel: &[f64], times: f64) {
    owed.iter_mut().zip(panel).for_each(|(owed, seats)| *owed -= times * seats);
}

/// Gives the seats of a panel to people: of each kind to those who have had the fewest.
fn people(program: &Program, panel: &[u32], used: &mut [u32]) -> Vec<usize> {
    let had = |person: usize, used: &[u32]| used.get(person).copied().unwrap_or(u32::MAX);
    // Kinds of one sort share their households: by sort, which of them have a seat already.
    let mut taken = BTreeMap::<usize, Vec<bool>>::new();
    let mut seated = Vec::new();
    for (kind, seats) in program.kinds.iter().zip(panel) {
        let taken = taken.entry(kind.sort).or_insert_with(|| vec![false; kind.homes.len()]);
        let mut free: Vec<(u32, usize, usize)> = kind
            .homes
            .iter()
            .enumerate()
            .filter(|(home, _)| !taken.get(*home).copied().unwrap_or(true))
            .filter_map(|(home, own)| Some((home, *own.iter().min_by_key(|person| had(**person, used))?)))
            .map(|(home, person)| (had(person, used), home, person))
            .collect();
        free.sort_unstable();
        for (_, home, person) in free.into_iter().take(usize::try_from(*seats).unwrap_or(0)) {
            taken.iter_mut().skip(home).take(1).for_each(|taken| *taken = true);
            used.iter_mut().skip(person).take(1).for_each(|used| *used += 1);
            seated.push(person);
        }
    }
    seated
}

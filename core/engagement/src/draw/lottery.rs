//! A thousand panels, each as likely as the others.

use super::leximin::{SEARCHES_MAX, leximin};
use super::pool::Pool;
use super::program::{Impossible, Program};
use std::collections::BTreeMap;

/// How many panels a lottery has. One of them is drawn; a person's odds are the share of panels that they are in, so they can be counted.
pub const PANELS: usize = 1_000;

/// The same.
const MANY: f64 = 1_000.0;
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
        let Some(fair) = leximin(&program, SEARCHES_MAX)? else { return Err(program.why_not(self)) };
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
    let mut owed = Owed::new(program, panels, seats);
    for (at, (_, odds)) in panels.iter().enumerate() {
        // A hair more, so that a tenth that was computed as 0.0999999 is a tenth.
        let mut whole = (odds * MANY + 1e-4).floor();
        while whole >= 1.0 {
            owed.take(at);
            whole -= 1.0;
        }
    }
    for _ in owed.times.iter().sum::<usize>()..PANELS {
        owed.take(owed.nearest());
    }
    for _ in 0..EXCHANGES_MAX {
        let Some((out, into)) = owed.exchange() else { break };
        owed.give_back(out);
        owed.take(into);
    }
    panels.iter().zip(owed.times).flat_map(|((panel, _), times)| std::iter::repeat_n(panel.as_slice(), times)).collect()
}

/// What a lottery still owes, as a sum of squares of panels by person. What is known of it are its products with the panels.
struct Owed {
    times: Vec<usize>,
    products: Vec<f64>,
    /// The products of each panel with each.
    between: Vec<Vec<f64>>,
}

impl Owed {
    fn new(program: &Program, panels: &[(Vec<u32>, f64)], seats: &[f64]) -> Self {
        // What counts is the person: a seat owed to a kind of two weighs more than one to a kind of twenty.
        let weights: Vec<f64> = program.kinds.iter().map(|kind| f64::from(kind.people().max(1)).powi(-2)).collect();
        let product = |panel: &[u32], other: &mut dyn Iterator<Item = f64>| -> f64 {
            panel.iter().zip(other).zip(&weights).map(|((own, other), weight)| f64::from(*own) * other * weight).sum()
        };
        let each = || panels.iter().map(|(panel, _)| panel);
        Self {
            times: vec![0; panels.len()],
            products: each().map(|panel| product(panel, &mut seats.iter().map(|seats| seats * MANY))).collect(),
            between: each()
                .map(|own| each().map(|other| product(own, &mut other.iter().map(|seats| f64::from(*seats)))).collect())
                .collect(),
        }
    }

    /// By how much the squares grow with one panel more.
    fn growth(&self, at: usize) -> f64 {
        let square = self.between.get(at).and_then(|row| row.get(at)).copied().unwrap_or(0.0);
        square - 2.0 * self.products.get(at).copied().unwrap_or(0.0)
    }

    fn nearest(&self) -> usize {
        (0..self.products.len()).min_by(|a, b| self.growth(*a).total_cmp(&self.growth(*b))).unwrap_or(0)
    }

    /// The panel to take back and the one to take for it that bring most; none if no exchange brings anything.
    fn exchange(&self) -> Option<(usize, usize)> {
        let mut best = (-1e-9, None);
        for (out, row) in self.between.iter().enumerate().filter(|(out, _)| self.times.get(*out) > Some(&0)) {
            let square = row.get(out)?;
            let back = square + 2.0 * self.products.get(out)?;
            for (into, between) in row.iter().enumerate() {
                let change = back + self.growth(into) - 2.0 * between;
                if change < best.0 && into != out {
                    best = (change, Some((out, into)));
                }
            }
        }
        best.1
    }

    fn take(&mut self, at: usize) {
        self.times.iter_mut().skip(at).take(1).for_each(|times| *times += 1);
        self.move_by(at, -1.0);
    }

    fn give_back(&mut self, at: usize) {
        self.times.iter_mut().skip(at).take(1).for_each(|times| *times -= 1);
        self.move_by(at, 1.0);
    }

    fn move_by(&mut self, at: usize, times: f64) {
        let row = self.between.get(at).into_iter().flatten();
        self.products.iter_mut().zip(row).for_each(|(product, between)| *product += times * between);
    }
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

//! Panels as whole numbers: how many of each kind of people have a seat. Hides the solver of linear programs.

use super::pool::{Candidate, Pool};
use super::rules::Households;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Solution, SolveOptions, Variable};
use std::collections::BTreeMap;

/// Branches that a search for one panel takes at most. A search of hundreds of kinds ends after a handful.
const NODES_MAX: u64 = 20_000;

/// As a part of the optimum: how far from it a panel may be that only has to be another one.
const GOOD_ENOUGH: f64 = 0.1;

/// How many of each kind have a seat.
pub(super) type Counts = Vec<u32>;

/// The panels that the rules allow.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) kinds: Vec<Kind>,
    rows: Vec<Row>,
    seats: u32,
}

/// People who are alike: of the same profile, with as many chances, and, where one of a household may be drawn, from households that are
/// alike.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    /// Their places in the pool, one list a household.
    pub(super) homes: Vec<Vec<usize>>,
    /// The sort of household; kinds of the same one share its households, in the same order.
    pub(super) sort: usize,
    pub(super) chances: u32,
}

/// So many seats for these kinds together.
#[derive(Clone, Debug)]
struct Row {
    kinds: Vec<usize>,
    min: u32,
    max: u32,
    quota: Option<(usize, usize)>,
}

/// Which end of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// At least so many.
    Min,
    /// At most so many.
    Max,
}

/// What a quota would have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The stratum.
    pub stratum: String,
    /// The value.
    pub value: String,
    /// Which end.
    pub side: Side,
    /// As it is.
    pub from: u32,
    /// As it would have to be.
    pub to: u32,
    /// How many of the pool have the value.
    pub willing: u32,
}

/// Why nothing can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// No panel keeps all quotas. With these changes, which are the fewest seats in all, one does.
    #[error("no panel keeps all quotas; with the fewest changes one would: {}", changes(.0))]
    Quotas(Vec<Change>),
    /// There are not so many people, or not so many households.
    #[error("{seats} seats are asked for, and {possible} can be filled; ask for fewer seats or more people")]
    TooFew {
        /// Asked for.
        seats: u32,
        /// Can be filled.
        possible: u32,
    },
    /// The solver did not come to an end: too many kinds of people for quotas this narrow.
    #[error("the draw is too hard to work out; leave out a stratum, or widen the quotas")]
    TooHard,
}

fn changes(changes: &[Change]) -> String {
    let one = |change: &Change| {
        let Change { stratum, value, side, from, to, willing } = change;
        let side = if *side == Side::Min { "at least" } else { "at most" };
        format!("`{value}` of `{stratum}` {side} {to} instead of {from} ({willing} are willing)")
    };
    changes.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl Program {
    pub(super) fn new(pool: &Pool) -> Self {
        let kinds = kinds(pool);
        let of = |place: usize, value: &String| -> Vec<usize> {
            let has = |kind: &Kind| first(kind, pool).is_some_and(|own| own.profile.get(place) == Some(value));
            kinds.iter().enumerate().filter(|(_, kind)| has(kind)).map(|(index, _)| index).collect()
        };
        let mut rows = Vec::new();
        for (place, stratum) in pool.rules().strata.iter().enumerate() {
            rows.extend(stratum.quotas.iter().enumerate().map(|(index, quota)| Row {
                kinds: of(place, &quota.value),
                min: quota.min,
                max: quota.max,
                quota: Some((place, index)),
            }));
        }
        let mut sorts = BTreeMap::<usize, Vec<usize>>::new();
        kinds.iter().enumerate().for_each(|(index, kind)| sorts.entry(kind.sort).or_default().push(index));
        for (_, shared) in sorts.into_iter().filter(|(_, shared)| shared.len() > 1) {
            let homes = shared.first().and_then(|index| kinds.get(*index)).map_or(0, |kind| kind.homes.len());
            rows.push(Row { kinds: shared, min: 0, max: whole(homes), quota: None });
        }
        Self { kinds, rows, seats: pool.rules().seats }
    }

    /// The panel whose weights add up to the most; none if no panel keeps the quotas.
    pub(super) fn best(&self, weights: &[f64]) -> Result<Option<Counts>, Impossible> {
        self.within(weights, 0.0)
    }

    /// A panel whose weights add up to much, found sooner; none if no panel keeps the quotas.
    pub(super) fn good(&self, weights: &[f64]) -> Result<Option<Counts>, Impossible> {
        self.within(weights, GOOD_ENOUGH)
    }

    fn within(&self, weights: &[f64], gap: f64) -> Result<Option<Counts>, Impossible> {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let seats: Vec<_> = self.kinds.iter().zip(weights).map(|(kind, w)| seat(&mut problem, *w, kind)).collect();
        problem.add_constraint(all(&seats), ComparisonOp::Eq, f64::from(self.seats));
        for row in &self.rows {
            problem.add_constraint(some(&seats, &row.kinds), ComparisonOp::Ge, f64::from(row.min));
            problem.add_constraint(some(&seats, &row.kinds), ComparisonOp::Le, f64::from(row.max));
        }
        let Some(solution) = solve(&problem, gap)? else { return Ok(None) };
        let counts = read(&solution, &seats);
        // The solver computes in floating point: what it says is believed once it is checked in whole numbers.
        if self.keeps(&counts) { Ok(Some(counts)) } else { Err(Impossible::TooHard) }
    }

    fn keeps(&self, counts: &[u32]) -> bool {
        let fits = |(kind, seats): (&Kind, &u32)| *seats <= whole(kind.homes.len());
        let sum = |row: &Row| row.kinds.iter().filter_map(|kind| counts.get(*kind)).sum::<u32>();
        counts.iter().sum::<u32>() == self.seats
            && self.kinds.iter().zip(counts).all(fits)
            && self.rows.iter().all(|row| (row.min..=row.max).contains(&sum(row)))
    }

    /// Whether there are people for all seats, whatever the quotas.
    pub(super) fn check_capacity(&self) -> Result<(), Impossible> {
        let homes: BTreeMap<usize, usize> = self.kinds.iter().map(|kind| (kind.sort, kind.homes.len())).collect();
        let possible = whole(homes.values().sum());
        if possible < self.seats { Err(Impossible::TooFew { seats: self.seats, possible }) } else { Ok(()) }
    }

    /// Why no panel keeps the quotas: the smallest change after which one does.
    pub(super) fn why_not(&self, pool: &Pool) -> Impossible {
        self.smallest_change(pool).map_or_else(|error| error, Impossible::Quotas)
    }

    fn smallest_change(&self, pool: &Pool) -> Result<Vec<Change>, Impossible> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let seats: Vec<_> = self.kinds.iter().map(|kind| seat(&mut problem, 0.0, kind)).collect();
        problem.add_constraint(all(&seats), ComparisonOp::Eq, f64::from(self.seats));
        let mut loosened = Vec::new();
        for row in &self.rows {
            let room = row.quota.map_or(0, |_| i32::try_from(self.seats.max(row.min)).unwrap_or(i32::MAX));
            let (less, more) = (problem.add_integer_var(1.0, (0, room)), problem.add_integer_var(1.0, (0, room)));
            let sum = || some(&seats, &row.kinds);
            problem.add_constraint(sum().chain([(less, 1.0)]), ComparisonOp::Ge, f64::from(row.min));
            problem.add_constraint(sum().chain([(more, -1.0)]), ComparisonOp::Le, f64::from(row.max));
            loosened.push((row, less, more));
        }
        // There are people for all seats, so with quotas loosened far enough there is a panel.
        let solution = solve(&problem, 0.0)?.ok_or(Impossible::TooHard)?;
        let mut changes = Vec::new();
        for (row, less, more) in loosened {
            let Some((stratum, quota)) = row.quota.and_then(|(stratum, quota)| {
                let stratum = pool.rules().strata.get(stratum)?;
                Some((stratum, stratum.quotas.get(quota)?))
            }) else {
                continue;
            };
            let willing = row.kinds.iter().filter_map(|kind| self.kinds.get(*kind)).map(Kind::people).sum();
            let ends =
                [(Side::Min, row.min, read_one(&solution, less)), (Side::Max, row.max, read_one(&solution, more))];
            changes.extend(ends.into_iter().filter(|(_, _, by)| *by > 0).map(|(side, from, by)| Change {
                stratum: stratum.name.clone(),
                value: quota.value.clone(),
                side,
                from,
                to: if side == Side::Min { from - by } else { from + by },
                willing,
            }));
        }
        Ok(changes)
    }
}

impl Kind {
    pub(super) fn people(&self) -> u32 {
        whole(self.homes.iter().map(Vec::len).sum())
    }
}

/// What makes people alike, beside whom they live with.
type Sameness<'a> = (&'a [String], u32);

/// The candidates by kind. Where households do not matter, each person is a household.
fn kinds(pool: &Pool) -> Vec<Kind> {
    let mut homes = BTreeMap::<(&str, usize), Vec<usize>>::new();
    for (index, own) in pool.candidates().iter().enumerate() {
        let together = pool.rules().households == Households::OneSeatEach && !own.household.is_empty();
        homes.entry(if together { (&own.household, 0) } else { ("", index + 1) }).or_default().push(index);
    }
    let mut sorts = BTreeMap::<Vec<Sameness<'_>>, Vec<Vec<usize>>>::new();
    for home in homes.into_values() {
        let mut alike: Vec<_> = home.iter().filter_map(|index| pool.candidates().get(*index)).map(sameness).collect();
        alike.sort_unstable();
        sorts.entry(alike).or_default().push(home);
    }
    let mut kinds = Vec::new();
    for (sort, (mut alike, homes)) in sorts.into_iter().enumerate() {
        alike.dedup();
        kinds.extend(alike.into_iter().map(|same| {
            let is = |index: &usize| pool.candidates().get(*index).is_some_and(|own| sameness(own) == same);
            let of = |home: &Vec<usize>| home.iter().copied().filter(is).collect();
            Kind { homes: homes.iter().map(of).collect(), sort, chances: same.1 }
        }));
    }
    kinds
}

fn sameness(own: &Candidate) -> Sameness<'_> {
    (&own.profile, own.chances)
}

fn first<'a>(kind: &Kind, pool: &'a Pool) -> Option<&'a Candidate> {
    pool.candidates().get(*kind.homes.first()?.first()?)
}

fn seat(problem: &mut Problem, weight: f64, kind: &Kind) -> Variable {
    problem.add_integer_var(weight, (0, i32::try_from(kind.homes.len()).unwrap_or(i32::MAX)))
}

fn all(seats: &[Variable]) -> impl Iterator<Item = (Variable, f64)> + '_ {
    seats.iter().map(|seat| (*seat, 1.0))
}

fn some<'a>(seats: &'a [Variable], kinds: &'a [usize]) -> impl Iterator<Item = (Variable, f64)> + 'a {
    kinds.iter().filter_map(|kind| seats.get(*kind)).map(|seat| (*seat, 1.0))
}

/// An optimum, or what is no further from one than a part of it; none if nothing is allowed.
fn solve(problem: &Problem, gap: f64) -> Result<Option<Solution>, Impossible> {
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES_MAX);
    options.mip_gap = gap;
    match problem.solve_with(options) {
        Ok(outcome) => outcome.into_solution().map(Some).map_err(|_| Impossible::TooHard),
        Err(microlp::Error::Infeasible) => Ok(None),
        Err(_) => Err(Impossible::TooHard),
    }
}

fn read(solution: &Solution, seats: &[Variable]) -> Counts {
    seats.iter().map(|seat| read_one(solution, *seat)).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number of seats, within its bounds"
)]
fn read_one(solution: &Solution, variable: Variable) -> u32 {
    solution.var_value(variable).round().max(0.0) as u32
}

fn whole(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

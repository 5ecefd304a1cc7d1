//! LEXIMIN: the odds of the least likely as high as can be, then of the next, and so on.

use super::program::{Counts, Impossible, Kind, Program};
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Solution, Variable};

/// A panel must be worth this much more than the best known one to be worth knowing. Odds are right to within it.
const GAIN_MIN: f64 = 1e-7;
/// A kind with at least this dual price is as likely as it can be.
const PRICE_MIN: f64 = 1e-6;
/// Searches for a better panel in one draw at most. A hundred kinds of people need some hundreds; where nearly everybody is a kind of their
/// own, the least likely come first, and whoever is left when these are used up is at least as likely.
pub(super) const SEARCHES_MAX: u32 = 2_000;

/// Panels, how likely each is, and how many seats each kind has on average.
#[derive(Clone, Debug)]
pub(super) struct Distribution {
    pub(super) panels: Vec<(Counts, f64)>,
    pub(super) seats: Vec<f64>,
}

/// The fairest distribution over the panels that a program allows; none if it allows none. It ends after so many searches for panels.
pub(super) fn leximin(program: &Program, mut searches: u32) -> Result<Option<Distribution>, Impossible> {
    let Some(mut panels) = varied(program)? else { return Ok(None) };
    // The odds for each chance, once they are as high as they can be.
    let mut fixed: Vec<Option<f64>> = vec![None; program.kinds.len()];
    while fixed.iter().any(Option::is_none) {
        let (odds, prices) = raise(program, &fixed, &mut panels, &mut searches)?;
        // Nobody can have more than a seat, and nobody is searched for any more.
        if searches == 0 || odds >= 1.0 - GAIN_MIN {
            for own in &mut fixed {
                *own = own.or(Some(odds.max(0.0)));
            }
            break;
        }
        let settled = |(kind, price): (&Kind, &f64)| price * size(kind) >= PRICE_MIN;
        let before = fixed.iter().flatten().count();
        for ((own, kind), price) in fixed.iter_mut().zip(&program.kinds).zip(&prices) {
            if own.is_none() && settled((kind, price)) {
                *own = Some(odds.max(0.0));
            }
        }
        // Some price is positive, for they add up to one.
        if fixed.iter().flatten().count() == before {
            return Err(Impossible::TooHard);
        }
    }
    let odds = fixed.iter().zip(&program.kinds);
    let seats: Vec<f64> = odds.map(|(own, kind)| own.unwrap_or(0.0) * f64::from(kind.chances) * size(kind)).collect();
    let panels = mixed(panels, &seats)?;
    // What is over when searches were used up goes to somebody, too.
    let seats = if searches > 0 { seats } else { averages(&panels, program.kinds.len()) };
    Ok(Some(Distribution { panels, seats }))
}

/// How many seats each kind has on average.
fn averages(panels: &[(Counts, f64)], kinds: usize) -> Vec<f64> {
    let mut seats = vec![0.0; kinds];
    for (panel, odds) in panels {
        seats.iter_mut().zip(panel).for_each(|(sum, own)| *sum += odds * f64::from(*own));
    }
    seats
}

/// Panels to begin with: kinds that have had a seat count less in the next.
fn varied(program: &Program) -> Result<Option<Vec<Counts>>, Impossible> {
    let mut panels: Vec<Counts> = Vec::new();
    let mut weights = vec![1.0_f64; program.kinds.len()];
    for _ in 0..program.kinds.len() {
        let Some(panel) = program.good(&weights)? else { return Ok(None) };
        for ((weight, seats), kind) in weights.iter_mut().zip(&panel).zip(&program.kinds) {
            *weight *= 1.0 - 0.5 * f64::from(*seats) / size(kind).max(1.0);
        }
        let most = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for weight in &mut weights {
            *weight /= most;
        }
        if !panels.contains(&panel) {
            panels.push(panel);
        }
    }
    Ok(Some(panels))
}

/// Raises the odds of all kinds that are not fixed, together, as far as they go. Returns the odds for each chance, and the price of a seat
/// of each kind: what the odds would gain if it had one more.
fn raise(
    program: &Program,
    fixed: &[Option<f64>],
    panels: &mut Vec<Counts>,
    searches: &mut u32,
) -> Result<(f64, Vec<f64>), Impossible> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let best = problem.add_var(1.0, (f64::NEG_INFINITY, f64::INFINITY));
    let mut prices = Vec::new();
    let mut shares = LinearExpr::empty();
    for (kind, own) in program.kinds.iter().zip(fixed) {
        let people = f64::from(kind.chances) * size(kind);
        let price = problem.add_var(own.map_or(0.0, |odds| -odds * people), (0.0, f64::INFINITY));
        if own.is_none() {
            shares.add(price, people);
        }
        prices.push(price);
    }
    problem.add_constraint(shares, ComparisonOp::Eq, 1.0);
    for panel in panels.iter() {
        problem.add_constraint(worth(panel, &prices, best), ComparisonOp::Le, 0.0);
    }
    let hard = |_| Impossible::TooHard;
    let mut solution = problem.solve().map_err(hard)?.into_solution().map_err(|_| Impossible::TooHard)?;
    loop {
        let now: Vec<f64> = prices.iter().map(|price| solution.var_value(*price).max(0.0)).collect();
        *searches = searches.saturating_sub(1);
        let new = if *searches > 0 { better(program, &now, solution.var_value(best))? } else { None };
        let Some(panel) = new.filter(|new| !panels.contains(new)) else { return Ok((solution.objective(), now)) };
        solution = add(solution, worth(&panel, &prices, best))?;
        panels.push(panel);
    }
}

/// A panel that is worth more than the best known one.
fn better(program: &Program, prices: &[f64], best: f64) -> Result<Option<Counts>, Impossible> {
    let most = prices.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let scaled: Vec<f64> = prices.iter().map(|price| price / most).collect();
    let panel = program.best(&scaled)?.ok_or(Impossible::TooHard)?;
    let value: f64 = panel.iter().zip(prices).map(|(seats, price)| f64::from(*seats) * price).sum();
    Ok((value > best + GAIN_MIN).then_some(panel))
}

fn add(solution: Solution, row: LinearExpr) -> Result<Solution, Impossible> {
    let outcome = solution.add_constraint(row, ComparisonOp::Le, 0.0).map_err(|_| Impossible::TooHard)?;
    outcome.into_solution().map_err(|_| Impossible::TooHard)
}

/// That a panel is worth at most `best`.
fn worth(panel: &[u32], prices: &[Variable], best: Variable) -> LinearExpr {
    let mut row = LinearExpr::empty();
    let seated = panel.iter().zip(prices).filter(|(seats, _)| **seats > 0);
    seated.for_each(|(seats, price)| row.add(*price, f64::from(*seats)));
    row.add(best, -1.0);
    row
}

/// How likely each panel is, so that each kind has so many seats on average.
fn mixed(panels: Vec<Counts>, seats: &[f64]) -> Result<Vec<(Counts, f64)>, Impossible> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let short = problem.add_var(1.0, (0.0, f64::INFINITY));
    let likely: Vec<Variable> = panels.iter().map(|_| problem.add_var(0.0, (0.0, 1.0))).collect();
    problem.add_constraint(likely.iter().map(|panel| (*panel, 1.0)), ComparisonOp::Eq, 1.0);
    for (kind, least) in seats.iter().enumerate() {
        let had = panels.iter().map(|panel| f64::from(panel.get(kind).copied().unwrap_or(0)));
        let row = likely.iter().copied().zip(had).filter(|(_, had)| *had > 0.0).chain([(short, 1.0)]);
        problem.add_constraint(row, ComparisonOp::Ge, *least);
    }
    let solution =
        problem.solve().map_err(|_| Impossible::TooHard)?.into_solution().map_err(|_| Impossible::TooHard)?;
    let odds = likely.iter().map(|panel| solution.var_value(*panel));
    Ok(panels.into_iter().zip(odds).filter(|(_, odds)| *odds > 0.0).collect())
}

fn size(kind: &Kind) -> f64 {
    f64::from(kind.people())
}

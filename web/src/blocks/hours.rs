//! A figure over the hours of a day, drawn along them: a stack of answers at each hour.

use super::chart::height;
use engagement::PublicFigure;
use serde::Serialize;
use std::ops::Range;

/// Height of the tallest stack, in units of the drawing; the hours together are a thousand wide.
pub(crate) const STACKS_HEIGHT: f64 = 180.0;
/// The part of an hour's width that its stack takes.
const FULL: f64 = 0.72;

/// Where a stack begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grows {
    /// From the ground.
    Up,
    /// From the shore down, under what sensors counted.
    Down,
}

/// The answers of an hour.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Stack {
    x: String,
    width: String,
    /// Where each part begins, how high it is, and how deep its tone is.
    parts: Vec<(String, String, usize)>,
}

/// Whether a figure has one row for each hour of the day, named as clocks show it: those are drawn along the hours.
pub(crate) fn is_by_hour(figure: &PublicFigure) -> bool {
    figure.rows.len() == 24 && (0..).zip(&figure.rows).all(|(hour, row)| row.label == format!("{hour:02}:00"))
}

/// The hours in which a figure by the hour has something to draw; none where it has not.
pub(crate) fn spoken(figure: &PublicFigure) -> Option<(usize, usize)> {
    let has = |at: &usize| figure.rows.get(*at).is_some_and(|row| row.cells.iter().any(|cell| height(cell) > 0.0));
    Some(((0..figure.rows.len()).find(has)?, (0..figure.rows.len()).rfind(has)? + 1))
}

/// A stack for each of these hours. What is hidden is not drawn.
pub(crate) fn stacks(figure: &PublicFigure, hours: Range<usize>, grows: Grows) -> Vec<Stack> {
    let sum = |at: usize| -> f64 { figure.rows.get(at).map_or(0.0, |row| row.cells.iter().map(height).sum()) };
    let full = hours.clone().map(sum).fold(0.0, f64::max);
    let count = u32::try_from(hours.len()).unwrap_or(1).max(1);
    let of_hour = 1000.0 / f64::from(count);
    let stack = |(at, hour): (u32, usize)| {
        let cells = figure.rows.get(hour).map(|row| row.cells.as_slice()).unwrap_or_default();
        let mut begun = 0.0;
        let part = |(answer, cell): (usize, &engagement::PublicCell)| {
            let high = if full > 0.0 { height(cell) / full * STACKS_HEIGHT } else { 0.0 };
            let top = match grows {
                Grows::Up => STACKS_HEIGHT - begun - high,
                Grows::Down => begun,
            };
            begun += high;
            (high > 0.0).then(|| (format!("{top:.1}"), format!("{high:.1}"), depth(answer, figure.columns.len())))
        };
        let parts: Vec<_> = cells.iter().enumerate().filter_map(part).collect();
        let x = of_hour * (f64::from(at) + (1.0 - FULL) / 2.0);
        Stack { x: format!("{x:.1}"), width: format!("{:.1}", of_hour * FULL), parts }
    };
    (0..).zip(hours).map(stack).filter(|stack| !stack.parts.is_empty()).collect()
}

/// How deep the tone of an answer is, 2 to 5: answers mostly lie on a scale, such as from calm to crowded.
pub(crate) const fn depth(answer: usize, of: usize) -> usize {
    match of {
        0..=4 => 5 - (of - 1 - answer) * 3 / (if of > 1 { of - 1 } else { 1 }),
        _ => 2 + answer % 4,
    }
}

/// What each tone means.
pub(crate) fn stack_key(figure: &PublicFigure) -> Vec<(usize, String)> {
    let of = figure.columns.len();
    figure.columns.iter().enumerate().map(|(answer, label)| (depth(answer, of), label.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engagement::Gate;
    use model::activity::{Adds, Cell, Figure, FindingRow, Look};

    fn by_hour(counts: &[(usize, [u32; 2])]) -> PublicFigure {
        let row = |hour: usize| {
            let people = counts.iter().find(|(at, _)| *at == hour).map_or([0, 0], |(_, people)| *people);
            FindingRow { label: format!("{hour:02}:00"), cells: people.map(Cell::Count).to_vec() }
        };
        let columns = vec!["calm".to_owned(), "full".to_owned()];
        let rows = (0..24).map(row).collect();
        let figure = Figure { caption: String::new(), look: Look::Stacked, adds: Adds::Nothing, columns, rows };
        Gate::new(5).figure(figure)
    }

    #[test]
    fn answers_stack_up_from_the_ground_or_down_from_the_shore() {
        let figure = by_hour(&[(10, [5, 15]), (12, [10, 0])]);
        assert!(is_by_hour(&figure));
        assert_eq!(spoken(&figure), Some((10, 13)));
        let up = stacks(&figure, 10..14, Grows::Up);
        let part = |top: &str, high: &str, tone| (top.to_owned(), high.to_owned(), tone);
        assert_eq!((up[0].x.as_str(), up[0].width.as_str()), ("35.0", "180.0"));
        assert_eq!(up[0].parts, [part("135.0", "45.0", 2), part("0.0", "135.0", 5)]);
        assert_eq!(up[1].parts, [part("90.0", "90.0", 2)], "the hour between has no stack");
        let down = stacks(&figure, 10..14, Grows::Down);
        assert_eq!(down[0].parts, [part("0.0", "45.0", 2), part("45.0", "135.0", 5)]);
    }

    #[test]
    fn tones_deepen_from_the_first_answer_to_the_last() {
        let depths = |of| (0..of).map(|answer| depth(answer, of)).collect::<Vec<_>>();
        assert_eq!([depths(1), depths(2), depths(3)], [vec![5], vec![2, 5], vec![2, 4, 5]]);
        assert_eq!([depths(4), depths(6)], [vec![2, 3, 4, 5], vec![2, 3, 4, 5, 2, 3]]);
    }

    #[test]
    fn few_answers_are_not_drawn_and_other_figures_are_not_by_the_hour() {
        let few = by_hour(&[(10, [4, 1])]);
        assert_eq!((spoken(&few), stacks(&few, 8..16, Grows::Up)), (None, Vec::new()));
        let mut other = by_hour(&[]);
        other.rows.swap(3, 4);
        assert!(!is_by_hour(&other));
    }
}

//! Who answered against who lives here, and who came against who was asked: tables whose small cells are hidden, and a second one where the
//! first could be had by subtraction.

use crate::figures::{PublicCell, PublicFigure, PublicRow};
use crate::gate::Gate;
use crate::weights::Margin;
use model::activity::{Adds, Cell, Figure, FindingRow, Look};
use std::collections::BTreeMap;

impl Gate {
    /// How many answered of each value of a margin, of how many answers in a hundred that is, and of how many people. Those who have not
    /// told stand last, under an empty label. Shares of answers are told only where no count is hidden.
    pub fn represented(self, margin: &Margin, values: &[Option<usize>]) -> PublicFigure {
        let labels = margin.people.iter().map(|(label, _)| label.as_str());
        let rows = rows(labels, values).map(|(label, people)| FindingRow { label, cells: vec![Cell::Count(people)] });
        let mut figure = self.figure(table(vec![String::new()], Adds::Down, rows.collect()));
        let hides = figure.rows.iter().any(|row| told(row).is_none());
        let all: f64 = figure.rows.iter().filter_map(told).map(f64::from).sum();
        let people: f64 = margin.people.iter().map(|(_, people)| people).sum();
        for (at, row) in figure.rows.iter_mut().enumerate() {
            let of_answers = told(row).filter(|_| !hides && all > 0.0).map(|own| f64::from(own) / all * 100.0);
            let of_people = margin.people.get(at).map(|(_, own)| own / people * 100.0);
            row.cells.extend(
                [of_answers, of_people]
                    .map(|share| share.map_or(PublicCell::Empty, |share| PublicCell::Number(share.round()))),
            );
        }
        figure.columns.extend([String::new(), String::new()]);
        if let Some(totals) = &mut figure.totals {
            totals.columns.extend([None, None]);
        }
        figure
    }

    /// How many answered of each value of a margin, by something else of theirs: the door they came by, the month. Sums are added both
    /// ways, and none tells what is hidden.
    pub fn crossed(self, margin: &Margin, values: &[Option<usize>], by: &[String]) -> PublicFigure {
        let mut columns: Vec<String> = by.to_vec();
        columns.sort();
        columns.dedup();
        let label = |at: Option<usize>| at.and_then(|at| margin.people.get(at)).map_or("", |(label, _)| label.as_str());
        let cell = |at: Option<usize>, column: &String| {
            let own = values.iter().zip(by).filter(|(value, by)| **value == at && *by == column);
            Cell::Count(u32::try_from(own.count()).unwrap_or(u32::MAX))
        };
        let places = (0..margin.people.len()).map(Some).chain(values.contains(&None).then_some(None));
        let rows = places.map(|at| FindingRow {
            label: label(at).to_owned(),
            cells: columns.iter().map(|column| cell(at, column)).collect(),
        });
        let rows = rows.collect();
        self.figure(table(columns, Adds::Both, rows))
    }

    /// How many of those who were asked came, and how many did not, by what was declared of them. The sum of a row is who was asked.
    pub fn came(self, asked: &BTreeMap<String, u32>, came: &BTreeMap<String, u32>) -> PublicFigure {
        let row = |(label, asked): (&String, &u32)| {
            let came = came.get(label).copied().unwrap_or(0).min(*asked);
            FindingRow { label: label.clone(), cells: vec![Cell::Count(came), Cell::Count(asked - came)] }
        };
        self.figure(table(vec![String::new(), String::new()], Adds::Both, asked.iter().map(row).collect()))
    }
}

fn table(columns: Vec<String>, adds: Adds, rows: Vec<FindingRow>) -> Figure {
    Figure { caption: String::new(), look: Look::Table, adds, columns, rows }
}

/// How many have each value; last, under an empty label, those who have not told, where there are any.
fn rows<'a>(labels: impl Iterator<Item = &'a str>, values: &[Option<usize>]) -> impl Iterator<Item = (String, u32)> {
    let count = |wanted: Option<usize>| {
        u32::try_from(values.iter().filter(|value| **value == wanted).count()).unwrap_or(u32::MAX)
    };
    let untold = count(None);
    let each: Vec<(String, u32)> = labels.enumerate().map(|(at, label)| (label.to_owned(), count(Some(at)))).collect();
    each.into_iter().chain((untold > 0).then(|| (String::new(), untold)))
}

fn told(row: &PublicRow) -> Option<u32> {
    match row.cells.first() {
        Some(PublicCell::Count(count)) => count.known(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::PublicCount;

    fn ages() -> Margin {
        let people = [("15-39", 400.0), ("40-", 600.0)].map(|(value, count)| (value.to_owned(), count));
        Margin { name: "age".to_owned(), people: people.into() }
    }

    fn values(young: usize, old: usize, untold: usize) -> Vec<Option<usize>> {
        [(Some(0), young), (Some(1), old), (None, untold)]
            .iter()
            .flat_map(|(value, many)| std::iter::repeat_n(*value, *many))
            .collect()
    }

    #[test]
    fn who_answered_stands_beside_who_lives_here_and_shares_go_where_a_count_is_hidden() {
        let told = Gate::new(5).represented(&ages(), &values(10, 30, 0));
        let cells: Vec<_> = told.rows.iter().map(|row| row.cells.clone()).collect();
        let number = PublicCell::Number;
        let count = |people| PublicCell::Count(PublicCount::Exactly(people));
        assert_eq!(cells, [vec![count(10), number(25.0), number(40.0)], vec![count(30), number(75.0), number(60.0)]]);
        let few = Gate::new(5).represented(&ages(), &values(3, 30, 6));
        assert!(few.rows.iter().all(|row| row.cells[1] == PublicCell::Empty), "{few:?}");
        assert_eq!(few.rows.iter().filter(|row| told_of(row).is_none()).count(), 2, "and a second count with it");
        assert_eq!(few.rows[2].label, "");
    }

    fn told_of(row: &PublicRow) -> Option<u32> {
        told(row)
    }

    #[test]
    fn who_came_is_told_only_where_who_stayed_away_may_be_known_too() {
        let all = |pairs: &[(&str, u32)]| pairs.iter().map(|(label, many)| ((*label).to_owned(), *many)).collect();
        let asked = all(&[("north", 40), ("south", 30), ("west", 20)]);
        let told = Gate::new(5).came(&asked, &all(&[("north", 20), ("south", 12), ("west", 10)]));
        assert_eq!(told.rows[0].total, Some(PublicCount::Exactly(40)));
        assert_eq!(told.rows[0].cells[0], PublicCell::Count(PublicCount::Exactly(20)));
        // All of the west but one came: that one is nobody's business.
        let told = Gate::new(5).came(&asked, &all(&[("north", 20), ("south", 12), ("west", 19)]));
        assert_eq!(told.rows[2].cells[1], PublicCell::Count(PublicCount::FewerThan(5)));
        assert_eq!(told.rows[2].cells[0], PublicCell::Withheld);
    }

    #[test]
    fn a_table_by_door_tells_no_small_cell_by_its_sums() {
        let by: Vec<String> = (0..40).map(|n| if n % 5 == 0 { "mail" } else { "poster" }.to_owned()).collect();
        let told = Gate::new(5).crossed(&ages(), &values(20, 20, 0), &by);
        assert_eq!(told.columns, ["mail", "poster"]);
        let hidden = told
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter(|cell| !matches!(cell, PublicCell::Count(count) if count.known().is_some()));
        assert_eq!(hidden.count(), 4, "four of each by mail: with the sums all would be known");
    }
}

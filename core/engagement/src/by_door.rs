//! Who answered by the door they came by, beside who lives here, for everybody: so that those of the panel and those who came by themselves
//! can be told apart.

use crate::figures::{PublicCell, PublicFigure, PublicRow};
use crate::gate::Gate;
use crate::weights::Margin;
use model::activity::{Adds, Cell, Figure, FindingRow, Look};

/// Under which doors and values stand together that are not told one by one. No door can be called that, and no option has it as its label.
pub const OTHERS: &str = "*";

impl Gate {
    /// How many answered of each value of a margin, by door; beside it of how many people in a hundred. What is not told of one kind in
    /// `doors` (how many came by each) and in `values` (how many have each value, [`Gate::represented`]) stands together here too: the
    /// sums of this table are theirs, so that no difference between the tables tells what one of them hides. None where nothing would
    /// be told.
    pub fn by_door(
        self,
        margin: &Margin,
        people: &[(Option<usize>, &str)],
        (doors, values): (&PublicFigure, &PublicFigure),
    ) -> Option<PublicFigure> {
        let door_of = |door: &str| if is_told(doors, door) { door.to_owned() } else { OTHERS.to_owned() };
        let label = |at: Option<usize>| at.and_then(|at| margin.people.get(at)).map_or("", |(label, _)| label.as_str());
        let value_of = |at: Option<usize>| if is_told(values, label(at)) { label(at) } else { OTHERS };
        let people: Vec<(&str, String)> = people.iter().map(|(at, door)| (value_of(*at), door_of(door))).collect();
        let mut columns: Vec<String> = people.iter().map(|(_, door)| door.clone()).collect();
        columns.sort_by_key(|door| (door == OTHERS, door.clone()));
        columns.dedup();
        let mut names: Vec<&str> = margin.people.iter().map(|(label, _)| label.as_str()).collect();
        names.extend(["", OTHERS]);
        names.retain(|name| people.iter().any(|(own, _)| own == name));
        let count = |name: Option<&str>, column: Option<&String>| {
            let is = |(own, door): &&(&str, String)| {
                name.is_none_or(|name| name == *own) && column.is_none_or(|column| column == door)
            };
            u32::try_from(people.iter().filter(is).count()).unwrap_or(u32::MAX)
        };
        let sums = names.iter().map(|name| count(Some(name), None));
        let mut sums = sums.chain(columns.iter().map(|column| count(None, Some(column))));
        if names.len() < 2 || columns.len() < 2 || sums.any(|sum| self.count(f64::from(sum)).known().is_none()) {
            return None;
        }
        let row = |name: &&str| FindingRow {
            label: (*name).to_owned(),
            cells: columns.iter().map(|column| Cell::Count(count(Some(name), Some(column)))).collect(),
        };
        let rows = names.iter().map(row).collect();
        let figure =
            Figure { caption: String::new(), look: Look::Table, adds: Adds::Both, columns: columns.clone(), rows };
        Some(beside_people(self.figure(figure), margin))
    }
}

/// A last column with the share of those who live here.
fn beside_people(mut figure: PublicFigure, margin: &Margin) -> PublicFigure {
    let all: f64 = margin.people.iter().map(|(_, people)| people).sum();
    for row in &mut figure.rows {
        let own = margin.people.iter().find(|(label, _)| *label == row.label).map(|(_, people)| people / all * 100.0);
        row.cells.push(own.map_or(PublicCell::Empty, |share| PublicCell::Number(share.round())));
    }
    figure.columns.push(String::new());
    if let Some(totals) = &mut figure.totals {
        totals.columns.push(None);
    }
    figure
}

/// Whether a table of counts tells the one of that name.
fn is_told(figure: &PublicFigure, name: &str) -> bool {
    figure.rows.iter().find(|row| row.label == name).is_some_and(|row| !hides(row))
}

/// Whether a row has a count that is not told.
pub(crate) fn hides(row: &PublicRow) -> bool {
    let is_hidden = |cell: &PublicCell| match cell {
        PublicCell::Count(count) => count.known().is_none(),
        PublicCell::Withheld => true,
        _ => false,
    };
    row.cells.iter().any(is_hidden)
}

impl PublicFigure {
    /// Whether it has a count that is not told.
    pub fn hides(&self) -> bool {
        self.rows.iter().any(hides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Participation;
    use model::Timestamp;
    use model::activity::{Author, Draft, Entry, EntryId, Moment, Pseudonym};

    fn ages() -> Margin {
        let people = [("young", 400.0), ("middle", 500.0), ("old", 100.0)];
        Margin { name: "age".to_owned(), people: people.map(|(value, count)| (value.to_owned(), count)).into() }
    }

    fn doors(people: &[(Option<usize>, &str)]) -> PublicFigure {
        let mut taking = Participation::default();
        for (who, (_, door)) in people.iter().enumerate() {
            let by =
                Author { pseudonym: Some(Pseudonym(who as u64)), door: Some((*door).to_owned()), ..Author::default() };
            let at = Moment { at: Timestamp::from_seconds(0), offset_minutes: 0 };
            let said = Draft { finished: true, ..Draft::default() };
            taking.put(&Entry { id: EntryId(who as u64), at, by, said });
        }
        taking.told(Gate::new(5)).doors
    }

    fn told(people: &[(Option<usize>, &str)]) -> Option<PublicFigure> {
        let values: Vec<Option<usize>> = people.iter().map(|(value, _)| *value).collect();
        let gate = Gate::new(5);
        gate.by_door(&ages(), people, (&doors(people), &gate.represented(&ages(), &values)))
    }

    fn many(groups: &[(Option<usize>, &'static str, usize)]) -> Vec<(Option<usize>, &'static str)> {
        groups.iter().flat_map(|(value, door, many)| std::iter::repeat_n((*value, *door), *many)).collect()
    }

    #[test]
    fn the_panel_and_those_who_came_by_themselves_stand_beside_who_lives_here() {
        let people = many(&[
            (Some(0), "invitation", 10),
            (Some(1), "invitation", 20),
            (Some(2), "invitation", 30),
            (Some(0), "poster", 12),
            (Some(1), "poster", 9),
            (Some(2), "poster", 8),
        ]);
        let figure = told(&people).unwrap();
        assert_eq!(figure.columns, ["invitation", "poster", ""]);
        let shares: Vec<_> = figure.rows.iter().map(|row| row.cells[2].clone()).collect();
        assert_eq!(shares, [40.0, 50.0, 10.0].map(PublicCell::Number));
        assert!(!figure.hides());
    }

    /// The table of doors hid three who came by the screen, and one more door with them; the table by door told the sum of that other
    /// door, and so the three.
    #[test]
    fn a_door_that_is_hidden_elsewhere_is_no_column_here() {
        let people = many(&[
            (Some(0), "mail", 6),
            (Some(0), "poster", 20),
            (Some(1), "poster", 20),
            (Some(1), "screen", 3),
            (Some(1), "mail", 8),
        ]);
        let public = doors(&people);
        assert!(public.hides());
        let figure = told(&people).unwrap();
        assert!(figure.columns.iter().any(|column| column == OTHERS), "{figure:?}");
        for row in public.rows.iter().filter(|row| hides(row)) {
            assert!(!figure.columns.contains(&row.label), "{}: {figure:?}", row.label);
        }
    }

    #[test]
    fn through_random_answers_no_sum_is_new_and_no_hidden_cell_stands_alone() {
        let mut state = 1_u64;
        let mut dice = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        let (mut tables, mut hidden_cells) = (0, 0);
        for _ in 0..2_000 {
            let people: Vec<(Option<usize>, &str)> = (0..10 + dice(80))
                .map(|_| {
                    let value = usize::try_from(dice(4) * dice(4) / 3).ok().filter(|value| *value < 3);
                    (value, ["invitation", "mail", "poster", "screen"][(dice(4) * dice(4) / 3 % 4) as usize])
                })
                .collect();
            let Some(figure) = told(&people) else { continue };
            tables += 1;
            let doors = doors(&people);
            let last = figure.columns.len() - 1;
            for column in figure.columns[..last].iter().filter(|column| *column != OTHERS) {
                assert!(is_told(&doors, column), "{column} of {people:?}");
            }
            let is_hidden = |cell: &PublicCell| match cell {
                PublicCell::Count(count) => count.known().is_none(),
                other => *other == PublicCell::Withheld,
            };
            for row in &figure.rows {
                let hidden = row.cells[..last].iter().filter(|cell| is_hidden(cell)).count();
                hidden_cells += hidden;
                assert_ne!(hidden, 1, "the sum of its row tells it: {figure:?}");
            }
            for at in 0..last {
                let hidden = figure.rows.iter().filter(|row| is_hidden(&row.cells[at])).count();
                assert_ne!(hidden, 1, "the sum of its column tells it: {figure:?}");
            }
        }
        assert!(tables > 300 && hidden_cells > 300, "{tables} tables, {hidden_cells} hidden cells");
    }
}

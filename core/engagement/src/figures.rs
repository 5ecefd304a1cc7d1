//! What was found, as the public may see it: small cells hidden, and a second one where the first could be had by subtraction.

use crate::gate::{Gate, PublicCount};
use model::activity::{Adds, Cell, Content, EntryId, Figure, Finding, Group, Item, Look, Page, Tag};
use std::collections::BTreeMap;

/// A figure that passed the gate, totals added.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicFigure {
    /// What it shows.
    pub caption: String,
    /// How it is drawn, beside the table.
    pub look: Look,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<PublicRow>,
    /// Sums of the columns, where counts may be added downwards.
    pub totals: Option<PublicTotals>,
}

/// A row of a [`PublicFigure`].
#[derive(Clone, Debug, PartialEq)]
pub struct PublicRow {
    /// Its head.
    pub label: String,
    /// One for each column.
    pub cells: Vec<PublicCell>,
    /// The sum of its counts, where they may be added across.
    pub total: Option<PublicCount>,
}

/// The last row of a [`PublicFigure`].
#[derive(Clone, Debug, PartialEq)]
pub struct PublicTotals {
    /// One for each column; none where a column has no counts.
    pub columns: Vec<Option<PublicCount>>,
    /// The sum of all, where counts may be added both ways.
    pub all: Option<PublicCount>,
}

/// What the public may see in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum PublicCell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A number that is not about people.
    Number(f64),
    /// How many people, when it may be told.
    Count(PublicCount),
    /// Not told though it is not small: with it another could be had by subtraction.
    Withheld,
    /// A figure over answers; none when too few stand behind it.
    Average(Option<f64>, PublicCount),
}

/// A finding that passed the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicFinding {
    /// Key of the question, or a word of the method's own.
    pub key: String,
    /// For people.
    pub title: String,
    /// The language of its words.
    pub language: Tag,
    /// `CommonMark`.
    pub words: String,
    /// How many people it rests on.
    pub people: PublicCount,
    /// Its figures.
    pub figures: Vec<PublicFigure>,
}

/// A page whose counts of people passed the gate: they stand here, and no longer in it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicPage {
    /// The page. Its figures have no rows, its items no tallies.
    pub page: Page,
    /// Figures by the index of their block.
    pub figures: BTreeMap<usize, PublicFigure>,
    /// What people did with an entry: label and how many.
    pub tallies: BTreeMap<EntryId, Vec<(String, PublicCount)>>,
}

impl Gate {
    /// A finding as the public may see it.
    pub fn finding(self, found: Finding) -> PublicFinding {
        let Finding { key, title, language, words, people, figures } = found;
        let figures = figures.into_iter().map(|figure| self.figure(figure)).collect();
        PublicFinding { key, title, language, words, people: self.count(f64::from(people)), figures }
    }

    /// A page as the public may see it.
    pub fn page(self, mut page: Page) -> PublicPage {
        let (mut figures, mut tallies) = (BTreeMap::new(), BTreeMap::new());
        for (at, block) in page.blocks.iter_mut().enumerate() {
            let groups: &mut [Group] = match &mut block.is {
                Content::Figure(figure) => {
                    let empty = Figure { rows: Vec::new(), ..figure.clone() };
                    figures.insert(at, self.figure(std::mem::replace(figure, empty)));
                    &mut []
                }
                Content::Map(map) => &mut map.groups,
                Content::Board(groups) => groups,
                Content::Notes(group) => std::slice::from_mut(group),
                _ => &mut [],
            };
            for item in groups.iter_mut().flat_map(|group| &mut group.items) {
                let Item { entry, tallies: said } = item;
                let told = std::mem::take(said).into_iter().map(|t| (t.label, self.count(f64::from(t.people))));
                tallies.entry(*entry).or_insert_with(Vec::new).extend(told);
            }
        }
        PublicPage { page, figures, tallies }
    }

    /// A figure as the public may see it.
    pub fn figure(self, figure: Figure) -> PublicFigure {
        let counts = Counts::of(&figure, self);
        let Figure { caption, look, adds, columns, rows } = figure;
        let rows: Vec<PublicRow> = rows
            .into_iter()
            .enumerate()
            .map(|(at, row)| PublicRow {
                label: row.label,
                cells: row
                    .cells
                    .into_iter()
                    .enumerate()
                    .map(|(column, cell)| self.cell(cell, &counts, at, column))
                    .collect(),
                total: adds.across().then(|| counts.told(at, counts.width)).flatten(),
            })
            .collect();
        let totals = adds.down().then(|| PublicTotals {
            columns: (0..columns.len()).map(|column| counts.told(counts.height, column)).collect(),
            all: (adds == Adds::Both).then(|| counts.told(counts.height, counts.width)).flatten(),
        });
        PublicFigure { caption, look, columns, rows, totals }
    }

    fn cell(self, cell: Cell, counts: &Counts, row: usize, column: usize) -> PublicCell {
        match cell {
            Cell::Empty => PublicCell::Empty,
            Cell::Text(text) => PublicCell::Text(text),
            Cell::Number(number) => PublicCell::Number(number),
            Cell::Count(people) => match self.count(f64::from(people)) {
                PublicCount::Exactly(_) if counts.hides(row, column) => PublicCell::Withheld,
                told => PublicCell::Count(told),
            },
            Cell::Average { value, people } => {
                let people = self.count(f64::from(people));
                PublicCell::Average(people.known().map(|_| value), people)
            }
        }
    }
}

/// The counts of a figure with their sums in one more row and column, and which of them are hidden.
struct Counts {
    gate: Gate,
    height: usize,
    width: usize,
    cells: BTreeMap<(usize, usize), (u64, Hidden)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    No,
    Yes,
}

impl Counts {
    fn of(figure: &Figure, gate: Gate) -> Self {
        let (height, width) = (figure.rows.len(), figure.columns.len());
        let mut counts = Self { gate, height, width, cells: BTreeMap::new() };
        for (row, line) in figure.rows.iter().enumerate() {
            for (column, cell) in line.cells.iter().enumerate() {
                if let Cell::Count(people) = cell {
                    counts.put(row, column, u64::from(*people));
                }
            }
        }
        let (down, across) = (figure.adds.down(), figure.adds.across());
        if across {
            (0..height).for_each(|row| counts.add_up((row, width), |at| at.0 == row && at.1 < width));
        }
        if down {
            (0..=width).for_each(|column| counts.add_up((height, column), |at| at.1 == column && at.0 < height));
        }
        counts.hide_what_could_be_subtracted(down, across);
        counts
    }

    fn put(&mut self, row: usize, column: usize, people: u64) {
        let hidden = if self.is_small(people) { Hidden::Yes } else { Hidden::No };
        self.cells.insert((row, column), (people, hidden));
    }

    fn add_up(&mut self, to: (usize, usize), of: impl Fn(&(usize, usize)) -> bool) {
        let parts: Vec<u64> = self.cells.iter().filter(|(at, _)| of(at)).map(|(_, (people, _))| *people).collect();
        if !parts.is_empty() {
            self.put(to.0, to.1, parts.into_iter().sum());
        }
    }

    fn is_small(&self, people: u64) -> bool {
        self.gate.count(u32::try_from(people).map_or(f64::MAX, f64::from)).known().is_none()
    }

    /// A line whose sum is known must hide nothing, or two or more cells that are together too many to tell of.
    fn hide_what_could_be_subtracted(&mut self, down: bool, across: bool) {
        let rows = (0..=self.height).filter(|_| across).map(|row| (true, row));
        let columns = (0..=self.width).filter(|_| down).map(|column| (false, column));
        let lines: Vec<(bool, usize)> = rows.chain(columns).collect();
        // Each round hides a cell, so there are no more rounds than cells.
        while lines.iter().any(|line| self.hide_one_more(*line)) {}
    }

    /// Hides the smallest cell still shown in a line that tells too much; says whether it did.
    fn hide_one_more(&mut self, (is_row, number): (bool, usize)) -> bool {
        let end = if is_row { self.width } else { self.height };
        let at = |n: usize| if is_row { (number, n) } else { (n, number) };
        let sum = self.cells.get(&at(end)).map(|(people, _)| *people);
        // A sum that is small itself is told nowhere. One that is not is counted as known, even if hidden here: another figure may show it.
        if sum.is_none_or(|people| self.is_small(people)) {
            return false;
        }
        let line = || (0..end).filter_map(|n| Some((at(n), *self.cells.get(&at(n))?)));
        let hidden: Vec<u64> = line().filter(|(_, (_, h))| *h == Hidden::Yes).map(|(_, (people, _))| people).collect();
        if hidden.is_empty() || (hidden.len() > 1 && !self.is_small(hidden.iter().sum())) {
            return false;
        }
        let smallest = line().filter(|(_, (_, h))| *h == Hidden::No).min_by_key(|(_, (people, _))| *people);
        // Where all parts are hidden and still too few, the sum itself must go.
        let (at, (people, hidden)) = match (smallest, self.cells.get(&at(end))) {
            (Some(part), _) => part,
            (None, Some(sum)) => (at(end), *sum),
            (None, None) => return false,
        };
        self.cells.insert(at, (people, Hidden::Yes));
        hidden == Hidden::No
    }

    fn hides(&self, row: usize, column: usize) -> bool {
        self.cells.get(&(row, column)).is_some_and(|(_, hidden)| *hidden == Hidden::Yes)
    }

    /// A sum: none where nothing was added, or where it must not be told.
    fn told(&self, row: usize, column: usize) -> Option<PublicCount> {
        let (people, hidden) = self.cells.get(&(row, column))?;
        let count = self.gate.count(u32::try_from(*people).map_or(f64::MAX, f64::from));
        (*hidden == Hidden::No || count.known().is_none()).then_some(count)
    }
}

#[cfg(test)]
mod tests;

use super::path::Tag;

/// A table with a look, as a method found it: counts of people in it have not passed the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it shows.
    pub caption: String,
    /// How it is drawn, beside the table.
    pub look: Look,
    /// Along what its counts may be added.
    pub adds: Adds,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// As wide as there are columns.
    pub rows: Vec<FindingRow>,
}

/// How a figure is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Look {
    /// As a table only.
    #[default]
    Table,
    /// Bars beside each other.
    Bars,
    /// Bars on top of each other.
    Stacked,
    /// A curve.
    Line,
}

/// Along what the counts of a figure may be added, because each person stands there once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Adds {
    /// Nothing: people may have chosen several.
    #[default]
    Nothing,
    /// The rows of a column.
    Down,
    /// The columns of a row.
    Across,
    /// Both.
    Both,
}

/// A row of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingRow {
    /// Its head.
    pub label: String,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words of the method.
    Text(String),
    /// A number that is not about people.
    Number(f64),
    /// How many people.
    Count(u32),
    /// A figure over answers.
    Average {
        /// The figure.
        value: f64,
        /// How many people it rests on.
        people: u32,
    },
}

/// One thing that was found. It names no entry and quotes nobody.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Key of the question, or a word of the method's own.
    pub key: String,
    /// For people.
    pub title: String,
    /// The language of its words.
    pub language: Tag,
    /// `CommonMark`, in plain words.
    pub words: String,
    /// How many people it rests on.
    pub people: u32,
    /// Its figures.
    pub figures: Vec<Figure>,
}

impl Adds {
    /// Whether the rows of a column may be added.
    pub const fn down(self) -> bool {
        matches!(self, Self::Down | Self::Both)
    }

    /// Whether the columns of a row may be added.
    pub const fn across(self) -> bool {
        matches!(self, Self::Across | Self::Both)
    }
}

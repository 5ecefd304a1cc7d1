//! A figure that passed the gate: drawn, and always as a table too.

use super::hours::{Grows, Stack, is_by_hour, spoken, stack_key, stacks};
use crate::reader::Reader;
use crate::view::{Tick, hour_ticks, widened};
use engagement::{PublicCell, PublicCount, PublicFigure, PublicRow};
use model::activity::Look;
use serde::Serialize;
use std::fmt::Write as _;

/// Width and height of a line chart, in its own units.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 240.0;

/// A figure as the template shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    caption: String,
    /// `hours`, `bars`, `stacked`, `line` or `table`.
    look: &'static str,
    columns: Vec<String>,
    rows: Vec<ChartRow>,
    /// Sums, last row of the table.
    totals: Option<Vec<String>>,
    /// A sum at the end of each row.
    across: bool,
    /// The lines of a line chart, one a column.
    lines: Vec<Line>,
    /// First and last label of a line chart.
    ends: Option<(String, String)>,
    /// Along the hours of a day: a stack at each, and the hours under them.
    stacks: Vec<Stack>,
    ticks: Vec<Tick>,
    /// How deep the tone of each column is.
    key: Vec<(usize, String)>,
    /// Something in it is hidden, so that nobody is recognised.
    hides: bool,
}

#[derive(Debug, Serialize)]
struct ChartRow {
    label: String,
    cells: Vec<String>,
    total: Option<String>,
    /// Parts of the bar: where each begins and how wide it is, in percent, and which of six tones it has.
    parts: Vec<(String, String, usize)>,
}

#[derive(Debug, Serialize)]
struct Line {
    d: String,
    tone: usize,
}

impl Chart {
    pub(crate) fn of(figure: &PublicFigure, reader: &Reader) -> Self {
        let rows = &figure.rows;
        let hours = spoken(figure).filter(|_| is_by_hour(figure)).map(|(first, last)| widened(first, last));
        let look = match figure.look {
            Look::Table => "table",
            _ if hours.is_some() => "hours",
            Look::Bars => "bars",
            Look::Stacked => "stacked",
            Look::Line if rows.len() > 1 => "line",
            Look::Line => "table",
        };
        let full = full(figure, look);
        let row = |row: &PublicRow| ChartRow {
            label: row.label.clone(),
            cells: row.cells.iter().map(|cell| told(cell, reader)).collect(),
            total: row.total.map(|count| count_told(count, reader)),
            parts: parts(row, look, full),
        };
        let totals = figure.totals.as_ref().map(|totals| {
            let mut told: Vec<String> =
                totals.columns.iter().map(|c| c.map_or(String::new(), |c| count_told(c, reader))).collect();
            told.extend(totals.all.map(|all| count_told(all, reader)));
            told
        });
        let ends = rows.first().zip(rows.last()).map(|(first, last)| (first.label.clone(), last.label.clone()));
        Self {
            caption: figure.caption.clone(),
            look,
            columns: figure.columns.clone(),
            across: rows.iter().any(|row| row.total.is_some()),
            hides: rows.iter().flat_map(|row| &row.cells).any(is_hidden),
            rows: rows.iter().map(row).collect(),
            totals,
            lines: if look == "line" { lines(figure, full) } else { Vec::new() },
            ends: ends.filter(|_| look == "line"),
            stacks: hours.map_or(Vec::new(), |(first, last)| stacks(figure, first..last, Grows::Up)),
            ticks: hours.map_or(Vec::new(), |(first, last)| hour_ticks(first..last)),
            key: stack_key(figure),
        }
    }

    /// Whether it is drawn along the hours of a day.
    pub(crate) fn is_by_hour(&self) -> bool {
        self.look == "hours"
    }

    /// The same with one more column before the others in its table; a row without a cell stays empty there.
    pub(crate) fn with_first_column(mut self, head: String, cells: impl IntoIterator<Item = String>) -> Self {
        self.columns.insert(0, head);
        let mut cells = cells.into_iter();
        for row in &mut self.rows {
            row.cells.insert(0, cells.next().unwrap_or_default());
        }
        if let Some(totals) = &mut self.totals {
            totals.insert(0, String::new());
        }
        self
    }
}

/// A count for people.
pub(crate) fn count_told(count: PublicCount, reader: &Reader) -> String {
    match count {
        PublicCount::Exactly(count) => reader.speaker.number(count.into(), 0),
        PublicCount::FewerThan(limit) => reader.speaker.text("fewer-than", &[("limit", limit.into())]),
    }
}

fn told(cell: &PublicCell, reader: &Reader) -> String {
    let number = |value: f64, decimals| reader.speaker.number(value, decimals);
    match cell {
        PublicCell::Empty => String::new(),
        PublicCell::Text(text) => text.clone(),
        PublicCell::Number(value) => number(*value, if value.fract() == 0.0 { 0 } else { 2 }),
        PublicCell::Count(count) => count_told(*count, reader),
        PublicCell::Withheld => reader.text("figure-withheld"),
        PublicCell::Average(Some(value), _) => number(*value, 1),
        PublicCell::Average(None, people) => count_told(*people, reader),
    }
}

const fn is_hidden(cell: &PublicCell) -> bool {
    matches!(cell, PublicCell::Withheld | PublicCell::Count(PublicCount::FewerThan(_)) | PublicCell::Average(None, _))
}

/// What a cell comes to in a drawing; what is hidden is not drawn.
pub(super) fn height(cell: &PublicCell) -> f64 {
    match cell {
        PublicCell::Number(value) | PublicCell::Average(Some(value), _) if value.is_finite() => value.max(0.0),
        PublicCell::Count(PublicCount::Exactly(count)) => f64::from(*count),
        _ => 0.0,
    }
}

/// What fills the whole width, or height.
fn full(figure: &PublicFigure, look: &str) -> f64 {
    let of_row = |row: &PublicRow| -> f64 {
        let heights = row.cells.iter().map(height);
        if look == "stacked" { heights.sum() } else { heights.fold(0.0, f64::max) }
    };
    figure.rows.iter().map(of_row).fold(0.0, f64::max)
}

fn parts(row: &PublicRow, look: &str, full: f64) -> Vec<(String, String, usize)> {
    let cells: &[PublicCell] = match look {
        "bars" => row.cells.get(..1).unwrap_or_default(),
        "stacked" => &row.cells,
        _ => return Vec::new(),
    };
    let mut begun = 0.0;
    let part = |(tone, cell): (usize, &PublicCell)| {
        let wide = if full > 0.0 { height(cell) / full * 100.0 } else { 0.0 };
        let part = (format!("{begun:.2}%"), format!("{wide:.2}%"), tone % 6);
        begun += wide;
        (wide > 0.0).then_some(part)
    };
    cells.iter().enumerate().filter_map(part).collect()
}

/// One line a column; a hidden count breaks it.
fn lines(figure: &PublicFigure, full: f64) -> Vec<Line> {
    let steps = u32::try_from(figure.rows.len().saturating_sub(1).max(1)).unwrap_or(1);
    let line = |column: usize| {
        let mut d = String::new();
        let mut drawing = false;
        for (at, row) in (0_u32..).zip(&figure.rows) {
            let cell = row.cells.get(column).filter(|cell| !is_hidden(cell) && !matches!(cell, PublicCell::Empty));
            let Some(cell) = cell else {
                drawing = false;
                continue;
            };
            let x = f64::from(at) / f64::from(steps) * WIDTH;
            let y = if full > 0.0 { HEIGHT - height(cell) / full * (HEIGHT - 12.0) } else { HEIGHT };
            let _ = write!(d, "{}{x:.0} {y:.0}", if drawing { "L" } else { "M" });
            drawing = true;
        }
        Line { d, tone: column % 6 }
    };
    (0..figure.columns.len()).map(line).filter(|line| !line.d.is_empty()).collect()
}

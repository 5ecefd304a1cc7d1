//! A list of sensors, from whatever text it was written in.

use super::encoding::text_of;
use super::fields::Field;
use super::json;
use super::table::{self, Cell, Unclosed};
use crate::diagnostic::{Diagnostic, Fault, Severity};
use crate::said::say;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// A list with more bytes is another file.
pub const LIST_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The largest town the box is made for has a tenth of it.
pub(super) const ROWS_MAX: usize = 20_000;
/// The headings stand within the first rows: delivery lists have a title above them.
const TITLE_ROWS_MAX: usize = 20;

/// Sensors as somebody else wrote them down, with their places in that text. It holds keys, so it is never printed.
pub struct List {
    /// What the list is called, for messages.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) rows: Vec<Row>,
    /// Headings of its columns and what each was taken for; none says nothing the box needs. Empty for a list without columns.
    pub(super) columns: Columns,
}

/// What is said of one sensor.
pub(super) struct Row {
    pub(super) cells: BTreeMap<Field, Cell>,
    /// Where it begins.
    pub(super) at: Range<usize>,
}

impl List {
    /// Reads a list: CSV with headings, or JSON of a network server. `name` is how messages call it: its file name.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        if bytes.len() > LIST_BYTES_MAX {
            let (bytes, most) = (bytes.len(), LIST_BYTES_MAX);
            let message = say!("file-large", "this file has {bytes} bytes, at most {most} are read", bytes, most);
            let help = say!("make-smaller", "look whether it is the right file, or make it smaller");
            return Err(Box::new(Diagnostic::of_file(Severity::Error, name, message, help)));
        }
        let text = text_of(bytes);
        let read = if text.trim_start().starts_with(['{', '[']) { json::rows(&text) } else { of_table(&text) };
        let refused = |fault: Box<Fault>| Box::new(fault.in_secret_text(name, &text));
        let (rows, columns) = read.map_err(refused)?;
        if rows.len() > ROWS_MAX {
            let many = say!(
                "list-too-many",
                "the list has {count} sensors, at most {most} are read",
                count = rows.len(),
                most = ROWS_MAX
            );
            return Err(refused(Box::new(Fault::error(0..0, many).help(say!("list-in-parts", "import it in parts")))));
        }
        Ok(Self { name: name.to_owned(), text, rows, columns })
    }

    /// A single sensor, as a form or a code says it: line `n` of a message is the `n`th value here.
    pub fn form(name: &str, values: &[(Field, String)]) -> Self {
        let mut text = String::new();
        let mut cells = BTreeMap::new();
        for (field, value) in values {
            let value = value.replace(['\n', '\r'], " ");
            let at = text.len()..text.len() + value.len();
            text.push_str(&value);
            text.push('\n');
            if !value.trim().is_empty() {
                cells.insert(field.clone(), Cell { text: value.trim().to_owned(), at });
            }
        }
        let rows = vec![Row { cells, at: 0..0 }];
        Self { name: name.to_owned(), text, rows, columns: Vec::new() }
    }

    /// How many sensors it names.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when it names none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// True when it says this of some sensor.
    pub fn says(&self, field: &Field) -> bool {
        self.rows.iter().any(|row| row.cells.contains_key(field))
    }

    /// Headings of its columns and what each was taken for; empty for a list without columns, such as JSON.
    pub fn columns(&self) -> &[(String, Option<Field>)] {
        &self.columns
    }

    /// Headings of columns that nothing was taken from.
    pub fn ignored(&self) -> Vec<&str> {
        self.columns.iter().filter(|(_, field)| field.is_none()).map(|(heading, _)| heading.as_str()).collect()
    }

    /// Its text as it was read. It holds keys.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fault as a diagnostic of this list: line and column, and nothing of the text.
    pub(super) fn points(&self, fault: Fault) -> Diagnostic {
        fault.in_secret_text(&self.name, &self.text)
    }

    /// In which line of the text a place is, from 1.
    pub(super) fn line(&self, at: &Range<usize>) -> usize {
        1 + self.text.get(..at.start).unwrap_or(&self.text).matches('\n').count()
    }
}

/// Shows no key.
impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("name", &self.name).field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// Headings and what each was taken for.
pub(super) type Columns = Vec<(String, Option<Field>)>;

/// Rows of a table, and its columns.
fn of_table(text: &str) -> Result<(Vec<Row>, Columns), Box<Fault>> {
    let rows = table::rows(text).map_err(|Unclosed(at)| {
        Box::new(
            Fault::error(at, say!("list-open-quote", "the text that begins here has no closing quotation mark"))
                .help(say!("list-close-quote", "put a quotation mark at its end, or export the list again")),
        )
    })?;
    let meanings = |row: &[Cell]| row.iter().map(|cell| Field::of_heading(&cell.text)).collect::<Vec<_>>();
    let headings = rows.iter().take(TITLE_ROWS_MAX).position(|row| meanings(row).contains(&Some(Field::DevEui)));
    let Some(headings) = headings else {
        return Err(Box::new(Fault::error(0..0, say!("list-no-headings", "no column is called DevEUI")).expected(
            say!(
                "list-headings",
                "expected a row of headings above the sensors, such as name;dev_eui;join_eui;app_key;decoder;place"
            ),
        )));
    };
    let mut rows = rows.into_iter().skip(headings);
    let heading_row = rows.next().unwrap_or_default();
    let columns = meanings(&heading_row);
    let named = heading_row.iter().zip(&columns).filter(|(cell, _)| !cell.text.is_empty());
    let named = named.map(|(cell, field)| (cell.text.clone(), field.clone())).collect();
    let mut read = Vec::new();
    for row in rows {
        if let Some(extra) = row.get(columns.len()..).unwrap_or_default().iter().find(|cell| !cell.text.is_empty()) {
            return Err(Box::new(
                Fault::error(
                    extra.at.clone(),
                    say!("list-more-cells", "this row has more cells than there are headings"),
                )
                .help(say!("list-quote-cells", "put texts that hold the separator into quotation marks")),
            ));
        }
        let at = row.first().map_or(0..0, |first| first.at.clone());
        let mut cells = BTreeMap::new();
        for (cell, field) in row.into_iter().zip(&columns) {
            // Of two columns for the same the first that says something counts.
            if let Some(field) = field.clone().filter(|_| !cell.text.is_empty()) {
                cells.entry(field).or_insert(cell);
            }
        }
        read.push(Row { cells, at });
    }
    Ok((read, named))
}

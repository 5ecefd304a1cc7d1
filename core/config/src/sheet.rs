//! A table with headings, as offices send them: any alphabet and separator that spreadsheets write.

use crate::enrol::encoding::text_of;
use crate::enrol::table::{Unclosed, rows};

/// Bytes of a sheet at most.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// Headings, and rows of as many cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The first row that is not empty.
    pub headings: Vec<String>,
    /// The others.
    pub rows: Vec<SheetRow>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// The line it begins in, from 1.
    pub line: usize,
    /// As many as there are headings. Cells that a spreadsheet left out at the end are empty.
    pub cells: Vec<String>,
}

/// Why a file is no sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// More than is read.
    #[error("the file has {0} bytes; at most {BYTES_MAX} are read: send it in parts")]
    Bytes(usize),
    /// More rows than asked for.
    #[error("the file has {has} rows; at most {max} are read: send it in parts")]
    Rows {
        /// How many.
        has: usize,
        /// At most.
        max: usize,
    },
    /// A quotation mark without its other one.
    #[error("line {0}: a quotation mark is not closed; close it, or double it where it belongs to the text")]
    Unclosed(usize),
    /// Nothing in it.
    #[error("the file is empty; expected a line of headings and a line for each")]
    Empty,
    /// A row with more cells than there are headings.
    #[error("line {line}: {has} cells and {wants} headings; put what has a separator in it in quotation marks")]
    Ragged {
        /// Which.
        line: usize,
        /// Cells.
        has: usize,
        /// Headings.
        wants: usize,
    },
}

impl Sheet {
    /// Reads a sheet of at most so many rows.
    pub fn read(bytes: &[u8], rows_max: usize) -> Result<Self, SheetFault> {
        if bytes.len() > BYTES_MAX {
            return Err(SheetFault::Bytes(bytes.len()));
        }
        let text = text_of(bytes);
        let mut lines = Lines { text: &text, at: 0, line: 1 };
        let all = rows(&text).map_err(|Unclosed(at)| SheetFault::Unclosed(lines.of(at.start)))?;
        let has = all.len().saturating_sub(1);
        if has > rows_max {
            return Err(SheetFault::Rows { has, max: rows_max });
        }
        let mut all = all.into_iter();
        let headings: Vec<String> = all.next().ok_or(SheetFault::Empty)?.into_iter().map(|cell| cell.text).collect();
        let wants = headings.len();
        let mut read = Vec::with_capacity(has);
        for row in all {
            let line = lines.of(row.first().map_or(0, |cell| cell.at.start));
            let mut cells: Vec<String> = row.into_iter().map(|cell| cell.text).collect();
            if let Some(at) = cells.iter().rposition(|cell| !cell.is_empty()).filter(|at| *at >= wants) {
                return Err(SheetFault::Ragged { line, has: at + 1, wants });
            }
            cells.resize(wants, String::new());
            read.push(SheetRow { line, cells });
        }
        Ok(Self { headings, rows: read })
    }

    /// Which column has a heading; blanks around it and capitals do not matter.
    pub fn column(&self, heading: &str) -> Option<usize> {
        let same = |own: &String| own.trim().to_lowercase() == heading.trim().to_lowercase();
        self.headings.iter().position(same)
    }
}

/// Counts lines, going forward only.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, at: usize) -> usize {
        if let Some(between) = self.text.get(self.at..at) {
            (self.line, self.at) = (self.line + between.matches('\n').count(), at);
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_with_semicolons_is_read_with_the_line_of_each_row() {
        let bytes = b"Navn;E-post\r\n\r\n\"B\xe5th\nlen\";a@example.no\r\nC\r\n";
        let sheet = Sheet::read(bytes, 10).unwrap();
        assert_eq!(sheet.column(" navn "), Some(0));
        let row = |line, cells: [&str; 2]| SheetRow { line, cells: cells.map(str::to_owned).to_vec() };
        assert_eq!(sheet.rows, [row(3, ["B\u{e5}th\nlen", "a@example.no"]), row(5, ["C", ""])]);
    }

    #[test]
    fn what_is_no_sheet_is_refused_with_its_line() {
        assert_eq!(Sheet::read(b"", 10), Err(SheetFault::Empty));
        assert_eq!(Sheet::read(b"a;b\n1;2;3\n", 10), Err(SheetFault::Ragged { line: 2, has: 3, wants: 2 }));
        assert_eq!(Sheet::read(b"a;b\n1;\"2\n", 10), Err(SheetFault::Unclosed(2)));
        assert_eq!(Sheet::read(b"a\n1\n2\n3\n", 2), Err(SheetFault::Rows { has: 3, max: 2 }));
        assert_eq!(Sheet::read(b"a;b\n1;2;;\n", 10).unwrap().rows[0].cells, ["1", "2"]);
    }
}

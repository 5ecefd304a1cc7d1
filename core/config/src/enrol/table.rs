//! Rows of a comma, semicolon or tab separated list (RFC 4180), each cell with its place in the text.

use std::ops::Range;

/// One cell, quotation marks taken off.
#[derive(Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) at: Range<usize>,
}

/// A quotation mark that is never closed: where it stands.
pub(crate) struct Unclosed(pub(crate) Range<usize>);

/// What can stand between cells. The comma is last: it also stands within numbers.
const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];

/// The rows of a text that are not empty.
pub(crate) fn rows(text: &str) -> Result<Vec<Vec<Cell>>, Unclosed> {
    let (separator, start) = separator(text);
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = start;
    while at < text.len() {
        let (cell, end) = cell(text, at, separator)?;
        row.push(cell);
        let rest = text.get(end..).unwrap_or_default();
        let ends_row = !rest.starts_with(separator);
        at = end + if rest.starts_with("\r\n") { 2 } else { rest.chars().next().map_or(0, char::len_utf8) };
        if ends_row || at >= text.len() {
            let full = std::mem::take(&mut row);
            if full.iter().any(|cell| !cell.text.is_empty()) {
                rows.push(full);
            }
        }
    }
    Ok(rows)
}

/// What stands between cells, and where the first row begins: some spreadsheets say it in a first line `sep=;`.
fn separator(text: &str) -> (char, usize) {
    let first_line = text.lines().next().unwrap_or_default();
    if let Some(said) = first_line.trim_matches('"').strip_prefix("sep=").and_then(|said| said.chars().next()) {
        return (said, text.find('\n').map_or(text.len(), |newline| newline + 1));
    }
    // Lists may have a title above the headings, so more than the first line is looked at.
    let head: String = text.lines().take(20).collect::<Vec<_>>().join("\n");
    let most = SEPARATORS.into_iter().rev().max_by_key(|separator| head.matches(*separator).count());
    (most.unwrap_or(','), 0)
}

/// The cell that begins at `start`, and where it ends.
fn cell(text: &str, start: usize, separator: char) -> Result<(Cell, usize), Unclosed> {
    let rest = text.get(start..).unwrap_or_default();
    let ends = |c: char| c == separator || c == '\n' || c == '\r';
    let Some(quoted) = rest.strip_prefix('"') else {
        let length = rest.find(ends).unwrap_or(rest.len());
        return Ok((plain(rest.get(..length).unwrap_or_default(), start), start + length));
    };
    let mut inner = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' if letters.next_if(|(_, next)| *next == '"').is_some() => inner.push('"'),
            '"' => {
                // What stands behind the closing mark belongs to no value; spreadsheets leave spaces there.
                let after = quoted.get(at + 1..).unwrap_or_default();
                let end = start + 1 + at + 1 + after.find(ends).unwrap_or(after.len());
                return Ok((Cell { text: without_marks(&inner).to_owned(), at: start..start + at + 2 }, end));
            }
            letter => inner.push(letter),
        }
    }
    Err(Unclosed(start..start + 1))
}

fn plain(raw: &str, start: usize) -> Cell {
    let text = raw.trim();
    let at = start + (raw.len() - raw.trim_start().len());
    Cell { at: at..at + text.len(), text: without_marks(text).to_owned() }
}

/// What makes a spreadsheet take digits for text: `="0011"` and `'0011`.
fn without_marks(text: &str) -> &str {
    let text = text.trim();
    let formula = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&[&str]]) {
        let Ok(rows) = rows(text) else { panic!("a quotation mark is not closed") };
        let got: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn commas_semicolons_tabs_and_bars_separate() {
        for separator in [",", ";", "\t", "|"] {
            check(&["a", "b\r\n1", "2\n"].join(separator), &[&["a", "b"], &["1", "2"]]);
        }
        check("sep=;\r\na,b;c\r\n", &[&["a,b", "c"]]);
        check("name;place\n\"Pool; big\";x\n", &[&["name", "place"], &["Pool; big", "x"]]);
    }

    #[test]
    fn marks_of_spreadsheets_are_taken_off() {
        check(
            "a,b,c,d\n\"say \"\"hi\"\"\" ,\"two\nlines\",=\"0011\",'0022",
            &[&["a", "b", "c", "d"], &["say \"hi\"", "two\nlines", "0011", "0022"]],
        );
        check("a,b\n,\n \n1,", &[&["a", "b"], &["1"]]);
        check("", &[]);
    }

    #[test]
    fn a_cell_knows_its_place() {
        let Ok(rows) = rows("a;b\n x ;\"y\"\n") else { panic!() };
        assert_eq!((rows[1][0].at.clone(), rows[1][1].at.clone()), (5..6, 8..11));
        assert!(matches!(super::rows("a;b\n\"open;1\n"), Err(Unclosed(at)) if at == (4..5)));
    }
}

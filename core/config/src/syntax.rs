//! Words what the TOML parser found for a person who has never heard of TOML.

use crate::diagnostic::Fault;
use crate::said::{Said, say};
use std::ops::Range;
use toml::de::Error;

/// One fault a line: the parser often stumbles twice over the same thing.
pub(crate) fn explain(text: &str, errors: &[Error]) -> Vec<Fault> {
    let mut lines = Vec::new();
    let mut faults = Vec::new();
    for error in errors {
        let line = Line::around(text, error.span().unwrap_or(0..0));
        if !lines.contains(&line.start) {
            lines.push(line.start);
            faults.push(line.fault(error.message()));
        }
    }
    faults
}

/// A table that is none of its type, in the words of the reader. The schema and the type come from one source, so the shape check has
/// most likely said it already, and better.
pub(crate) fn misread(error: &Error) -> Fault {
    Fault::error(error.span().unwrap_or(0..0), say!("reader-says", "{why}", why = error.message()))
}

/// The line in which the parser stopped.
#[derive(Debug)]
struct Line<'t> {
    text: &'t str,
    /// Where the line begins in the whole text.
    start: usize,
    /// Where the parser stopped, in the whole text.
    at: Range<usize>,
}

impl<'t> Line<'t> {
    fn around(text: &'t str, at: Range<usize>) -> Self {
        let start = text.get(..at.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let rest = text.get(start..).unwrap_or("");
        Self { text: rest.lines().next().unwrap_or(""), start, at }
    }

    fn fault(&self, parser_says: &str) -> Fault {
        let says = |start: &str| parser_says.starts_with(start);
        if says("duplicate key") {
            self.twice()
        } else if says("key with no value") || says("invalid unquoted key") || says("unquoted keys") {
            self.no_key_and_value()
        } else if says("unclosed table") || says("unclosed array table") || says("missing table open") {
            self.error(say!("brackets", "this heading has not as many brackets on its right as on its left"))
                .expected(say!("expect-brackets", "expected `[[name]]` or `[name]`"))
        } else if says("invalid basic string") || says("invalid literal string") || says("invalid multi-line") {
            self.unclosed_text()
        } else if says("missing escaped") || says("invalid escape") {
            let message = say!("backslash", "a backslash has a meaning of its own between double quotation marks");
            Fault::error(self.at.clone(), message)
                .expected(say!("expect-backslashes", "expected `\\\\`"))
                .help(say!("two-backslashes", "write two backslashes, or put the text in single quotation marks"))
        } else if says("unclosed array") || says("missing comma") || says("unexpected `=` in array") {
            let example = "[\"sv\", \"nb\", \"en\"]";
            self.error(say!("open-list", "a list is not finished: a comma or the closing `]` is missing here or above"))
                .help(say!("list-written", "a list is written `{example}`", example))
        } else if says("unclosed inline table") {
            let example = "{ sv = \"Ishallen\", en = \"The ice rink\" }";
            self.error(say!("open-table", "the closing `{sign}` is missing here or above", sign = '}')).help(say!(
                "table-written",
                "several values on one line are written `{example}`",
                example
            ))
        } else {
            self.bad_value(parser_says)
        }
    }

    /// A fault that points at all that is written in the line.
    fn error(&self, message: Said) -> Fault {
        Fault::error(self.span_of(self.text.trim()), message)
    }

    /// Where `part`, a piece of the line, stands in the whole text.
    fn span_of(&self, part: &str) -> Range<usize> {
        let offset = self.text.find(part).unwrap_or(0);
        self.start + offset..self.start + offset + part.len()
    }

    /// Key and value as they are written, without the comment.
    fn key_and_value(&self) -> Option<(&'t str, &'t str)> {
        let (key, value) = self.text.split_once('=')?;
        let value = if value.contains(['"', '\'']) { value } else { value.split('#').next().unwrap_or(value) };
        Some((key.trim(), value.trim()))
    }

    fn twice(&self) -> Fault {
        let fault = Fault::error(self.at.clone(), say!("second-time", "this stands here a second time"))
            .expected(say!("has-value", "it has a value already"));
        fault.help(if self.text.trim_start().starts_with('[') {
            say!("two-brackets", "one of several alike begins with two brackets each time: `[[place]]`, `[[sensor]]`")
        } else {
            say!(
                "keep-one-line",
                "keep one of the two lines; a new place or sensor begins with its heading, such as `[[place]]`"
            )
        })
    }

    fn no_key_and_value(&self) -> Fault {
        let line = self.text.trim();
        if line.starts_with("//") || line.starts_with("--") || line.starts_with(';') {
            return self
                .error(say!("no-comment", "this is no comment"))
                .expected(say!("expect-hash", "a comment begins with `#`"));
        }
        if let Some((key, _)) = self.key_and_value() {
            return Fault::error(self.span_of(key), say!("no-name", "this cannot be the name of a value"))
                .expected(say!("expect-name", "a name has only a-z, 0-9, `-` and `_`"));
        }
        let fault = self.error(say!("line-no-value", "this line gives no value"));
        let fault = fault.expected(say!("expect-pair", "expected `name = value`"));
        match line.split_once(':') {
            Some((key, value)) if !value.trim().is_empty() => {
                fault.rewritten(format!("{} = {}", key.trim(), quoted(value.trim())))
            }
            _ => fault.help(say!("hash-in-front", "put a `#` in front if it is a comment")),
        }
    }

    fn unclosed_text(&self) -> Fault {
        let opening = self.text.find(['"', '\'']).map_or(self.at.start, |offset| self.start + offset);
        let end = (self.start + self.text.trim_end().len()).max(opening);
        Fault::error(opening..end, say!("list-open-quote", "the text that begins here has no closing quotation mark"))
            .expected(say!("expect-quote", "expected the same quotation mark at its end"))
    }

    fn bad_value(&self, parser_says: &str) -> Fault {
        let Some((key, value)) = self.key_and_value() else {
            return Fault::error(self.at.clone(), say!("line-unreadable", "this line cannot be read")).expected(say!(
                "reader-says",
                "{why}",
                why = parser_says
            ));
        };
        if value.is_empty() {
            let fault = self.error(say!("no-value", "`{key}` has no value", key));
            return fault
                .expected(say!("expect-value", "expected a value after `=`"))
                .help(say!("use-default", "remove the line, or put a `#` in front, to use the default"));
        }
        let value_span = self.span_of(value);
        let here = |message: Said| Fault::error(value_span, message);
        let unquoted = !value.starts_with(['"', '\'', '[', '{']);
        match value.to_lowercase().as_str() {
            "true" | "yes" | "ja" | "on" => {
                return here(say!("unreadable", "`{key}` cannot be read", key))
                    .expected(say!("expect-word", "expected `{word}`", word = true))
                    .rewritten(format!("{key} = true"));
            }
            "false" | "no" | "nei" | "nej" | "off" => {
                return here(say!("unreadable", "`{key}` cannot be read", key))
                    .expected(say!("expect-word", "expected `{word}`", word = false))
                    .rewritten(format!("{key} = false"));
            }
            _ => {}
        }
        if unquoted && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '-' | '+')) {
            let number: String = value.replace(' ', "").replace(',', ".");
            let trimmed = number.trim_start_matches('0');
            let number =
                if trimmed.is_empty() || trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.into() };
            return here(say!("no-number-written", "`{key}` is not written as a number", key))
                .expected(say!(
                    "expect-plain-number",
                    "numbers have a decimal point, and no spaces and no zeros in front"
                ))
                .rewritten(format!("{key} = {}", number.trim_end_matches('.')));
        }
        if unquoted {
            return here(say!("unquoted", "the text of `{key}` must stand in quotation marks", key))
                .expected(say!("expect-quotes", "expected straight quotation marks around it"))
                .rewritten(format!("{key} = {}", quoted(value)));
        }
        Fault::error(self.at.clone(), say!("more-than-value", "`{key}` has a value, and then something more", key))
            .expected(say!("expect-line-end", "expected the end of the line"))
            .help(say!(
                "one-value-a-line",
                "one value a line; a quotation mark within a text ends it: put the text in the other sort of marks"
            ))
    }
}

/// Marks that word processors put where straight ones belong.
const TYPOGRAPHIC_MARKS: [char; 8] =
    ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}', '\u{60}'];

/// A value as TOML wants it: a bare text gets quotation marks.
fn quoted(value: &str) -> String {
    if value.starts_with(['"', '\'', '[', '{']) || value.parse::<f64>().is_ok() || value.parse::<bool>().is_ok() {
        return value.to_owned();
    }
    let plain = value.trim_matches(|c| TYPOGRAPHIC_MARKS.contains(&c) || c == '"' || c == '\'');
    format!("\"{plain}\"")
}

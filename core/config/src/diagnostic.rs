use crate::said::{Meaning, Said};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Whether the box can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot.
    Error,
    /// It starts, and something does not work.
    Warning,
}

/// Whether a terminal reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Letters only: a file, a pipe, `NO_COLOR`.
    Plain,
    /// ANSI colours.
    Ansi,
}

/// One thing to repair in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the box can start.
    pub severity: Severity,
    /// In which file of the folder.
    pub file: String,
    /// In which line, from 1; none when the whole file is meant.
    pub line: Option<usize>,
    /// At which character of the line, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What was expected there.
    pub expected: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Which sentences these are, in the order in which they stand here.
    meanings: [Option<Meaning>; 3],
    /// The text to point into; none where it could show a key.
    excerpt: Option<Excerpt>,
}

/// A text without keys, and where to point.
#[derive(Clone, PartialEq, Eq)]
struct Excerpt {
    text: Arc<str>,
    span: Range<usize>,
    also: Option<(Range<usize>, String)>,
}

/// A fault at a place of one text. It becomes a [`Diagnostic`] when it meets its file.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    severity: Severity,
    span: Range<usize>,
    message: Said,
    expected: Option<Said>,
    help: Option<Said>,
    /// How the line should read. Repeats what the person wrote, so it is dropped where that may be a key.
    rewritten: Option<String>,
    also: Option<(Range<usize>, String)>,
}

impl Fault {
    pub(crate) fn error(span: Range<usize>, message: impl Into<Said>) -> Self {
        let message = message.into();
        Self { severity: Severity::Error, span, message, expected: None, help: None, rewritten: None, also: None }
    }

    pub(crate) fn warning(span: Range<usize>, message: impl Into<Said>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(span, message) }
    }

    pub(crate) fn expected(mut self, expected: impl Into<Said>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<Said>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn rewritten(mut self, line: impl Into<String>) -> Self {
        self.rewritten = Some(line.into());
        self
    }

    /// Points at a second place that has to do with it.
    pub(crate) fn also(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.also = Some((span, label.into()));
        self
    }

    /// True when what it is about cannot be used.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    pub(crate) fn start(&self) -> usize {
        self.span.start
    }

    /// The diagnostic in `file`, pointing into its text; `text` must have gone through [`without_keys`].
    pub(crate) fn in_text(self, file: &str, text: &Arc<str>) -> Diagnostic {
        let help = self.rewritten.map(|line| format!("write `{line}`").into()).or(self.help);
        let excerpt = Excerpt { text: Arc::clone(text), span: self.span.clone(), also: self.also };
        Diagnostic { excerpt: Some(excerpt), ..Diagnostic::at(self.severity, file, text, &self.span) }.says(
            self.message,
            self.expected,
            help,
        )
    }

    /// The diagnostic in a file of keys: it names line and column and shows nothing of the text.
    pub(crate) fn in_secret_text(self, file: &str, text: &str) -> Diagnostic {
        Diagnostic::at(self.severity, file, text, &self.span).says(self.message, self.expected, self.help)
    }
}

impl Diagnostic {
    pub(crate) fn of_file(severity: Severity, file: &str, message: &str, help: Option<&str>) -> Self {
        let file = file.to_owned();
        Self {
            severity,
            file,
            line: None,
            column: None,
            message: String::new(),
            expected: None,
            help: None,
            meanings: [const { None }; 3],
            excerpt: None,
        }
        .says(message.into(), None, help.map(Into::into))
    }

    fn at(severity: Severity, file: &str, text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: Some(1 + before.matches('\n').count()),
            column: Some(1 + before.chars().count() - before.get(..line_start).unwrap_or("").chars().count()),
            ..Self::of_file(severity, file, "", None)
        }
    }

    /// The only door for words: whatever looks like a key is hidden here.
    fn says(mut self, message: Said, expected: Option<Said>, help: Option<Said>) -> Self {
        let clean = |said: Said| said.cleaned(without_key_like_words);
        let (message, expected, help) = (clean(message), expected.map(clean), help.map(clean));
        self.meanings = [message.meaning, meaning(expected.as_ref()), meaning(help.as_ref())];
        self.message = message.english;
        self.expected = expected.map(|said| said.english);
        self.help = help.map(|said| said.english);
        self
    }

    /// What is wrong, what was expected and what to do, as keys of texts; none unless all that is said here has a key.
    pub fn meanings(&self) -> Option<Vec<&Meaning>> {
        let said = [true, self.expected.is_some(), self.help.is_some()];
        let meant = self.meanings.iter().zip(said).filter(|(_, said)| *said);
        meant.map(|(meaning, _)| meaning.as_ref()).collect()
    }

    /// The diagnostic as programs read it: one entry of `check --json`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "expected": self.expected,
            "help": self.help,
        })
    }

    /// The diagnostic as a person reads it in a terminal: message, arrow, what to do.
    pub fn render(&self, colour: Colour) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(self.message.as_str()));
        if let Some(excerpt) = &self.excerpt {
            let mut arrow = AnnotationKind::Primary.span(excerpt.span.clone());
            if let Some(expected) = &self.expected {
                arrow = arrow.label(expected.as_str());
            }
            let mut snippet = Snippet::source(&*excerpt.text).path(self.file.as_str()).annotation(arrow);
            if let Some((span, label)) = &excerpt.also {
                snippet = snippet.annotation(AnnotationKind::Context.span(span.clone()).label(label.as_str()));
            }
            group = group.element(snippet);
        } else {
            let mut origin = Origin::path(self.file.as_str());
            if let (Some(line), Some(column)) = (self.line, self.column) {
                origin = origin.line(line).char_column(column);
            }
            group = group.element(origin);
            if let Some(expected) = &self.expected {
                group = group.element(Level::NOTE.message(expected.as_str()));
            }
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Ansi => Renderer::styled(),
        }
        .render(&[group])
    }
}

fn meaning(said: Option<&Said>) -> Option<Meaning> {
    said.and_then(|said| said.meaning.clone())
}

/// Without the text: it may be long, and it is shown by `render`.
impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Excerpt").field("span", &self.span).field("also", &self.also).finish_non_exhaustive()
    }
}

/// From this many hexadecimal digits on it is no identifier (EUIs have 16) but a key, or part of one.
const KEY_DIGITS_MIN: usize = 20;

/// Blanks, byte for byte so that arrows stay true, what follows the `=` of a line that names or holds a key: it may
/// stand in the wrong file.
pub(crate) fn without_keys(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (content, end) = line.strip_suffix('\n').map_or((line, ""), |content| (content, "\n"));
        let names_key = content.to_ascii_lowercase().contains("key");
        if names_key || !hex_runs(content).is_empty() {
            let kept = content.find('=').map_or(0, |equals| equals + 1);
            shown.push_str(content.get(..kept).unwrap_or(""));
            shown.extend(std::iter::repeat_n('*', content.len() - kept));
        } else {
            shown.push_str(content);
        }
        shown.push_str(end);
    }
    shown
}

fn without_key_like_words(text: &str) -> String {
    let mut shown = text.to_owned();
    for run in hex_runs(text).into_iter().rev() {
        shown.replace_range(run, "(hidden)");
    }
    shown
}

/// Runs of hexadecimal digits, as labels print keys: `-`, `:` and spaces may stand between.
fn hex_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let (mut start, mut end, mut digits) = (0, 0, 0);
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if c.is_ascii_hexdigit() {
            start = if digits == 0 { at } else { start };
            digits += 1;
            end = at + 1;
        } else if !matches!(c, ' ' | '-' | ':') {
            if digits >= KEY_DIGITS_MIN {
                runs.push(start..end);
            }
            digits = 0;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_a_key_that_stands_in_the_wrong_file() {
        let text = "id = \"x\"\napp_key = \"00ff\"\nnote = \"00-11-22-33-44-55-66-77-88-99-aa-bb-cc-dd-ee-ff\"\n";
        let shown = without_keys(text);
        assert_eq!(shown.len(), text.len());
        assert!(shown.starts_with("id = \"x\"\napp_key =*******\nnote =****"), "{shown}");
        assert!(!shown.contains("ff"));
    }

    #[test]
    fn an_eui_is_shown_and_a_key_in_a_sentence_is_not() {
        assert_eq!(without_key_like_words("`a84041ffff123456` twice"), "`a84041ffff123456` twice");
        assert_eq!(without_key_like_words("no `00112233445566778899aabbccddeeff` here"), "no `(hidden)` here");
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let found = Diagnostic::at(Severity::Error, "places.toml", "a = 1\n\u{f6} = \u{e5}\n", &(11..13));
        assert_eq!((found.line, found.column), (Some(2), Some(5)));
    }
}

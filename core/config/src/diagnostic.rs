use crate::said::{Said, say};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use std::fmt::{self, Display};
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
    /// The sentences of which these are the texts.
    said: Sentences,
    /// What stands before them when they are drawn.
    titles: Titles,
    /// The text to point into; none where it could show a key.
    excerpt: Option<Excerpt>,
}

/// What is said of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sentences {
    message: Said,
    expected: Option<Said>,
    help: Option<Said>,
    also: Option<Said>,
}

/// Words before a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Titles {
    severity: String,
    note: String,
    help: String,
}

/// A text without keys, and where to point.
#[derive(Clone, PartialEq, Eq)]
struct Excerpt {
    text: Arc<str>,
    span: Range<usize>,
    also: Option<Range<usize>>,
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
    also: Option<(Range<usize>, Said)>,
}

impl Fault {
    pub(crate) fn error(span: Range<usize>, message: Said) -> Self {
        Self { severity: Severity::Error, span, message, expected: None, help: None, rewritten: None, also: None }
    }

    pub(crate) fn warning(span: Range<usize>, message: Said) -> Self {
        Self { severity: Severity::Warning, ..Self::error(span, message) }
    }

    pub(crate) fn expected(mut self, expected: Said) -> Self {
        self.expected = Some(expected);
        self
    }

    pub(crate) fn help(mut self, help: Said) -> Self {
        self.help = Some(help);
        self
    }

    pub(crate) fn rewritten(mut self, line: impl Into<String>) -> Self {
        self.rewritten = Some(line.into());
        self
    }

    /// Points at a second place that has to do with it.
    pub(crate) fn also(mut self, span: Range<usize>, label: Said) -> Self {
        self.also = Some((span, label));
        self
    }

    /// The same name a second time, the first of which stands there.
    pub(crate) fn twice(span: Range<usize>, name: impl Display, first: Range<usize>) -> Self {
        Self::error(span, say!("twice", "`{name}` stands here twice", name))
            .also(first, say!("first-one", "the first one"))
    }

    /// With the word that was probably meant, or with what is expected where none is near.
    pub(crate) fn meant(self, nearest: Option<&str>, expected: Said) -> Self {
        self.expected(nearest.map_or(expected, |meant| say!("did-you-mean", "did you mean `{meant}`?", meant)))
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
        let help = self.rewritten.map(|line| say!("write-line", "write `{line}`", line)).or(self.help);
        let (also, label) = self.also.unzip();
        let excerpt = Excerpt { text: Arc::clone(text), span: self.span.clone(), also };
        let said = Sentences { message: self.message, expected: self.expected, help, also: label };
        Diagnostic { excerpt: Some(excerpt), ..Diagnostic::at(self.severity, file, text, &self.span) }.says(said)
    }

    /// The diagnostic in a file of keys: it names line and column and shows nothing of the text.
    pub(crate) fn in_secret_text(self, file: &str, text: &str) -> Diagnostic {
        let said = Sentences { message: self.message, expected: self.expected, help: self.help, also: None };
        Diagnostic::at(self.severity, file, text, &self.span).says(said)
    }
}

impl Diagnostic {
    /// Of a file as a whole.
    pub(crate) fn of_file(severity: Severity, file: &str, message: Said, help: Said) -> Self {
        Self::blank(severity, file).says(Sentences { message, help: Some(help), ..Sentences::default() })
    }

    fn blank(severity: Severity, file: &str) -> Self {
        let said = Sentences::default();
        let titles = Titles::of(severity, |said| said.english.clone());
        let (file, message) = (file.to_owned(), String::new());
        let (line, column, expected, help, excerpt) = (None, None, None, None, None);
        Self { severity, file, line, column, message, expected, help, said, titles, excerpt }
    }

    fn at(severity: Severity, file: &str, text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: Some(1 + before.matches('\n').count()),
            column: Some(1 + before.chars().count() - before.get(..line_start).unwrap_or("").chars().count()),
            ..Self::blank(severity, file)
        }
    }

    /// The only door for words: whatever looks like a key is hidden here.
    fn says(mut self, said: Sentences) -> Self {
        let clean = |said: Said| said.cleaned(without_key_like_words);
        self.said = Sentences {
            message: clean(said.message),
            expected: said.expected.map(clean),
            help: said.help.map(clean),
            also: said.also.map(clean),
        };
        self.put_texts(|said| said.english.clone());
        self
    }

    fn put_texts(&mut self, told: impl Fn(&Said) -> String) {
        self.message = told(&self.said.message);
        self.expected = self.said.expected.as_ref().map(&told);
        self.help = self.said.help.as_ref().map(&told);
    }

    /// The diagnostic in another language: `text` has its texts, by key and what stands in their gaps. What it has no text for stays
    /// in English.
    #[must_use]
    pub fn told(&self, text: impl Fn(&str, &[(&str, String)]) -> Option<String>) -> Self {
        let mut told = self.clone();
        let tell = |said: &Said| said.told(&text);
        told.put_texts(tell);
        told.titles = Titles::of(self.severity, tell);
        told.said.also = self.said.also.as_ref().map(|said| tell(said).into());
        told
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
        }
        .with_name(self.titles.severity.as_str());
        let mut group = Group::with_title(level.primary_title(self.message.as_str()));
        if let Some(excerpt) = &self.excerpt {
            let mut arrow = AnnotationKind::Primary.span(excerpt.span.clone());
            if let Some(expected) = &self.expected {
                arrow = arrow.label(expected.as_str());
            }
            let mut snippet = Snippet::source(&*excerpt.text).path(self.file.as_str()).annotation(arrow);
            if let (Some(span), Some(label)) = (&excerpt.also, &self.said.also) {
                snippet = snippet.annotation(AnnotationKind::Context.span(span.clone()).label(label.english.as_str()));
            }
            group = group.element(snippet);
        } else {
            let mut origin = Origin::path(self.file.as_str());
            if let (Some(line), Some(column)) = (self.line, self.column) {
                origin = origin.line(line).char_column(column);
            }
            group = group.element(origin);
            if let Some(expected) = &self.expected {
                group = group.element(Level::NOTE.with_name(self.titles.note.as_str()).message(expected.as_str()));
            }
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.with_name(self.titles.help.as_str()).message(help.as_str()));
        }
        match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Ansi => Renderer::styled(),
        }
        .render(&[group])
    }
}

impl Titles {
    fn of(severity: Severity, told: impl Fn(&Said) -> String) -> Self {
        let severity = match severity {
            Severity::Error => say!("word-error", "error"),
            Severity::Warning => say!("word-warning", "warning"),
        };
        let [severity, note, help] =
            [severity, say!("word-note", "note"), say!("word-help", "help")].map(|said| told(&said));
        Self { severity, note, help }
    }
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

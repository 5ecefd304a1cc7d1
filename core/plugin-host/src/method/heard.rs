//! What a method says becomes `model` types: here and in `blocks` and `fields` it is checked, and nowhere else. An error says what the
//! plugin did that it may not.

use super::bindings::exports::allting::method::deciding as wit;
use crate::boundary::one_line;
use model::activity::{
    Adds, Answer, Cell, Contribution, Decision, Draft, EntryId, Figure, Finding, FindingRow, Look, PagePath, Problem,
    Shape, ShapeKind, Subject, Tag, Value, Whose,
};
use model::{Position, Slug};

/// Words of one answer of a plugin, bytes: a page of 256 KiB is a book.
const PAGE_WORDS_MAX: usize = 256 << 10;
const FINDINGS_WORDS_MAX: usize = 1 << 20;
const PROBLEMS_MAX: usize = 500;
const DRAFTS_MAX: usize = 100;
const ANSWERS_MAX: usize = 500;
const NOTE_BYTES_MAX: usize = 4 << 10;
const FINDINGS_MAX: usize = 1000;
const FIGURES_MAX: usize = 200;
const COLUMNS_MAX: usize = 60;
const ROWS_MAX: usize = 2000;
const REFERENCE_BYTES_MAX: usize = 200;
/// Entries of a list within a list: categories of a contribution, references of an answer.
const SHORT_LIST_MAX: usize = 100;
/// Bytes that a person may have written in one answer; the form says less.
const SAID_BYTES_MAX: usize = 100_000;

/// Checks one answer of a plugin, and counts its words.
#[derive(Debug)]
pub(super) struct Heard {
    words_left: usize,
}

impl Default for Heard {
    fn default() -> Self {
        Self { words_left: PAGE_WORDS_MAX }
    }
}

impl Heard {
    /// Words for people: control characters and what turns the direction of writing are taken out, line breaks stay.
    pub(super) fn words(&mut self, said: String) -> Result<String, String> {
        self.words_left = self.words_left.checked_sub(said.len()).ok_or("says more than a page can hold")?;
        let odd = |c: char| (c.is_control() && c != '\n') || turns_writing(c);
        Ok(if said.contains(odd) { said.replace(odd, " ") } else { said })
    }

    pub(super) fn problems(&mut self, said: Vec<wit::Problem>) -> Result<Vec<Problem>, String> {
        at_most(said.len(), PROBLEMS_MAX, "problems")?;
        let problem =
            |p: wit::Problem| Ok(Problem { at: self.words(p.at)?, text: self.words(p.text)?, stops: p.stops });
        said.into_iter().map(problem).collect()
    }

    pub(super) fn decision(said: wit::Decision) -> Result<Decision, String> {
        at_most(said.drafts.len(), DRAFTS_MAX, "drafts")?;
        let drafts: Result<Vec<Draft>, String> = said.drafts.into_iter().map(draft).collect();
        let mut drafts = drafts?;
        drafts.retain(|draft| !draft.is_empty());
        Ok(Decision { drafts, next: path(&said.next)? })
    }

    pub(super) fn findings(said: Vec<wit::Finding>) -> Result<Vec<Finding>, String> {
        at_most(said.len(), FINDINGS_MAX, "findings")?;
        let mut heard = Self { words_left: FINDINGS_WORDS_MAX };
        said.into_iter().map(|finding| heard.finding(finding)).collect()
    }

    fn finding(&mut self, said: wit::Finding) -> Result<Finding, String> {
        at_most(said.figures.len(), FIGURES_MAX, "figures")?;
        Ok(Finding {
            key: name(&said.key, "a finding")?,
            title: self.words(said.title)?,
            language: tag(&said.language)?,
            words: self.words(said.words)?,
            people: said.people,
            figures: said.figures.into_iter().map(|figure| self.figure(figure)).collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn figure(&mut self, said: wit::Figure) -> Result<Figure, String> {
        at_most(said.columns.len(), COLUMNS_MAX, "columns of a figure")?;
        at_most(said.rows.len(), ROWS_MAX, "rows of a figure")?;
        let columns: Vec<String> = said.columns.into_iter().map(|c| self.words(c)).collect::<Result<_, _>>()?;
        let rows: Vec<FindingRow> = said.rows.into_iter().map(|row| self.row(row)).collect::<Result<_, _>>()?;
        if let Some(odd) = rows.iter().find(|row| row.cells.len() != columns.len()) {
            let (cells, label) = (odd.cells.len(), one_line(&odd.label));
            return Err(format!("gives row `{label}` {cells} cells for {} columns", columns.len()));
        }
        Ok(Figure {
            caption: self.words(said.caption)?,
            look: match said.look {
                wit::Look::Table => Look::Table,
                wit::Look::Bars => Look::Bars,
                wit::Look::Stacked => Look::Stacked,
                wit::Look::Line => Look::Line,
            },
            adds: match said.adds {
                wit::Adds::Nothing => Adds::Nothing,
                wit::Adds::Down => Adds::Down,
                wit::Adds::Across => Adds::Across,
                wit::Adds::Both => Adds::Both,
            },
            columns,
            rows,
        })
    }

    fn row(&mut self, said: wit::Row) -> Result<FindingRow, String> {
        let cell = |cell| {
            Ok::<_, String>(match cell {
                wit::Cell::Empty => Cell::Empty,
                wit::Cell::Text(text) => Cell::Text(self.words(text)?),
                wit::Cell::Number(number) => Cell::Number(finite(number)?),
                wit::Cell::Count(people) => Cell::Count(people),
                wit::Cell::Average(a) => Cell::Average { value: finite(a.value)?, people: a.people },
            })
        };
        let cells = said.cells.into_iter().map(cell).collect::<Result<_, _>>()?;
        Ok(FindingRow { label: self.words(said.label)?, cells })
    }
}

fn draft(said: wit::Draft) -> Result<Draft, String> {
    at_most(said.answers.len(), ANSWERS_MAX, "answers in one draft")?;
    at_most(said.note.len(), NOTE_BYTES_MAX, "bytes in a note")?;
    Ok(Draft {
        subject: subject(said.subject)?,
        whose: whose(said.whose),
        answers: said.answers.into_iter().map(answer).collect::<Result<_, _>>()?,
        contribution: said.contribution.map(contribution).transpose()?,
        note: said.note,
        finished: said.finished,
    })
}

fn contribution(said: wit::Contribution) -> Result<Contribution, String> {
    at_most(said.text.len(), SAID_BYTES_MAX, "bytes in a contribution")?;
    at_most(said.categories.len(), SHORT_LIST_MAX, "categories")?;
    Ok(Contribution {
        kind: name(&said.kind, "a contribution")?,
        text: said.text,
        shape: said.shape.map(shape).transpose()?,
        categories: said.categories.iter().map(|key| name(key, "a category")).collect::<Result<_, _>>()?,
        files: references(said.files)?,
        cites: references(said.cites)?,
    })
}

pub(super) fn whose(said: wit::Whose) -> Whose {
    match said {
        wit::Whose::Personal => Whose::Personal,
        wit::Whose::Shared => Whose::Shared,
    }
}

pub(super) fn subject(said: wit::Subject) -> Result<Subject, String> {
    Ok(match said {
        wit::Subject::Whole => Subject::Whole,
        wit::Subject::Entry(id) => Subject::Entry(EntryId(id)),
        wit::Subject::InsteadOf(id) => Subject::InsteadOf(EntryId(id)),
        wit::Subject::Thing(thing) => Subject::Thing(reference(thing)?),
    })
}

fn answer(said: wit::Answer) -> Result<Answer, String> {
    let asked = said.question.strip_suffix(".other").unwrap_or(&said.question);
    name(asked, "a question")?;
    Ok(Answer { value: value(said.value)?, question: said.question })
}

pub(super) fn value(said: wit::Value) -> Result<Value, String> {
    Ok(match said {
        wit::Value::Flag(flag) => Value::Flag(flag),
        wit::Value::Number(number) => Value::Number(finite(number)?),
        wit::Value::Text(text) => {
            at_most(text.len(), SAID_BYTES_MAX, "bytes in an answer")?;
            Value::Text(text)
        }
        wit::Value::Date(date) => Value::Date(self::date(&date)?),
        wit::Value::Choices(keys) => {
            at_most(keys.len(), ANSWERS_MAX, "choices")?;
            Value::Choices(keys.iter().map(|key| name(key, "an option")).collect::<Result<_, _>>()?)
        }
        wit::Value::Shape(drawn) => Value::Shape(shape(drawn)?),
        wit::Value::References(named) => Value::References(references(named)?),
    })
}

pub(super) fn shape(said: wit::Shape) -> Result<Shape, String> {
    let kind = shape_kind(said.kind);
    at_most(said.points.len(), Shape::POINTS_MAX, "points in a shape")?;
    let point = |p: wit::Point| Position { longitude: p.longitude, latitude: p.latitude };
    let shape = Shape { kind, points: said.points.into_iter().map(point).collect() };
    if shape.is_sound() { Ok(shape) } else { Err("draws a shape that is not on Earth or lacks points".to_owned()) }
}

pub(super) const fn shape_kind(said: wit::ShapeKind) -> ShapeKind {
    match said {
        wit::ShapeKind::Point => ShapeKind::Point,
        wit::ShapeKind::Line => ShapeKind::Line,
        wit::ShapeKind::Area => ShapeKind::Area,
    }
}

pub(super) fn references(said: Vec<String>) -> Result<Vec<String>, String> {
    at_most(said.len(), SHORT_LIST_MAX, "references")?;
    said.into_iter().map(reference).collect()
}

/// `kind/name`: what the box looks up, so only plain characters and no way out.
pub(super) fn reference(said: String) -> Result<String, String> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b'.' | b'_');
    let steps_out = said.split('/').any(|step| matches!(step, "" | "." | ".."));
    if said.len() > REFERENCE_BYTES_MAX || steps_out || !said.bytes().all(fits) {
        return Err(format!("names `{}`, which is no reference", one_line(&said)));
    }
    Ok(said)
}

pub(super) fn path(said: &str) -> Result<PagePath, String> {
    PagePath::new(said).map_err(|e| format!("leads to the page `{}`: {e}", one_line(said)))
}

pub(super) fn tag(said: &str) -> Result<Tag, String> {
    Tag::new(said).map_err(|e| format!("speaks `{}`: {e}", one_line(said)))
}

/// A key: it becomes a column, an address, a name in HTML.
pub(super) fn name(said: &str, of: &str) -> Result<String, String> {
    match Slug::new(said) {
        Ok(_) => Ok(said.to_owned()),
        Err(_) => Err(format!("calls {of} `{}`; a key has 1 to 64 of a-z, 0-9 and -", one_line(said))),
    }
}

pub(super) fn date(said: &str) -> Result<String, String> {
    said.parse::<model::Day>().map_err(|e| format!("gives the date `{}`: {e}", one_line(said)))?;
    Ok(said.to_owned())
}

pub(super) fn finite(number: f64) -> Result<f64, String> {
    if number.is_finite() { Ok(number) } else { Err(format!("gives {number}, which is no number")) }
}

pub(super) fn at_most(there: usize, most: usize, of: &str) -> Result<(), String> {
    if there <= most { Ok(()) } else { Err(format!("gives {there} {of}; at most {most}")) }
}

const fn turns_writing(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

//! What was answered as a table, for stewards: one row for each person, columns that stay where they are, and a dictionary of them. It has not
//! passed the public gate.

use super::ActivityError;
use super::honest::weighed_as;
use super::moderation::log_of;
use super::report::{fields, odd_authors};
use crate::portal::App;
use engagement::Signs;
use model::Timestamp;
use model::activity::{
    ActivityId, Answer, Contribution, Entry, EntryId, Field, FieldKind, PhotoId, Pseudonym, Subject, Tag, Value,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The answers to an activity, ready to be written.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    people: Vec<Row>,
    title: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    label: String,
    kind: ColumnKind,
    /// Keys and labels of what may stand in it.
    options: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnKind {
    Text,
    Number,
    Date,
    YesNo,
}

#[derive(Debug, Default)]
struct Row {
    first: EntryId,
    day: String,
    door: String,
    subject: String,
    finished: bool,
    signs: Signs,
    weight: Option<f64>,
    declared: BTreeMap<String, Value>,
    answers: BTreeMap<String, Value>,
}

/// Whose row, and about what.
type RowKey = (Option<Pseudonym>, EntryId, Subject);

/// Columns that every table has, before those of the questions.
const OWN_COLUMNS: [(&str, &str, ColumnKind); 6] = [
    ("answer", "Number of the first entry; says nothing of who it was", ColumnKind::Number),
    ("day", "Local day of the first entry", ColumnKind::Date),
    ("door", "The door the person came through", ColumnKind::Text),
    ("about", "What was asked about, where one question stands at several places", ColumnKind::Text),
    ("finished", "Whether the person came to the end", ColumnKind::YesNo),
    ("odd", "Signs that nobody read the form: fast, trap, pattern, burst, forged", ColumnKind::Text),
];

/// What a person counts for, 1 on average; only where no weight is that of a few people.
const WEIGHT_COLUMN: (&str, &str, ColumnKind) =
    ("weight", "What the person counts for in weighted figures, 1 on average", ColumnKind::Number);

/// Columns of what people put forward, where they did.
const CONTRIBUTION_COLUMNS: [(&str, &str); 4] = [
    ("contribution.kind", "What was put forward: idea, problem"),
    ("contribution.text", "In the words of the person"),
    ("contribution.categories", "What it is about"),
    ("contribution.where", "Longitude and latitude of each point, WGS 84"),
];

impl App {
    /// The answers to an activity as a table, labels in the first of `languages` it is held in.
    pub fn answer_table(&self, id: &ActivityId, languages: &[Tag], now: Timestamp) -> Result<Table, ActivityError> {
        let page = self.whole_page(id, languages, now)?;
        let snapshot = self.store().read()?;
        let odd = odd_authors(&snapshot, id)?;
        let mut rows: BTreeMap<RowKey, Row> = BTreeMap::new();
        let mut declared: BTreeSet<String> = BTreeSet::new();
        let mut contributes = false;
        let running = self.running(id)?;
        let log = log_of(&running, &snapshot)?;
        let weights = self.weights_of(&running.activity, &log, &page);
        for entry in log {
            if entry.said.answers.is_empty() && entry.said.contribution.is_none() {
                continue;
            }
            contributes |= entry.said.contribution.is_some();
            declared.extend(entry.by.fields.iter().map(|field| field.question.clone()));
            // What somebody put forward has a row of its own, and so has who is unknown.
            let is_alone = entry.by.pseudonym.is_none() || entry.said.contribution.is_some();
            let alone = if is_alone { entry.id } else { EntryId(0) };
            let row = rows.entry((entry.by.pseudonym, alone, entry.said.subject.clone())).or_default();
            row.take(entry, &odd);
        }
        let weighed = |((who, _, _), row): (RowKey, Row)| Row {
            weight: weights.get(&weighed_as(who, row.first)).copied(),
            ..row
        };
        let mut people: Vec<Row> = rows.into_iter().map(weighed).collect();
        people.sort_by_key(|row| row.first);
        let own = OWN_COLUMNS.iter().map(|(name, label, kind)| Column::plain(name, label, *kind));
        let own = own.chain((!weights.is_empty()).then(|| {
            let (name, label, kind) = WEIGHT_COLUMN;
            Column::plain(name, label, kind)
        }));
        let declared = declared.iter().map(|name| Column::plain(&format!("declared.{name}"), name, ColumnKind::Text));
        let asked = fields(&page).flat_map(columns_of);
        let given = CONTRIBUTION_COLUMNS.iter().filter(|_| contributes);
        let given = given.map(|(name, label)| Column::plain(name, label, ColumnKind::Text));
        let columns = own.chain(declared).chain(asked).chain(given).collect();
        Ok(Table { columns, people, title: page.title.clone() })
    }
}

impl Row {
    fn take(&mut self, entry: Entry, odd: &super::report::Odd) {
        if self.first == EntryId(0) {
            let calendar_day = entry.at.at.as_ms() + i64::from(entry.at.offset_minutes) * 60_000;
            let day = model::Day(i32::try_from(calendar_day.div_euclid(86_400_000)).unwrap_or(0));
            self.first = entry.id;
            self.day = day.to_string();
            self.door = entry.by.door.clone().unwrap_or_default();
            self.subject = match &entry.said.subject {
                Subject::Whole => String::new(),
                Subject::Entry(id) | Subject::InsteadOf(id) => format!("entry/{id}"),
                Subject::Thing(thing) => thing.clone(),
            };
        }
        self.finished |= entry.said.finished;
        self.signs = self.signs.and(odd.signs_of(&entry));
        let keep = |answer: Answer| (answer.question, answer.value);
        self.declared.extend(entry.by.fields.into_iter().map(keep));
        self.answers.extend(entry.said.answers.into_iter().map(keep));
        if let Some(Contribution { kind, text, shape, categories, .. }) = entry.said.contribution {
            let given = [Some(Value::Text(kind)), Some(Value::Text(text)), Some(Value::Choices(categories))];
            let given = given.into_iter().chain([shape.map(Value::Shape)]);
            let named = CONTRIBUTION_COLUMNS.iter().map(|(name, _)| (*name).to_owned()).zip(given);
            self.answers.extend(named.filter_map(|(name, value)| Some((name, value?))));
        }
    }

    fn cell(&self, column: &Column) -> String {
        let yes = |holds: bool| if holds { "1" } else { "0" }.to_owned();
        match column.name.as_str() {
            "answer" => self.first.to_string(),
            "day" => self.day.clone(),
            "door" => self.door.clone(),
            "about" => self.subject.clone(),
            "finished" => yes(self.finished),
            "odd" => {
                let names = ["fast", "trap", "pattern", "burst", "forged"];
                let has = Signs::ALL.into_iter().zip(names).filter(|(sign, _)| self.signs.has(*sign));
                has.map(|(_, name)| name).collect::<Vec<_>>().join(" ")
            }
            "weight" => self.weight.map_or_else(String::new, |weight| format!("{weight:.4}")),
            name => {
                if let Some(declared) = name.strip_prefix("declared.") {
                    return self.declared.get(declared).map(written).unwrap_or_default();
                }
                let Some((question, option)) = name.split_once('=') else {
                    return self.answers.get(name).map(written).unwrap_or_default();
                };
                let chosen = |value: &Value| yes(value.chosen().iter().any(|key| key == option));
                self.answers.get(question).map(chosen).unwrap_or_default()
            }
        }
    }
}

impl Column {
    fn plain(name: &str, label: &str, kind: ColumnKind) -> Self {
        Self { name: name.to_owned(), label: label.to_owned(), kind, options: Vec::new() }
    }
}

/// A question where several may be chosen has a column for each option, so that a spreadsheet can count them.
fn columns_of(field: &Field) -> Vec<Column> {
    let plain = |kind| Column::plain(&field.key, &field.label, kind);
    match &field.kind {
        FieldKind::Contact => Vec::new(),
        FieldKind::Number { .. } => vec![plain(ColumnKind::Number)],
        FieldKind::Date { .. } => vec![plain(ColumnKind::Date)],
        FieldKind::Consent => vec![plain(ColumnKind::YesNo)],
        FieldKind::Choice(choice) => {
            let options = || choice.options.iter().map(|option| (option.key.clone(), option.label.clone()));
            let mut columns: Vec<Column> = if choice.most > 1 && !choice.ranked {
                let column = |(key, label): (String, String)| {
                    let label = format!("{}: {label}", field.label);
                    Column::plain(&format!("{}={key}", field.key), &label, ColumnKind::YesNo)
                };
                options().map(column).collect()
            } else {
                vec![Column { options: options().collect(), ..plain(ColumnKind::Text) }]
            };
            if let Some(other) = &choice.other {
                let name = format!("{}{}", field.key, FieldKind::OTHER_SUFFIX);
                columns.push(Column::plain(&name, &format!("{}: {other}", field.label), ColumnKind::Text));
            }
            columns
        }
        _ => vec![plain(ColumnKind::Text)],
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Flag(flag) => u8::from(*flag).to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) | Value::Date(text) => text.clone(),
        // A ranking keeps its order.
        Value::Choices(keys) => keys.join(" "),
        // Who has the number of a photo can use it as their own: a table gets around.
        Value::References(keys) => {
            let named =
                |key: &String| if PhotoId::of_reference(key).is_some() { "photo".to_owned() } else { key.clone() };
            keys.iter().map(named).collect::<Vec<_>>().join(" ")
        }
        Value::Shape(shape) => {
            let points: Vec<String> =
                shape.points.iter().map(|point| format!("{} {}", point.longitude, point.latitude)).collect();
            points.join(", ")
        }
    }
}

impl Table {
    /// Writes it as CSV (RFC 4180, UTF-8), row by row.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let heads: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        line(out, &heads)?;
        for row in &self.people {
            let cells: Vec<String> = self
                .columns
                .iter()
                .map(|column| match column.kind {
                    ColumnKind::Text => defused(row.cell(column)),
                    ColumnKind::Number | ColumnKind::Date | ColumnKind::YesNo => row.cell(column),
                })
                .collect();
            line(out, &cells)?;
        }
        Ok(())
    }

    /// Writes what the columns mean, as CSV.
    pub fn write_dictionary(&self, out: &mut dyn Write) -> io::Result<()> {
        line(out, &["column", "meaning", "type", "option", "option_meaning"])?;
        for column in &self.columns {
            let kind = column.kind.datatype();
            let (name, label) = (column.name.clone(), defused(column.label.clone()));
            if column.options.is_empty() {
                line(out, &[&name, &label, kind, "", ""])?;
            }
            for (key, meaning) in &column.options {
                line(out, &[&name, &label, kind, key, &defused(meaning.clone())])?;
            }
        }
        Ok(())
    }

    /// What the columns mean to programs: metadata of CSV on the Web (W3C, 2015), for a table that lies at `url`.
    pub fn csvw(&self, url: &str) -> serde_json::Value {
        let column = |column: &Column| {
            let mut described = json!({
                "name": column.name.replace(['.', '=', '-'], "_"),
                "titles": column.name,
                "dc:description": column.label,
                "datatype": column.kind.datatype(),
                "required": false,
            });
            if column.kind == ColumnKind::YesNo
                && let Some(fields) = described.as_object_mut()
            {
                fields.insert("datatype".to_owned(), json!({ "base": "boolean", "format": "1|0" }));
            }
            described
        };
        json!({
            "@context": "http://www.w3.org/ns/csvw",
            "url": url,
            "dc:title": self.title,
            "dialect": { "encoding": "utf-8", "header": true },
            "tableSchema": { "columns": self.columns.iter().map(column).collect::<Vec<_>>(), "primaryKey": [] },
        })
    }

    /// The same as JSON: a list of rows.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")?;
        for (at, row) in self.people.iter().enumerate() {
            let cells: serde_json::Map<String, serde_json::Value> =
                self.columns.iter().map(|column| (column.name.clone(), row.cell(column).into())).collect();
            let comma = if at == 0 { "\n" } else { ",\n" };
            write!(out, "{comma}{}", serde_json::Value::Object(cells))?;
        }
        out.write_all(b"\n]\n")
    }
}

impl ColumnKind {
    /// As CSV on the Web calls it.
    const fn datatype(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Date => "date",
            Self::YesNo => "boolean",
        }
    }
}

/// A text that a spreadsheet would run is made a text again (OWASP, CSV injection).
fn defused(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn line(out: &mut dyn Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        let cell = cell.as_ref();
        if cell.contains([',', '"', '\n', '\r']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

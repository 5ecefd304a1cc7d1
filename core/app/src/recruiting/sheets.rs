//! What the command line and the room of the staff read alike: who is willing, and how seats are spread.

use super::WILLING_MAX;
use config::{Sheet, SheetFault, SheetRow};
use engagement::draw::{Candidate, Quota, Stratum};

/// What is wrong with a table of people or of quotas.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// It is no table.
    #[error(transparent)]
    Sheet(#[from] SheetFault),
    /// A heading that is needed.
    #[error("the heading `{0}` is missing")]
    Heading(String),
    /// A cell where a whole number stands else.
    #[error("line {line}: `{said}` is no whole number; expected one under `{heading}`")]
    Number {
        /// In this line.
        line: usize,
        /// Under this heading.
        heading: String,
        /// What stands there.
        said: String,
    },
    /// An address that no letter could reach.
    #[error("line {line}: `{said}` is no mail address; one looks like kari@example.org")]
    Address {
        /// In this line.
        line: usize,
        /// What stands there.
        said: String,
    },
    /// Somebody who could not be told from others.
    #[error("line {0}: neither a name nor a mail")]
    Nobody(usize),
    /// Somebody whose group is to be changed, and who is not there.
    #[error("line {0}: nobody on the list has this `code` or `mail`")]
    Unknown(usize),
    /// More than a list takes.
    #[error("there would be {0} people; expected at most {WILLING_MAX}")]
    Full(usize),
}

/// How quotas are made of a table of the population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How many are drawn.
    pub seats: u32,
    /// Seats that a quota may be off.
    pub slack: u32,
}

/// A value, and its least and most, or twice how many people have it.
type Line = (String, [u64; 2]);

/// The strata of a table with the headings `stratum`, `value`, and either `min` and `max` or `people`, in the order in which they first stand
/// there; or what is wrong with it.
pub fn strata_of(sheet: &Sheet, spread: Spread) -> Result<Vec<Stratum>, TableFault> {
    let column = |name: &str| sheet.column(name).ok_or_else(|| TableFault::Heading(name.to_owned()));
    let (stratum, value) = (column("stratum")?, column("value")?);
    let people = sheet.column("people");
    let numbers = match people {
        Some(people) => [people, people],
        None => [column("min")?, column("max")?],
    };
    let mut read: Vec<(String, Vec<Line>)> = Vec::new();
    for row in &sheet.rows {
        let number = |at: usize| {
            let digits: String = cell(row, at).chars().filter(|c| !c.is_whitespace()).collect();
            let heading = sheet.headings.get(at).cloned().unwrap_or_default();
            let wrong = |_| TableFault::Number { line: row.line, heading, said: cell(row, at).to_owned() };
            digits.parse::<u32>().map(u64::from).map_err(wrong)
        };
        let quota = (cell(row, value).to_owned(), [number(numbers[0])?, number(numbers[1])?]);
        match read.iter_mut().find(|(name, _)| name == cell(row, stratum)) {
            Some((_, quotas)) => quotas.push(quota),
            None => read.push((cell(row, stratum).to_owned(), vec![quota])),
        }
    }
    Ok(read.into_iter().map(|(name, values)| quotas(name, values, people.is_some(), spread)).collect())
}

fn quotas(name: String, values: Vec<Line>, of_people: bool, spread: Spread) -> Stratum {
    if of_people {
        let table: Vec<_> = values.into_iter().map(|(value, [people, _])| (value, people)).collect();
        return Stratum::of_population(name, &table, spread.seats, spread.slack);
    }
    let seats = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let quotas = values.into_iter().map(|(value, [min, max])| Quota::new(value, seats(min), seats(max)));
    Stratum { name, quotas: quotas.collect() }
}

/// The candidates of a table with the headings `code` and each stratum, and `household` and `chances` where they are known.
pub fn candidates_of(sheet: &Sheet, strata: &[Stratum]) -> Result<Vec<Candidate>, TableFault> {
    let column = |name: &str| sheet.column(name).ok_or_else(|| TableFault::Heading(name.to_owned()));
    let code = column("code")?;
    let values = strata.iter().map(|stratum| column(&stratum.name)).collect::<Result<Vec<_>, _>>()?;
    let (household, chances) = (sheet.column("household"), sheet.column("chances"));
    let person = |row: &SheetRow| {
        Ok(Candidate {
            code: cell(row, code).to_owned(),
            profile: values.iter().map(|at| cell(row, *at).to_owned()).collect(),
            household: household.map(|at| cell(row, at).to_owned()).unwrap_or_default(),
            chances: chances_of(row, chances)?,
        })
    };
    sheet.rows.iter().map(person).collect()
}

/// One, where nothing is said.
pub(super) fn chances_of(row: &SheetRow, column: Option<usize>) -> Result<u32, TableFault> {
    let Some(said) = column.map(|at| cell(row, at)).filter(|said| !said.is_empty()) else { return Ok(1) };
    let (line, heading) = (row.line, "chances".to_owned());
    said.parse().map_err(|_| TableFault::Number { line, heading, said: said.to_owned() })
}

pub(super) fn cell(row: &SheetRow, at: usize) -> &str {
    row.cells.get(at).map_or("", String::as_str).trim()
}

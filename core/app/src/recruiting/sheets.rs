//! What the command line and the room of the staff read alike: who is willing, and how seats are spread.

use config::{Sheet, SheetRow};
use engagement::draw::{Candidate, Quota, Stratum};

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
pub fn strata_of(sheet: &Sheet, spread: Spread) -> Result<Vec<Stratum>, String> {
    let column = |name| sheet.column(name).ok_or(format!("the heading `{name}` is missing"));
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
            let wrong = || format!("line {}: `{}` is no whole number", row.line, cell(row, at));
            digits.parse::<u32>().map(u64::from).map_err(|_| wrong())
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
pub fn candidates_of(sheet: &Sheet, strata: &[Stratum]) -> Result<Vec<Candidate>, String> {
    let column = |name: &str| sheet.column(name).ok_or(format!("the heading `{name}` is missing"));
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
pub(super) fn chances_of(row: &SheetRow, column: Option<usize>) -> Result<u32, String> {
    let said = column.map(|at| cell(row, at)).filter(|said| !said.is_empty());
    let wrong = |_| format!("line {}: `chances` is no whole number", row.line);
    said.map_or(Ok(1), |said| said.parse().map_err(wrong))
}

pub(super) fn cell(row: &SheetRow, at: usize) -> &str {
    row.cells.get(at).map_or("", String::as_str).trim()
}

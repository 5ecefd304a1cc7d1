//! Counts of inputs and of the people behind them. Inputs are public one by one, so their number hides nobody; people are counted by
//! the box's rules.

use std::collections::{BTreeMap, BTreeSet};

use allting_plugin_sdk::method::{Cell, Figure, Finding, Language, Look, Row, date_of_day};

use crate::{Input, InputMap, words};

/// Longer ago than these weeks is counted in the first of them.
const WEEKS_MAX: i64 = 104;

impl InputMap {
    pub(crate) fn found(&self, languages: &[Language]) -> Vec<Finding> {
        let (title, language) = self.title.best(languages);
        let title = if title.is_empty() { words::INPUTS.to(languages) } else { title };
        let found = Finding::new("inputs", title, language, people(self.inputs.iter()));
        vec![self.figures(languages).into_iter().fold(found, Finding::figure)]
    }

    /// By category, by layer, and over time.
    pub(crate) fn figures(&self, languages: &[Language]) -> Vec<Figure> {
        let named = self.categories().enumerate();
        let mut by_category: Vec<Row> = named
            .map(|(at, (_, label))| self.row(label.to(languages), |input| input.categories & (1 << at) != 0))
            .collect();
        by_category.push(self.row(words::NO_CATEGORY.to(languages), |input| input.categories == 0));
        let columns = [words::INPUTS.to(languages), words::PEOPLE.to(languages)];
        let mut figures = vec![Figure::bars(words::BY_CATEGORY.to(languages), columns, by_category)];
        if self.settings.layer.len() > 1 {
            let named = self.settings.layer.iter().enumerate();
            let rows = named.map(|(at, layer)| self.row(layer.label.to(languages), |input| input.layer == Some(at)));
            figures.push(Figure::bars(words::BY_LAYER.to(languages), columns, rows));
        }
        figures.push(Figure::table(words::BY_WEEK.to(languages), columns, self.weeks()).look(Look::Line));
        figures
    }

    fn row(&self, label: &str, wanted: impl Fn(&Input) -> bool) -> Row {
        row(label, self.inputs.iter().filter(|(_, input)| wanted(input)))
    }

    fn weeks(&self) -> Vec<Row> {
        let mut weeks: BTreeMap<i64, Vec<(&u64, &Input)>> = BTreeMap::new();
        let last = self.inputs.values().map(|input| week(input.day)).max().unwrap_or(0);
        for (first, input) in &self.inputs {
            weeks.entry(week(input.day).max(last - WEEKS_MAX)).or_default().push((first, input));
        }
        let Some((from, _)) = weeks.first_key_value() else { return Vec::new() };
        let none = Vec::new();
        (*from..=last).map(|at| row(&monday(at), weeks.get(&at).unwrap_or(&none).iter().copied())).collect()
    }
}

fn row<'a>(label: &str, inputs: impl Iterator<Item = (&'a u64, &'a Input)> + Clone) -> Row {
    let number = u32::try_from(inputs.clone().count()).unwrap_or(u32::MAX);
    Row::new(label, [Cell::Number(f64::from(number)), Cell::Count(people(inputs))])
}

/// How many wrote them; who cannot be known again is somebody else each time.
fn people<'a>(inputs: impl Iterator<Item = (&'a u64, &'a Input)>) -> u32 {
    let authors: BTreeSet<Result<u64, u64>> = inputs.map(|(first, input)| input.by.ok_or(*first)).collect();
    u32::try_from(authors.len()).unwrap_or(u32::MAX)
}

/// Weeks from Monday; 1970-01-01 was a Thursday.
fn week(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

fn monday(week: i64) -> String {
    let (year, month, day) = date_of_day(i32::try_from(week * 7 - 3).unwrap_or(0));
    format!("{year:04}-{month:02}-{day:02}")
}

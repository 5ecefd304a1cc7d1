//! What was found: counts by question. Free words are counted, never quoted; the box lists them.

use allting_plugin_sdk::method::{Adds, Average, Cell, Figure, Finding, Language, Look, Phrase, Row, Text};

use crate::dates::{self, Span};
use crate::plan::{Asked, Takes};
use crate::settings::{Kind, Question};
use crate::tally::Tally;
use crate::{Survey, words};

/// The key of the finding about who took part. No question can have it.
pub(crate) const TAKEN_PART: &str = "taken-part";

impl Survey {
    /// Of those who finished; and where the others stopped.
    pub(crate) fn found(&self, languages: &[Language]) -> Vec<Finding> {
        let questions = self.plan.questions.iter().zip(&self.tallies.people);
        let answered = questions.filter_map(|(asked, people)| self.finding(asked, *people, languages));
        self.taken_part(languages).into_iter().chain(answered).collect()
    }

    /// Where those stopped who did not come to the end; a survey of one page has nowhere to stop.
    fn taken_part(&self, languages: &[Language]) -> Option<Finding> {
        if self.settings.page.len() < 2 {
            return None;
        }
        let row = |label: &str, people: u32| Row::new(label, [Cell::Count(people)]);
        let begun = |page: Option<usize>| self.stopped.get(&page).copied().unwrap_or(0);
        let named = self.settings.page.iter().enumerate();
        let pages = named.map(|(at, page)| row(&name_of_page(at, page.title.as_ref(), languages), begun(Some(at))));
        let stopped = std::iter::once(row(words::NO_PAGE.to(languages), begun(None))).chain(pages);
        let stopped =
            Figure::bars(words::STOPPED.to(languages), [words::PEOPLE.to(languages)], stopped).adds(Adds::Down);
        let (title, language) = (words::TAKEN_PART.to(languages), languages.first().map_or("und", String::as_str));
        Some(Finding::new(TAKEN_PART, title, language, self.finished).figure(stopped))
    }

    fn finding(&self, asked: &Asked, people: u32, languages: &[Language]) -> Option<Finding> {
        let question = self.settings.page.get(asked.page)?.question.get(asked.at)?;
        let (title, language) = question.ask.best(languages);
        let found = Finding::new(&question.key, title, language, people);
        let takes = &self.plan.fields.get(asked.fields.start)?.takes;
        if question.kind == Kind::Matrix {
            let rows: Vec<(&Text, &Tally)> =
                question.row.iter().map(|row| &row.label).zip(self.tallies.fields.get(asked.fields.clone())?).collect();
            return Some(matrix(found, question, takes, &rows, languages));
        }
        let tally = self.tallies.fields.get(asked.fields.start)?;
        Some(match takes {
            Takes::Something => words_of(found, question.kind, languages),
            Takes::Consent => found.figure(one(&question.ask, words::TICKED, tally.people, languages)),
            Takes::Number(classes) => {
                let people = |class: i32| tally.counts.get(&class).copied().unwrap_or(0);
                let counts = classes.shown(&tally.counts).map(|class| (classes.label(class), people(class)));
                let mut found = found.figure(bars(title, counts, languages).adds(Adds::Down));
                if let Some(average) = average(tally) {
                    let unit = question.unit.as_ref().map_or("", |unit| unit.to(languages));
                    let row = Row::new(format!("{} {unit}", words::AVERAGE.to(languages)).trim_end(), [average]);
                    found = found.figure(Figure::table(title, [words::AVERAGE.to(languages)], [row]));
                }
                found
            }
            Takes::Date => {
                let (span, counts) = dates::spans(&tally.counts);
                let by = match span {
                    Span::Week => words::BY_WEEK,
                    Span::Month => words::BY_MONTH,
                    Span::Year => words::BY_YEAR,
                };
                let caption = format!("{title} ({})", by.to(languages));
                found.figure(bars(&caption, counts.into_iter(), languages).adds(Adds::Down))
            }
            Takes::Step { .. } | Takes::Options { .. } => {
                let adds = if question.options_most() > 1 { Adds::Nothing } else { Adds::Down };
                let figure = bars(title, columns(question, takes, tally, languages).into_iter(), languages).adds(adds);
                let found = found.figure(figure);
                match average(tally).filter(|_| question.steps().is_some()) {
                    Some(average) => found.figure(averages(question, title, [Row::new(title, [average])], languages)),
                    None => found,
                }
            }
            Takes::Ranking { keys } => found.figure(ranking(question, keys.len(), tally, languages)),
        })
    }
}

/// Each row of a matrix with the same columns, and the average when it has steps.
fn matrix(
    found: Finding,
    question: &Question,
    takes: &Takes,
    rows: &[(&Text, &Tally)],
    languages: &[Language],
) -> Finding {
    let title = question.ask.to(languages);
    let names: Vec<String> = match rows.first() {
        Some((_, tally)) => columns(question, takes, tally, languages).into_iter().map(|(name, _)| name).collect(),
        None => Vec::new(),
    };
    let counted = rows.iter().map(|(label, tally)| {
        let cells = columns(question, takes, tally, languages).into_iter().map(|(_, people)| Cell::Count(people));
        Row::new(label.to(languages), cells)
    });
    let found = found.figure(Figure::table(title, names, counted).look(Look::Stacked).adds(Adds::Across));
    if question.steps().is_none() {
        return found;
    }
    let means =
        rows.iter().map(|(label, tally)| Row::new(label.to(languages), [average(tally).unwrap_or(Cell::Empty)]));
    found.figure(averages(question, title, means, languages))
}

/// The possible answers of a scale or choice, and how many gave each.
fn columns(question: &Question, takes: &Takes, tally: &Tally, languages: &[Language]) -> Vec<(String, u32)> {
    let count = |class: i32| tally.counts.get(&class).copied().unwrap_or(0);
    let beside = |text: Option<&Text>| text.map(|text| (text.to(languages).to_owned(), tally.beside));
    if let Takes::Step { first, last } = takes {
        let end = |text: &Option<Text>, step: i32| match text.as_ref().map(|text| text.to(languages)) {
            Some(words) if !words.is_empty() => format!("{step} ({words})"),
            _ => step.to_string(),
        };
        let steps = (*first..=*last).map(|step| {
            let name = match step {
                _ if step == *first => end(&question.low, step),
                _ if step == *last => end(&question.high, step),
                _ => step.to_string(),
            };
            (name, count(step))
        });
        return steps.chain(beside(question.unsure.as_ref())).collect();
    }
    let options =
        (0_i32..).zip(&question.option).map(|(at, option)| (option.label.to(languages).to_owned(), count(at)));
    options.chain(beside(question.other.as_ref().filter(|_| question.takes_other()))).collect()
}

fn averages(question: &Question, title: &str, rows: impl IntoIterator<Item = Row>, languages: &[Language]) -> Figure {
    let (first, last) = question.steps().unwrap_or_default();
    let column = format!("{} ({first}\u{2013}{last})", words::AVERAGE.to(languages));
    Figure::table(title, [column], rows)
}

fn ranking(question: &Question, options: usize, tally: &Tally, languages: &[Language]) -> Figure {
    let rows = (0_i32..).zip(question.option.iter().take(options)).map(|(at, option)| {
        let mean = match tally.ranks.get(&at) {
            #[expect(clippy::cast_precision_loss, reason = "ranks of at most a hundred options")]
            Some((sum, people)) if *people > 0 => {
                Cell::Average(Average { value: *sum as f64 / f64::from(*people), people: *people })
            }
            _ => Cell::Empty,
        };
        let first = tally.counts.get(&at).copied().unwrap_or(0);
        Row::new(option.label.to(languages), [mean, Cell::Count(first)])
    });
    let columns = [words::MEAN_RANK.to(languages), words::FIRST_CHOICE.to(languages)];
    Figure::table(question.ask.to(languages), columns, rows).adds(Adds::Down)
}

/// How many gave it stands above each finding; what they wrote is not the method's to tell.
fn words_of(found: Finding, kind: Kind, languages: &[Language]) -> Finding {
    if matches!(kind, Kind::Text | Kind::LongText) { found.words(words::IN_WORDS.to(languages)) } else { found }
}

fn one(caption: &Text, label: Phrase, people: u32, languages: &[Language]) -> Figure {
    let row = Row::new(label.to(languages), [Cell::Count(people)]);
    Figure::table(caption.to(languages), [words::PEOPLE.to(languages)], [row])
}

fn bars(caption: &str, counts: impl Iterator<Item = (String, u32)>, languages: &[Language]) -> Figure {
    let rows = counts.map(|(label, people)| Row::new(label, [Cell::Count(people)]));
    Figure::bars(caption, [words::PEOPLE.to(languages)], rows)
}

fn average(tally: &Tally) -> Option<Cell> {
    tally.average().map(|(value, people)| Cell::Average(Average { value, people }))
}

fn name_of_page(at: usize, title: Option<&Text>, languages: &[Language]) -> String {
    let title = title.map_or("", |title| title.to(languages));
    format!("{}. {title}", at + 1).trim_end_matches([' ', '.']).to_owned()
}

//! What came of the work: evidence a step, problems by column and importance, who was heard, what hinders and helps.

use std::collections::BTreeSet;

use allting_plugin_sdk::method::{Cell, Figure, Finding, Language, Row};

use crate::log::{Is, Priority, Said};
use crate::settings::Board;
use crate::{Guide, words};

impl Guide {
    pub(crate) fn found(&self, languages: &[Language]) -> Vec<Finding> {
        let (title, language) = self.title.best(languages);
        let title = if title.is_empty() { words::GUIDE.to(languages) } else { title };
        let finding =
            |key: &str, title: &str, wanted: fn(&Is) -> bool| Finding::new(key, title, language, self.people(wanted));
        let steps = self.settings.step.iter().map(|step| {
            let state = if self.log.done.contains(&step.key) { words::DONE } else { words::AT_WORK };
            let of = |is: &Is| matches!(is, Is::Evidence(of) if *of == step.key);
            let cells = [Cell::Text(state.to(languages).to_owned()), self.number(of), Cell::Count(self.people(of))];
            Row::new(step.title.to(languages), cells)
        });
        let columns = [words::STATUS, words::EVIDENCE, words::PEOPLE].map(|phrase| phrase.to(languages));
        let steps = Figure::table(words::STEPS.to(languages), columns, steps);
        let mut found = vec![finding("steps", title, |is| matches!(is, Is::Evidence(_))).figure(steps)];
        if let Some(board) = &self.settings.board {
            let needs =
                finding("needs", words::NEEDS.to(languages), |is| matches!(is, Is::Problem(_) | Is::Solution(_)));
            let needs = needs.figure(self.needs(board, languages));
            found.push(if board.group.is_empty() { needs } else { needs.figure(self.coverage(board, languages)) });
        }
        if self.settings.barriers != crate::settings::Whose::Off {
            let rows = [(words::BARRIER, Is::Barrier), (words::PROMOTER, Is::Promoter)].map(|(label, is)| {
                Row::new(
                    label.to(languages),
                    [self.number(|said| *said == is), Cell::Count(self.people(|said| *said == is))],
                )
            });
            let title = words::BARRIERS.to(languages);
            let figure = Figure::bars(title, [words::NOTES.to(languages), words::PEOPLE.to(languages)], rows);
            found.push(finding("barriers", title, |is| matches!(is, Is::Barrier | Is::Promoter)).figure(figure));
        }
        found
    }

    /// Who has been heard: notes and people of each group. A group without any is shown, for that is what one looks for.
    pub(crate) fn coverage(&self, board: &Board, languages: &[Language]) -> Figure {
        let rows = board.group.iter().map(|group| {
            let problem = |is: &Is| matches!(is, Is::Problem(Some(of)) if *of == group.key);
            let solution = |is: &Is| matches!(is, Is::Solution(Some(of)) if *of == group.key);
            let people = self.people(|is| problem(is) || solution(is));
            Row::new(group.label.to(languages), [self.number(problem), self.number(solution), Cell::Count(people)])
        });
        let columns = [words::PROBLEM, words::SOLUTION, words::PEOPLE].map(|phrase| phrase.to(languages));
        Figure::table(words::COVERAGE.to(languages), columns, rows)
    }

    /// Problems by column and importance. Themes are told by number: their words are a person's.
    fn needs(&self, board: &Board, languages: &[Language]) -> Figure {
        let row = |label: String, wanted: &dyn Fn(&str) -> bool| {
            let of =
                |said: &&Said| matches!(said.is, Is::Problem(_)) && wanted(self.log.column_of(&self.settings, said));
            let notes: Vec<&Said> = self.log.said.values().filter(of).collect();
            let number = |wanted: Option<Priority>| number(notes.iter().filter(|said| said.priority == wanted).count());
            Row::new(label, Priority::ALL.map(|(priority, _)| number(Some(priority))).into_iter().chain([number(None)]))
        };
        let fixed =
            board.column.iter().map(|column| row(column.label.to(languages).to_owned(), &|key| key == column.key));
        let themes = self.log.themes.keys().take(crate::show::THEMES_MAX).zip(1..);
        let named =
            themes.map(|(theme, at)| row(format!("{} {at}", words::A_THEME.to(languages)), &|key| key == theme));
        let columns =
            [words::HIGH, words::MEDIUM, words::LOW].map(|phrase| phrase.to(languages)).into_iter().chain(["–"]);
        Figure::table(words::NEEDS.to(languages), columns, fixed.chain(named).collect::<Vec<_>>())
    }

    fn number(&self, wanted: impl Fn(&Is) -> bool) -> Cell {
        number(self.log.said.values().filter(|said| wanted(&said.is)).count())
    }

    /// How many said so; who cannot be known again is somebody else each time.
    fn people(&self, wanted: impl Fn(&Is) -> bool) -> u32 {
        let said = self.log.said.iter().filter(|(_, said)| wanted(&said.is));
        let authors: BTreeSet<Result<u64, u64>> = said.map(|(first, said)| said.by.ok_or(*first)).collect();
        u32::try_from(authors.len()).unwrap_or(u32::MAX)
    }
}

/// Of notes, which are shown one by one: it hides nobody.
fn number(count: usize) -> Cell {
    Cell::Number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

//! Engagement method: one question, one tap, at a place. Counted by option, door, place and local hour.
//!
//! A tap is about the public place whose page it was made on, or about the activity when it has none. Nothing is remembered but which
//! button it was, when, where and through which door.

mod settings;
mod words;

use std::collections::BTreeSet;

use allting_plugin_sdk::export_method;
use allting_plugin_sdk::method::{
    Action, Adds, Audience, Blocks, Cell, Decision, Description, Draft, Entry, Field, Figure, Finding, Form, Language,
    Link, Look, Method, Page, Phase, Problem, Row, Setup, Standing, Subject, Text, Tone, Value, Viewer, count,
};

pub use settings::{Choice, Settings};

/// The key of the question.
const ANSWER: &str = "answer";
/// On the page for keying in: the place a tap is about.
const PLACE: &str = "place";
const THANKS: &str = "thanks";
const DAYS_SHOWN: i64 = 7;
/// By hour more days are told of, so that there are enough in most: as many as the box calls usual.
const DAYS_BY_HOUR: i64 = 56;
const HOURS: usize = 24;

/// One quick question.
#[derive(Debug)]
pub struct QuickQuestion {
    settings: Settings,
    places: Vec<(String, Text)>,
    taps: Standing<Tap>,
}

#[derive(Debug)]
struct Tap {
    option: usize,
    place: Option<usize>,
    door: Option<String>,
    day: i64,
    hour: u8,
}

impl Method for QuickQuestion {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new("quick-question", env!("CARGO_PKG_VERSION"))
            .title("nb", "Hurtigspørsmål")
            .title("nn", "Snøggspørsmål")
            .title("sv", "Snabbfråga")
            .title("en", "Quick question")
            .help("nb", "Ett spørsmål som besvares med ett trykk, på et sted eller fra en plakat.")
            .help("nn", "Eitt spørsmål som blir svara på med eitt trykk, på ein stad eller frå ein plakat.")
            .help("sv", "En fråga som besvaras med ett tryck, på en plats eller från en affisch.")
            .help("en", "One question, answered with one tap, at a place or from a poster.")
            .schema(settings::SCHEMA)
            .example("en", "How is it here now?", include_str!("example.json"))
    }

    fn check(settings: &Settings, setup: &Setup) -> Vec<Problem> {
        settings.check(setup)
    }

    fn open(settings: Settings, setup: &Setup) -> Self {
        let places = setup.places.iter().map(|(id, name)| (id.clone(), Text::Many(name.iter().cloned().collect())));
        Self { settings, places: places.collect(), taps: Standing::default() }
    }

    fn apply(&mut self, entry: &Entry) {
        let chosen = entry.answer(ANSWER).and_then(Value::chosen);
        let option = chosen.and_then(|keys| self.settings.option.iter().position(|o| keys == [o.key.as_str()]));
        let Some(option) = option else { return };
        let place = match &entry.said.subject {
            Subject::Thing(reference) => reference.strip_prefix("place/").and_then(|id| self.place(id)),
            _ => None,
        };
        let (door, day, hour) = (entry.by.door.clone(), entry.at.day(), entry.at.hour());
        self.taps.put(entry, Tap { option, place, door, day, hour });
    }

    fn view(&self, viewer: &Viewer, path: &str) -> Page {
        let languages = &viewer.languages;
        let (question, language) = self.settings.question.best(languages);
        let (path, thanked) = match path.strip_suffix(THANKS) {
            Some(before) => (before.trim_end_matches('/'), true),
            None => (path, false),
        };
        if path == "whole" {
            return Page::new(question, language, |page| self.key_in(page, languages));
        }
        let place = path.strip_prefix("at/").and_then(|id| self.place(id)).or((self.places.len() == 1).then_some(0));
        Page::new(question, language, |page| {
            if thanked {
                page.notice(Tone::Success, self.thanks(languages));
            } else if viewer.phase == Phase::Closed {
                page.notice(Tone::Calm, words::CLOSED.to(languages));
            } else if place.is_none() && self.places.len() > 1 {
                page.section(words::WHERE.to(languages), |section| section.links(self.ways(languages)));
            } else {
                self.ask(page, place, languages);
            }
            page.figure(self.last_week(viewer, place));
            if place.is_some() && path.starts_with("at/") {
                page.figure(self.hours(viewer, place));
                page.figure(self.doors(viewer, place));
            }
        })
        .until(next_midnight(viewer))
    }

    fn decide(&self, viewer: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
        let Some(answer) = action.values.iter().find(|answer| answer.question == ANSWER) else {
            return Err(vec![Problem::stop(ANSWER, words::CHOOSE.to(&viewer.languages))]);
        };
        let keyed_in = action.value(PLACE).and_then(Value::chosen).and_then(|keys| self.place(keys.first()?));
        let place = action.path.strip_prefix("at/").and_then(|id| self.place(id)).or(keyed_in);
        let place = place.or((self.places.len() == 1).then_some(0)).and_then(|at| self.places.get(at));
        let draft = Draft::answers(std::slice::from_ref(answer)).finished();
        Ok(match place {
            Some((id, _)) => {
                let draft = draft.about(Subject::Thing(format!("place/{id}")));
                Decision::remember(draft, format!("at/{id}/{THANKS}"))
            }
            None => Decision::remember(draft, THANKS),
        })
    }

    fn findings(&self, audience: &Audience) -> Vec<Finding> {
        let languages = &audience.languages;
        let (question, language) = self.settings.question.best(languages);
        let people = count(self.taps.values());
        let mut found = Finding::new(ANSWER, question, language, people)
            .figure(self.figure(question, languages, |_| true))
            .figure(self.by_hour(words::BY_HOUR.to(languages), languages, |_| true))
            .figure(self.by_door(words::BY_DOOR.to(languages), languages, |_| true));
        if self.places.len() > 1 {
            let names = self.places.iter().map(|(_, name)| name.to(languages).to_owned());
            let names: Vec<String> = names.chain([words::ELSEWHERE.to(languages).to_owned()]).collect();
            let counted = self.tally(names.len(), |tap| Some(tap.place.unwrap_or(self.places.len())));
            found = found.figure(self.table(words::BY_PLACE.to(languages), languages, rows(names, counted)));
        }
        vec![found]
    }
}

export_method!(QuickQuestion);

impl QuickQuestion {
    fn place(&self, id: &str) -> Option<usize> {
        self.places.iter().position(|(known, _)| known == id)
    }

    fn thanks<'a>(&'a self, languages: &'a [Language]) -> &'a str {
        self.settings.thanks.as_ref().map_or(words::THANKS.to(languages), |text| text.to(languages))
    }

    fn ways(&self, languages: &[Language]) -> Vec<Link> {
        self.places.iter().map(|(id, name)| Link::to(name.to(languages), format!("at/{id}"))).collect()
    }

    fn question(&self, languages: &[Language]) -> Field {
        let field = Field::choice(ANSWER, self.settings.question.to(languages)).required();
        self.settings.option.iter().fold(field, |field, option| field.option(&option.key, option.label.to(languages)))
    }

    fn ask(&self, page: &mut Blocks, place: Option<usize>, languages: &[Language]) {
        let subject = place.and_then(|at| self.places.get(at)).map(|(id, _)| Subject::Thing(format!("place/{id}")));
        let form = Form::new("tap").about(subject.unwrap_or(Subject::Whole));
        page.form(form, |form| form.field(self.question(languages).buttons()));
    }

    /// One form with all there is to say, for staff who key in what came on paper.
    fn key_in(&self, page: &mut Blocks, languages: &[Language]) {
        page.form(Form::new("tap"), |form| {
            form.field(self.question(languages));
            if self.places.len() > 1 {
                let where_at = Field::choice(PLACE, words::WHERE.to(languages)).menu();
                let named = self.places.iter().map(|(id, name)| (id, name.to(languages)));
                form.field(named.fold(where_at, |field, (id, name)| field.option(id, name)));
            }
        });
    }

    fn last_week(&self, viewer: &Viewer, place: Option<usize>) -> Figure {
        let since = viewer.now.day() - DAYS_SHOWN;
        let caption = words::LAST_WEEK.to(&viewer.languages);
        self.figure(caption, &viewer.languages, |tap| tap.day > since && (place.is_none() || tap.place == place))
    }

    /// How many gave each answer, of the taps that are `wanted`.
    fn figure(&self, caption: &str, languages: &[Language], wanted: impl Fn(&Tap) -> bool) -> Figure {
        let row = |(at, option): (usize, &Choice)| {
            let people = count(self.taps.values().filter(|tap| tap.option == at && wanted(tap)));
            Row::new(option.label.to(languages), [Cell::Count(people)])
        };
        let rows = self.settings.option.iter().enumerate().map(row);
        Figure::bars(caption, [words::PEOPLE.to(languages)], rows).adds(Adds::Down)
    }

    /// What was said at a place, by the hours of the day: one row an hour, which the box draws along the hours of its sensors.
    fn hours(&self, viewer: &Viewer, place: Option<usize>) -> Figure {
        let since = viewer.now.day() - DAYS_BY_HOUR;
        let wanted = |tap: &Tap| tap.day > since && tap.place == place;
        self.by_hour(words::LATELY_BY_HOUR.to(&viewer.languages), &viewer.languages, wanted)
    }

    fn doors(&self, viewer: &Viewer, place: Option<usize>) -> Figure {
        let since = viewer.now.day() - DAYS_BY_HOUR;
        self.by_door(words::LATELY_BY_DOOR.to(&viewer.languages), &viewer.languages, |tap| {
            tap.day > since && tap.place == place
        })
    }

    fn by_hour(&self, caption: &str, languages: &[Language], wanted: impl Fn(&Tap) -> bool) -> Figure {
        let counted = self.tally(HOURS, |tap| wanted(tap).then_some(usize::from(tap.hour)));
        let names = (0..HOURS).map(|hour| format!("{hour:02}:00")).collect();
        self.table(caption, languages, rows(names, counted)).look(Look::Stacked)
    }

    fn by_door(&self, caption: &str, languages: &[Language], wanted: impl Fn(&Tap) -> bool) -> Figure {
        let doors: BTreeSet<Option<&str>> =
            self.taps.values().filter(|tap| wanted(tap)).map(|tap| tap.door.as_deref()).collect();
        let doors: Vec<Option<&str>> = doors.into_iter().collect();
        let at = |tap: &Tap| doors.iter().position(|door| *door == tap.door.as_deref());
        let counted = self.tally(doors.len(), |tap| wanted(tap).then(|| at(tap)).flatten());
        let names =
            doors.iter().map(|door| door.map_or(words::NO_DOOR.to(languages), |door| words::door(door, languages)));
        let names = names.map(str::to_owned).collect();
        self.table(caption, languages, rows(names, counted))
    }

    fn table(&self, caption: &str, languages: &[Language], rows: Vec<Row>) -> Figure {
        let labels = self.settings.option.iter().map(|option| option.label.to(languages).to_owned());
        Figure::table(caption, labels, rows).adds(Adds::Both)
    }

    /// How many gave each answer, line by line; `line` says in which one a tap stands. One look at each tap.
    fn tally(&self, lines: usize, line: impl Fn(&Tap) -> Option<usize>) -> Vec<Vec<u32>> {
        let mut counted = vec![vec![0_u32; self.settings.option.len()]; lines];
        for tap in self.taps.values() {
            let cell = line(tap).and_then(|at| counted.get_mut(at)?.get_mut(tap.option));
            if let Some(people) = cell {
                *people = people.saturating_add(1);
            }
        }
        counted
    }
}

/// Rows of counts, with their names.
fn rows(names: Vec<String>, counted: Vec<Vec<u32>>) -> Vec<Row> {
    names.into_iter().zip(counted).map(|(name, people)| Row::new(name, people.into_iter().map(Cell::Count))).collect()
}

/// The figure of the last days changes when the day does.
fn next_midnight(viewer: &Viewer) -> u64 {
    const DAY_MS: i64 = 86_400_000;
    let midnight = (viewer.now.day() + 1) * DAY_MS - i64::from(viewer.now.offset_minutes) * 60_000;
    u64::try_from(midnight).unwrap_or(0)
}

#[cfg(test)]
mod tests;

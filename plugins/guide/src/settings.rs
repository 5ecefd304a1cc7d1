use std::collections::BTreeSet;

use allting_plugin_sdk::method::{Phrase, Problem, Setup, Text};
use serde::Deserialize;

use crate::words as say;

/// What may stand in the settings, for the box's editor.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// A guide.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Said on the front.
    pub intro: Option<Text>,
    /// What the work keeps to.
    #[serde(default)]
    pub principle: Vec<Named>,
    /// Whether people may write what hinders and what helps.
    #[serde(default)]
    pub barriers: Whose,
    /// In this order.
    pub step: Vec<Part>,
    /// A board with a clock, in one of the steps.
    pub board: Option<Board>,
}

/// One step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its address, and how the log names it.
    pub key: String,
    /// Its name.
    pub title: Text,
    /// What it is for.
    pub purpose: Option<Text>,
    /// A text to work from: an interview guide, an invitation, a run sheet.
    pub template: Option<Text>,
    /// What those who lead fill in, and all read.
    #[serde(default)]
    pub canvas: Vec<Named>,
    /// Who may add what the step rests on.
    #[serde(default)]
    pub evidence: Whose,
}

/// Who may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// It is not there.
    #[default]
    Off,
    /// Facilitators and stewards.
    Staff,
    /// All.
    Anyone,
}

/// A board with a clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// The step it belongs to.
    pub step: String,
    /// How long a round takes.
    pub minutes: u32,
    /// Said above the board.
    pub task: Option<Text>,
    /// Where problems are put; the first takes in new ones.
    pub column: Vec<Named>,
    /// Groups whose voice should be heard.
    #[serde(default)]
    pub group: Vec<Named>,
}

/// A column, group, principle or field of a canvas.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Names it in the log.
    pub key: String,
    /// For people.
    pub label: Text,
    /// More about it.
    pub help: Option<Text>,
}

const STEPS_MAX: usize = 12;
const LIST_MAX: usize = 20;
const MINUTES_MAX: u32 = 240;
/// Two of them and a hyphen are a key.
const KEY_CHARS_MAX: usize = 28;
const LABEL_CHARS_MAX: usize = 500;
const PROSE_CHARS_MAX: usize = 20_000;
const ALL_BYTES_MAX: usize = 150 << 10;
const RESERVED: [&str; 4] = ["at", "whole", "barriers", "board"];

struct Checker<'a> {
    setup: &'a Setup,
    problems: Vec<Problem>,
    bytes: usize,
}

impl Settings {
    pub(crate) fn check(&self, setup: &Setup) -> Vec<Problem> {
        let mut checker = Checker { setup, problems: Vec::new(), bytes: 0 };
        checker.guide(self);
        if checker.bytes > ALL_BYTES_MAX && checker.problems.iter().all(|problem| !problem.stops) {
            checker.stop("", say::TOO_MUCH_TEXT);
        }
        checker.problems
    }
}

impl Checker<'_> {
    fn stop(&mut self, at: impl Into<String>, why: Phrase) {
        self.problems.push(Problem::stop(at, why.to(&self.setup.languages)));
    }

    fn guide(&mut self, settings: &Settings) {
        if !(1..=STEPS_MAX).contains(&settings.step.len()) {
            return self.stop("/step", say::HOW_MANY_STEPS);
        }
        self.maybe("/intro", settings.intro.as_ref(), PROSE_CHARS_MAX);
        self.list("/principle", &settings.principle, 0);
        let mut steps = BTreeSet::from(RESERVED);
        for (at, step) in settings.step.iter().enumerate() {
            let at = format!("/step/{at}");
            if !is_key(&step.key) || !steps.insert(&step.key) {
                self.stop(format!("{at}/key"), say::BAD_KEY);
            }
            self.text(&format!("{at}/title"), &step.title, LABEL_CHARS_MAX);
            self.maybe(&format!("{at}/purpose"), step.purpose.as_ref(), PROSE_CHARS_MAX);
            self.maybe(&format!("{at}/template"), step.template.as_ref(), PROSE_CHARS_MAX);
            self.list(&format!("{at}/canvas"), &step.canvas, 0);
        }
        let mut keys: BTreeSet<String> = crate::FIELDS.map(str::to_owned).into();
        for (at, step) in settings.step.iter().enumerate() {
            if !crate::fields_of(step).into_iter().all(|key| keys.insert(key)) {
                self.stop(format!("/step/{at}/key"), say::BAD_KEY);
            }
        }
        if let Some(board) = &settings.board {
            if !settings.step.iter().any(|step| step.key == board.step) {
                self.stop("/board/step", say::NO_SUCH_STEP);
            }
            if !(1..=MINUTES_MAX).contains(&board.minutes) {
                self.stop("/board/minutes", say::HOW_LONG);
            }
            self.maybe("/board/task", board.task.as_ref(), PROSE_CHARS_MAX);
            self.list("/board/column", &board.column, 1);
            self.list("/board/group", &board.group, 0);
        }
    }

    fn list(&mut self, at: &str, list: &[Named], least: usize) {
        if !(least..=LIST_MAX).contains(&list.len()) {
            return self.stop(at, say::HOW_MANY);
        }
        let mut keys = BTreeSet::new();
        for (index, named) in list.iter().enumerate() {
            let at = format!("{at}/{index}");
            if !is_key(&named.key) || crate::is_theme(&named.key) || !keys.insert(&named.key) {
                self.stop(format!("{at}/key"), say::BAD_KEY);
            }
            self.text(&format!("{at}/label"), &named.label, LABEL_CHARS_MAX);
            self.maybe(&format!("{at}/help"), named.help.as_ref(), LABEL_CHARS_MAX);
        }
    }

    fn maybe(&mut self, at: &str, text: Option<&Text>, most: usize) {
        if let Some(text) = text {
            self.text(at, text, most);
        }
    }

    fn text(&mut self, at: &str, text: &Text, most: usize) {
        let longest = match text {
            Text::One(text) => Some(text),
            Text::Many(texts) => texts.values().max_by_key(|text| text.len()),
        };
        let (bytes, chars) = longest.map_or((0, 0), |text| (text.len(), text.chars().count()));
        self.bytes = self.bytes.saturating_add(bytes);
        if text.is_empty() {
            self.stop(at, say::NO_WORDS);
        } else if chars > most {
            self.stop(at, say::TOO_LONG);
        } else if !text.lacks(&self.setup.languages).is_empty() {
            self.problems.push(Problem::odd(at, say::UNTRANSLATED.to(&self.setup.languages)));
        }
    }
}

fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(fits)
}

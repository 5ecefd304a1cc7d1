//! What is wrong or odd about a survey, said where it stands: before it is published, and while it is written.

pub(crate) mod phrases;

use std::collections::BTreeSet;

use allting_plugin_sdk::method::{Phrase, Problem, Setup, Text};

use crate::found::TAKEN_PART;
use crate::settings::{Choice, Kind, Leaf, Order, Question, Settings};
use crate::{THANKS, WHOLE, dates, logic};
use phrases as say;

/// A page is one bit of what a person has sent.
pub(crate) const PAGES_MAX: usize = 60;
/// Rows of a matrix count one each. Nobody answers more, and the box shows all on one page.
pub(crate) const FIELDS_MAX: usize = 300;
/// Options are bits of a set.
const OPTIONS_MAX: usize = 100;
/// Of all questions together.
const OPTIONS_ALL_MAX: usize = 3000;
/// Columns of a matrix in the report.
const MATRIX_OPTIONS_MAX: usize = 20;
const CONDITIONS_MAX: usize = 10;
const CLASSES_MAX: usize = 30;
const LABEL_CHARS_MAX: usize = 1000;
const PROSE_CHARS_MAX: usize = 20_000;
/// The box shows at most 256 KiB on one page, keys and conditions included.
const ALL_BYTES_MAX: usize = 180 << 10;
/// The box takes at most this many; the first are mended first.
const PROBLEMS_MAX: usize = 200;
/// Far enough for every number, and exact in thousandths.
const FAR: f64 = 1e12;

pub(crate) fn check(settings: &Settings, setup: &Setup) -> Vec<Problem> {
    let mut checker = Checker { setup, problems: Vec::new(), bytes: 0 };
    checker.survey(settings);
    // Too much to walk is not walked.
    if checker.problems.iter().all(|problem| !problem.stops) {
        logic::check(settings, &mut checker);
    }
    let Checker { mut problems, .. } = checker;
    problems.sort_by_key(|problem| !problem.stops);
    problems.truncate(PROBLEMS_MAX);
    problems
}

pub(crate) struct Checker<'a> {
    setup: &'a Setup,
    problems: Vec<Problem>,
    bytes: usize,
}

impl Checker<'_> {
    pub(crate) fn stop(&mut self, at: impl Into<String>, why: Phrase) {
        self.problems.push(Problem::stop(at, why.to(&self.setup.languages)));
    }

    fn odd(&mut self, at: impl Into<String>, why: Phrase) {
        self.problems.push(Problem::odd(at, why.to(&self.setup.languages)));
    }

    fn survey(&mut self, settings: &Settings) {
        self.prose("/intro", settings.intro.as_ref());
        self.prose("/thanks", settings.thanks.as_ref());
        let fields: usize =
            settings.page.iter().flat_map(|leaf| &leaf.question).map(|question| question.fields().len()).sum();
        if settings.page.iter().all(|leaf| leaf.question.is_empty()) {
            return self.stop("/page", say::NO_QUESTION);
        }
        if settings.page.len() > PAGES_MAX {
            return self.stop("/page", say::TOO_MANY_PAGES);
        }
        let options =
            settings.page.iter().flat_map(|leaf| &leaf.question).map(|question| question.option.len()).sum::<usize>();
        if fields > FIELDS_MAX || options > OPTIONS_ALL_MAX {
            return self.stop("/page", say::TOO_MANY_QUESTIONS);
        }
        let (mut paths, mut keys) = (BTreeSet::new(), BTreeSet::from([TAKEN_PART.to_owned()]));
        for (at, leaf) in settings.page.iter().enumerate() {
            self.leaf(&format!("/page/{at}"), at, leaf, &mut paths);
            for (index, question) in leaf.question.iter().enumerate() {
                self.question(&format!("/page/{at}/question/{index}"), question, &mut keys);
            }
        }
        if self.bytes > ALL_BYTES_MAX && self.problems.iter().all(|problem| !problem.stops) {
            self.stop("", say::TOO_MUCH_TEXT);
        }
    }

    fn leaf(&mut self, at: &str, index: usize, leaf: &Leaf, paths: &mut BTreeSet<String>) {
        let path = leaf.path(index);
        if !is_key(&path) || [THANKS, WHOLE, "at"].contains(&path.as_str()) || !paths.insert(path) {
            self.stop(format!("{at}/key"), say::BAD_PAGE_KEY);
        }
        self.maybe(&format!("{at}/title"), leaf.title.as_ref());
        self.prose(&format!("{at}/text"), leaf.text.as_ref());
        let repeated: usize = leaf.question.iter().map(|question| question.fields().len()).sum();
        self.conditions(at, &leaf.when, repeated);
        if leaf.question.is_empty() && leaf.text.is_none() {
            self.stop(format!("{at}/question"), say::EMPTY_PAGE);
        }
        if leaf.order == Order::Random && leaf.question.len() < 2 {
            self.odd(format!("{at}/order"), say::NOTHING_TO_MIX);
        }
    }

    fn question(&mut self, at: &str, question: &Question, keys: &mut BTreeSet<String>) {
        self.words(&format!("{at}/ask"), &question.ask);
        self.maybe(&format!("{at}/help"), question.help.as_ref());
        if !is_key(&question.key) || !keys.insert(question.key.clone()) {
            self.stop(format!("{at}/key"), say::BAD_KEY);
        }
        if question.kind == Kind::Matrix {
            self.rows(at, question, keys);
        }
        self.conditions(at, &question.when, question.fields().len());
        if question.has_options() || matches!(question.kind, Kind::Single | Kind::Multiple | Kind::Ranking) {
            self.options(at, question);
        }
        self.limits(at, question);
        for (key, text) in [
            ("other", &question.other),
            ("unit", &question.unit),
            ("low", &question.low),
            ("high", &question.high),
            ("unsure", &question.unsure),
        ] {
            self.maybe(&format!("{at}/{key}"), text.as_ref());
        }
        for key in strangers(question) {
            self.odd(format!("{at}/{key}"), say::OF_ANOTHER_KIND);
        }
    }

    fn rows(&mut self, at: &str, question: &Question, keys: &mut BTreeSet<String>) {
        if question.row.is_empty() {
            self.stop(format!("{at}/row"), say::NO_ROWS);
        }
        for (index, ((key, _), row)) in question.fields().into_iter().zip(&question.row).enumerate() {
            if !is_key(&row.key) || !is_key(&key) || !keys.insert(key) {
                self.stop(format!("{at}/row/{index}/key"), say::BAD_KEY);
            }
            self.words(&format!("{at}/row/{index}/label"), &row.label);
        }
    }

    fn options(&mut self, at: &str, question: &Question) {
        let most = if question.kind == Kind::Matrix { MATRIX_OPTIONS_MAX } else { OPTIONS_MAX };
        let all = question.option.len() + usize::from(question.other.is_some() && question.takes_other());
        if all < 2 || question.option.is_empty() || question.option.len() > most {
            self.stop(format!("{at}/option"), say::HOW_MANY_OPTIONS);
        }
        let repeated = if question.kind == Kind::Matrix { question.row.len() } else { 1 };
        let mut keys = BTreeSet::new();
        for (index, option) in question.option.iter().enumerate() {
            let at = format!("{at}/option/{index}");
            if !is_key(&option.key) || !keys.insert(&option.key) {
                self.stop(format!("{at}/key"), say::BAD_OPTION_KEY);
            }
            let before = self.bytes;
            self.bytes += option.key.len();
            self.words(&format!("{at}/label"), &option.label);
            self.maybe(&format!("{at}/help"), option.help.as_ref());
            self.bytes += (self.bytes - before) * repeated.saturating_sub(1);
        }
        let most = question.options_most();
        let wrong = question.most == Some(0) || question.least.is_some_and(|least| least > most);
        if wrong && matches!(question.kind, Kind::Multiple | Kind::Ranking) {
            self.stop(format!("{at}/least"), say::LEAST_OVER_MOST);
        }
        let alone = |option: &Choice| option.alone;
        if question.kind == Kind::Ranking && question.option.iter().any(alone) {
            self.odd(format!("{at}/option"), say::ALONE_IN_RANKING);
        }
    }

    fn limits(&mut self, at: &str, question: &Question) {
        let numbers = question.from.iter().chain(&question.to).chain(&question.classes);
        if numbers.into_iter().any(|number| !number.is_finite() || number.abs() > FAR) {
            return self.stop(format!("{at}/from"), say::NO_NUMBER);
        }
        if let Some((first, last)) = question.steps() {
            let whole = question.from.iter().chain(&question.to).all(|step| step.fract() == 0.0);
            if !whole || !(1..=20).contains(&(i64::from(last) - i64::from(first))) {
                self.stop(format!("{at}/to"), say::BAD_STEPS);
            }
        }
        if question.kind == Kind::Number {
            if matches!((question.from, question.to), (Some(from), Some(to)) if from > to) {
                self.stop(format!("{at}/to"), say::LEAST_OVER_MOST);
            }
            let rises = question.classes.windows(2).all(|two| matches!(two, [low, high] if low < high));
            if !rises || question.classes.len() > CLASSES_MAX {
                self.stop(format!("{at}/classes"), say::BAD_CLASSES);
            }
        }
        if question.kind == Kind::Date {
            let days = [&question.first, &question.last].map(|date| date.as_deref().map(dates::read));
            if days.contains(&Some(None)) {
                self.stop(format!("{at}/first"), say::BAD_DATE);
            } else if matches!(days, [Some(first), Some(last)] if first > last) {
                self.stop(format!("{at}/last"), say::LEAST_OVER_MOST);
            }
        }
        let most = match question.kind {
            Kind::Text => 1000,
            Kind::LongText => 20_000,
            Kind::Photo => 10,
            _ => return,
        };
        if question.most.is_some_and(|given| given == 0 || given > most) {
            self.stop(format!("{at}/most"), say::TOO_MANY_CHARACTERS);
        }
    }

    fn conditions(&mut self, at: &str, when: &[crate::settings::When], repeated: usize) {
        if when.len() > CONDITIONS_MAX {
            self.stop(format!("{at}/when"), say::TOO_MANY_CONDITIONS);
        }
        let keys = |when: &crate::settings::When| when.is.iter().chain(&when.not).map(String::len).sum::<usize>();
        let bytes: usize = when.iter().map(|when| when.question.len() + keys(when) + 16).sum();
        self.bytes = self.bytes.saturating_add(bytes.saturating_mul(repeated));
    }

    fn words(&mut self, at: &str, text: &Text) {
        if text.is_empty() {
            self.stop(at, say::NO_WORDS);
        }
        self.text(at, text, LABEL_CHARS_MAX);
    }

    fn maybe(&mut self, at: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.words(at, text);
        }
    }

    fn prose(&mut self, at: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.text(at, text, PROSE_CHARS_MAX);
        }
    }

    fn text(&mut self, at: &str, text: &Text, most: usize) {
        let longest = match text {
            Text::One(text) => Some(text),
            Text::Many(texts) => texts.values().max_by_key(|text| text.len()),
        };
        let (bytes, chars) = longest.map_or((0, 0), |text| (text.len(), text.chars().count()));
        if chars > most {
            self.stop(at, say::TOO_LONG);
        }
        self.bytes = self.bytes.saturating_add(bytes);
        if !text.is_empty() && !text.lacks(&self.setup.languages).is_empty() {
            self.odd(at, say::UNTRANSLATED);
        }
    }
}

/// Keys that belong to another kind of question.
fn strangers(question: &Question) -> Vec<&'static str> {
    let kind = question.kind;
    let steps = question.steps().is_some();
    let choice = matches!(kind, Kind::Single | Kind::Multiple | Kind::Ranking);
    let limited = matches!(kind, Kind::Multiple | Kind::Ranking | Kind::Text | Kind::LongText | Kind::Photo);
    [
        ("option", !question.option.is_empty() && !choice && kind != Kind::Matrix),
        ("other", question.other.is_some() && !question.takes_other()),
        ("row", !question.row.is_empty() && kind != Kind::Matrix),
        ("least", question.least.is_some() && !matches!(kind, Kind::Multiple | Kind::Ranking)),
        ("most", question.most.is_some() && !limited),
        ("from", (question.from.is_some() || question.to.is_some()) && kind != Kind::Number && !steps),
        ("classes", !question.classes.is_empty() && kind != Kind::Number),
        ("unit", question.unit.is_some() && kind != Kind::Number),
        ("low", (question.low.is_some() || question.high.is_some()) && !steps),
        ("unsure", question.unsure.is_some() && !steps),
        ("first", (question.first.is_some() || question.last.is_some()) && kind != Kind::Date),
        ("shape", !question.shape.is_empty() && kind != Kind::Position),
    ]
    .into_iter()
    .filter_map(|(key, stranger)| stranger.then_some(key))
    .collect()
}

fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&key.len()) && key.bytes().all(fits)
}

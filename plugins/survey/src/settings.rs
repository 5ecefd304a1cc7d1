//! What the municipality writes: pages of questions.

use allting_plugin_sdk::method::{Setup, ShapeKind, Text};
use serde::Deserialize;

/// What may stand in the settings, for the box's editor.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// A survey.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Said before the first question.
    pub intro: Option<Text>,
    /// Said after the last.
    pub thanks: Option<Text>,
    /// In this order.
    #[serde(default)]
    pub page: Vec<Leaf>,
}

/// One page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Its address; else `page-1`, `page-2` ...
    pub key: Option<String>,
    /// Its heading.
    pub title: Option<Text>,
    /// Said above the questions.
    pub text: Option<Text>,
    /// Shown when all of these hold.
    #[serde(default)]
    pub when: Vec<When>,
    /// Of its questions.
    #[serde(default)]
    pub order: Order,
    /// In this order.
    #[serde(default)]
    pub question: Vec<Question>,
}

/// One question. What belongs to another kind than its own is odd, and ignored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Names it in the log and the export.
    pub key: String,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// The question itself.
    pub ask: Text,
    /// More about it.
    pub help: Option<Text>,
    /// The page cannot be sent without it.
    #[serde(default)]
    pub required: bool,
    /// Asked when all of these hold.
    #[serde(default)]
    pub when: Vec<When>,
    /// Of single, multiple, ranking and matrix.
    #[serde(default)]
    pub option: Vec<Choice>,
    /// Label of a free answer beside the options.
    pub other: Option<Text>,
    /// Of the options.
    #[serde(default)]
    pub order: Order,
    /// How the options of a single choice look.
    #[serde(default)]
    pub look: Look,
    /// Fewest options to choose.
    pub least: Option<u32>,
    /// Most options, photos, or characters.
    pub most: Option<u32>,
    /// Least number, or first step of a scale.
    pub from: Option<f64>,
    /// Greatest number, or last step of a scale.
    pub to: Option<f64>,
    /// Whole numbers only.
    #[serde(default)]
    pub whole: bool,
    /// Of a number.
    pub unit: Option<Text>,
    /// Where the classes of numbers in the report begin.
    #[serde(default)]
    pub classes: Vec<f64>,
    /// What the first step of a scale means.
    pub low: Option<Text>,
    /// What the last step of a scale means.
    pub high: Option<Text>,
    /// "Don't know" of a scale.
    pub unsure: Option<Text>,
    /// Earliest date.
    pub first: Option<String>,
    /// Latest date.
    pub last: Option<String>,
    /// Of a matrix: each is a question of its own.
    #[serde(default)]
    pub row: Vec<Line>,
    /// What may be drawn.
    #[serde(default)]
    pub shape: Vec<Drawn>,
}

/// What kind of answer a question takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line.
    Text,
    /// Many lines.
    LongText,
    /// A number.
    Number,
    /// A calendar date.
    Date,
    /// One option.
    Single,
    /// Several options.
    Multiple,
    /// Options in order.
    Ranking,
    /// Steps with words for both ends.
    Scale,
    /// Rows, each answered with the same options or scale.
    Matrix,
    /// On the map.
    Position,
    /// Pictures.
    Photo,
    /// A box to tick.
    Consent,
}

/// As written, or another for each person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// For all the same.
    #[default]
    AsWritten,
    /// Always the same for the same person.
    Random,
}

/// How options are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// One under the other.
    #[default]
    List,
    /// A menu that opens.
    Menu,
}

/// What may be drawn on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawn {
    /// A place.
    Point,
    /// A way.
    Line,
    /// An area.
    Area,
}

/// An option.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Names it in the log.
    pub key: String,
    /// For people.
    pub label: Text,
    /// More about it.
    pub help: Option<Text>,
    /// Cannot go with others: "none of these".
    #[serde(default)]
    pub alone: bool,
    /// Stays at the end in random order, as what stands alone does.
    #[serde(default)]
    pub last: bool,
}

/// A row of a matrix.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// With the key of the matrix before it, it names the row in the log.
    pub key: String,
    /// For people.
    pub label: Text,
}

/// Holds for what was answered to an earlier question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Its key; of a row of a matrix: `matrix-row`.
    pub question: String,
    /// One of these was chosen.
    #[serde(default)]
    pub is: Vec<String>,
    /// None of these was chosen.
    #[serde(default)]
    pub not: Vec<String>,
    /// At least so much.
    pub from: Option<f64>,
    /// At most so much.
    pub to: Option<f64>,
}

impl Leaf {
    /// Its address, when it is the page at this index.
    pub(crate) fn path(&self, at: usize) -> String {
        self.key.clone().unwrap_or_else(|| format!("page-{}", at + 1))
    }
}

impl Question {
    /// The keys under which it is answered, each with the words it is asked in.
    pub(crate) fn fields(&self) -> Vec<(String, &Text)> {
        match self.kind {
            Kind::Matrix => self.row.iter().map(|row| (format!("{}-{}", self.key, row.key), &row.label)).collect(),
            _ => vec![(self.key.clone(), &self.ask)],
        }
    }

    /// Whether it is answered with one of its options.
    pub(crate) fn has_options(&self) -> bool {
        match self.kind {
            Kind::Single | Kind::Multiple | Kind::Ranking => true,
            Kind::Matrix => !self.option.is_empty(),
            _ => false,
        }
    }

    /// First and last step, when it is a scale or a matrix of scales.
    pub(crate) fn steps(&self) -> Option<(i32, i32)> {
        let scale = self.kind == Kind::Scale || (self.kind == Kind::Matrix && self.option.is_empty());
        scale.then(|| (step(self.from.unwrap_or(1.0)), step(self.to.unwrap_or(5.0))))
    }

    /// Whether there may be a free answer beside the options.
    pub(crate) fn takes_other(&self) -> bool {
        matches!(self.kind, Kind::Single | Kind::Multiple)
    }

    /// Most options that can be chosen at once.
    pub(crate) fn options_most(&self) -> u32 {
        let free = self.other.is_some() && self.takes_other();
        let all = u32::try_from(self.option.len()).unwrap_or(u32::MAX).saturating_add(u32::from(free)).max(1);
        match self.kind {
            Kind::Multiple | Kind::Ranking => self.most.unwrap_or(all).clamp(1, all),
            _ => 1,
        }
    }

    pub(crate) fn shapes(&self) -> Vec<ShapeKind> {
        let kinds = self.shape.iter().map(|drawn| match drawn {
            Drawn::Point => ShapeKind::Point,
            Drawn::Line => ShapeKind::Line,
            Drawn::Area => ShapeKind::Area,
        });
        if self.shape.is_empty() { vec![ShapeKind::Point] } else { kinds.collect() }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and the check has seen that it is a small whole")]
fn step(number: f64) -> i32 {
    number as i32
}

/// What the activity is called, for a page whose own title is missing.
pub(crate) fn title_of(setup: &Setup) -> Text {
    Text::Many(setup.title.iter().cloned().collect())
}

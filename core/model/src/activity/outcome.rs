use super::entry::EntryId;
use crate::{PlaceId, Timestamp, Words};
use std::fmt;
use std::str::FromStr;

/// What became of an activity, or of something that was put forward in it. It is never changed: a later one is told beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was put forward; none: the activity itself.
    pub about: Option<EntryId>,
    /// In a word.
    pub state: OutcomeState,
    /// `CommonMark`, in the languages of the activity.
    pub text: Words,
    /// Which office says so. It names no person.
    pub by: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// When it was told.
    pub at: Timestamp,
}

/// What became of something, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeState {
    /// It is done.
    CarriedOut,
    /// It is decided, and will be done.
    WillBe,
    /// A part of it is done, or will be.
    Partly,
    /// It will not be done.
    Not,
    /// Somebody looks at it. This is no answer yet.
    BeingLookedAt,
}

/// What an outcome rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The report on the activity.
    Report,
    /// What is measured at a place.
    Place(PlaceId),
    /// A document elsewhere.
    Document {
        /// What it is called; its address where nothing is said.
        label: String,
        /// An https address.
        href: String,
    },
}

/// No state of an outcome has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such state; there are carried-out, will-be, partly, not and being-looked-at")]
pub struct UnknownOutcomeState;

impl OutcomeState {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::CarriedOut, Self::WillBe, Self::Partly, Self::Not, Self::BeingLookedAt];

    /// Its name in forms, tables and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CarriedOut => "carried-out",
            Self::WillBe => "will-be",
            Self::Partly => "partly",
            Self::Not => "not",
            Self::BeingLookedAt => "being-looked-at",
        }
    }

    /// Whether somebody who asked for it has an answer.
    pub const fn answers(self) -> bool {
        !matches!(self, Self::BeingLookedAt)
    }
}

impl fmt::Display for OutcomeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for OutcomeState {
    type Err = UnknownOutcomeState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(UnknownOutcomeState)
    }
}

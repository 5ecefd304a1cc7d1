use super::answer::{Answer, Shape};
use crate::Timestamp;
use std::fmt;

/// The number of an entry in its activity. Starts at 1 and rises; erased ones leave gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u64);

/// An author within one activity: always the same there, meaningless elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(pub u64);

/// What somebody may do, in rising order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whoever comes by.
    #[default]
    Anyone,
    /// A member of the panel, or somebody who was invited.
    Member,
    /// Leads a meeting.
    Facilitator,
    /// Answers for the activity.
    Steward,
}

/// A moment, and how far the local clock was ahead of UTC then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Minutes; behind UTC is negative.
    pub offset_minutes: i16,
}

/// Whose an answer is: for which answers the latest replaces the earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// Per author, subject and question.
    #[default]
    Personal,
    /// Per subject and question, whoever gave it: a guide's canvas, the column of a note.
    Shared,
}

/// Something a person put forward, which the box can show, tag, route and answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contribution {
    /// A word of the method: `problem`, `idea`.
    pub kind: String,
    /// In the person's own words.
    pub text: String,
    /// Where.
    pub shape: Option<Shape>,
    /// Keys of categories, as many as fit.
    pub categories: Vec<String>,
    /// Photos.
    pub files: Vec<String>,
    /// What it rests on.
    pub cites: Vec<String>,
}

/// What an entry is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The activity itself.
    #[default]
    Whole,
    /// Another entry: a vote, a move.
    Entry(EntryId),
    /// It takes the place of another entry's contribution.
    InsteadOf(EntryId),
    /// A thing the box knows: `place/library`.
    Thing(String),
}

/// What a method wants remembered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// What it is about.
    pub subject: Subject,
    /// For whom its answers stand.
    pub whose: Whose,
    /// What was answered.
    pub answers: Vec<Answer>,
    /// What was put forward.
    pub contribution: Option<Contribution>,
    /// The method's own, which the box cannot read.
    pub note: Vec<u8>,
    /// False while more pages follow.
    pub finished: bool,
}

/// Who said it, as far as a method may know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Author {
    /// None: nobody can be linked to it, so it is an author of its own.
    pub pseudonym: Option<Pseudonym>,
    /// What they may do.
    pub role: Role,
    /// The door they came through: poster, post, mail.
    pub door: Option<String>,
    /// What is known of them, that the method asked for and they agreed to.
    pub fields: Vec<Answer>,
}

/// A line of an activity's log: a draft that was stored. Never changed; it can be erased.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// When it came, as exact as may be kept.
    pub at: Moment,
    /// Who said it.
    pub by: Author,
    /// What was said.
    pub said: Draft,
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Subject {
    /// The entry it names.
    pub const fn entry(&self) -> Option<EntryId> {
        match self {
            Self::Entry(id) | Self::InsteadOf(id) => Some(*id),
            Self::Whole | Self::Thing(_) => None,
        }
    }
}

impl Draft {
    /// Whether it says nothing and need not be stored.
    pub const fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.contribution.is_none() && self.note.is_empty()
    }
}

/// What came of one form that was sent: kept, so that sending it twice says it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// The entries it became; none when there was nothing to remember.
    pub entries: Vec<EntryId>,
    /// Where it led.
    pub next: super::path::PagePath,
}

/// Names one form as it was shown to one person: a random number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormToken(pub [u8; 16]);

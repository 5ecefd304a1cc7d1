use crate::Timestamp;

/// When what people put forward is shown to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Moderation {
    /// After staff have looked at it.
    #[default]
    Before,
    /// At once; staff may hide it.
    After,
}

/// What staff decided about something that was put forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everybody may see it.
    LetThrough,
    /// Nobody sees it any more. Its author is told why, in these words.
    Hidden(String),
}

/// What was decided, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// When.
    pub at: Timestamp,
    /// What.
    pub verdict: Verdict,
}

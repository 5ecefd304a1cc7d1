//! How far the time of the box can be trusted, and which spans of its life were timed by a clock that could not be.

use crate::Timestamp;

/// What a time rests on. The greater the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockQuality {
    /// On nothing: the machine has no clock that runs while it is off, and nobody told it the time.
    Unknown,
    /// On a clock with a battery, or on a person who set it.
    Kept,
    /// On time servers.
    Synchronized,
}

impl ClockQuality {
    /// A short name that does not change, for programs and as key of texts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Kept => "kept",
            Self::Synchronized => "synchronized",
        }
    }
}

/// One start of the machine. Another start has another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BootId(pub [u8; 16]);

/// A span of time, by the box's own clock, in which that clock was not synchronized. All that was taken in it has this quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSpan {
    /// When it began.
    pub from: Timestamp,
    /// When a better time became known; none while it has not, and for ever when the machine was switched off before.
    pub until: Option<Timestamp>,
    /// The start of the machine in which it lies.
    pub boot: BootId,
    /// What the box's clock would have shown at that start.
    pub boot_at: Timestamp,
    /// How good the time was.
    pub quality: ClockQuality,
    /// What was corrected when it ended.
    pub correction: Option<ClockCorrection>,
}

/// A correction of all that was taken in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockCorrection {
    /// By how much times were moved, milliseconds; negative when the clock had been fast.
    pub by_ms: i64,
    /// What is still to be moved; none when it is done.
    pub left: Option<CorrectionLeft>,
}

/// How far a correction is. It goes from the newest to the oldest when times move forward, else from the oldest to the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionLeft {
    /// Raw uplinks from here on, and all the rest.
    Uplinks(Timestamp),
    /// Observations of hours from here on, and downlinks.
    Observations(Timestamp),
}

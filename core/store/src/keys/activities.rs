//! Keys of what people said: by activity, and within it by entry, form, author or code.

use super::{Key, concat, number, ordered, part};
use model::Timestamp;
use model::activity::{EntryId, FormToken, Pseudonym};
use std::ops::RangeInclusive;

/// An activity, as keys call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ActivityNumber(pub(crate) u32);

/// An entry of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntryKey {
    pub(crate) activity: ActivityNumber,
    pub(crate) id: EntryId,
}

/// A form that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FormKey {
    pub(crate) activity: ActivityNumber,
    pub(crate) token: FormToken,
}

/// An entry of an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AuthorKey {
    pub(crate) activity: ActivityNumber,
    pub(crate) author: Pseudonym,
    pub(crate) id: EntryId,
}

impl AuthorKey {
    /// The smallest and the greatest key of an author.
    pub(crate) fn of_author(activity: ActivityNumber, author: Pseudonym) -> RangeInclusive<[u8; 20]> {
        let [first, last] = [0, u64::MAX].map(|id| Self { activity, author, id: EntryId(id) }.to_bytes());
        first..=last
    }
}

/// Something of an activity that is found by a code only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DigestKey {
    pub(crate) activity: ActivityNumber,
    pub(crate) digest: Digest,
}

/// The first half of a keyed hash of a code.
pub(crate) type Digest = [u8; 16];

impl DigestKey {
    /// The smallest and the greatest key of an activity.
    pub(crate) fn of_activity(activity: ActivityNumber) -> RangeInclusive<[u8; 20]> {
        let [first, last] = [0, u8::MAX].map(|byte| Self { activity, digest: [byte; 16] }.to_bytes());
        first..=last
    }
}

/// What became of something: of an entry, or of the activity itself, which is entry 0 here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutcomeKey {
    pub(crate) activity: ActivityNumber,
    pub(crate) about: EntryId,
    pub(crate) at: Timestamp,
}

impl OutcomeKey {
    /// The smallest and the greatest key of an entry.
    pub(crate) fn of_entry(activity: ActivityNumber, about: EntryId) -> RangeInclusive<[u8; 20]> {
        let [first, last] = [i64::MIN, i64::MAX].map(Timestamp::from_ms);
        Self { activity, about, at: first }.to_bytes()..=Self { activity, about, at: last }.to_bytes()
    }

    /// The smallest and the greatest key of an activity.
    pub(crate) fn of_activity(activity: ActivityNumber) -> RangeInclusive<[u8; 20]> {
        let (first, _) = Self::of_entry(activity, EntryId(0)).into_inner();
        let (_, last) = Self::of_entry(activity, EntryId(u64::MAX)).into_inner();
        first..=last
    }
}

impl Key<20> for OutcomeKey {
    fn to_bytes(&self) -> [u8; 20] {
        concat([&self.activity.to_bytes(), &self.about.0.to_be_bytes(), &ordered(self.at.as_ms())])
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        Self {
            activity: ActivityNumber(u32::from_be_bytes(part(bytes, 0))),
            about: EntryId(u64::from_be_bytes(part(bytes, 4))),
            at: Timestamp::from_ms(number(part(bytes, 12))),
        }
    }
}

impl Key<20> for AuthorKey {
    fn to_bytes(&self) -> [u8; 20] {
        concat([&self.activity.to_bytes(), &self.author.0.to_be_bytes(), &self.id.0.to_be_bytes()])
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        Self {
            activity: ActivityNumber(u32::from_be_bytes(part(bytes, 0))),
            author: Pseudonym(u64::from_be_bytes(part(bytes, 4))),
            id: EntryId(u64::from_be_bytes(part(bytes, 12))),
        }
    }
}

impl Key<20> for DigestKey {
    fn to_bytes(&self) -> [u8; 20] {
        concat([&self.activity.to_bytes(), &self.digest, &[]])
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        Self { activity: ActivityNumber(u32::from_be_bytes(part(bytes, 0))), digest: part(bytes, 4) }
    }
}

impl Key<4> for ActivityNumber {
    fn to_bytes(&self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }
}

impl Key<12> for EntryKey {
    fn to_bytes(&self) -> [u8; 12] {
        concat([&self.activity.to_bytes(), &self.id.0.to_be_bytes(), &[]])
    }

    fn from_bytes(bytes: [u8; 12]) -> Self {
        let activity = ActivityNumber(u32::from_be_bytes(part(bytes, 0)));
        Self { activity, id: EntryId(u64::from_be_bytes(part(bytes, 4))) }
    }
}

impl Key<20> for FormKey {
    fn to_bytes(&self) -> [u8; 20] {
        concat([&self.activity.to_bytes(), &self.token.0, &[]])
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        Self { activity: ActivityNumber(u32::from_be_bytes(part(bytes, 0))), token: FormToken(part(bytes, 4)) }
    }
}

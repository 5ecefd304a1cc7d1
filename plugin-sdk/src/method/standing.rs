use std::collections::BTreeMap;

use super::{Entry, Subject, Whose};

/// What stands: per author and subject the latest, by the same rule as the box's. One for each question.
///
/// An author without pseudonym is an author of its own. What is shared has no author.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<T>(BTreeMap<(Speaker, About), T>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Speaker {
    All,
    Known(u64),
    /// Nobody knows who; the entry's own number tells them apart.
    Unknown(u64),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Whole,
    Entry(u64),
    Thing(String),
}

impl<T> Standing<T> {
    /// What this entry says stands from now on; what the same author said of the same before does not.
    pub fn put(&mut self, entry: &Entry, value: T) {
        self.0.insert(key(entry), value);
    }

    /// What stood is taken back.
    pub fn remove(&mut self, entry: &Entry) {
        self.0.remove(&key(entry));
    }

    /// All that stands, in no order that matters.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    /// What stands about one entry.
    pub fn about_entry(&self, id: u64) -> impl Iterator<Item = &T> {
        self.0.iter().filter(move |((_, about), _)| *about == About::Entry(id)).map(|(_, value)| value)
    }

    /// What the author of this pseudonym said of the activity as a whole.
    pub fn of(&self, pseudonym: u64) -> Option<&T> {
        self.0.get(&(Speaker::Known(pseudonym), About::Whole))
    }

    /// What stands for all, of the activity as a whole.
    pub fn shared(&self) -> Option<&T> {
        self.0.get(&(Speaker::All, About::Whole))
    }

    /// What stands for all, of one entry.
    pub fn shared_about(&self, id: u64) -> Option<&T> {
        self.0.get(&(Speaker::All, About::Entry(id)))
    }
}

impl<T> Default for Standing<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

fn key(entry: &Entry) -> (Speaker, About) {
    let speaker = match (entry.said.whose, entry.by.pseudonym) {
        (Whose::Shared, _) => Speaker::All,
        (Whose::Personal, Some(pseudonym)) => Speaker::Known(pseudonym),
        (Whose::Personal, None) => Speaker::Unknown(entry.id),
    };
    let about = match &entry.said.subject {
        Subject::Whole => About::Whole,
        Subject::Entry(id) | Subject::InsteadOf(id) => About::Entry(*id),
        Subject::Thing(reference) => About::Thing(reference.clone()),
    };
    (speaker, about)
}

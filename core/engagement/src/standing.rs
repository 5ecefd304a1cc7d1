use model::activity::{Answer, Entry, Pseudonym, Subject, Value, Whose};
use std::collections::{BTreeMap, BTreeSet};

/// Which answers stand. For one author, subject and question the latest; of what is shared, the latest of anyone. An author without
/// pseudonym is an author of its own, so nothing of theirs is ever replaced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    own: BTreeMap<(Pseudonym, Subject), BTreeMap<String, Value>>,
    shared: BTreeMap<Subject, BTreeMap<String, Value>>,
    begun: BTreeSet<Pseudonym>,
    finished: BTreeSet<Pseudonym>,
    /// Entries of nobody known, and how many of them are finished.
    unlinked: Taking,
}

/// How many people have begun, and how many of them have taken part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taking {
    /// Said something.
    pub begun: u32,
    /// Came to the end.
    pub finished: u32,
}

impl Standing {
    /// Takes one more entry of the log in. Entries come in the order of their numbers.
    pub fn put(&mut self, entry: &Entry) {
        if let Some(who) = entry.by.pseudonym {
            self.begun.insert(who);
            if entry.said.finished {
                self.finished.insert(who);
            }
        } else {
            self.unlinked.begun = self.unlinked.begun.saturating_add(1);
            self.unlinked.finished = self.unlinked.finished.saturating_add(u32::from(entry.said.finished));
        }
        let subject = entry.said.subject.clone();
        let stands = match (entry.said.whose, entry.by.pseudonym) {
            (Whose::Shared, _) => self.shared.entry(subject).or_default(),
            (Whose::Personal, Some(who)) => self.own.entry((who, subject)).or_default(),
            (Whose::Personal, None) => return,
        };
        for Answer { question, value } in &entry.said.answers {
            stands.insert(question.clone(), value.clone());
        }
    }

    /// What somebody said of something.
    pub fn answers_of(&self, who: Pseudonym, subject: &Subject) -> Option<&BTreeMap<String, Value>> {
        self.own.get(&(who, subject.clone()))
    }

    /// What stands for all of something.
    pub fn shared(&self, subject: &Subject) -> Option<&BTreeMap<String, Value>> {
        self.shared.get(subject)
    }

    /// How many take part.
    pub fn taking(&self) -> Taking {
        let count = |people: &BTreeSet<Pseudonym>| u32::try_from(people.len()).unwrap_or(u32::MAX);
        Taking {
            begun: count(&self.begun).saturating_add(self.unlinked.begun),
            finished: count(&self.finished).saturating_add(self.unlinked.finished),
        }
    }
}

impl FromIterator<Entry> for Standing {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut standing = Self::default();
        entries.into_iter().for_each(|entry| standing.put(&entry));
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::activity::{Author, Draft, EntryId, Moment};

    fn said(id: u64, who: Option<u64>, question: &str, number: f64) -> Entry {
        let answers = vec![Answer { question: question.to_owned(), value: Value::Number(number) }];
        let by = Author { pseudonym: who.map(Pseudonym), ..Author::default() };
        Entry { id: EntryId(id), at: Moment::default(), by, said: Draft { answers, ..Draft::default() } }
    }

    #[test]
    fn the_latest_answer_of_an_author_stands_and_other_questions_stay() {
        let entries = [said(1, Some(7), "a", 1.0), said(2, Some(7), "b", 2.0), said(3, Some(7), "a", 3.0)];
        let standing: Standing = entries.into_iter().collect();
        let answers = standing.answers_of(Pseudonym(7), &Subject::Whole).unwrap();
        assert_eq!(answers["a"], Value::Number(3.0));
        assert_eq!(answers["b"], Value::Number(2.0));
        assert_eq!(standing.taking(), Taking { begun: 1, finished: 0 });
    }

    #[test]
    fn what_is_shared_stands_whoever_said_it_last() {
        let shared = |mut entry: Entry| {
            entry.said.whose = Whose::Shared;
            entry
        };
        let entries = [shared(said(1, Some(1), "a", 1.0)), shared(said(2, Some(2), "a", 2.0))];
        let standing: Standing = entries.into_iter().collect();
        assert_eq!(standing.shared(&Subject::Whole).unwrap()["a"], Value::Number(2.0));
        assert_eq!(standing.answers_of(Pseudonym(1), &Subject::Whole), None);
    }

    #[test]
    fn somebody_nobody_knows_is_a_person_of_their_own_each_time() {
        let standing: Standing = [said(1, None, "a", 1.0), said(2, None, "a", 1.0)].into_iter().collect();
        assert_eq!(standing.taking(), Taking { begun: 2, finished: 0 });
    }
}

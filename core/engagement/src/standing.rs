use model::activity::{Answer, Entry, EntryId, PhotoId, Pseudonym, Subject, Value, Whose};
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

/// The photos that nothing an author says holds any more: they were answered otherwise, or took back what they put forward. `said` is all of
/// one author, in the order of the numbers.
pub fn photos_let_go(said: &[Entry]) -> BTreeSet<PhotoId> {
    let mut stands: BTreeMap<(&Subject, &str), &Value> = BTreeMap::new();
    let replaced = |id: EntryId| said.iter().any(|entry| entry.said.subject == Subject::InsteadOf(id));
    let mut held = BTreeSet::new();
    for entry in said {
        match entry.said.whose {
            // What stands for all is nobody's to let go.
            Whose::Shared => held.extend(entry.said.photos()),
            Whose::Personal => {
                let answers = entry.said.answers.iter();
                stands.extend(answers.map(|answer| ((&entry.said.subject, answer.question.as_str()), &answer.value)));
            }
        }
        let files = entry.said.contribution.iter().filter(|_| !replaced(entry.id)).flat_map(|c| &c.files);
        held.extend(files.filter_map(|file| PhotoId::of_reference(file)));
    }
    held.extend(stands.values().flat_map(|value| value.photos()));
    said.iter().flat_map(|entry| entry.said.photos()).filter(|photo| !held.contains(photo)).collect()
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
    use model::activity::{Author, Contribution, Draft, Moment};

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
    fn a_photo_that_was_taken_back_is_let_go_and_one_that_still_stands_is_not() {
        let photo = |byte| PhotoId([byte; 16]);
        let answered = |id, byte: Option<u8>| {
            let mut entry = said(id, Some(1), "photo", 0.0);
            entry.said.answers[0].value = Value::References(byte.iter().map(|b| photo(*b).reference()).collect());
            entry
        };
        let put_forward = |id, byte, subject| {
            let mut entry = said(id, Some(1), "words", 0.0);
            let files = vec![photo(byte).reference()];
            entry.said.contribution = Some(Contribution { files, ..Contribution::default() });
            entry.said.subject = subject;
            entry
        };
        let mut all = vec![answered(1, Some(1)), put_forward(2, 2, Subject::Whole)];
        assert!(photos_let_go(&all).is_empty());
        all.extend([answered(3, Some(3)), put_forward(4, 4, Subject::InsteadOf(EntryId(2)))]);
        assert_eq!(photos_let_go(&all), [photo(1), photo(2)].into());
        all.push(answered(5, None));
        assert_eq!(photos_let_go(&all), [photo(1), photo(2), photo(3)].into());
        all.push(answered(6, Some(1)));
        assert_eq!(photos_let_go(&all), [photo(2), photo(3)].into(), "it was chosen again");
    }

    #[test]
    fn somebody_nobody_knows_is_a_person_of_their_own_each_time() {
        let standing: Standing = [said(1, None, "a", 1.0), said(2, None, "a", 1.0)].into_iter().collect();
        assert_eq!(standing.taking(), Taking { begun: 2, finished: 0 });
    }
}

//! Who may see what somebody put forward, and what of the log is left when it was hidden.

use model::activity::{Entry, EntryId, Looked, Moderation, Role, Subject, Value, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// How far something that was put forward may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// By everybody.
    Public,
    /// By its author and staff: nobody has looked at it yet.
    Waiting,
    /// By its author, who is told why.
    Hidden(String),
}

/// What was decided in an activity, and what holds where nothing was.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// Where nobody has looked yet.
    pub setting: Moderation,
    /// By entry.
    pub looked: BTreeMap<EntryId, Looked>,
}

/// Entries that take each other's place in a row; more is no person's doing.
const CHAIN_MAX: usize = 100;

impl Decisions {
    /// How far an entry may be seen. `entry_of` looks up what it takes the place of: what takes the place of something hidden waits in any
    /// case, or hiding would be undone by writing it again.
    pub fn visibility(&self, entry: &Entry, entry_of: impl Fn(EntryId) -> Option<Subject>) -> Visibility {
        match self.looked.get(&entry.id).map(|looked| &looked.verdict) {
            Some(Verdict::LetThrough) => return Visibility::Public,
            Some(Verdict::Hidden(why)) => return Visibility::Hidden(why.clone()),
            None if entry.by.role >= Role::Facilitator => return Visibility::Public,
            None if self.setting == Moderation::Before => return Visibility::Waiting,
            None => {}
        }
        let mut subject = entry.said.subject.clone();
        for _ in 0..CHAIN_MAX {
            let Subject::InsteadOf(replaced) = subject else { return Visibility::Public };
            match self.looked.get(&replaced).map(|looked| &looked.verdict) {
                Some(Verdict::Hidden(_)) => return Visibility::Waiting,
                Some(Verdict::LetThrough) => return Visibility::Public,
                None => {}
            }
            let Some(next) = entry_of(replaced) else { return Visibility::Public };
            subject = next;
        }
        Visibility::Waiting
    }

    /// Takes the words and pictures that were hidden out of a log, and those whose place they took: they would come back else. That somebody
    /// took part stays, so counts of people stay true.
    pub fn strip(&self, log: &mut [Entry]) {
        let hidden = |looked: &Looked| matches!(looked.verdict, Verdict::Hidden(_));
        let mut gone: BTreeSet<EntryId> =
            self.looked.iter().filter(|(_, looked)| hidden(looked)).map(|(id, _)| *id).collect();
        if gone.is_empty() {
            return;
        }
        // What takes a place comes later, so one look from the end finds the whole row.
        for entry in log.iter_mut().rev() {
            if !gone.contains(&entry.id) {
                continue;
            }
            if let Subject::InsteadOf(replaced) = entry.said.subject {
                gone.insert(replaced);
            }
            entry.said.contribution = None;
            let has_words = |value: &Value| value.words().is_some() || value.photos().next().is_some();
            entry.said.answers.retain(|answer| !has_words(&answer.value));
        }
        // What was written anew in the place of something hidden stands by itself.
        for entry in log.iter_mut().filter(|entry| !gone.contains(&entry.id)) {
            if matches!(entry.said.subject, Subject::InsteadOf(replaced) if gone.contains(&replaced)) {
                entry.said.subject = Subject::Whole;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;
    use model::activity::{Answer, Author, Contribution, Draft, Moment};

    fn put(id: u64, subject: Subject) -> Entry {
        let contribution = Some(Contribution { text: format!("words {id}"), ..Contribution::default() });
        let answers = vec![
            Answer { question: "name".to_owned(), value: Value::Text("Kari".to_owned()) },
            Answer { question: "how".to_owned(), value: Value::Number(3.0) },
        ];
        let said = Draft { subject, contribution, answers, ..Draft::default() };
        Entry { id: EntryId(id), at: Moment::default(), by: Author::default(), said }
    }

    fn decisions(setting: Moderation, looked: &[(u64, Verdict)]) -> Decisions {
        let looked = looked.iter().cloned();
        let looked = looked.map(|(id, verdict)| (EntryId(id), Looked { at: Timestamp::from_ms(0), verdict }));
        Decisions { setting, looked: looked.collect() }
    }

    fn rude() -> Verdict {
        Verdict::Hidden("it names a neighbour".to_owned())
    }

    #[test]
    fn what_nobody_looked_at_is_shown_as_the_setting_says_and_staff_need_nobody() {
        let (before, after) = (decisions(Moderation::Before, &[]), decisions(Moderation::After, &[]));
        let mut entry = put(1, Subject::Whole);
        assert_eq!(before.visibility(&entry, |_| None), Visibility::Waiting);
        assert_eq!(after.visibility(&entry, |_| None), Visibility::Public);
        entry.by.role = Role::Facilitator;
        assert_eq!(before.visibility(&entry, |_| None), Visibility::Public);
        assert_eq!(Moderation::default(), Moderation::Before);
    }

    #[test]
    fn who_writes_again_what_was_hidden_waits() {
        let decided = decisions(Moderation::After, &[(1, rude())]);
        let (second, third) = (put(2, Subject::InsteadOf(EntryId(1))), put(3, Subject::InsteadOf(EntryId(2))));
        let log = [put(1, Subject::Whole), second.clone(), third.clone()];
        let of = |id: EntryId| log.iter().find(|entry| entry.id == id).map(|entry| entry.said.subject.clone());
        assert_eq!(decided.visibility(&second, of), Visibility::Waiting);
        assert_eq!(decided.visibility(&third, of), Visibility::Waiting);
        let decided = decisions(Moderation::After, &[(1, rude()), (2, Verdict::LetThrough)]);
        assert_eq!(decided.visibility(&third, of), Visibility::Public);
    }

    #[test]
    fn what_is_hidden_leaves_the_log_with_what_it_replaced_and_the_person_stays() {
        let mut log = vec![put(1, Subject::Whole), put(2, Subject::InsteadOf(EntryId(1))), put(3, Subject::Whole)];
        decisions(Moderation::Before, &[(2, rude()), (3, Verdict::LetThrough)]).strip(&mut log);
        assert_eq!(log.len(), 3);
        assert_eq!(log[0].said.contribution, None, "it would come back in the place of the hidden one");
        assert_eq!(log[1].said.contribution, None);
        assert_eq!(log[1].said.answers.len(), 1, "a number says nothing of a neighbour");
        assert_eq!(log[2].said.contribution.as_ref().unwrap().text, "words 3");
    }

    /// A map showed nothing of what somebody wrote anew, politely, after the first was hidden: it stood in the place of nothing.
    #[test]
    fn what_is_let_through_in_the_place_of_something_hidden_stands_by_itself() {
        let mut log = vec![put(1, Subject::Whole), put(2, Subject::InsteadOf(EntryId(1)))];
        decisions(Moderation::Before, &[(1, rude()), (2, Verdict::LetThrough)]).strip(&mut log);
        assert_eq!(log[0].said.contribution, None);
        assert_eq!((&log[1].said.subject, log[1].said.contribution.is_some()), (&Subject::Whole, true));
    }
}

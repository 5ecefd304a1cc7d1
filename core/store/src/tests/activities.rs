//! The log of an activity: numbers that rise, and erasing that leaves no trace but a gap.

use crate::{Durability, Options, Store};
use model::activity::{
    ActivityId, Answer, Author, Contribution, Draft, Entry, EntryId, FormToken, Moment, PagePath, Pseudonym, Role,
    Shape, ShapeKind, Subject, Submission, Value, Whose,
};
use model::{Calendar, Position, Slug, Timestamp};

fn park() -> ActivityId {
    Slug::new("park-2026").unwrap()
}

fn now() -> Moment {
    Moment { at: Timestamp::from_ms(1_782_986_400_000), offset_minutes: 120 }
}

fn somebody(number: u64) -> Author {
    Author { pseudonym: Some(Pseudonym(number)), ..Author::default() }
}

/// Says something of every kind there is.
fn talkative() -> Draft {
    let point = Position { latitude: 64.9, longitude: 20.0 };
    let area = Shape { kind: ShapeKind::Area, points: vec![point; 3] };
    let values = [
        Value::Flag(true),
        Value::Number(-0.5),
        Value::Text("Flere benker, takk \u{1f525}".to_owned()),
        Value::Date("2026-07-02".to_owned()),
        Value::Choices(vec!["bus".to_owned(), "bike".to_owned()]),
        Value::Shape(area.clone()),
        Value::References(vec!["file/1".to_owned()]),
    ];
    let answers = values.into_iter().enumerate().map(|(n, value)| Answer { question: format!("q{n}"), value });
    Draft {
        subject: Subject::Thing("place/library".to_owned()),
        whose: Whose::Shared,
        answers: answers.collect(),
        contribution: Some(Contribution { kind: "idea".into(), shape: Some(area), ..Contribution::default() }),
        note: vec![0, 255],
        finished: true,
    }
}

fn append(store: &Store, by: &Author, drafts: Vec<Draft>) -> Vec<Entry> {
    let calendar = Calendar::named("Europe/Oslo").unwrap();
    let transaction = store.begin(&calendar).unwrap();
    let entries = transaction.append(&park(), now(), by, drafts).unwrap();
    transaction.commit(Durability::Now).unwrap();
    entries
}

fn all(store: &Store) -> Vec<Entry> {
    store.read().unwrap().entries(&park(), EntryId(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_was_said_comes_back_as_it_was_said_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let by = Author {
        role: Role::Facilitator,
        door: Some("poster".to_owned()),
        fields: vec![Answer { question: "age-band".into(), value: Value::Choices(vec!["30-39".into()]) }],
        ..somebody(7)
    };
    let said = append(&Store::open(&path, Options::default()).unwrap(), &by, vec![talkative(), Draft::default()]);
    let store = Store::open(&path, Options::default()).unwrap();
    assert_eq!(all(&store), said);
    assert_eq!(store.read().unwrap().entry(&park(), EntryId(1)).unwrap().unwrap().said, talkative());
    let newer: Vec<_> = store.read().unwrap().entries(&park(), EntryId(1)).unwrap().map(|e| e.unwrap().id).collect();
    assert_eq!(newer, [EntryId(2)]);
}

#[test]
fn numbers_rise_within_an_activity_and_are_never_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    append(&store, &somebody(1), vec![talkative(), talkative()]);
    let calendar = Calendar::named("Europe/Oslo").unwrap();
    let transaction = store.begin(&calendar).unwrap();
    assert_eq!(transaction.erase_author(&park(), Pseudonym(1)).unwrap(), [EntryId(1), EntryId(2)]);
    transaction.commit(Durability::Now).unwrap();
    let next = append(&store, &somebody(2), vec![talkative()]);
    assert_eq!(next[0].id, EntryId(3));

    let transaction = store.begin(&calendar).unwrap();
    let other = Slug::new("another").unwrap();
    assert_eq!(transaction.append(&other, now(), &somebody(1), vec![talkative()]).unwrap()[0].id, EntryId(1));
    transaction.commit(Durability::Now).unwrap();
    assert_eq!(all(&store), next);
}

#[test]
fn erasing_an_author_leaves_what_others_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    for who in [1, 2, 1] {
        append(&store, &somebody(who), vec![talkative()]);
    }
    append(&store, &Author::default(), vec![talkative()]);
    let calendar = Calendar::named("Europe/Oslo").unwrap();
    let transaction = store.begin(&calendar).unwrap();
    transaction.erase_author(&park(), Pseudonym(1)).unwrap();
    transaction.commit(Durability::Now).unwrap();
    assert_eq!(all(&store).iter().map(|entry| entry.id.0).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn a_form_that_was_sent_is_known_by_its_token_and_a_lost_transaction_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    let calendar = Calendar::named("Europe/Oslo").unwrap();
    let (token, next) = (FormToken([7; 16]), PagePath::new("thanks").unwrap());
    let submission = Submission { entries: vec![EntryId(1)], next };
    for kept in [false, true] {
        let transaction = store.begin(&calendar).unwrap();
        transaction.append(&park(), now(), &somebody(1), vec![talkative()]).unwrap();
        transaction.put_submission(&park(), token, &submission).unwrap();
        if kept {
            transaction.commit(Durability::Now).unwrap();
        }
    }
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.submission(&park(), token).unwrap(), Some(submission));
    assert_eq!(snapshot.submission(&park(), FormToken([8; 16])).unwrap(), None);
    assert_eq!(all(&store).len(), 1, "the transaction that was dropped left nothing");
}

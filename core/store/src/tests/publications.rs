//! What was to be said is kept once under its name, with its picture as long as somebody has to look at it.

use super::life::oslo;
use crate::publications::PUBLICATIONS_MAX;
use crate::{Durability, Options, Store};
use model::{
    Author, Language, Picture, PublicationId, PublicationRecord, PublicationState, PublicationText, RuleState, Shows,
    Slug, Timestamp, Words,
};

const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);

fn record(name: &str, state: PublicationState) -> PublicationRecord {
    let text = PublicationText { language: Language::Sv, title: "Fullt".into(), body: "Kom senare".into() };
    PublicationRecord {
        id: PublicationId(0),
        name: name.to_owned(),
        author: Author::Rule("busy".to_owned()),
        place: Some(Slug::new("library").unwrap()),
        texts: vec![text],
        door: None,
        alternative: Some(alternative()),
        channels: None,
        made_at: NOW,
        due_at: NOW,
        expires_at: None,
        state,
        changed_at: NOW,
        looked_by: None,
        activity: None,
        shows: Shows::Place,
        revision: 0,
        corrected_at: None,
    }
}

fn alternative() -> Words {
    [(Language::Sv, "En kulle".to_owned())].into_iter().collect()
}

fn picture() -> Picture {
    Picture { bytes: vec![7; 40_000], width: 1200, height: 630, alternative: alternative() }
}

fn put(store: &Store, record: &PublicationRecord) -> Option<PublicationId> {
    let calendar = oslo();
    let tx = store.begin(&calendar).unwrap();
    let id = tx.put_publication(record, Some(&picture())).unwrap();
    tx.commit(Durability::Now).unwrap();
    id
}

#[test]
fn a_name_is_taken_once_and_the_picture_goes_with_the_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    let id = put(&store, &record("rule/busy/1", PublicationState::Waiting)).unwrap();
    assert_eq!(put(&store, &record("rule/busy/1", PublicationState::Waiting)), None);
    let out = put(&store, &record("rule/busy/2", PublicationState::Queued)).unwrap();
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.publication_picture(id, alternative()).unwrap(), Some(picture()));
    assert_eq!(snapshot.publication_picture(out, alternative()).unwrap(), None, "nobody has to look at it");
    let calendar = oslo();
    let tx = store.begin(&calendar).unwrap();
    let waiting = tx.publication(id).unwrap().unwrap();
    tx.note_publication(&PublicationRecord { state: PublicationState::Queued, ..waiting }).unwrap();
    tx.commit(Durability::Now).unwrap();
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.publication_picture(id, alternative()).unwrap(), None);
    assert_eq!(snapshot.publications().unwrap().count(), 2);
    assert_eq!(snapshot.publication(out).unwrap().unwrap().name, "rule/busy/2");
}

#[test]
fn the_oldest_are_forgotten_and_their_names_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    let calendar = oslo();
    let tx = store.begin(&calendar).unwrap();
    for number in 0..=PUBLICATIONS_MAX {
        tx.put_publication(&record(&format!("rule/busy/{number}"), PublicationState::Queued), None).unwrap().unwrap();
    }
    assert!(tx.publication(PublicationId(1)).unwrap().is_none());
    assert!(tx.put_publication(&record("rule/busy/0", PublicationState::Queued), None).unwrap().is_some());
    assert!(tx.put_publication(&record("rule/busy/9", PublicationState::Queued), None).unwrap().is_none());
}

#[test]
fn what_a_rule_knows_is_there_after_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let (file, rule) = (folder.path().join("allting.redb"), Slug::new("busy").unwrap());
    let known =
        RuleState { wording: "library is busy".into(), since: Some(NOW), posts: vec![NOW], ..RuleState::default() };
    {
        let (store, calendar) = (Store::open(&file, Options::default()).unwrap(), oslo());
        assert_eq!(store.read().unwrap().rule_state(&rule).unwrap(), RuleState::default());
        let tx = store.begin(&calendar).unwrap();
        tx.put_rule_state(&rule, &known);
        tx.commit(Durability::Now).unwrap();
    }
    let store = Store::open(&file, Options::default()).unwrap();
    assert_eq!(store.read().unwrap().rule_state(&rule).unwrap(), known);
}

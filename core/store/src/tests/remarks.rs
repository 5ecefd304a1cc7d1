//! What people write is kept once under all its names, sealed, and gone for good when it is erased.

use super::life::oslo;
use crate::{Durability, Options, PutRemark, REMARKS_MAX, Store};
use model::{
    About, Bookmark, DeliveryId, HeadReply, HeadSight, Heard, Language, Participant, PostReach, Remark, RemarkAnswer,
    RemarkDoor, RemarkId, RemarkReply, Sight, Slug, Source, Timestamp,
};
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);
const WORDS: &str = "the ice is thin by the pier";

fn remark(text: &str, at: Timestamp) -> Remark {
    Remark {
        id: RemarkId(0),
        about: About::Place(Slug::new("rink").unwrap()),
        source: Source::Portal(Participant::Visitor),
        at,
        edited: None,
        text: text.to_owned(),
        language: None,
        sight: Sight::Waiting,
        reply: RemarkReply::Open,
    }
}

fn heard() -> Remark {
    let channel = Slug::new("mastodon").unwrap();
    let link = Some("https://a.example/@k/20".to_owned());
    let source = Source::Channel(Heard { channel, handle: "20".to_owned(), link, author: 7 });
    let answer = RemarkAnswer { text: "Thanks".to_owned(), language: Language::Nn, at: NOW };
    Remark {
        source,
        about: About::Activity(Slug::new("park").unwrap()),
        edited: Some(NOW),
        language: Some("sv".to_owned()),
        sight: Sight::Hidden("it names a neighbour".to_owned()),
        reply: RemarkReply::Given(answer),
        ..remark(WORDS, NOW)
    }
}

fn open(folder: &std::path::Path) -> Store {
    Store::open(&folder.join("allting.redb"), Options::default()).unwrap()
}

fn put(store: &Store, names: &[&str], remark: &Remark) -> PutRemark {
    let calendar = oslo();
    let tx = store.begin(&calendar).unwrap();
    let put = tx.put_remark(names, remark).unwrap();
    tx.commit(Durability::Now).unwrap();
    put
}

#[test]
fn a_remark_is_kept_once_under_all_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(put(&store, &["mastodon 20", "the same words"], &heard()), PutRemark::New(RemarkId(1)));
    assert_eq!(put(&store, &["mastodon 21", "the same words"], &heard()), PutRemark::Known(RemarkId(1)));
    assert_eq!(put(&store, &["mastodon 21", "other words"], &heard()), PutRemark::Known(RemarkId(1)));
    assert_eq!(put(&store, &["receipt"], &remark("b", NOW)), PutRemark::New(RemarkId(2)));
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.remark(RemarkId(1)).unwrap(), Some(Remark { id: RemarkId(1), ..heard() }));
    let heads = snapshot.remark_heads().unwrap();
    assert_eq!(heads.len(), 2);
    assert_eq!((heads[0].sight, heads[0].reply), (HeadSight::Hidden, HeadReply::Given));
    assert_eq!(heads[0].door, RemarkDoor::Channel(Slug::new("mastodon").unwrap()));
    assert_eq!(heads[1].door, RemarkDoor::Portal(Participant::Visitor));
    assert_eq!(snapshot.remark_named("mastodon 21").unwrap(), Some(RemarkId(1)));
}

#[test]
fn what_was_erased_is_in_no_copy_of_the_file_and_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put(&store, &["mastodon 20"], &heard());
    let copied = std::fs::read(folder.path().join("allting.redb")).unwrap();
    assert!(!copied.windows(WORDS.len()).any(|bytes| bytes == WORDS.as_bytes()), "it lies there in clear");
    store.copy_precious(&folder.path().join("copy.redb"), NOW).unwrap();
    let calendar = oslo();
    let tx = store.begin(&calendar).unwrap();
    assert!(tx.erase_remark(RemarkId(1)).unwrap());
    tx.commit(Durability::Now).unwrap();
    assert_eq!(put(&store, &["mastodon 20"], &heard()), PutRemark::Known(RemarkId(1)));
    assert_eq!(store.read().unwrap().remark(RemarkId(1)).unwrap(), None);
    let tx = store.begin(&calendar).unwrap();
    tx.note_remark(&Remark { id: RemarkId(1), ..heard() }).unwrap();
    assert!(!tx.erase_remark(RemarkId(1)).unwrap(), "what was erased stays so");
    tx.commit(Durability::Now).unwrap();
    assert_eq!(put(&store, &["new"], &remark("b", NOW)), PutRemark::New(RemarkId(2)), "no number is given twice");
    drop(store);
    // The copy of the night before takes the place of the file: its row is there, and nobody can read it.
    std::fs::rename(folder.path().join("copy.redb"), folder.path().join("allting.redb")).unwrap();
    let store = open(folder.path());
    assert_eq!(store.read().unwrap().remark(RemarkId(1)).unwrap(), None);
}

#[test]
fn what_is_past_keeping_goes_and_the_oldest_go_when_there_are_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let calendar = oslo();
    let tx = store.begin(&calendar).unwrap();
    for number in 0..REMARKS_MAX + 3 {
        let at = NOW + Duration::from_secs(number);
        tx.put_remark(&[&format!("name {number}")], &remark("b", at)).unwrap();
    }
    tx.put_reach(DeliveryId(9), &PostReach { at: NOW, counts: vec![("liked".to_owned(), 3)] });
    tx.commit(Durability::Now).unwrap();
    assert_eq!(store.read().unwrap().remark_heads().unwrap().first().unwrap().id, RemarkId(4));
    let tx = store.begin(&calendar).unwrap();
    assert_eq!(tx.forget_remarks(NOW + Duration::from_secs(10), 100).unwrap(), 7);
    tx.commit(Durability::Now).unwrap();
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.remark_heads().unwrap().first().unwrap().id, RemarkId(11));
    assert_eq!(snapshot.post_reach(DeliveryId(9)).unwrap(), None, "its delivery is forgotten");
}

#[test]
fn a_bookmark_takes_the_place_of_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let (store, calendar, channel) = (open(folder.path()), oslo(), Slug::new("mastodon").unwrap());
    for place in [b"a".to_vec(), b"b".to_vec()] {
        let tx = store.begin(&calendar).unwrap();
        tx.put_bookmark(&channel, &Bookmark { place, at: NOW });
        tx.commit(Durability::Now).unwrap();
    }
    let bookmark = store.read().unwrap().bookmark(&channel).unwrap();
    assert_eq!(bookmark, Some(Bookmark { place: b"b".to_vec(), at: NOW }));
}

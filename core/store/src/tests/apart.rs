//! Addresses and answers share no table, and nothing in the file leads from one to the other but the code that a person holds (invariant 7).

use crate::table::Raw;
use crate::tables::{ALL, AUTHOR_ENTRIES, CONTACTS, ENTRIES};
use crate::view::ALL_KEYS;
use crate::{Durability, Options, Store};
use model::activity::{ActivityId, Answer, Author, Draft, Moment, Pseudonym, Value};
use model::{Calendar, Language, Slug};

const PEOPLE: u64 = 60;

/// What an attacker reads of a table: keys and sealed values.
fn rows(store: &Store, table: &'static Raw) -> Vec<(Vec<u8>, Vec<u8>)> {
    let snapshot = store.read().unwrap();
    let rows = snapshot.view().open(table).unwrap().range(ALL_KEYS).unwrap();
    rows.map(|row| row.map(|(key, value)| (key.to_vec(), value.to_vec())).unwrap()).collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// An address lay in the slot after that of the answer it came with, so both could be put together by counting.
#[test]
fn nothing_leads_from_an_address_to_an_answer_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    let calendar = Calendar::named("Europe/Oslo").unwrap();
    let park: ActivityId = Slug::new("park").unwrap();
    let mut digests = Vec::new();
    for who in 0..PEOPLE {
        let code = who.to_le_bytes();
        let number = u64::from_le_bytes(*store.derived("author", &[&code]).first_chunk().unwrap());
        let digest = *store.derived("contact", &[&code]).first_chunk().unwrap();
        let value = Value::Text(format!("word {who}"));
        let said = Draft { answers: vec![Answer { question: "q".to_owned(), value }], ..Draft::default() };
        let by = Author { pseudonym: Some(Pseudonym(number)), ..Author::default() };
        let transaction = store.begin(&calendar).unwrap();
        transaction.append(&park, Moment::default(), &by, vec![said]).unwrap();
        transaction.commit(Durability::Now).unwrap();
        let transaction = store.begin(&calendar).unwrap();
        let address = format!("somebody{who}@example.org");
        transaction.put_contact(&park, &digest, &address, &Language::Nb.into()).unwrap();
        transaction.commit(Durability::Now).unwrap();
        digests.push(digest);
    }
    assert_eq!(store.read().unwrap().contacts(&park).unwrap().len(), digests.len());

    // No row of another table has what an address is found by, and no row of an address has what an answer is found by.
    for table in ALL.into_iter().filter(|table| table.number != CONTACTS.raw.number) {
        for (key, value) in rows(&store, table) {
            let known = digests.iter().any(|digest| holds(&key, digest) || holds(&value, digest));
            assert!(!known, "{} knows of an address", table.name);
        }
    }
    let authors = rows(&store, &AUTHOR_ENTRIES.raw);
    for (key, value) in rows(&store, &CONTACTS.raw) {
        let known = authors.iter().any(|(author, _)| holds(&key, &author[4..12]) || holds(&value, &author[4..12]));
        assert!(!known, "a row of an address knows of an answer");
    }
    // Nor do their slots: an attacker who puts each address beside the answer whose slot is next is seldom right.
    let snapshot = store.read().unwrap();
    let read = |table: &'static Raw| snapshot.view().open(table).unwrap().range(ALL_KEYS).unwrap();
    let answers = ENTRIES.rows(read(&ENTRIES.raw)).map(|row| row.map(|(key, sealed)| (key.id.0, sealed.slot)).unwrap());
    let answers: Vec<_> = answers.collect();
    let mut right = 0;
    for row in CONTACTS.rows(read(&CONTACTS.raw)) {
        let (key, address) = row.map(|(key, sealed)| (key, sealed.slot)).unwrap();
        let before = answers.iter().filter(|(_, slot)| *slot < address).max_by_key(|(_, slot)| *slot);
        let is = digests.iter().position(|digest| *digest == key.digest).unwrap();
        right += usize::from(before.is_some_and(|(entry, _)| entry - 1 == is as u64));
    }
    assert!(right < digests.len() / 5, "{right} of {} were put together", digests.len());
    let whole = std::fs::read(folder.path().join("allting.redb")).unwrap();
    assert!(!holds(&whole, b"@example.org"), "an address lies there in clear");
}

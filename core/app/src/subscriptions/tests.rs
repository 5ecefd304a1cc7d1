//! One text to many, over a real data file: who gets it, when, and in which language.

use super::spreading::{Said, SpreadError, Spreading};
use super::{put, subscribers};
use crate::DecoderSet;
use crate::portal::App;
use config::Folder;
use model::channel::ToAudience;
use model::{
    Author, Cadence, DeliveryId, DeliveryState, Destination, Interests, Language, Publication, PublicationId,
    PublicationRecord, PublicationState, PublicationText, Slug, Subscriber, SubscriberId, Subscription, Timestamp,
};
use std::path::Path;
use std::time::Duration;
use store::{Durability, NewDelivery, Options, Queued, Store};

/// Thursday 2026-11-19, 15:00 in Oslo.
const NOW: Timestamp = Timestamp::from_seconds(1_795_096_800);
const HOUR: Duration = Duration::from_hours(1);
const GENERAL: &str = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n\
     [mail]\nserver = \"localhost\"\nsecurity = \"plain\"\nfrom = \"news@lillevik.example\"\n";
const PLACES: &str = include_str!("../../tests/lillevik/places.toml");

struct Town(App, #[expect(dead_code, reason = "the folder lives as long")] tempfile::TempDir);

fn town() -> Town {
    let folder = tempfile::tempdir().unwrap();
    Town(open(folder.path()), folder)
}

fn open(path: &Path) -> App {
    let files: Folder = [("municipality.toml", GENERAL), ("places.toml", PLACES)].into_iter().collect();
    let (municipality, diagnostics) = config::read(&files).unwrap();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let store = Store::open(&path.join("allting.redb"), Options::default()).unwrap();
    App::new(municipality, store, DecoderSet::default()).unwrap()
}

fn about(what: &str) -> Interests {
    let mut interests = Interests::default();
    match what.split_once(':') {
        Some(("place", id)) => _ = interests.places.insert(Slug::new(id).unwrap()),
        Some(("area", name)) => _ = interests.areas.insert(name.to_owned()),
        Some((_, kind)) => _ = interests.kinds.insert(kind.to_owned()),
        None => interests.everything = true,
    }
    interests
}

impl Town {
    fn subscriber(&self, number: u64, what: &str, cadence: Cadence, language: Language) {
        let address = format!("reader{number}@example.org").parse().unwrap();
        let mut subscriber = Subscriber::new(SubscriberId(number), Destination::Mailbox(address), NOW);
        subscriber.subscription = Some(Subscription { interests: about(what), cadence, language });
        let municipality = self.0.municipality();
        let tx = self.0.store().begin(&municipality.calendar).unwrap();
        put(&tx, &subscriber).unwrap();
        tx.commit(Durability::Now).unwrap();
    }

    /// Something is said about a place, in Bokmal and English; gives how many each language reached.
    fn says(&self, name: &str, place: Option<&str>, now: Timestamp) -> (u32, u32) {
        let delivery = self.delivery(name, place, now);
        let spoken = [Language::Nb, Language::En];
        let reached = |language| self.spread(delivery, name, (language, &spoken), now).unwrap().unwrap();
        (reached(Language::Nb), reached(Language::En))
    }

    fn delivery(&self, name: &str, place: Option<&str>, now: Timestamp) -> DeliveryId {
        let record = PublicationRecord {
            id: PublicationId(0),
            name: name.to_owned(),
            author: Author::Staff("Kari".to_owned()),
            place: place.map(|place| Slug::new(place).unwrap()),
            texts: vec![PublicationText { language: Language::Nb, title: "a".to_owned(), body: "b".to_owned() }],
            door: None,
            alternative: None,
            channels: None,
            made_at: now,
            due_at: now,
            expires_at: None,
            state: PublicationState::Queued,
            changed_at: now,
            looked_by: None,
            activity: None,
            shows: model::Shows::Nothing,
            revision: 0,
            corrected_at: None,
        };
        let municipality = self.0.municipality();
        let tx = self.0.store().begin(&municipality.calendar).unwrap();
        tx.put_publication(&record, None).unwrap();
        let channel = Slug::new("newsletter").unwrap();
        let new = NewDelivery {
            channel: &channel,
            name,
            cause: "a test",
            queued_at: now,
            due_at: now,
            expires_at: None,
            cost: 0,
            content: b"{}",
        };
        let Ok(Queued::New(id)) = tx.put_delivery(&new).unwrap() else { panic!("it was put before") };
        tx.commit(Durability::Now).unwrap();
        id
    }

    fn spread(
        &self,
        delivery: DeliveryId,
        name: &str,
        (language, spoken): (Language, &[Language]),
        now: Timestamp,
    ) -> Result<Option<u32>, SpreadError> {
        let publication =
            Publication { name: name.to_owned(), texts: Vec::new(), door: None, picture: None, expires_at: None };
        let said = ToAudience {
            audience: "subscribers".to_owned(),
            language,
            subject: format!("{name} *{language}*"),
            page: format!("About {name}."),
        };
        let what = Spreading { delivery, publication: &publication, spoken, said: Said::Letter(&said) };
        self.0.spread(&what, |people| people.to_string().into_bytes(), now)
    }

    /// The letters in the outbox: to whom, and what they say.
    fn letters(&self) -> Vec<(String, String)> {
        let snapshot = self.0.store().read().unwrap();
        let rows = snapshot.deliveries().unwrap().map(|row| row.unwrap().1);
        let letters = rows.filter(|delivery| delivery.channel.as_str() == "mail");
        let content = letters.map(|letter| snapshot.delivery_content(letter.id).unwrap().unwrap());
        let read = content.map(|bytes| {
            let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let text = |name: &str| value["letter"][name].as_str().unwrap().to_owned();
            (text("to").replace("@example.org", ""), format!("{}\n{}", text("subject"), text("page")))
        });
        read.collect()
    }

    fn to(&self) -> Vec<String> {
        self.letters().into_iter().map(|(to, _)| to).collect()
    }
}

#[test]
fn a_text_reaches_those_whom_it_concerns_each_in_the_language_they_read_best() {
    let town = town();
    let at_once = |number, what, language| town.subscriber(number, what, Cadence::AtOnce, language);
    at_once(1, "everything", Language::Nb);
    at_once(2, "place:library", Language::En);
    at_once(3, "area:North", Language::Sv);
    at_once(4, "kind:library", Language::Nn);
    at_once(5, "place:pool", Language::Nb);
    assert_eq!(town.says("calm", Some("library"), NOW), (3, 1), "a Swedish reader reads Bokmal before English");
    let mut to = town.to();
    to.sort_unstable();
    assert_eq!(to, ["reader1", "reader2", "reader3", "reader4"]);
    assert_eq!(town.says("no place", None, NOW), (1, 0), "what is about no place is for those who want everything");
    let (_, letter) = town.letters().into_iter().find(|(to, _)| to == "reader2").unwrap();
    assert!(letter.contains("calm *en*\nAbout calm.") && letter.contains("/subscribe/stop/"), "{letter}");
}

#[test]
fn digests_leave_in_the_morning_once_and_only_with_something_in_them() {
    let town = town();
    town.subscriber(1, "everything", Cadence::Daily, Language::Nb);
    town.subscriber(2, "everything", Cadence::Weekly, Language::Nb);
    town.subscriber(3, "place:pool", Cadence::Daily, Language::Nb);
    let app = &town.0;
    town.says("one", Some("library"), NOW);
    town.says("two", None, NOW + HOUR);
    app.send_digests(NOW + HOUR * 2).unwrap();
    assert!(town.to().is_empty(), "this morning is past");
    // Friday, 07:05.
    let friday = NOW + HOUR * 16 + Duration::from_mins(5);
    for _ in 0..2 {
        app.send_digests(friday).unwrap();
    }
    assert_eq!(town.to(), ["reader1"]);
    let (_, letter) = town.letters().remove(0);
    assert!(letter.starts_with("Nytt fra Lillevik: 2 ting\n## one \\*nb\\*\n\nAbout one."), "{letter}");
    assert!(letter.contains("## two"), "{letter}");
    // Monday: that of the week. The box was off at seven.
    app.send_digests(NOW + HOUR * 24 * 4).unwrap();
    assert_eq!(town.to(), ["reader1", "reader2"]);
    let left = subscribers(&app.store().read().unwrap()).unwrap();
    assert!(left.iter().all(|subscriber| subscriber.pending.is_empty()), "{left:?}");
}

#[test]
fn nothing_is_spread_for_what_was_taken_back_or_is_for_strangers() {
    let town = town();
    town.subscriber(1, "everything", Cadence::AtOnce, Language::Nb);
    let delivery = town.delivery("one", None, NOW);
    let said = ToAudience {
        audience: "everybody".to_owned(),
        language: Language::Nb,
        subject: "a".to_owned(),
        page: "b".to_owned(),
    };
    let publication =
        Publication { name: "one".to_owned(), texts: Vec::new(), door: None, picture: None, expires_at: None };
    let what = Spreading { delivery, publication: &publication, spoken: &[Language::Nb], said: Said::Letter(&said) };
    let refused = town.0.spread(&what, |_| Vec::new(), NOW).unwrap_err();
    assert!(refused.to_string().contains("no audience `everybody`"), "{refused}");
    let municipality = town.0.municipality();
    let tx = town.0.store().begin(&municipality.calendar).unwrap();
    let waits = tx.delivery(delivery).unwrap().unwrap();
    tx.note_delivery(&model::Delivery { state: DeliveryState::Withdrawn, ..waits }, None).unwrap();
    tx.commit(Durability::Now).unwrap();
    let spoken = [Language::Nb];
    assert_eq!(town.spread(delivery, "one", (Language::Nb, &spoken), NOW).unwrap(), None);
    assert!(town.to().is_empty());
}

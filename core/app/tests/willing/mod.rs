//! People put themselves on the list by a form, and leave it.

use crate::people::{NOW, slug};
use crate::{Town, activity, log, terms, willing};
use app::{DrawError, Households, NewOutcome, Seat, Upkeep, UpkeepReport, Willing};
use model::activity::{Activity, Code, OutcomeState, RecruitingPlan};
use model::{
    DeliveryState, Language, MailPlan, MailSecurity, Municipality, PanelChoice, ProfileItem, Timestamp, Words,
};
use std::fs;
use std::sync::Arc;
use std::time::Duration;
use store::Store;

const DAY: Duration = Duration::from_hours(24);

fn words(text: &str) -> Words {
    [(Language::Nb, text.to_owned())].into_iter().collect()
}

fn listed() -> Activity {
    let option = |id: &str| PanelChoice { id: slug(id), name: words(id) };
    let walk = ProfileItem {
        id: slug("walk"),
        name: words("Gange"),
        reason: words("Fordi"),
        options: ["often", "seldom"].map(option).into(),
        several: false,
    };
    let plan =
        RecruitingPlan { household: true, profile: vec![walk], closes: Some(NOW + DAY * 9), ..Default::default() };
    Activity { recruiting: Some(plan), ..activity() }
}

fn with_mail() -> Option<Town> {
    let town = Town::new()?;
    let mail = MailPlan {
        server: "localhost".to_owned(),
        port: 25,
        security: MailSecurity::Plain,
        root: None,
        login: None,
        from: "post@testbygd.example".parse().unwrap(),
        name: None,
        reply_to: None,
        dkim: None,
        per_minute: 60,
    };
    town.app.reconfigure(
        Municipality { mail: Some(mail), ..Municipality::clone(&town.app.municipality()) },
        app::DecoderSet::default(),
    );
    Some(town)
}

fn somebody(address: &str) -> Willing {
    Willing {
        name: "Kari".to_owned(),
        address: (!address.is_empty()).then(|| address.parse().unwrap()),
        language: Language::Nb,
        profile: [("walk", "often"), ("shoe", "43")].map(|(item, told)| (item.to_owned(), told.to_owned())).into(),
        home: "Storgata 5 A".to_owned(),
    }
}

impl Town {
    fn joins(&self, willing: &Willing, now: Timestamp) -> Option<Code> {
        self.app.join_list(&listed(), willing, None, now).unwrap()
    }

    /// The code of the link in the newest letter to somebody.
    fn link_to(&self, address: &str) -> Code {
        let letters = self.letters();
        let letter = letters.iter().rev().find(|(_, content)| content.contains(address)).unwrap();
        let link = letter.1.split("/seat/").nth(1).unwrap().split([')', '"', '\\']).next().unwrap();
        Code::parse(link).unwrap()
    }

    fn seats(&self) -> Vec<Seat> {
        self.list().people.iter().map(|own| own.seat).collect()
    }
}

#[test]
fn who_writes_an_address_is_on_the_list_once_its_mailbox_confirms() {
    let Some(town) = with_mail() else { return };
    assert_eq!(town.joins(&somebody("kari@example.org"), NOW), None, "nothing is told but by the letter");
    assert_eq!(town.seats(), [Seat::Unconfirmed]);
    let narrow = app::Terms { households: Households::Ignored, ..terms(1) };
    assert!(town.announces(&narrow).is_err(), "who has not confirmed is in no pool");
    let link = town.link_to("kari@example.org");
    let own = town.app.person_by_link(&slug("park"), &link, NOW).unwrap().unwrap();
    assert_eq!(own.seat, Seat::Unconfirmed, "a look confirms nothing");
    let own = town.app.confirm_willing(&listed(), &link, NOW + DAY * 6).unwrap().unwrap();
    assert_eq!((own.seat, own.chances, own.profile.len()), (Seat::Willing, 1, 1));
    assert_eq!(own.profile["walk"], "often", "what is no item is passed over");

    // Somebody else writes the address, otherwise spelled: its owner learns of it, and nothing changes.
    let other = Willing { name: "Ola".to_owned(), home: "Annen vei 1".to_owned(), ..somebody("KARI+x@example.org") };
    assert_eq!(town.joins(&other, NOW + DAY * 6), None);
    let list = town.list();
    assert_eq!((list.people.len(), list.people[0].name.as_str()), (1, "Kari"));
    let (_, letter) = town.letters().pop().unwrap();
    assert!(letter.contains("allerede p\u{e5} lista") && letter.contains("kari@example.org"), "{letter}");
    assert_eq!(town.link_to("kari@example.org"), link, "the same link");
    let Town { folder, app } = town;
    drop(app);
    let file = fs::read(folder.path().join("allting.redb")).unwrap();
    for secret in ["example.org", "Storgata", "storgata"] {
        assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} lies in clear");
    }
}

#[test]
fn who_gives_no_address_gets_a_link_and_whoever_lives_together_is_known_by_the_same_word() {
    let Some(town) = with_mail() else { return };
    let link = town.joins(&somebody(""), NOW).unwrap();
    town.joins(&Willing { home: "storgata 5a".to_owned(), name: "Ola".to_owned(), ..somebody("") }, NOW).unwrap();
    town.joins(&Willing { home: " ".to_owned(), name: "Per".to_owned(), ..somebody("") }, NOW).unwrap();
    let homes: Vec<String> = town.list().people.iter().map(|own| own.household.clone()).collect();
    assert!(homes[0] == homes[1] && !homes[0].is_empty() && homes[2].is_empty(), "{homes:?}");
    assert_eq!(town.seats(), [Seat::Willing; 3]);
    assert!(town.letters().is_empty());
    assert_eq!(town.app.person_by_link(&slug("park"), &link, NOW).unwrap().unwrap().name, "Kari");
    let too_long = Willing { name: "x\n".repeat(5000), ..somebody("") };
    town.joins(&too_long, NOW);
    assert!(town.list().people.iter().all(|own| own.name.len() <= 100 && !own.name.contains('\n')));
}

#[test]
fn nobodys_mailbox_is_filled_and_who_asks_too_often_is_told_the_same() {
    let Some(town) = with_mail() else { return };
    for _ in 0..5 {
        assert_eq!(town.joins(&somebody("kari@example.org"), NOW), None);
    }
    assert_eq!((town.letters().len(), town.list().people.len()), (3, 1));
    let from = Some(town.app.client([192, 0, 2, 1].into(), NOW));
    let many = (0..40).map(|n| town.app.join_list(&listed(), &somebody(&format!("m{n}@x.example")), from, NOW));
    assert!(many.filter(|done| matches!(done, Err(DrawError::Wait(_)))).count() >= 20, "one place asks for many");
    let many = (0..40).map(|_| town.app.join_list(&listed(), &somebody(""), from, NOW));
    assert!(many.filter(|done| matches!(done, Err(DrawError::Wait(_)))).count() >= 20, "nor without addresses");
}

#[test]
fn who_does_not_confirm_in_a_week_is_forgotten_and_the_link_leads_nowhere() {
    let Some(town) = with_mail() else { return };
    town.joins(&somebody("kari@example.org"), NOW);
    let link = town.link_to("kari@example.org");
    let late = NOW + DAY * 7;
    assert_eq!(town.app.person_by_link(&slug("park"), &link, late).unwrap(), None);
    assert_eq!(town.app.confirm_willing(&listed(), &link, late).unwrap(), None);
    let Town { folder, app } = town;
    let app = Arc::new(app);
    let mut upkeep = Upkeep::new(Arc::clone(&app), folder.path().join("precious.redb"), UpkeepReport::default());
    let night = NOW + DAY * 8;
    assert!((0..10_000).take_while(|_| upkeep.step(night) < Duration::from_secs(1)).count() > 3);
    assert!(app.recruiting(&slug("park")).unwrap().people.is_empty());
}

#[test]
fn the_form_has_its_days_and_ends_with_the_announcement() {
    let Some(town) = with_mail() else { return };
    town.puts(&willing()).unwrap();
    town.joins(&somebody("late@example.org"), NOW);
    let link = town.link_to("late@example.org");
    let join = |now| town.app.join_list(&listed(), &somebody("kari@example.org"), None, now);
    assert!(matches!(join(NOW + DAY * 9), Err(DrawError::Closed)), "its days are over");
    assert!(matches!(town.app.join_list(&activity(), &somebody(""), None, NOW), Err(DrawError::Closed)), "no form");
    assert!(town.app.takes_willing(&listed(), NOW).unwrap());
    town.announces(&terms(11)).unwrap();
    assert!(!town.app.takes_willing(&listed(), NOW).unwrap());
    assert!(matches!(join(NOW), Err(DrawError::Closed)));
    let own = town.app.confirm_willing(&listed(), &link, NOW).unwrap().unwrap();
    assert_eq!((own.seat, own.drawn_from), (Seat::Unconfirmed, false), "too late, and it is said");
    town.holds("3 7 11", NOW).unwrap();
    assert_eq!(town.list().count(Seat::Unconfirmed), 1, "the draw leaves them alone");
    assert_eq!(town.app.thank_reserves(&activity(), (&log(), NOW)).unwrap(), 28);
}

/// Somebody who left between the draw and the letter with the seat got the letter all the same, and the seat stayed empty.
#[test]
fn who_leaves_by_the_link_is_gone_at_once_with_the_letter_that_has_not_left() {
    let Some(town) = with_mail() else { return };
    town.puts(&willing()).unwrap();
    town.announces(&terms(11)).unwrap();
    town.holds("3 7 11", NOW).unwrap();
    let asked = town.list().people.iter().find(|own| own.seat == Seat::Asked).unwrap().clone();
    let address = asked.address.as_ref().unwrap().as_str();
    let link = town.link_to(address);
    let copy = town.folder.path().join("copy.redb");
    town.app.store().settle().unwrap();
    fs::copy(town.folder.path().join("allting.redb"), &copy).unwrap();
    assert!(town.app.leave_list(&listed(), &link, NOW).unwrap());
    assert!(!town.app.leave_list(&listed(), &link, NOW).unwrap(), "pressed twice");
    assert_eq!(town.app.person_by_link(&slug("park"), &link, NOW).unwrap(), None);
    let list = town.list();
    assert_eq!((list.people.len(), list.count(Seat::Asked)), (38, 11), "the next one moved up");
    let withdrawn: Vec<_> =
        town.letters().into_iter().filter(|(letter, _)| letter.state == DeliveryState::Withdrawn).collect();
    assert_eq!(withdrawn.len(), 1, "their letter, and no other");
    assert!(withdrawn.iter().all(|(_, content)| content.is_empty()), "its content is gone");

    // An older copy of the file, beside the keys of now.
    let Town { folder, app } = town;
    drop(app);
    fs::rename(&copy, folder.path().join("allting.redb")).unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), store::Options::default()).unwrap();
    assert_eq!(store.read().unwrap().recruits(&slug("park")).unwrap().len(), 38, "a backup brings nobody back");
}

#[test]
fn who_was_drawn_and_came_is_told_what_happened_until_they_press_stop() {
    let Some(town) = with_mail() else { return };
    town.puts(&willing()).unwrap();
    town.announces(&terms(11)).unwrap();
    town.holds("3 7 11", NOW).unwrap();
    let asked: Vec<_> = town.list().people.into_iter().filter(|own| own.seat == Seat::Asked).collect();
    for person in &asked[..2] {
        let link = town.link_to(person.address.as_ref().unwrap().as_str());
        town.app.answer_seat(&activity(), &link, Seat::Coming, NOW).unwrap();
    }
    let tells = |text: &str, at| {
        let new = NewOutcome {
            about: vec![None],
            state: OutcomeState::WillBe,
            text: words(text),
            by: "Digitalisering".to_owned(),
            evidence: Vec::new(),
        };
        town.app.tell_outcome(&slug("park"), &new, &log(), at).unwrap();
    };
    tells("Siden bygges om.", NOW);
    let before = town.letters().len();
    assert_eq!(town.app.send_digest(&slug("park"), &log(), NOW).unwrap(), 2, "those who come, and no reserve");
    let (_, letter) = town.letters().pop().unwrap();
    assert!(letter.contains("Siden bygges om.") && letter.contains("Du ble trukket ut"), "{letter}");
    assert_eq!(town.letters().len(), before + 2);
    let mark = letter.split("/stop/").nth(1).unwrap().split([')', '"', '\\']).next().unwrap();
    town.app.stop_telling(&slug("park"), mark, NOW).unwrap();
    assert_eq!(town.list().count(Seat::Coming), 2, "it ends letters and nothing else");
    assert_eq!(
        town.letters().iter().filter(|(letter, _)| letter.state == DeliveryState::Withdrawn).count(),
        1,
        "the one that waits goes, too"
    );
    tells("Siden er ombygd.", NOW + DAY * 8);
    assert_eq!(town.app.send_digest(&slug("park"), &log(), NOW + DAY * 8).unwrap(), 1);
}

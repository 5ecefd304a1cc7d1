//! `allting rules replay`: a clerk sees what the rules would have said in the last days, and a wrong name is told with the right ones.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

mod town;

use model::{Calendar, Datastream, Slug, Timestamp, Value};
use std::fs;
use std::path::Path;
use std::time::Duration;
use store::{Durability, Options, Store};
use town::{allting, text};

const DAYS: u64 = 6;

/// On each of the last days many people come at noon for half an hour.
fn fill(data: &Path) {
    let store = Store::open(&data.join("allting.redb"), Options::default()).unwrap();
    let calendar = Calendar::named("Europe/Stockholm").unwrap();
    let stream = Datastream {
        place: Slug::new("library").unwrap(),
        sensor: Slug::new("door").unwrap(),
        property: "people-count".to_owned(),
        part: None,
    };
    let today = calendar.day(allting::now());
    let tx = store.begin(&calendar).unwrap();
    for day in 1..=DAYS {
        let noon = calendar.at(model::Day(today.0 - i32::try_from(day).unwrap()), 12 * 60);
        for minute in 0..90 {
            let at: Timestamp = noon + Duration::from_mins(minute);
            let people = if (30..60).contains(&minute) { 48 } else { 3 };
            tx.observe(&stream, at, at, &Value::Integer(people)).unwrap();
        }
    }
    tx.commit(Durability::Now).unwrap();
    store.close().unwrap();
}

#[test]
fn the_last_month_is_lived_through_again_and_told() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    let place =
        "[[place]]\nid = \"library\"\nname = { sv = \"Biblioteket\" }\nmeasure = \"people_now\"\ncapacity = 60\n";
    fs::write(folder.path().join("places.toml"), place).unwrap();
    fs::create_dir(folder.path().join("rules")).unwrap();
    let busy = "when = \"library.people > 40 for 10 min\"\n\n[text.sv]\ntitle = \"Fullt\"\nbody = \"{value}\"\n";
    fs::write(folder.path().join("rules/busy.toml"), busy).unwrap();
    let off = "when = \"library.people > 50\"\noff = true\n\n[text.sv]\ntitle = \"Aldrig\"\nbody = \"{value}\"\n";
    fs::write(folder.path().join("rules/never.toml"), off).unwrap();
    fill(data.path());
    let asked = ["rules", "replay", text(folder.path()), "--data", text(data.path()), "--days", "30"];
    let told = allting(asked, 0);
    assert!(told.contains(&format!("busy: would have posted {DAYS} times in 30 days")), "{told}");
    assert_eq!(told.matches("12:40 [sv] Fullt").count(), 6, "{told}");
    assert!(told.contains("48 personer"), "{told}");
    assert!(told.contains("never (it is switched off): would have posted 0 times in 30 days"), "{told}");
    let again = allting(asked, 0);
    assert_eq!(told, again, "looking changes nothing");
    let one = allting([&asked[..], &["--rule", "never"]].concat(), 0);
    assert!(!one.contains("busy"), "{one}");
    let wrong = allting([&asked[..], &["--rule", "bussy"]].concat(), 1);
    assert!(wrong.contains("there is no rule `bussy`; there are: busy, never"), "{wrong}");
}

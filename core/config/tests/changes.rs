//! Forms write the folder: comments stay, nothing else moves, and two who change the same thing hear of each other.

#![expect(clippy::unwrap_used, reason = "a test may say so when its own ground is missing")]

use config::{ActivationEntry, Change, Edit, EditError, Folder, Item, SensorEntry, edit, read};
use model::{Gateway, Language, Measure, Place, PlaceKind, Slug, Words};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn norsjo() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/norsjo");
    let names = |folder: &str| -> Vec<String> {
        let listed = fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap);
        let files = listed.filter(|entry| entry.path().is_file());
        files.map(|entry| format!("{folder}{}", entry.file_name().into_string().unwrap())).collect()
    };
    let all = names("").into_iter().chain(names("codecs/"));
    all.map(|name| (name.clone(), fs::read(root.join(name)).unwrap())).collect()
}

fn text<'f>(folder: &'f Folder, name: &str) -> &'f str {
    std::str::from_utf8(folder.bytes(name).unwrap()).unwrap()
}

fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

fn words(texts: &[(Language, &str)]) -> Words {
    texts.iter().map(|(language, text)| (*language, (*text).to_owned())).collect()
}

fn changed(folder: &Folder, edits: &[Edit]) -> Folder {
    folder.with(&edit(folder, edits).unwrap())
}

/// The lines that one text has and the other has not.
fn new_lines<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
    after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect()
}

const LANGUAGES: [Language; 4] = [Language::Sv, Language::Nb, Language::Nn, Language::En];

#[test]
fn a_changed_place_keeps_every_comment_and_every_other_line() {
    let before = norsjo();
    let (municipality, _) = read(&before).unwrap();
    let mut place = municipality.places.iter().find(|p| p.id.as_str() == "pool-parking").unwrap().clone();
    place.capacity = Some(14);
    let seen = Item::Place(place.id.clone()).revision(&before);
    let after = changed(&before, &[Edit { change: Change::Place { place, languages: LANGUAGES.into() }, seen }]);
    assert_eq!(new_lines(text(&before, "places.toml"), text(&after, "places.toml")), ["capacity = 14 # cars"]);
    assert_eq!(before.differences(&after).collect::<Vec<_>>(), ["places.toml"]);
}

#[test]
fn an_unchanged_place_is_written_as_it_stands() {
    let folder = norsjo();
    let (municipality, _) = read(&folder).unwrap();
    for place in municipality.places {
        let seen = Item::Place(place.id.clone()).revision(&folder);
        let (id, change) = (place.id.clone(), Change::Place { place, languages: LANGUAGES.into() });
        let after = changed(&folder, &[Edit { change, seen }]);
        assert_eq!(after.differences(&folder).next(), None, "{id}");
    }
}

#[test]
fn a_first_place_gateway_and_sensor_make_a_folder_that_can_be_read() {
    let place = Place {
        id: slug("library"),
        name: words(&[(Language::Nb, "Biblioteket")]),
        kind: PlaceKind::Library,
        area: Some(words(&[(Language::Nb, "Sentrum"), (Language::En, "The centre")])),
        capacity: Some(40),
        position: Some(model::Position { latitude: 60.1, longitude: 11.5 }),
        measure: Some(Measure::Visits),
        talk: false,
    };
    let sensor = SensorEntry {
        id: slug("door"),
        name: Some("The door \"by the \\ stairs\"".to_owned()),
        place: slug("library"),
        dev_eui: "70b3d52dd3003d1c".parse().unwrap(),
        decoder: slug("elsys"),
        mac_version: None,
        activation: ActivationEntry::Otaa { join_eui: None, app_key: Some("0f".repeat(16).parse().unwrap()) },
        test: true,
        settings: BTreeMap::from([("pulse1".to_owned(), Some("people-in".into())), ("pulse2".to_owned(), None)]),
    };
    let gateway = Gateway { eui: "00005eef100000f1".parse().unwrap(), name: "Roof".to_owned() };
    let changes = [
        Change::Place { place: place.clone(), languages: vec![Language::Nb, Language::En] },
        Change::Sensor(Box::new(sensor)),
        Change::Gateway(gateway.clone()),
    ];
    let edits = changes.map(|change| Edit { change, seen: None });
    let folder = changed(&Folder::default(), &edits);
    let (municipality, _) = match read(&folder) {
        Ok(read) => read,
        Err(wrong) => panic!("{wrong:?}"),
    };
    assert_eq!(municipality.places, [place]);
    assert_eq!(municipality.gateways, [gateway]);
    let read = municipality.sensors.first().unwrap();
    assert_eq!(read.name, "The door \"by the \\ stairs\"");
    assert_eq!((read.settings.as_str(), read.test), (r#"{"pulse1":"people-in"}"#, true));
}

#[test]
fn going_live_takes_one_word_away() {
    let before = norsjo();
    let (municipality, _) = read(&before).unwrap();
    let sensor = municipality.sensors.iter().find(|s| s.test).unwrap().id.clone();
    let seen = Item::Sensor(sensor.clone()).revision(&before);
    let after = changed(&before, &[Edit { change: Change::Testing { sensor, test: false }, seen }]);
    assert!(read(&after).unwrap().0.sensors.iter().all(|s| !s.test));
    assert_eq!(new_lines(text(&before, "sensors.toml"), text(&after, "sensors.toml")), [""; 0]);
}

#[test]
fn a_removed_sensor_takes_its_keys_along_and_nothing_else() {
    let before = norsjo();
    let item = Item::Sensor(slug("library-door"));
    let seen = item.revision(&before);
    let after = changed(&before, &[Edit { change: Change::Remove(item), seen }]);
    let (left, warnings) = read(&after).unwrap();
    assert_eq!(left.sensors.len() + 1, read(&before).unwrap().0.sensors.len());
    assert!(!warnings.iter().any(|w| w.file == "secrets.toml"), "{warnings:?}");
}

#[test]
fn the_second_of_two_edits_of_one_thing_hears_of_the_first() {
    let folder = norsjo();
    let gateway = |name: &str| Gateway { eui: "00005eef100000f1".parse().unwrap(), name: name.to_owned() };
    let seen = Item::Gateway(gateway("").eui).revision(&folder);
    assert!(seen.is_some());
    let of = |name: &str| Edit { change: Change::Gateway(gateway(name)), seen: seen.clone() };
    let after = changed(&folder, &[of("The old water tower")]);
    assert_eq!(edit(&after, &[of("The church")]).unwrap_err(), EditError::ChangedMeanwhile);
    let twice = Edit { change: Change::Gateway(gateway("Another")), seen: None };
    assert_eq!(edit(&folder, &[twice]).unwrap_err(), EditError::Exists);
    let item = Item::Gateway(gateway("").eui);
    let gone = changed(&folder, &[Edit { change: Change::Remove(item), seen: seen.clone() }]);
    assert_eq!(edit(&gone, &[of("The church")]).unwrap_err(), EditError::Gone);
}

#[test]
fn a_file_that_is_half_written_is_not_edited() {
    let folder = norsjo().with(&BTreeMap::from([("gateways.toml".to_owned(), "[[gateway]]\neui = \"00".to_owned())]));
    let gateway = Gateway { eui: "00005eef100000f9".parse().unwrap(), name: "Roof".to_owned() };
    let edit_it = Edit { change: Change::Gateway(gateway), seen: None };
    assert_eq!(edit(&folder, &[edit_it]).unwrap_err(), EditError::NotToml);
}

//! The example folder is a promise: what a clerk copies must be right.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may say so when its own ground is missing")]

use config::{Colour, Folder, Severity, read};
use model::{Activation, CounterRule, Language, MacVersion, Measure, Municipality, Scope};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn norsjo() -> Folder {
    example("norsjo")
}

fn example(name: &str) -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    let files = |folder: &str, ending: &str| {
        let read = fs::read_dir(root.join(folder)).into_iter().flatten();
        let listed = read.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        listed.filter(|name| name.ends_with(ending)).map(|name| format!("{folder}{name}")).collect::<Vec<_>>()
    };
    let names = files("", ".toml").into_iter().chain(files("", ".geojson")).chain(files("codecs/", ".js"));
    let names = names.chain(files("rules/", ".toml"));
    names.map(|name| (name.clone(), fs::read(root.join(name)).unwrap())).collect()
}

fn municipality() -> Municipality {
    match read(&norsjo()) {
        Ok((municipality, _)) => municipality,
        Err(found) => panic!("{}", found.iter().map(|d| d.render(Colour::Plain) + "\n").collect::<String>()),
    }
}

#[test]
fn norsjo_starts_and_says_only_that_its_plugins_are_missing() {
    let (municipality, warnings) = read(&norsjo()).unwrap();
    let decoders: BTreeSet<_> = municipality.sensors.iter().map(|sensor| &sensor.decoder).collect();
    assert_eq!(warnings.len(), decoders.len(), "each is told once, however many sensors wait for it");
    assert!(warnings.iter().all(|w| w.severity == Severity::Warning && w.message.ends_with("is not installed")));
}

#[test]
fn the_rules_of_norsjo_can_be_read_without_a_word() {
    let folder = norsjo();
    let (rules, diagnostics) = config::rules(&folder, &municipality(), &[]);
    assert!(diagnostics.is_empty(), "{}", diagnostics.iter().map(|d| d.render(Colour::Plain)).collect::<String>());
    assert_eq!(
        rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(),
        ["library-busy", "water-warm", "week-ahead"]
    );
}

#[test]
fn the_examples_of_engagement_can_be_read() {
    for (name, places) in [("baerum", 4), ("bodo", 2), ("gjovik", 3)] {
        let (municipality, warnings) =
            read(&example(name)).unwrap_or_else(|found| panic!("{name}: {:?}", found.first().map(|d| &d.message)));
        // Sensors wait for their decoder: no plugin is part of an example.
        let others: Vec<_> = warnings.iter().filter(|w| !w.message.ends_with("is not installed")).collect();
        assert_eq!((municipality.places.len(), others.len()), (places, 0), "{name}: {others:?}");
    }
}

#[test]
fn norsjo_shows_each_way_to_tell_the_use_of_a_place() {
    let norsjo = municipality();
    assert_eq!(norsjo.languages, [Language::Sv, Language::Nb, Language::Nn, Language::En]);
    assert_eq!(norsjo.places.len(), 10);
    for measure in [Measure::PeopleNow, Measure::Visits, Measure::BaysTaken] {
        assert!(norsjo.places.iter().any(|place| place.measure == Some(measure)), "{measure:?}");
    }
    for place in &norsjo.places {
        assert!(norsjo.sensors_of(&place.id).next().is_some(), "nothing is heard of {}", place.id);
        let languages: BTreeSet<_> = Language::ALL.iter().map(|l| place.name.best(*l).1).collect();
        assert_eq!(languages.len(), 4, "{} is not named in every language", place.id);
    }
}

#[test]
fn norsjo_has_twelve_sensors_of_every_sort() {
    let sensors = municipality().sensors;
    assert_eq!(sensors.len(), 12);
    assert_eq!(sensors.iter().filter(|s| s.decoder.as_str() == "js-codec").count(), 3);
    assert_eq!(sensors.iter().filter(|s| matches!(s.device.activation, Activation::Abp { .. })).count(), 2);
    assert_eq!(sensors.iter().filter(|s| s.test).count(), 1);
    for version in [MacVersion::V1_0_3, MacVersion::V1_0_4] {
        assert!(sensors.iter().any(|s| s.device.mac_version == version), "{version:?}");
    }
}

#[test]
fn a_codec_is_handed_over_as_text_and_the_rest_as_it_was_written() {
    let sensors = municipality().sensors;
    let settings = |id: &str| -> serde_json::Value {
        let sensor = sensors.iter().find(|s| s.id.as_str() == id).unwrap();
        serde_json::from_str(&sensor.settings).unwrap()
    };
    let counter = settings("sports-hall-counter");
    assert!(counter["codec"].as_str().unwrap().contains("function decodeUplink(input) {"));
    assert_eq!(counter["map"]["people"], "people-count");
    assert_eq!(settings("library-door"), serde_json::json!({"pulse1": "people-in", "pulse2": "people-out"}));
    assert_eq!(settings("library-air"), serde_json::json!({}));
}

#[test]
fn norsjo_brings_a_drawn_map_a_screen_and_its_school_holidays() {
    let norsjo = municipality();
    assert!(norsjo.map.drawing.is_some_and(|drawing| drawing.shapes.len() > 10 && drawing.attribution.is_some()));
    assert_eq!(norsjo.screens[0].places.len(), 5);
    let christmas: model::Day = "2026-12-28".parse().unwrap();
    assert_eq!(norsjo.almanac.kind(christmas), model::DayKind::SchoolBreak);
}

#[test]
fn the_radio_is_as_the_folder_says_and_a_token_is_good_for_what_it_says() {
    let folder: Folder = [
        (
            "municipality.toml",
            "rx1_delay_seconds = 5\nrx2_data_rate = 3\nadr_margin_db = 15\ndevice_status_hours = 48\n\
             rx1_data_rate_offset = 1\ngather_milliseconds = 600\n"
                .to_owned(),
        ),
        ("places.toml", "[[place]]\nid = \"pool\"\n".to_owned()),
        (
            "sensors.toml",
            "[[sensor]]\nid = \"door\"\nplace = \"pool\"\ndev_eui = \"a840410000000001\"\ndecoder = \"elsys\"\n\
             activation = \"abp\"\ndev_addr = \"260b0001\"\ncounter = \"may-restart\"\n"
                .to_owned(),
        ),
        (
            "secrets.toml",
            format!(
                "[sensor.door]\nnwk_s_key = \"{key}\"\napp_s_key = \"{key}\"\n\
                 [[token]]\nname = \"old\"\nsha256 = \"{key}{key}\"\n\
                 [[token]]\nname = \"heating\"\nsha256 = \"{key}{key}\"\nmay = [\"send\"]\n",
                key = "ab".repeat(16)
            ),
        ),
    ]
    .into_iter()
    .collect();
    let (municipality, _) = read(&folder).unwrap();
    let radio = municipality.radio;
    assert_eq!((radio.rx1_delay.as_secs(), radio.rx2_data_rate, radio.rx1_dr_offset), (5, 3, 1));
    assert_eq!((radio.status_every.as_secs(), radio.gather.as_millis()), (48 * 3600, 600));
    assert!((radio.adr_margin_db - 15.0).abs() < f32::EPSILON);
    assert_eq!(municipality.sensors[0].device.counter_rule, CounterRule::MayRestart);
    let may: Vec<_> = municipality.tokens.iter().map(|token| token.may.clone()).collect();
    assert_eq!(may, [vec![Scope::Read], vec![Scope::Send]], "a token of earlier days may read");
}

//! `activities/<name>.toml`: what is read, and what is said about what cannot be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

use config::{Colour, Diagnostic, Folder};
use model::Timestamp;
use model::activity::{Activity, OpenTo, Phase, Tag};

const PLACES: &str = "[[place]]\nid = \"library\"\nname.nb = \"Biblioteket\"\n";
const MUNICIPALITY: &str = "languages = [\"nb\", \"en\"]\ntime_zone = \"Europe/Oslo\"\n";

fn read(name: &str, text: &str) -> (Vec<Activity>, Vec<Diagnostic>) {
    let files = [("places.toml", PLACES), ("municipality.toml", MUNICIPALITY), (name, text)];
    let folder: Folder = files.into_iter().collect();
    let (municipality, _) = config::read(&folder).unwrap();
    config::activities(&folder, &municipality)
}

#[track_caller]
fn wrong(text: &str, says: &[&str]) {
    let (activities, diagnostics) = read("activities/mood.toml", text);
    assert!(activities.is_empty());
    let said: String = diagnostics.iter().map(|d| d.render(Colour::Plain)).collect();
    assert!(says.iter().all(|part| said.contains(part)), "{said}");
}

#[test]
fn an_activity_is_read_with_its_dates_places_and_settings() {
    let text = r#"
        method = "quick-question"
        title = { nb = "Hvordan er det her?", en = "How is it here?" }
        places = ["library"]
        opens = "2026-07-01 08:00"
        closes = "2026-07-31"
        open_to = "invited"
        purpose.nb = "Bedre åpningstider"
        retention_days = 90
        answer_days = 30

        [[population]]
        question = "age"
        people = { "15-39" = 44100, "40-" = 56200 }

        [settings]
        question = { nb = "Hvordan er det her nå?" }
        [[settings.option]]
        key = "calm"
        label = "Rolig"
    "#;
    let (activities, diagnostics) = read("activities/mood.toml", text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let mood = &activities[0];
    assert_eq!((mood.id.as_str(), mood.method.as_str(), mood.open_to), ("mood", "quick-question", OpenTo::Invited));
    assert_eq!(mood.places[0].1.best(model::Language::Nb).0, "Biblioteket");
    assert_eq!(mood.languages.iter().map(Tag::as_str).collect::<Vec<_>>(), ["nb", "en"]);
    assert_eq!((mood.population[0].question.as_str(), mood.population[0].people["40-"]), ("age", 56_200));
    let due = mood.answer_due(None).map(|due| due.to_string());
    assert_eq!(due.as_deref(), Some("2026-08-30T22:00:00.000Z"), "30 days after the last day");
    let settings: serde_json::Value = serde_json::from_str(&mood.settings).unwrap();
    assert_eq!(settings["option"][0]["key"], "calm");
    let phase = |at: &str| mood.phase(Timestamp::from_rfc3339(at).unwrap());
    assert_eq!(phase("2026-07-01T07:59:59+02:00"), Phase::Announced);
    assert_eq!(phase("2026-07-01T08:00:00+02:00"), Phase::Open);
    // The last day is open to its end.
    assert_eq!(phase("2026-07-31T23:59:59+02:00"), Phase::Open);
    assert_eq!(phase("2026-08-01T00:00:00+02:00"), Phase::Closed);
}

#[test]
fn a_fault_is_told_where_it_stands_with_what_was_expected() {
    wrong("titl = \"x\"", &["mood.toml", "did you mean `title`?", "method"]);
    wrong("method = \"m\"\ntitle = \"x\"\nplaces = [\"libary\"]", &["no place `libary`", "did you mean `library`?"]);
    wrong("method = \"m\"\ntitle = \"x\"\nopens = \"soon\"", &["this is no date", "2026-07-01 08:00"]);
    let dates = "method = \"m\"\ntitle = \"x\"\nopens = \"2026-08-01\"\ncloses = \"2026-07-01\"";
    wrong(dates, &["closes before it opens"]);
    wrong("method = \"M!\"\ntitle = \"x\"", &["name of a plugin"]);
    let population = |tables: &str| format!("method = \"m\"\ntitle = \"x\"\n{tables}");
    let table = "[[population]]\nquestion = \"age\"\npeople = { a = 1, b = 2 }\n";
    wrong(&population(&[table, table].concat()), &["mood.toml:7", "two tables for `age`"]);
    wrong(&population(&table.replace("1, b = 2", "0, b = 0")), &["nobody can be missing", "15-39"]);
    wrong(&population(&table.replace("a = 1, b = 2", "a = -1, b = 2")), &["mood.toml:5"]);
    wrong("method = \"m\"\ntitle = \"x\"\nanswer_days = 0", &["mood.toml:3", "answer_days"]);
    wrong("method = ", &["mood.toml"]);
}

#[test]
fn a_file_whose_name_no_address_can_hold_is_told_so() {
    let (activities, diagnostics) = read("activities/Stemning 2026.toml", "method = \"m\"\ntitle = \"x\"");
    assert!(activities.is_empty());
    assert!(diagnostics[0].render(Colour::Plain).contains("a-z, 0-9"), "{diagnostics:?}");
}

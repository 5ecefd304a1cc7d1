//! `docs/VOCABULARY.md` is printed from the table, so that it cannot say anything else. `ALLTING_UPDATE=1 cargo test -p model` writes it.

#![allow(clippy::unwrap_used, reason = "test code")]

use model::{ObservedProperty, property, vocabulary};
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What stands around the tables: markdown of its own, so that it reads as such.
const HEAD: &str = include_str!("vocabulary_page/head.md");
const NORMALIZED: &str = include_str!("vocabulary_page/normalized.md");
const MAPS: &str = include_str!("vocabulary_page/maps.md");

fn about(word: &ObservedProperty) -> &'static str {
    match (word.of_people, word.of_device) {
        (true, _) => "people",
        (_, true) => "device",
        _ => "place",
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| word | unit | an hour comes to | about | what it is |\n| --- | --- | --- | --- | --- |\n");
    for word in vocabulary() {
        let summary = word.kind.summary_in_words();
        writeln!(page, "| `{}` | `{}` | {summary} | {} | {} |", word.name, word.unit, about(word), word.meaning)
            .unwrap();
    }
    page.push_str(NORMALIZED);
    for (there, here) in normalized() {
        writeln!(page, "| `{there}` | `{}` |", word_of(&here)).unwrap();
    }
    page + MAPS
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn normalized() -> Map<String, Value> {
    serde_json::from_str(&fs::read_to_string(root().join("plugins/js-codec/src/normalized.json")).unwrap()).unwrap()
}

fn word_of(here: &Value) -> String {
    here.as_str().or_else(|| here["property"].as_str()).unwrap().to_owned()
}

#[test]
fn the_page_says_what_the_table_says() {
    let path = root().join("docs/VOCABULARY.md");
    if std::env::var_os("ALLTING_UPDATE").is_some() {
        fs::write(&path, page()).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap() == page(), "run ALLTING_UPDATE=1 cargo test -p model");
}

#[test]
fn every_word_of_the_things_stack_is_one_of_ours_in_the_same_unit() {
    for (there, here) in normalized() {
        let word = word_of(&here);
        let known = property(&word).unwrap_or_else(|| panic!("{there} becomes {word}, which is no word"));
        if let Some(unit) = here["unit"].as_str() {
            assert_eq!(unit, known.unit, "{there}");
        }
    }
}

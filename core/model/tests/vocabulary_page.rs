//! `docs/VOCABULARY.md` is printed from the table, so that it cannot say anything else. `ALLTING_UPDATE=1 cargo test -p model` writes it.

#![allow(clippy::unwrap_used, reason = "test code")]

use model::{ObservedProperty, property, vocabulary};
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const HEAD: &str = "\
# The vocabulary of observed properties

What the box understands. A decoder says a word, a value and a unit; a word that is not here is kept, and shown to staff as raw. The table
stands in `core/model/src/vocabulary.rs`, this page is printed from it (`ALLTING_UPDATE=1 cargo test -p model`).

*An hour comes to* says what hours and days are summed up to. The gate decides what the public sees: of *people* counts alone, and those
below `smallest_count` as \"fewer than\"; what is about the *device* is for staff. Units are UCUM. Several of one sort in a device have parts
(`door-2`, `probe-1`, the name of a button), and any word can have one.

";

const NORMALIZED: &str = "
## Words of the Things Stack

Codecs with a `normalizeUplink` speak the normalized payload of the Things Stack. `js-codec` takes its words as these
(`plugins/js-codec/src/normalized.json`); units are the same on both sides.

| there | here |
| --- | --- |
";

const MAPS: &str = "
## Other codecs

A codec without `normalizeUplink` needs a table in `sensors.toml` that says what its output means. For this output

```json
{ \"counts\": { \"in\": 3, \"out\": 1 }, \"batt_mV\": 3600, \"bays\": [{ \"state\": \"taken\" }, { \"state\": \"free\" }] }
```

this table gives `people-in` 3, `people-out` 1, `battery-voltage` 3.6 V, and `parking-occupied` yes for part `bay-0`, no for `bay-1`:

```toml
[sensor.settings]
codec = { file = \"codecs/counter.js\" }

[sensor.settings.map]
\"counts.in\" = \"people-in\"
\"counts.out\" = \"people-out\"
batt_mV = { property = \"battery-voltage\", unit = \"V\", factor = 0.001 }
\"bays[].state\" = { property = \"parking-occupied\", part = \"bay\", is = \"taken\" }
```

Its rules stand in `plugins/js-codec/README.md`; `allting decode --sensor ID --folder FOLDER PAYLOAD` shows what comes of a frame, and
`allting codec import` writes the table with the words it knows and the others commented out.
";

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

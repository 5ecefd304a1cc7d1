//! What can be wrong with the folder, and with a list of sensors, is told in every language: English stands in the code of `config`,
//! the others in `words`.

#![allow(clippy::unwrap_used, reason = "this is a test: it may fail")]

use config::{Colour, Folder};
use model::Language;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use words::{Arg, Speaker};

/// One `say!("key", "English with {gaps}", ..)`.
struct Sentence {
    english: String,
    gaps: BTreeSet<String>,
    /// Of the list of sensors: the form has words of its own for it in English too.
    of_a_list: bool,
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The text of a string literal that begins behind its quotation mark, as the compiler reads it.
fn literal(code: &str) -> String {
    let mut text = String::new();
    let mut rest = code.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '"' => break,
            '\\' => match rest.next().unwrap() {
                '\n' => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                escaped => text.push(escaped),
            },
            letter => text.push(letter),
        }
    }
    text
}

fn sentences() -> BTreeMap<String, Sentence> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/src");
    let mut found: BTreeMap<String, Sentence> = BTreeMap::new();
    for path in sources(&folder).into_iter().filter(|path| !path.ends_with("said.rs")) {
        let code = fs::read_to_string(&path).unwrap();
        for call in code.split("say!(").skip(1) {
            let mut parts = call.splitn(4, '"').skip(1);
            let (key, _, sentence) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            let english = literal(sentence);
            let gaps = english.split('{').skip(1).map(|gap| gap.split('}').next().unwrap().to_owned()).collect();
            let of_a_list = path.components().any(|part| part.as_os_str() == "enrol");
            let new = Sentence { english, gaps, of_a_list };
            let known = found.entry(key.to_owned()).or_insert_with(|| Sentence { english: new.english.clone(), ..new });
            known.of_a_list |= of_a_list;
            assert_eq!(known.english, literal(sentence), "{key} says one thing");
        }
    }
    found
}

/// The text with its gaps filled by their own names, so that one which is missing is seen.
fn told(language: Language, key: &str, gaps: &BTreeSet<String>) -> String {
    let filled: Vec<(String, String)> = gaps.iter().map(|gap| (gap.clone(), format!("<{gap}>"))).collect();
    let filled: Vec<(&str, Arg<'_>)> = filled.iter().map(|(gap, text)| (gap.as_str(), text.into())).collect();
    // A gap that nothing is given for is a debug assertion.
    Speaker::of(language).text(&format!("fault-{key}"), &filled)
}

#[test]
fn every_mistake_is_told_in_each_language_with_all_that_it_names() {
    let sentences = sentences();
    assert!(sentences.len() > 350, "only {} were found", sentences.len());
    for language in Language::ALL {
        for (key, said) in sentences.iter().filter(|(_, said)| language != Language::En || said.of_a_list) {
            assert!(Speaker::of(language).knows(&format!("fault-{key}")), "{key} in {language}");
            let text = told(language, key, &said.gaps);
            for gap in &said.gaps {
                assert!(text.contains(&format!("<{gap}>")), "{key} in {language} leaves `{gap}` out: {text}");
            }
            // What ends with something to write has no full stop that would be taken for a part of it.
            let ends = key.starts_with("word-") || text.ends_with(['.', '?', '`', '"', '>']);
            assert!(ends, "{text} is a sentence");
        }
    }
}

/// The names under `required` anywhere in a schema.
fn required(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(keywords) => {
            let own = keywords.get("required").and_then(Value::as_array).into_iter().flatten();
            names.extend(own.filter_map(|name| name.as_str().map(str::to_owned)));
            keywords.values().for_each(|inner| required(inner, names));
        }
        Value::Array(items) => items.iter().for_each(|inner| required(inner, names)),
        _ => {}
    }
}

#[test]
fn what_a_missing_key_stands_for_is_told_in_each_language() {
    let mut names = BTreeSet::new();
    required(&serde_json::from_str(&config::schema()).unwrap(), &mut names);
    required(&config::activity_schema(), &mut names);
    required(&config::rule_schema(), &mut names);
    assert!(names.contains("dev_eui") && names.contains("when"), "{names:?}");
    for language in [Language::Nb, Language::Nn, Language::Sv] {
        for name in &names {
            assert!(Speaker::of(language).knows(&format!("fault-about-{name}")), "{name} in {language}");
        }
    }
}

#[test]
fn a_mistake_is_drawn_in_the_language_of_who_reads_it_and_quotes_the_file_as_it_is() {
    let places = "[[place]]\nid = \"library\"\nname = \"Lib\"\n[[place]]\nid = \"library\"\ncapacity = \"many\"\n";
    let sensors = "[[sensor]]\nid = \"door\"\nplace = \"libary\"\ndev_eui = \"24e124136b502217\"\n";
    let folder: Folder = [("places.toml", places), ("sensors.toml", sensors)].into_iter().collect();
    let mistakes = config::read(&folder).unwrap_err();
    let drawn = |language| {
        let drawn: Vec<String> = mistakes.iter().map(|mistake| app::drawn_in(Speaker::of(language), mistake)).collect();
        drawn.join("\n\n")
    };
    let english: Vec<String> = mistakes.iter().map(|mistake| mistake.render(Colour::Plain)).collect();
    assert_eq!(drawn(Language::En), english.join("\n\n"), "English is that of the terminal");
    let expected = r#"feil: «library» står her to gonger.
 --> places.toml:5:6
  |
2 | id = "library"
  |      --------- Her står den første.
...
5 | id = "library"
  |      ^^^^^^^^^
  |
  = hjelp: Gi ein av dei ein annan `id`.

feil: `capacity` må vere eit heiltal.
 --> places.toml:6:12
  |
6 | capacity = "many"
  |            ^^^^^^ Her skal det stå eit heiltal, men det står ein tekst.

feil: `sensor` manglar `decoder`.
 --> sensors.toml:1:1
  |
1 | [[sensor]]
  | ^^^^^^^^^^ Her trengst ei linje `decoder = ...`.
  |
  = hjelp: Tillegget som les sensoren: `id` frå plugins.toml."#;
    assert_eq!(drawn(Language::Nn), expected);
}

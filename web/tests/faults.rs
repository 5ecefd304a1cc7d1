//! What a list of sensors can be told is wrong with it has words in every language.

#![allow(clippy::unwrap_used, reason = "this is a test: it may fail")]

use model::Language;
use std::fs;
use std::path::Path;
use words::Speaker;

/// Each `say!("key", "English with {gaps}"` of the reader of lists.
fn sentences() -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/config/src/enrol");
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let mut found = Vec::new();
    for file in files {
        for call in file.split("say!(").skip(1) {
            let mut texts = call.split('"').skip(1).step_by(2);
            let (key, english) = (texts.next().unwrap(), texts.next().unwrap());
            let gaps = english.split('{').skip(1).map(|gap| gap.split('}').next().unwrap().to_owned());
            found.push((key.to_owned(), gaps.collect()));
        }
    }
    found
}

#[test]
fn every_mistake_in_a_list_is_told_in_each_language() {
    let sentences = sentences();
    assert!(sentences.len() > 70, "only {} were found", sentences.len());
    for language in Language::ALL {
        let speaker = Speaker::of(language);
        for (key, gaps) in &sentences {
            let key = format!("fault-{key}");
            assert!(speaker.knows(&key), "{key} in {language}");
            let filled: Vec<_> = gaps.iter().map(|gap| (gap.as_str(), "x".into())).collect();
            // A gap that nothing is given for is a debug assertion.
            let text = speaker.text(&key, &filled);
            assert!(text.ends_with(['.', '?']), "{text} is a sentence");
        }
    }
}

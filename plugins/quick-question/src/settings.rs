use std::collections::BTreeSet;

use allting_plugin_sdk::method::{Phrase, Problem, Setup, Text};
use serde::Deserialize;

/// What may stand in the settings, for the box's editor.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// One question and its options.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What is asked.
    pub question: Text,
    /// The buttons.
    pub option: Vec<Choice>,
    /// What is said after the tap.
    pub thanks: Option<Text>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Names it in the log.
    pub key: String,
    /// What stands on it.
    pub label: Text,
}

const OPTIONS_MAX: usize = 7;
const NO_QUESTION: Phrase = Phrase {
    nb: "Spørsmålet mangler.",
    nn: "Spørsmålet manglar.",
    sv: "Frågan saknas.",
    en: "The question is missing.",
};
const HOW_MANY: Phrase = Phrase {
    nb: "Et hurtigspørsmål har to til sju svar.",
    nn: "Eit snøggspørsmål har to til sju svar.",
    sv: "En snabbfråga har två till sju svar.",
    en: "A quick question has two to seven options.",
};
const BAD_KEY: Phrase = Phrase {
    nb: "Nøkkelen skal ha 1 til 64 tegn av a-z, 0-9 og -, og ingen andre svar kan ha den samme.",
    nn: "Nøkkelen skal ha 1 til 64 teikn av a-z, 0-9 og -, og ingen andre svar kan ha den same.",
    sv: "Nyckeln ska ha 1 till 64 tecken av a-z, 0-9 och -, och inget annat svar kan ha samma.",
    en: "The key has 1 to 64 characters of a-z, 0-9 and -, and no other option has the same.",
};
const NO_LABEL: Phrase = Phrase {
    nb: "Knappen mangler tekst.",
    nn: "Knappen manglar tekst.",
    sv: "Knappen saknar text.",
    en: "The button has no text.",
};
const UNTRANSLATED: Phrase = Phrase {
    nb: "Teksten mangler på et av aktivitetens språk; der vises et annet språk.",
    nn: "Teksten manglar på eitt av språka til aktiviteten; der blir eit anna språk vist.",
    sv: "Texten saknas på ett av aktivitetens språk; där visas ett annat språk.",
    en: "The text is missing in one of the activity's languages; another is shown there.",
};

impl Settings {
    pub(crate) fn check(&self, setup: &Setup) -> Vec<Problem> {
        let say = |phrase: Phrase| phrase.to(&setup.languages);
        let mut problems = Vec::new();
        let mut keys = BTreeSet::new();
        if self.question.is_empty() {
            problems.push(Problem::stop("/question", say(NO_QUESTION)));
        } else if !self.question.lacks(&setup.languages).is_empty() {
            problems.push(Problem::odd("/question", say(UNTRANSLATED)));
        }
        if !(2..=OPTIONS_MAX).contains(&self.option.len()) {
            problems.push(Problem::stop("/option", say(HOW_MANY)));
        }
        for (at, option) in self.option.iter().enumerate() {
            if !is_key(&option.key) || !keys.insert(&option.key) {
                problems.push(Problem::stop(format!("/option/{at}/key"), say(BAD_KEY)));
            }
            if option.label.is_empty() {
                problems.push(Problem::stop(format!("/option/{at}/label"), say(NO_LABEL)));
            } else if !option.label.lacks(&setup.languages).is_empty() {
                problems.push(Problem::odd(format!("/option/{at}/label"), say(UNTRANSLATED)));
            }
        }
        problems
    }
}

fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&key.len()) && key.bytes().all(fits)
}

use crate::numbers::Numbers;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::Language;
use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

macro_rules! locale {
    ($language:literal) => {
        [
            include_str!(concat!("../locales/", $language, "/place.ftl")),
            include_str!(concat!("../locales/", $language, "/value.ftl")),
            include_str!(concat!("../locales/", $language, "/time.ftl")),
            include_str!(concat!("../locales/", $language, "/pages.ftl")),
            include_str!(concat!("../locales/", $language, "/problems.ftl")),
            include_str!(concat!("../locales/", $language, "/staff.ftl")),
            include_str!(concat!("../locales/", $language, "/faults.ftl")),
            include_str!(concat!("../locales/", $language, "/radio.ftl")),
            include_str!(concat!("../locales/", $language, "/take-part.ftl")),
            include_str!(concat!("../locales/", $language, "/activities.ftl")),
            include_str!(concat!("../locales/", $language, "/panel.ftl")),
            include_str!(concat!("../locales/", $language, "/register.ftl")),
            include_str!(concat!("../locales/", $language, "/letters.ftl")),
            include_str!(concat!("../locales/", $language, "/feeds.ftl")),
            include_str!(concat!("../locales/", $language, "/subscribe.ftl")),
            include_str!(concat!("../locales/", $language, "/outbox.ftl")),
            include_str!(concat!("../locales/", $language, "/outcomes.ftl")),
            include_str!(concat!("../locales/", $language, "/draw.ftl")),
            include_str!(concat!("../locales/", $language, "/publish.ftl")),
            include_str!(concat!("../locales/", $language, "/rules.ftl")),
            include_str!(concat!("../locales/", $language, "/talk.ftl")),
        ]
    };
}

/// Speaks one language. There is one of each, made at first use and shared by all threads.
pub struct Speaker {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    pub(crate) numbers: Numbers,
}

/// What stands in the place of a `{ $name }` in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg<'a> {
    /// Words, as they are.
    Text(&'a str),
    /// A count: it picks between "person" and "people", and is written as the language writes numbers.
    Count(u32),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Arg<'_> {
    fn from(count: u32) -> Self {
        Self::Count(count)
    }
}

impl Speaker {
    /// The speaker of a language.
    pub fn of(language: Language) -> &'static Self {
        static NB: LazyLock<Speaker> = LazyLock::new(|| Speaker::new(Language::Nb));
        static NN: LazyLock<Speaker> = LazyLock::new(|| Speaker::new(Language::Nn));
        static SV: LazyLock<Speaker> = LazyLock::new(|| Speaker::new(Language::Sv));
        static EN: LazyLock<Speaker> = LazyLock::new(|| Speaker::new(Language::En));
        match language {
            Language::Nb => &NB,
            Language::Nn => &NN,
            Language::Sv => &SV,
            Language::En => &EN,
        }
    }

    fn new(language: Language) -> Self {
        let tag = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Marks around every argument would end up in titles and CSV; `apart` puts them where they are needed.
        bundle.set_use_isolating(false);
        // A plain function cannot remember its language, so each language has its own.
        bundle.set_formatter(Some(match language {
            Language::Nb => |value, _| localized(Language::Nb, value),
            Language::Nn => |value, _| localized(Language::Nn, value),
            Language::Sv => |value, _| localized(Language::Sv, value),
            Language::En => |value, _| localized(Language::En, value),
        }));
        for source in sources(language) {
            // A syntax error loses one message, never all of them; the tests allow none.
            let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle, numbers: Numbers::of(language) }
    }

    /// Which language it speaks.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a text of that key.
    pub fn knows(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The text of a key. A key that is not there is a mistake of the programmer: the key itself stands in its place.
    pub fn text(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "no text `{key}` in {}", self.language);
            return key.to_owned();
        };
        let values: FluentArgs<'_> = args.iter().map(|(name, arg)| (*name, fluent(*arg))).collect();
        let mut missing = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut missing);
        debug_assert!(missing.is_empty(), "`{key}` in {}: {missing:?}", self.language);
        text.into_owned()
    }
}

impl fmt::Debug for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speaker").field("language", &self.language).finish_non_exhaustive()
    }
}

fn sources(language: Language) -> Vec<&'static str> {
    let sources = match language {
        Language::Nb => locale!("nb"),
        Language::Nn => locale!("nn"),
        Language::Sv => locale!("sv"),
        Language::En => locale!("en"),
    };
    sources.into_iter().chain(of_the_folder(language)).collect()
}

/// Mistakes in the folder of TOML. They are found and said in English in `config`; only other languages have texts for them.
fn of_the_folder(language: Language) -> Option<&'static str> {
    match language {
        Language::Nb => Some(include_str!("../locales/nb/folder.ftl")),
        Language::Nn => Some(include_str!("../locales/nn/folder.ftl")),
        Language::Sv => Some(include_str!("../locales/sv/folder.ftl")),
        Language::En => None,
    }
}

fn fluent(arg: Arg<'_>) -> FluentValue<'_> {
    match arg {
        Arg::Text(text) => apart(text).into(),
        Arg::Count(count) => count.into(),
    }
}

/// A text within a sentence that it cannot turn around: one that is written from right to left stands between FSI and PDI, and letters that
/// steer how others are shown are left out (Unicode annex 9, sections 2.2 to 2.4).
fn apart(text: &str) -> Cow<'_, str> {
    let steers = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // Hebrew to Arabic Extended-A, their presentation forms, and the blocks of later scripts that run from right to left.
    let runs_left = |letter: char| {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if !text.contains(|letter| steers(letter) || runs_left(letter)) {
        return Cow::Borrowed(text);
    }
    let plain = text.replace(steers, "");
    if plain.contains(runs_left) { format!("\u{2068}{plain}\u{2069}").into() } else { plain.into() }
}

fn localized(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(Speaker::of(language).number(number.value, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Each key of a language with the names of the arguments in its text.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in sources(language).iter().flat_map(|source| source.lines()).filter(|l| !l.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|(key, _)| !key.contains([' ', '.'])) {
                key.clone_into(&mut current);
                assert!(keys.insert(current.clone(), BTreeSet::new()).is_none(), "{language}: {current} stands twice");
            }
            for after in line.split('$').skip(1) {
                let name: String =
                    after.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
                keys.get_mut(&current).expect("text under a key").insert(name);
            }
        }
        keys
    }

    #[test]
    fn every_file_of_every_language_is_sound_fluent() {
        for language in Language::ALL {
            for source in sources(language) {
                if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                    panic!("{language}: {errors:?}");
                }
            }
        }
    }

    #[test]
    fn all_four_languages_have_the_same_keys() {
        let bokmal: BTreeSet<String> = keys(Language::Nb).into_keys().collect();
        let folder = of_the_folder(Language::Nb).unwrap();
        let said_in_code: BTreeSet<String> =
            folder.lines().filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect();
        for language in Language::ALL {
            let mut others: BTreeSet<String> = keys(language).into_keys().collect();
            if of_the_folder(language).is_none() {
                others.extend(said_in_code.iter().cloned());
            }
            let difference: Vec<_> = bokmal.symmetric_difference(&others).collect();
            assert!(difference.is_empty(), "{language}: {difference:?}");
        }
    }

    #[test]
    fn every_text_renders_with_its_arguments_and_finds_no_missing_reference() {
        for language in Language::ALL {
            for (key, names) in keys(language) {
                for count in [0, 1, 2, 5, 1250] {
                    let args: Vec<_> = names.iter().map(|name| (name.as_str(), Arg::Count(count))).collect();
                    // A missing reference is a debug assertion in `text`.
                    let text = Speaker::of(language).text(&key, &args);
                    assert!(!text.is_empty() && !text.contains(['{', '}', '$']), "{language} {key}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_name_that_runs_from_right_to_left_leaves_the_sentence_around_it_alone() {
        let asked = |name: &str| Speaker::of(Language::En).text("staff-remove-title", &[("name", name.into())]);
        assert_eq!(asked("Main door"), "Remove Main door?");
        assert_eq!(asked("שער 5"), "Remove \u{2068}שער 5\u{2069}?");
        assert_eq!(asked("\u{202e}rood\u{2069}"), "Remove rood?");
        assert_eq!(asked("\u{2067}\u{2069}\u{202e}שער"), "Remove \u{2068}שער\u{2069}?");
    }

    #[test]
    fn a_number_is_asked_for_with_the_bounds_that_are_known() {
        let asked = |language, kind: &str, bounds: &str| {
            let args = [("kind", kind.into()), ("bounds", bounds.into()), ("least", "1".into()), ("most", "9".into())];
            Speaker::of(language).text("staff-wrong-range", &args)
        };
        assert_eq!(asked(Language::Nb, "integer", "both"), "Skriv et helt tall fra 1 til 9.");
        assert_eq!(asked(Language::Nn, "number", "least"), "Skriv eit tal, 1 eller meir.");
        assert_eq!(asked(Language::Sv, "integer", "most"), "Skriv ett heltal, 9 eller mindre.");
        assert_eq!(asked(Language::En, "number", "none"), "Write a number.");
    }

    #[test]
    fn counts_in_a_text_are_written_as_the_language_writes_them() {
        let said = |language| Speaker::of(language).text("people", &[("count", 1250.into())]);
        assert_eq!(said(Language::En), "1,250 people");
        assert_eq!(said(Language::Nb), "1\u{a0}250 personer");
        assert_eq!(said(Language::Sv), "1\u{a0}250 personer");
    }
}

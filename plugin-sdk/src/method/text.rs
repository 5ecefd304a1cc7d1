use std::collections::BTreeMap;

use serde::Deserialize;

/// A text in the settings: one for all, or one for each language. In the schema: `{"format": "words"}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The same for all readers.
    One(String),
    /// By language (BCP 47 tag).
    Many(BTreeMap<String, String>),
}

/// What a method says itself, in the four languages of the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Bokmal.
    pub nb: &'static str,
    /// Nynorsk.
    pub nn: &'static str,
    /// Swedish.
    pub sv: &'static str,
    /// English.
    pub en: &'static str,
}

/// A reader of the first would rather have the second than English.
const NEIGHBOURS: [(&str, [&str; 2]); 4] =
    [("nb", ["nn", "sv"]), ("nn", ["nb", "sv"]), ("sv", ["nb", "nn"]), ("se", ["nb", "sv"])];

impl Text {
    /// The text for a reader, best language first, and the language it is in.
    pub fn best<'a>(&'a self, languages: &'a [String]) -> (&'a str, &'a str) {
        let first = languages.first().map_or("und", String::as_str);
        match self {
            Self::One(text) => (text, first),
            Self::Many(texts) => {
                let wanted = languages.iter().map(String::as_str);
                let near = languages.iter().flat_map(|language| neighbours(language));
                let written =
                    |language: &str| texts.get_key_value(language).filter(|(_, text)| !text.trim().is_empty());
                let found = wanted.chain(near).chain(["en"]).find_map(written);
                found
                    .or_else(|| texts.iter().find(|(_, text)| !text.trim().is_empty()))
                    .map_or(("", first), |(language, text)| (text, language))
            }
        }
    }

    /// The text for a reader.
    pub fn to<'a>(&'a self, languages: &'a [String]) -> &'a str {
        self.best(languages).0
    }

    /// Of these languages, those it has no text in.
    pub fn lacks<'a>(&self, languages: &'a [String]) -> Vec<&'a str> {
        match self {
            Self::One(_) => Vec::new(),
            Self::Many(texts) => {
                let written = |language: &str| texts.get(language).is_some_and(|text| !text.trim().is_empty());
                languages.iter().map(String::as_str).filter(|language| !written(language)).collect()
            }
        }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::One(text) => text.trim().is_empty(),
            Self::Many(texts) => texts.values().all(|text| text.trim().is_empty()),
        }
    }
}

impl Phrase {
    /// The words for a reader, best language first.
    pub fn to(&self, languages: &[String]) -> &'static str {
        let wanted = languages.iter().map(String::as_str);
        let near = languages.iter().flat_map(|language| neighbours(language));
        wanted.chain(near).find_map(|language| self.in_language(language)).unwrap_or(self.en)
    }

    fn in_language(&self, language: &str) -> Option<&'static str> {
        match language {
            "nb" | "no" => Some(self.nb),
            "nn" => Some(self.nn),
            "sv" => Some(self.sv),
            "en" => Some(self.en),
            _ => None,
        }
    }
}

fn neighbours(language: &str) -> impl Iterator<Item = &str> {
    NEIGHBOURS.into_iter().filter(move |(of, _)| *of == language).flat_map(|(_, near)| near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_nearest_language_there_is() {
        let texts: Text = serde_json::from_str(r#"{"nb":"Hei","en":"Hello"}"#).unwrap();
        let reads = |language: &str| texts.best(&[language.to_owned()]).1.to_owned();
        assert_eq!([reads("nb"), reads("sv"), reads("se"), reads("fi")], ["nb", "nb", "nb", "en"]);
        assert_eq!(texts.lacks(&["nb".to_owned(), "sv".to_owned()]), ["sv"]);
        let one: Text = serde_json::from_str(r#""Hei""#).unwrap();
        assert_eq!(one.best(&["sv".to_owned()]), ("Hei", "sv"));
    }

    #[test]
    fn a_phrase_is_said_in_four_languages() {
        let yes = Phrase { nb: "ja", nn: "ja", sv: "jo", en: "yes" };
        assert_eq!(["sv", "se", "fi"].map(|l| yes.to(&[l.to_owned()])), ["jo", "ja", "yes"]);
    }
}

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A language the box speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Norwegian Bokmal.
    Nb,
    /// Norwegian Nynorsk.
    Nn,
    /// Swedish.
    Sv,
    /// English.
    En,
}

/// The box has no texts in this language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no texts in `{0}`; there are nb, nn, sv and en")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Nb, Self::Nn, Self::Sv, Self::En];

    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// Whom a speaker of this language would rather read when a text is missing, best first, itself included.
    pub const fn fallbacks(self) -> [Self; 4] {
        match self {
            Self::Nb => [Self::Nb, Self::Nn, Self::Sv, Self::En],
            Self::Nn => [Self::Nn, Self::Nb, Self::Sv, Self::En],
            Self::Sv => [Self::Sv, Self::Nb, Self::Nn, Self::En],
            Self::En => [Self::En, Self::Sv, Self::Nb, Self::Nn],
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|l| l.tag() == tag).ok_or_else(|| UnknownLanguage(tag.to_owned()))
    }
}

/// A text in one or more languages, such as the name of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeMap<Language, String>);

impl Words {
    /// The text for a reader of `language`, and the language it is really in: a page marks a foreign fragment with `lang`.
    pub fn best(&self, language: Language) -> (&str, Language) {
        let found = language.fallbacks().into_iter().find_map(|l| self.0.get(&l).map(|text| (text.as_str(), l)));
        found.unwrap_or(("", language))
    }

    /// The text in exactly this language.
    pub fn own(&self, language: Language) -> Option<&str> {
        self.0.get(&language).map(String::as_str)
    }

    /// Whether it is called exactly so in any language.
    pub fn has(&self, text: &str) -> bool {
        self.0.values().any(|own| own == text)
    }

    /// True when there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Language, String)> for Words {
    fn from_iter<I: IntoIterator<Item = (Language, String)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nynorsk_reader_gets_bokmal_before_english() {
        let name: Words =
            [(Language::En, "Library".into()), (Language::Nb, "Biblioteket".into())].into_iter().collect();
        assert_eq!(name.best(Language::Nn), ("Biblioteket", Language::Nb));
        assert_eq!(name.best(Language::En), ("Library", Language::En));
    }
}

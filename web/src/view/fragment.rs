use model::{Language, Words};
use serde::Serialize;

/// A text that may be in another language than its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fragment {
    pub(crate) text: String,
    /// Its language when that is not the page's, for the `lang` attribute.
    pub(crate) lang: Option<&'static str>,
}

impl Fragment {
    /// A text in the language of its page, or in none: names, numbers.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: None }
    }

    /// A text of a plugin or of the reader of the folder, which speak English, on a page in `language`.
    pub(crate) fn english(text: impl Into<String>, language: Language) -> Self {
        Self::written(text, Language::En, language)
    }

    /// The best text for a reader of `language`.
    pub(crate) fn of(words: &Words, language: Language) -> Self {
        let (text, really) = words.best(language);
        Self::written(text, really, language)
    }

    /// A text that is `really` in this language, on a page in `language`.
    pub(crate) fn written(text: impl Into<String>, really: Language, language: Language) -> Self {
        Self { text: text.into(), lang: (really != language).then(|| really.tag()) }
    }
}

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
    /// The best text for a reader of `language`.
    pub(crate) fn of(words: &Words, language: Language) -> Self {
        let (text, really) = words.best(language);
        Self { text: text.to_owned(), lang: (really != language).then(|| really.tag()) }
    }
}

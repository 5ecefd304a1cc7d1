//! Sentences of a diagnostic. English stands in the code and nowhere else; who shows one in another language finds its text by its key.

use std::fmt::Display;

/// A sentence: in English, and by the key under which other languages have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) english: String,
    key: Option<String>,
    /// What stands in its gaps, by name. Some are sentences themselves, or words that have a text of their own.
    gaps: Vec<(&'static str, Said)>,
}

impl Said {
    pub(crate) fn keyed(key: impl Into<String>, english: String, gaps: Vec<(&'static str, Self)>) -> Self {
        Self { english, key: Some(key.into()), gaps }
    }

    /// The same sentence with each of its words gone through `clean`.
    pub(crate) fn cleaned(self, clean: fn(&str) -> String) -> Self {
        let gaps = self.gaps.into_iter().map(|(name, said)| (name, said.cleaned(clean))).collect();
        Self { english: clean(&self.english), key: self.key, gaps }
    }

    /// In the language in which `text` has texts, by key and gaps; in English where it has none.
    pub(crate) fn told(&self, text: &impl Fn(&str, &[(&str, String)]) -> Option<String>) -> String {
        let gaps: Vec<(&str, String)> = self.gaps.iter().map(|(name, said)| (*name, said.told(text))).collect();
        self.key.as_deref().and_then(|key| text(key, &gaps)).unwrap_or_else(|| self.english.clone())
    }
}

impl From<String> for Said {
    fn from(english: String) -> Self {
        Self { english, ..Self::default() }
    }
}

/// What can stand in a gap: a sentence, or anything that reads the same in every language.
pub(crate) trait InGap {
    fn in_gap(&self) -> Said;
}

impl InGap for Said {
    fn in_gap(&self) -> Said {
        self.clone()
    }
}

impl<T: Display + ?Sized> InGap for T {
    fn in_gap(&self) -> Said {
        self.to_string().into()
    }
}

/// `say!("place-unknown", "there is no place `{name}`", name)`: a key, the English sentence, and what stands in its gaps
/// (`name = written.value` where it has another name). A gap that the sentence does not have does not compile.
macro_rules! say {
    ($key:literal, $english:literal $(, $gap:ident $(= $value:expr)?)* $(,)?) => {{
        $(let $gap = $crate::said::InGap::in_gap(&$crate::said::say!(@value $gap $(, $value)?));)*
        let english = format!($english $(, $gap = $gap.english)*);
        $crate::said::Said::keyed($key, english, vec![$((stringify!($gap), $gap)),*])
    }};
    (@value $gap:ident) => { $gap };
    (@value $gap:ident, $value:expr) => { $value };
}

pub(crate) use say;

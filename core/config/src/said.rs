//! Sentences of a diagnostic. English stands in the code; who shows one in another language finds it by its key.

/// Which sentence it is, and what stands in its gaps. Keys do not change; texts for them are the business of whoever shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The sentence.
    pub key: &'static str,
    /// What stands in its gaps, by name.
    pub gaps: Vec<(&'static str, String)>,
}

/// A sentence in English, and its meaning where it has a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) english: String,
    pub(crate) meaning: Option<Meaning>,
}

impl Said {
    pub(crate) fn keyed(key: &'static str, english: String, gaps: Vec<(&'static str, String)>) -> Self {
        Self { english, meaning: Some(Meaning { key, gaps }) }
    }

    /// The same sentence with each of its words gone through `clean`.
    pub(crate) fn cleaned(mut self, clean: impl Fn(&str) -> String) -> Self {
        self.english = clean(&self.english);
        for (_, gap) in self.meaning.iter_mut().flat_map(|meaning| &mut meaning.gaps) {
            *gap = clean(gap);
        }
        self
    }
}

impl From<String> for Said {
    fn from(english: String) -> Self {
        Self { english, meaning: None }
    }
}

impl From<&str> for Said {
    fn from(english: &str) -> Self {
        english.to_owned().into()
    }
}

/// `say!("place-unknown", "there is no place `{name}`", name = name)`: a key, the English sentence, and what stands in its gaps.
macro_rules! say {
    ($key:literal, $english:literal $(, $gap:ident = $value:expr)* $(,)?) => {{
        $(let $gap = $value.to_string();)*
        let english = format!($english);
        $crate::said::Said::keyed($key, english, vec![$((stringify!($gap), $gap)),*])
    }};
}

pub(crate) use say;

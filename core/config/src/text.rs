use model::{Language, Words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One text for all, or one for each language.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Text {
    /// In the first of the municipality's languages.
    One(#[schemars(length(min = 1, max = 200))] String),
    /// `{ sv = "Ishallen", en = "The ice rink" }`
    Each(Box<Texts>),
}

/// A text in several languages.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    /// Norwegian Bokmal.
    #[schemars(length(min = 1, max = 200))]
    nb: Option<String>,
    /// Norwegian Nynorsk.
    #[schemars(length(min = 1, max = 200))]
    nn: Option<String>,
    /// Swedish.
    #[schemars(length(min = 1, max = 200))]
    sv: Option<String>,
    /// English.
    #[schemars(length(min = 1, max = 200))]
    en: Option<String>,
}

impl Text {
    /// The words; a single text is in language `first`.
    pub(crate) fn words(self, first: Language) -> Words {
        match self {
            Self::One(text) => [(first, text)].into_iter().collect(),
            Self::Each(texts) => {
                let Texts { nb, nn, sv, en } = *texts;
                let each = [(Language::Nb, nb), (Language::Nn, nn), (Language::Sv, sv), (Language::En, en)];
                each.into_iter().filter_map(|(language, text)| Some((language, text?))).collect()
            }
        }
    }
}

/// A language the box speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tag {
    /// Norwegian Bokmal.
    Nb,
    /// Norwegian Nynorsk.
    Nn,
    /// Swedish.
    Sv,
    /// English.
    En,
}

impl From<Tag> for Language {
    fn from(tag: Tag) -> Self {
        match tag {
            Tag::Nb => Self::Nb,
            Tag::Nn => Self::Nn,
            Tag::Sv => Self::Sv,
            Tag::En => Self::En,
        }
    }
}

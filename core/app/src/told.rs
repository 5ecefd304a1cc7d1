//! What staff are told of the folder: mistakes in the language of who reads, as far as the words are the box's own.

use config::{Colour, Diagnostic};
use std::fmt;
use words::{Arg, Speaker};

/// One thing that staff should know of the folder, or of what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A mistake in one of its files.
    Mistake(Box<Diagnostic>),
    /// What a plugin or the machine says, in English.
    Words(String),
}

/// The mistake in the speaker's language. What it quotes of a file stays as it is.
pub fn mistake_in(speaker: &Speaker, mistake: &Diagnostic) -> Diagnostic {
    mistake.told(|key, gaps| {
        let key = format!("fault-{key}");
        let gaps: Vec<(&str, Arg<'_>)> = gaps.iter().map(|(name, text)| (*name, text.into())).collect();
        // Where there is no text, English is spoken, or a plugin says something of itself.
        speaker.knows(&key).then(|| speaker.text(&key, &gaps))
    })
}

/// The mistake drawn with an arrow into its file, in the speaker's language.
pub fn drawn_in(speaker: &Speaker, mistake: &Diagnostic) -> String {
    mistake_in(speaker, mistake).render(Colour::Plain)
}

/// In English, as a log has it.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistake(mistake) => f.write_str(&mistake.render(Colour::Plain)),
            Self::Words(words) => f.write_str(words),
        }
    }
}

impl From<Diagnostic> for Told {
    fn from(mistake: Diagnostic) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

impl From<String> for Told {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

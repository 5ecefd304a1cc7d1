use crate::{Language, Timestamp, Words};

mod record;

pub use record::{Author, PublicationId, PublicationRecord, PublicationState, Shows};

/// What is to be said to the world, before a channel makes posts of it: by a rule, or by staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// A name that no other has, the same for all channels and all tries: `rule/library-busy/2026-11-22T10:05`.
    pub name: String,
    /// The same thing in several languages, best first; at least one, and each language once.
    pub texts: Vec<PublicationText>,
    /// Whole address where people can answer, or read more. The box adds by which channel somebody came.
    pub door: Option<String>,
    /// A picture that the box makes, with what it shows in words.
    pub picture: Option<Picture>,
    /// After this it has no value.
    pub expires_at: Option<Timestamp>,
}

/// A publication in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicationText {
    /// Which.
    pub language: Language,
    /// One line.
    pub title: String,
    /// Plain text; an empty line parts paragraphs.
    pub body: String,
}

/// A picture that goes with a publication: one that the box drew (PNG), or a photo that it cleaned (JPEG).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file, as it was when the publication came about.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// What it shows, for those who do not see it.
    pub alternative: Words,
}

impl Picture {
    /// What the file is.
    pub fn media_type(&self) -> &'static str {
        if self.bytes.starts_with(b"\xff\xd8") { "image/jpeg" } else { "image/png" }
    }
}

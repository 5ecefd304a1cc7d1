use crate::record::{Reader, Stored, Writer};
use model::Timestamp;

/// SHA-256 of a token that lets a program read. The token itself is shown once and kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenDigest(pub [u8; 32]);

/// What is known of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// What the operator called it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
}

/// Layout 1: name, created.
impl Stored for AccessToken {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.text(&self.name);
        out.time(self.created);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { name: input.text()?, created: input.time()? })
    }
}

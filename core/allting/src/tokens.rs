//! Tokens for programs: made by the operator, kept as digests in `secrets.toml`, asked for by the live feed.

use crate::folder::read_folder;
use crate::plugins::digest;
use model::Timestamp;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// An unknown token makes the folder be read again, so that a new one works at once; not more often than this.
const REREAD_AFTER: Duration = Duration::from_secs(1);

/// 160 random bits, so that nobody guesses one.
const TOKEN_BYTES: usize = 20;

/// The tokens a box knows.
#[derive(Debug)]
pub(crate) struct Tokens {
    folder: PathBuf,
    known: Mutex<(Timestamp, Vec<[u8; 32]>)>,
}

impl Tokens {
    pub(crate) fn new(folder: PathBuf, known: Vec<[u8; 32]>, now: Timestamp) -> Self {
        Self { folder, known: Mutex::new((now, known)) }
    }

    /// Whether this token was given out and not taken back. Digests are compared, so time tells nothing of the token.
    pub(crate) fn admit(&self, token: &str, now: Timestamp) -> bool {
        let asked = digest(token.as_bytes());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.1.contains(&asked)
            && now.since(known.0) >= REREAD_AFTER
            && let Ok((municipality, _)) = read_folder(&self.folder)
        {
            *known = (now, municipality.tokens.into_iter().map(|t| t.sha256).collect());
        }
        known.1.contains(&asked)
    }
}

/// Draws a new token: `allting_` and forty hexadecimal digits.
pub(crate) fn draw() -> Result<String, getrandom::Error> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    let mut token = "allting_".to_owned();
    for byte in bytes {
        // Writing to a text cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    Ok(token)
}

//! Tokens for programs: made by the operator, kept as digests in `secrets.toml`, asked for by all that is not public.

use crate::configuration::Configuration;
use crate::folder::replace_files;
use crate::plugins::digest;
use anyhow::Context;
use app::App;
use model::{AccessToken, Hex, Scope, Timestamp};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// An unknown token makes the folder be looked at, so that a new one works at once; not more often than this.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// 160 random bits, so that nobody guesses one.
const TOKEN_BYTES: usize = 20;

/// The tokens a box knows.
#[derive(Debug)]
pub(crate) struct Tokens {
    app: Arc<App>,
    configuration: Arc<Configuration>,
    looked_at: Mutex<Timestamp>,
}

impl Tokens {
    pub(crate) fn new(app: Arc<App>, configuration: Arc<Configuration>) -> Self {
        Self { app, configuration, looked_at: Mutex::default() }
    }

    /// The program that holds this token; none when it was never given out, or taken back. Digests are compared, so time tells
    /// nothing of the token.
    pub(crate) fn holder(&self, token: &str, now: Timestamp) -> Option<AccessToken> {
        let asked = digest(token.as_bytes());
        let known = || self.app.municipality().tokens.iter().find(|token| token.sha256 == asked).cloned();
        let found = known();
        if found.is_some() {
            return found;
        }
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        if now.since(*looked_at) < LOOK_AGAIN_AFTER {
            return None;
        }
        *looked_at = now;
        self.configuration.look_now();
        known()
    }
}

/// Makes a token for a program, gives it, and keeps its digest in the folder's `secrets.toml`. An older one of that name stops working.
pub fn new_token(name: &str, folder: &Path, may: &[Scope]) -> anyhow::Result<String> {
    let token = draw()?;
    let path = folder.join("secrets.toml");
    let before = if path.exists() {
        fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?
    } else {
        String::new()
    };
    let after = config::put_token(&before, name, &digest(token.as_bytes()), may)?;
    let texts = [("secrets.toml".to_owned(), after)].into_iter().collect();
    replace_files(folder, &texts).with_context(|| format!("could not write {}", path.display()))?;
    Ok(token)
}

/// Draws a new token: `allting_` and forty hexadecimal digits.
fn draw() -> Result<String, getrandom::Error> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(format!("allting_{}", Hex(&bytes)))
}

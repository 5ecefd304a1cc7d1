//! Tokens for programs: made by the operator, kept as digests in `secrets.toml`, asked for by the live feed.

use crate::folder::read_folder;
use crate::plugins::digest;
use anyhow::Context;
use model::Timestamp;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
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

/// Makes a token for a program, gives it, and keeps its digest in the folder's `secrets.toml`. An older one of that name stops working.
pub fn new_token(name: &str, folder: &Path) -> anyhow::Result<String> {
    let token = draw()?;
    let path = folder.join("secrets.toml");
    let before = if path.exists() {
        fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?
    } else {
        String::new()
    };
    write_secret(&path, &config::put_token(&before, name, &digest(token.as_bytes()))?)?;
    Ok(token)
}

/// Draws a new token: `allting_` and forty hexadecimal digits.
fn draw() -> Result<String, getrandom::Error> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)?;
    let mut token = "allting_".to_owned();
    for byte in bytes {
        // Writing to a text cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    Ok(token)
}

/// Writes beside and renames into place, readable by the owner alone: a power cut leaves the old file or the new one.
fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let beside = path.with_extension("toml.new");
    let cannot = || format!("could not write {}", path.display());
    let _ = fs::remove_file(&beside);
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).with_context(cannot)?;
    if let Ok(metadata) = fs::metadata(path) {
        let _ = std::os::unix::fs::chown(&beside, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(cannot)?;
    fs::rename(&beside, path).with_context(cannot)
}

//! Passwords: kept as argon2id (RFC 9106), so that a stolen file gives none away.

use super::Dice;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use argon2::{PasswordHasher, PasswordVerifier};

/// The shortest password; a sentence of four words is longer.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The longest; more is no password but an attempt to keep the box busy.
pub const PASSWORD_CHARS_MAX: usize = 200;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane. About a second on the oldest Pi that can run the box.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Marks a password that somebody else has seen, so its owner must choose another.
const ONE_TIME: char = '!';

/// Why a password cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
    #[error("too short")]
    TooShort,
    /// More than [`PASSWORD_CHARS_MAX`].
    #[error("too long")]
    TooLong,
    /// A handful of characters, again and again, or the login itself.
    #[error("too easy to guess")]
    TooEasy,
}

/// Whether a password can be taken for this login.
pub(super) fn check_password(password: &str, login: &str) -> Result<(), BadPassword> {
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    match password.chars().count() {
        n if n < PASSWORD_CHARS_MIN => Err(BadPassword::TooShort),
        n if n > PASSWORD_CHARS_MAX => Err(BadPassword::TooLong),
        _ if different.len() < 5 || password.to_lowercase().contains(&login.to_lowercase()) => {
            Err(BadPassword::TooEasy)
        }
        _ => Ok(()),
    }
}

/// The PHC string of a password.
pub(super) fn hashed(password: &str, dice: &Dice) -> String {
    let mut salt = [0; 16];
    dice(&mut salt);
    match engine().hash_password_with_salt(password.as_bytes(), &salt) {
        Ok(hash) => hash.to_string(),
        // With fixed parameters it only fails without memory. Nobody comes in with an empty hash.
        Err(_) => String::new(),
    }
}

/// The same, for a password that somebody else has seen.
pub(super) fn hashed_one_time(password: &str, dice: &Dice) -> String {
    format!("{ONE_TIME}{}", hashed(password, dice))
}

/// Whether its owner must choose another.
pub(super) fn is_one_time(hash: &str) -> bool {
    hash.starts_with(ONE_TIME)
}

/// Whether this is the password. Takes the same time for a wrong one and for an account that is not there.
pub(super) fn fits(password: &str, hash: Option<&str>) -> bool {
    /// Of no password anybody has.
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let known = hash.map(|hash| hash.trim_start_matches(ONE_TIME));
    let Ok(expected) = PasswordHash::new(known.unwrap_or(NOBODYS)) else { return false };
    let fits = engine().verify_password(password.as_bytes(), &expected).is_ok();
    fits && known.is_some()
}

fn engine() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_password_fits_itself_and_nothing_else() {
        let dice: Dice = Arc::new(|bytes| bytes.fill(7));
        let hash = hashed("correct horse battery", &dice);
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("correct horse battery", Some(&hash)));
        assert!(!fits("correct horse batterz", Some(&hash)));
        assert!(!fits("", None) && !fits("anything", Some("")));
        assert!(fits("correct horse battery", Some(&hashed_one_time("correct horse battery", &dice))));
    }

    #[test]
    fn what_is_easily_guessed_is_not_taken() {
        assert_eq!(check_password("short", "kari"), Err(BadPassword::TooShort));
        assert_eq!(check_password("aaaaaaaaaaaab", "kari"), Err(BadPassword::TooEasy));
        assert_eq!(check_password("Kari-library-2026", "kari"), Err(BadPassword::TooEasy));
        assert_eq!(check_password(&"ab cdef".repeat(50), "kari"), Err(BadPassword::TooLong));
        assert_eq!(check_password("four words are enough", "kari"), Ok(()));
    }
}

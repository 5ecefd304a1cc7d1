//! Codes of the moment: time-based one-time passwords (RFC 6238), recovery codes, and the code that claims a box.

use super::Dice;
use hmac::{Hmac, KeyInit, Mac};
use model::{SecondFactor, Timestamp};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use subtle::ConstantTimeEq;

/// How long a code holds, seconds: every authenticator has this.
const STEP_SECONDS: u64 = 30;

/// How many recovery codes are given out.
const RECOVERY_CODES: usize = 8;

/// Digits and letters that nobody mixes up (Crockford's base 32).
const LETTERS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// A second factor that is being set up: what the phone must learn, and what its owner must write down.
#[derive(Clone)]
pub struct FreshFactor {
    /// The key, base 32, in groups of four: for those who type it.
    pub secret: String,
    /// The address that a QR code carries.
    pub address: String,
}

impl std::fmt::Debug for FreshFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FreshFactor").finish_non_exhaustive()
    }
}

/// What a phone is told of a key.
pub(super) fn told(secret: &[u8; 20], login: &str, box_name: &str) -> FreshFactor {
    let plain = base32(secret);
    let groups: Vec<String> = plain.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    let (issuer, account) = (percent(box_name), percent(login));
    FreshFactor {
        secret: groups.join(" "),
        address: format!("otpauth://totp/{issuer}:{account}?secret={plain}&issuer={issuer}"),
    }
}

/// Takes a code of the phone, or a recovery code, each once.
pub(super) fn take_code(factor: &mut SecondFactor, typed: &str, now: Timestamp) -> bool {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if typed.len() == 6 {
        let step = step_of(now);
        // A phone's clock may be half a minute off.
        let fitting = (step.saturating_sub(1)..=step + 1)
            .filter(|step| *step > factor.used_step)
            .find(|step| bool::from(code_of(&factor.secret, *step).as_bytes().ct_eq(typed.as_bytes())));
        if let Some(step) = fitting {
            factor.used_step = step;
        }
        return fitting.is_some();
    }
    let digest = digest_of_code(&typed);
    let before = factor.recovery.len();
    factor.recovery.retain(|known| !bool::from(known.ct_eq(&digest)));
    factor.recovery.len() < before
}

/// New recovery codes and their digests.
pub(super) fn recovery_codes(dice: &Dice) -> (Vec<String>, Vec<[u8; 32]>) {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| draw(dice)).collect();
    let digests = codes.iter().map(|code| digest_of_code(code)).collect();
    (codes, digests)
}

/// Sixty random bits for a person to type: `K7QM-3XWD-9RTP`.
pub(super) fn draw(dice: &Dice) -> String {
    let mut bytes = [0; 12];
    dice(&mut bytes);
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().unwrap_or('0');
    let letters: Vec<char> = bytes.iter().map(letter).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// SHA-256 of a code however a person types it: with or without dashes, in small letters, O for 0.
pub(super) fn digest_of_code(typed: &str) -> [u8; 32] {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    Sha256::digest(letters.take(64).collect::<String>()).into()
}

fn step_of(now: Timestamp) -> u64 {
    u64::try_from(now.as_ms() / 1000).unwrap_or(0) / STEP_SECONDS
}

/// RFC 4226 section 5.3, six digits.
fn code_of(secret: &[u8; 20], step: u64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = hash.last().map_or(0, |last| usize::from(last & 15));
    let four = hash.iter().skip(offset).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:06}", (four & 0x7fff_ffff) % 1_000_000)
}

/// RFC 4648 section 6, without padding: twenty bytes need none.
fn base32(bytes: &[u8; 20]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |five: u64| char::from(ALPHABET.get(usize::try_from(five & 31).unwrap_or(0)).copied().unwrap_or(b'A'));
    let five_bytes = |part: &[u8]| part.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    bytes.chunks(5).flat_map(|part| (0..8).rev().map(move |at| letter(five_bytes(part) >> (5 * at)))).collect()
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn factor() -> SecondFactor {
        SecondFactor { secret: *b"12345678901234567890", used_step: 0, recovery: Vec::new() }
    }

    /// RFC 6238 appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert!(take_code(&mut factor(), code, Timestamp::from_seconds(second)), "{second}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_not_when_it_is_old() {
        let (mut factor, then) = (factor(), Timestamp::from_seconds(59));
        assert!(take_code(&mut factor, "287 082", then));
        assert!(!take_code(&mut factor, "287082", then));
        assert!(!take_code(&mut self::factor(), "287082", Timestamp::from_seconds(59 + 90)));
        assert!(!take_code(&mut self::factor(), "000000", then) && !take_code(&mut self::factor(), "", then));
    }

    #[test]
    fn a_recovery_code_is_taken_once_however_it_is_typed() {
        let dice: Dice =
            Arc::new(|bytes| bytes.iter_mut().enumerate().for_each(|(at, b)| *b = u8::try_from(at).unwrap()));
        let (codes, recovery) = recovery_codes(&dice);
        assert_eq!(codes[0], "0123-4567-89AB");
        let mut factor = SecondFactor { recovery: vec![recovery[0]], ..factor() };
        assert!(take_code(&mut factor, "o123 4567 89ab", Timestamp::default()));
        assert!(!take_code(&mut factor, &codes[0], Timestamp::default()));
    }

    /// RFC 4648 section 10 has "foobar" and no twenty bytes; this is what an authenticator shows for RFC 6238's key.
    #[test]
    fn a_phone_is_told_the_key_and_the_name() {
        let told = told(b"12345678901234567890", "kari@norsjo.example", "Norsj\u{f6}");
        assert_eq!(told.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(told.address.starts_with("otpauth://totp/Norsj%C3%B6:kari%40norsjo.example?secret=GEZDGNBV"));
    }
}

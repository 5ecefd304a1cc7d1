//! Bytes as hexadecimal digits.

use std::fmt;

/// Bytes as files, labels and logs show them: two lower-case digits each, nothing between.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes that digits of either case mean; none when something else stands among them or half a byte is left.
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        digits.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(Hex(&[0x3E, 0x01, 0xFE]).to_string(), "3e01fe");
        assert_eq!(unhex(&Hex(&bytes).to_string()), Some(bytes));
        assert_eq!((unhex(""), unhex("3E01fe")), (Some(Vec::new()), Some(vec![0x3E, 0x01, 0xFE])));
    }

    #[test]
    fn what_is_not_digits_in_pairs_is_nothing() {
        for text in ["3e0", "0x3e", "3g", "3e 01", "\u{ff11}\u{ff11}", "+1"] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}

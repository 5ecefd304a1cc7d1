use std::fmt;

/// What somebody who takes part holds, and nobody else: their receipt, or their invitation. 80 random bits, written in letters and digits
/// that nobody mixes up (Crockford's base 32): `7K3M-Q9XA-00TD-WEHR`.
///
/// It is never stored, logged or shown to a method: the box keeps what follows from it and a key of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code([u8; Self::BYTES]);

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Code {
    /// How long it is.
    pub const BYTES: usize = 10;
    /// Letters a person types at most, with dashes and blanks wherever they like them.
    const TYPED_MAX: usize = 64;

    /// From dice.
    pub const fn new(random: [u8; Self::BYTES]) -> Self {
        Self(random)
    }

    /// As a person types it: with or without dashes and blanks, in small letters, O for 0, I or L for 1.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > Self::TYPED_MAX {
            return None;
        }
        let (mut bytes, mut bits, mut held) = (Vec::with_capacity(Self::BYTES), 0_u32, 0_u16);
        for letter in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            held = (held << 5) | u16::from(value_of(letter)?);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
                held &= (1 << bits) - 1;
            }
        }
        (bits == 0).then(|| bytes.try_into().ok().map(Self))?
    }

    /// Its bits.
    pub const fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

fn value_of(letter: char) -> Option<u8> {
    let meant = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = LETTERS.iter().position(|known| char::from(*known) == meant)?;
    u8::try_from(at).ok()
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        for place in (0..16_u32).rev() {
            let letter = LETTERS.get(usize::try_from((all >> (5 * place)) & 31).unwrap_or(0)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(letter))?;
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

/// Who has it has the answers: it must not slip into a log.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_comes_back_however_it_is_typed() {
        let code = Code::new([0, 1, 2, 250, 251, 252, 99, 100, 101, 255]);
        let written = code.to_string();
        assert_eq!(written.len(), 19);
        assert_eq!(Code::parse(&written), Some(code));
        let sloppy = written.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(Code::parse(&sloppy), Some(code));
    }

    #[test]
    fn what_is_no_code_is_none() {
        for typed in ["", "7K3M", "7K3M-Q9XA-00TD-WEHRR", "7K3M-Q9XA-00TD-WEU!", &"A".repeat(1000), "\u{1f525}"] {
            assert_eq!(Code::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_code_does_not_slip_into_a_log() {
        assert_eq!(format!("{:?}", Code::new([7; 10])), "Code(..)");
    }
}

//! The text of the code on a device's label: `LoRa` Alliance TR005, `LoRaWAN` Device Identification QR Codes.

use super::fields::Field;
use super::makers::Maker;
use model::{DevEui, JoinEui};

/// What a code says: `LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>`, and what may follow (TR005 section 4.2).
///
/// Keys are not in it: TR005 leaves them to the join server. They come with the delivery.
#[derive(Clone, PartialEq, Eq)]
pub struct Qr {
    /// The join server it asks for.
    pub join_eui: JoinEui,
    /// Which device it is.
    pub dev_eui: DevEui,
    /// Who made it: a number the `LoRa` Alliance gives out.
    pub vendor: u16,
    /// Which of the maker's models it is: a number the maker gives out.
    pub profile: u16,
    /// `O`: proves to a join server whose it is. A secret, never shown.
    pub owner_token: Option<String>,
    /// `S`: the maker's serial number.
    pub serial: Option<String>,
    /// `P`: whatever the maker likes.
    pub proprietary: Option<String>,
    /// Whether the code had a checksum (`C`), which then was right.
    pub checked: bool,
}

/// Why a text is no such code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// It is another sort of code.
    #[error(
        "this is no LoRaWAN device code: expected a text that begins with `LW:D0:`; \
         take DevEUI and keys from the label instead"
    )]
    OtherCode,
    /// It ends too early.
    #[error("the code has no {0}: expected LW:D0:JoinEUI:DevEUI:ProfileID; scan it again, the whole of it")]
    Missing(&'static str),
    /// A part cannot be read.
    #[error("the {part} of the code cannot be read: expected {digits} hexadecimal digits; scan it again")]
    Unreadable {
        /// Which part.
        part: &'static str,
        /// How many digits it should have.
        digits: usize,
    },
    /// The checksum is another.
    #[error("the code was misread: its checksum does not fit; scan it again")]
    Checksum,
}

/// Longer texts are no label.
const CHARS_MAX: usize = 1024;

impl Qr {
    /// Reads the text of a code. Digits may be small letters, though the recommendation has large ones.
    pub fn parse(text: &str) -> Result<Self, QrError> {
        let text = text.trim();
        let body = text.get(..6).filter(|start| start.eq_ignore_ascii_case("LW:D0:")).ok_or(QrError::OtherCode)?;
        if text.len() > CHARS_MAX {
            return Err(QrError::OtherCode);
        }
        let mut parts = text.get(body.len()..).unwrap_or_default().split(':');
        let mut next = |part: &'static str| parts.next().filter(|p| !p.is_empty()).ok_or(QrError::Missing(part));
        let (join_eui, dev_eui, profile_id) = (next("JoinEUI")?, next("DevEUI")?, next("ProfileID")?);
        let unreadable = |part, digits| QrError::Unreadable { part, digits };
        let (vendor, profile) = two_numbers(profile_id).ok_or(unreadable("ProfileID", 8))?;
        let mut qr = Self {
            join_eui: join_eui.parse().map_err(|_| unreadable("JoinEUI", 16))?,
            dev_eui: dev_eui.parse().map_err(|_| unreadable("DevEUI", 16))?,
            vendor,
            profile,
            owner_token: None,
            serial: None,
            proprietary: None,
            checked: false,
        };
        let mut end = body.len() + join_eui.len() + dev_eui.len() + profile_id.len() + 2;
        for part in parts {
            let mut letters = part.chars();
            let kind = letters.next();
            let value = Some(letters.as_str().to_owned()).filter(|value| !value.is_empty());
            match kind {
                Some('O') => qr.owner_token = value,
                Some('S') => qr.serial = value,
                Some('P') => qr.proprietary = value,
                Some('C') => {
                    // The sum is over all that stands in front of `:C`.
                    let sum = crc_16(text.get(..end).unwrap_or_default().as_bytes());
                    let right = value.is_some_and(|v| v.len() == 4 && u16::from_str_radix(&v, 16) == Ok(sum));
                    qr.checked = right.then_some(true).ok_or(QrError::Checksum)?;
                }
                // Room to grow: what later versions add does not make a code unreadable.
                _ => {}
            }
            end += 1 + part.len();
        }
        Ok(qr)
    }

    /// Who made it, when the box has a decoder for its devices.
    pub fn maker(&self) -> Option<Maker> {
        Maker::of_vendor(self.vendor)
    }

    /// What it says, for [`List::form`](super::List::form).
    pub fn fields(&self) -> Vec<(Field, String)> {
        let mut fields = vec![(Field::DevEui, self.dev_eui.to_string()), (Field::JoinEui, self.join_eui.to_string())];
        fields.extend(self.serial.clone().map(|serial| (Field::Serial, serial)));
        fields.extend(self.maker().map(|maker| (Field::Maker, maker.name.to_owned())));
        fields
    }
}

/// Shows no secret.
impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Qr").field("dev_eui", &self.dev_eui).field("vendor", &self.vendor).finish_non_exhaustive()
    }
}

fn two_numbers(digits: &str) -> Option<(u16, u16)> {
    let number = |digits: &str| u16::from_str_radix(digits, 16).ok();
    let whole = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    whole.then(|| Some((number(digits.get(..4)?)?, number(digits.get(4..)?)?))).flatten()
}

/// CRC-16 as Modbus has it: polynomial 0x8005, bits reversed, from 0xFFFF.
fn crc_16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that stands in TR005, with all its optional parts.
    const WHOLE: &str = "LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C";

    #[test]
    fn all_parts_of_a_code_are_read_and_its_checksum_is_checked() {
        let qr = Qr::parse(WHOLE).unwrap();
        assert_eq!(
            (qr.join_eui.to_string(), qr.dev_eui.to_string()),
            ("1122334455667788".into(), "aabbccddeeff0011".into())
        );
        assert_eq!((qr.vendor, qr.profile, qr.checked), (0xaabb, 0x1122, true));
        assert_eq!(qr.owner_token.as_deref(), Some("AABBCCDDEEFF"));
        assert_eq!((qr.serial.as_deref(), qr.proprietary.as_deref()), (Some("YYWWNNNNNN"), Some("FOOBAR")));
        assert!(!format!("{qr:?}").contains("AABBCCDDEEFF\""));
    }

    #[test]
    fn the_shortest_code_and_empty_or_unknown_parts_are_read() {
        let qr = Qr::parse(" lw:d0:24E124C0002A0001:24e124136b502217:0259ffff\n").unwrap();
        assert_eq!((qr.maker().unwrap().decoder, qr.checked), ("milesight", false));
        let odd = Qr::parse("LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:O:S:P:Z9").unwrap();
        assert_eq!((odd.maker(), odd.owner_token, odd.serial), (None, None, None));
    }

    #[test]
    fn a_misread_letter_is_told() {
        assert_eq!(Qr::parse(&WHOLE.replace("AABB1122", "AABB1123")), Err(QrError::Checksum));
        assert_eq!(Qr::parse(&WHOLE.replace("CAF2C", "CCHECKSUM")), Err(QrError::Checksum));
        assert_eq!(Qr::parse("https://example.org"), Err(QrError::OtherCode));
        assert_eq!(Qr::parse("LW:D1:00"), Err(QrError::OtherCode));
        assert_eq!(Qr::parse("LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF"), Err(QrError::Missing("ProfileID")));
        let short = Qr::parse("LW:D0:42FFFFFFFF:4242FFFFFFFFFFFF:42FFFF42");
        assert_eq!(short, Err(QrError::Unreadable { part: "JoinEUI", digits: 16 }));
        let long = Qr::parse("LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42AA");
        assert_eq!(long, Err(QrError::Unreadable { part: "ProfileID", digits: 8 }));
        assert!(Qr::parse("LW:D0:\u{e5}\u{e4}\u{f6}:\u{1f600}::::").is_err());
    }
}

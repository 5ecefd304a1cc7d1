//! Bytes to text, as spreadsheets write them: UTF-8, with or without its mark, UTF-16, and the Windows alphabet.

/// What stands for the bytes 0x80 to 0x9F in Windows-1252; the rest of it is Latin-1. Bytes that mean nothing there become U+FFFD.
const WINDOWS_1252: &str = "\u{20ac}\u{fffd}\u{201a}\u{192}\u{201e}\u{2026}\u{2020}\u{2021}\u{2c6}\u{2030}\u{160}\
     \u{2039}\u{152}\u{fffd}\u{17d}\u{fffd}\u{fffd}\u{2018}\u{2019}\u{201c}\u{201d}\u{2022}\u{2013}\u{2014}\u{2dc}\
     \u{2122}\u{161}\u{203a}\u{153}\u{fffd}\u{17e}\u{178}";

/// The text of a list. Every row of bytes is some text; a wrong guess shows in the names and never in a key, which is ASCII.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => text_of(rest),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        // A list begins with a letter, a quotation mark or a bracket: in UTF-16 one half of that is zero.
        [_, 0, ..] => utf_16(bytes, u16::from_le_bytes),
        [0, _, ..] => utf_16(bytes, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map_or_else(|_| windows_1252(bytes), str::to_owned),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn windows_1252(bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS_1252.chars().nth(usize::from(byte - 0x80)).unwrap_or(char::REPLACEMENT_CHARACTER),
        byte => char::from(*byte),
    };
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_every_alphabet_that_spreadsheets_write() {
        let text = "name;dev_eui\nB\u{e5}th\u{f6}len \u{2013} entr\u{e9};1";
        let utf_16: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = utf_16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = utf_16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let windows: Vec<u8> =
            text.chars().map(|c| if c == '\u{2013}' { 0x96 } else { u8::try_from(c).unwrap() }).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            marked(&[0xff, 0xfe], &little),
            marked(&[0xfe, 0xff], &big),
            little,
            big,
            windows,
        ] {
            assert_eq!(text_of(&bytes), text);
        }
    }

    #[test]
    fn half_a_letter_at_the_end_is_left_out() {
        assert_eq!(text_of(&[0xff, 0xfe, b'a', 0, b'b']), "a");
        assert_eq!(text_of(&[]), "");
    }
}

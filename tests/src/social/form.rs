//! Forms as they come over the wire.

use std::collections::BTreeMap;

/// Fields of a form (`application/x-www-form-urlencoded`).
pub(crate) fn fields(body: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (plain(name), plain(value)));
    text.split('&').filter_map(pair).collect()
}

/// Text without its `%` and `+`.
pub(crate) fn plain(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        let digits = (*first == b'%').then(|| more.get(..2)).flatten();
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if byte.is_some() { more.get(2..).unwrap_or_default() } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Parts of a form with files (RFC 7578), by name. What is no such form has none.
pub(crate) fn parts(kind: &str, body: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let Some((_, boundary)) = kind.strip_prefix("multipart/form-data").and_then(|rest| rest.split_once("boundary="))
    else {
        return BTreeMap::new();
    };
    let mark = [b"\r\n--", boundary.trim_matches('"').as_bytes()].concat();
    // The first mark has no line before it.
    let whole = [b"\r\n", body].concat();
    let part = |part: &[u8]| {
        let end = part.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(part.get(..end)?).into_owned();
        let name = head.split_once(" name=\"")?.1.split_once('"')?.0.to_owned();
        Some((name, part.get(end + 4..)?.to_vec()))
    };
    let (mut found, mut rest) = (BTreeMap::new(), whole.as_slice());
    let mut begun = false;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        let (before, after) = rest.split_at(at);
        found.extend(begun.then(|| part(before)).flatten());
        rest = after.get(mark.len()..).unwrap_or_default();
        begun = true;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_filled_in() {
        assert_eq!(fields(b"a=1+2&b=%C3%A5%&c")["b"], "\u{e5}%");
        let body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\r\n--y\r\n--x\r\n\
                     Content-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--x--\r\n";
        let found = parts("multipart/form-data; boundary=x", body);
        assert_eq!((found["file"].as_slice(), found["b"].as_slice()), (&b"\r\n--y"[..], &b"2"[..]));
        for odd in ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary="] {
            assert!(parts(odd, b"--x").len() <= 1);
        }
    }
}

//! What a letter says: its head (RFC 5322), words in it (RFC 2047), and its plain text (RFC 2045).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A letter that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) to: String,
    pub(super) from: String,
    pub(super) subject: String,
    /// The way out that mail programs show beside it.
    pub(super) unsubscribe: Option<String>,
    pub(super) text: String,
}

impl Letter {
    pub(super) fn read(to: &str, content: &[u8]) -> Self {
        let whole = String::from_utf8_lossy(content);
        let (head, body) = split(&whole);
        let unsubscribe = header(&head, "list-unsubscribe");
        Self {
            to: to.to_owned(),
            from: words(&header(&head, "from").unwrap_or_default()),
            subject: words(&header(&head, "subject").unwrap_or_default()),
            unsubscribe: unsubscribe.map(|way| way.trim_matches(['<', '>', ' ']).to_owned()),
            text: text_of(&head, body),
        }
    }
}

/// The head with its folded lines joined, and the body.
fn split(whole: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = whole.split_once("\r\n\r\n").unwrap_or((whole, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), headers.last_mut()) {
            value.push_str(line);
        } else {
            let named = line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
            headers.extend(named);
        }
    }
    (headers, body)
}

fn header(head: &[(String, String)], name: &str) -> Option<String> {
    head.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// The first part that is plain text, decoded.
fn text_of(head: &[(String, String)], body: &str) -> String {
    let kind = header(head, "content-type").unwrap_or_default();
    if let Some((_, rest)) = kind.split_once("boundary=") {
        let boundary = rest.trim_start_matches('"').split(['"', ';']).next().unwrap_or_default();
        let mark = format!("--{boundary}");
        let parts = body.split(&mark).skip(1).map(|part| split(part.trim_start_matches("\r\n")));
        let mut parts = parts.map(|(head, body)| (header(&head, "content-type").unwrap_or_default(), head, body));
        let plain = parts.find(|(kind, ..)| kind.starts_with("text/plain") || kind.starts_with("multipart/"));
        return plain.map(|(_, head, body)| text_of(&head, body)).unwrap_or_default();
    }
    let bytes = match header(head, "content-transfer-encoding").unwrap_or_default().to_lowercase().as_str() {
        "base64" => {
            let plain: String = body.chars().filter(|c| !c.is_whitespace()).collect();
            STANDARD.decode(plain).unwrap_or_default()
        }
        "quoted-printable" => quoted(&body.replace("=\r\n", ""), b'='),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim().to_owned()
}

/// Bytes written as `=C3=A5`.
fn quoted(text: &str, mark: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let digits = (*first == mark).then(|| more.get(..2)).flatten();
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { more.get(2..).unwrap_or_default() } else { more };
    }
    bytes
}

/// Words of a head: `=?utf-8?b?...?=` and `=?utf-8?q?...?=`, and what is plain. Blanks between two such words are none.
fn words(value: &str) -> String {
    let (mut out, mut rest, mut after_word) = (String::new(), value, false);
    while let Some((before, from)) = rest.split_once("=?") {
        let mut parts = from.splitn(4, '?');
        let (Some(_), Some(how), Some(text), Some(tail)) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            break;
        };
        let Some(tail) = tail.strip_prefix('=') else { break };
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let bytes = if how.eq_ignore_ascii_case("b") {
            STANDARD.decode(text).unwrap_or_default()
        } else {
            quoted(&text.replace('_', " "), b'=')
        };
        out.push_str(&String::from_utf8_lossy(&bytes));
        (rest, after_word) = (tail, true);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_read_whatever_it_is_written_in() {
        let head = "From: =?utf-8?b?QsOmcnVt?= kommune <a@b.example>\r\n\
             Subject: =?utf-8?q?Bekreft_at_du_vil_v=C3=A6re?=\r\n =?utf-8?q?_med?=\r\n\
             List-Unsubscribe: <https://b.example/x>\r\n\
             Content-Type: multipart/alternative;\r\n boundary=\"x\"\r\n\r\n";
        let body = "--x\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n\
             Hei, =C3=A5 v=\r\n=C3=A6re\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>\r\n--x--\r\n";
        let content = [head, body].concat();
        let letter = Letter::read("kari@example.org", content.as_bytes());
        assert_eq!(letter.subject, "Bekreft at du vil v\u{e6}re med");
        assert_eq!(letter.from, "B\u{e6}rum kommune <a@b.example>");
        assert_eq!(letter.text, "Hei, \u{e5} v\u{e6}re");
        assert_eq!(letter.unsubscribe.as_deref(), Some("https://b.example/x"));
        let base = "Content-Transfer-Encoding: base64\r\n\r\nSGVp\r\n";
        assert_eq!(Letter::read("", base.as_bytes()).text, "Hei");
        for odd in ["", "=?", "Subject: =?x?b?!!?=\r\n\r\n=ZZ="] {
            Letter::read("", odd.as_bytes());
        }
    }
}

//! JSON as it is written by hand: with comments, hexadecimal numbers and a comma after the last item.

use serde_json::Value;

/// Reads it. What is plain JSON stays what it is.
pub(crate) fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&plain(text)))
}

/// The same as plain JSON, if it was nearly that.
fn plain(text: &str) -> String {
    let mut strict = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, instead) = match first {
            '"' => (string_end(rest), None),
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), Some(String::new())),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), Some(String::new())),
            '0' if rest.starts_with("0x") || rest.starts_with("0X") => hexadecimal(rest),
            ']' | '}' => {
                without_last_comma(&mut strict);
                (1, None)
            }
            other => (other.len_utf8(), None),
        };
        let (token, after) = rest.split_at(length);
        strict.push_str(instead.as_deref().unwrap_or(token));
        rest = after;
    }
    strict
}

/// Where a text in quotes ends.
fn string_end(text: &str) -> usize {
    let mut escaped = true;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// How long a number such as `0x1F` is, and what it is in tens.
fn hexadecimal(text: &str) -> (usize, Option<String>) {
    let end = text.char_indices().skip(2).find(|(_, c)| !c.is_ascii_hexdigit()).map_or(text.len(), |(at, _)| at);
    let number = text.get(2..end).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    (end, number.map(|number| number.to_string()))
}

fn without_last_comma(plain: &mut String) {
    let kept = plain.trim_end();
    if let Some(kept) = kept.strip_suffix(',') {
        plain.truncate(kept.len());
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::json;

    #[test]
    fn what_people_write_is_read() {
        let text = "[ // first\n { \"a\\\"//b\": 0xFF, /* all */ \"c\": [1, 0X0a,], },\n]";
        assert_eq!(parse(text).unwrap(), json!([{ "a\"//b": 255, "c": [1, 10] }]));
        assert_eq!(parse("{\"0x1\": \"0x1, ]\"}").unwrap(), json!({ "0x1": "0x1, ]" }));
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in ["", "[1", "\"open", "/*", "0x", "[0xFFFFFFFFFFFFFFFFFF]", "[,]x", "{a: 1}", "\"\\"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

use std::fmt;

/// Why something did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened, in plain words for staff and the log. It names no person and no secret.
    pub text: String,
    /// Whether a new try can help.
    pub hope: Hope,
}

/// Whether a new try can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hope {
    /// Later: the peer is away, busy, or asks for patience.
    Later,
    /// Not for this one: the peer will not have it.
    None,
    /// Once staff have mended something: a password, a certificate, a setting. It is no fault of what was to be sent.
    Mended,
}

/// The longest text of a peer that is passed on.
const TEXT_CHARS_MAX: usize = 300;

impl Failure {
    pub(crate) fn new(hope: Hope, text: impl fmt::Display) -> Self {
        Self { text: one_line(&text.to_string()), hope }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

/// What a peer says, as one line without control characters: it goes into logs and pages.
pub(crate) fn one_line(text: &str) -> String {
    let plain = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    plain.collect::<Vec<_>>().join(" ").chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_says_is_one_short_line() {
        assert_eq!(one_line("550 no\r\n\x1b[31mred\0 "), "550 no [31mred");
        assert_eq!(one_line(&"a ".repeat(10_000)).chars().count(), TEXT_CHARS_MAX);
    }
}

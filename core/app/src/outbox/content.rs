use model::Letter;
use serde_json::{Value, json};

/// What a delivery says, as it lies in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Letter(Letter),
}

impl Content {
    /// JSON: a field that a later release adds is no fault in an older row.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Self::Letter(letter) = self;
        let value = json!({ "letter": {
            "to": letter.to.as_str(),
            "language": letter.language.tag(),
            "subject": letter.subject,
            "page": letter.page,
            "unsubscribe": letter.unsubscribe,
        }});
        value.to_string().into_bytes()
    }

    /// None when this is nothing that [`to_bytes`](Self::to_bytes) wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let letter = value.get("letter")?;
        let text = |name: &str| letter.get(name)?.as_str();
        Some(Self::Letter(Letter {
            to: text("to")?.parse().ok()?,
            language: text("language")?.parse().ok()?,
            subject: text("subject")?.to_owned(),
            page: text("page")?.to_owned(),
            unsubscribe: text("unsubscribe").map(str::to_owned),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    #[test]
    fn a_letter_comes_back_from_its_bytes_and_nonsense_does_not() {
        let to = "kari@example.org".parse().unwrap();
        let unsubscribe = Some("https://a.example/out/7".to_owned());
        let (subject, page) = ("\"A\"\n".to_owned(), "B \u{1f525}".to_owned());
        let letter = Content::Letter(Letter { to, language: Language::Nn, subject, page, unsubscribe });
        assert_eq!(Content::from_bytes(&letter.to_bytes()), Some(letter));
        for nonsense in [&b""[..], b"{}", b"{\"letter\":{\"to\":\"x\"}}", b"\xff"] {
            assert_eq!(Content::from_bytes(nonsense), None);
        }
    }
}

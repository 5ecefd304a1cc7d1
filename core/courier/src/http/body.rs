use super::Broken;
use super::slots::filled as fill;
use model::Secrets;
use model::channel::Slot;
use std::fmt::Write as _;

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A JSON object. The box writes it, so a secret can stand only as a whole text.
    Json(Vec<(String, Slot)>),
    /// A form (application/x-www-form-urlencoded).
    Form(Vec<(String, Slot)>),
    /// A form with files (multipart/form-data).
    Multipart(Vec<Part>),
}

/// A part of a form with files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Name of the field.
    pub name: String,
    /// Name and media type of the file, when it is one.
    pub file: Option<(String, String)>,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Between parts. No picture has it by chance, and what a part says is looked through for it.
const BOUNDARY: &str = "allting-part-3f6c1b7a9e52d804";

impl Body {
    /// Media type and bytes.
    pub(super) fn to_bytes(&self, host: &str, secrets: &Secrets) -> Result<(Option<String>, Vec<u8>), Broken> {
        let filled = |fields: &[(String, Slot)]| {
            let pair = |(name, slot): &(String, Slot)| Ok((name.clone(), fill(slot, host, secrets)?));
            fields.iter().map(pair).collect::<Result<Vec<_>, Broken>>()
        };
        Ok(match self {
            Self::Empty => (None, Vec::new()),
            Self::Bytes(bytes) => (Some("application/octet-stream".to_owned()), bytes.clone()),
            Self::Json(fields) => {
                let fields: serde_json::Map<_, _> =
                    filled(fields)?.into_iter().map(|(name, text)| (name, serde_json::Value::from(text))).collect();
                (Some("application/json".to_owned()), serde_json::Value::Object(fields).to_string().into_bytes())
            }
            Self::Form(fields) => {
                let pairs: Vec<String> =
                    filled(fields)?.iter().map(|(name, text)| format!("{}={}", escaped(name), escaped(text))).collect();
                (Some("application/x-www-form-urlencoded".to_owned()), pairs.join("&").into_bytes())
            }
            Self::Multipart(parts) => (Some(format!("multipart/form-data; boundary={BOUNDARY}")), multipart(parts)?),
        })
    }
}

fn multipart(parts: &[Part]) -> Result<Vec<u8>, Broken> {
    let mut out = Vec::new();
    for part in parts {
        let contains = |bytes: &[u8]| bytes.windows(BOUNDARY.len()).any(|window| window == BOUNDARY.as_bytes());
        if contains(&part.content) {
            return Err(Broken::Unfit("a part holds what stands between parts".to_owned()));
        }
        let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name));
        // Writing to a text cannot fail.
        if let Some((name, kind)) = &part.file {
            let _ = write!(head, "; filename=\"{}\"\r\nContent-Type: {}", quoted(name), quoted(kind));
        }
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(&part.content);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Ok(out)
}

/// As browsers write names of fields: nothing in it ends the line or the quotes.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// As forms write it: all but letters, digits and `-._` by their numbers.
fn escaped(text: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

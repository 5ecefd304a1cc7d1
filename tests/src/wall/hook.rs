//! What a program is told by webhook, believed only with a sound signature (Standard Webhooks, "Verifying webhook authenticity").

use crate::peer::{Asked, Says, says};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac_of_sha2::{Hmac, Mac as _};
use model::Timestamp;
use serde_json::Value;
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What the box and the program both know.
pub const SECRET: &str = "whsec_ZGVtbyBzZWNyZXQgb2YgdGhlIHdhbGwgcGFnZQ==";
/// Older ones are not believed: somebody may have kept them.
const OLDEST: Duration = Duration::from_mins(5);
/// That are kept; the oldest goes first.
const KEPT_MAX: usize = 200;

/// What was told, the newest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Hooks(Arc<Mutex<VecDeque<Told>>>);

/// One thing that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    id: String,
    /// `publication.posted` ...
    pub(super) kind: String,
    pub(super) at: String,
    /// Title and text in each language.
    pub(super) texts: Vec<(String, String)>,
    pub(super) link: Option<String>,
    /// The words of its picture.
    pub(super) picture: Option<String>,
}

impl Hooks {
    /// Takes one; the same twice is one.
    pub(super) fn take(&self, asked: &Asked, now: Timestamp) -> Says {
        if !is_sound(asked, now) {
            return says(401, "The signature is not sound.");
        }
        let Some(told) = Told::read(asked) else { return says(422, "It is no JSON with type, timestamp and data.") };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|known| known.id != told.id) {
            kept.push_front(told);
            kept.truncate(KEPT_MAX);
        }
        says(204, "")
    }

    pub(super) fn list(&self) -> Vec<Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Told {
    fn read(asked: &Asked) -> Option<Self> {
        let said: Value = serde_json::from_slice(&asked.body).ok()?;
        let word = |at: &str| said.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let texts = said.pointer("/data/texts").and_then(Value::as_array).into_iter().flatten();
        let part = |text: &Value, name: &str| text.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self {
            id: asked.headers.get("webhook-id")?.clone(),
            kind: word("/type")?,
            at: word("/timestamp")?,
            texts: texts.map(|text| (part(text, "title"), part(text, "body"))).collect(),
            link: word("/data/link"),
            picture: word("/data/picture"),
        })
    }
}

/// Signed with our secret, and lately.
fn is_sound(asked: &Asked, now: Timestamp) -> bool {
    let header = |name: &str| asked.headers.get(name).map(String::as_str).unwrap_or_default();
    let (id, seconds) = (header("webhook-id"), header("webhook-timestamp"));
    let Ok(at) = seconds.parse::<i64>().map(Timestamp::from_seconds) else { return false };
    let lately = at.since(now).max(now.since(at)) <= OLDEST;
    let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap_or_default();
    let signed = |signature: &[u8]| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
        mac.update(&[id.as_bytes(), b".", seconds.as_bytes(), b".", &asked.body].concat());
        mac.verify_slice(signature).is_ok()
    };
    let mut signatures = header("webhook-signature").split(' ').filter_map(|one| one.strip_prefix("v1,"));
    !id.is_empty() && lately && signatures.any(|one| STANDARD.decode(one).is_ok_and(|one| signed(&one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_674_087_231);

    fn told(body: &str, signature: &str) -> Asked {
        let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", "1674087231"), ("webhook-signature", signature)];
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Asked { method: "POST".to_owned(), path: "/hook".to_owned(), headers, body: body.into() }
    }

    #[test]
    fn only_what_was_signed_lately_is_believed_and_the_same_twice_is_one() {
        let body = r#"{"type":"publication.posted","timestamp":"2023-01-19T00:13:51Z","data":{"link":"http://b"}}"#;
        let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("msg_1.1674087231.{body}").as_bytes());
        let signature = format!("v1,AAAA v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let (hooks, sound) = (Hooks::default(), told(body, &signature));
        let status = |says: Says| if let Says::Answer(status, ..) = says { status } else { 0 };
        for (asked, now, expected) in [
            (told(&body.replace("posted", "pasted"), &signature), NOW, 401),
            (told(body, ""), NOW, 401),
            (sound.clone(), NOW + Duration::from_mins(6), 401),
            (sound.clone(), NOW, 204),
            (sound, NOW, 204),
        ] {
            assert_eq!(status(hooks.take(&asked, now)), expected);
        }
        let [one] = hooks.list().try_into().unwrap();
        assert_eq!((one.kind.as_str(), one.link.as_deref()), ("publication.posted", Some("http://b")));
    }
}

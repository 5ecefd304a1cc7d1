//! Messages to browsers: encrypted for one browser alone (RFC 8291), signed as from this box (VAPID, RFC 8292), and handed to its push
//! service (RFC 8030), which learns for whom they are and when, and not what they say.

mod key;
mod sealed;

pub use key::PushKey;
pub use sealed::PUSH_BYTES_MAX;

use crate::failure::{Failure, Hope};
use crate::http::{Body, Broken, Http, HttpRequest, HttpResponse};
use crate::reach::Reach;
use model::channel::{Slot, Verb};
use model::{Browser, Secrets, Timestamp};
use sealed::sealed;
use std::time::Duration;
use url::Url;

/// A message for one browser.
#[derive(Clone, Debug)]
pub struct PushMessage<'a> {
    /// For which.
    pub to: &'a Browser,
    /// What its worker reads; at most [`PUSH_BYTES_MAX`].
    pub said: &'a [u8],
    /// What is not delivered yet is replaced by a later message of the same topic: at most 32 letters of base64url.
    pub topic: &'a str,
    /// How long the service keeps it for a browser that is away.
    pub lifetime: Duration,
}

/// What a push service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It takes care of it.
    Taken,
    /// There is no such browser any more: it asked for no more, or is gone for good.
    Gone,
    /// It asks to be left alone for so long, where it says how long.
    Busy(Option<Duration>),
    /// It did not take it.
    Failed(Failure),
}

impl Http {
    /// Hands a message to the push service of its browser, as far as `reach` lets it. `contact` is where the service finds whoever runs
    /// this box: `https:` or `mailto:`.
    pub async fn push(
        &self,
        message: &PushMessage<'_>,
        key: &PushKey,
        contact: &str,
        reach: &Reach,
        now: Timestamp,
    ) -> Pushed {
        let request = match request(message, key, contact, now) {
            Ok(request) => request,
            Err(failure) => return Pushed::Failed(failure),
        };
        match self.send(&request, reach, &Secrets::default()).await {
            Ok(response) => heard(&response),
            Err(broken) => Pushed::Failed(failed(&broken)),
        }
    }
}

fn request(message: &PushMessage<'_>, key: &PushKey, contact: &str, now: Timestamp) -> Result<HttpRequest, Failure> {
    let unfit = |why: &str| Failure::new(Hope::None, why);
    let address = Url::parse(message.to.endpoint()).map_err(|_| unfit("its push service has no sound address"))?;
    let token = key.token(&address.origin().ascii_serialization(), contact, now);
    let token = token.ok_or_else(|| unfit("the box could not sign as itself"))?;
    let body = sealed(message.said, message.to).ok_or_else(|| unfit("it cannot be encrypted for that browser"))?;
    let header = |name: &str, value: String| (name.to_owned(), Slot::Plain(value));
    let headers = vec![
        header("ttl", message.lifetime.as_secs().to_string()),
        header("urgency", "normal".to_owned()),
        header("topic", message.topic.to_owned()),
        header("content-encoding", "aes128gcm".to_owned()),
        header("authorization", format!("vapid t={token},k={}", key.public())),
    ];
    let url = Slot::Plain(message.to.endpoint().to_owned());
    Ok(HttpRequest { verb: Verb::Post, url, headers, body: Body::Bytes(body), keep: Vec::new() })
}

/// What it says is not passed on: it may repeat the address.
fn heard(response: &HttpResponse) -> Pushed {
    let failed = |hope| Pushed::Failed(Failure::new(hope, format!("the push service answered {}", response.status)));
    match response.status {
        200..=299 => Pushed::Taken,
        404 | 410 => Pushed::Gone,
        429 => Pushed::Busy(retry_after(response)),
        500..=599 => failed(Hope::Later),
        _ => failed(Hope::None),
    }
}

/// In seconds; a date, which the standard allows too, push services do not send.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let (_, value) = response.headers.iter().find(|(name, _)| name == "retry-after")?;
    value.trim().parse().ok().map(Duration::from_secs)
}

fn failed(broken: &Broken) -> Failure {
    let hope = match broken {
        Broken::Unreachable(_) | Broken::Garbled(_) | Broken::TimedOut => Hope::Later,
        // Whoever sends 3 GB to say yes is asked no second time.
        Broken::NotGranted(_) | Broken::TooBig | Broken::Unfit(_) => Hope::None,
    };
    Failure::new(hope, broken)
}

#[cfg(test)]
mod tests;

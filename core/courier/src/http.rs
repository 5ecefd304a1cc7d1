//! One request to somebody outside: looked up once, every address checked, the checked one dialled, no redirect followed, and an end to
//! everything: time, length, patience.

mod body;
mod dial;
mod slots;

pub(crate) use dial::{Dialler, Line};

use crate::failure::one_line;
use crate::mqtt;
use crate::reach::{Reach, Target};
pub use body::{Body, Part};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use model::channel::{Messages, Slot, Verb};
use model::{Secret, Secrets, Slug};
use slots::{filled, may_go_to, whole_address};
use std::fmt;
use std::time::Duration;
use tokio::time::timeout;

/// The longest answer that is read: the contract says so (`response`).
pub const RESPONSE_BYTES_MAX: usize = 256 << 10;
/// The longest body that is sent: a picture, and what goes with it.
pub const BODY_BYTES_MAX: usize = 16 << 20;
/// Headers of an answer beyond this are of no use to anybody.
const HEADERS_MAX: usize = 64;
/// What the head of an answer may take.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// One exchange, from the first byte to the last.
const EXCHANGE_MAX: Duration = Duration::from_mins(1);

/// A request, with names in the place of secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRequest {
    /// What is done.
    pub verb: Verb,
    /// To what. A secret stands for the whole address, never for a part.
    pub url: Slot,
    /// Headers; those that make the line itself (`host`, `content-length`, ...) are the box's.
    pub headers: Vec<(String, Slot)>,
    /// What is sent.
    pub body: Body,
    /// Texts of a JSON answer that are secrets, by their JSON Pointer, and what they are called from then on.
    pub keep: Vec<(String, Slug)>,
}

/// An answer. Secrets in it are blanked; a redirect is an answer like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// Its code.
    pub status: u16,
    /// Its headers, those that are text.
    pub headers: Vec<(String, String)>,
    /// What it says.
    pub body: Vec<u8>,
    /// The secrets in it that were asked for. Only the host they came from may be shown them.
    pub kept: Vec<(Slug, Secret)>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It may not be asked.
    #[error("not granted: {0}")]
    NotGranted(String),
    /// Nobody is there; nothing was said.
    #[error("{0}")]
    Unreachable(String),
    /// The line ended, or what came back makes no sense. What was said may have been heard.
    #[error("{0}")]
    Garbled(String),
    /// It took too long.
    #[error("it took too long to answer")]
    TimedOut,
    /// It says more than is read.
    #[error("it answered with more than {} KiB", RESPONSE_BYTES_MAX >> 10)]
    TooBig,
    /// The request itself makes no sense.
    #[error("{0}")]
    Unfit(String),
}

/// Sends requests. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    dialler: Dialler,
}

impl Http {
    /// Trusts what this machine trusts.
    pub fn new() -> Self {
        Self { dialler: Dialler::of_this_machine(&[]) }
    }

    /// Trusts this issuer too, a root certificate as PEM.
    pub fn trusting(root: &[u8]) -> Self {
        Self { dialler: Dialler::of_this_machine(root) }
    }

    /// Says messages to a broker, with the secrets that it may be shown. `who` is what the box is to it.
    pub async fn publish(&self, said: &Messages, who: &str, reach: &Reach, secrets: &Secrets) -> Result<(), Broken> {
        let target = reach.check_broker(&said.address).map_err(|refused| Broken::NotGranted(refused.0))?;
        let password = match &said.login {
            None => None,
            Some((user, name)) => Some((user.as_str(), filled(&Slot::Secret(name.clone()), &target.host, secrets)?)),
        };
        let exchanged = timeout(EXCHANGE_MAX, async {
            let line = self.dialler.dial(&target).await?;
            mqtt::say(line, &target.host, who, password, &said.messages).await
        });
        exchanged.await.unwrap_or(Err(Broken::TimedOut))
    }

    #[cfg(test)]
    pub(crate) fn with(dialler: Dialler) -> Self {
        Self { dialler }
    }

    /// Sends a request as far as `reach` lets it, with the secrets that its host may be shown.
    pub async fn send(&self, request: &HttpRequest, reach: &Reach, secrets: &Secrets) -> Result<HttpResponse, Broken> {
        let address = whole_address(&request.url, secrets)?;
        let target = reach.check(&address).map_err(|refused| Broken::NotGranted(secrets.blank(&refused.0)))?;
        if !may_go_to(&request.url, &target.host, secrets) {
            return Err(Broken::NotGranted(format!("the secret address may not be shown to {}", target.host)));
        }
        let ready = ready(request, &target, secrets)?;
        let exchanged = timeout(EXCHANGE_MAX, self.exchange(ready, &target)).await;
        let response = exchanged.unwrap_or(Err(Broken::TimedOut));
        let plain = |why: String| one_line(&secrets.blank(&why));
        let mut response = response.map_err(|broken| match broken {
            Broken::Unreachable(why) => Broken::Unreachable(plain(why)),
            Broken::Garbled(why) => Broken::Garbled(plain(why)),
            other => other,
        })?;
        response.kept = kept(&request.keep, &response.body, &target.host);
        let all = response.kept.iter().cloned().fold(secrets.clone(), |all, (name, secret)| all.with(name, secret));
        Ok(blanked(response, &all))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>, target: &Target) -> Result<HttpResponse, Broken> {
        let line = self.dialler.dial(target).await?;
        let garbled = |error: hyper::Error| Broken::Garbled(format!("{}: {}", target.host, deepest(&error)));
        let handshake =
            hyper::client::conn::http1::Builder::new().max_buf_size(HEAD_BYTES_MAX).handshake(TokioIo::new(line));
        let (mut sender, connection) = handshake.await.map_err(garbled)?;
        // It ends with the exchange: when the sender is dropped nothing is read any more.
        let talk = tokio::spawn(connection);
        let response = async {
            let response = sender.send_request(request).await.map_err(garbled)?;
            read(response, target).await
        };
        let response = response.await;
        talk.abort();
        response
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

async fn read(response: hyper::Response<Incoming>, target: &Target) -> Result<HttpResponse, Broken> {
    let (head, body) = response.into_parts();
    let text = |(name, value): (&HeaderName, &HeaderValue)| Some((name.to_string(), value.to_str().ok()?.to_owned()));
    let headers = head.headers.iter().filter_map(text).take(HEADERS_MAX).collect();
    let body = Limited::new(body, RESPONSE_BYTES_MAX).collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            Broken::TooBig
        } else {
            Broken::Garbled(format!("{}: {}", target.host, deepest(&*error)))
        }
    })?;
    Ok(HttpResponse { status: head.status.as_u16(), headers, body: body.to_bytes().to_vec(), kept: Vec::new() })
}

/// The request as it goes over the line.
fn ready(request: &HttpRequest, target: &Target, secrets: &Secrets) -> Result<Request<Full<Bytes>>, Broken> {
    let unfit = |what: &str| Broken::Unfit(what.to_owned());
    let url = &target.url;
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let path: Uri = path.parse().map_err(|_| unfit("the path of the address cannot be sent"))?;
    let (kind, body) = request.body.to_bytes(&target.host, secrets)?;
    if body.len() > BODY_BYTES_MAX {
        return Err(unfit("what it wanted to send is too long"));
    }
    let method = match request.verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
        Verb::Delete => Method::DELETE,
    };
    let mut ready = Request::builder().method(method).uri(path);
    let default_port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    ready = ready.header(HOST, format!("{}{default_port}", url.host_str().unwrap_or_default()));
    ready = ready.header(USER_AGENT, concat!("Allting/", env!("CARGO_PKG_VERSION")));
    if let Some(kind) =
        kind.filter(|_| !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")))
    {
        ready = ready.header(CONTENT_TYPE, kind);
    }
    for (name, slot) in &request.headers {
        let name: HeaderName = name.parse().map_err(|_| unfit("a header has a name that cannot be sent"))?;
        if OURS.contains(&name.as_str()) {
            return Err(Broken::Unfit(format!("the header `{name}` is the box's own")));
        }
        let value = filled(slot, &target.host, secrets)?;
        let mut value: HeaderValue = value.parse().map_err(|_| unfit("a header has a value that cannot be sent"))?;
        value.set_sensitive(!matches!(slot, Slot::Plain(_)));
        ready = ready.header(name, value);
    }
    ready.body(Full::new(Bytes::from(body))).map_err(|_| unfit("the request cannot be sent"))
}

/// Headers that make the line itself: who writes these could speak to somebody else than was granted.
const OURS: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "proxy-authorization",
];

fn blanked(response: HttpResponse, secrets: &Secrets) -> HttpResponse {
    let headers = response.headers.into_iter().map(|(name, value)| (name, secrets.blank(&value))).collect();
    // What is no text holds no secret that anybody could read back as one.
    let body = match String::from_utf8(response.body) {
        Ok(text) => secrets.blank(&text).into_bytes(),
        Err(bytes) => bytes.into_bytes(),
    };
    HttpResponse { headers, body, ..response }
}

/// The texts of an answer that its sender wants kept from itself.
fn kept(keep: &[(String, Slug)], body: &[u8], host: &str) -> Vec<(Slug, Secret)> {
    if keep.is_empty() {
        return Vec::new();
    }
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else { return Vec::new() };
    let secret = |(pointer, name): &(String, Slug)| {
        let value = json.pointer(pointer)?.as_str()?.to_owned();
        Some((name.clone(), Secret::new(value, vec![host.to_owned()])))
    };
    keep.iter().filter_map(secret).collect()
}

/// The cause of causes: "connection refused", not "client error".
fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests;

use super::super::{Language, Slug, Timestamp};
use std::time::Duration;

/// What a channel wants remembered, and what is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// For the channel alone; at most 64 KiB.
    pub state: Vec<u8>,
    /// What is to be done.
    pub step: Step,
}

/// What a channel asks of the box.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A web request.
    Http(Request),
    /// Mail to an audience.
    Mail(ToAudience),
    /// Messages to a broker.
    Mqtt(Messages),
    /// Push to an audience.
    Push(ToBrowsers),
    /// To be left alone for so long, or longer.
    Wait(Duration),
    /// It is out, taken back or corrected.
    Done(Receipt),
    /// A collection is complete.
    Gathered(Harvest),
    /// It did not work.
    Fail(Failure),
}

/// What is done to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Reads.
    Get,
    /// Adds.
    Post,
    /// Puts in place.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

/// A place in a request where a text stands, or the name of a secret. The text of a secret is known to the box alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// As it is.
    Plain(String),
    /// The secret itself.
    Secret(Slug),
    /// `Bearer` and the secret.
    Bearer(Slug),
    /// User and secret, as HTTP has it (RFC 7617).
    Basic(String, Slug),
    /// A signature over bytes (HMAC-SHA256).
    Hmac {
        /// The key. `whsec_` before it says that the rest is base64.
        secret: Slug,
        /// What is signed.
        over: Vec<u8>,
        /// What stands before the signature: `v1,`.
        before: String,
        /// How it is written.
        encoding: Encoding,
    },
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// RFC 4648, section 4.
    Base64,
    /// Small letters.
    Hex,
}

/// A web request, with names in the place of secrets and files.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is done.
    pub verb: Verb,
    /// To what: a text, or a secret that is a whole address.
    pub url: Slot,
    /// Headers.
    pub headers: Vec<(String, Slot)>,
    /// What is sent.
    pub body: RequestBody,
    /// Texts of a JSON answer that are secrets, by their JSON Pointer, and what they are called from then on.
    pub keep: Vec<(String, Slug)>,
}

/// What a request sends.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestBody {
    /// Nothing.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file that the box holds, by its name.
    File(String),
    /// A JSON object of texts.
    Json(Vec<(String, Slot)>),
    /// A form.
    Form(Vec<(String, Slot)>),
    /// A form with files.
    Multipart(Vec<Part>),
}

/// A part of a form with files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Name of the field.
    pub name: String,
    /// Name of the file, when it is one.
    pub filename: Option<String>,
    /// What is in it.
    pub content: PartContent,
}

/// What is in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// A text.
    Text(String),
    /// A file that the box holds, by its name.
    File(String),
}

/// Something for an audience: whoever is in it the channel never learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToAudience {
    /// Which one.
    pub audience: String,
    /// In which language it is.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// `CommonMark`.
    pub page: String,
}

/// Something for the browsers of an audience: whoever is in it the channel never learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToBrowsers {
    /// Which one.
    pub audience: String,
    /// In which language it is.
    pub language: Language,
    /// One line.
    pub title: String,
    /// Plain text.
    pub body: String,
    /// Where a tap leads; none: to the news of the portal.
    pub link: Option<String>,
    /// After so long it is worth nothing to a browser that was not reached.
    pub lifetime: Duration,
}

/// Messages to one broker, over one line, in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Messages {
    /// `mqtt://host[:port]` or `mqtts://host[:port]`.
    pub address: String,
    /// Who the box is to the broker.
    pub login: Option<(String, Slug)>,
    /// What is said.
    pub messages: Vec<Message>,
}

/// One message to a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// About what.
    pub topic: String,
    /// What.
    pub payload: Vec<u8>,
    /// The broker keeps it for those who come later.
    pub retain: bool,
    /// The broker must say that it has it.
    pub at_least_once: bool,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A web answer.
    Http(Answer),
    /// Accepted for how many.
    Sent(u32),
    /// The time is over.
    Waited,
    /// It could not be done.
    Broken(Breakage),
}

/// A web answer. Secrets in it are blanked; a redirect is an answer like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its code.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// What it says; at most 256 KiB.
    pub body: Vec<u8>,
}

/// Why a step could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breakage {
    /// It may not be done.
    NotGranted(String),
    /// Nothing was said to the peer.
    Unreachable(String),
    /// It took too long.
    TimedOut,
    /// The line ended, or what came back made no sense.
    Garbled(String),
    /// The answer is longer than is read.
    TooBig,
    /// Anything else.
    Other(String),
}

/// What a peer says of something that is out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The peer's own name for it; one line.
    pub handle: String,
    /// Where it can be seen.
    pub link: Option<String>,
    /// Whom it reached, where that is known.
    pub people: Option<u32>,
}

/// Why a channel gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In plain words, for staff.
    pub text: String,
    /// After how long beginning anew may help; none: it will not.
    pub again_after: Option<Duration>,
    /// Staff must act first, and the channel stands still until then.
    pub needs_steward: bool,
}

/// What came back from where something was posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Harvest {
    /// What people said.
    pub comments: Vec<Comment>,
    /// How many saw, liked or shared it.
    pub reach: Vec<Reach>,
    /// Comments that were brought before and that their authors took back since: the peer's names for them.
    pub gone: Vec<String>,
    /// From where to go on next time.
    pub bookmark: Vec<u8>,
    /// When the token that the channel speaks with ends, where the peer said so.
    pub token_ends: Option<Timestamp>,
}

/// What somebody said under a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The peer's name for it.
    pub handle: String,
    /// The peer's name for what it answers.
    pub in_reply_to: String,
    /// As the peer shows it; nobody reads it before it is a pseudonym.
    pub author: String,
    /// When it was said.
    pub at: Timestamp,
    /// In which language, as the peer has it.
    pub language: Option<String>,
    /// What was said.
    pub text: String,
    /// Where it can be seen.
    pub link: Option<String>,
}

/// How many did something with a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The peer's name for the post.
    pub handle: String,
    /// What they did: `seen`, `liked`, `shared`, `replied`.
    pub what: String,
    /// How many.
    pub count: u64,
}

//! Ways out of the box: what a municipality planned, what a channel composes, and the steps it takes.

mod plan;
mod step;

pub use plan::{ChannelPlan, HostGrant, ParseQuietHoursError, QuietHours};
pub use step::{
    Answer, Breakage, Comment, Encoding, Failure, Harvest, Message, Messages, Part, PartContent, Reach, Receipt, Reply,
    Request, RequestBody, Slot, Step, ToAudience, ToBrowsers, Turn, Verb,
};

use crate::{Language, Words};

/// One message as it will be read, made of a [`Publication`](crate::Publication) for one channel: what is approved is what is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// In which language.
    pub language: Language,
    /// One line; empty where the channel has none.
    pub title: String,
    /// Plain text.
    pub body: String,
    /// Where it leads.
    pub link: Option<String>,
    /// What its picture shows; none when it goes without one. The picture is that of the publication.
    pub picture: Option<Words>,
    /// Characters used, as the channel counts them.
    pub length: u32,
    /// Characters allowed; 0 = no limit.
    pub limit: u32,
    /// Billable units.
    pub cost: u32,
    /// For the channel alone.
    pub note: Vec<u8>,
}

/// What a channel is told at each turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// JSON, as the channel is configured.
    pub settings: String,
    /// The same for every try of the same post.
    pub idempotency_key: String,
    /// When this turn began.
    pub now: crate::Timestamp,
}

/// What a channel can do beside asking the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Mail to an audience.
    Mail,
    /// Messages to a broker.
    Mqtt,
    /// Push to an audience.
    Push,
    /// Bring back comments and reach.
    Collect,
    /// Change what went out.
    Correct,
    /// Take back what went out.
    Withdraw,
    /// Answer a comment.
    Answer,
}

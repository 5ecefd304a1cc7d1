use crate::{Hex, Slug, Timestamp};
use std::fmt;

/// Number of a delivery. It rises, and none is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub u64);

/// By what something leaves the box: `mail`, or the name of a channel in the folder.
pub type ChannelId = Slug;

/// One thing that is to leave the box once, and how far it has come. What it says is kept apart, for it may name a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which one.
    pub id: DeliveryId,
    /// By what it leaves.
    pub channel: ChannelId,
    /// What caused it, for staff: `rule library-busy`. It names no person.
    pub cause: String,
    /// The same for every try, and for the same cause after a backup came back.
    pub key: DeliveryKey,
    /// When its cause came about.
    pub queued_at: Timestamp,
    /// It is not tried before.
    pub due_at: Timestamp,
    /// After this it has no value, and is not sent any more.
    pub expires_at: Option<Timestamp>,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was begun.
    pub tries: u32,
    /// When it last came further, or failed to.
    pub changed_at: Timestamp,
    /// What the peer last said, in plain words for staff; empty before the first try. It names no person and no secret.
    pub said: String,
    /// Billable units.
    pub cost: u32,
    /// What the peer calls it, once it is out.
    pub handle: Option<String>,
    /// Where it can be seen, once it is out.
    pub link: Option<String>,
}

/// By which a peer knows that two tries are one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryKey(pub [u8; 32]);

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// It waits for its time, or for the next try.
    Waiting,
    /// A peer took it.
    Sent,
    /// It was given up. Staff can read why, and send it again.
    Dead,
    /// Staff, or what caused it, took it back before it was sent.
    Withdrawn,
    /// Its time was over before it could be sent.
    Expired,
}

impl Delivery {
    /// Whether it may still be sent without anybody's doing.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, DeliveryState::Waiting)
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// 32 hexadecimal digits: half of the key is more than enough to tell two apart.
impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0[..16]).fmt(f)
    }
}

use crate::{ChannelId, PlaceId, PublicationText, Timestamp, Words};

/// Number of a publication. It rises, and none is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicationId(pub u64);

/// A publication as the box keeps it: what is to be said, who wants it, and how far it has come. Its picture is kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicationRecord {
    /// Which one.
    pub id: PublicationId,
    /// A name that no other has.
    pub name: String,
    /// What caused it.
    pub author: Author,
    /// The place it is about.
    pub place: Option<PlaceId>,
    /// The same thing in several languages, best first.
    pub texts: Vec<PublicationText>,
    /// Where people can answer.
    pub door: Option<String>,
    /// What its picture shows, when it has one.
    pub alternative: Option<Words>,
    /// By which channels; none: by all.
    pub channels: Option<Vec<ChannelId>>,
    /// When it came about.
    pub made_at: Timestamp,
    /// It does not leave before.
    pub due_at: Timestamp,
    /// After this it has no value.
    pub expires_at: Option<Timestamp>,
    /// How far it has come.
    pub state: PublicationState,
    /// When it last came further.
    pub changed_at: Timestamp,
    /// Who approved or refused it.
    pub looked_by: Option<String>,
}

/// Who wants something said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A rule of the folder, by its name.
    Rule(String),
    /// Somebody of the staff, by name.
    Staff(String),
}

/// How far a publication has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicationState {
    /// A second pair of eyes has to look at it.
    Waiting,
    /// It was put into the outbox, for each of its channels.
    Queued,
    /// Staff looked at it, and it does not leave.
    Refused,
    /// Nobody looked at it while it had value.
    Expired,
    /// It was taken back.
    Withdrawn,
}

impl PublicationRecord {
    /// Whether somebody has to look at it still.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, PublicationState::Waiting)
    }
}

use crate::activity::ActivityId;
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
    /// The activity it is about.
    pub activity: Option<ActivityId>,
    /// The same thing in several languages, best first.
    pub texts: Vec<PublicationText>,
    /// Where people can answer.
    pub door: Option<String>,
    /// Which picture goes with it.
    pub shows: Shows,
    /// What its picture shows, in words, when it has one.
    pub alternative: Option<Words>,
    /// By which channels; none: by all.
    pub channels: Option<Vec<ChannelId>>,
    /// When it came about.
    pub made_at: Timestamp,
    /// It does not leave before; once it is on its way, when the public may see it.
    pub due_at: Timestamp,
    /// After this it has no value.
    pub expires_at: Option<Timestamp>,
    /// How far it has come.
    pub state: PublicationState,
    /// When it last came further.
    pub changed_at: Timestamp,
    /// Who approved or refused it.
    pub looked_by: Option<String>,
    /// How often it was written anew: a form says which writing it is about.
    pub revision: u32,
    /// When its texts were put right after it was out.
    pub corrected_at: Option<Timestamp>,
}

/// Who wants something said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A rule of the folder, by its name.
    Rule(String),
    /// Somebody of the staff, by name: who wrote it last.
    Staff(String),
}

/// Which picture goes with a publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shows {
    /// None.
    #[default]
    Nothing,
    /// The place it is about, as it is when it leaves.
    Place,
    /// One that staff brought.
    Own,
}

/// How far a publication has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicationState {
    /// Staff write it still.
    Draft,
    /// A second pair of eyes has to look at it.
    Waiting,
    /// It was put into the outbox, for each of its channels.
    Queued,
    /// Staff looked at it, and it does not leave.
    Refused,
    /// Nobody looked at it while it had value.
    Expired,
    /// It was taken back after it was put into the outbox.
    Withdrawn,
}

impl PublicationRecord {
    /// Whether everybody may read it, or may read that it was taken back.
    pub fn is_public(&self, now: Timestamp) -> bool {
        match self.state {
            PublicationState::Queued => self.due_at <= now,
            PublicationState::Withdrawn => self.due_at <= self.changed_at,
            _ => false,
        }
    }

    /// Whether its time is still to come.
    pub fn is_scheduled(&self, now: Timestamp) -> bool {
        self.state == PublicationState::Queued && self.due_at > now
    }

    /// Whether somebody has to look at it still.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, PublicationState::Waiting)
    }
}

use crate::activity::{ActivityId, Moderation};
use crate::{ChannelId, DeliveryId, Language, PlaceId, Timestamp};
use std::time::Duration;

/// Number of a remark. It rises, and none is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemarkId(pub u64);

/// What somebody wrote under a place in the portal, or under a post elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Which one.
    pub id: RemarkId,
    /// What it is said about.
    pub about: About,
    /// From where it came.
    pub source: Source,
    /// When it was said.
    pub at: Timestamp,
    /// When its author changed it, if they did.
    pub edited: Option<Timestamp>,
    /// What was said: plain text.
    pub text: String,
    /// In which language, as the channel has it.
    pub language: Option<String>,
    /// Who may see it.
    pub sight: Sight,
    /// Whether the municipality answered.
    pub reply: RemarkReply,
}

/// What a remark is about: where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// A place.
    Place(PlaceId),
    /// An activity.
    Activity(ActivityId),
    /// A post that was about neither.
    Municipality,
}

/// From where a remark came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Written in the portal.
    Portal(Participant),
    /// Brought back by a channel.
    Channel(Heard),
}

/// Who somebody is who writes in the portal, as they say themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Participant {
    /// Lives here.
    Citizen,
    /// Comes from elsewhere.
    Visitor,
}

/// What is known of a remark that a channel brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Which channel.
    pub channel: ChannelId,
    /// The peer's name for it.
    pub handle: String,
    /// Where it can be seen.
    pub link: Option<String>,
    /// Follows from who wrote it, and leads back to nobody.
    pub author: u64,
}

/// Who may see a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Its author and staff: nobody has looked at it yet.
    Waiting,
    /// Everybody.
    Shown,
    /// Its author, who is told why in these words, and staff.
    Hidden(String),
}

/// Whether the municipality answered a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemarkReply {
    /// Not yet.
    Open,
    /// Staff looked, and there is nothing to answer.
    NotNeeded,
    /// It did.
    Given(RemarkAnswer),
}

/// What the municipality answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemarkAnswer {
    /// What.
    pub text: String,
    /// In which language.
    pub language: Language,
    /// When.
    pub at: Timestamp,
}

/// What can be known of a remark without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemarkHead {
    /// Which one.
    pub id: RemarkId,
    /// What it is said about.
    pub about: About,
    /// The channel that brought it, or who wrote it in the portal.
    pub door: RemarkDoor,
    /// When it was said.
    pub at: Timestamp,
    /// Who may see it.
    pub sight: HeadSight,
    /// Whether it was answered, or need not be.
    pub reply: HeadReply,
}

/// By which door a remark came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkDoor {
    /// The portal.
    Portal(Participant),
    /// A channel.
    Channel(ChannelId),
}

/// [`Sight`] without its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeadSight {
    /// Nobody has looked at it yet.
    Waiting,
    /// Everybody may see it.
    Shown,
    /// Nobody may.
    Hidden,
}

/// [`RemarkReply`] without its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeadReply {
    /// Not yet.
    Open,
    /// There is nothing to answer.
    NotNeeded,
    /// Given.
    Given,
}

impl Remark {
    /// What can be known without reading it.
    pub fn head(&self) -> RemarkHead {
        RemarkHead {
            id: self.id,
            about: self.about.clone(),
            door: match &self.source {
                Source::Portal(who) => RemarkDoor::Portal(*who),
                Source::Channel(heard) => RemarkDoor::Channel(heard.channel.clone()),
            },
            at: self.at,
            sight: match self.sight {
                Sight::Waiting => HeadSight::Waiting,
                Sight::Shown => HeadSight::Shown,
                Sight::Hidden(_) => HeadSight::Hidden,
            },
            reply: match self.reply {
                RemarkReply::Open => HeadReply::Open,
                RemarkReply::NotNeeded => HeadReply::NotNeeded,
                RemarkReply::Given(_) => HeadReply::Given,
            },
        }
    }
}

impl RemarkHead {
    /// Whether everybody may see it.
    pub const fn is_shown(&self) -> bool {
        matches!(self.sight, HeadSight::Shown)
    }

    /// Whether staff have to look at it.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.sight, HeadSight::Waiting)
    }

    /// Whether everybody sees it, and nobody answered.
    pub const fn is_unanswered(&self) -> bool {
        self.is_shown() && matches!(self.reply, HeadReply::Open)
    }
}

/// How many did something with a post, as a peer last said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostReach {
    /// When it was asked.
    pub at: Timestamp,
    /// What they did (`seen`, `liked`, `shared`, `replied`), and how many.
    pub counts: Vec<(String, u64)>,
}

/// From where a channel's comments are collected next time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookmark {
    /// For the channel alone.
    pub place: Vec<u8>,
    /// When it was last collected to the end.
    pub at: Timestamp,
}

/// What is collected from where: the deliveries of one channel that are out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The delivery.
    pub delivery: DeliveryId,
    /// What the peer calls its posts.
    pub handles: Vec<String>,
    /// Where the first of them can be seen.
    pub link: Option<String>,
    /// What it is about.
    pub about: About,
    /// When it went out.
    pub at: Timestamp,
}

/// How the municipality lets people talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TalkPlan {
    /// When what people write is shown to others.
    pub moderation: Moderation,
    /// Remarks are kept for so long.
    pub keep: Duration,
}

impl Default for TalkPlan {
    fn default() -> Self {
        Self { moderation: Moderation::Before, keep: Duration::from_hours(365 * 24) }
    }
}

use crate::activity::ActivityId;
use crate::{Language, MailAddress, Slug, Timestamp, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The citizen panel, as the municipality set it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelPlan {
    /// What it is called.
    pub title: Words,
    /// What it is for, in a sentence or two.
    pub about: Words,
    /// Members are at least so old.
    pub age: u8,
    /// What members may tell of themselves.
    pub profile: Vec<ProfileItem>,
    /// What they may want to be asked about.
    pub interests: Vec<PanelChoice>,
    /// So many letters that ask something, at most, within [`letters_within`](Self::letters_within), for each member.
    pub letters: u32,
    /// The time for which [`letters`](Self::letters) is counted.
    pub letters_within: Duration,
    /// Who has not answered is reminded after so long at the earliest.
    pub reminder_after: Duration,
    /// The link of the letter to somebody who wants to join holds so long.
    pub confirm_within: Duration,
    /// A part of the panel with fewer members than this is not asked, and not counted.
    pub smallest_segment: u32,
    /// The survey that new members are invited to.
    pub welcome: Option<ActivityId>,
}

/// One thing that members may tell of themselves, such as their age band. Its name is the key of the same question in a survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileItem {
    /// Its name: `age`.
    pub id: Slug,
    /// What people call it.
    pub name: Words,
    /// Why it is asked.
    pub reason: Words,
    /// What may be told.
    pub options: Vec<PanelChoice>,
    /// Whether several of them may be.
    pub several: bool,
}

impl ProfileItem {
    /// What people call one of its options.
    pub fn option_name(&self, option: &str) -> Option<&Words> {
        self.options.iter().find(|own| own.id.as_str() == option).map(|own| &own.name)
    }

    /// Those of these options that may be told of it: one, unless it allows several.
    pub fn told<'a>(&self, options: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        let known = |option: &&str| self.options.iter().any(|own| own.id.as_str() == *option);
        let most = if self.several { usize::MAX } else { 1 };
        options.into_iter().filter(known).take(most).map(str::to_owned).collect()
    }
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelChoice {
    /// Its name: `67-79`.
    pub id: Slug,
    /// What people call it.
    pub name: Words,
}

impl PanelPlan {
    /// The item of that name.
    pub fn item(&self, id: &str) -> Option<&ProfileItem> {
        self.profile.iter().find(|item| item.id.as_str() == id)
    }

    /// How many more letters that ask something a member may get.
    pub fn letters_left(&self, member: &Member, now: Timestamp) -> u32 {
        let recent = member.letters.iter().filter(|at| now.since(**at) < self.letters_within).count();
        self.letters.saturating_sub(u32::try_from(recent).unwrap_or(u32::MAX))
    }
}

/// Which member: drawn by chance, so that it tells nothing, and shown to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub u64);

/// Where somebody stands with the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Membership {
    /// They, or somebody who wrote their address, want to join; they have not confirmed.
    Waiting,
    /// They are a member.
    Active,
    /// They are a member and want no letters for now.
    Resting,
}

/// How somebody agreed to be a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// By the form, and by the link of the letter that followed.
    Confirmed,
    /// Before the panel was kept here: what the list says that they came with.
    Listed(String),
}

/// What a member was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The keyed hash of the newest link to their invitation. It leads to whether that was used, and no further.
    pub invitation: [u8; 16],
    /// When the letter was written.
    pub at: Timestamp,
    /// When they were reminded.
    pub reminded: Option<Timestamp>,
}

/// Somebody of the panel. What they answer lies elsewhere, and nothing here leads to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub id: MemberId,
    /// Where letters to them go.
    pub address: MailAddress,
    /// The language of those.
    pub language: Language,
    /// Where they stand.
    pub membership: Membership,
    /// When they came to stand there.
    pub since: Timestamp,
    /// How they agreed.
    pub consent: Consent,
    /// When.
    pub consented_at: Timestamp,
    /// What they told of themselves: the options chosen, by item. An item of which nothing was told is not there.
    pub profile: BTreeMap<String, BTreeSet<String>>,
    /// What they want to be asked about.
    pub interests: BTreeSet<String>,
    /// Activities that they took part in, as they say themselves, so that they may be asked about them.
    pub took_part: BTreeSet<ActivityId>,
    /// Keyed hashes of the newest links to their page, the newest last.
    pub links: Vec<[u8; 16]>,
    /// What they were asked.
    pub asked: BTreeMap<ActivityId, Asked>,
    /// When they got letters that ask something, the newest last.
    pub letters: Vec<Timestamp>,
    /// How many letters were ever written to them: each has a number of its own.
    pub letters_written: u32,
}

impl Member {
    /// Links to their page that hold at once; with a new one the oldest goes.
    pub const LINKS_MAX: usize = 4;

    /// Somebody who wants to join.
    pub fn new(id: MemberId, address: MailAddress, language: Language, now: Timestamp) -> Self {
        Self {
            id,
            address,
            language,
            membership: Membership::Waiting,
            since: now,
            consent: Consent::Confirmed,
            consented_at: now,
            profile: BTreeMap::new(),
            interests: BTreeSet::new(),
            took_part: BTreeSet::new(),
            links: Vec::new(),
            asked: BTreeMap::new(),
            letters: Vec::new(),
            letters_written: 0,
        }
    }

    /// Has another link hold.
    pub fn add_link(&mut self, digest: [u8; 16]) {
        self.links.push(digest);
        let over = self.links.len().saturating_sub(Self::LINKS_MAX);
        self.links.drain(..over);
    }
}

/// Whom it names must not slip into a log.
impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("membership", &self.membership).finish_non_exhaustive()
    }
}

/// A part of the panel. What is empty does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// By item of the profile: one of these options was told.
    pub profile: BTreeMap<String, BTreeSet<String>>,
    /// They want to be asked about one of these.
    pub interests: BTreeSet<String>,
    /// They say that they took part in one of these.
    pub took_part: BTreeSet<ActivityId>,
}

impl Segment {
    /// Whether it is all of the panel.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// Whether somebody belongs to it.
    pub fn holds(&self, member: &Member) -> bool {
        let told = |(item, options): (&String, &BTreeSet<String>)| {
            member.profile.get(item).is_some_and(|told| !told.is_disjoint(options))
        };
        self.profile.iter().all(told)
            && (self.interests.is_empty() || !self.interests.is_disjoint(&member.interests))
            && (self.took_part.is_empty() || !self.took_part.is_disjoint(&member.took_part))
    }
}

/// What the panel was used for, for its public history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelUse {
    /// For which activity.
    pub activity: ActivityId,
    /// What it was called then.
    pub title: Words,
    /// When members were first asked.
    pub first_asked_at: Timestamp,
    /// How many were asked.
    pub asked: u32,
    /// How many of them had answered when it was last looked.
    pub answered: u32,
}

//! The citizen panel: people join and leave, see what is known of them, and are asked.
//!
//! Hides how a member is found: nothing that is stored leads from an address or a link to a member. What does is made of the members
//! when it is first needed, kept in memory, and made anew after an error. One use case of the panel runs at a time.

mod asking;
mod history;
mod import;
mod joining;
mod letters;
mod own;
mod telling;

pub use asking::{Audience, PanelSending};
pub use history::PanelActivity;
pub use import::{ImportFault, ImportLetters, ImportPlan, Imported, PANEL_ROWS_MAX};
pub use own::{OwnPage, OwnQuestion, PanelChanges};

use crate::activities::{ActivityError, InviteError};
use crate::outbox::QueueError;
use crate::portal::App;
use model::activity::Code;
use model::{MailAddress, Member, MemberId, Membership, PanelPlan, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::{OutboxFull, Snapshot, StoreError};

/// Members of a panel at most, those included who have not confirmed: more than any small municipality asks.
pub const MEMBERS_MAX: usize = 100_000;

type Digest = [u8; 16];

/// Why the panel did not do it.
#[derive(Debug, thiserror::Error)]
pub enum PanelError {
    /// There is no `panel.toml`.
    #[error("there is no panel: `panel.toml` has no title")]
    NoPanel,
    /// Without letters nobody can join.
    #[error("no letters can be written: `[mail]` and `public_url` in municipality.toml say how")]
    NoMail,
    /// It has no room.
    #[error("the panel has {MEMBERS_MAX} members; it takes no more")]
    Full,
    /// Too much from one place, or at once; so long to wait.
    #[error("too much at once; wait {} s", .0.as_secs())]
    Wait(Duration),
    /// A part of the panel so small that asking it would be about single people.
    #[error("fewer than {0} members belong to that part of the panel")]
    SmallSegment(u32),
    /// There is nobody left to be asked.
    #[error("there is nobody to be asked")]
    Nobody,
    /// Nobody can be asked about an activity that takes no answers.
    #[error("the activity takes no answers now")]
    NotOpen,
    /// The activity.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// Its invitations.
    #[error(transparent)]
    Invitations(InviteError),
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxFull),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InviteError> for PanelError {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::Activity(error) => Self::Activity(error),
            other => Self::Invitations(other),
        }
    }
}

impl From<QueueError> for PanelError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Full(full) => Self::Outbox(full),
            QueueError::Store(error) => Self::Store(error),
        }
    }
}

/// How many there are. For staff: it has not passed the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PanelCount {
    /// Members who are asked.
    pub active: usize,
    /// Members who want no letters for now.
    pub resting: usize,
    /// Those who have not confirmed.
    pub waiting: usize,
    /// Active members by item of the profile and option; an empty option stands for those who told nothing. Of an item that allows
    /// several, somebody may count several times.
    pub told: Vec<(String, Vec<(String, usize)>)>,
    /// Active members by what they want to be asked about.
    pub interested: Vec<(String, usize)>,
}

/// How members are found.
#[derive(Debug, Default)]
pub(crate) struct Register(Mutex<Option<Index>>);

#[derive(Debug, Default)]
pub(crate) struct Index {
    mailboxes: HashMap<Digest, MemberId>,
    links: HashMap<Digest, MemberId>,
}

impl Index {
    /// Takes in how a member is found now.
    fn put(&mut self, app: &App, before: Option<&Member>, member: &Member) {
        if let Some(before) = before {
            self.remove(app, before);
        }
        self.mailboxes.insert(app.mailbox_digest(&member.address), member.id);
        self.links.extend(member.links.iter().map(|link| (*link, member.id)));
    }

    fn remove(&mut self, app: &App, member: &Member) {
        self.mailboxes.remove(&app.mailbox_digest(&member.address));
        member.links.iter().for_each(|link| _ = self.links.remove(link));
    }
}

impl App {
    /// The panel, where there is one.
    pub fn panel_plan(&self) -> Option<PanelPlan> {
        self.municipality().panel.clone()
    }

    /// Whether letters can be written to members: there is mail, and an address under which the portal is known.
    pub fn panel_can_write(&self) -> bool {
        let municipality = self.municipality();
        municipality.mail.is_some() && municipality.public_url.is_some()
    }

    /// How many members there are, and what they told. For staff.
    pub fn panel_count(&self) -> Result<PanelCount, PanelError> {
        let plan = self.panel_plan().ok_or(PanelError::NoPanel)?;
        let mut count = PanelCount::default();
        let mut active = Vec::new();
        for member in whole(&self.store().read()?)? {
            match member.membership {
                Membership::Active => active.push(member),
                Membership::Resting => count.resting += 1,
                Membership::Waiting => count.waiting += 1,
            }
        }
        count.active = active.len();
        let having = |has: &dyn Fn(&Member) -> bool| active.iter().filter(|member| has(member)).count();
        for item in &plan.profile {
            let id = item.id.as_str();
            let told = |option: &str| having(&|member| member.profile.get(id).is_some_and(|own| own.contains(option)));
            let mut options: Vec<(String, usize)> =
                item.options.iter().map(|option| (option.id.to_string(), told(option.id.as_str()))).collect();
            options.push((String::new(), having(&|member| !member.profile.contains_key(id))));
            count.told.push((id.to_owned(), options));
        }
        let interests = plan.interests.iter().map(|interest| interest.id.as_str());
        count.interested =
            interests.map(|id| (id.to_owned(), having(&|member| member.interests.contains(id)))).collect();
        Ok(count)
    }

    /// Works with the register, one use case at a time. After an error of the data file how members are found is made anew.
    pub(crate) fn with_register<T>(
        &self,
        work: impl FnOnce(&mut Index, &PanelPlan) -> Result<T, PanelError>,
    ) -> Result<T, PanelError> {
        let plan = self.panel_plan().ok_or(PanelError::NoPanel)?;
        let mut held = self.activities().register.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut index = match held.take() {
            Some(index) => index,
            None => self.indexed()?,
        };
        let done = work(&mut index, &plan);
        if !matches!(done, Err(PanelError::Store(_))) {
            *held = Some(index);
        }
        done
    }

    fn indexed(&self) -> Result<Index, StoreError> {
        let mut index = Index::default();
        for member in whole(&self.store().read()?)? {
            index.put(self, None, &member);
        }
        Ok(index)
    }

    /// By what a mailbox is found: one person's, however they write it.
    fn mailbox_digest(&self, address: &MailAddress) -> Digest {
        first_half(&self.store().derived("panel-mailbox", &[address.mailbox().as_bytes()]))
    }

    /// By what a link to somebody's own page is found. The code is stored nowhere.
    fn link_digest(&self, code: &Code) -> Digest {
        first_half(&self.store().derived("panel-link", &[code.bytes()]))
    }

    /// A new link to a member's own page.
    fn new_link(&self, member: &mut Member) -> Code {
        let code = Code::new(self.store().drawn());
        member.add_link(self.link_digest(&code));
        code
    }

    /// What stops letters to a member, and does nothing else: it stands in each of them, also when one is passed on.
    fn stop_code(&self, id: MemberId) -> Code {
        let number = id.0.to_be_bytes();
        let mark = self.store().derived("panel-stop", &[&number]);
        let mut bytes = [0; Code::BYTES];
        let parts = number.iter().chain(mark.iter().take(2));
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        Code::new(bytes)
    }

    /// Whose letters a code stops; none for one that this box did not make.
    fn stopped_by(&self, code: &Code) -> Option<MemberId> {
        let id = MemberId(u64::from_be_bytes(*code.bytes().first_chunk()?));
        (self.stop_code(id) == *code).then_some(id)
    }

    /// Looks after the register at night: who wanted to join and did not confirm in time is forgotten. Says how many.
    pub(crate) fn look_after_panel(&self, now: Timestamp) -> Result<usize, StoreError> {
        let done = self.with_register(|index, plan| {
            let old = |member: &Member| {
                member.membership == Membership::Waiting && now.since(member.since) >= plan.confirm_within
            };
            let past: Vec<Member> = whole(&self.store().read()?)?.into_iter().filter(old).collect();
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            for member in &past {
                self.erase_within(&transaction, member, now)?;
            }
            self.note_uses(&transaction)?;
            transaction.commit(store::Durability::Now)?;
            for member in &past {
                index.remove(self, member);
            }
            Ok(past.len())
        });
        match done {
            Ok(many) => Ok(many),
            Err(PanelError::Store(error)) => Err(error),
            Err(_) => Ok(0),
        }
    }
}

/// Every member that can be read. A damaged row is told by the nightly look at all rows.
fn whole(snapshot: &Snapshot) -> Result<Vec<Member>, StoreError> {
    let rows = snapshot.members()?.filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
    rows.collect()
}

fn first_half(hash: &[u8; 32]) -> Digest {
    hash.first_chunk().copied().unwrap_or_default()
}

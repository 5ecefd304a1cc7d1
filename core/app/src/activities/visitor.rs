//! Who comes to an activity, without account or cookie: what follows from the code they hold.

use super::Running;
use crate::portal::App;
use model::activity::{
    Answer, Author, Code, Draft, FormToken, InvitationState, OpenTo, Phase, Pseudonym, Role, Tag, Viewer,
};
use model::{AccountId, Timestamp};
use std::time::Duration;
use store::{Invitation, Snapshot, StoreError};

/// Who began before an activity closed may come to the end within this time.
pub const GRACE: Duration = Duration::from_hours(1);

/// What somebody brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Nothing yet: the page they are shown gives them a code ([`Shown::pass`](super::Shown::pass)), which travels as a hidden field.
    Newcomer,
    /// The code of an earlier page, which is also the receipt: with it they go on, also on another day.
    Holder(Code),
    /// The code of an invitation. It travels as a hidden field until the answer is finished; from then on the receipt takes its place.
    Invited(Code),
    /// Staff who try the activity out: nothing is stored or counted. The code keeps one try apart from another.
    Preview(Code),
    /// Staff who take part as themselves, such as in a guide.
    Staff(AccountId),
}

/// Who comes to an activity.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// What they bring along.
    pub pass: Pass,
    /// What they may do: more than anyone for staff who signed in.
    pub role: Role,
    /// The door they came through, as the address says: poster, post, mail, screen, place.
    pub door: Option<String>,
    /// Best first; never empty.
    pub languages: Vec<Tag>,
    /// Where they come from, for limits alone: [`App::client`].
    pub client: Option<Client>,
    /// When they come.
    pub now: Timestamp,
}

/// Where somebody comes from: a keyed hash of the address with a key that changes each day and is in memory only. It is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Client(pub(super) u64);

/// Why somebody may not take part like this. Each has plain words in `core/words` (`refused-...`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is for those who were invited.
    #[error("this activity is for those who were invited")]
    InvitationNeeded,
    /// There is no such invitation: mistyped, guessed, or of another activity.
    #[error("there is no such invitation")]
    InvitationUnknown,
    /// An answer was given with it, by its holder or by whom it was forwarded to. The receipt shows and changes it.
    #[error("this invitation was used")]
    InvitationUsed,
    /// Too much from one place; so long to wait.
    #[error("too much at once; wait {} s", .0.as_secs())]
    Wait(Duration),
}

/// The door of those who were invited. No address of the portal has it.
const INVITATION: &str = "invitation";
/// The longest name of a door.
const DOOR_CHARS_MAX: usize = 32;

/// Where somebody sits: whose words are asked for, and where they are kept.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) viewer: Viewer,
    /// What goes on with the next form.
    pub(super) pass: Pass,
    pub(super) kept: Kept,
}

/// Where what somebody says is kept until it counts.
#[derive(Debug)]
pub(super) enum Kept {
    /// At once in the log.
    Log,
    /// In drafts of an invitation, in an instance of their own.
    Drafts(Box<Invitation>, Vec<Draft>),
    /// In memory.
    Preview(Vec<Draft>),
}

impl App {
    /// Whose words a code stands for: a keyed hash, so nothing that is stored leads back to the code.
    pub(super) fn pseudonym(&self, running: &Running, purpose: &str, code: &[u8]) -> Pseudonym {
        let hash = self.store().derived(purpose, &[running.activity.id.as_str().as_bytes(), code]);
        Pseudonym(number(&hash))
    }

    /// By what a code is found in a table.
    pub(super) fn digest(&self, running: &Running, purpose: &str, code: &Code) -> [u8; 16] {
        let hash = self.store().derived(purpose, &[running.activity.id.as_str().as_bytes(), code.bytes()]);
        half(&hash)
    }

    /// Seats somebody, or says why not.
    pub(super) fn seat(
        &self,
        running: &Running,
        snapshot: &Snapshot,
        visitor: &Visitor,
        token: Option<FormToken>,
    ) -> Result<Result<Seat, Refusal>, StoreError> {
        let activity = &running.activity;
        let invited_only = activity.open_to == OpenTo::Invited;
        let mut fields: Vec<Answer> = Vec::new();
        let mut door = visitor.door.clone().filter(|door| is_door(door));
        let (mut role, mut begun, mut pass) = (visitor.role, false, visitor.pass);
        let (pseudonym, kept) = match visitor.pass {
            Pass::Newcomer if invited_only && role < Role::Facilitator => return Ok(Err(Refusal::InvitationNeeded)),
            Pass::Newcomer => {
                let code = Code::new(self.store().drawn());
                pass = Pass::Holder(code);
                (self.pseudonym(running, "author", code.bytes()), Kept::Log)
            }
            Pass::Holder(code) => {
                let pseudonym = self.pseudonym(running, "author", code.bytes());
                let said = snapshot.entries_of(&activity.id, pseudonym)?;
                if invited_only && said.is_empty() && role < Role::Facilitator {
                    return Ok(Err(Refusal::InvitationNeeded));
                }
                begun = said.first().is_some_and(|entry| activity.phase(entry.at.at) == Phase::Open);
                let by_invitation = |by: &Author| invited_only || by.door.as_deref() == Some(INVITATION);
                if let Some(first) = said.first().filter(|first| by_invitation(&first.by)) {
                    (role, door, fields) = (first.by.role, first.by.door.clone(), first.by.fields.clone());
                }
                (pseudonym, Kept::Log)
            }
            Pass::Invited(code) => {
                let digest = self.digest(running, "invitation", &code);
                let Some(invitation) = snapshot.invitation(&activity.id, &digest)? else {
                    return Ok(Err(Refusal::InvitationUnknown));
                };
                if invitation.state == InvitationState::Used {
                    return Ok(Err(Refusal::InvitationUsed));
                }
                let drafts = snapshot.drafts(&activity.id, &digest, code.bytes())?;
                begun = !drafts.is_empty();
                (role, door) = (role.max(Role::Member), Some(INVITATION.to_owned()));
                fields.clone_from(&invitation.strata);
                (self.pseudonym(running, "draft", code.bytes()), Kept::Drafts(Box::new(invitation), drafts))
            }
            Pass::Preview(code) => {
                let drafts = self.activities().preview(&activity.id, &code);
                (self.pseudonym(running, "preview", code.bytes()), Kept::Preview(drafts))
            }
            Pass::Staff(account) => (self.pseudonym(running, "staff", &account.0.to_le_bytes()), Kept::Log),
        };
        let phase = match (&kept, activity.phase(visitor.now)) {
            (Kept::Preview(_), _) => Phase::Preview,
            (_, Phase::Closed) if self.may_finish(running, visitor.now, token, begun) => Phase::Open,
            (_, phase) => phase,
        };
        let who = Author { pseudonym: Some(pseudonym), role, door, fields };
        let now = self.municipality().calendar.moment(visitor.now);
        // For random order: the same for this person each time, and not the pseudonym itself.
        let seed = number(&self.store().derived("seed", &[&pseudonym.0.to_le_bytes()]));
        let viewer = Viewer { who, languages: visitor.languages.clone(), now, phase, seed };
        Ok(Ok(Seat { viewer, pass, kept }))
    }

    /// Whether somebody who began in time may still come to the end.
    fn may_finish(&self, running: &Running, now: Timestamp, token: Option<FormToken>, begun: bool) -> bool {
        let Some(closes) = running.activity.closes.filter(|closes| now < *closes + GRACE) else { return false };
        begun || token.and_then(|token| self.shown_at(token)).is_some_and(|shown| shown < closes)
    }

    /// A token for a form that is shown now. It knows when that was, and nobody can make one that says otherwise.
    pub(crate) fn form_token(&self, now: Timestamp) -> FormToken {
        let seconds = u32::try_from(now.as_ms() / 1000).unwrap_or(0).to_be_bytes();
        let random: [u8; 8] = self.store().drawn();
        let mac = self.store().derived("form", &[&seconds, &random]);
        let mut token = [0; 16];
        let parts = seconds.iter().chain(&random).chain(mac.iter().take(4));
        token.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        FormToken(token)
    }

    /// When a form was shown; none for a token that this box did not make.
    pub(crate) fn shown_at(&self, FormToken(token): FormToken) -> Option<Timestamp> {
        let (seconds, rest) = token.split_first_chunk::<4>()?;
        let (random, mac) = rest.split_first_chunk::<8>()?;
        let expected = self.store().derived("form", &[seconds, random]);
        let is_ours = expected.iter().zip(mac).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0;
        is_ours.then(|| Timestamp::from_seconds(u32::from_be_bytes(*seconds).into()))
    }
}

fn is_door(door: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    !door.is_empty() && door.len() <= DOOR_CHARS_MAX && door.bytes().all(fits)
}

pub(crate) fn number(hash: &[u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

pub(super) fn half(hash: &[u8; 32]) -> [u8; 16] {
    hash.first_chunk().copied().unwrap_or_default()
}

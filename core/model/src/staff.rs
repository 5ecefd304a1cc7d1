use crate::Timestamp;
use std::fmt;
use std::str::FromStr;

/// Which account. Numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u32);

/// What somebody of the staff may do. Each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// Changes places, sensors and gateways.
    Steward,
    /// Lets people in, and undoes what was done.
    Operator,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Steward, Self::Operator];

    /// Its name in forms and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Steward => "steward",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No role of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no role `{0}`; there are viewer, steward and operator")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

/// Somebody of the staff. Has no `Debug` of its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What its owner types to come in: lower case, unique.
    pub login: String,
    /// What colleagues call its owner.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The password as a PHC string: `$argon2id$...`.
    pub password: String,
    /// The second factor, once it is set up.
    pub second_factor: Option<SecondFactor>,
    /// SHA-256 of the marks of browsers that came in before, the newest last.
    pub devices: Vec<[u8; 32]>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner last came in.
    pub last_login: Option<Timestamp>,
    /// False once it was closed: its number and name stay for the log.
    pub open: bool,
}

/// A time-based one-time password (RFC 6238), and codes for the day the phone is lost.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The key that box and phone share.
    pub secret: [u8; 20],
    /// The newest step of time whose code was used: none is taken twice.
    pub used_step: u64,
    /// SHA-256 of the recovery codes that are left.
    pub recovery: Vec<[u8; 32]>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, login, role, open, .. } = self;
        f.debug_struct("Account").field("id", id).field("login", login).field("role", role).field("open", open).finish()
    }
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor").field("recovery", &self.recovery.len()).finish_non_exhaustive()
    }
}

/// A browser that somebody of the staff came in with. It is found by the SHA-256 of its cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// Whose.
    pub account: AccountId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, to some minutes.
    pub seen_at: Timestamp,
    /// True while the second factor is still to be shown.
    pub half_way: bool,
}

/// One line of the log of what staff did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// The login of who did it; none when nobody had come in.
    pub who: Option<String>,
    /// What, as a word of the box: `sensor-changed`.
    pub what: String,
    /// To what or whom: a sensor's id, a login.
    pub subject: String,
}

/// A change of the folder that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderChange {
    /// When.
    pub at: Timestamp,
    /// The login of who made it.
    pub who: String,
    /// What, as a word of the box.
    pub what: String,
    /// To what.
    pub subject: String,
    /// The files it changed.
    pub files: Vec<ChangedFile>,
}

/// A file before and after a change. Of files with keys neither is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its name in the folder.
    pub name: String,
    /// Its text before; none when there was no such file.
    pub before: Option<String>,
    /// Its text after.
    pub after: String,
}

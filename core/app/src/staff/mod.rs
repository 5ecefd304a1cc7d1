//! The staff's side of the box: who may come in, and what they do there.
//!
//! Hides accounts, passwords, second factors, sessions, and the log of all of it. [`Staff`] is what the steward rooms call: it says who
//! somebody is ([`Staff::who`]), lets them in ([`Staff::log_in`]), and makes their changes of the folder ([`Staff::change`]).

mod accounts;
mod activities;
mod claim;
mod desk;
mod door;
mod lists;
mod one_time;
mod outbox;
mod outcomes;
mod panel;
mod password;
mod publish;
mod recruiting;
mod rooms;
mod rules;
mod sensor_past;
mod sessions;
mod talk;

pub use accounts::{AccountError, Newcomer};
pub use activities::{Participation, Tried};
pub use claim::{CLAIM_HOLDS, Claim, ClaimError, Claims, new_claim};
pub use desk::ChangeError;
pub use lists::ListError;
pub use one_time::FreshFactor;
pub use password::{BadPassword, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
pub use rooms::{GatewayRow, Overview, PluginRow, SensorRow, Worry};
pub use rules::{TRIED_DAYS, TriedRule};
pub use sensor_past::{SensorDay, SensorPast};
pub use sessions::{Admitted, Colleague, LogInError, SESSION_HOLDS};

use crate::{App, Filing, RadioReport, UpkeepReport};
use door::Door;
use model::{AuditEntry, Timestamp};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Durability, StoreError, Transaction};
use tokio::sync::Semaphore;

/// Fills bytes with dice. Only the binary has them.
pub type Dice = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Passwords that are hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 2;
/// Log-ins that may wait for that. More is an attack, and is told to come again.
const WAITING_MAX: usize = 16;

/// The staff's side of the box. Calls take milliseconds and block, but for those that hash a password.
pub struct Staff {
    app: Arc<App>,
    filing: Arc<dyn Filing>,
    radio: RadioReport,
    upkeep: UpkeepReport,
    claims: Arc<dyn Claims>,
    dice: Dice,
    door: Mutex<Door>,
    hashing: Semaphore,
    waiting: Semaphore,
    /// One change of the folder at a time.
    editing: Mutex<()>,
}

impl Staff {
    /// The staff's side of `app`.
    pub fn new(
        app: Arc<App>,
        filing: Arc<dyn Filing>,
        radio: RadioReport,
        claims: Arc<dyn Claims>,
        dice: Dice,
    ) -> Self {
        Self {
            app,
            filing,
            radio,
            upkeep: UpkeepReport::default(),
            claims,
            dice,
            door: Mutex::default(),
            hashing: Semaphore::new(HASHED_AT_ONCE),
            waiting: Semaphore::new(WAITING_MAX),
            editing: Mutex::default(),
        }
    }

    /// With what is known of the care for the data file.
    #[must_use]
    pub fn with_upkeep(self, upkeep: UpkeepReport) -> Self {
        Self { upkeep, ..self }
    }

    /// Whether somebody has an account.
    pub fn is_claimed(&self) -> Result<bool, StoreError> {
        Ok(self.app.store().read()?.accounts()?.iter().any(|account| account.open))
    }

    /// One use case: its rows and its line in the log, on disk before it returns.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let municipality = self.app.municipality();
        let tx = self.app.store().begin(&municipality.calendar)?;
        let done = work(&tx)?;
        tx.commit(Durability::Now)?;
        Ok(done)
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn line(at: Timestamp, who: Option<&str>, what: &str, subject: &str) -> AuditEntry {
    // Whoever types a novel into a form shall not fill the log with it.
    let subject = subject.chars().take(200).collect();
    AuditEntry { at, who: who.map(str::to_owned), what: what.to_owned(), subject }
}

impl fmt::Debug for Staff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Staff").finish_non_exhaustive()
    }
}

//! Who is at a browser: from the password to the cookie, and from the cookie to the colleague.

use super::door::Door;
use super::one_time::take_code;
use super::password::is_one_time;
use super::{Staff, line};
use model::{Account, AccountId, Hex, Role, StaffSession, Timestamp};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;
use store::{Durability, StoreError};

/// How long a session holds at most: a working day.
pub const SESSION_HOLDS: Duration = Duration::from_hours(12);
/// How long it holds unused.
const IDLE_MAX: Duration = Duration::from_hours(2);
/// How long there is for the second factor.
const HALF_WAY_MAX: Duration = Duration::from_mins(10);
/// "Last used" is noted this often: each note is a write.
const NOTED_EVERY: Duration = Duration::from_mins(5);
/// Browsers remembered for an account; the oldest is forgotten.
const DEVICES_MAX: usize = 10;
/// Sessions at once. Those that ended are swept out with each log-in.
const SESSIONS_MAX: usize = 1000;

/// Somebody of the staff at a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Their account.
    pub id: AccountId,
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// They came in with a password that somebody else has seen, and must choose another.
    pub must_choose: bool,
    /// They have a second factor.
    pub second_factor: bool,
    /// Recovery codes they have left.
    pub recovery_left: usize,
    /// What each of their forms carries, to prove it is theirs.
    pub form_token: String,
    pub(super) session: [u8; 32],
}

/// The cookies of somebody who came in.
#[derive(Clone)]
pub struct Admitted {
    /// Of the session.
    pub session: String,
    /// Of the browser, which is remembered as one that came in; none when it has one already, or is half way in.
    pub device: Option<String>,
    /// The second factor is still to be shown.
    pub half_way: bool,
}

impl std::fmt::Debug for Admitted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admitted").field("half_way", &self.half_way).finish_non_exhaustive()
    }
}

/// Why somebody does not come in. It says nothing of whether there is such an account.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// Login, password or code are wrong, or the session they belong to is over.
    #[error("wrong")]
    Wrong,
    /// Too many tries.
    #[error("wait {} s", .0.as_secs())]
    Wait(Duration),
    /// Too many passwords are being checked.
    #[error("busy")]
    Busy,
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Staff {
    /// Checks login and password. With a second factor this is half the way.
    pub async fn log_in(
        &self,
        login: &str,
        password: &str,
        from: IpAddr,
        device: Option<&str>,
        now: Timestamp,
    ) -> Result<Admitted, LogInError> {
        let login: String = login.trim().to_lowercase().chars().take(200).collect();
        let found = self.app.store().read()?.accounts()?.into_iter().find(|a| a.login == login && a.open);
        let device = device.map(digest);
        let known = device.filter(|device| found.as_ref().is_some_and(|account| account.devices.contains(device)));
        self.door().try_password(now, from, &login, known).map_err(LogInError::Wait)?;
        // Longer than any password that can be set: hashing it would only keep us busy.
        let password = if password.len() > 4 * super::PASSWORD_CHARS_MAX { "" } else { password };
        let hash = found.as_ref().map(|account| account.password.clone());
        let fits = self.hashes(password, hash).await.ok_or(LogInError::Busy)?;
        let Some(account) = found.filter(|_| fits) else {
            self.write(|tx| tx.audit(&line(now, None, "login-failed", &login)))?;
            return Err(LogInError::Wrong);
        };
        Door::welcome(&mut self.door(), from, &login, known);
        Ok(self.admit(&account, known, now)?)
    }

    /// Checks the second factor of a session that is half way. The cookie changes.
    pub fn show_factor(&self, cookie: &str, code: &str, now: Timestamp) -> Result<Admitted, LogInError> {
        let session = digest(cookie);
        let found = self.app.store().read()?.staff_session(&session)?;
        let Some(found) = found.filter(|s| s.half_way && now.since(s.began_at) < HALF_WAY_MAX) else {
            return Err(LogInError::Wrong);
        };
        if let Err(wait) = self.door().try_code(now, found.account.0) {
            self.write(|tx| tx.remove_staff_session(&session))?;
            return Err(LogInError::Wait(wait));
        }
        let (cookie, device) = (self.token(), self.token());
        let mark = digest(&device);
        let done = self.write(|tx| {
            let Some(mut account) = tx.accounts()?.into_iter().find(|a| a.id == found.account && a.open) else {
                return Ok(false);
            };
            let fits = account.second_factor.as_mut().is_some_and(|factor| take_code(factor, code, now));
            if !fits {
                tx.audit(&line(now, Some(&account.login), "code-failed", &account.login))?;
                return Ok(false);
            }
            tx.remove_staff_session(&session)?;
            tx.put_staff_session(&digest(&cookie), &began(account.id, now, false))?;
            remember(&mut account, mark, now);
            tx.put_account(&account)?;
            tx.audit(&line(now, Some(&account.login), "login", &account.login))?;
            Ok(true)
        })?;
        if !done {
            return Err(LogInError::Wrong);
        }
        Ok(Admitted { session: cookie, device: Some(device), half_way: false })
    }

    /// Who has this cookie; none when the session is over, or only half way in.
    pub fn who(&self, cookie: &str, now: Timestamp) -> Result<Option<Colleague>, StoreError> {
        let session = digest(cookie);
        let read = self.app.store().read()?;
        let Some(found) = read.staff_session(&session)?.filter(|s| holds(s, now) && !s.half_way) else {
            return Ok(None);
        };
        let account = read.accounts()?.into_iter().find(|a| a.id == found.account && a.open);
        let Some(account) = account else { return Ok(None) };
        if now.since(found.seen_at) >= NOTED_EVERY {
            let municipality = self.app.municipality();
            let tx = self.app.store().begin(&municipality.calendar)?;
            tx.put_staff_session(&session, &StaffSession { seen_at: now, ..found })?;
            tx.commit(Durability::Soon)?;
        }
        Ok(Some(Colleague {
            id: account.id,
            must_choose: is_one_time(&account.password),
            second_factor: account.second_factor.is_some(),
            recovery_left: account.second_factor.as_ref().map_or(0, |factor| factor.recovery.len()),
            login: account.login,
            name: account.name,
            role: account.role,
            form_token: Hex(&digest(&format!("form {cookie}"))).to_string(),
            session,
        }))
    }

    /// Ends a session.
    pub fn log_out(&self, colleague: &Colleague, now: Timestamp) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.remove_staff_session(&colleague.session)?;
            tx.audit(&line(now, Some(&colleague.login), "logout", &colleague.login))
        })
    }

    /// Begins a session for somebody whose password fits.
    pub(super) fn admit(
        &self,
        account: &Account,
        known: Option<[u8; 32]>,
        now: Timestamp,
    ) -> Result<Admitted, StoreError> {
        let half_way = account.second_factor.is_some();
        let cookie = self.token();
        let device = (known.is_none() && !half_way).then(|| self.token());
        self.write(|tx| {
            sweep(&tx.staff_sessions()?, now).try_for_each(|session| tx.remove_staff_session(&session))?;
            tx.put_staff_session(&digest(&cookie), &began(account.id, now, half_way))?;
            if !half_way {
                let mut account = account.clone();
                match &device {
                    Some(device) => remember(&mut account, digest(device), now),
                    None => account.last_login = Some(now),
                }
                tx.put_account(&account)?;
                tx.audit(&line(now, Some(&account.login), "login", &account.login))?;
            }
            Ok(())
        })?;
        Ok(Admitted { session: cookie, device, half_way })
    }

    /// 256 random bits, as text.
    fn token(&self) -> String {
        let mut bytes = [0; 32];
        (self.dice)(&mut bytes);
        Hex(&bytes).to_string()
    }
}

fn began(account: AccountId, now: Timestamp, half_way: bool) -> StaffSession {
    StaffSession { account, began_at: now, seen_at: now, half_way }
}

fn holds(session: &StaffSession, now: Timestamp) -> bool {
    now.since(session.began_at) < SESSION_HOLDS && now.since(session.seen_at) < IDLE_MAX
}

/// Sessions that are over, and those used longest ago when there are too many.
fn sweep(sessions: &[([u8; 32], StaffSession)], now: Timestamp) -> impl Iterator<Item = [u8; 32]> {
    let mut all: Vec<_> = sessions.iter().map(|(digest, s)| (holds(s, now), s.seen_at, *digest)).collect();
    all.sort_by_key(|(holds, seen_at, _)| (std::cmp::Reverse(*holds), std::cmp::Reverse(*seen_at)));
    let keep = all.iter().take_while(|(holds, _, _)| *holds).count().min(SESSIONS_MAX - 1);
    all.into_iter().skip(keep).map(|(_, _, digest)| digest)
}

fn remember(account: &mut Account, device: [u8; 32], now: Timestamp) {
    account.last_login = Some(now);
    account.devices.push(device);
    let too_many = account.devices.len().saturating_sub(DEVICES_MAX);
    account.devices.drain(..too_many);
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

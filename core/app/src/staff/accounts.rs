//! Who has an account, and how they get one.

use super::one_time::{FreshFactor, draw, recovery_codes, take_code, told};
use super::password::{BadPassword, check_password, fits, hashed, hashed_one_time};
use super::sessions::Colleague;
use super::{Staff, line};
use model::{Account, AccountId, AuditEntry, Role, SecondFactor, Timestamp};
use store::{StoreError, Transaction};

/// A town's staff. More is a mistake.
const ACCOUNTS_MAX: usize = 200;
/// The longest name and login.
const NAME_CHARS_MAX: usize = 100;

/// Somebody who shall have an account.
#[derive(Clone)]
pub struct Newcomer {
    /// What they will type to come in.
    pub login: String,
    /// What colleagues call them.
    pub name: String,
    /// Their password.
    pub password: String,
}

impl std::fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Newcomer").field("login", &self.login).finish_non_exhaustive()
    }
}

/// Why an account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No login: 3 to 100 letters, digits and `@ . _ + -`.
    #[error("no login")]
    BadLogin,
    /// No name, or one longer than a hundred characters.
    #[error("no name")]
    BadName,
    /// Somebody has this login.
    #[error("the login is taken")]
    Taken,
    /// The password cannot be taken.
    #[error(transparent)]
    Password(#[from] BadPassword),
    /// The password or code that was to prove who asks is wrong.
    #[error("the proof is wrong")]
    WrongProof,
    /// There are too many accounts, or no such account.
    #[error("no room for more accounts, or no such account")]
    NoRoom,
    /// It would leave the box without an operator.
    #[error("the last operator stays")]
    LastOperator,
    /// Too many passwords are being checked.
    #[error("busy")]
    Busy,
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Staff {
    /// Every account, closed ones last.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let mut accounts = self.app.store().read()?.accounts()?;
        accounts.sort_by_key(|account| !account.open);
        Ok(accounts)
    }

    /// Makes an account for a colleague. Gives the password they come in with once.
    pub async fn invite(
        &self,
        by: &Colleague,
        login: &str,
        name: &str,
        role: Role,
        now: Timestamp,
    ) -> Result<String, AccountError> {
        let password = draw(&self.dice);
        let newcomer = Newcomer { login: login.to_owned(), name: name.to_owned(), password: password.clone() };
        self.check_names(&newcomer)?;
        let hash = self.hash_one_time(&password).await.ok_or(AccountError::Busy)?;
        self.add_account(Some(&by.login), "account-made", &newcomer, role, hash, now)?;
        Ok(password)
    }

    /// Changes what a colleague may do, or closes their account; their sessions end.
    pub fn change_account(
        &self,
        by: &Colleague,
        id: AccountId,
        role: Role,
        open: bool,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        let what = if open { "account-changed" } else { "account-closed" };
        let stays = open && role == Role::Operator;
        self.write(|tx| {
            let mut accounts = tx.accounts()?;
            let others = accounts.iter().any(|a| a.id != id && a.open && a.role == Role::Operator);
            let Some(account) = accounts.iter_mut().find(|a| a.id == id) else { return Ok(Err(AccountError::NoRoom)) };
            if !others && !stays {
                return Ok(Err(AccountError::LastOperator));
            }
            (account.role, account.open) = (role, open);
            tx.put_account(account)?;
            end_sessions(tx, id, None)?;
            tx.audit(&line(now, Some(&by.login), what, &account.login))?;
            Ok(Ok(()))
        })?
    }

    /// Gives a colleague who lost password or phone a new password to come in with once.
    pub async fn reset(&self, by: &Colleague, id: AccountId, now: Timestamp) -> Result<String, AccountError> {
        let password = draw(&self.dice);
        let hash = self.hash_one_time(&password).await.ok_or(AccountError::Busy)?;
        let found = self.change_own(id, None, |account| {
            account.password = hash;
            account.second_factor = None;
            account.devices.clear();
            Some(line(now, Some(&by.login), "password-reset", &account.login))
        })?;
        if found { Ok(password) } else { Err(AccountError::NoRoom) }
    }

    /// Chooses a new password; other sessions of the account end.
    pub async fn change_password(
        &self,
        own: &Colleague,
        old: &str,
        new: &str,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        check_password(new, &own.login)?;
        let known = self.own(own.id)?.password;
        if !self.hashes(old, Some(known)).await.ok_or(AccountError::Busy)? {
            return Err(AccountError::WrongProof);
        }
        let hash = self.hash(new).await.ok_or(AccountError::Busy)?;
        self.change_own(own.id, Some(own.session), |account| {
            account.password = hash;
            Some(line(now, Some(&own.login), "password-changed", &account.login))
        })?;
        Ok(())
    }

    /// A second factor to be set up. The phone's first code turns it on; until then the form carries its key.
    pub fn fresh_factor(&self, own: &Colleague, key: Option<[u8; 20]>) -> ([u8; 20], FreshFactor) {
        let key = key.unwrap_or_else(|| {
            let mut key = [0; 20];
            (self.dice)(&mut key);
            key
        });
        let municipality = self.app.municipality();
        let name = municipality.languages.first().map_or("", |first| municipality.name.best(*first).0);
        (key, told(&key, &own.login, name))
    }

    /// Turns the second factor on with the phone's first code. Gives recovery codes, once.
    pub fn set_factor(
        &self,
        own: &Colleague,
        secret: [u8; 20],
        code: &str,
        now: Timestamp,
    ) -> Result<Vec<String>, AccountError> {
        let mut factor = SecondFactor { secret, used_step: 0, recovery: Vec::new() };
        if !take_code(&mut factor, code, now) {
            return Err(AccountError::WrongProof);
        }
        let (codes, digests) = recovery_codes(&self.dice);
        factor.recovery = digests;
        self.change_own(own.id, Some(own.session), |account| {
            account.second_factor = Some(factor);
            Some(line(now, Some(&own.login), "second-factor-set", &account.login))
        })?;
        Ok(codes)
    }

    pub(super) fn check_newcomer(&self, newcomer: &Newcomer) -> Result<(), AccountError> {
        self.check_names(newcomer)?;
        Ok(check_password(&newcomer.password, &newcomer.login)?)
    }

    fn check_names(&self, newcomer: &Newcomer) -> Result<(), AccountError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
        if !(3..=NAME_CHARS_MAX).contains(&newcomer.login.len()) || !newcomer.login.chars().all(fits) {
            return Err(AccountError::BadLogin);
        }
        let name = newcomer.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(AccountError::BadName);
        }
        let taken = self.accounts()?.iter().any(|account| account.login == newcomer.login.to_lowercase());
        if taken { Err(AccountError::Taken) } else { Ok(()) }
    }

    pub(super) fn add_account(
        &self,
        by: Option<&str>,
        what: &str,
        newcomer: &Newcomer,
        role: Role,
        password: String,
        now: Timestamp,
    ) -> Result<Account, AccountError> {
        let login = newcomer.login.to_lowercase();
        self.write(|tx| {
            let accounts = tx.accounts()?;
            if accounts.iter().any(|account| account.login == login) {
                return Ok(Err(AccountError::Taken));
            }
            if accounts.len() >= ACCOUNTS_MAX {
                return Ok(Err(AccountError::NoRoom));
            }
            let account = Account {
                id: tx.next_account()?,
                login: login.clone(),
                name: newcomer.name.trim().to_owned(),
                role,
                password,
                second_factor: None,
                devices: Vec::new(),
                created_at: now,
                last_login: None,
                open: true,
            };
            tx.put_account(&account)?;
            tx.audit(&line(now, by.or(Some(&login)), what, &login))?;
            Ok(Ok(account))
        })?
    }

    pub(super) fn own(&self, id: AccountId) -> Result<Account, AccountError> {
        let account = self.app.store().read()?.accounts()?.into_iter().find(|account| account.id == id);
        account.ok_or(AccountError::NoRoom)
    }

    /// Changes an account and ends its sessions but `but`; says whether there was one.
    pub(super) fn change_own(
        &self,
        id: AccountId,
        but: Option<[u8; 32]>,
        change: impl FnOnce(&mut Account) -> Option<AuditEntry>,
    ) -> Result<bool, StoreError> {
        self.write(|tx| {
            let Some(mut account) = tx.accounts()?.into_iter().find(|a| a.id == id && a.open) else {
                return Ok(false);
            };
            if let Some(entry) = change(&mut account) {
                end_sessions(tx, id, but)?;
                tx.audit(&entry)?;
            }
            tx.put_account(&account)?;
            Ok(true)
        })
    }

    /// Hashes a password, a few at a time; none when too many wait already.
    pub(super) async fn hash(&self, password: &str) -> Option<String> {
        let (password, dice) = (password.to_owned(), self.dice.clone());
        self.calmly(move || hashed(&password, &dice)).await
    }

    async fn hash_one_time(&self, password: &str) -> Option<String> {
        let (password, dice) = (password.to_owned(), self.dice.clone());
        self.calmly(move || hashed_one_time(&password, &dice)).await
    }

    /// Whether a password fits a hash; none when too many wait already.
    pub(super) async fn hashes(&self, password: &str, hash: Option<String>) -> Option<bool> {
        let password = password.to_owned();
        self.calmly(move || fits(&password, hash.as_deref())).await
    }

    async fn calmly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _seat = self.waiting.try_acquire().ok()?;
        let _turn = self.hashing.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }
}

fn end_sessions(tx: &Transaction<'_>, id: AccountId, but: Option<[u8; 32]>) -> Result<(), StoreError> {
    let sessions = tx.staff_sessions()?;
    let theirs = sessions.iter().filter(|(digest, session)| session.account == id && Some(*digest) != but);
    theirs.map(|(digest, _)| digest).try_for_each(|digest| tx.remove_staff_session(digest))
}

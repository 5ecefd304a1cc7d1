//! What is kept of the staff: accounts, the browsers they came in with, what they did, and what they changed in the folder.

use crate::error::StoreError;
use crate::snapshot::{Rows, Snapshot, all};
use crate::tables::{ACCOUNTS, AUDIT, FOLDER_CHANGES, STAFF_SESSIONS};
use crate::transaction::Transaction;
use model::{Account, AccountId, AuditEntry, FolderChange, StaffSession};

/// Lines of the log of a town's staff: some years. The oldest go first.
const AUDIT_MAX: u64 = 20_000;

/// Changes of the folder that can be looked up and undone. A place file has some kilobytes.
const FOLDER_CHANGES_MAX: u64 = 200;

impl Transaction<'_> {
    /// Keeps an account.
    pub fn put_account(&self, account: &Account) -> Result<(), StoreError> {
        ACCOUNTS.put(self.write(), &account.id, account);
        Ok(())
    }

    /// A number that no account had.
    pub fn next_account(&self) -> Result<AccountId, StoreError> {
        Ok(AccountId(ACCOUNTS.last_key(self.write())?.map_or(1, |last| last.0.saturating_add(1))))
    }

    /// Every account, as this transaction sees it.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<(AccountId, Account)> = ACCOUNTS.all_written(self.write())?;
        Ok(rows.into_iter().map(|(_, account)| account).collect())
    }

    /// Keeps a session under the SHA-256 of its cookie.
    pub fn put_staff_session(&self, digest: &[u8; 32], session: &StaffSession) -> Result<(), StoreError> {
        STAFF_SESSIONS.put(self.write(), digest, session);
        Ok(())
    }

    /// Ends a session.
    pub fn remove_staff_session(&self, digest: &[u8; 32]) -> Result<(), StoreError> {
        STAFF_SESSIONS.remove(self.write(), digest).map(drop)
    }

    /// Every session, as this transaction sees it.
    pub fn staff_sessions(&self) -> Result<Vec<([u8; 32], StaffSession)>, StoreError> {
        STAFF_SESSIONS.all_written(self.write())
    }

    /// Adds a line to the log; the oldest goes when there are too many.
    pub fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let number = AUDIT.last_key(self.write())?.map_or(0, |last| last + 1);
        if let Some(past) = number.checked_sub(AUDIT_MAX) {
            AUDIT.remove(self.write(), &past)?;
        }
        AUDIT.put(self.write(), &number, entry);
        Ok(())
    }

    /// Keeps a change of the folder under a number of its own; the oldest goes when there are too many.
    pub fn put_folder_change(&self, change: &FolderChange) -> Result<u64, StoreError> {
        let number = FOLDER_CHANGES.last_key(self.write())?.map_or(1, |last| last + 1);
        if let Some(past) = number.checked_sub(FOLDER_CHANGES_MAX) {
            FOLDER_CHANGES.remove(self.write(), &past)?;
        }
        FOLDER_CHANGES.put(self.write(), &number, change);
        Ok(number)
    }
}

impl Snapshot {
    /// Every account, closed ones too; damaged ones are left out, so that the others can log in.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows = all(&ACCOUNTS, self.view())?.filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        rows.map(|row| row.map(|(_, account)| account)).collect()
    }

    /// The session whose cookie has this SHA-256.
    pub fn staff_session(&self, digest: &[u8; 32]) -> Result<Option<StaffSession>, StoreError> {
        STAFF_SESSIONS.get(self.view(), digest)
    }

    /// The log, oldest first.
    pub fn audit(&self) -> Result<Rows<'_, (u64, AuditEntry)>, StoreError> {
        all(&AUDIT, self.view())
    }

    /// Changes of the folder, oldest first.
    pub fn folder_changes(&self) -> Result<Rows<'_, (u64, FolderChange)>, StoreError> {
        all(&FOLDER_CHANGES, self.view())
    }

    /// The change of this number.
    pub fn folder_change(&self, number: u64) -> Result<Option<FolderChange>, StoreError> {
        FOLDER_CHANGES.get(self.view(), &number)
    }
}

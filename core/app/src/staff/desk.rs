//! Changes of the folder by forms: checked before they are written, kept with before and after, undone on request.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::filing::{FilingError, Standing};
use config::{Diagnostic, Edit, EditError, Folder, Item, Revision, Severity, Texts};
use model::{AuditEntry, ChangedFile, FolderChange, Timestamp};
use std::sync::PoisonError;
use store::StoreError;

/// Holds keys: its texts are kept nowhere else.
const SECRETS: &str = "secrets.toml";

/// Why the folder was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The edit does not fit the folder as it is now.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The folder would have these faults.
    #[error("the folder would have faults: {}", .0.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))]
    Faults(Vec<Diagnostic>),
    /// The change that was to be undone is not there, or its files were changed since.
    #[error("it cannot be undone any more")]
    CannotUndo,
    /// The folder could not be read or written.
    #[error(transparent)]
    Filing(#[from] FilingError),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Staff {
    /// How an item stands now, for a form to bring back.
    pub fn revision(&self, item: &Item) -> Option<Revision> {
        item.revision(&self.filing.read().ok()?)
    }

    /// How the box stands to its folder.
    pub fn standing(&self) -> Standing {
        self.filing.standing()
    }

    /// Makes these edits, all or none; `what` and `subject` are for the log.
    pub fn change(
        &self,
        by: &Colleague,
        what: &str,
        subject: &str,
        edits: &[Edit],
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let _turn = self.editing.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.filing.read()?;
        let texts = config::edit(&folder, edits)?;
        self.put(by, what, subject, &folder, &texts, now)
    }

    /// Puts the files of a change back as they were before it, if nobody changed them since.
    pub fn undo(&self, by: &Colleague, number: u64, now: Timestamp) -> Result<(), ChangeError> {
        let _turn = self.editing.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.filing.read()?;
        let change = self.app.store().read()?.folder_change(number)?.ok_or(ChangeError::CannotUndo)?;
        let is_as_left = |file: &ChangedFile| folder.bytes(&file.name) == Some(file.after.as_bytes());
        if change.files.is_empty() || !change.files.iter().all(is_as_left) {
            return Err(ChangeError::CannotUndo);
        }
        let texts = change.files.into_iter().map(|file| (file.name, file.before.unwrap_or_default())).collect();
        self.put(by, "undone", &format!("{} {}", change.what, change.subject), &folder, &texts, now)
    }

    /// Changes that were made, the newest first.
    pub fn changes(&self, at_most: usize) -> Result<Vec<(u64, FolderChange)>, StoreError> {
        self.app.store().read()?.folder_changes()?.rev().take(at_most).collect()
    }

    /// What was done, the newest first.
    pub fn log(&self, at_most: usize) -> Result<Vec<AuditEntry>, StoreError> {
        self.app.store().read()?.audit()?.rev().take(at_most).map(|row| row.map(|(_, entry)| entry)).collect()
    }

    /// Writes texts into the folder, if it then has no fault; noted with before and after.
    pub(super) fn put(
        &self,
        by: &Colleague,
        what: &str,
        subject: &str,
        folder: &Folder,
        texts: &Texts,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let after = folder.with(texts);
        if let Err(faults) = config::read(&after) {
            let errors = faults.into_iter().filter(|fault| fault.severity == Severity::Error);
            return Err(ChangeError::Faults(errors.collect()));
        }
        let text = |name: &str| folder.bytes(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let files = texts.iter().filter(|(name, _)| *name != SECRETS).map(|(name, after)| ChangedFile {
            name: name.clone(),
            before: text(name),
            after: after.clone(),
        });
        let change = FolderChange {
            at: now,
            who: by.login.clone(),
            what: what.to_owned(),
            subject: subject.to_owned(),
            files: files.collect(),
        };
        // Noted first: what is done and not noted could not be undone.
        self.write(|tx| {
            tx.put_folder_change(&change)?;
            tx.audit(&line(now, Some(&by.login), what, subject))
        })?;
        Ok(self.filing.write(texts)?)
    }
}

//! Somebody writes under a place.

use super::receipts::{code_of, receipt_name};
use crate::activities::Client;
use crate::portal::App;
use engagement::{REMARK_CHARS_MAX, first_sight, plain_words};
use model::activity::{Code, FormToken};
use model::{About, Participant, PlaceId, Remark, RemarkId, RemarkReply, Source, Timestamp};
use std::time::Duration;
use store::StoreError;

/// Remarks that may wait to be looked at. More nobody looks at, and the newest would push out the oldest.
pub(super) const WAITING_MAX: usize = 5000;

/// What somebody sent.
#[derive(Clone, Debug)]
pub struct NewRemark<'a> {
    /// Under which place.
    pub place: &'a PlaceId,
    /// Who they say they are.
    pub by: Participant,
    /// What they wrote.
    pub text: &'a str,
    /// The token of the form: the same form twice is one remark.
    pub token: FormToken,
    /// Where they come from, for limits alone.
    pub client: Client,
    /// When.
    pub now: Timestamp,
}

/// A remark that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenRemark {
    /// With it its author, and nobody else, sees and erases it, and finds the answer.
    pub receipt: Code,
    /// Others see it already.
    pub shown: bool,
}

/// Why a remark was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RemarkError {
    /// Nobody can write under that place.
    #[error("nobody can write there")]
    Closed,
    /// There is nothing in it.
    #[error("the remark is empty")]
    Empty,
    /// It is longer than is read.
    #[error("a remark has at most {REMARK_CHARS_MAX} characters")]
    TooLong,
    /// The form is not of this box, or was made before it was set up anew.
    #[error("the form is not of this box")]
    Stale,
    /// Too many come from there, or wait to be looked at; after so long it may help to try again.
    #[error("too many at once")]
    Wait(Duration),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// The token of a form to write in.
    pub fn remark_token(&self, now: Timestamp) -> FormToken {
        self.form_token(now)
    }

    /// Takes a remark in: on disk before it says so, once however often its form is sent.
    pub fn take_remark(&self, new: &NewRemark<'_>) -> Result<TakenRemark, RemarkError> {
        let municipality = self.municipality();
        if !municipality.place(new.place).is_some_and(|place| place.talk) {
            return Err(RemarkError::Closed);
        }
        self.shown_at(new.token).ok_or(RemarkError::Stale)?;
        if new.text.trim().chars().count() > REMARK_CHARS_MAX {
            return Err(RemarkError::TooLong);
        }
        let text = plain_words(new.text);
        if text.is_empty() {
            return Err(RemarkError::Empty);
        }
        let receipt = code_of(self, new.token);
        let before = self.store().read()?.remark_named(&receipt_name(&receipt))?;
        if before.is_none() {
            self.may_write(new)?;
        }
        let remark = Remark {
            id: RemarkId(0),
            about: About::Place(new.place.clone()),
            source: Source::Portal(new.by),
            at: new.now,
            edited: None,
            sight: first_sight(municipality.talk.moderation, &text),
            text,
            language: None,
            reply: RemarkReply::Open,
        };
        let shown = remark.head().is_shown();
        self.change_remarks(|tx| tx.put_remark(&[&receipt_name(&receipt)], &remark))?;
        Ok(TakenRemark { receipt, shown })
    }

    fn may_write(&self, new: &NewRemark<'_>) -> Result<(), RemarkError> {
        if let Some(wait) = self.remark_toll(new.client, new.now) {
            return Err(RemarkError::Wait(wait));
        }
        let waiting = self.remark_heads()?.iter().filter(|head| head.is_waiting()).count();
        if waiting >= WAITING_MAX { Err(RemarkError::Wait(Duration::from_hours(1))) } else { Ok(()) }
    }
}

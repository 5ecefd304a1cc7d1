//! What staff do about what people say: each leaves a line in the log.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::talk::{AnswerError, RemarkRoom, Sort, Voice};
use model::activity::Verdict;
use model::{AuditEntry, Language, RemarkId, RemarkReply, Timestamp};
use store::StoreError;

impl Staff {
    /// What people say, a page of it.
    pub fn remarks(&self, sort: Sort, page: (usize, usize), now: Timestamp) -> Result<RemarkRoom, StoreError> {
        self.app.remark_room(sort, page, now)
    }

    /// One remark.
    pub fn remark(&self, id: RemarkId) -> Result<Option<Voice>, StoreError> {
        self.app.voice(id)
    }

    /// Why channels bring nothing back.
    pub fn collecting_stuck(&self) -> Vec<(model::ChannelId, String, Timestamp)> {
        self.app.collecting_stuck()
    }

    /// Has all channels look for replies now.
    pub fn collect_replies(&self) {
        self.app.collect_replies();
    }

    /// Lets a remark through or hides it; says whether it was there.
    pub fn moderate_remark(
        &self,
        by: &Colleague,
        id: RemarkId,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let what = if *verdict == Verdict::LetThrough { "said-shown" } else { "said-hidden" };
        let done = self.app.moderate_remark(id, verdict)?;
        self.note_done(done, &line(now, Some(&by.login), what, &id.0.to_string()))
    }

    /// Notes that a remark needs no answer, or that it does after all.
    pub fn settle_remark(
        &self,
        by: &Colleague,
        id: RemarkId,
        reply: &RemarkReply,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = self.app.settle_remark(id, reply)?;
        self.note_done(done, &line(now, Some(&by.login), "remark-settled", &id.0.to_string()))
    }

    /// Erases a remark.
    pub fn erase_remark(&self, by: &Colleague, id: RemarkId, now: Timestamp) -> Result<bool, StoreError> {
        let done = self.app.erase_remark(id)?;
        self.note_done(done, &line(now, Some(&by.login), "remark-erased", &id.0.to_string()))
    }

    /// Answers a remark.
    pub fn answer_remark(
        &self,
        by: &Colleague,
        id: RemarkId,
        (text, language): (&str, Language),
        now: Timestamp,
    ) -> Result<(), AnswerError> {
        self.app.answer_remark(id, text, language, now)?;
        Ok(self.write(|tx| tx.audit(&line(now, Some(&by.login), "remark-answered", &id.0.to_string())))?)
    }

    fn note_done(&self, done: bool, entry: &AuditEntry) -> Result<bool, StoreError> {
        if done {
            self.write(|tx| tx.audit(entry))?;
        }
        Ok(done)
    }
}

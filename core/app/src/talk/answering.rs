//! What staff do about remarks: let through, hide, answer, erase.

use super::answer_name;
use crate::outbox::{Cause, QueueError};
use crate::portal::App;
use engagement::plain_words;
use model::activity::Verdict;
use model::channel::Post;
use model::{
    Heard, Language, Publication, PublicationText, Remark, RemarkAnswer, RemarkId, RemarkReply, Sight, Source,
    Timestamp,
};
use store::{Durability, OutboxFull, StoreError};

/// Why an answer was not given.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The remark is gone, or not shown, or was answered meanwhile.
    #[error("there is no such remark, or it cannot be answered now")]
    TooLate,
    /// There is nothing in it.
    #[error("the answer is empty")]
    Empty,
    /// The channel carries so many characters at most.
    #[error("the channel carries at most {0} characters")]
    TooLong(u32),
    /// Too much waits to leave the box.
    #[error(transparent)]
    Full(#[from] OutboxFull),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<QueueError> for AnswerError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Full(full) => Self::Full(full),
            QueueError::Store(error) => Self::Store(error),
        }
    }
}

impl App {
    /// Lets a remark through or hides it; says whether it was there.
    pub fn moderate_remark(&self, id: RemarkId, verdict: &Verdict) -> Result<bool, StoreError> {
        let sight = match verdict {
            Verdict::LetThrough => Sight::Shown,
            Verdict::Hidden(why) => Sight::Hidden(why.clone()),
        };
        self.change_remark(id, |remark| Some(Remark { sight, ..remark }))
    }

    /// Notes that a remark needs no answer, or that it does after all; says whether it could still be noted.
    pub fn settle_remark(&self, id: RemarkId, reply: &RemarkReply) -> Result<bool, StoreError> {
        let open = |remark: &Remark| !matches!(remark.reply, RemarkReply::Given(_));
        self.change_remark(id, |remark| open(&remark).then(|| Remark { reply: reply.clone(), ..remark }))
    }

    /// Erases a remark, as staff do with what must not stand. A channel does not bring it back.
    pub fn erase_remark(&self, id: RemarkId) -> Result<bool, StoreError> {
        self.change_remarks(|tx| tx.erase_remark(id))
    }

    /// Answers a remark, once: the answer stands under it, and goes back by the channel it came from, if that carries answers.
    pub fn answer_remark(
        &self,
        id: RemarkId,
        text: &str,
        language: Language,
        now: Timestamp,
    ) -> Result<(), AnswerError> {
        let text = plain_words(text);
        if text.is_empty() {
            return Err(AnswerError::Empty);
        }
        let open = |remark: &Remark| remark.sight == Sight::Shown && !matches!(remark.reply, RemarkReply::Given(_));
        let asked = self.store().read()?.remark(id)?.filter(open).ok_or(AnswerError::TooLate)?;
        // Before the transaction: nobody else waits for a plugin.
        let back = self.way_back(&asked, &text, language)?;
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let remark = transaction.remark(id)?.filter(open).ok_or(AnswerError::TooLate)?;
        if let Some(heard) = back {
            let names = (answer_name(id), Cause::Answer.about(id.0));
            let post = post_of(&text, language);
            Self::queue_answer(&transaction, (&names.0, &names.1), (&heard.channel, &heard.handle, post), now)?;
        }
        let reply = RemarkReply::Given(RemarkAnswer { text, language, at: now });
        transaction.note_remark(&Remark { reply, ..remark })?;
        transaction.commit(Durability::Now)?;
        self.talk.changed();
        self.outbox_changed();
        Ok(())
    }

    /// The comment that an answer goes back to; none when it stands on the portal alone.
    fn way_back<'a>(
        &self,
        remark: &'a Remark,
        text: &str,
        language: Language,
    ) -> Result<Option<&'a Heard>, AnswerError> {
        let Source::Channel(heard) = &remark.source else { return Ok(None) };
        let Some(channel) = self.channel(&heard.channel).filter(|channel| channel.answers()) else { return Ok(None) };
        let limit = limit_of(&channel, text, language);
        if limit > 0 && text.chars().count() > limit as usize {
            return Err(AnswerError::TooLong(limit));
        }
        Ok(Some(heard))
    }

    fn change_remark(&self, id: RemarkId, change: impl FnOnce(Remark) -> Option<Remark>) -> Result<bool, StoreError> {
        self.change_remarks(|tx| {
            let Some(changed) = tx.remark(id)?.and_then(change) else { return Ok(false) };
            tx.note_remark(&changed)?;
            Ok(true)
        })
    }
}

/// Characters that the channel allows: what it says when it composes. 0: no limit, or none known.
fn limit_of(channel: &crate::channels::ReadyChannel, text: &str, language: Language) -> u32 {
    let text = PublicationText { language, title: String::new(), body: text.to_owned() };
    let publication =
        Publication { name: String::new(), texts: vec![text], door: None, picture: None, expires_at: None };
    let composed = channel.plugin.compose(&publication, &channel.plan.languages, &channel.plan.settings);
    composed.ok().and_then(Result::ok).and_then(|posts| Some(posts.first()?.limit)).unwrap_or(0)
}

fn post_of(text: &str, language: Language) -> Post {
    Post {
        language,
        title: String::new(),
        body: text.to_owned(),
        link: None,
        picture: None,
        length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
        limit: 0,
        cost: 0,
        note: Vec::new(),
    }
}

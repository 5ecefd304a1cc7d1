//! What staff write for the world: drafts, letting them go, putting right and taking back, each with its line in the log.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::outbox::ChannelCost;
use crate::publications::{Draft, DraftError, LookError, PostLine, Previewed};
use model::{Hex, Picture, PublicationId, PublicationRecord, PublicationState, PublicationText, Timestamp, Words};
use store::StoreError;

impl Staff {
    /// A name that nothing has, for what a form is going to make.
    pub fn new_name(&self) -> String {
        let mut drawn = [0; 12];
        (self.dice)(&mut drawn);
        Hex(&drawn).to_string()
    }

    /// Keeps a new draft. The same name is the same draft, however often its form comes.
    pub fn put_draft(
        &self,
        by: &Colleague,
        name: &str,
        draft: &Draft,
        picture: Option<&Picture>,
        now: Timestamp,
    ) -> Result<PublicationId, StoreError> {
        self.app.put_draft(name, &by.login, draft, picture, now)
    }

    /// Keeps what a form made of a draft; with the writing that the form was shown.
    pub fn change_draft(
        &self,
        by: &Colleague,
        which: (PublicationId, u32),
        draft: &Draft,
        picture: Option<&Picture>,
        now: Timestamp,
    ) -> Result<(), DraftError> {
        self.app.change_draft(which, &by.login, draft, picture, now)
    }

    /// Throws a draft away.
    pub fn discard_draft(&self, by: &Colleague, id: PublicationId, now: Timestamp) -> Result<(), DraftError> {
        self.app.discard_draft(id, &by.login, now)?;
        Ok(self.noted(by, "draft-discarded", id, now)?)
    }

    /// Lets a draft go, with the picture of its place as it was drawn.
    pub fn send_draft(
        &self,
        by: &Colleague,
        (id, seen): (PublicationId, u32),
        drawn: Option<Picture>,
        now: Timestamp,
    ) -> Result<PublicationState, LookError> {
        let state = self.app.send_draft((id, seen), &by.login, drawn, now)?;
        let what = if state == PublicationState::Queued { "post-sent" } else { "post-asked" };
        self.noted(by, what, id, now)?;
        Ok(state)
    }

    /// Takes back what is on its way or out.
    pub fn withdraw_publication(&self, by: &Colleague, id: PublicationId, now: Timestamp) -> Result<(), LookError> {
        self.app.withdraw_publication(id, &by.login, now)?;
        Ok(self.noted(by, "post-withdrawn", id, now)?)
    }

    /// Puts other texts in the place of those that are out.
    pub fn correct_publication(
        &self,
        by: &Colleague,
        (id, seen): (PublicationId, u32),
        texts: &[PublicationText],
        now: Timestamp,
    ) -> Result<(), DraftError> {
        self.app.correct_publication((id, seen), texts, now)?;
        Ok(self.noted(by, "post-corrected", id, now)?)
    }

    /// What a publication would become by each of its channels.
    pub fn previews(&self, record: &PublicationRecord, picture: Option<Picture>) -> Vec<Previewed> {
        self.app.previews(record, picture)
    }

    /// How far a publication has come by each channel.
    pub fn publication_log(&self, record: &PublicationRecord, now: Timestamp) -> Result<Vec<PostLine>, StoreError> {
        self.app.publication_log(record, now)
    }

    /// The picture of a publication, while it is kept.
    pub fn publication_picture(&self, record: &PublicationRecord) -> Result<Option<Picture>, StoreError> {
        self.app.picture_of(record)
    }

    /// A photo that staff brought, as it may stand in public. Takes a second or two.
    pub fn take_picture(&self, file: &[u8], alternative: Words) -> Result<Picture, crate::PhotoRefusal> {
        self.app.take_picture(file, alternative)
    }

    /// What each channel has cost this month.
    pub fn channel_costs(&self, now: Timestamp) -> Result<Vec<ChannelCost>, StoreError> {
        self.app.channel_costs(now)
    }

    fn noted(&self, by: &Colleague, what: &str, id: PublicationId, now: Timestamp) -> Result<(), StoreError> {
        self.write(|tx| tx.audit(&line(now, Some(&by.login), what, &id.0.to_string())))
    }
}

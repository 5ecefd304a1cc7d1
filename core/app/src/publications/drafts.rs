//! What staff write: a row from the first draft on. A form says which writing it is about, so nobody writes over a colleague.

use super::{Approved, LookError, publication};
use crate::channels::PreviewError;
use crate::portal::App;
use model::activity::ActivityId;
use model::{
    Author, ChannelId, Picture, PlaceId, PublicationId, PublicationRecord, PublicationState, PublicationText, Shows,
    Timestamp, Words,
};
use photo::Refusal;
use store::{Durability, StoreError};

/// The longest title: what fits one line of a news list.
pub const TITLE_CHARS_MAX: usize = 200;
/// The longest text: four pages.
pub const BODY_CHARS_MAX: usize = 10_000;
/// The longest words for what a picture shows: what the strictest channel takes.
pub const ALTERNATIVE_CHARS_MAX: usize = 1000;

/// What a form says of something that is to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The same thing in several languages, best first.
    pub texts: Vec<PublicationText>,
    /// The place it is about.
    pub place: Option<PlaceId>,
    /// The activity it is about.
    pub activity: Option<ActivityId>,
    /// Where people can answer, or read more.
    pub door: Option<String>,
    /// Which picture goes with it.
    pub shows: Shows,
    /// What a picture that staff brought shows.
    pub alternative: Words,
    /// By which channels; empty: by none, it stands on the portal alone.
    pub channels: Vec<ChannelId>,
    /// It leaves then; none: as soon as it is let go.
    pub due_at: Option<Timestamp>,
    /// After this it has no value.
    pub expires_at: Option<Timestamp>,
}

/// Why a draft was not kept.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is none of this number: it was sent, or thrown away.
    #[error("there is no such draft")]
    Gone,
    /// A colleague wrote it anew since the form was shown.
    #[error("somebody else wrote this anew meanwhile")]
    Meanwhile,
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Keeps a new draft. The same name is the same draft, however often its form comes.
    pub fn put_draft(
        &self,
        name: &str,
        who: &str,
        draft: &Draft,
        picture: Option<&Picture>,
        now: Timestamp,
    ) -> Result<PublicationId, StoreError> {
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        if let Some(known) = tx.publication_named(name)? {
            return Ok(known.id);
        }
        let record = drafted(draft, blank(name, now), who, now);
        let id = tx.put_publication(&record, picture)?.unwrap_or(PublicationId(0));
        tx.commit(Durability::Now)?;
        Ok(id)
    }

    /// Keeps what a form made of a draft. `seen` is the writing that it was shown.
    pub fn change_draft(
        &self,
        (id, seen): (PublicationId, u32),
        who: &str,
        draft: &Draft,
        picture: Option<&Picture>,
        now: Timestamp,
    ) -> Result<(), DraftError> {
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        let before = tx.publication(id)?.filter(|record| record.state == PublicationState::Draft);
        let before = before.ok_or(DraftError::Gone)?;
        if before.revision != seen {
            return Err(DraftError::Meanwhile);
        }
        let record = PublicationRecord { revision: seen.saturating_add(1), ..drafted(draft, before, who, now) };
        tx.note_publication(&record)?;
        match (picture, record.shows) {
            (Some(picture), Shows::Own) => tx.put_publication_picture(id, picture),
            (_, Shows::Own) => {}
            _ => tx.drop_publication_picture(id)?,
        }
        tx.commit(Durability::Now)?;
        Ok(())
    }

    /// Throws a draft away.
    pub fn discard_draft(&self, id: PublicationId, who: &str, now: Timestamp) -> Result<(), DraftError> {
        let municipality = self.municipality();
        let tx = self.store().begin(&municipality.calendar)?;
        let draft = tx.publication(id)?.filter(|record| record.state == PublicationState::Draft);
        let (state, looked_by) = (PublicationState::Refused, Some(who.to_owned()));
        tx.note_publication(&PublicationRecord {
            state,
            looked_by,
            changed_at: now,
            ..draft.ok_or(DraftError::Gone)?
        })?;
        tx.commit(Durability::Now)?;
        Ok(())
    }

    /// Lets a draft go as it was looked at: on its way, or to a second pair of eyes where the municipality wants that. A picture of a place
    /// is drawn by whoever calls.
    pub fn send_draft(
        &self,
        (id, seen): (PublicationId, u32),
        who: &str,
        drawn: Option<Picture>,
        now: Timestamp,
    ) -> Result<PublicationState, LookError> {
        let draft = self.store().read()?.publication(id)?.ok_or(LookError::TooLate)?;
        let picture = if draft.shows == Shows::Own { self.picture_of(&draft)? } else { drawn.clone() };
        let approved = self.all_fit(&draft, picture.as_ref())?;
        let municipality = self.municipality();
        let state = if municipality.post_approval { PublicationState::Waiting } else { PublicationState::Queued };
        let tx = self.store().begin(&municipality.calendar)?;
        let stands =
            tx.publication(id)?.filter(|record| record.state == PublicationState::Draft && record.revision == seen);
        let draft = stands.ok_or(LookError::TooLate)?;
        let due_at = draft.due_at.max(now);
        let alternative = picture.as_ref().map(|picture| picture.alternative.clone());
        let sent = PublicationRecord {
            state,
            due_at,
            changed_at: now,
            alternative,
            author: Author::Staff(who.to_owned()),
            ..draft
        };
        if state == PublicationState::Queued {
            self.hand_on(&tx, &sent, picture, &approved)?;
        } else if let Some(drawn) = drawn {
            tx.put_publication_picture(id, &drawn);
        }
        tx.note_publication(&sent)?;
        tx.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(state)
    }

    /// What it becomes by each channel; an error when one says that it does not take it. One that cannot say so now composes when it sends.
    fn all_fit(&self, record: &PublicationRecord, picture: Option<&Picture>) -> Result<Approved, LookError> {
        let publication = publication(record, picture.cloned());
        let mut approved = Approved::new();
        for channel in self.channels_of(record) {
            match self.preview(&publication, &channel) {
                Ok(posts) => drop(approved.insert(channel, posts)),
                Err(PreviewError::Unfit(why)) => return Err(LookError::Unfit(channel, why)),
                Err(PreviewError::Unknown(_) | PreviewError::Plugin(_)) => {}
            }
        }
        Ok(approved)
    }

    /// A photo that staff brought, as it may stand in public. Blocks for a second or two; one is read at a time.
    pub fn take_picture(&self, file: &[u8], alternative: Words) -> Result<Picture, Refusal> {
        let photo::Picture { width, height, jpeg, .. } = self.clean_photo(file)?;
        Ok(Picture { bytes: jpeg, width, height, alternative })
    }
}

fn blank(name: &str, now: Timestamp) -> PublicationRecord {
    PublicationRecord {
        id: PublicationId(0),
        name: name.to_owned(),
        author: Author::Staff(String::new()),
        place: None,
        activity: None,
        texts: Vec::new(),
        door: None,
        shows: Shows::Nothing,
        alternative: None,
        channels: None,
        made_at: now,
        due_at: now,
        expires_at: None,
        state: PublicationState::Draft,
        changed_at: now,
        looked_by: None,
        revision: 0,
        corrected_at: None,
    }
}

/// A text as people write it: lines and letters. Letters that steer how others are shown (Unicode, bidirectional embeddings and overrides)
/// could make a post read backwards, and are left out; a text that runs from right to left needs none of them.
pub(super) fn plain(text: &PublicationText) -> PublicationText {
    let steers = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let clean = |text: &str| {
        let text = text.replace("\r\n", "\n");
        let kept = text.chars().filter(|letter| *letter == '\n' || !(letter.is_control() || steers(*letter)));
        kept.collect::<String>().trim().to_owned()
    };
    PublicationText { language: text.language, title: clean(&text.title).replace('\n', " "), body: clean(&text.body) }
}

fn drafted(draft: &Draft, before: PublicationRecord, who: &str, now: Timestamp) -> PublicationRecord {
    PublicationRecord {
        author: Author::Staff(who.to_owned()),
        place: draft.place.clone(),
        activity: draft.activity.clone(),
        texts: draft.texts.iter().map(plain).collect(),
        door: draft.door.clone(),
        shows: draft.shows,
        alternative: (draft.shows == Shows::Own).then(|| draft.alternative.clone()),
        channels: Some(draft.channels.clone()),
        due_at: draft.due_at.unwrap_or(before.made_at),
        expires_at: draft.expires_at,
        changed_at: now,
        ..before
    }
}

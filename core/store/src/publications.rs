//! What was to be said to the world, by a rule or by staff: until somebody has looked at it, and for the record after.

use crate::error::StoreError;
use crate::keys::Key;
use crate::snapshot::{Rows, Snapshot, all};
use crate::stored::Drawn;
use crate::tables::{PUBLICATION_NAMES, PUBLICATION_PICTURES, PUBLICATIONS};
use crate::transaction::Transaction;
use model::{Picture, PublicationId, PublicationRecord, PublicationState, Shows, Words};

/// Publications that are remembered; the oldest go first. A town that says ten things a day remembers a year.
pub const PUBLICATIONS_MAX: u64 = 4000;
/// The newest publications keep a picture that staff brought: at most 1 MiB each, and few of them have one.
const PICTURES_KEPT: u64 = 500;

/// Whether its picture is needed still: by whoever writes or looks at it, or by the news of the portal.
fn keeps_picture(record: &PublicationRecord) -> bool {
    match record.state {
        PublicationState::Draft | PublicationState::Waiting => true,
        PublicationState::Queued => record.shows == Shows::Own,
        _ => false,
    }
}

/// The number of a publication.
impl Key<8> for PublicationId {
    fn to_bytes(&self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

impl Transaction<'_> {
    /// Keeps something new under a number of its own, which is not looked at in `record`; none when its name is taken. Its picture is kept
    /// while somebody writes it or has to look at it, and one that staff brought for as long as it is news.
    pub fn put_publication(
        &self,
        record: &PublicationRecord,
        picture: Option<&Picture>,
    ) -> Result<Option<PublicationId>, StoreError> {
        let digest = self.keyring().derived("publication", &[record.name.as_bytes()]);
        if PUBLICATION_NAMES.get_written(self.write(), &digest)?.is_some() {
            return Ok(None);
        }
        let id = PublicationId(PUBLICATIONS.last_key(self.write())?.map_or(1, |last| last.0.saturating_add(1)));
        if let Some(past) = id.0.checked_sub(PUBLICATIONS_MAX).map(PublicationId) {
            self.forget_publication(past)?;
        }
        if let Some(old) = id.0.checked_sub(PICTURES_KEPT).map(PublicationId) {
            self.forget_old_picture(old)?;
        }
        PUBLICATION_NAMES.put(self.write(), &digest, &id.0.cast_signed());
        PUBLICATIONS.put(self.write(), &id, &PublicationRecord { id, ..record.clone() });
        if let Some(picture) = picture.filter(|_| keeps_picture(record)) {
            self.put_publication_picture(id, picture);
        }
        Ok(Some(id))
    }

    /// Notes how far a publication has come. Its picture goes once nobody needs it any more.
    pub fn note_publication(&self, record: &PublicationRecord) -> Result<(), StoreError> {
        PUBLICATIONS.put(self.write(), &record.id, record);
        if !keeps_picture(record) {
            self.drop_publication_picture(record.id)?;
        }
        Ok(())
    }

    /// Puts another picture in the place of the one of a publication.
    pub fn put_publication_picture(&self, id: PublicationId, picture: &Picture) {
        let drawn = Drawn { width: picture.width, height: picture.height, bytes: picture.bytes.clone() };
        PUBLICATION_PICTURES.put(self.write(), &id, &drawn);
    }

    /// Takes the picture of a publication away.
    pub fn drop_publication_picture(&self, id: PublicationId) -> Result<(), StoreError> {
        PUBLICATION_PICTURES.remove(self.write(), &id).map(drop)
    }

    /// The publication of a name; none when there is none, or no more.
    pub fn publication_named(&self, name: &str) -> Result<Option<PublicationRecord>, StoreError> {
        let digest = self.keyring().derived("publication", &[name.as_bytes()]);
        let Some(id) = PUBLICATION_NAMES.get_written(self.write(), &digest)? else { return Ok(None) };
        self.publication(PublicationId(id.cast_unsigned()))
    }

    /// A publication, as this transaction sees it.
    pub fn publication(&self, id: PublicationId) -> Result<Option<PublicationRecord>, StoreError> {
        PUBLICATIONS.get_written(self.write(), &id)
    }

    /// What is out long since is news without its picture; a draft keeps its own.
    fn forget_old_picture(&self, id: PublicationId) -> Result<(), StoreError> {
        match self.publication(id) {
            Ok(Some(record)) if record.state == PublicationState::Draft || record.is_waiting() => Ok(()),
            Ok(_) | Err(StoreError::Corrupt(_)) => self.drop_publication_picture(id),
            Err(error) => Err(error),
        }
    }

    fn forget_publication(&self, id: PublicationId) -> Result<(), StoreError> {
        match PUBLICATIONS.get_written(self.write(), &id) {
            Ok(Some(past)) => {
                let digest = self.keyring().derived("publication", &[past.name.as_bytes()]);
                PUBLICATION_NAMES.remove(self.write(), &digest)?;
            }
            Ok(None) | Err(StoreError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
        PUBLICATIONS.remove(self.write(), &id)?;
        PUBLICATION_PICTURES.remove(self.write(), &id).map(drop)
    }
}

impl Snapshot {
    /// Every publication that is remembered, oldest first.
    pub fn publications(&self) -> Result<Rows<'_, (PublicationId, PublicationRecord)>, StoreError> {
        all(&PUBLICATIONS, self.view())
    }

    /// A publication.
    pub fn publication(&self, id: PublicationId) -> Result<Option<PublicationRecord>, StoreError> {
        PUBLICATIONS.get(self.view(), &id)
    }

    /// The publication of a name.
    pub fn publication_named(&self, name: &str) -> Result<Option<PublicationRecord>, StoreError> {
        let digest = self.keyring().derived("publication", &[name.as_bytes()]);
        let Some(id) = PUBLICATION_NAMES.get(self.view(), &digest)? else { return Ok(None) };
        self.publication(PublicationId(id.cast_unsigned()))
    }

    /// The picture of a publication, while it is kept, with what it shows.
    pub fn publication_picture(&self, id: PublicationId, alternative: Words) -> Result<Option<Picture>, StoreError> {
        let drawn = PUBLICATION_PICTURES.get(self.view(), &id)?;
        Ok(drawn.map(|Drawn { width, height, bytes }| Picture { bytes, width, height, alternative }))
    }
}

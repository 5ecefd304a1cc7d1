//! Photos that people gave: each is sealed with a key of its own and lies in parts of a bounded size. Only what somebody said names a photo,
//! and that is sealed too; so nothing in these tables tells whose it is.

use crate::error::StoreError;
use crate::keyring::Slot;
use crate::keys::{ActivityNumber, Key};
use crate::people::bound_to;
use crate::record::{Reader, Stored, Writer};
use crate::snapshot::Snapshot;
use crate::stored::{Sealed, meant, plain};
use crate::tables::{PHOTO_PARTS, PHOTOS};
use crate::transaction::Transaction;
use model::Day;
use model::activity::{ActivityId, Photo, PhotoId};
use std::ops::Bound;

/// The longest part, so that no row is long.
const PART_BYTES: usize = 64 << 10;

/// A photo of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PhotoKey {
    pub(crate) activity: ActivityNumber,
    pub(crate) photo: PhotoId,
}

/// A part of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PhotoPartKey {
    pub(crate) of: PhotoKey,
    pub(crate) part: u16,
}

/// What is known of a photo without its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    day: Day,
    width: u32,
    height: u32,
    /// Beside the thumbnail.
    parts: u16,
}

impl Snapshot {
    /// A photo; none when there is none of that number, or it was erased.
    pub fn photo(&self, activity: &ActivityId, photo: PhotoId) -> Result<Option<Photo>, StoreError> {
        let Some((key, slot, head)) = self.photo_head(activity, photo)? else { return Ok(None) };
        let mut jpeg = Vec::new();
        for part in 1..=head.parts {
            let Some(bytes) = self.photo_part(key, slot, part)? else { return Ok(None) };
            jpeg.extend_from_slice(&bytes);
        }
        let thumbnail = self.photo_part(key, slot, 0)?.unwrap_or_default();
        Ok(Some(Photo { day: head.day, width: head.width, height: head.height, jpeg, thumbnail }))
    }

    /// The same, small.
    pub fn thumbnail(&self, activity: &ActivityId, photo: PhotoId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((key, slot, _)) = self.photo_head(activity, photo)? else { return Ok(None) };
        self.photo_part(key, slot, 0)
    }

    /// The photos of an activity, and the day each came.
    pub fn photos(&self, activity: &ActivityId) -> Result<Vec<(PhotoId, Day)>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let (from, to) = bounds(number);
        let mut photos = Vec::new();
        for row in PHOTOS.rows(self.view().open(&PHOTOS.raw)?.range((Bound::Included(&from), Bound::Included(&to)))?) {
            let (key, sealed) = row?;
            photos.extend(self.opened_head(key, &sealed)?.map(|head| (key.photo, head.day)));
        }
        Ok(photos)
    }

    fn photo_head(&self, activity: &ActivityId, photo: PhotoId) -> Result<Option<(PhotoKey, Slot, Head)>, StoreError> {
        let Some(activity) = self.number_of(activity)? else { return Ok(None) };
        let key = PhotoKey { activity, photo };
        let Some(sealed) = PHOTOS.get(self.view(), &key)? else { return Ok(None) };
        Ok(self.opened_head(key, &sealed)?.map(|head| (key, sealed.slot, head)))
    }

    fn opened_head(&self, key: PhotoKey, sealed: &Sealed) -> Result<Option<Head>, StoreError> {
        let to = bound_to(PHOTOS.raw.name, &key.to_bytes());
        let opened = self.keyring().open_sealed(sealed.slot, &[], &to, &sealed.bytes)?;
        Ok(opened.and_then(|bytes| meant(&bytes)))
    }

    fn photo_part(&self, of: PhotoKey, slot: Slot, part: u16) -> Result<Option<Vec<u8>>, StoreError> {
        let key = PhotoPartKey { of, part };
        let Some(sealed) = PHOTO_PARTS.get(self.view(), &key)? else { return Ok(None) };
        let to = bound_to(PHOTO_PARTS.raw.name, &key.to_bytes());
        self.keyring().open_sealed(slot, &[], &to, &sealed.bytes)
    }
}

impl Transaction<'_> {
    /// Keeps a photo under a number that nobody had. What names it is kept when its form is.
    pub fn put_photo(&self, activity: &ActivityId, photo: PhotoId, taken: &Photo) -> Result<(), StoreError> {
        let key = PhotoKey { activity: self.activity_number(activity)?, photo };
        let slot = self.new_slot()?;
        let parts = std::iter::once(taken.thumbnail.as_slice()).chain(taken.jpeg.chunks(PART_BYTES));
        let mut count = 0;
        for (part, bytes) in (0_u16..).zip(parts) {
            let key = PhotoPartKey { of: key, part };
            let to = bound_to(PHOTO_PARTS.raw.name, &key.to_bytes());
            let bytes = self.keyring().seal(slot, &[], &to, bytes)?;
            PHOTO_PARTS.put(self.write(), &key, &Sealed { slot, bytes });
            count = part;
        }
        let head = Head { day: taken.day, width: taken.width, height: taken.height, parts: count };
        let to = bound_to(PHOTOS.raw.name, &key.to_bytes());
        let bytes = self.keyring().seal(slot, &[], &to, &plain(&head))?;
        PHOTOS.put(self.write(), &key, &Sealed { slot, bytes });
        // The journal would tell what was written in the same minute.
        self.veil();
        Ok(())
    }

    /// Erases a photo; says whether there was one.
    pub fn erase_photo(&self, activity: &ActivityId, photo: PhotoId) -> Result<bool, StoreError> {
        let number = self.activity_number(activity)?;
        self.erase_photo_of(number, photo)
    }

    pub(crate) fn erase_photo_of(&self, activity: ActivityNumber, photo: PhotoId) -> Result<bool, StoreError> {
        let key = PhotoKey { activity, photo };
        let Some(sealed) = PHOTOS.get_written(self.write(), &key)? else { return Ok(false) };
        self.erase_slot(sealed.slot);
        let [from, to] = [0, u16::MAX].map(|part| PhotoPartKey { of: key, part }.to_bytes());
        self.write().remove_range(&PHOTO_PARTS.raw, from.as_slice()..to.as_slice())?;
        PHOTOS.remove(self.write(), &key)
    }

    /// All of an activity.
    pub(crate) fn erase_photos_of(&self, activity: ActivityNumber) -> Result<(), StoreError> {
        let (from, to) = bounds(activity);
        let range = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let mut photos = Vec::new();
        for row in PHOTOS.rows(self.write().open(&PHOTOS.raw)?.range(range)?) {
            photos.push(row?.0.photo);
        }
        photos.into_iter().try_for_each(|photo| self.erase_photo_of(activity, photo).map(drop))
    }
}

fn bounds(activity: ActivityNumber) -> ([u8; 20], [u8; 20]) {
    let key = |byte| PhotoKey { activity, photo: PhotoId([byte; 16]) }.to_bytes();
    (key(0), key(u8::MAX))
}

/// Layout 1: day, width, height, parts.
impl Stored for Head {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.i64(self.day.0.into());
        out.u32(self.width);
        out.u32(self.height);
        out.u16(self.parts);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let day = Day(i32::try_from(input.i64()?).ok()?);
        Some(Self { day, width: input.u32()?, height: input.u32()?, parts: input.u16()? })
    }
}

impl Key<20> for PhotoKey {
    fn to_bytes(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        let parts = self.activity.to_bytes().into_iter().chain(self.photo.0);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        bytes
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        let [a, b, c, d, photo @ ..] = bytes;
        Self { activity: ActivityNumber(u32::from_be_bytes([a, b, c, d])), photo: PhotoId(photo) }
    }
}

impl Key<22> for PhotoPartKey {
    fn to_bytes(&self) -> [u8; 22] {
        let mut bytes = [0; 22];
        let parts = self.of.to_bytes().into_iter().chain(self.part.to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        bytes
    }

    fn from_bytes(bytes: [u8; 22]) -> Self {
        let [of @ .., high, low] = bytes;
        Self { of: PhotoKey::from_bytes(of), part: u16::from_be_bytes([high, low]) }
    }
}

//! Photos: made plain when they come, kept sealed, and let go of with what named them.

use super::moderation::{decisions, visibility};
use super::visitor::{Pass, Visitor, half};
use super::{ActivityError, lock};
use crate::portal::App;
use engagement::{Misfit, Visibility, Why};
use model::Timestamp;
use model::activity::{ActivityId, Answer, Draft, EntryId, FormToken, OpenTo, Phase, Photo, PhotoId, Value};
use photo::{Picture, Refusal};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use store::{Durability, Snapshot, StoreError};

/// Photos of one activity at most: some 700 MB.
const PHOTOS_MAX: usize = 2000;
/// Photos that staff try activities out with, all together.
pub(super) const PREVIEW_PHOTOS_MAX: usize = 16;
/// A photo that no answer names is swept after so many days: its form was never sent.
const UNNAMED_DAYS: i32 = 2;

/// What became of a file that somebody sent as a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhotoTaken {
    /// It is on disk. Name it in an answer ([`PhotoId::reference`]), or it is swept in some days.
    Kept(PhotoId),
    /// It cannot be taken.
    Refused(Refusal),
    /// Too many come from one place, or the activity has as many as it may have.
    NoRoom,
    /// The activity takes no answers now.
    NotOpen,
}

impl App {
    /// Takes a photo in: reads it, makes a plain picture of it and keeps that sealed. Blocks for as long as that takes; one photo is read at
    /// a time, so that all together never need more than [`photo::MEMORY_MAX`].
    /// The same file on the same form has the same number however often it is sent, so a second click says nothing twice.
    pub fn take_photo(
        &self,
        id: &ActivityId,
        visitor: &Visitor,
        FormToken(token): FormToken,
        file: &[u8],
    ) -> Result<PhotoTaken, ActivityError> {
        let running = self.running(id)?;
        let is_trial = matches!(visitor.pass, Pass::Preview(_));
        let phase = running.activity.phase(visitor.now);
        let late = running.activity.closes.is_some_and(|closes| visitor.now < closes + super::GRACE);
        if !is_trial && phase != Phase::Open && !(phase == Phase::Closed && late) {
            return Ok(PhotoTaken::NotOpen);
        }
        let digest = Sha256::digest(file);
        let number = self.store().derived("photo", &[id.as_str().as_bytes(), &token, &digest]);
        let number = PhotoId(half(&number));
        if !self.thumbnails(id, [number])?.is_empty() {
            return Ok(PhotoTaken::Kept(number));
        }
        if self.activities().limits.photo(visitor) || self.store().read()?.photos(id)?.len() >= PHOTOS_MAX {
            return Ok(PhotoTaken::NoRoom);
        }
        let Picture { width, height, jpeg, thumbnail } = match self.clean_photo(file) {
            Ok(picture) => picture,
            Err(refusal) => return Ok(PhotoTaken::Refused(refusal)),
        };
        let municipality = self.municipality();
        let whole = Photo { day: municipality.calendar.day(visitor.now), width, height, jpeg, thumbnail };
        if is_trial {
            let mut tries = lock(&self.activities().preview_photos);
            tries.push_back((number, whole));
            while tries.len() > PREVIEW_PHOTOS_MAX {
                tries.pop_front();
            }
        } else {
            let transaction = self.store().begin(&municipality.calendar)?;
            transaction.put_photo(id, number, &whole)?;
            transaction.commit(Durability::Now)?;
        }
        Ok(PhotoTaken::Kept(number))
    }

    /// A plain picture of a photo; one is read at a time.
    pub(crate) fn clean_photo(&self, file: &[u8]) -> Result<Picture, Refusal> {
        let _one = lock(&self.activities().darkroom);
        photo::clean(file)
    }

    /// Photos, small, by their numbers: JPEG files. Those that are there no more are left out.
    pub fn thumbnails(
        &self,
        id: &ActivityId,
        wanted: impl IntoIterator<Item = PhotoId>,
    ) -> Result<BTreeMap<PhotoId, Vec<u8>>, ActivityError> {
        let snapshot = self.store().read()?;
        let mut found = BTreeMap::new();
        for photo in wanted {
            let tried = lock(&self.activities().preview_photos);
            let tried = tried.iter().find(|(number, _)| *number == photo).map(|(_, taken)| taken.thumbnail.clone());
            let small = if tried.is_some() { tried } else { snapshot.thumbnail(id, photo)? };
            found.extend(small.map(|small| (photo, small)));
        }
        Ok(found)
    }

    /// The photo of an entry, counted from 0 as the entry names them: for staff, whether it is let through or not.
    pub fn photo_of(&self, id: &ActivityId, entry: EntryId, at: usize) -> Result<Option<Photo>, ActivityError> {
        self.running(id)?;
        let snapshot = self.store().read()?;
        let Some(entry) = snapshot.entry(id, entry)? else { return Ok(None) };
        let Some(number) = entry.said.photos().nth(at) else { return Ok(None) };
        Ok(snapshot.photo(id, number)?)
    }

    /// The same for everybody: only a photo that staff have let through.
    pub fn public_photo(&self, id: &ActivityId, entry: EntryId, at: usize) -> Result<Option<Photo>, ActivityError> {
        let running = self.running(id)?;
        let snapshot = self.store().read()?;
        let Some(found) = snapshot.entry(id, entry)? else { return Ok(None) };
        let said = &found.said;
        let mut questions = Vec::new();
        for answer in &said.answers {
            questions.extend(answer.value.photos().map(|_| answer.question.clone()));
        }
        let Some(number) = said.photos().nth(at) else { return Ok(None) };
        let is_let_through = if let Some(question) = questions.get(at) {
            snapshot.approved(id)?.get(&entry).is_some_and(|known| known.contains(question))
        } else {
            visibility(&decisions(&running, &snapshot)?, &snapshot, id, &found) == Visibility::Public
        };
        if is_let_through { Ok(snapshot.photo(id, number)?) } else { Ok(None) }
    }

    /// What is wrong with the photos that a form names: there are none of that number.
    pub(super) fn missing_photos(
        &self,
        snapshot: &Snapshot,
        id: &ActivityId,
        values: &[Answer],
    ) -> Result<Vec<Misfit>, StoreError> {
        let mut missing = Vec::new();
        for answer in values {
            for photo in answer.value.photos() {
                let tried = lock(&self.activities().preview_photos).iter().any(|(number, _)| *number == photo);
                if !tried && snapshot.thumbnail(id, photo)?.is_none() {
                    missing.push(Misfit { at: answer.question.clone(), why: Why::NoSuchPhoto });
                }
            }
        }
        Ok(missing)
    }

    /// Erases the photos of an activity that nothing names: of forms that were never sent. What an invited person has written and not sent
    /// cannot be read, so theirs stay until it is closed.
    pub(super) fn sweep_photos(&self, id: &ActivityId, now: Timestamp) -> Result<usize, StoreError> {
        let Ok(running) = self.running(id) else { return Ok(0) };
        let is_secret = running.activity.open_to == OpenTo::Invited;
        if is_secret && running.activity.closes.is_none_or(|closes| now < closes + super::GRACE) {
            return Ok(0);
        }
        let municipality = self.municipality();
        let today = municipality.calendar.day(now);
        let snapshot = self.store().read()?;
        let mut unnamed: BTreeSet<PhotoId> = snapshot
            .photos(id)?
            .into_iter()
            .filter(|(_, day)| day.0 <= today.0.saturating_sub(UNNAMED_DAYS))
            .map(|(photo, _)| photo)
            .collect();
        if unnamed.is_empty() {
            return Ok(0);
        }
        for entry in snapshot.entries(id, EntryId(0))? {
            for photo in entry?.said.photos() {
                unnamed.remove(&photo);
            }
        }
        let transaction = self.store().begin(&municipality.calendar)?;
        for photo in &unnamed {
            transaction.erase_photo(id, *photo)?;
        }
        transaction.commit(Durability::Now)?;
        Ok(unnamed.len())
    }
}

/// Leaves a method's drafts only photos that its form brought or that their author said before: a plugin cannot give one person's photo to
/// another.
pub(super) fn keep_to_own(drafts: &mut [Draft], own: &BTreeSet<PhotoId>) {
    let is_own = |reference: &String| PhotoId::of_reference(reference).is_none_or(|photo| own.contains(&photo));
    for draft in drafts {
        for answer in &mut draft.answers {
            if let Value::References(references) = &mut answer.value {
                references.retain(is_own);
            }
        }
        if let Some(contribution) = &mut draft.contribution {
            contribution.files.retain(is_own);
        }
    }
}

//! Photos in a form: those that came are taken in, those to be removed are let go of, and what is there is shown to whoever sent it.

use super::answer::Visit;
use super::upload::SentFiles;
use super::wrongs::{Wrong, WrongWhy};
use super::{Hall, Pairs, hall};
use crate::blocks::name_of;
use crate::problem::Problem;
use crate::reader::Reader;
use app::{PhotoRefusal, PhotoTaken};
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use engagement::Why;
use model::activity::{ActivityId, EntryId, Field, FieldKind, FormToken, Page, Photo, PhotoId};
use std::collections::BTreeMap;

/// Photos as they stand in a page, by number: each in its own address, so that none leads to it.
pub(crate) type Shown = BTreeMap<PhotoId, String>;

/// `GET /{lang}/take-part/{id}/photo/{entry}/{at}`: a photo that was let through.
pub(crate) async fn get(
    reader: Reader,
    Path((_, id, entry, at)): Path<(String, String, u64, usize)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?.id;
    let found = hall.work(move |app| app.public_photo(&activity, EntryId(entry), at)).await?;
    // It may be erased or held back at any time.
    Ok(answer(found.ok_or_else(Problem::not_found)?, "no-cache"))
}

pub(crate) fn answer(photo: Photo, keep: &'static str) -> Response {
    ([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, keep)], photo.jpeg).into_response()
}

/// The photos that stand in the fields of a page.
pub(crate) fn standing(page: &Page) -> Vec<PhotoId> {
    let fields = page.blocks.iter().filter_map(|block| match &block.is {
        model::activity::Content::Field(field) => field.value.as_ref(),
        _ => None,
    });
    fields.flat_map(|value| value.photos().collect::<Vec<_>>()).collect()
}

/// The photos that a form names.
pub(crate) fn named(pairs: &Pairs) -> Vec<PhotoId> {
    pairs
        .iter()
        .filter(|(name, _)| name.starts_with("f."))
        .filter_map(|(_, text)| PhotoId::of_reference(text))
        .collect()
}

pub(crate) async fn small(hall: &Hall, id: &ActivityId, wanted: Vec<PhotoId>) -> Result<Shown, Problem> {
    if wanted.is_empty() {
        return Ok(Shown::new());
    }
    let id = id.clone();
    let found = hall.work(move |app| app.thumbnails(&id, wanted)).await?;
    let inline = |jpeg: Vec<u8>| format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg));
    Ok(found.into_iter().map(|(photo, jpeg)| (photo, inline(jpeg))).collect())
}

impl Visit<'_> {
    /// Takes in what came with a form, and writes into the form what it names now. Says what was not taken.
    pub(super) async fn take_photos(
        &self,
        fields: &[Field],
        pairs: &mut Pairs,
        token: FormToken,
        sent: SentFiles,
    ) -> Result<Vec<Wrong>, Problem> {
        let mut wrongs = Vec::new();
        for field in fields {
            let FieldKind::Photo(most) = field.kind else { continue };
            let name = name_of(&field.key);
            let remove = format!("{name}.remove");
            let removed: Vec<&str> = pairs.all(&remove).collect();
            let stays = pairs.all(&name).filter(|photo| !removed.contains(photo));
            let mut photos: Vec<String> = stays.map(str::to_owned).collect();
            let own = format!("{name}.file");
            for file in sent.files.iter().filter(|file| file.name == own) {
                let read = match &file.bytes {
                    _ if photos.len() >= most as usize => Err(WrongWhy::Misfit(Why::TooMany(most))),
                    None => Err(WrongWhy::Photo(PhotoRefusal::TooLong)),
                    Some(bytes) => self.take_photo(token, bytes.clone()).await?,
                };
                match read {
                    Ok(photo) if photos.contains(&photo) => {}
                    Ok(photo) => photos.push(photo),
                    Err(why) => wrongs.push(Wrong { at: field.key.clone(), why }),
                }
            }
            pairs.put(&name, photos);
        }
        Ok(wrongs)
    }

    async fn take_photo(&self, token: FormToken, bytes: Vec<u8>) -> Result<Result<String, WrongWhy>, Problem> {
        let (id, visitor) = (self.activity.id.clone(), self.visitor.clone());
        let kept = self.hall.work(move |app| app.take_photo(&id, &visitor, token, &bytes)).await?;
        Ok(match kept {
            PhotoTaken::Kept(photo) => Ok(photo.reference()),
            PhotoTaken::Refused(refusal) => Err(WrongWhy::Photo(refusal)),
            PhotoTaken::NoRoom => Err(WrongWhy::Text("photo-no-room")),
            // The form as a whole is told that it came too late.
            PhotoTaken::NotOpen => Err(WrongWhy::Text("changed")),
        })
    }
}

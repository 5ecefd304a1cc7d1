//! A form that carries photos (`multipart/form-data`, RFC 7578).

use super::read::{Arrived, FIELDS_MAX, Pairs};
use super::{Hall, WORDS_BYTES_MAX};
use crate::portal::Portal;
use crate::problem::Problem;
use app::PHOTO_BYTES_MAX;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is read of a form with photos. What is over [`FILES_BYTES_MAX`] is let go of while it comes, so that the person is told which photo was
/// too long, and loses no word.
pub(crate) const UPLOAD_BYTES_MAX: usize = 64 << 20;
/// What is kept of the files of one form.
const FILES_BYTES_MAX: usize = 2 * PHOTO_BYTES_MAX;
/// Forms with photos that are read at once: their files take 96 MiB of memory at most.
const UPLOADS_MAX: usize = 4;
/// Who waits longer for a turn is asked to come back.
const TURN_WITHIN: Duration = Duration::from_mins(1);

/// Turns for those who send photos.
pub(crate) fn turns() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(UPLOADS_MAX))
}

/// A file as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct SentFile {
    /// The name of its field.
    pub(crate) name: String,
    /// None: it was too long to be kept.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Files, and the turn that their form takes until they are read.
#[derive(Debug, Default)]
pub(crate) struct SentFiles {
    pub(crate) files: Vec<SentFile>,
    _turn: Option<OwnedSemaphorePermit>,
}

/// Reads a form whose parts are told apart.
pub(super) async fn read(request: Request, portal: &Portal) -> Result<Arrived, Problem> {
    let hall: &Hall = portal.hall.as_ref().ok_or_else(Problem::not_found)?;
    let turn = tokio::time::timeout(TURN_WITHIN, Arc::clone(&hall.turns).acquire_owned()).await;
    let turn = turn.ok().and_then(Result::ok).ok_or_else(Problem::crowded)?;
    let mut parts = Multipart::from_request(request, portal).await.map_err(|_| Problem::bad_form())?;
    let (mut pairs, mut files): (Vec<(String, String)>, Vec<SentFile>) = (Vec::new(), Vec::new());
    let (mut words_left, mut files_left) = (WORDS_BYTES_MAX, FILES_BYTES_MAX);
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error))? {
        if pairs.len() + files.len() >= FIELDS_MAX {
            return Err(Problem::bad_form());
        }
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            let bytes = taken(&mut part, files_left.min(PHOTO_BYTES_MAX)).await?;
            files_left -= bytes.as_ref().map_or(0, Vec::len);
            // A browser sends an empty file where none was chosen.
            if bytes.as_ref().is_none_or(|bytes| !bytes.is_empty()) {
                files.push(SentFile { name, bytes });
            }
        } else {
            let bytes = taken(&mut part, words_left).await?.ok_or_else(Problem::too_long)?;
            words_left -= bytes.len();
            pairs.push((name, String::from_utf8(bytes).map_err(|_| Problem::bad_form())?));
        }
    }
    Ok(Arrived { pairs: Pairs::new(pairs), photos: SentFiles { files, _turn: Some(turn) } })
}

/// A part to its end; none when it is longer than `most`.
async fn taken(part: &mut Field<'_>, most: usize) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Some(Vec::new());
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        bytes = bytes.filter(|known| known.len() + chunk.len() <= most).map(|mut known: Vec<u8>| {
            known.extend_from_slice(&chunk);
            known
        });
    }
    Ok(bytes)
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Problem::too_long() } else { Problem::bad_form() }
}

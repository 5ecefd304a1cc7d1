//! `GET /{lang}/take-part/{id}/poster`: a page to print and hang up. Whoever comes by its code is counted as come by the poster.

use super::{hall, list};
use crate::pages::poster::{Code, code};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::extract::Path;
use axum::response::Response;
use serde::Serialize;

/// The poster of an activity.
#[derive(Debug, Serialize)]
struct Poster {
    name: Fragment,
    dates: String,
    url: String,
    shown: String,
    code: Code,
    activity: String,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let activity = hall(&reader.portal)?.public(&id)?;
    let name = Fragment::of(&activity.title, reader.language());
    let url = format!("{}/go/{}/poster", reader.origin(), activity.id);
    let shown = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned();
    let title = reader.speaker.text("poster", &[("name", (&name.text).into())]);
    let page = Poster {
        dates: list::dates(&activity, &reader),
        code: code(&url)?,
        activity: format!("/{}/take-part/{}", reader.language(), activity.id),
        name,
        url,
        shown,
    };
    reader.answer("take_part/poster.html", &Frame { title, section: "take-part", ..reader.frame() }, &page)
}

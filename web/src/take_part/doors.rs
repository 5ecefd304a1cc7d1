//! `GET /go/{id}/{door}`: the short address of an activity on a poster, in a post or a letter. It counts by which door people come; and what
//! people read for each.

use super::hall;
use crate::language::choose;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::{Reader, header};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, VARY};
use axum::response::{IntoResponse, Redirect, Response};

/// What people read for a door: a way of ours, or a channel of the folder.
pub(crate) fn door_name(door: &str, reader: &Reader) -> String {
    let key = format!("staff-door-{}", if door.is_empty() { "none" } else { door });
    if reader.speaker.knows(&key) {
        return reader.text(&key);
    }
    let plan = reader.municipality.channels.iter().find(|plan| plan.id.as_str() == door);
    plan.map_or_else(|| door.to_owned(), |plan| plan.title.best(reader.language()).0.to_owned())
}

pub(crate) async fn get(
    State(portal): State<Portal>,
    Path((id, door)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    to(&portal, &id, Some(&door), &headers)
}

/// `GET /go/{id}`: through no door in particular.
pub(crate) async fn front(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    to(&portal, &id, None, &headers)
}

fn to(portal: &Portal, id: &str, door: Option<&str>, headers: &HeaderMap) -> Result<Response, Problem> {
    let hall = hall(portal)?;
    let activity = hall.public(id)?;
    let language = choose(header(headers, &ACCEPT_LANGUAGE), &portal.municipality().languages);
    let door = door.and_then(|door| hall.door(door)).map(|door| format!("?door={door}")).unwrap_or_default();
    let to = Redirect::to(&format!("/{language}/take-part/{}{door}", activity.id));
    Ok(([(VARY, "accept-language"), (CACHE_CONTROL, "no-cache")], to).into_response())
}

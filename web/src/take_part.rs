//! Taking part, for everybody: what there is to take part in, an activity from announcement to outcome, its pages to fill in, and what one
//! said. Whoever takes part is known by a code that travels with their forms: there is no cookie and no account.

mod activity;
mod answer;
mod doors;
mod draw;
mod happened;
mod invited;
mod list;
mod live;
mod person;
mod photos;
mod poster;
mod read;
mod receipt;
mod seat;
mod telling;
mod told;
mod upload;
mod willing;
mod wrongs;

pub(crate) use activity::Written;
pub(crate) use answer::{AnswerPage, Asked, Setting, Visit, at_place};
pub(crate) use doors::door_name;
pub(crate) use happened::History;
pub(crate) use list::{Card, cards, date, dates};
pub(crate) use person::{Hall, languages, token, token_text};
pub(crate) use photos::{Shown as Photos, answer as photo_answer};
pub(crate) use read::{Arrived, Pairs, plain_number};
pub(crate) use told::{Told, crossed};
pub(crate) use upload::{UPLOAD_BYTES_MAX, turns};
pub(crate) use wrongs::{Wrong, megabytes, told_why};

use crate::portal::Portal;
use crate::router::Way;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// A form: the longest words a method may ask for, several times.
pub(crate) const WORDS_BYTES_MAX: usize = 512 << 10;

/// Addresses for everybody.
pub(crate) fn answers() -> Vec<Way> {
    vec![
        ("/go/{id}", get(doors::front)),
        ("/go/{id}/{door}", get(doors::get)),
        ("/invited/{id}/{code}", get(invited::front)),
        ("/{lang}/invited/{id}/{code}", get(invited::get)),
        ("/{lang}/take-part", get(list::get)),
        ("/{lang}/take-part/{id}", get(activity::get)),
        ("/{lang}/take-part/{id}/poster", get(poster::get)),
        ("/{lang}/take-part/{id}/report", get(told::get)),
        ("/{lang}/take-part/{id}/what-happened", get(happened::get)),
        ("/{lang}/take-part/{id}/what-happened.csv", get(happened::csv)),
        ("/{lang}/take-part/{id}/what-happened.json", get(happened::json)),
        ("/{lang}/take-part/{id}/draw", get(draw::get)),
        ("/{lang}/take-part/{id}/draw.json", get(draw::json)),
        ("/{lang}/take-part/{id}/join", get(willing::get).post(willing::post)),
        ("/{lang}/take-part/{id}/seat/{link}", get(seat::get)),
        ("/{lang}/take-part/{id}/seat/{link}/{said}", post(seat::post)),
        ("/{lang}/take-part/{id}/tell-me", post(telling::tell_me)),
        ("/{lang}/take-part/{id}/stop/{mark}", get(telling::ask_stop).post(telling::stop)),
        ("/{lang}/take-part/{id}/photo/{entry}/{at}", get(photos::get)),
        ("/{lang}/take-part/{id}/receipt", get(receipt::get).post(receipt::post)),
        ("/{lang}/take-part/{id}/receipt/erase", post(receipt::erase)),
    ]
}

/// Addresses that tell for as long as somebody listens.
pub(crate) fn streams() -> Vec<Way> {
    vec![("/{lang}/take-part/{id}/live", get(live::get)), ("/{lang}/take-part/{id}/live/{*path}", get(live::get))]
}

/// Addresses that take what people wrote.
pub(crate) fn forms() -> Vec<Way> {
    let take = || get(answer::get).post(answer::post).layer(DefaultBodyLimit::disable());
    vec![("/{lang}/take-part/{id}/answer", take()), ("/{lang}/take-part/{id}/answer/{*path}", take())]
}

/// A cell of a CSV (RFC 4180) that no spreadsheet runs (OWASP, CSV injection).
pub(crate) fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The activities of the box; none in a portal without.
pub(crate) fn hall(portal: &Portal) -> Result<Hall, crate::problem::Problem> {
    portal.hall.clone().ok_or_else(crate::problem::Problem::not_found)
}

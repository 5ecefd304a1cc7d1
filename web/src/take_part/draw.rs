//! `GET /{lang}/take-part/{id}/draw`: how a small group was drawn and how anybody can check it, and the published file. `.../seat/{link}`:
//! somebody who was drawn says whether they come.

use super::hall;
use super::list::date;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{DrawError, Households, Proof, Recruit, Seat};
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use model::activity::{Activity, Code};
use serde::Serialize;

/// How a draw was made.
#[derive(Debug, Serialize)]
struct Page {
    name: Fragment,
    about: String,
    title: String,
    /// When it was last changed.
    at: String,
    seats: u32,
    willing: u32,
    households: bool,
    source: String,
    /// Odds of the least likely person, in words for who reads.
    least: String,
    digest: String,
    strata: Vec<Stratum>,
    held: Option<Held>,
    file: String,
}

#[derive(Debug, Serialize)]
struct Stratum {
    name: String,
    /// Value, least and most.
    quotas: Vec<(String, u32, u32)>,
}

#[derive(Debug, Serialize)]
struct Held {
    seed: String,
    number: u32,
    panel: Vec<String>,
    reserves: Vec<String>,
}

/// Somebody's seat.
#[derive(Debug, Serialize)]
struct SeatPage {
    name: Fragment,
    about: String,
    action: String,
    draw: String,
    code: String,
    /// `asked`, `coming`, `not-coming`, or how else they stand.
    seat: &'static str,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, at, proof) = read(&reader, &id).await?;
    let announced = &proof.announced;
    let name = Fragment::of(&activity.title, reader.language());
    let least = announced.fairest.values().copied().filter(|odds| *odds > 0).min().unwrap_or(0);
    let about = format!("/{}/take-part/{}", reader.language(), activity.id);
    let stratum = |own: &app::Stratum| Stratum {
        name: own.name.clone(),
        quotas: own.quotas.iter().map(|quota| (quota.value.clone(), quota.min, quota.max)).collect(),
    };
    let page = Page {
        title: reader.speaker.text("draw-of", &[("name", (&name.text).into())]),
        name,
        at: date(at, &reader),
        seats: announced.rules.seats,
        willing: u32::try_from(announced.codes.len()).unwrap_or(u32::MAX),
        households: announced.rules.households == Households::OneSeatEach,
        source: announced.source.clone(),
        least: reader.speaker.number(f64::from(least) / 10_000.0, 1),
        digest: announced.digest(),
        strata: announced.rules.strata.iter().map(stratum).collect(),
        held: proof.held.as_ref().map(|held| Held {
            seed: held.seed.clone(),
            number: held.number,
            panel: held.panel.clone(),
            reserves: held.reserves.clone(),
        }),
        file: format!("{about}/draw.json"),
        about,
    };
    let frame = Frame { title: page.title.clone(), section: "take-part", ..reader.frame() };
    reader.answer("take_part/draw.html", &frame, &page)
}

/// The file that `allting draw verify` reads.
pub(crate) async fn json(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, _, proof) = read(&reader, &id).await?;
    let text = serde_json::to_string(&proof).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"{}-draw.json\"", activity.id);
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, name)], text).into_response())
}

async fn read(reader: &Reader, id: &str) -> Result<(Activity, model::Timestamp, Proof), Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(id)?;
    let name = activity.id.clone();
    let found = hall.work(move |app| app.published_draw(&name)).await?;
    let (at, proof) = found.ok_or_else(Problem::not_found)?;
    Ok((activity, at, proof))
}

/// A page with two buttons: what looks at links before people do must not answer for them.
pub(crate) async fn seat(
    reader: Reader,
    Path((_, id, link)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let code = Code::parse(&link).ok_or_else(Problem::not_found)?;
    let name = activity.id.clone();
    let found = hall.work(move |app| app.asked_by_link(&name, &code)).await?;
    answer(&reader, &activity, &link, &found.ok_or_else(Problem::not_found)?)
}

/// The same address with `/yes` or `/no` behind it.
pub(crate) async fn take_seat(
    reader: Reader,
    Path((_, id, link, said)): Path<(String, String, String, String)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let code = Code::parse(&link).ok_or_else(Problem::not_found)?;
    let seat = match said.as_str() {
        "yes" => Seat::Coming,
        "no" => Seat::NotComing,
        _ => return Err(Problem::not_found()),
    };
    let (about, now) = (activity.clone(), reader.now);
    let done = hall.work(move |app| match app.answer_seat(&about, &code, seat, now) {
        Ok(found) => Ok(Ok(found)),
        Err(DrawError::Activity(error)) => Err(error),
        Err(other) => Ok(Err(other.to_string())),
    });
    let found = done.await?.map_err(Problem::internal)?;
    answer(&reader, &activity, &link, &found.ok_or_else(Problem::not_found)?)
}

fn answer(reader: &Reader, activity: &Activity, link: &str, person: &Recruit) -> Result<Response, Problem> {
    let about = format!("/{}/take-part/{}", reader.language(), activity.id);
    let page = SeatPage {
        name: Fragment::of(&activity.title, reader.language()),
        action: format!("{about}/seat/{}", Code::parse(link).map(|code| code.to_string()).unwrap_or_default()),
        draw: format!("{about}/draw"),
        about,
        code: person.code.clone(),
        seat: person.seat.name(),
    };
    let title = reader.text(&format!("seat-{}", page.seat));
    let frame = Frame { title, section: "take-part", ..reader.frame() };
    let html = reader.render("take_part/seat.html", &frame, &page)?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

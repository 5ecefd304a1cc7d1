//! `/{lang}/take-part/{id}/seat/{link}`: somebody who wants to be drawn confirms, sees how they stand, says whether they come, and leaves.

use super::hall;
use super::person::Hall;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{App, DrawError, Recruit, Seat};
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use model::activity::{Activity, Code};
use serde::Serialize;

/// How somebody stands.
#[derive(Debug, Serialize)]
struct SeatPage {
    name: Fragment,
    about: String,
    action: String,
    draw: String,
    code: String,
    /// `asked`, `coming`, or how else they stand; `sure` when they want to leave, `gone` once they have.
    step: &'static str,
    /// It is announced how it is drawn.
    is_announced: bool,
    /// What is known of them.
    known: Vec<(Fragment, Fragment)>,
    /// Where they live is known as a hash.
    household: bool,
}

/// A page with buttons: what looks at links before people do must not answer for them.
pub(crate) async fn get(
    reader: Reader,
    Path((_, id, link)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let code = Code::parse(&link).ok_or_else(Problem::not_found)?;
    let (name, now) = (activity.id.clone(), reader.now);
    let found = hall.work(move |app| app.person_by_link(&name, &code, now)).await?;
    show(&reader, &hall, &activity, &code, &found.ok_or_else(Problem::not_found)?, None).await
}

/// What the buttons do: the same address with a word behind it.
pub(crate) async fn post(
    reader: Reader,
    Path((_, id, link, said)): Path<(String, String, String, String)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let code = Code::parse(&link).ok_or_else(Problem::not_found)?;
    let (about, now) = (activity.clone(), reader.now);
    let seat = match said.as_str() {
        "yes" => Seat::Coming,
        "no" => Seat::NotComing,
        "confirm" => {
            let found = work(&hall, move |app| app.confirm_willing(&about, &code, now)).await?;
            return show(&reader, &hall, &activity, &code, &found.ok_or_else(Problem::not_found)?, None).await;
        }
        "leave" => {
            let name = activity.id.clone();
            let found = hall.work(move |app| app.person_by_link(&name, &code, now)).await?;
            return show(&reader, &hall, &activity, &code, &found.ok_or_else(Problem::not_found)?, Some("sure")).await;
        }
        "leave-now" => {
            work(&hall, move |app| app.leave_list(&about, &code, now)).await?;
            // The same for a link that leads nowhere any more: it is as they wanted it.
            return answer(&reader, &SeatPage { step: "gone", ..SeatPage::of(&reader, &activity, &code) });
        }
        _ => return Err(Problem::not_found()),
    };
    let found = work(&hall, move |app| app.answer_seat(&about, &code, seat, now)).await?;
    show(&reader, &hall, &activity, &code, &found.ok_or_else(Problem::not_found)?, None).await
}

/// Works away from the event loop; what stands in the way is told as a page.
pub(super) async fn work<T: Send + 'static>(
    hall: &Hall,
    work: impl FnOnce(&App) -> Result<T, DrawError> + Send + 'static,
) -> Result<T, Problem> {
    let done = hall.work(move |app| match work(app) {
        Err(DrawError::Activity(error)) => Err(error),
        other => Ok(other),
    });
    done.await?.map_err(|error| match error {
        DrawError::Wait(_) => Problem::refusal("problem-wait"),
        DrawError::Closed => Problem::refusal("problem-list-closed"),
        other => Problem::internal(other),
    })
}

async fn show(
    reader: &Reader,
    hall: &Hall,
    activity: &Activity,
    code: &Code,
    person: &Recruit,
    step: Option<&'static str>,
) -> Result<Response, Problem> {
    let id = activity.id.clone();
    let is_announced = hall.work(move |app| Ok(app.published_draw(&id)?.is_some())).await?;
    let page = SeatPage {
        code: person.code.clone(),
        step: step.unwrap_or(person.seat.name()),
        is_announced,
        known: known(reader, activity, person),
        household: !person.household.is_empty(),
        ..SeatPage::of(reader, activity, code)
    };
    answer(reader, &page)
}

/// What is known of somebody, in words where the folder has them.
fn known(reader: &Reader, activity: &Activity, person: &Recruit) -> Vec<(Fragment, Fragment)> {
    let language = reader.language();
    let mut known = vec![(Fragment::plain(reader.text("willing-name")), Fragment::plain(&person.name))];
    if let Some(address) = &person.address {
        known.push((Fragment::plain(reader.text("panel-address")), Fragment::plain(address.veiled())));
    }
    for (name, value) in person.profile.iter().filter(|(_, value)| !value.is_empty()) {
        let item = activity.recruiting.as_ref().and_then(|plan| plan.item(name));
        let option = item.and_then(|item| item.options.iter().find(|own| own.id.as_str() == value));
        known.push((
            item.map_or_else(|| Fragment::plain(name), |item| Fragment::of(&item.name, language)),
            option.map_or_else(|| Fragment::plain(value), |own| Fragment::of(&own.name, language)),
        ));
    }
    known
}

impl SeatPage {
    fn of(reader: &Reader, activity: &Activity, link: &Code) -> Self {
        let about = format!("/{}/take-part/{}", reader.language(), activity.id);
        Self {
            name: Fragment::of(&activity.title, reader.language()),
            action: format!("{about}/seat/{link}"),
            draw: format!("{about}/draw"),
            about,
            code: String::new(),
            step: "",
            is_announced: false,
            known: Vec::new(),
            household: false,
        }
    }
}

fn answer(reader: &Reader, page: &SeatPage) -> Result<Response, Problem> {
    let title = reader.text(&format!("seat-{}", page.step));
    let frame = Frame { title, section: "take-part", ..reader.frame() };
    let html = reader.render("take_part/seat.html", &frame, page)?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

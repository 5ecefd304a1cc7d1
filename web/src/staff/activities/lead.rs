//! `/{lang}/staff/activities/{id}/preview`, where nothing is kept, and `.../lead`, where a colleague answers for the activity: fills in a
//! canvas, starts the clock, moves a note.

use super::beside;
use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider, Turned};
use crate::take_part::{AnswerPage, Arrived, Setting, Visit};
use crate::templates::Frame;
use app::{Pass, Visitor};
use axum::extract::Path;
use axum::response::Response;
use model::Role;
use model::activity::{Code, PagePath, Role as Part};
use serde::Serialize;

/// A page of an activity within the rooms.
#[derive(Serialize)]
struct Led<'a> {
    #[serde(flatten)]
    page: &'a AnswerPage,
    back: String,
    lead: String,
    /// The same page in each language, to be tried in all.
    in_languages: Vec<(String, String, bool)>,
    /// Where two of them stand side by side.
    beside: Option<String>,
    leads: bool,
}

/// `GET` and `POST` of a trial.
pub(super) async fn preview(insider: Insider, Path(path): Path<Vec<String>>) -> Answer {
    insider.may(Role::Steward)?;
    let (id, at) = split(&path)?;
    let hall = insider.hall()?;
    let activity = hall.activity(&id)?;
    let visitor = hall.visitor(&insider.reader, &activity, hall.trial());
    let visit =
        Visit { reader: &insider.reader, hall: &hall, activity: &activity, visitor, setting: trial(&insider, &id) };
    let page = visit.look_at(at).await?;
    show(&insider, &id, &page, false)
}

pub(super) async fn try_out(
    insider: Insider,
    Path(path): Path<Vec<String>>,
    arrived: Arrived,
) -> Result<Response, Turned> {
    sent(insider, &path, arrived, false).await.map_err(Turned::Away)
}

pub(super) async fn get(insider: Insider, Path(path): Path<Vec<String>>) -> Answer {
    insider.may(Role::Steward)?;
    let (id, at) = split(&path)?;
    let hall = insider.hall()?;
    let activity = hall.activity(&id)?;
    let visitor = as_themselves(hall.visitor(&insider.reader, &activity, Pass::Staff(insider.own.id)));
    let visit =
        Visit { reader: &insider.reader, hall: &hall, activity: &activity, visitor, setting: setting(&insider, &id) };
    let page = visit.look_at(at).await?;
    show(&insider, &id, &page, true)
}

pub(super) async fn post(
    insider: Insider,
    Path(path): Path<Vec<String>>,
    arrived: Arrived,
) -> Result<Response, Turned> {
    sent(insider, &path, arrived, true).await.map_err(Turned::Away)
}

/// A form that a colleague sent: as themselves, or in a trial.
async fn sent(insider: Insider, path: &[String], arrived: Arrived, leads: bool) -> Answer {
    insider.may(Role::Steward)?;
    if arrived.pairs.get("staff") != insider.own.form_token {
        return Err(Problem::other_site());
    }
    let (id, at) = split(path)?;
    let hall = insider.hall()?;
    let activity = hall.activity(&id)?;
    let tried = arrived.pairs.get("me").strip_prefix("p.").and_then(Code::parse);
    let pass = if leads { Pass::Staff(insider.own.id) } else { tried.map_or_else(|| hall.trial(), Pass::Preview) };
    let visitor = hall.visitor(&insider.reader, &activity, pass);
    let visitor = if leads { as_themselves(visitor) } else { visitor };
    let setting = if leads { setting(&insider, &id) } else { trial(&insider, &id) };
    let visit = Visit { reader: &insider.reader, hall: &hall, activity: &activity, visitor, setting };
    let page = visit.answered(at, arrived).await?;
    show(&insider, &id, &page, leads)
}

fn as_themselves(visitor: Visitor) -> Visitor {
    Visitor { role: Part::Steward, client: None, ..visitor }
}

fn trial(insider: &Insider, id: &str) -> Setting {
    let base = insider.to(&format!("activities/{id}/preview"));
    Setting { base, tried: true, carry: Some(insider.own.form_token.clone()) }
}

fn setting(insider: &Insider, id: &str) -> Setting {
    let base = insider.to(&format!("activities/{id}/lead"));
    Setting { base, tried: false, carry: Some(insider.own.form_token.clone()) }
}

fn split(path: &[String]) -> Result<(String, PagePath), Problem> {
    let at = path.get(2).map_or("", String::as_str).trim_end_matches('/');
    Ok((path.get(1).cloned().unwrap_or_default(), PagePath::new(at).map_err(|_| Problem::not_found())?))
}

fn show(insider: &Insider, id: &str, page: &AnswerPage, leads: bool) -> Answer {
    let reader = &insider.reader;
    let frame: Frame = reader.frame();
    let in_languages = frame.languages.iter().map(|one| (one.href.clone(), one.name.clone(), one.current)).collect();
    let led = Led {
        page,
        back: insider.to(&format!("activities/{id}")),
        lead: insider.text(if leads { "staff-lead-lead" } else { "staff-preview-lead" }),
        in_languages,
        beside: beside::address(insider, &insider.activity(id)?).map(|path| insider.to(&path)),
        leads,
    };
    let title = insider.text(if leads { "staff-activity-lead" } else { "staff-activity-preview" });
    insider.page("staff/activity_lead.html", title, "activities", &led)
}

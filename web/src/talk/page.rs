//! `/{lang}/places/{id}/talk`: all that was said about a place, and a form to say something.

use super::shown::Remarks;
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::{Arrived, Hall, token, token_text};
use crate::templates::Frame;
use crate::view::Fragment;
use app::{NewRemark, RemarkError};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use engagement::REMARK_CHARS_MAX;
use model::activity::Moderation;
use model::{Participant, Place, RemarkId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize)]
struct Page {
    name: Fragment,
    place: String,
    talk: Remarks,
    /// The form; none where nobody can write, or while older ones are read.
    form: Option<Form>,
    receipt: String,
    /// The code of who just wrote.
    code: Option<String>,
    /// Others see it already.
    at_once: bool,
    feeds: Vec<crate::feeds::FeedLink>,
}

#[derive(Debug, Default, Serialize)]
struct Form {
    action: String,
    token: String,
    text: String,
    who: String,
    most: usize,
    /// What is wrong: the field and why.
    wrongs: Vec<(&'static str, String)>,
    wrong_text: Option<String>,
    wrong_who: Option<String>,
    /// Staff look at it before others see it.
    looked_at: bool,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: Option<u64>,
}

pub(super) async fn get(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let place = reader.place(&id)?.clone();
    let before = asked.ok().and_then(|Query(asked)| asked.before).map(RemarkId);
    let page = Page::of(&reader, &place, before).await?;
    reader.answer("talk/page.html", &page.frame(&reader), &page)
}

pub(super) async fn post(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let place = reader.place(&id)?.clone();
    let hall = reader.portal.hall.clone().ok_or_else(Problem::not_found)?;
    let by = match arrived.pairs.get("who") {
        "citizen" => Some(Participant::Citizen),
        "visitor" => Some(Participant::Visitor),
        _ => None,
    };
    let text = arrived.pairs.get("text").to_owned();
    let taken = match by {
        // A field that nobody sees is filled in by machines alone: they are told what they want to hear.
        _ if !arrived.pairs.get("website").is_empty() => {
            return answer(&reader, &Page::of(&reader, &place, None).await?);
        }
        None => None,
        Some(by) => Some(take(&reader, &hall, &place, (by, text.clone()), arrived.pairs.get("token")).await?),
    };
    let mut page = Page::of(&reader, &place, None).await?;
    let mut wrongs = Vec::new();
    match taken {
        Some(Ok(taken)) => {
            (page.code, page.at_once, page.form) = (Some(taken.receipt.to_string()), taken.shown, None);
        }
        Some(Err(RemarkError::Closed)) => return Err(Problem::not_found()),
        Some(Err(RemarkError::Wait(_))) => return Err(Problem::refusal("problem-wait")),
        Some(Err(RemarkError::Store(error))) => return Err(Problem::internal(error)),
        Some(Err(RemarkError::Stale)) => wrongs.push(("text", reader.text("talk-wrong-stale"))),
        Some(Err(RemarkError::TooLong)) => {
            let values = [("count", u32::try_from(REMARK_CHARS_MAX).unwrap_or(0).into())];
            wrongs.push(("text", reader.speaker.text("talk-wrong-long", &values)));
        }
        Some(Err(RemarkError::Empty)) => wrongs.push(("text", reader.text("talk-wrong-empty"))),
        None => {
            wrongs.push(("who-citizen", reader.text("talk-wrong-who")));
            if text.trim().is_empty() {
                wrongs.push(("text", reader.text("talk-wrong-empty")));
            }
        }
    }
    if let Some(form) = &mut page.form {
        let of = |field: &str| wrongs.iter().find(|(at, _)| *at == field).map(|(_, why)| why.clone());
        (form.wrong_text, form.wrong_who) = (of("text"), of("who-citizen"));
        (form.text, form.wrongs) = (text.chars().take(4 * REMARK_CHARS_MAX).collect(), wrongs);
        arrived.pairs.get("who").clone_into(&mut form.who);
    }
    answer(&reader, &page)
}

async fn take(
    reader: &Reader,
    hall: &Hall,
    place: &Place,
    (by, text): (Participant, String),
    form: &str,
) -> Result<Result<app::TakenRemark, RemarkError>, Problem> {
    let (client, token) = (hall.app.client(reader.line.from, reader.now), token(form));
    let (place, now) = (place.id.clone(), reader.now);
    hall.ask(move |app| app.take_remark(&NewRemark { place: &place, by, text: &text, token, client, now })).await
}

/// Nobody else at this machine shall find the code.
fn answer(reader: &Reader, page: &Page) -> Result<Response, Problem> {
    let html = reader.render("talk/page.html", &page.frame(reader), page)?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

impl Page {
    async fn of(reader: &Reader, place: &Place, before: Option<RemarkId>) -> Result<Self, Problem> {
        let (id, now) = (place.id.clone(), reader.now);
        let page = reader.portal.read(move |source| source.place(&id, now)).await?;
        let talk = Remarks::at_place(reader, place, page.as_ref(), before).await?.ok_or_else(Problem::not_found)?;
        let (name, address) =
            (Fragment::of(&place.name, reader.language()), address(reader.language(), place.id.as_str()));
        let hall = reader.portal.hall.as_ref().filter(|_| place.talk && before.is_none());
        let form = hall.map(|hall| Form {
            action: format!("{address}/talk"),
            token: token_text(hall.app.remark_token(now)),
            most: REMARK_CHARS_MAX,
            looked_at: reader.municipality.talk.moderation == Moderation::Before,
            ..Form::default()
        });
        Ok(Self {
            feeds: crate::feeds::of_talk(&place.id, &name.text, reader),
            name,
            talk,
            form,
            receipt: format!("{address}/talk/receipt"),
            place: address,
            code: None,
            at_once: false,
        })
    }

    fn frame(&self, reader: &Reader) -> Frame {
        let title = reader.speaker.text("talk-about", &[("name", (&self.name.text).into())]);
        let wrong = self.form.as_ref().is_some_and(|form| !form.wrongs.is_empty());
        let title = if wrong { reader.text("talk-wrong-prefix") + &title } else { title };
        let frame = reader.frame();
        let feeds = [self.feeds.clone(), frame.feeds].concat();
        Frame { title, description: Some(reader.text("talk-lead")), section: "places", feeds, ..frame }
    }
}

//! `/{lang}/places/{id}/talk/receipt`: with the code they got, people see what became of what they wrote, and erase it.

use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::{Arrived, Hall};
use crate::templates::Frame;
use crate::view::Fragment;
use app::RemarkError;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use model::activity::Code;
use model::{Remark, RemarkReply, Sight};
use serde::Serialize;

#[derive(Debug, Default, Serialize)]
struct Receipt {
    name: Option<Fragment>,
    talk: String,
    action: String,
    erase: String,
    /// The code, once it was shown to be right.
    me: Option<String>,
    text: String,
    ago: String,
    /// Who sees it, in a sentence.
    seen: String,
    /// What the municipality answered, and in which language.
    answer: Option<(String, &'static str)>,
    /// `unknown` when what was typed is no code of anybody, `sure` when they asked to erase, `erased`; else empty.
    step: &'static str,
    typed: String,
}

pub(super) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (_, page) = Receipt::of(&reader, &id)?;
    answer(&reader, &page)
}

pub(super) async fn post(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let (hall, page) = Receipt::of(&reader, &id)?;
    let typed = arrived.pairs.get("me");
    let blank = Receipt { typed: typed.chars().take(40).collect(), step: "unknown", ..page };
    let Some(code) = Code::parse(typed) else { return answer(&reader, &blank) };
    let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
    let found = match hall.ask(move |app| app.remark_by_receipt(&code, client, now)).await? {
        Ok(found) => found,
        Err(RemarkError::Wait(_)) => return Err(Problem::refusal("problem-wait")),
        Err(error) => return Err(Problem::internal(error)),
    };
    let Some(remark) = found else { return answer(&reader, &blank) };
    let step = if arrived.pairs.get("ask").is_empty() { "" } else { "sure" };
    answer(&reader, &Receipt { step, ..blank }.with(&code, &remark, &reader))
}

pub(super) async fn erase(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let (hall, page) = Receipt::of(&reader, &id)?;
    let code = Code::parse(arrived.pairs.get("me")).ok_or_else(Problem::bad_form)?;
    hall.ask(move |app| app.erase_remark_by_receipt(&code)).await?.map_err(Problem::internal)?;
    answer(&reader, &Receipt { step: "erased", ..page })
}

impl Receipt {
    fn of(reader: &Reader, id: &str) -> Result<(Hall, Self), Problem> {
        let place = reader.place(id)?;
        let hall = reader.portal.hall.clone().ok_or_else(Problem::not_found)?;
        let talk = format!("{}/talk", address(reader.language(), place.id.as_str()));
        let name = Some(Fragment::of(&place.name, reader.language()));
        let (action, erase) = (format!("{talk}/receipt"), format!("{talk}/receipt/erase"));
        Ok((hall, Self { name, talk, action, erase, ..Self::default() }))
    }

    fn with(self, code: &Code, remark: &Remark, reader: &Reader) -> Self {
        let seen = match &remark.sight {
            Sight::Shown => reader.text("talk-seen-all"),
            Sight::Waiting => reader.text("said-waits-own"),
            Sight::Hidden(why) => reader.speaker.text("said-hidden", &[("why", why.into())]),
        };
        let answer = match &remark.reply {
            RemarkReply::Given(answer) => Some((answer.text.clone(), answer.language.tag())),
            RemarkReply::Open | RemarkReply::NotNeeded => None,
        };
        let (text, ago) = (remark.text.clone(), reader.speaker.ago(reader.now, remark.at));
        Self { me: Some(code.to_string()), text, ago, seen, answer, ..self }
    }
}

fn answer(reader: &Reader, page: &Receipt) -> Result<Response, Problem> {
    let title = reader.text(if page.step == "unknown" { "receipt-wrong-title" } else { "receipt" });
    let frame = Frame { title, section: "places", ..reader.frame() };
    let html = reader.render("talk/receipt.html", &frame, page)?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

//! `/{lang}/places/{id}/talk.csv` and `.json`: what everybody may read about a place, for programs.

use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::cell;
use app::TalkPage;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use engagement::PublicCount;
use model::{About, Participant, Remark, RemarkReply, Source};
use serde_json::{Value, json};

/// More of one place is another question.
const ROWS_MAX: usize = 2000;

pub(super) async fn csv(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let talk = read(&reader, &id).await?;
    let mut lines = vec!["number,date,door,text,answer,answered".to_owned()];
    for remark in &talk.remarks {
        let answer = answer(remark);
        let cells = [
            remark.id.0.to_string(),
            remark.at.to_string(),
            cell(&door(remark)),
            cell(&remark.text),
            cell(answer.map_or("", |answer| &answer.text)),
            answer.map_or_else(String::new, |answer| answer.at.to_string()),
        ];
        lines.push(cells.join(","));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}-talk.csv\"")),
    ];
    Ok((headers, lines.join("\r\n") + "\r\n").into_response())
}

pub(super) async fn json(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let talk = read(&reader, &id).await?;
    let row = |remark: &Remark| {
        json!({
            "number": remark.id.0, "at": remark.at.to_string(), "door": door(remark), "language": remark.language,
            "text": remark.text, "edited": remark.edited.map(|at| at.to_string()),
            "answer": answer(remark).map(|answer| json!({
                "text": answer.text, "language": answer.language.tag(), "at": answer.at.to_string(),
            })),
        })
    };
    let count = |count: Option<PublicCount>| match count {
        None => json!(0),
        Some(PublicCount::FewerThan(limit)) => json!({ "fewer_than": limit }),
        Some(count) => json!(count.known()),
    };
    let mut doors = serde_json::Map::new();
    doors.insert("citizen".to_owned(), count(talk.citizens));
    doors.insert("visitor".to_owned(), count(talk.visitors));
    doors.extend(talk.channels.iter().map(|(channel, people)| (channel.to_string(), count(Some(*people)))));
    let rows: Vec<Value> = talk.remarks.iter().map(row).collect();
    let body = json!({ "place": id, "doors": doors, "remarks": rows }).to_string();
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

async fn read(reader: &Reader, id: &str) -> Result<TalkPage, Problem> {
    let about = About::Place(reader.place(id)?.id.clone());
    let hall = reader.portal.hall.as_ref().ok_or_else(Problem::not_found)?;
    hall.ask(move |app| app.talk_about(&about, None, ROWS_MAX)).await?.map_err(Problem::internal)
}

fn door(remark: &Remark) -> String {
    match &remark.source {
        Source::Portal(Participant::Citizen) => "citizen".to_owned(),
        Source::Portal(Participant::Visitor) => "visitor".to_owned(),
        Source::Channel(heard) => heard.channel.to_string(),
    }
}

const fn answer(remark: &Remark) -> Option<&model::RemarkAnswer> {
    match &remark.reply {
        RemarkReply::Given(answer) => Some(answer),
        RemarkReply::Open | RemarkReply::NotNeeded => None,
    }
}

//! `/{lang}/staff/talk/{id}`: one remark, how its answer gets on, and what staff do with it.

use super::{One, look_up};
use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Done, Fact};
use crate::talk::channel_name;
use app::AnswerError;
use axum::extract::{Path, Query};
use model::{DeliveryState, RemarkId, RemarkReply, Role, Sight, Source};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Debug, Serialize)]
struct Page {
    title: String,
    back: String,
    told: Option<String>,
    one: One,
    /// Where it can be seen.
    link: Option<String>,
    facts: Vec<Fact>,
    token: String,
    /// What the municipality answered.
    answer: Option<(String, &'static str)>,
    /// It can be answered.
    open: bool,
    /// It goes back by this channel.
    by_channel: Option<String>,
    text: String,
    wrong: Option<String>,
    settled: bool,
    decides: bool,
}

pub(in crate::staff) async fn show(
    insider: Insider,
    Path((_, id)): Path<(String, u64)>,
    Query(done): Query<Done>,
) -> Answer {
    let told = insider.told(done.done.as_deref());
    page(&insider, id, told, String::new(), None).await
}

async fn page(insider: &Insider, id: u64, told: Option<String>, text: String, wrong: Option<String>) -> Answer {
    let voice = look_up(insider, id).await?.ok_or_else(Problem::not_found)?;
    let (link, channel) = match &voice.remark.source {
        Source::Channel(heard) => (heard.link.clone(), Some(channel_name(&heard.channel, &insider.reader))),
        Source::Portal(_) => (None, None),
    };
    let mut facts = Vec::new();
    if let Some(delivery) = &voice.delivery {
        let word = match delivery.state {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Sent => "sent",
            DeliveryState::Dead => "dead",
            DeliveryState::Withdrawn => "withdrawn",
            DeliveryState::Expired => "expired",
        };
        facts.push(insider.fact("talk-answer-is", insider.text(&format!("staff-outbox-is-{word}"))));
        if !delivery.said.is_empty() {
            facts.push(insider.fact_of("outbox-said", insider.english(delivery.said.clone())));
        }
    }
    let answer = match &voice.remark.reply {
        RemarkReply::Given(answer) => Some((answer.text.clone(), answer.language.tag())),
        RemarkReply::Open | RemarkReply::NotNeeded => None,
    };
    let shown = Page {
        title: insider.text("staff-talk-one"),
        back: insider.to("talk"),
        told,
        link,
        facts,
        token: insider.own.form_token.clone(),
        open: answer.is_none() && voice.remark.sight == Sight::Shown,
        settled: voice.remark.reply == RemarkReply::NotNeeded,
        answer,
        by_channel: channel,
        text,
        wrong,
        decides: insider.own.role >= Role::Steward,
        one: One::of(voice, &BTreeSet::new(), insider),
    };
    insider.page("staff/talk_one.html", shown.title.clone(), "talk", &shown)
}

/// `POST .../{id}/answer`: it stands under the remark, and goes back by the channel it came from.
pub(in crate::staff) async fn answer(Path((_, id)): Path<(String, u64)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let (text, language, now) = (filled.get("text").to_owned(), insider.reader.language(), insider.reader.now);
    let words = text.clone();
    let answered = insider.act(move |staff, own| staff.answer_remark(own, RemarkId(id), (&words, language), now));
    let wrong = match answered.await? {
        Ok(()) => return Ok(insider.done(&format!("talk/{id}"), "talk-answered")),
        Err(AnswerError::TooLate) => return Ok(insider.done("talk", "talk-too-late")),
        Err(AnswerError::Empty) => insider.text("staff-talk-wrong-empty"),
        Err(AnswerError::TooLong(limit)) => {
            insider.reader.speaker.text("staff-talk-wrong-long", &[("count", limit.into())])
        }
        Err(error) => return Err(Problem::internal(error)),
    };
    page(&insider, id, None, text, Some(wrong)).await
}

/// `POST .../{id}/settle`: it needs no answer, or it does after all.
pub(in crate::staff) async fn settle(Path((_, id)): Path<(String, u64)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let reply = if filled.get("open").is_empty() { RemarkReply::NotNeeded } else { RemarkReply::Open };
    let now = insider.reader.now;
    let settled = insider.act(move |staff, own| staff.settle_remark(own, RemarkId(id), &reply, now));
    settled.await?.map_err(Problem::internal)?;
    Ok(insider.done(&format!("talk/{id}"), "said-saved"))
}

/// `POST .../{id}/erase`: for good, in every copy.
pub(in crate::staff) async fn erase(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let now = insider.reader.now;
    let erased = insider.act(move |staff, own| staff.erase_remark(own, RemarkId(id), now));
    erased.await?.map_err(Problem::internal)?;
    Ok(insider.done("talk", "remark-erased"))
}

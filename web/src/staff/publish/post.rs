//! `/{lang}/staff/posts/{id}`: a post with all that became of it; a second pair of eyes lets it go, and what is out is put right or taken back.

use super::edit::{said, texts};
use crate::problem::Problem;
use crate::staff::form::{Field, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Done, Fact, Link, Post as Button, Table};
use crate::view::Fragment;
use app::{Draft, DraftError, LookError};
use axum::extract::{Path, Query};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use model::channel::Power;
use model::{Author, PublicationId, PublicationRecord, PublicationState, Role, Shows};
use serde::Serialize;

/// A post.
#[derive(Debug, Serialize)]
struct Page {
    title: Fragment,
    back: String,
    told: Option<String>,
    facts: Vec<Fact>,
    shown: super::preview::Shown,
    /// It is still to be looked at: what it becomes is what is decided on.
    looks: bool,
    buttons: Vec<Button>,
    links: Vec<Link>,
    log: Option<Table>,
}

pub(super) async fn show(insider: Insider, Path((_, id)): Path<(String, u64)>, Query(done): Query<Done>) -> Answer {
    let record = found(&insider, id)?;
    let picture = insider.picture_of(&record).await?;
    let looks = record.is_waiting();
    let previews = if looks { insider.previews(&record, picture.clone()).await? } else { Vec::new() };
    let by_rule = matches!(record.author, Author::Rule(_));
    let address = insider.to(&format!("posts/{id}/picture"));
    let page = Page {
        title: insider.post_name(&record),
        back: insider.to(if by_rule { "rules" } else { "publish" }),
        told: insider.told(done.done.as_deref()),
        facts: facts(&insider, &record),
        shown: insider.shown(&record, picture.as_ref(), &address, previews),
        looks,
        buttons: buttons(&insider, &record),
        links: links(&insider, &record),
        log: if looks { None } else { Some(insider.post_log(&record)?) },
    };
    let section = if by_rule { "rules" } else { "publish" };
    insider.page("staff/post.html", page.title.text.clone(), section, &page)
}

fn facts(insider: &Insider, record: &PublicationRecord) -> Vec<Fact> {
    let mut facts = vec![
        insider.fact("outbox-state", insider.post_state(record).text),
        insider.fact("when", insider.moment(if record.is_waiting() { record.made_at } else { record.due_at })),
        insider.fact("rule-by", insider.author(record)),
    ];
    facts.extend(record.door.clone().map(|door| insider.fact("post-door", door)));
    facts.extend(record.expires_at.map(|at| insider.fact("post-expires", insider.moment(at))));
    facts.extend(record.looked_by.clone().map(|who| insider.fact("post-looked-by", who)));
    facts.extend(record.corrected_at.map(|at| insider.fact("post-corrected", insider.moment(at))));
    facts
}

fn buttons(insider: &Insider, record: &PublicationRecord) -> Vec<Button> {
    let button = |what: &str, grave| Button {
        action: insider.to(&format!("posts/{}/{what}", record.id.0)),
        text: insider.text(&format!("staff-post-{what}")),
        token: insider.own.form_token.clone(),
        grave,
        ..Button::default()
    };
    if insider.own.role < Role::Steward {
        return Vec::new();
    }
    if record.is_waiting() {
        vec![button("approve", false), button("refuse", true)]
    } else {
        vec![button("copy", false)]
    }
}

fn links(insider: &Insider, record: &PublicationRecord) -> Vec<Link> {
    if insider.own.role < Role::Steward || record.state != PublicationState::Queued {
        return Vec::new();
    }
    let id = record.id.0;
    let mut links = Vec::new();
    // What two pairs of eyes have let go is not written over by one.
    if !insider.reader.municipality.post_approval {
        links.push(insider.quiet(&format!("posts/{id}/correct"), "post-correct"));
    }
    links.push(insider.quiet(&format!("posts/{id}/withdraw"), "post-withdraw"));
    links
}

/// The picture of a post, while it is kept.
pub(super) async fn picture(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    let record = found(&insider, id)?;
    let picture = insider.picture_of(&record).await?.ok_or_else(Problem::not_found)?;
    Ok(([(CONTENT_TYPE, picture.media_type())], picture.bytes).into_response())
}

pub(super) async fn approve(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    decide(&insider, id, PublicationState::Queued, "post-approved")
}

pub(super) async fn refuse(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    decide(&insider, id, PublicationState::Refused, "post-refused")
}

fn decide(insider: &Insider, id: u64, decision: PublicationState, what: &str) -> Answer {
    insider.may(Role::Steward)?;
    let decided = insider.staff.decide_publication(&insider.own, PublicationId(id), decision, insider.reader.now);
    told(insider, id, what, decided)
}

fn told(insider: &Insider, id: u64, what: &str, done: Result<(), LookError>) -> Answer {
    let what = match done {
        Ok(()) => what,
        Err(LookError::TooLate) => "outbox-too-late",
        Err(LookError::OwnWork) => "post-own",
        Err(LookError::Full(_)) => "outbox-full",
        Err(LookError::Unfit(..)) => "draft-lacks",
        Err(LookError::Store(error)) => return Err(Problem::internal(error)),
    };
    Ok(insider.done(&format!("posts/{id}"), what))
}

/// The same once more, as a draft of its own.
pub(super) async fn copy(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let record = found(&insider, id)?;
    let picture = insider.staff.publication_picture(&record).map_err(Problem::internal)?;
    // A picture that is not kept any more cannot be shown again.
    let shows = if record.shows == Shows::Own && picture.is_none() { Shows::Nothing } else { record.shows };
    let known = insider.reader.municipality.channels.iter().map(|plan| plan.id.clone());
    let draft = Draft {
        texts: record.texts,
        place: record.place,
        activity: record.activity,
        door: record.door,
        shows,
        alternative: record.alternative.unwrap_or_default(),
        channels: known.filter(|id| record.channels.as_ref().is_none_or(|wanted| wanted.contains(id))).collect(),
        due_at: None,
        expires_at: None,
    };
    let name = format!("post/{}", insider.staff.new_name());
    let own = picture.as_ref().filter(|_| shows == Shows::Own);
    let id =
        insider.staff.put_draft(&insider.own, &name, &draft, own, insider.reader.now).map_err(Problem::internal)?;
    Ok(insider.done(&format!("publish/{}", id.0), "draft-kept"))
}

pub(super) async fn ask_withdraw(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    insider.may(Role::Steward)?;
    let record = out(&insider, id)?;
    let form = Form {
        title: insider.text("staff-post-withdraw-title"),
        lead: Some(insider.text("staff-post-withdraw-lead")),
        action: insider.to(&format!("posts/{id}/withdraw")),
        submit: insider.text("staff-post-withdraw"),
        grave: true,
        back: Some(insider.to(&format!("posts/{id}"))),
        tables: by_hand(&insider, &record, Power::Withdraw, "staff-post-withdraw-by-hand")?,
        ..Form::default()
    };
    insider.show(&form)
}

pub(super) async fn withdraw(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let done = insider.staff.withdraw_publication(&insider.own, PublicationId(id), insider.reader.now);
    told(&insider, id, "post-withdrawn", done)
}

pub(super) async fn ask_correct(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    insider.may(Role::Steward)?;
    let record = correctable(&insider, id)?;
    insider.show(&correction(&insider, &record)?)
}

pub(super) async fn correct(Path((_, id)): Path<(String, u64)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let record = correctable(&insider, id)?;
    let mut wrongs = Wrongs::default();
    let texts = said(&insider, &filled, &mut wrongs);
    let half = texts.iter().any(|text| text.title.is_empty() || text.body.is_empty());
    if texts.is_empty() || half {
        wrongs.add(&insider.reader, "", "post-half");
    }
    if !wrongs.is_empty() {
        return insider.show(&correction(&insider, &record)?.with(&filled, wrongs));
    }
    let seen = filled.get("seen").parse().unwrap_or(u32::MAX);
    match insider.staff.correct_publication(&insider.own, (record.id, seen), &texts, insider.reader.now) {
        Ok(()) => Ok(insider.done(&format!("posts/{id}"), "post-corrected")),
        Err(DraftError::Gone) => Ok(insider.done(&format!("posts/{id}"), "outbox-too-late")),
        Err(DraftError::Store(error)) => Err(Problem::internal(error)),
        Err(DraftError::Meanwhile) => {
            wrongs.add(&insider.reader, "", "meanwhile");
            let now = out(&insider, id)?;
            let mut form = correction(&insider, &now)?.with(&filled, wrongs);
            form.renew("seen", &now.revision.to_string());
            insider.show(&form)
        }
    }
}

fn correction(insider: &Insider, record: &PublicationRecord) -> Result<Form, Problem> {
    let id = record.id.0;
    let mut fields = vec![Field::hidden("seen", &record.revision.to_string())];
    fields.extend(texts(insider, Some(record)));
    Ok(Form {
        title: insider.text("staff-post-correct-title"),
        lead: Some(insider.text("staff-post-correct-lead")),
        action: insider.to(&format!("posts/{id}/correct")),
        fields,
        submit: insider.text("staff-post-correct"),
        back: Some(insider.to(&format!("posts/{id}"))),
        tables: by_hand(insider, record, Power::Correct, "staff-post-correct-by-hand")?,
        ..Form::default()
    })
}

/// Channels that cannot do it from here, named before the button is pressed.
fn by_hand(insider: &Insider, record: &PublicationRecord, power: Power, key: &str) -> Result<Vec<Table>, Problem> {
    let names = insider.cannot(record, power)?.join(", ");
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let empty = insider.reader.speaker.text(key, &[("names", (&names).into())]);
    Ok(vec![Table { empty, ..Table::default() }])
}

fn found(insider: &Insider, id: u64) -> Result<PublicationRecord, Problem> {
    insider.staff.publication(PublicationId(id)).map_err(Problem::internal)?.ok_or_else(Problem::not_found)
}

fn out(insider: &Insider, id: u64) -> Result<PublicationRecord, Problem> {
    let record = found(insider, id)?;
    if record.state == PublicationState::Queued { Ok(record) } else { Err(Problem::not_found()) }
}

fn correctable(insider: &Insider, id: u64) -> Result<PublicationRecord, Problem> {
    if insider.reader.municipality.post_approval {
        return Err(Problem::not_allowed());
    }
    out(insider, id)
}

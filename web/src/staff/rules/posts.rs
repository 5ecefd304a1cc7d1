//! `/{lang}/staff/posts/{id}`: what was said, or waits to be; a second pair of eyes lets it go or not.

use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Post, Room};
use crate::view::Fragment;
use app::{LookError, Waiting};
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use model::{Author, PublicationId, PublicationRecord, PublicationState, Role};

pub(super) async fn show(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    let (record, picture) = found(&insider, id)?;
    let mut facts = vec![
        insider.fact("outbox-state", insider.post_state(record.state).text),
        insider.fact("when", insider.ago(Some(record.made_at))),
        insider.fact(
            "rule-by",
            match &record.author {
                Author::Rule(name) => insider.reader.speaker.text("staff-post-of-rule", &[("name", name.into())]),
                Author::Staff(name) => name.clone(),
            },
        ),
    ];
    facts.extend(record.door.clone().map(|door| insider.fact("post-door", door)));
    facts.extend(record.alternative.as_ref().map(|alt| insider.fact_of("post-picture", insider.words(alt))));
    facts.extend(record.expires_at.map(|at| insider.fact("post-expires", insider.moment(at))));
    facts.extend(record.looked_by.clone().map(|who| insider.fact("post-looked-by", who)));
    let post = |what: &str, grave| Post {
        action: insider.to(&format!("posts/{id}/{what}")),
        text: insider.text(&format!("staff-post-{what}")),
        token: insider.own.form_token.clone(),
        fields: Vec::new(),
        grave,
        long: false,
    };
    let may = insider.own.role >= Role::Steward && record.is_waiting();
    let shown = |text: &model::PublicationText| {
        let lang = (text.language != insider.reader.language()).then(|| text.language.tag());
        Fragment { text: format!("{}\n\n{}", text.title, text.body), lang }
    };
    let mut actions = Vec::new();
    if picture {
        actions.push(insider.quiet(&format!("posts/{id}/picture.png"), "post-picture"));
    }
    let room = Room {
        title: insider.text("staff-post-title"),
        facts,
        texts: record.texts.iter().map(shown).collect(),
        posts: if may { vec![post("approve", false), post("refuse", true)] } else { Vec::new() },
        actions,
        back: Some(insider.to("rules")),
        ..Room::default()
    };
    insider.room("rules", &room)
}

/// The picture of a post that waits.
pub(super) async fn picture(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    let waiting = waiting(&insider, id)?.and_then(|waiting| waiting.picture).ok_or_else(Problem::not_found)?;
    Ok(([(CONTENT_TYPE, "image/png")], waiting.png).into_response())
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
    match decided {
        Ok(()) => Ok(insider.done("rules", what)),
        Err(LookError::TooLate) => Ok(insider.done("rules", "outbox-too-late")),
        Err(LookError::OwnWork) => Ok(insider.done("rules", "post-own")),
        Err(error @ LookError::Store(_)) => Err(Problem::internal(error)),
    }
}

fn waiting(insider: &Insider, id: u64) -> Result<Option<Waiting>, Problem> {
    let waiting = insider.staff.publications_waiting(insider.reader.now).map_err(Problem::internal)?;
    Ok(waiting.into_iter().find(|waiting| waiting.record.id == PublicationId(id)))
}

/// The publication, and whether its picture is still here.
fn found(insider: &Insider, id: u64) -> Result<(PublicationRecord, bool), Problem> {
    if let Some(waiting) = waiting(insider, id)? {
        return Ok((waiting.record, waiting.picture.is_some()));
    }
    let record = insider.staff.publication(PublicationId(id)).map_err(Problem::internal)?;
    Ok((record.ok_or_else(Problem::not_found)?, false))
}

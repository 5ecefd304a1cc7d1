//! Who takes part: a code that travels with their forms, and what follows from it.

use crate::away::away;
use crate::problem::Problem;
use crate::reader::Reader;
use app::staff::Dice;
use app::{ActivityError, App, Pass, Refusal, Visitor};
use model::activity::{Activity, Code, FormToken, Role, Tag};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The activities, and the dice for codes.
#[derive(Clone)]
pub(crate) struct Hall {
    pub(crate) app: Arc<App>,
    pub(crate) dice: Dice,
    /// For forms with photos.
    pub(crate) turns: Arc<Semaphore>,
}

/// Ways to an activity that are counted apart, beside the channels of the folder; a stranger cannot invent one.
const DOORS: [&str; 7] = ["poster", "post", "mail", "screen", "place", "meeting", "social"];

impl Hall {
    /// The activity of that name in an address.
    pub(crate) fn activity(&self, id: &str) -> Result<Activity, Problem> {
        let all = self.app.activity_list();
        all.into_iter().find(|activity| activity.id.as_str() == id).ok_or_else(Problem::not_found)
    }

    /// The activity of that name, if it is for everybody to see.
    pub(crate) fn public(&self, id: &str) -> Result<Activity, Problem> {
        let activity = self.activity(id)?;
        if activity.draft { Err(Problem::not_found()) } else { Ok(activity) }
    }

    /// A code for somebody of the staff who tries an activity out.
    pub(crate) fn trial(&self) -> Pass {
        let mut drawn = [0; Code::BYTES];
        (self.dice)(&mut drawn);
        Pass::Preview(Code::new(drawn))
    }

    /// The door of an address, if it is one of ours: a post brings people by the name of its channel.
    pub(crate) fn door(&self, named: &str) -> Option<String> {
        let is_channel = || self.app.municipality().channels.iter().any(|channel| channel.id.as_str() == named);
        (DOORS.contains(&named) || is_channel()).then(|| named.to_owned())
    }

    /// Somebody who reads, and brings this along.
    pub(crate) fn visitor(&self, reader: &Reader, activity: &Activity, pass: Pass) -> Visitor {
        Visitor {
            pass,
            role: Role::Anyone,
            door: None,
            languages: languages(activity, reader),
            client: Some(self.app.client(reader.line.from, reader.now)),
            now: reader.now,
        }
    }

    /// Has the box do something, away from the event loop.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&App) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let app = Arc::clone(&self.app);
        away(move || ask(&app)).await
    }

    /// The same with an activity: why it did not do it becomes a page.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, ActivityError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.ask(work).await?.map_err(|error| match error {
            ActivityError::Unknown(_) => Problem::not_found(),
            ActivityError::Refused(refusal) => refused(refusal),
            other => Problem::resting(other),
        })
    }
}

/// Why somebody may not take part like this, as a page.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    Problem::refusal(match refusal {
        Refusal::InvitationNeeded => "problem-invitation-needed",
        Refusal::InvitationUnknown => "problem-invitation-unknown",
        Refusal::InvitationUsed => "problem-invitation-used",
        Refusal::Wait(_) => "problem-wait",
    })
}

/// What a form carries for whoever it is for; staff are known by their session.
pub(crate) fn carried(pass: Pass) -> String {
    match pass {
        Pass::Newcomer | Pass::Staff(_) => String::new(),
        Pass::Holder(code) => code.to_string(),
        Pass::Invited(code) => format!("i.{code}"),
        Pass::Preview(code) => format!("p.{code}"),
    }
}

/// Who a form is from, by what it carries. A trial is never taken from a form of a visitor.
pub(crate) fn brought(text: &str) -> Pass {
    let code = |text: &str| Code::parse(text);
    match text.strip_prefix("i.") {
        Some(invited) => code(invited).map_or(Pass::Newcomer, Pass::Invited),
        None => code(text).map_or(Pass::Newcomer, Pass::Holder),
    }
}

/// The token of a page, as a form carries it.
pub(crate) fn token(text: &str) -> FormToken {
    FormToken(u128::from_str_radix(text, 16).unwrap_or(0).to_be_bytes())
}

pub(crate) fn token_text(FormToken(token): FormToken) -> String {
    format!("{:032x}", u128::from_be_bytes(token))
}

/// The reader's language first, then those the activity is held in.
pub(crate) fn languages(activity: &Activity, reader: &Reader) -> Vec<Tag> {
    let own = Tag::from(reader.language());
    let others = activity.languages.iter().filter(|tag| **tag != own).cloned();
    std::iter::once(own.clone()).chain(others).collect()
}

impl fmt::Debug for Hall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hall").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_carries_comes_back_and_nobody_can_make_it_a_trial() {
        let code = Code::new([7; Code::BYTES]);
        assert_eq!(brought(&carried(Pass::Holder(code))), Pass::Holder(code));
        assert_eq!(brought(&carried(Pass::Invited(code))), Pass::Invited(code));
        for odd in ["", "i.", "nothing", &carried(Pass::Preview(code))] {
            assert_eq!(brought(odd), Pass::Newcomer, "{odd}");
        }
    }

    #[test]
    fn the_token_of_a_page_comes_back_and_an_odd_one_is_nothing() {
        let made = FormToken([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        assert_eq!(token(&token_text(made)), made);
        assert_eq!(token("x"), FormToken([0; 16]));
    }
}

//! `/{lang}/staff/history`: what was changed and done, by whom; changes of the folder can be undone.

use super::form::{Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Post, Room, Table};
use crate::problem::Problem;
use crate::view::Fragment;
use app::staff::ChangeError;
use axum::extract::{Path, Query};
use model::Role;

/// Lines on the page.
const LINES_MAX: usize = 100;

pub(crate) async fn get(insider: Insider, Query(done): Query<Done>) -> Answer {
    let changes = insider.staff.changes(LINES_MAX).map_err(Problem::internal)?;
    let log = insider.staff.log(LINES_MAX).map_err(Problem::internal)?;
    let changes = changes.iter().map(|(number, change)| {
        vec![
            Cell::text(insider.moment(change.at)),
            Cell::text(change.who.clone()),
            Cell::link(insider.deed(&change.what, &change.subject), insider.to(&format!("history/{number}"))),
        ]
    });
    let log = log.iter().map(|entry| {
        vec![
            Cell::text(insider.moment(entry.at)),
            Cell::text(entry.who.clone().unwrap_or_else(|| insider.text("staff-nobody"))),
            Cell::text(insider.deed(&entry.what, &entry.subject)),
        ]
    });
    let head = insider.head(&["when", "who", "what"]);
    let refused = insider.staff.standing().refused;
    let room = Room {
        title: insider.text("staff-room-history"),
        lead: Some(insider.text("staff-history-lead")),
        told: insider.told(done.done.as_deref()),
        warned: refused.iter().map(|_| Fragment::plain(insider.text("staff-need-refused"))).collect(),
        texts: refused.iter().flat_map(|refused| &refused.faults).map(|told| insider.of_the_folder(told)).collect(),
        tables: vec![
            Table {
                title: Some(insider.text("staff-history-changes")),
                head: head.clone(),
                rows: changes.collect(),
                empty: insider.text("staff-history-none"),
            },
            Table {
                title: Some(insider.text("staff-history-log")),
                head,
                rows: log.collect(),
                empty: insider.text("staff-history-none"),
            },
        ],
        ..Room::default()
    };
    insider.room("history", &room)
}

pub(crate) async fn show(insider: Insider, Path((_, number)): Path<(String, u64)>) -> Answer {
    let changes = insider.staff.changes(usize::MAX).map_err(Problem::internal)?;
    let (_, change) = changes.into_iter().find(|(known, _)| *known == number).ok_or_else(Problem::not_found)?;
    let texts = change.files.iter().map(|file| {
        let before = file.before.as_deref().unwrap_or_default();
        Fragment::plain(format!("{}\n{}", file.name, difference(before, &file.after)))
    });
    let may_undo = insider.own.role >= Role::Steward && !change.files.is_empty();
    let room = Room {
        title: insider.deed(&change.what, &change.subject),
        facts: vec![insider.fact("who", change.who.clone()), insider.fact("when", insider.moment(change.at))],
        texts: texts.collect(),
        posts: may_undo
            .then(|| Post {
                action: insider.to(&format!("history/{number}")),
                text: insider.text("staff-undo"),
                token: insider.own.form_token.clone(),
                grave: true,
                ..Post::default()
            })
            .into_iter()
            .collect(),
        back: Some(insider.to("history")),
        ..Room::default()
    };
    insider.room("history", &room)
}

pub(crate) async fn undo(Path((_, number)): Path<(String, u64)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    match insider.staff.undo(&insider.own, number, insider.reader.now) {
        Ok(()) => Ok(insider.done("history", "undone")),
        Err(ChangeError::Filing(error)) => Err(Problem::internal(error)),
        Err(ChangeError::Store(error)) => Err(Problem::internal(error)),
        Err(_) => {
            let mut wrongs = Wrongs::default();
            wrongs.add(&insider.reader, "", "cannot-undo");
            let back = Some(insider.to(&format!("history/{number}")));
            let form = Form { title: insider.text("staff-undo"), back, ..Form::default() };
            insider.show(&form.with(&filled, wrongs))
        }
    }
}

/// The lines that went and came, each with a mark; what both have at the ends is left out.
fn difference(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same_start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let ends = |lines: &[&str]| lines.len() - same_start;
    let same_end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let same_end = same_end.min(ends(&old)).min(ends(&new));
    let middle = |lines: &[&str], mark: char| -> String {
        let part = lines.iter().skip(same_start).take(lines.len() - same_start - same_end);
        part.fold(String::new(), |text, line| text + &mark.to_string() + " " + line + "\n")
    };
    middle(&old, '-') + &middle(&new, '+')
}

impl Insider {
    /// What was done to what. What was undone is named by its own word, then by what that was done to.
    fn deed(&self, what: &str, subject: &str) -> String {
        let undone = (what == "undone").then(|| subject.split_once(' ')).flatten();
        let subject = undone.map_or_else(|| subject.to_owned(), |(what, subject)| self.deed(what, subject));
        format!("{}: {subject}", self.what(what))
    }

    /// A word of the log, for people; a word from another release stays as it is.
    pub(crate) fn what(&self, word: &str) -> String {
        let key = format!("staff-done-{word}");
        if self.reader.speaker.knows(&key) { self.text(&key) } else { word.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_shows_what_went_and_what_came() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), "- b\n+ x\n");
        assert_eq!(difference("a\n", "a\nb\n"), "+ b\n");
        assert_eq!(difference("a\na\n", "a\n"), "- a\n");
        assert_eq!(difference("", ""), "");
    }
}

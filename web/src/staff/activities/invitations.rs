//! `/{lang}/staff/activities/{id}/invitations`: personal links, made in bulk and shown this once, as letters to print and as CSV. The box
//! keeps nothing of them but what lets it know one again.

use crate::pages::poster::{Code, code};
use crate::problem::Problem;
use crate::staff::form::{Choice, Field, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Done, Fact};
use crate::take_part::{Written, cell, dates};
use crate::view::Fragment;
use app::InviteError;
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::Role;
use model::activity::{Activity, OpenTo};
use serde::Serialize;

/// Links made at once; for more, do it again. Each is a letter on a page that a browser must hold.
const AT_ONCE_MAX: usize = 1000;
/// For whom a link is: a name and an address on one line.
const LABEL_CHARS_MAX: usize = 120;

/// The room.
#[derive(Debug, Serialize)]
struct Room {
    title: String,
    back: String,
    told: Option<String>,
    facts: Vec<Fact>,
    /// Where to withdraw what was not used, when there is something.
    withdraw: Option<String>,
    /// What the box can link and what it cannot, a sentence each.
    can: Vec<String>,
    cannot: Vec<String>,
    /// None while the activity is open to everyone.
    form: Option<Form>,
    edit: String,
}

/// The links, once.
#[derive(Debug, Serialize)]
struct Letters {
    back: String,
    token: String,
    csv: String,
    /// What the CSV is made of: a line for each link.
    lines: String,
    count: usize,
    cards: bool,
    name: Fragment,
    purpose: Option<Written>,
    dates: String,
    each: Vec<Letter>,
}

/// One link on paper.
#[derive(Debug, Serialize)]
struct Letter {
    label: String,
    url: String,
    shown: String,
    code: Code,
}

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    show(&insider, &activity, insider.told(done.done.as_deref()), None)
}

pub(super) async fn post(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let made = insider.hall()?.app.invitations(&activity.id).map_err(Problem::internal)?.made;
    let mut wrongs = Wrongs::default();
    let labels = labels(filled.get("labels"), filled.get("count")).unwrap_or_else(|(field, key)| {
        wrongs.add(&insider.reader, field, key);
        Vec::new()
    });
    // The page that shows the links was loaded again: another set of them would be made, and the first is in somebody's hands.
    if filled.get("seen") != made.to_string() {
        wrongs.add(&insider.reader, "", "links-made-before");
    }
    if !wrongs.is_empty() {
        let mut form = form(&insider, &activity, made).with(&filled, wrongs);
        form.renew("seen", &made.to_string());
        return show(&insider, &activity, None, Some(form));
    }
    let (name, people) = (activity.id.clone(), vec![Vec::new(); labels.len()]);
    let codes = match insider.hall()?.ask(move |app| app.invite(&name, people)).await? {
        Ok(codes) => codes,
        Err(InviteError::Activity(error)) => return Err(Problem::internal(error)),
        Err(InviteError::Open | InviteError::TooMany) => {
            let mut wrongs = Wrongs::default();
            wrongs.add(&insider.reader, "count", "links-too-many");
            return show(&insider, &activity, None, Some(form(&insider, &activity, made).with(&filled, wrongs)));
        }
    };
    insider.staff.note(&insider.own, "invitations-made", &id, insider.reader.now).map_err(Problem::internal)?;
    let origin = insider.reader.origin();
    let links = labels.into_iter().zip(codes).map(|(label, code)| (label, format!("{origin}/invited/{id}/{code}")));
    letters(&insider, &activity, links.collect(), filled.get("as") == "cards")
}

/// For whom the links are: a label each, or as many empty ones as were asked for. Else the field that is wrong and why.
fn labels(listed: &str, count: &str) -> Result<Vec<String>, (&'static str, &'static str)> {
    let listed: Vec<String> =
        listed.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    if listed.iter().any(|label| label.chars().count() > LABEL_CHARS_MAX) {
        return Err(("labels", "links-long-label"));
    }
    let many = if listed.is_empty() { count.parse().unwrap_or(0) } else { listed.len() };
    if !(1..=AT_ONCE_MAX).contains(&many) {
        return Err((if listed.is_empty() { "count" } else { "labels" }, "links-how-many"));
    }
    Ok(if listed.is_empty() { vec![String::new(); many] } else { listed })
}

fn form(insider: &Insider, activity: &Activity, made: u32) -> Form {
    let reader = &insider.reader;
    let way = |value: &str, chosen| Choice {
        value: value.to_owned(),
        label: insider.text(&format!("staff-links-as-{value}")),
        chosen,
    };
    Form {
        title: insider.text("staff-links-make"),
        action: insider.to(&format!("activities/{}/invitations", activity.id)),
        submit: insider.text("staff-links-make"),
        fields: vec![
            Field::text(reader, "count", "links-count", ""),
            Field::long(reader, "labels", "links-labels"),
            Field::radio(reader, "as", "links-as", vec![way("letters", true), way("cards", false)]),
            Field::hidden("seen", &made.to_string()),
        ],
        ..Form::default()
    }
}

fn show(insider: &Insider, activity: &Activity, told: Option<String>, filled: Option<Form>) -> Answer {
    let app = insider.hall()?.app;
    let invitations = app.invitations(&activity.id).map_err(Problem::internal)?;
    let number = |count: u32| insider.reader.speaker.number(count.into(), 0);
    let unused = invitations.made.saturating_sub(invitations.used);
    let invited = activity.open_to == OpenTo::Invited;
    let path = format!("activities/{}", activity.id);
    let texts =
        |key: &str, count: usize| (1..=count).map(|n| insider.text(&format!("staff-links-{key}-{n}"))).collect();
    let form = invited.then(|| filled.unwrap_or_else(|| form(insider, activity, invitations.made)));
    let room = Room {
        title: insider
            .reader
            .speaker
            .text("staff-links-title", &[("name", activity.title.best(insider.reader.language()).0.into())]),
        back: insider.to(&path),
        told,
        facts: vec![
            insider.fact("links-made", number(invitations.made)),
            insider.fact("links-used", number(invitations.used)),
            insider.fact("links-unused", number(unused)),
        ],
        withdraw: (unused > 0).then(|| insider.to(&format!("{path}/invitations/withdraw"))),
        can: texts("can", 2),
        cannot: texts("cannot", 3),
        form: form.map(|form| Form { token: Some(insider.own.form_token.clone()), ..form }),
        edit: insider.to(&format!("{path}/edit")),
    };
    insider.page("staff/invitations.html", room.title.clone(), "activities", &room)
}

fn letters(insider: &Insider, activity: &Activity, made: Vec<(String, String)>, cards: bool) -> Answer {
    let reader = &insider.reader;
    let lines = made.iter().map(|(label, url)| format!("{url} {label}")).collect::<Vec<_>>().join("\n");
    let letter = |(label, url): (String, String)| {
        let shown = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned();
        Ok(Letter { label, shown, code: code(&url)?, url })
    };
    let count = made.len();
    let path = format!("activities/{}/invitations", activity.id);
    let page = Letters {
        back: insider.to(&path),
        token: insider.own.form_token.clone(),
        csv: insider.to(&format!("{path}/links.csv")),
        lines,
        count,
        cards,
        name: Fragment::of(&activity.title, reader.language()),
        purpose: Written::of(&activity.purpose, reader.language()),
        dates: dates(activity, reader),
        each: made.into_iter().map(letter).collect::<Result<_, Problem>>()?,
    };
    insider.page("staff/invitation_letters.html", insider.text("staff-links-once"), "activities", &page)
}

/// `POST .../links.csv`: the links that were just shown, as a file. They come from the page, for the box does not know them any more.
pub(super) async fn csv(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let pairs = filled.raw("links").lines().map(|line| line.split_once(' ').unwrap_or((line, "")));
    let lines = pairs.filter(|(url, _)| !url.is_empty()).map(|(url, label)| format!("{},{}", cell(label), cell(url)));
    let file = std::iter::once("label,link".to_owned()).chain(lines).collect::<Vec<_>>().join("\r\n") + "\r\n";
    let name = format!("attachment; filename=\"{}-links.csv\"", activity.id);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], file).into_response())
}

pub(super) async fn ask_withdraw(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let invitations = insider.hall()?.app.invitations(&activity.id).map_err(Problem::internal)?;
    let unused = invitations.made.saturating_sub(invitations.used);
    let path = format!("activities/{id}/invitations");
    insider.show(&Form {
        title: insider.reader.speaker.text("staff-links-withdraw-title", &[("count", unused.into())]),
        lead: Some(insider.text("staff-links-withdraw-lead")),
        action: insider.to(&format!("{path}/withdraw")),
        submit: insider.text("staff-links-withdraw"),
        grave: true,
        back: Some(insider.to(&path)),
        ..Form::default()
    })
}

pub(super) async fn withdraw(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity) = (insider.hall()?, insider.activity(&id)?);
    hall.work(move |app| app.withdraw_invitations(&activity.id)).await?;
    insider.staff.note(&insider.own, "invitations-withdrawn", &id, insider.reader.now).map_err(Problem::internal)?;
    Ok(insider.done(&format!("activities/{id}/invitations"), "invitations-withdrawn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_for_whom_links_are_and_a_number_how_many() {
        assert_eq!(labels(" Kari, Strandveien 3 \n\nOla\n", "").unwrap(), ["Kari, Strandveien 3", "Ola"]);
        assert_eq!(labels("", "3").unwrap(), ["", "", ""]);
        assert_eq!(labels("Kari", "7").unwrap(), ["Kari"], "the list says more than the number");
        for odd in ["", "0", "-1", "many", "1001"] {
            assert_eq!(labels("", odd), Err(("count", "links-how-many")), "{odd}");
        }
        assert_eq!(labels(&"x".repeat(121), ""), Err(("labels", "links-long-label")));
        assert_eq!(labels(&"x\n".repeat(1001), ""), Err(("labels", "links-how-many")));
    }

    #[test]
    fn no_label_runs_in_a_spreadsheet_or_breaks_its_row() {
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("Kari, \"K\""), "\"Kari, \"\"K\"\"\"");
    }
}

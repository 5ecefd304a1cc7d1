//! `/{lang}/staff/activities/new`: what it shall be, what it is called, and what to start from.

use super::edit::entry_of;
use crate::staff::form::{Choice, Field, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::places::free_name;
use crate::view::Fragment;
use app::{ActivityEntry, Change, Edit};
use axum::response::{IntoResponse, Redirect};
use model::activity::{Moderation, OpenTo};
use model::{Role, Slug, Words};
use serde_json::Value;

pub(super) async fn get(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&form(&insider)?)
}

pub(super) async fn post(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let reader = &insider.reader;
    let mut wrongs = Wrongs::default();
    let title = filled.get("title");
    if title.is_empty() || title.chars().count() > 200 {
        wrongs.add(reader, "title", "activity-title");
    }
    let hall = insider.hall()?;
    let (method, example) = filled.get("start").split_once('/').unwrap_or_default();
    let known = hall.app.methods().into_iter().find(|(id, _)| id.as_str() == method);
    if known.is_none() {
        wrongs.add(reader, "start", "choose");
    }
    let form = form(&insider)?;
    let Some((method, about)) = known.filter(|_| wrongs.is_empty()) else {
        return insider.show(&form.with(&filled, wrongs));
    };
    let taken = |id: &Slug| hall.app.activity_list().iter().any(|activity| activity.id == *id) || id.as_str() == "new";
    let Some(id) = free_name(title, taken) else { return insider.show(&form.with(&filled, wrongs)) };
    let example = example.parse::<usize>().ok().and_then(|at| about.examples.get(at));
    let settings = example.and_then(|example| serde_json::from_str::<Value>(&example.settings).ok());
    let entry = ActivityEntry {
        id: id.clone(),
        method,
        draft: true,
        title: Words::from_iter([(reader.language(), title.to_owned())]),
        languages: reader.municipality.languages.clone(),
        places: Vec::new(),
        opens: None,
        closes: None,
        open_to: OpenTo::Everyone,
        moderation: Moderation::Before,
        purpose: Words::default(),
        legal_basis: Words::default(),
        decides: Words::default(),
        retention_days: None,
        answer_days: None,
        settings: settings.and_then(|settings| settings.as_object().cloned()).unwrap_or_default(),
    };
    // One that would not open yet is worked on in the editor, which keeps it there until it does.
    let edit = Edit { change: Change::Activity(Box::new(entry.clone())), seen: None };
    let tried = insider.staff.try_activity(&id, std::slice::from_ref(&edit), &reader.language().into());
    if !tried.is_ok_and(|tried| tried.opens()) {
        return super::edit::begin(&insider, &entry_of(&entry, reader), &entry.method, id.as_str());
    }
    match insider.staff.change(&insider.own, "activity-added", id.as_str(), &[edit], reader.now) {
        Ok(()) => Ok(Redirect::to(&insider.to(&format!("activities/{id}/edit"))).into_response()),
        Err(error) => {
            wrongs.say("", Fragment { text: error.to_string(), lang: None });
            insider.show(&form.with(&filled, wrongs))
        }
    }
}

/// What each method is for, from an empty page or from its examples.
fn form(insider: &Insider) -> Result<Form, crate::problem::Problem> {
    let reader = &insider.reader;
    let language = reader.language();
    let mut starts = Vec::new();
    for (id, about) in insider.hall()?.app.methods() {
        let (name, help) = (about.title.best(language).0, about.help.best(language).0);
        let empty = insider.text("staff-activity-empty");
        let label = format!("{name}, {empty}. {help}");
        starts.push(Choice { value: format!("{id}/empty"), label, chosen: starts.is_empty() });
        for (at, example) in about.examples.iter().enumerate() {
            let label = format!("{name}: {}", example.title.best(language).0);
            starts.push(Choice { value: format!("{id}/{at}"), label, chosen: false });
        }
    }
    Ok(Form {
        title: insider.text("staff-activity-new"),
        lead: Some(insider.text(if starts.is_empty() {
            "staff-activity-no-method"
        } else {
            "staff-activity-new-lead"
        })),
        action: insider.to("activities/new"),
        submit: if starts.is_empty() { String::new() } else { insider.text("staff-activity-begin") },
        fields: vec![
            Field::text(reader, "title", "activity-title", ""),
            Field::radio(reader, "start", "activity-start", starts),
        ],
        back: Some(insider.to("activities")),
        ..Form::default()
    })
}

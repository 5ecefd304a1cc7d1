//! The list as a table, and the pool for auditors.

use super::read;
use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider};
use crate::take_part::cell;
use app::App;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::Role;

/// `GET .../draw/people.csv`: the list, to be worked on and put back.
pub(in crate::staff::activities) async fn csv(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    // Who has not confirmed is not on it: the table comes back, and would vouch for them.
    let people: Vec<_> = read(&insider, &activity).await?.confirmed().cloned().collect();
    let mut strata: Vec<&str> = people.iter().flat_map(|own| own.profile.keys().map(String::as_str)).collect();
    strata.sort_unstable();
    strata.dedup();
    let own = ["name", "mail", "language", "household", "chances", "cohort", "group", "role", "code", "state"];
    let mut lines = vec![own.iter().chain(&strata).map(|head| cell(head)).collect::<Vec<_>>().join(",")];
    for person in &people {
        let chances = person.chances.to_string();
        let mail = person.address.as_ref().map_or("", |address| address.as_str());
        let known = [
            person.name.as_str(),
            mail,
            person.language.tag(),
            &person.household,
            &chances,
            &person.cohort,
            &person.group,
            &person.role,
            &person.code,
            person.seat.name(),
        ];
        let profile = strata.iter().map(|name| person.profile.get(*name).map_or("", String::as_str));
        lines.push(known.into_iter().chain(profile).map(cell).collect::<Vec<_>>().join(","));
    }
    insider.staff.note(&insider.own, "recruits-taken", &id, insider.reader.now).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"{id}-draw.csv\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, lines.join("\r\n") + "\r\n").into_response())
}

/// `GET .../draw/pool.json`: the pool that was announced, for whoever is let look.
pub(in crate::staff::activities) async fn pool(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let pool = insider.hall()?.work(move |app: &App| app.draw_pool(&activity.id)).await?;
    let text = serde_json::to_string(&pool.ok_or_else(Problem::not_found)?).map_err(Problem::internal)?;
    insider.staff.note(&insider.own, "recruits-taken", &id, insider.reader.now).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"{id}-pool.json\"");
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, name)], text).into_response())
}

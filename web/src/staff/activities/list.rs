//! `GET /{lang}/staff/activities`: all of them, and how they go.

use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider};
use crate::staff::room::{Cell, Done, Room, Table};
use crate::take_part::dates;
use axum::extract::Query;
use model::activity::Activity;

pub(super) async fn get(insider: Insider, Query(done): Query<Done>) -> Answer {
    let hall = insider.hall()?;
    let language = insider.reader.language();
    let row = |activity: &Activity| -> Result<Vec<Cell>, Problem> {
        let (phase, state) = insider.phase(activity);
        let part = insider.staff.participation(&activity.id).map_err(Problem::internal)?;
        let number = |count: u32| insider.reader.speaker.number(count.into(), 0);
        Ok(vec![
            Cell::link(activity.title.best(language).0, insider.to(&format!("activities/{}", activity.id))),
            Cell::state(phase, state),
            Cell::text(dates(activity, &insider.reader)),
            Cell::text(number(part.all.begun)),
            Cell::text(number(part.all.finished)),
        ])
    };
    let rows = hall.app.activity_list().iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let room = Room {
        title: insider.text("staff-room-activities"),
        lead: Some(insider.text("staff-activities-lead")),
        told: insider.told(done.done.as_deref()),
        actions: vec![insider.link("activities/new", "activity-new")],
        tables: vec![Table {
            title: None,
            head: insider.head(&["name", "phase", "dates", "begun", "finished"]),
            rows,
            empty: insider.text("staff-activities-none"),
        }],
        ..Room::default()
    };
    insider.room("activities", &room)
}

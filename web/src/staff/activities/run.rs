//! `/{lang}/staff/activities/{id}`: how one goes, and what can be done with it: try, open, close, read.

use crate::problem::Problem;
use crate::reader::Reader;
use crate::staff::form::Form;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Cell, Done, Fact, Link, Post, Room, Table};
use crate::take_part::{dates, door_name};
use crate::view::Fragment;
use app::{Change, Edit, Item, Revision};
use axum::extract::{Path, Query};
use model::activity::{Activity, OpenTo, Phase, Tag};
use model::{Language, Role, Timestamp};

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    let activity = insider.activity(&id)?;
    room(&insider, &activity, insider.told(done.done.as_deref()))
}

fn room(insider: &Insider, activity: &Activity, told: Option<String>) -> Answer {
    let (reader, language) = (&insider.reader, insider.reader.language());
    let part = insider.staff.participation(&activity.id).map_err(Problem::internal)?;
    let number = |count: u32| reader.speaker.number(count.into(), 0);
    let door = |door: &Option<String>| door_name(door.as_deref().unwrap_or_default(), reader);
    let doors = part.doors.iter().map(|(name, taking)| {
        vec![Cell::text(door(name)), Cell::text(number(taking.begun)), Cell::text(number(taking.finished))]
    });
    let problems = insider.hall()?.app.check_activity(activity, &language.into()).unwrap_or_default();
    let origin = reader.origin();
    let shared = ["poster", "mail", "post", "screen", "social", "meeting"].iter().map(|name| {
        vec![Cell::text(door(&Some((*name).to_owned()))), Cell::text(format!("{origin}/go/{}/{name}", activity.id))]
    });
    let public = activity.phase(reader.now) != Phase::Preview;
    let may = insider.own.role >= Role::Steward;
    let room = Room {
        title: activity.title.best(language).0.to_owned(),
        told,
        warned: problems.iter().map(|problem| Fragment { text: problem.text.clone(), lang: None }).collect(),
        facts: facts(insider, activity, &part)?,
        posts: if may { posts(insider, activity) } else { Vec::new() },
        actions: actions(insider, activity, public, may),
        tables: vec![
            Table {
                title: Some(insider.text("staff-by-door")),
                head: insider.head(&["door", "begun", "finished"]),
                rows: doors.collect(),
                empty: insider.text("staff-nobody-yet"),
            },
            Table {
                title: Some(insider.text("staff-doors")),
                head: insider.head(&["door", "address"]),
                rows: if public { shared.collect() } else { Vec::new() },
                empty: insider.text("staff-doors-draft"),
            },
        ],
        back: Some(insider.to("activities")),
        ..Room::default()
    };
    insider.room("activities", &room)
}

fn facts(insider: &Insider, activity: &Activity, part: &app::staff::Participation) -> Result<Vec<Fact>, Problem> {
    let reader = &insider.reader;
    let number = |count: u32| reader.speaker.number(count.into(), 0);
    let named = |tag: &Tag| match tag.as_str().parse::<Language>() {
        Ok(language) => words::own_name(language).to_owned(),
        Err(_) => tag.to_string(),
    };
    let languages: Vec<String> = activity.languages.iter().map(named).collect();
    let methods = insider.hall()?.app.methods();
    let method = methods.iter().find(|(id, _)| *id == activity.method);
    let method = method.map(|(_, about)| about.title.best(reader.language()).0.to_owned());
    Ok(vec![
        insider.fact("phase", insider.phase(activity).0),
        insider.fact("dates", dates(activity, reader)),
        insider.fact("method", method.unwrap_or_else(|| activity.method.to_string())),
        insider.fact("languages", languages.join(", ")),
        insider.fact("begun", number(part.all.begun)),
        insider.fact("finished", number(part.all.finished)),
    ])
}

fn actions(insider: &Insider, activity: &Activity, public: bool, may: bool) -> Vec<Link> {
    let path = |rest: &str| format!("activities/{}{rest}", activity.id);
    let mut links = Vec::new();
    if may {
        links.push(insider.quiet(&path("/edit"), "activity-edit"));
        links.push(insider.quiet(&path("/preview"), "activity-preview"));
        links.push(insider.quiet(&path("/lead"), "activity-lead"));
        if activity.open_to == OpenTo::Invited {
            links.push(insider.quiet(&path("/invitations"), "links"));
        }
    }
    links.push(insider.quiet(&path("/report"), "activity-report"));
    if may {
        links.push(insider.quiet(&path("/said"), "said"));
        links.push(insider.quiet(&path("/outcomes"), "outcomes"));
        links.push(insider.quiet(&path("/draw"), "draw"));
    }
    if public {
        let href = format!("/{}/take-part/{}", insider.reader.language(), activity.id);
        links.push(Link { href, text: insider.text("staff-public-page"), quiet: true });
    }
    if may {
        links.push(insider.quiet(&path("/remove"), "remove"));
    }
    links
}

fn posts(insider: &Insider, activity: &Activity) -> Vec<Post> {
    let seen = insider.staff.revision(&Item::Activity(activity.id.clone()));
    let post = |path: &str, key: &str, grave| Post {
        action: insider.to(&format!("activities/{}/{path}", activity.id)),
        text: insider.text(&format!("staff-{key}")),
        token: insider.own.form_token.clone(),
        fields: vec![("seen".to_owned(), seen.as_ref().map_or("", Revision::as_str).to_owned())],
        grave,
        ..Post::default()
    };
    match activity.phase(insider.reader.now) {
        Phase::Preview if activity.opens.is_some_and(|opens| opens > insider.reader.now) => {
            vec![post("open", "activity-announce", false)]
        }
        Phase::Preview => vec![post("open", "activity-open", false)],
        Phase::Announced => vec![post("open", "activity-open-now", false)],
        Phase::Open => vec![post("close", "activity-close", true)],
        Phase::Closed => vec![post("open", "activity-reopen", false)],
    }
}

/// Takes away what keeps it from being open: the draft, then the day it opens, then the day it closed.
pub(super) async fn open(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let (reader, now) = (&insider.reader, insider.reader.now);
    let phase = activity.phase(now);
    let opens = activity.opens.filter(|_| phase != Phase::Announced).map(|at| written(at, reader));
    let closes = activity.closes.filter(|at| *at > now).map(|at| written(at, reader));
    let change = Change::Opening { activity: activity.id.clone(), opens, closes, draft: false };
    put(&insider, &activity, "activity-opened", change, filled.some("seen"))
}

pub(super) async fn close(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let reader = &insider.reader;
    let opens = activity.opens.map(|at| written(at, reader));
    let closes = Some(written(reader.now, reader));
    let change = Change::Opening { activity: activity.id.clone(), opens, closes, draft: false };
    put(&insider, &activity, "activity-closed", change, filled.some("seen"))
}

/// What opens must be whole: what stops the method stops the opening, and is told.
fn put(insider: &Insider, activity: &Activity, what: &str, change: Change, seen: Option<&str>) -> Answer {
    let edit = Edit { change, seen: seen.map(Revision::from_form) };
    let tried =
        insider.staff.try_activity(&activity.id, std::slice::from_ref(&edit), &insider.reader.language().into());
    if tried.is_ok_and(|tried| !tried.opens()) {
        return room(insider, activity, None);
    }
    match insider.staff.change(&insider.own, what, activity.id.as_str(), &[edit], insider.reader.now) {
        Ok(()) => Ok(insider.done(&format!("activities/{}", activity.id), what)),
        Err(app::staff::ChangeError::Edit(_)) => room(insider, &insider.activity(activity.id.as_str())?, None),
        Err(error) => Err(Problem::internal(error)),
    }
}

pub(super) async fn ask(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&removal(&insider, &insider.activity(&id)?))
}

pub(super) async fn remove(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let form = removal(&insider, &activity);
    insider.take_away("activity-removed", (&id, Item::Activity(activity.id)), "activities", form, &filled)
}

fn removal(insider: &Insider, activity: &Activity) -> Form {
    let (path, item) = (format!("activities/{}", activity.id), Item::Activity(activity.id.clone()));
    insider.ask_remove(&path, activity.title.best(insider.reader.language()).0, &item)
}

/// A moment as the folder has it: local date and time.
pub(super) fn written(at: Timestamp, reader: &Reader) -> String {
    let local = reader.municipality.calendar.civil(at);
    format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
}

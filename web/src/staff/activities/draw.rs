//! `/{lang}/staff/activities/{id}/draw`: a small group is recruited from those who are willing: the list, the announcement, the draw with a
//! seed that nobody could know, and who comes.

mod files;
mod said;

pub(super) use files::{csv, pool};

use crate::problem::Problem;
use crate::reader::Reader;
use crate::staff::form::{Field, Filled, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Cell, Done, Link, Post, Room, Table};
use crate::view::Fragment;
use app::{App, DrawError, Households, Recruit, Recruiting, Seat, Terms};
use axum::extract::{Path, Query};
use model::Role;
use model::activity::Activity;

/// Where the seed comes from, in a sentence.
const SOURCE_CHARS_MAX: usize = 300;

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let list = read(&insider, &activity).await?;
    let reader = &insider.reader;
    let number = |count: usize| reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
    let mut facts = vec![insider.fact("draw-willing", number(list.confirmed().count()))];
    let unconfirmed = list.count(Seat::Unconfirmed);
    facts.extend((unconfirmed > 0).then(|| insider.fact("draw-unconfirmed", number(unconfirmed))));
    let announced = list.proof.as_ref().map(|proof| &proof.announced);
    if let Some(announced) = announced {
        let least = announced.fairest.values().copied().filter(|odds| *odds > 0).min().unwrap_or(0);
        facts.push(insider.fact("draw-seats", reader.speaker.number(announced.rules.seats.into(), 0)));
        facts.push(insider.fact("draw-source", announced.source.clone()));
        facts.push(insider.fact("draw-digest", announced.digest()));
        facts.push(insider.fact("draw-least", reader.speaker.number(f64::from(least) / 10_000.0, 2) + " %"));
    }
    if let Some(held) = list.proof.as_ref().and_then(|proof| proof.held.as_ref()) {
        facts.push(insider.fact("draw-seed", held.seed.clone()));
        let seats = Seat::ALL.into_iter().filter(|seat| !matches!(seat, Seat::Willing | Seat::Unconfirmed));
        facts.extend(seats.map(|seat| insider.fact(&format!("seat-{}", seat.name()), number(list.count(seat)))));
    }
    let rows = list.people.iter().map(|person| row(&insider, &activity, person)).collect();
    let room = Room {
        title: insider.text("staff-draw"),
        lead: Some(insider.text(&format!("staff-draw-{}", step(&list)))),
        told: insider.told(done.done.as_deref()),
        warned: stuck(&insider).into_iter().map(Fragment::plain).collect(),
        facts,
        actions: actions(&insider, &activity, &list),
        posts: posts(&insider, &activity, &list),
        tables: vec![Table {
            title: Some(insider.text("staff-draw-people")),
            head: insider.head(&["name", "draw-code", "draw-profile", "draw-chances", "draw-state", "draw-group"]),
            rows,
            empty: insider.text("staff-draw-nobody"),
        }],
        back: Some(insider.to(&format!("activities/{id}"))),
        ..Room::default()
    };
    insider.room("activities", &room)
}

fn step(list: &Recruiting) -> &'static str {
    match list.proof.as_ref().map(|proof| proof.held.is_some()) {
        None => "open",
        Some(false) => "announced",
        Some(true) => "held",
    }
}

/// Why letters cannot leave: then staff tell people themselves.
fn stuck(insider: &Insider) -> Option<String> {
    let municipality = &insider.reader.municipality;
    match (municipality.mail.is_some(), municipality.public_url.is_some()) {
        (true, true) => None,
        (false, _) => Some(insider.text("staff-digest-no-mail")),
        (true, false) => Some(insider.text("staff-digest-no-address")),
    }
}

fn row(insider: &Insider, activity: &Activity, person: &Recruit) -> Vec<Cell> {
    let told = person.profile.iter().filter(|(_, value)| !value.is_empty());
    let in_words = |(item, value): (&String, &String)| {
        let item = activity.recruiting.as_ref().and_then(|plan| plan.item(item));
        let name = item.and_then(|item| item.option_name(value));
        name.map_or_else(|| value.clone(), |name| name.best(insider.reader.language()).0.to_owned())
    };
    let known: Vec<String> = told.map(in_words).collect();
    let of = [person.cohort.as_str(), &person.group, &person.role];
    let of: Vec<&str> = of.into_iter().filter(|text| !text.is_empty()).collect();
    let name = if person.name.is_empty() { "–" } else { &person.name };
    let href = insider.to(&format!("activities/{}/draw/person/{}", activity.id, person.code));
    let colour = match person.seat {
        Seat::Coming => "calm",
        Seat::Asked => "usual",
        Seat::NotComing => "busy",
        _ => "silent",
    };
    vec![
        Cell::link(name, href),
        Cell::text(person.code.clone()),
        Cell::text(known.join(", ")),
        Cell::text(insider.reader.speaker.number(person.chances.into(), 0)),
        Cell::state(insider.text(&format!("staff-seat-{}", person.seat.name())), colour),
        Cell::text(of.join(", ")),
    ]
}

fn actions(insider: &Insider, activity: &Activity, list: &Recruiting) -> Vec<Link> {
    let path = |rest: &str| format!("activities/{}/draw{rest}", activity.id);
    let mut links = Vec::new();
    match step(list) {
        "open" => {
            links.push(insider.quiet(&path("/list"), "draw-add"));
            let any = list.confirmed().next().is_some();
            links.extend(any.then(|| insider.quiet(&path("/announce"), "draw-announce")));
            let form = || Link {
                href: format!("/{}/take-part/{}/join", insider.reader.language(), activity.id),
                text: insider.text("staff-draw-form"),
                quiet: true,
            };
            let is_open = activity.recruiting.as_ref().is_some_and(|plan| plan.is_open(insider.reader.now));
            links.extend(is_open.then(form));
        }
        "announced" => links.push(insider.quiet(&path("/hold"), "draw-hold")),
        _ => {}
    }
    links.extend((!list.people.is_empty()).then(|| insider.quiet(&path("/people.csv"), "draw-csv")));
    if list.proof.is_some() {
        links.push(insider.quiet(&path("/pool.json"), "draw-pool"));
        let href = format!("/{}/take-part/{}/draw", insider.reader.language(), activity.id);
        links.push(Link { href, text: insider.text("staff-draw-public"), quiet: true });
    }
    links
}

fn posts(insider: &Insider, activity: &Activity, list: &Recruiting) -> Vec<Post> {
    match step(list) {
        "announced" => vec![post(insider, activity, "withdraw", "draw-withdraw", true)],
        "held" if list.count(Seat::Reserve) > 0 => vec![post(insider, activity, "thank", "draw-thank", false)],
        _ => Vec::new(),
    }
}

fn post(insider: &Insider, activity: &Activity, path: &str, key: &str, grave: bool) -> Post {
    Post {
        action: insider.to(&format!("activities/{}/draw/{path}", activity.id)),
        text: insider.text(&format!("staff-{key}")),
        token: insider.own.form_token.clone(),
        grave,
        ..Post::default()
    }
}

/// `GET` and `POST .../draw/list`: people are put on the list, by a table.
pub(super) async fn list(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    insider.show(&list_form(&insider, &activity))
}

fn list_form(insider: &Insider, activity: &Activity) -> Form {
    let reader = &insider.reader;
    let strata: Vec<&str> = activity.population.iter().map(|table| table.question.as_str()).collect();
    let known = if strata.is_empty() { "age, area".to_owned() } else { strata.join(", ") };
    Form {
        title: insider.text("staff-draw-add"),
        lead: Some(reader.speaker.text("staff-draw-add-lead", &[("strata", (&known).into())])),
        action: insider.to(&format!("activities/{}/draw/list", activity.id)),
        submit: insider.text("staff-draw-add"),
        fields: vec![Field::long(reader, "text", "draw-text"), Field::file(reader, "file", "draw-file")],
        back: Some(insider.to(&format!("activities/{}/draw", activity.id))),
        ..Form::default()
    }
}

pub(super) async fn put_list(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let table = table(&filled, "file", "text");
    let (language, name) = (insider.reader.language(), activity.id.clone());
    let now = insider.reader.now;
    match insider.act(move |staff, own| staff.put_recruits(own, &name, &table, language, now)).await? {
        Ok(_) => Ok(insider.done(&format!("activities/{id}/draw"), "recruits-put")),
        Err(error) => wrong(&insider, list_form(&insider, &activity), &filled, "text", error),
    }
}

/// The bytes of a table that was sent as a file, or pasted.
fn table(filled: &Filled, file: &str, text: &str) -> Vec<u8> {
    filled.file(file).map_or_else(|| filled.raw(text).as_bytes().to_vec(), |(_, bytes)| bytes.to_vec())
}

/// `GET` and `POST .../draw/announce`: what is published before the seed can be known.
pub(super) async fn ask_announce(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    insider.show(&announce_form(&insider, &activity))
}

fn announce_form(insider: &Insider, activity: &Activity) -> Form {
    let reader = &insider.reader;
    Form {
        title: insider.text("staff-draw-announce"),
        lead: Some(insider.text("staff-draw-announce-lead")),
        action: insider.to(&format!("activities/{}/draw/announce", activity.id)),
        submit: insider.text("staff-draw-announce"),
        fields: vec![
            Field::text(reader, "seats", "draw-seats", ""),
            Field::text(reader, "source", "draw-source", ""),
            household(reader, activity),
            Field::text(reader, "slack", "draw-slack", "0"),
            Field::long(reader, "quotas", "draw-quotas"),
        ],
        back: Some(insider.to(&format!("activities/{}/draw", activity.id))),
        ..Form::default()
    }
}

/// Ticked where the form asked people for it.
fn household(reader: &Reader, activity: &Activity) -> Field {
    let asked = activity.recruiting.as_ref().is_some_and(|plan| plan.household);
    Field::checkbox(reader, "household", "draw-household").ticked(asked)
}

pub(super) async fn announce(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let mut wrongs = Wrongs::default();
    let seats: Option<u32> = filled.get("seats").parse().ok().filter(|seats| *seats > 0);
    let slack: Option<u32> = filled.get("slack").parse().ok();
    let source = filled.get("source");
    for (field, is_wrong, key) in [
        ("seats", seats.is_none(), "draw-seats"),
        ("slack", slack.is_none(), "draw-slack"),
        ("source", source.is_empty() || source.chars().count() > SOURCE_CHARS_MAX, "draw-source"),
    ] {
        if is_wrong {
            wrongs.add(&insider.reader, field, key);
        }
    }
    let form = announce_form(&insider, &activity);
    let (Some(seats), Some(slack), true) = (seats, slack, wrongs.is_empty()) else {
        return insider.show(&form.with(&filled, wrongs));
    };
    let households = if filled.get("household").is_empty() { Households::Ignored } else { Households::OneSeatEach };
    let quotas = filled.some("quotas").map(|text| text.as_bytes().to_vec());
    let terms = Terms { seats, slack, households, source: source.to_owned(), quotas };
    let (about, now) = (activity.clone(), insider.reader.now);
    let title = activity.title.best(insider.reader.language()).0.to_owned();
    match insider.act(move |staff, own| staff.announce_draw(own, &about, &terms, &title, now)).await? {
        Ok(()) => Ok(insider.done(&format!("activities/{id}/draw"), "draw-announced")),
        Err(error) => wrong(&insider, form, &filled, "quotas", error),
    }
}

/// `GET` and `POST .../draw/hold`: the seed, as its source gave it.
pub(super) async fn ask_hold(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    insider.show(&hold_form(&insider, &activity))
}

fn hold_form(insider: &Insider, activity: &Activity) -> Form {
    Form {
        title: insider.text("staff-draw-hold"),
        lead: Some(insider.text("staff-draw-hold-lead")),
        action: insider.to(&format!("activities/{}/draw/hold", activity.id)),
        submit: insider.text("staff-draw-hold"),
        fields: vec![Field::text(&insider.reader, "seed", "draw-seed", "")],
        grave: true,
        back: Some(insider.to(&format!("activities/{}/draw", activity.id))),
        ..Form::default()
    }
}

pub(super) async fn hold(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let (about, seed, now) = (activity.clone(), filled.get("seed").to_owned(), insider.reader.now);
    match insider.act(move |staff, own| staff.hold_draw(own, &about, &seed, now)).await? {
        Ok(_) => Ok(insider.done(&format!("activities/{id}/draw"), "draw-held")),
        Err(error) => wrong(&insider, hold_form(&insider, &activity), &filled, "seed", error),
    }
}

pub(super) async fn withdraw(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    act(insider, &id, "draw-withdrawn", |staff, own, about, now| staff.withdraw_draw(own, &about.id, now)).await
}

pub(super) async fn thank(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    act(insider, &id, "draw-thanked", |staff, own, about, now| staff.thank_reserves(own, about, now).map(drop)).await
}

/// `GET .../draw/person/{code}`: what is known of somebody, and what they said on the telephone.
pub(super) async fn person(
    insider: Insider,
    Path((_, id, code)): Path<(String, String, String)>,
    Query(done): Query<Done>,
) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let list = read(&insider, &activity).await?;
    let known = list.people.iter().find(|own| own.code == code).ok_or_else(Problem::not_found)?;
    let mut facts = vec![
        insider.fact("draw-code", known.code.clone()),
        insider.fact("draw-state", insider.text(&format!("staff-seat-{}", known.seat.name()))),
        insider.fact("draw-mail", known.address.as_ref().map_or("–", |address| address.as_str())),
        insider.fact("draw-chances", insider.reader.speaker.number(known.chances.into(), 0)),
    ];
    facts.extend(known.profile.iter().map(|(name, value)| crate::staff::room::Fact {
        term: name.clone(),
        text: Fragment::plain(value),
        href: None,
    }));
    let path = format!("person/{code}");
    let mut posts = Vec::new();
    if known.seat == Seat::Asked {
        posts.push(post(&insider, &activity, &format!("{path}/coming"), "seat-comes", false));
    }
    if matches!(known.seat, Seat::Asked | Seat::Coming) {
        posts.push(post(&insider, &activity, &format!("{path}/not-coming"), "seat-comes-not", false));
    }
    posts.push(post(&insider, &activity, &format!("{path}/remove"), "draw-remove", true));
    let room = Room {
        title: known.name.clone(),
        told: insider.told(done.done.as_deref()),
        facts,
        posts,
        back: Some(insider.to(&format!("activities/{id}/draw"))),
        ..Room::default()
    };
    insider.room("activities", &room)
}

pub(super) async fn change_person(
    Path((_, id, code, what)): Path<(String, String, String, String)>,
    Sent { insider, .. }: Sent,
) -> Answer {
    let done = if what == "remove" { "recruit-removed" } else { "seat-changed" };
    act(insider, &id, done, move |staff, own, about, now| match what.as_str() {
        "coming" => staff.seat_recruit(own, about, &code, Seat::Coming, now),
        "not-coming" => staff.seat_recruit(own, about, &code, Seat::NotComing, now),
        "remove" => staff.remove_recruit(own, about, &code, now),
        _ => Err(DrawError::Step),
    })
    .await
}

async fn read(insider: &Insider, activity: &Activity) -> Result<Recruiting, Problem> {
    let id = activity.id.clone();
    insider.hall()?.work(move |app: &App| app.recruiting(&id)).await
}

/// Does something at once, and shows the room again: what is past that step is shown as it is now.
async fn act(
    insider: Insider,
    id: &str,
    done: &str,
    act: impl FnOnce(&app::staff::Staff, &app::staff::Colleague, &Activity, model::Timestamp) -> Result<(), DrawError>
    + Send
    + 'static,
) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(id)?;
    let now = insider.reader.now;
    match insider.act(move |staff, own| act(staff, own, &activity, now)).await? {
        Ok(()) => Ok(insider.done(&format!("activities/{id}/draw"), done)),
        Err(DrawError::Step) => Ok(insider.done(&format!("activities/{id}/draw"), "draw-step")),
        Err(error) => Err(Problem::internal(error)),
    }
}

/// The form again with what is wrong; a step that is past is told on the room itself.
fn wrong(insider: &Insider, form: Form, filled: &Filled, field: &str, error: DrawError) -> Answer {
    let text = match error {
        DrawError::Activity(error) => return Err(Problem::internal(error)),
        DrawError::Queue(error) => return Err(Problem::internal(error)),
        DrawError::Step => insider.text("staff-done-draw-step"),
        other => {
            let mut wrongs = Wrongs::default();
            let said = said::said(&other, insider.reader.speaker);
            wrongs.say("", said.map_or_else(|| insider.english(other.to_string()), Fragment::plain));
            return insider.show(&form.with(filled, wrongs));
        }
    };
    let mut wrongs = Wrongs::default();
    wrongs.say(field, Fragment::plain(text));
    insider.show(&form.with(filled, wrongs))
}

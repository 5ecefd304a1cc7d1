//! `/{lang}/staff/talk`: what people say under places and under posts: who sees it, and what they are answered.

pub(super) mod one;

use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, RoomChoice, Table};
use crate::problem::Problem;
use crate::talk::{author, channel_name};
use crate::view::Fragment;
use app::{RemarkRoom, Sort, Voice};
use axum::extract::Query;
use model::activity::Verdict;
use model::{About, HeadReply, HeadSight, Participant, RemarkDoor, RemarkId, Role, Sight};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// More on one page nobody reads with care.
const SHOWN: usize = 50;
/// The longest reason: two sentences.
const WHY_CHARS_MAX: usize = 300;

#[derive(Debug, Serialize)]
struct Page {
    title: String,
    told: Option<String>,
    warned: Vec<Fragment>,
    choices: Vec<RoomChoice>,
    token: String,
    action: String,
    /// Channels are asked for replies now; none where none can be.
    look: Option<String>,
    said: Vec<One>,
    empty: String,
    /// The page before and the page behind.
    before: Option<String>,
    behind: Option<String>,
    /// Remarks that cannot be hidden without a reason.
    wrongs: Vec<u64>,
    tables: Vec<Table>,
    /// Whoever looks may decide.
    decides: bool,
}

/// One remark.
#[derive(Debug, Serialize)]
struct One {
    id: u64,
    href: String,
    by: String,
    about: Option<(String, Fragment)>,
    text: String,
    warnings: Vec<String>,
    ago: String,
    /// `wait`, `show` or `hide`.
    is: &'static str,
    why: String,
    wrong: bool,
    /// Whether it has an answer, in words.
    reply: String,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    sort: String,
    page: usize,
}

const fn name(sort: Sort) -> &'static str {
    match sort {
        Sort::Waiting => "waiting",
        Sort::Unanswered => "unanswered",
        Sort::All => "all",
    }
}

fn sort_of(named: &str) -> Sort {
    let sorts = [Sort::Unanswered, Sort::All];
    sorts.into_iter().find(|sort| name(*sort) == named).unwrap_or(Sort::Waiting)
}

pub(super) async fn get(insider: Insider, Query(asked): Query<Asked>, Query(done): Query<Done>) -> Answer {
    let told = insider.told(done.done.as_deref());
    show(&insider, &asked, told, &BTreeSet::new()).await
}

/// All of the page at once. What is to be hidden without a reason stays as it is, and is asked for again.
pub(super) async fn post(Query(asked): Query<Asked>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let mut unsaid = BTreeSet::new();
    let ids: Vec<u64> = filled.all("id").filter_map(|id| id.parse().ok()).take(SHOWN).collect();
    for id in ids {
        let Some(voice) = look_up(&insider, id).await? else { continue };
        let why: String = filled.get(&format!("why.{id}")).trim().chars().take(WHY_CHARS_MAX).collect();
        let verdict = match (filled.get(&format!("is.{id}")), &voice.remark.sight) {
            ("show", Sight::Shown) => continue,
            ("show", _) => Verdict::LetThrough,
            ("hide", Sight::Hidden(known)) if *known == why => continue,
            ("hide", _) if why.is_empty() => {
                unsaid.insert(id);
                continue;
            }
            ("hide", _) => Verdict::Hidden(why),
            _ => continue,
        };
        let now = insider.reader.now;
        let moderated = insider.act(move |staff, own| staff.moderate_remark(own, RemarkId(id), &verdict, now));
        moderated.await?.map_err(Problem::internal)?;
    }
    if unsaid.is_empty() {
        return Ok(back(&insider, &asked, "said-saved"));
    }
    show(&insider, &asked, None, &unsaid).await
}

/// `POST .../look`: channels are asked for replies now.
pub(super) async fn look(Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    insider.staff.collect_replies();
    Ok(insider.done("talk", "talk-look"))
}

fn back(insider: &Insider, asked: &Asked, what: &str) -> axum::response::Response {
    let to = insider.to(&format!("talk?sort={}&done={what}", name(sort_of(&asked.sort))));
    axum::response::IntoResponse::into_response(axum::response::Redirect::to(&to))
}

async fn show(insider: &Insider, asked: &Asked, told: Option<String>, unsaid: &BTreeSet<u64>) -> Answer {
    let (sort, now) = (sort_of(&asked.sort), insider.reader.now);
    let skip = asked.page.min(10_000) * SHOWN;
    let room = insider.act(move |staff, _| staff.remarks(sort, (skip, SHOWN), now)).await?;
    let room = room.map_err(Problem::internal)?;
    let to = |page: usize| insider.to(&format!("talk?sort={}&page={page}", name(sort)));
    let collects = !insider.reader.municipality.channels.is_empty();
    let stuck = insider.staff.collecting_stuck();
    let stuck = stuck.iter().map(|(channel, why, _)| insider.english(format!("{channel}: {why}")));
    let page = Page {
        title: insider.text("staff-room-talk"),
        told,
        warned: stuck.collect(),
        choices: choices(insider, sort, &room),
        token: insider.own.form_token.clone(),
        action: to(asked.page),
        look: collects.then(|| insider.to("talk/look")),
        empty: insider.text(&format!("staff-talk-none-{}", name(sort))),
        before: (asked.page > 0).then(|| to(asked.page - 1)),
        behind: (room.of_sort > skip + SHOWN).then(|| to(asked.page + 1)),
        wrongs: unsaid.iter().copied().collect(),
        tables: tables(insider, &room),
        decides: insider.own.role >= Role::Steward,
        said: room.voices.into_iter().map(|voice| One::of(voice, unsaid, insider)).collect(),
    };
    insider.page("staff/talk.html", page.title.clone(), "talk", &page)
}

fn choices(insider: &Insider, sort: Sort, room: &RemarkRoom) -> Vec<RoomChoice> {
    let number = |count: usize| insider.reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
    let choice = |of: Sort| {
        let text = insider.text(&format!("staff-talk-{}", name(of)));
        let (count, oldest) = match of {
            Sort::Waiting => room.waiting,
            Sort::Unanswered => room.unanswered,
            Sort::All => return RoomChoice { href: insider.to("talk?sort=all"), text, here: sort == of },
        };
        let text = match oldest {
            Some(oldest) => {
                let (count, ago) = (number(count), insider.ago(Some(oldest)));
                let values = [("what", (&text).into()), ("count", (&count).into()), ("ago", (&ago).into())];
                insider.reader.speaker.text("staff-talk-oldest", &values)
            }
            None => text,
        };
        RoomChoice { href: insider.to(&format!("talk?sort={}", name(of))), text, here: sort == of }
    };
    [Sort::Waiting, Sort::Unanswered, Sort::All].map(choice).into()
}

/// By which doors remarks came, and how many the posts reached.
fn tables(insider: &Insider, room: &RemarkRoom) -> Vec<Table> {
    let number = |count: u64| insider.reader.speaker.number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)), 0);
    let door = |door: &RemarkDoor| match door {
        RemarkDoor::Portal(Participant::Citizen) => insider.text("talk-citizen"),
        RemarkDoor::Portal(Participant::Visitor) => insider.text("talk-visitor"),
        RemarkDoor::Channel(channel) => channel_name(channel, &insider.reader),
    };
    let doors = room.doors.iter().map(|of| {
        vec![Cell::text(door(&of.door)), Cell::text(number(of.remarks as u64)), Cell::text(number(of.answered as u64))]
    });
    let reach = room.reach.iter().map(|(title, channel, at, reach)| {
        let count = |what: &str| {
            let found = reach.counts.iter().find(|(known, _)| known == what);
            Cell::text(found.map_or_else(String::new, |(_, count)| number(*count)))
        };
        let mut row = vec![
            Cell::text(insider.ago(Some(*at))),
            Cell::text(title.clone()),
            Cell::text(channel_name(channel, &insider.reader)),
        ];
        row.extend(["seen", "liked", "shared", "replied"].map(count));
        row
    });
    let reach_head = ["when", "what", "outbox-channel", "talk-seen", "talk-liked", "talk-shared", "talk-replied"];
    vec![
        Table {
            title: Some(insider.text("staff-talk-doors")),
            head: insider.head(&["talk-door", "talk-remarks", "talk-answered"]),
            rows: doors.collect(),
            empty: insider.text("staff-talk-doors-none"),
        },
        Table {
            title: Some(insider.text("staff-talk-reach")),
            head: insider.head(&reach_head),
            rows: reach.collect(),
            empty: insider.text("staff-talk-reach-none"),
        },
    ]
}

impl One {
    fn of(voice: Voice, unsaid: &BTreeSet<u64>, insider: &Insider) -> Self {
        let head = voice.remark.head();
        let id = head.id.0;
        let wrong = unsaid.contains(&id);
        let is = match head.sight {
            _ if wrong => "hide",
            HeadSight::Waiting => "wait",
            HeadSight::Shown => "show",
            HeadSight::Hidden => "hide",
        };
        let why = match &voice.remark.sight {
            Sight::Hidden(why) => why.clone(),
            Sight::Waiting | Sight::Shown => String::new(),
        };
        let reply = match head.reply {
            HeadReply::Open => "open",
            HeadReply::NotNeeded => "not-needed",
            HeadReply::Given => "given",
        };
        Self {
            id,
            href: insider.to(&format!("talk/{id}")),
            by: author(&voice.remark, &insider.reader),
            about: about(&voice.remark.about, insider),
            warnings: warnings(&voice, insider),
            ago: insider.ago(Some(voice.remark.at)),
            text: voice.remark.text,
            is,
            why,
            wrong,
            reply: insider.text(&format!("staff-talk-is-{reply}")),
        }
    }
}

fn warnings(voice: &Voice, insider: &Insider) -> Vec<String> {
    let kind = |found: &engagement::Personal| super::activities::personal_kind(found.kind);
    voice.warnings.iter().map(|found| insider.text(&format!("staff-personal-{}", kind(found)))).collect()
}

/// Where it stands, with its page.
fn about(about: &About, insider: &Insider) -> Option<(String, Fragment)> {
    let language = insider.reader.language();
    match about {
        About::Place(id) => {
            let place = insider.reader.municipality.place(id)?;
            Some((format!("/{language}/places/{id}"), Fragment::of(&place.name, language)))
        }
        About::Activity(id) => Some((format!("/{language}/take-part/{id}"), Fragment::plain(id.to_string()))),
        About::Municipality => None,
    }
}

async fn look_up(insider: &Insider, id: u64) -> Result<Option<Voice>, Problem> {
    insider.act(move |staff, _| staff.remark(RemarkId(id))).await?.map_err(Problem::internal)
}

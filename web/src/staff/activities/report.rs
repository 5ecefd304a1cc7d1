//! `/{lang}/staff/activities/{id}/report`: what was found so far, what people wrote, and what goes out of it.

use crate::blocks::Chart;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::Post;
use crate::take_part::{Told, crossed, door_name, languages, photo_answer};
use app::{Counting, Diversity, Listing, OddAnswers, OwnWords};
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use engagement::PersonalKind;
use model::Role;
use model::activity::EntryId;
use serde::{Deserialize, Serialize};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// Without those of whom something was odd.
    without: String,
    done: Option<String>,
}

/// The report, and what can be done with it.
#[derive(Debug, Serialize)]
struct Page {
    title: String,
    back: String,
    told: Option<String>,
    report: Told,
    /// Who took part, by door and by month.
    diversity: Vec<Chart>,
    /// When it was published, in words.
    published: Option<String>,
    posts: Vec<Post>,
    /// How many answers something is odd about, and what.
    odd: Option<(u32, Vec<(String, u32)>)>,
    without: bool,
    here: String,
    words: String,
    /// Downloads: address and label.
    files: Vec<(String, String)>,
}

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(asked): Query<Asked>) -> Answer {
    let hall = insider.hall()?;
    let activity = hall.activity(&id)?;
    let reader = &insider.reader;
    let (tags, now, name) = (languages(&activity, reader), reader.now, activity.id.clone());
    let without = !asked.without.is_empty();
    let counting = if without { Counting::WithoutOdd } else { Counting::All };
    let work = move |app: &app::App| {
        let report = app.report(&name, &tags, now, counting)?;
        let published = app.published_report(&name, &tags, now)?.map(|published| published.published_at);
        Ok((report, published, app.odd_answers(&name)?, app.diversity(&name, &tags, now)?))
    };
    let (report, published, odd, diversity) = hall.work(work).await?;
    let path = |rest: &str| insider.to(&format!("activities/{id}{rest}"));
    let post = |rest: &str, key: &str, grave| Post {
        action: path(rest),
        text: insider.text(&format!("staff-{key}")),
        token: insider.own.form_token.clone(),
        grave,
        ..Post::default()
    };
    let mut posts =
        vec![post("/report/publish", if published.is_some() { "report-again" } else { "report-publish" }, false)];
    posts.extend(published.map(|_| post("/report/withdraw", "report-withdraw", true)));
    let file = |rest: &str, key: &str| (path(rest), insider.text(&format!("staff-file-{key}")));
    let page = Page {
        title: activity.title.best(reader.language()).0.to_owned(),
        back: path(""),
        told: insider.told(asked.done.as_deref()),
        report: Told::of(&report, &activity, reader),
        diversity: diversity.iter().flat_map(|one| diverse(one, reader)).collect(),
        published: published.map(|at| reader.speaker.moment(at, now, &reader.municipality.calendar)),
        posts: if insider.own.role >= Role::Steward { posts } else { Vec::new() },
        odd: odd_of(&odd, &insider),
        without,
        here: path("/report"),
        words: path("/words"),
        files: vec![file("/answers.csv", "answers"), file("/columns.csv", "columns"), file("/report.json", "report")],
    };
    insider.page("staff/activity_report.html", page.title.clone(), "activities", &page)
}

/// Two tables of a question: by door, and by month.
fn diverse(one: &Diversity, reader: &Reader) -> [Chart; 2] {
    let door = |name: &str| door_name(name, reader);
    let caption = |key: &str| reader.speaker.text(key, &[("question", (&one.question).into())]);
    [
        crossed(&caption("staff-diversity-door"), &one.by_door, door, reader),
        crossed(&caption("staff-diversity-month"), &one.by_month, str::to_owned, reader),
    ]
}

fn odd_of(odd: &OddAnswers, insider: &Insider) -> Option<(u32, Vec<(String, u32)>)> {
    let names = ["fast", "trap", "pattern", "burst", "forged"];
    let signs = names.iter().zip(odd.by_sign).filter(|(_, people)| *people > 0);
    let signs = signs.map(|(name, people)| (insider.text(&format!("staff-sign-{name}")), people)).collect();
    (odd.people > 0).then_some((odd.people, signs))
}

pub(super) async fn publish(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity, now) = (insider.hall()?, insider.activity(&id)?, insider.reader.now);
    hall.work(move |app| app.publish_report(&activity.id, now)).await?;
    insider.staff.note(&insider.own, "report-published", &id, now).map_err(Problem::internal)?;
    Ok(insider.done(&format!("activities/{id}/report"), "report-published"))
}

pub(super) async fn withdraw(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity, now) = (insider.hall()?, insider.activity(&id)?, insider.reader.now);
    hall.work(move |app| app.withdraw_report(&activity.id)).await?;
    insider.staff.note(&insider.own, "report-withdrawn", &id, now).map_err(Problem::internal)?;
    Ok(insider.done(&format!("activities/{id}/report"), "report-withdrawn"))
}

/// What people wrote, to be looked at before it is listed.
#[derive(Debug, Serialize)]
struct WordsPage {
    title: String,
    back: String,
    action: String,
    token: String,
    told: Option<String>,
    words: Vec<Words>,
}

#[derive(Debug, Serialize)]
struct Words {
    entry: u64,
    question: String,
    label: String,
    text: String,
    /// Addresses.
    photos: Vec<String>,
    warnings: Vec<String>,
    listed: bool,
}

pub(super) async fn words(
    insider: Insider,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    insider.may(Role::Steward)?;
    let hall = insider.hall()?;
    let activity = hall.activity(&id)?;
    let reader = &insider.reader;
    let (tags, now, name) = (languages(&activity, reader), reader.now, activity.id.clone());
    let found = hall.work(move |app| app.own_words(&name, &tags, now)).await?;
    let photo = |entry: EntryId, at: usize| insider.to(&format!("activities/{id}/photo/{entry}/{at}"));
    let own = |words: OwnWords| Words {
        entry: words.entry.0,
        question: words.question,
        label: words.label,
        text: words.text,
        photos: words.photos.iter().map(|at| photo(words.entry, *at)).collect(),
        warnings: words
            .warnings
            .iter()
            .map(|found| insider.text(&format!("staff-personal-{}", kind(found.kind))))
            .collect(),
        listed: words.listing == Listing::Listed,
    };
    let page = WordsPage {
        title: insider.text("staff-words"),
        back: insider.to(&format!("activities/{id}/report")),
        action: insider.to(&format!("activities/{id}/words")),
        token: insider.own.form_token.clone(),
        told: insider.told(asked.done.as_deref()),
        words: found.into_iter().map(own).collect(),
    };
    insider.page("staff/activity_words.html", page.title.clone(), "activities", &page)
}

/// `GET .../photo/{entry}/{at}`: a photo, let through or not.
pub(super) async fn photo(insider: Insider, Path((_, id, entry, at)): Path<(String, String, u64, usize)>) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity) = (insider.hall()?, insider.activity(&id)?);
    let found = hall.work(move |app| app.photo_of(&activity.id, EntryId(entry), at)).await?;
    Ok(photo_answer(found.ok_or_else(Problem::not_found)?, "no-store"))
}

pub(in crate::staff) const fn kind(kind: PersonalKind) -> &'static str {
    match kind {
        PersonalKind::Mail => "mail",
        PersonalKind::Telephone => "telephone",
        PersonalKind::NorwegianNumber | PersonalKind::SwedishNumber => "number",
    }
}

/// All boxes on the page at once: what is ticked is listed, what is not is held back.
pub(super) async fn list_words(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity, now) = (insider.hall()?, insider.activity(&id)?, insider.reader.now);
    let pair = |text: &str| {
        let (entry, question) = text.split_once('/')?;
        Some((EntryId(entry.parse().ok()?), question.to_owned()))
    };
    let shown: Vec<_> = filled.all("shown").filter_map(pair).collect();
    let listed: Vec<_> = filled.all("listed").filter_map(pair).collect();
    let work = move |app: &app::App| {
        for words in shown {
            let listing = if listed.contains(&words) { Listing::Listed } else { Listing::Held };
            app.list_words(&activity.id, words.0, &words.1, listing)?;
        }
        Ok(())
    };
    hall.work(work).await?;
    insider.staff.note(&insider.own, "words-listed", &id, now).map_err(Problem::internal)?;
    Ok(insider.done(&format!("activities/{id}/words"), "words-listed"))
}

/// `GET .../answers.csv`: one row for each person. For staff: it has not passed the gate.
pub(super) async fn answers(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    table(&insider, &id, "answers", |table, out| table.write_csv(out)).await
}

/// `GET .../columns.csv`: what each column means.
pub(super) async fn columns(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    table(&insider, &id, "columns", |table, out| table.write_dictionary(out)).await
}

async fn table(
    insider: &Insider,
    id: &str,
    what: &str,
    write: impl FnOnce(&app::Table, &mut Vec<u8>) -> std::io::Result<()>,
) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity, now) = (insider.hall()?, insider.activity(id)?, insider.reader.now);
    let tags = languages(&activity, &insider.reader);
    let table = hall.work(move |app| app.answer_table(&activity.id, &tags, now)).await?;
    let mut csv = Vec::new();
    write(&table, &mut csv).map_err(Problem::internal)?;
    insider.staff.note(&insider.own, "answers-taken", id, now).map_err(Problem::internal)?;
    Ok(file(&format!("{id}-{what}.csv"), "text/csv; charset=utf-8", csv))
}

/// `GET .../report.json`: the figures that passed the gate, and the words that are listed.
pub(super) async fn json(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    let (hall, activity, now) = (insider.hall()?, insider.activity(&id)?, insider.reader.now);
    let tags = languages(&activity, &insider.reader);
    let work =
        move |app: &app::App| Ok(app.report_json(&app.report(&activity.id, &tags, now, Counting::All)?).to_string());
    let json = hall.work(work).await?;
    Ok(file(&format!("{id}-report.json"), "application/json", json.into_bytes()))
}

fn file(name: &str, kind: &'static str, content: Vec<u8>) -> Response {
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    (headers, content).into_response()
}

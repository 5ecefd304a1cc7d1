//! `/{lang}/staff/activities/{id}/said`: what people put forward, and who sees it.

use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::Done;
use app::PutForward;
use axum::extract::{Path, Query};
use engagement::Visibility;
use model::Role;
use model::activity::{Activity, EntryId, Moderation, PhotoId, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// More on one page nobody reads with care.
const SHOWN_MAX: usize = 100;
/// The longest reason: two sentences.
const WHY_CHARS_MAX: usize = 300;

#[derive(Debug, Serialize)]
struct Page {
    title: String,
    lead: String,
    back: String,
    action: String,
    token: String,
    told: Option<String>,
    waiting: usize,
    /// So many stand on no page yet.
    more: usize,
    said: Vec<One>,
    /// Entries that cannot be hidden without a reason.
    wrongs: Vec<u64>,
}

/// One thing that was put forward.
#[derive(Debug, Serialize)]
struct One {
    entry: u64,
    text: String,
    photos: Vec<String>,
    warnings: Vec<String>,
    ago: String,
    /// `wait`, `show` or `hide`.
    is: &'static str,
    why: String,
    wrong: bool,
}

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let told = insider.told(done.done.as_deref());
    page(&insider, &activity, told, &BTreeMap::new()).await
}

/// All of the page at once. What is to be hidden without a reason stays as it is, and is asked for again.
pub(super) async fn post(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let (hall, activity, now) = (insider.hall()?, insider.activity(&id)?, insider.reader.now);
    let name = activity.id.clone();
    let before = hall.work(move |app| app.put_forward(&name)).await?;
    let mut unsaid: BTreeMap<EntryId, String> = BTreeMap::new();
    for one in before {
        let entry = one.entry.id;
        let why: String = filled.get(&format!("why.{entry}")).chars().take(WHY_CHARS_MAX).collect();
        let verdict = match (filled.get(&format!("is.{entry}")), &one.visibility) {
            ("show", Visibility::Public) if is_decided(&activity, &one) => continue,
            ("show", _) => Verdict::LetThrough,
            ("hide", Visibility::Hidden(known)) if *known == why => continue,
            ("hide", _) if why.is_empty() => {
                unsaid.insert(entry, String::new());
                continue;
            }
            ("hide", _) => Verdict::Hidden(why),
            _ => continue,
        };
        let what = if verdict == Verdict::LetThrough { "said-shown" } else { "said-hidden" };
        let name = activity.id.clone();
        if hall.work(move |app| app.moderate(&name, entry, verdict, now)).await? {
            let note = insider.staff.note(&insider.own, what, &format!("{id}/{entry}"), now);
            note.map_err(Problem::internal)?;
        }
    }
    if unsaid.is_empty() {
        return Ok(insider.done(&format!("activities/{id}/said"), "said-saved"));
    }
    page(&insider, &activity, None, &unsaid).await
}

/// Where everything is shown at once, what is shown may not have been looked at.
fn is_decided(activity: &Activity, one: &PutForward) -> bool {
    activity.moderation == Moderation::Before && one.visibility == Visibility::Public
}

async fn page(
    insider: &Insider,
    activity: &Activity,
    told: Option<String>,
    unsaid: &BTreeMap<EntryId, String>,
) -> Answer {
    let name = activity.id.clone();
    let all = insider.hall()?.work(move |app| app.put_forward(&name)).await?;
    let waiting = all.iter().filter(|one| one.visibility == Visibility::Waiting).count();
    let setting = match activity.moderation {
        Moderation::Before => "staff-said-before",
        Moderation::After => "staff-said-after",
    };
    let path = insider.to(&format!("activities/{}", activity.id));
    let page = Page {
        title: insider.text("staff-said"),
        lead: insider.text(setting),
        action: format!("{path}/said"),
        back: path.clone(),
        token: insider.own.form_token.clone(),
        told,
        waiting,
        more: all.len().saturating_sub(SHOWN_MAX),
        wrongs: unsaid.keys().map(|entry| entry.0).collect(),
        said: all.into_iter().take(SHOWN_MAX).map(|one| One::of(one, &path, unsaid, insider)).collect(),
    };
    insider.page("staff/activity_said.html", page.title.clone(), "activities", &page)
}

impl One {
    fn of(one: PutForward, path: &str, unsaid: &BTreeMap<EntryId, String>, insider: &Insider) -> Self {
        let PutForward { entry, visibility, warnings } = one;
        let (mut is, why) = match visibility {
            Visibility::Public => ("show", String::new()),
            Visibility::Waiting => ("wait", String::new()),
            Visibility::Hidden(why) => ("hide", why),
        };
        let wrong = unsaid.contains_key(&entry.id);
        if wrong {
            is = "hide";
        }
        let contribution = entry.said.contribution.unwrap_or_default();
        let files = contribution.files.iter().filter(|file| PhotoId::of_reference(file).is_some()).count();
        let answered: usize = entry.said.answers.iter().map(|answer| answer.value.photos().count()).sum();
        let photo = |at: usize| format!("{path}/photo/{}/{at}", entry.id);
        let warned =
            |found: &engagement::Personal| insider.text(&format!("staff-personal-{}", super::report::kind(found.kind)));
        Self {
            entry: entry.id.0,
            text: contribution.text,
            photos: (answered..answered + files).map(photo).collect(),
            warnings: warnings.iter().map(warned).collect(),
            ago: insider.reader.speaker.ago(insider.reader.now, entry.at.at),
            is,
            why,
            wrong,
        }
    }
}

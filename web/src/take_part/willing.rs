//! `/{lang}/take-part/{id}/join`: the form by which people put themselves on the list of those who want to be drawn. With an address its
//! answer is the same for everybody, and takes the same time.

use super::hall;
use super::read::{Arrived, Pairs};
use super::seat::work;
use crate::panel::{ADDRESS_CHARS_MAX, ANSWERED_AFTER};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::Willing;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use model::MailAddress;
use model::activity::{Activity, RecruitingPlan};
use serde::Serialize;

/// Letters of a name, and of street and number, that are taken.
const WORDS_CHARS_MAX: usize = 100;

/// The form, and what follows it.
#[derive(Debug, Default, Serialize)]
struct Form {
    name: Option<Fragment>,
    about: String,
    action: String,
    /// `ask`; `sent` when a letter is on its way; `kept` when there is none.
    step: &'static str,
    /// Letters can be written.
    by_mail: bool,
    household: bool,
    items: Vec<Item>,
    typed_name: String,
    typed_address: String,
    typed_home: String,
    /// What is wrong: the field and the key of its text.
    wrong: Vec<(&'static str, &'static str)>,
    /// The address of their own page, for who gave none.
    link: String,
    /// The code in it.
    code: String,
}

/// Something that may be told.
#[derive(Debug, Serialize)]
struct Item {
    id: String,
    name: Fragment,
    reason: Fragment,
    /// Value, label, and whether it was chosen.
    options: Vec<(String, Fragment, bool)>,
    untold: bool,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let (activity, plan) = open(&reader, &id).await?;
    answer(&reader, &Form::of(&reader, &activity, &plan, &Pairs::default()))
}

pub(crate) async fn post(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let (activity, plan) = open(&reader, &id).await?;
    let pairs = &arrived.pairs;
    let mut form = Form::of(&reader, &activity, &plan, pairs);
    let address = Some(form.typed_address.as_str()).filter(|typed| form.by_mail && !typed.is_empty());
    let address = address.map(str::parse::<MailAddress>).transpose();
    let mut wrong = Vec::new();
    wrong.extend(form.typed_name.is_empty().then_some(("name", "willing-wrong-name")));
    wrong.extend(address.is_err().then_some(("address", "panel-wrong-address")));
    let Some(address) = address.ok().filter(|_| wrong.is_empty()) else {
        form.wrong = wrong;
        return answer(&reader, &form);
    };
    let by_letter = address.is_some();
    let told = |item: &model::ProfileItem| (item.id.to_string(), pairs.get(&format!("item.{}", item.id)).to_owned());
    let willing = Willing {
        name: form.typed_name.clone(),
        address,
        language: reader.language(),
        profile: plan.profile.iter().map(told).collect(),
        home: form.typed_home.clone(),
    };
    // A program that fills in what people do not see is told what everybody is told, and nothing is kept.
    let link = if pairs.get("website").is_empty() {
        let hall = hall(&reader.portal)?;
        let (about, client, now) = (activity.clone(), hall.app.client(reader.line.from, reader.now), reader.now);
        let join = work(&hall, move |app| app.join_list(&about, &willing, Some(client), now));
        let (joined, ()) = tokio::join!(join, tokio::time::sleep(ANSWERED_AFTER));
        joined?
    } else {
        tokio::time::sleep(ANSWERED_AFTER).await;
        None
    };
    form.step = if by_letter { "sent" } else { "kept" };
    if let Some(link) = link {
        form.link = format!("{}/seat/{link}", form.about);
        form.code = link.to_string();
    }
    answer(&reader, &form)
}

/// The activity, where people can put themselves on its list.
async fn open(reader: &Reader, id: &str) -> Result<(Activity, RecruitingPlan), Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(id)?;
    let plan = activity.recruiting.clone().ok_or_else(Problem::not_found)?;
    let (about, now) = (activity.clone(), reader.now);
    let takes = hall.work(move |app| app.takes_willing(&about, now)).await?;
    if takes { Ok((activity, plan)) } else { Err(Problem::refusal("problem-list-closed")) }
}

impl Form {
    fn of(reader: &Reader, activity: &Activity, plan: &RecruitingPlan, pairs: &Pairs) -> Self {
        let language = reader.language();
        let about = format!("/{language}/take-part/{}", activity.id);
        let typed = |name: &str, most: usize| -> String { pairs.get(name).trim().chars().take(most).collect() };
        let item = |item: &model::ProfileItem| {
            let told = pairs.get(&format!("item.{}", item.id));
            let option = |own: &model::PanelChoice| {
                (own.id.to_string(), Fragment::of(&own.name, language), own.id.as_str() == told)
            };
            let (name, reason) = (Fragment::of(&item.name, language), Fragment::of(&item.reason, language));
            let options = item.options.iter().map(option).collect();
            Item { id: item.id.to_string(), name, reason, options, untold: told.is_empty() }
        };
        let municipality = &reader.municipality;
        Self {
            name: Some(Fragment::of(&activity.title, language)),
            action: format!("{about}/join"),
            about,
            step: "ask",
            by_mail: municipality.mail.is_some() && municipality.public_url.is_some(),
            household: plan.household,
            items: plan.profile.iter().map(item).collect(),
            typed_name: typed("name", WORDS_CHARS_MAX),
            typed_address: typed("address", ADDRESS_CHARS_MAX),
            typed_home: typed("home", WORDS_CHARS_MAX),
            ..Self::default()
        }
    }
}

fn answer(reader: &Reader, form: &Form) -> Result<Response, Problem> {
    let title = reader.text(&format!("willing-{}", form.step));
    let title = if form.wrong.is_empty() { title } else { reader.text("wrong-prefix") + " " + &title };
    let frame = Frame { title, section: "take-part", ..reader.frame() };
    let html = reader.render("take_part/willing.html", &frame, form)?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

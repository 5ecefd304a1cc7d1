//! `/{lang}/staff/panel/ask/{id}`: whom to ask about an activity, how many they are, and the letters. Then reminders, and taking back.

use super::{plain, plan, told as count_told, wrong_key};
use crate::problem::Problem;
use crate::staff::form::{Choice, Field, Filled, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Cell, Post, Room, Table};
use app::staff::{Colleague, Staff};
use app::{Audience, PanelError, PanelSending};
use axum::extract::{Path, Query};
use model::activity::{Activity, OpenTo, Phase};
use model::{PanelPlan, Role, Segment, Slug, Timestamp};

/// What an address says.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Came {
    #[serde(default)]
    done: Option<String>,
    /// To ask others beside those who were asked.
    #[serde(default)]
    more: Option<String>,
}

pub(crate) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>, Query(came): Query<Came>) -> Answer {
    let (plan, activity) = found(&insider, &id)?;
    let (name, now) = (activity.id.clone(), insider.reader.now);
    let sending = insider.hall()?.ask(move |app| app.panel_sending(&name, now)).await?;
    let sending = sending.map_err(crate::panel::refused)?;
    let is_open = activity.phase(now) == Phase::Open;
    if is_open && (sending.asked == 0 || came.more.is_some()) && came.done.is_none() {
        return insider.show(&form(&insider, &plan, &activity));
    }
    stands(&insider, &activity, sending, insider.told(came.done.as_deref()))
}

pub(crate) async fn post(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    let (plan, activity) = found(&insider, &id)?;
    let segment = segment(&plan, &filled);
    let (now, name) = (insider.reader.now, activity.id.clone());
    if filled.get("step") == "send" {
        return match insider.act(move |staff, own| staff.ask_panel(own, &name, &segment, now)).await? {
            Ok(_) => Ok(insider.done(&format!("panel/ask/{}", activity.id), "panel-asked")),
            Err(error) => wrong(&insider, (&plan, &activity), &filled, error),
        };
    }
    let looked = insider.hall()?.ask(move |app| app.panel_audience(&name, &segment, now)).await?;
    match looked {
        Ok(audience) => review(&insider, &plan, &activity, &filled, audience),
        Err(error) => wrong(&insider, (&plan, &activity), &filled, error),
    }
}

pub(crate) async fn remind(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    act(insider, &id, "panel-reminded", Staff::remind_panel).await
}

pub(crate) async fn withdraw(Path((_, id)): Path<(String, String)>, Sent { insider, .. }: Sent) -> Answer {
    act(insider, &id, "panel-withdrawn", Staff::withdraw_panel_letters).await
}

async fn act(
    insider: Insider,
    id: &str,
    done: &'static str,
    act: fn(&Staff, &Colleague, &Slug, Timestamp) -> Result<usize, PanelError>,
) -> Answer {
    let (plan, activity) = found(&insider, id)?;
    let (name, now) = (activity.id.clone(), insider.reader.now);
    match insider.act(move |staff, own| act(staff, own, &name, now)).await? {
        Ok(_) => Ok(insider.done(&format!("panel/ask/{}", activity.id), done)),
        Err(error) => wrong(&insider, (&plan, &activity), &Filled::default(), error),
    }
}

fn found(insider: &Insider, id: &str) -> Result<(PanelPlan, Activity), Problem> {
    insider.may(Role::Steward)?;
    Ok((plan(insider)?, insider.activity(id)?))
}

fn wrong(insider: &Insider, (plan, activity): (&PanelPlan, &Activity), filled: &Filled, error: PanelError) -> Answer {
    let mut wrongs = Wrongs::default();
    wrongs.add(&insider.reader, "", wrong_key(error)?);
    insider.show(&form(insider, plan, activity).with(filled, wrongs))
}

/// How the asking stands, and what can be done.
fn stands(insider: &Insider, activity: &Activity, sending: PanelSending, told: Option<String>) -> Answer {
    let number = |count: usize| insider.reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
    let post = |what: &str, grave| Post {
        action: insider.to(&format!("panel/ask/{}/{what}", activity.id)),
        text: insider.text(&format!("staff-panel-{what}")),
        token: insider.own.form_token.clone(),
        grave,
        ..Post::default()
    };
    let is_open = activity.phase(insider.reader.now) == Phase::Open;
    let remind = (is_open && sending.to_remind > 0).then(|| post("remind", false));
    let withdraw = (sending.asked > sending.answered).then(|| post("withdraw", true));
    let more = is_open.then(|| insider.quiet(&format!("panel/ask/{}?more=1", activity.id), "panel-ask-more"));
    let room = Room {
        title: title(insider, activity),
        told,
        facts: vec![
            insider.fact("panel-asked", number(sending.asked)),
            insider.fact("panel-answered", count_told(insider, sending.answered)),
            insider.fact("panel-to-remind", number(sending.to_remind)),
        ],
        posts: remind.into_iter().chain(withdraw).collect(),
        actions: more.into_iter().collect(),
        back: Some(insider.to("panel")),
        ..Room::default()
    };
    insider.room("panel", &room)
}

/// How many they are, before anything is sent.
fn review(insider: &Insider, plan: &PanelPlan, activity: &Activity, filled: &Filled, audience: Audience) -> Answer {
    let number = |count: usize| insider.reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
    let to_ask = u32::try_from(audience.to_ask).unwrap_or(u32::MAX);
    let mut fields: Vec<(String, String)> =
        form(insider, plan, activity).names().map(|name| (name.to_owned(), filled.get(name).to_owned())).collect();
    fields.push(("step".to_owned(), "send".to_owned()));
    let send = Post {
        action: insider.to(&format!("panel/ask/{}", activity.id)),
        text: insider.reader.speaker.text("staff-panel-ask-do", &[("count", to_ask.into())]),
        token: insider.own.form_token.clone(),
        fields,
        ..Post::default()
    };
    let open = if activity.open_to == OpenTo::Everyone { "staff-panel-open-too" } else { "staff-panel-invited-only" };
    let warned = if to_ask == 0 { vec![plain(insider, "staff-wrong-panel-nobody")] } else { Vec::new() };
    let room = Room {
        title: title(insider, activity),
        lead: Some(insider.text(open)),
        warned,
        facts: vec![
            insider.fact("panel-within", number(audience.members)),
            insider.fact("panel-asked-before", number(audience.asked_before)),
            insider.fact("panel-without-letters", number(audience.without_letters)),
            insider.fact("panel-to-ask", number(audience.to_ask)),
        ],
        posts: if to_ask > 0 { vec![send] } else { Vec::new() },
        tables: chosen(insider, plan, filled),
        back: Some(insider.to(&format!("panel/ask/{}", activity.id))),
        ..Room::default()
    };
    insider.room("panel", &room)
}

/// What was chosen, in words.
fn chosen(insider: &Insider, plan: &PanelPlan, filled: &Filled) -> Vec<Table> {
    let mut rows = Vec::new();
    for item in &plan.profile {
        let own = item.options.iter().find(|option| option.id.as_str() == filled.get(&format!("item.{}", item.id)));
        rows.extend(
            own.map(|own| vec![Cell::fragment(insider.words(&item.name)), Cell::fragment(insider.words(&own.name))]),
        );
    }
    let interest = plan.interests.iter().find(|interest| interest.id.as_str() == filled.get("interest"));
    rows.extend(
        interest.map(|own| {
            vec![Cell::text(insider.text("staff-panel-interests")), Cell::fragment(insider.words(&own.name))]
        }),
    );
    let took_part = filled.some("took_part");
    rows.extend(took_part.map(|id| vec![Cell::text(insider.text("staff-panel-took-part")), Cell::text(id)]));
    let head = insider.head(&["panel-list-what", "panel-option"]);
    if rows.is_empty() { Vec::new() } else { vec![Table { title: None, head, rows, empty: String::new() }] }
}

fn title(insider: &Insider, activity: &Activity) -> String {
    let name = insider.words(&activity.title).text;
    insider.reader.speaker.text("staff-panel-ask-title", &[("name", (&name).into())])
}

fn segment(plan: &PanelPlan, filled: &Filled) -> Segment {
    let mut segment = Segment::default();
    for item in &plan.profile {
        let own = filled.get(&format!("item.{}", item.id));
        if item.options.iter().any(|option| option.id.as_str() == own) {
            segment.profile.entry(item.id.to_string()).or_default().insert(own.to_owned());
        }
    }
    segment.interests.extend(filled.some("interest").map(str::to_owned));
    segment.took_part.extend(filled.some("took_part").and_then(|id| Slug::new(id).ok()));
    segment
}

fn form(insider: &Insider, plan: &PanelPlan, activity: &Activity) -> Form {
    let reader = &insider.reader;
    let all = || Choice { value: String::new(), label: insider.text("staff-panel-everybody"), chosen: true };
    let choice = |own: &model::PanelChoice| Choice {
        value: own.id.to_string(),
        label: insider.words(&own.name).text,
        chosen: false,
    };
    let mut fields = Vec::new();
    for item in &plan.profile {
        let choices = std::iter::once(all()).chain(item.options.iter().map(choice)).collect();
        let field = Field::select(reader, &format!("item.{}", item.id), "panel-option", choices);
        fields.push(field.labelled(insider.words(&item.name), None));
    }
    if !plan.interests.is_empty() {
        let choices = std::iter::once(all()).chain(plan.interests.iter().map(choice)).collect();
        fields.push(Field::select(reader, "interest", "panel-interests", choices));
    }
    let others = insider.reader.portal.hall.as_ref().map(|hall| hall.app.activity_list()).unwrap_or_default();
    let been = others
        .into_iter()
        .filter(|other| other.id != activity.id && matches!(other.phase(reader.now), Phase::Open | Phase::Closed));
    let been = been.map(|other| Choice {
        value: other.id.to_string(),
        label: insider.words(&other.title).text,
        chosen: false,
    });
    fields.push(Field::select(reader, "took_part", "panel-took-part", std::iter::once(all()).chain(been).collect()));
    Form {
        title: title(insider, activity),
        lead: Some(reader.speaker.text("staff-panel-ask-lead", &[("count", plan.smallest_segment.into())])),
        action: insider.to(&format!("panel/ask/{}", activity.id)),
        fields,
        submit: insider.text("staff-panel-ask-look"),
        back: Some(insider.to("panel")),
        ..Form::default()
    }
}

//! `/{lang}/staff/panel`: how many members there are, what they were asked, and a way to erase one who asks for it. Nobody's address is
//! shown to anybody.

pub(super) mod ask;
pub(super) mod import;

use super::form::{Field, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Room, Table};
use crate::panel::refused;
use crate::problem::Problem;
use crate::take_part::Hall;
use app::{App, PanelError};
use axum::extract::Query;
use engagement::{Gate, PublicCount};
use model::activity::Phase;
use model::{MailAddress, PanelPlan, Role};

pub(super) async fn get(insider: Insider, Query(done): Query<Done>) -> Answer {
    let plan = plan(&insider)?;
    let hall = insider.hall()?;
    let count = hall.ask(App::panel_count).await?.map_err(refused)?;
    let told = |many: usize| told(&insider, many);
    let may = insider.own.role >= Role::Steward;
    let mut tables = vec![activities(&insider, &hall, may).await?];
    for (item, (_, options)) in plan.profile.iter().zip(&count.told) {
        let named = |id: &str| item.options.iter().find(|option| option.id.as_str() == id);
        let row = |(id, many): &(String, usize)| {
            let name = named(id).map(|option| Cell::fragment(insider.words(&option.name)));
            vec![name.unwrap_or_else(|| Cell::text(insider.text("staff-panel-untold"))), Cell::text(told(*many))]
        };
        tables.push(Table {
            title: Some(insider.words(&item.name).text),
            head: insider.head(&["panel-option", "panel-members"]),
            rows: options.iter().map(row).collect(),
            empty: String::new(),
        });
    }
    if !plan.interests.is_empty() {
        let rows = plan.interests.iter().zip(&count.interested);
        let row = |(interest, (_, many)): (&model::PanelChoice, &(String, usize))| {
            vec![Cell::fragment(insider.words(&interest.name)), Cell::text(told(*many))]
        };
        tables.push(Table {
            title: Some(insider.text("staff-panel-interests")),
            head: insider.head(&["panel-option", "panel-members"]),
            rows: rows.map(row).collect(),
            empty: String::new(),
        });
    }
    let room = Room {
        title: insider.words(&plan.title).text,
        lead: Some(insider.text("staff-panel-lead")),
        told: insider.told(done.done.as_deref()),
        warned: if hall.app.panel_can_write() { Vec::new() } else { vec![plain(&insider, "staff-panel-no-mail")] },
        facts: vec![
            insider.fact("panel-active", told(count.active)),
            insider.fact("panel-resting", told(count.resting)),
            insider.fact("panel-waiting", told(count.waiting)),
        ],
        actions: if may {
            vec![insider.quiet("panel/import", "panel-import"), insider.quiet("panel/remove", "panel-remove")]
        } else {
            Vec::new()
        },
        tables,
        ..Room::default()
    };
    insider.room("panel", &room)
}

/// A count of members. Small ones are hidden from staff too: they would be about single people.
fn told(insider: &Insider, many: usize) -> String {
    let gate = Gate::new(insider.reader.municipality.smallest_count);
    match gate.count(f64::from(u32::try_from(many).unwrap_or(u32::MAX))) {
        PublicCount::Exactly(count) => insider.reader.speaker.number(count.into(), 0),
        PublicCount::FewerThan(limit) => insider.reader.speaker.text("panel-fewer", &[("limit", limit.into())]),
    }
}

/// What can be asked about, and what was.
async fn activities(insider: &Insider, hall: &Hall, may: bool) -> Result<Table, Problem> {
    let now = insider.reader.now;
    let all = hall.app.activity_list().into_iter().filter(|activity| activity.phase(now) == Phase::Open);
    let mut rows = Vec::new();
    for activity in all {
        let id = activity.id.clone();
        let sending = hall.ask(move |app| app.panel_sending(&id, now)).await?.map_err(refused)?;
        let number = |count: usize| insider.reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
        let name = Cell::fragment(insider.words(&activity.title));
        let name = if may { name.to(insider.to(&format!("panel/ask/{}", activity.id))) } else { name };
        rows.push(vec![
            name,
            Cell::text(number(sending.asked)),
            // Of nobody asked, nobody answered: that tells nothing of anybody.
            Cell::text(if sending.asked == 0 { number(0) } else { told(insider, sending.answered) }),
            Cell::text(number(sending.to_remind)),
        ]);
    }
    Ok(Table {
        title: Some(insider.text("staff-panel-activities")),
        head: insider.head(&["panel-activity", "panel-asked", "panel-answered", "panel-to-remind"]),
        rows,
        empty: insider.text("staff-panel-activities-none"),
    })
}

pub(super) async fn ask_remove(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    plan(&insider)?;
    insider.show(&removal(&insider))
}

pub(super) async fn remove(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    plan(&insider)?;
    let Ok(address) = filled.get("address").parse::<MailAddress>() else {
        let mut wrongs = Wrongs::default();
        wrongs.add(&insider.reader, "address", "panel-address");
        return insider.show(&removal(&insider).with(&filled, wrongs));
    };
    let now = insider.reader.now;
    insider.act(move |staff, own| staff.remove_panel_member(own, &address, now)).await?.map_err(refused)?;
    Ok(insider.done("panel", "panel-removed"))
}

fn removal(insider: &Insider) -> Form {
    Form {
        title: insider.text("staff-panel-remove"),
        lead: Some(insider.text("staff-panel-remove-lead")),
        action: insider.to("panel/remove"),
        fields: vec![Field::text(&insider.reader, "address", "panel-address", "")],
        submit: insider.text("staff-panel-remove"),
        grave: true,
        back: Some(insider.to("panel")),
        ..Form::default()
    }
}

/// The panel, or that there is no such room.
fn plan(insider: &Insider) -> Result<PanelPlan, Problem> {
    insider.reader.municipality.panel.clone().ok_or_else(Problem::not_found)
}

fn plain(insider: &Insider, key: &str) -> crate::view::Fragment {
    crate::view::Fragment::plain(insider.text(key))
}

/// What is wrong with a form, when it is nothing that broke.
fn wrong_key(error: PanelError) -> Result<&'static str, Problem> {
    Ok(match error {
        PanelError::SmallSegment(_) => "panel-small",
        PanelError::Nobody => "panel-nobody",
        PanelError::NotOpen => "panel-closed",
        PanelError::NoMail => "panel-no-mail",
        PanelError::Full | PanelError::Outbox(_) | PanelError::Invitations(_) => "panel-full",
        other => return Err(refused(other)),
    })
}

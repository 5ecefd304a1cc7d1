//! `/{lang}/staff/gateways`: those that were adopted, and those that were seen.

use super::form::{Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Room, Table};
use crate::problem::Problem;
use app::staff::GatewayRow;
use app::{BandUse, Change, Edit, Item, Revision};
use axum::extract::{Path, Query};
use model::{Gateway, GatewayEui, Role};
use std::time::Duration;

pub(crate) async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    let (gateways, strangers) = insider.staff.gateways(insider.reader.now);
    let seen = strangers.iter().map(|stranger| {
        vec![
            Cell::text(stranger.eui.to_string()),
            Cell::text(stranger.address.ip().to_string()),
            Cell::text(insider.ago(Some(stranger.last_seen))),
            if insider.may_change() {
                Cell::link(insider.text("staff-adopt"), insider.to(&format!("gateways/{}", stranger.eui)))
            } else {
                Cell::default()
            },
        ]
    });
    let seen: Vec<_> = seen.collect();
    let is_open = !insider.reader.municipality.gwmp_listen.ip().is_loopback();
    let mut tables = Vec::new();
    if !seen.is_empty() || gateways.is_empty() {
        tables.push(Table {
            title: Some(insider.text("staff-gateways-seen")),
            head: insider.head(&["eui", "address", "last-heard", "what-to-do"]),
            rows: seen,
            empty: insider.at_port(if is_open { "staff-gateways-none-seen" } else { "staff-gateways-none-here" }),
        });
    }
    tables.push(Table {
        title: Some(insider.text("staff-gateways-own")),
        head: insider.head(&["name", "last-heard", "frames-brought", "airtime"]),
        rows: gateways.iter().map(|row| own(&insider, row)).collect(),
        empty: insider.text("staff-gateways-none"),
    });
    let room = Room {
        title: insider.text("staff-room-gateways"),
        lead: Some(insider.at_port("staff-gateways-lead")),
        told: insider.told(done.done.as_deref()),
        tables,
        ..Room::default()
    };
    insider.room("gateways", &room)
}

fn own(insider: &Insider, row: &GatewayRow) -> Vec<Cell> {
    let heard = row.report.as_ref().and_then(|report| report.last_heard);
    let received = row.report.as_ref().map_or(0, |report| report.received);
    let received = u32::try_from(received).unwrap_or(u32::MAX);
    // The band that is fullest says how much the gateway may still send.
    let bands = row.report.iter().flat_map(|report| &report.bands);
    let fullest = bands.map(share).fold(0.0, f64::max);
    vec![
        Cell::fragment(insider.reader.named(&row.gateway.name))
            .to(insider.to(&format!("gateways/{}", row.gateway.eui))),
        Cell::state(insider.ago(heard), if row.heard { "calm" } else { "busy" }),
        Cell::text(insider.reader.speaker.number(received.into(), 0)),
        Cell::text(format!("{} %", insider.reader.speaker.number(fullest * 100.0, 0))),
    ]
}

/// One that was adopted is shown; of another it is asked whether it is ours.
pub(crate) async fn get(insider: Insider, Path((_, eui)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    let eui = read(&eui)?;
    let (gateways, _) = insider.staff.gateways(insider.reader.now);
    if let Some(row) = gateways.iter().find(|row| row.gateway.eui == eui) {
        return insider.room("gateways", &shown(&insider, row, insider.told(done.done.as_deref())));
    }
    insider.may(Role::Steward)?;
    insider.show(&ask_name(&insider, eui))
}

fn shown(insider: &Insider, row: &GatewayRow, told: Option<String>) -> Room {
    let (speaker, eui) = (insider.reader.speaker, row.gateway.eui);
    let report = row.report.as_ref();
    let number = |count: Option<u64>| count.map(|n| speaker.number(u32::try_from(n).unwrap_or(u32::MAX).into(), 0));
    let known = |text: Option<String>| text.unwrap_or_else(|| insider.text("staff-unknown"));
    let stat = report.and_then(|report| report.stat.as_ref());
    let kept = stat.and_then(|stat| stat.acknowledged_percent).map(|p| format!("{} %", speaker.number(p.into(), 0)));
    let address = report.and_then(|report| report.downlink_address).map(|address| address.to_string());
    let mut room = Room {
        title: row.gateway.name.clone(),
        lang: insider.reader.named(&row.gateway.name).lang,
        told,
        lead: Some(insider.text(if row.heard { "staff-gateway-heard-lead" } else { "staff-gateway-silent-lead" })),
        facts: vec![
            insider.fact("eui", eui.to_string()),
            insider.fact("last-heard", insider.ago(report.and_then(|report| report.last_heard))),
            insider.fact("address", known(address)),
            insider.fact("frames-brought", known(number(report.map(|report| report.received)))),
            insider.fact("answers-sent", known(number(report.map(|report| report.downlinks)))),
            insider.fact("line-kept", known(kept)),
        ],
        tables: vec![Table {
            title: Some(insider.text("staff-bands")),
            head: insider.head(&["band", "airtime", "airtime-allowed", "airtime-share"]),
            rows: report.iter().flat_map(|report| &report.bands).map(|band| band_line(insider, band)).collect(),
            empty: insider.text("staff-bands-none"),
        }],
        back: Some(insider.to("gateways")),
        ..Room::default()
    };
    if insider.may_change() {
        let to = |path: &str, key| insider.quiet(&format!("gateways/{eui}/{path}"), key);
        room.actions = vec![to("edit", "change"), to("remove", "remove")];
    }
    room
}

/// How much of an hour's air time the gateway has used in a sub-band.
fn band_line(insider: &Insider, band: &BandUse) -> Vec<Cell> {
    let speaker = insider.reader.speaker;
    let mhz = |hz: u32| speaker.number(f64::from(hz) / 1e6, 1);
    let seconds = |time: Duration| format!("{} s", speaker.number(time.as_secs_f64(), 1));
    let used = share(band);
    vec![
        Cell::text(format!("{}–{} MHz", mhz(band.from_hz), mhz(band.to_hz))),
        Cell::text(seconds(band.used)),
        Cell::text(seconds(band.allowed)),
        Cell::state(format!("{} %", speaker.number(used * 100.0, 0)), if used < 0.8 { "calm" } else { "busy" }),
    ]
}

fn share(band: &BandUse) -> f64 {
    band.used.as_secs_f64() / band.allowed.as_secs_f64().max(1.0)
}

pub(crate) async fn edit(insider: Insider, Path((_, eui)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&ask_name(&insider, read(&eui)?))
}

pub(crate) async fn change(Path((_, eui)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let eui = read(&eui)?;
    let form = ask_name(&insider, eui);
    let name = filled.get("name");
    let mut wrongs = Wrongs::default();
    insider.check_name(&mut wrongs, name);
    if !wrongs.is_empty() {
        return insider.show(&form.with(&filled, wrongs));
    }
    let seen = filled.some("seen").map(Revision::from_form);
    let what = if seen.is_some() { "gateway-changed" } else { "gateway-adopted" };
    let edit = Edit { change: Change::Gateway(Gateway { eui, name: name.to_owned() }), seen };
    insider.put(what, name, &[edit], "gateways", form, &filled)
}

pub(crate) async fn ask(insider: Insider, Path((_, eui)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&removal(&insider, read(&eui)?)?)
}

pub(crate) async fn remove(Path((_, eui)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let eui = read(&eui)?;
    let form = removal(&insider, eui)?;
    insider.take_away("gateway-removed", (&eui.to_string(), Item::Gateway(eui)), "gateways", form, &filled)
}

fn removal(insider: &Insider, eui: GatewayEui) -> Result<Form, Problem> {
    let gateway = insider.reader.municipality.gateways.iter().find(|gateway| gateway.eui == eui);
    let name = &gateway.ok_or_else(Problem::not_found)?.name;
    Ok(insider.ask_remove(&format!("gateways/{eui}"), name, &Item::Gateway(eui)))
}

fn ask_name(insider: &Insider, eui: GatewayEui) -> Form {
    let reader = &insider.reader;
    let gateway = reader.municipality.gateways.iter().find(|gateway| gateway.eui == eui);
    let seen = insider.staff.revision(&Item::Gateway(eui));
    Form {
        title: reader.text(if gateway.is_some() { "staff-gateway-edit" } else { "staff-gateway-adopt" }),
        lead: Some(reader.speaker.text("staff-gateway-lead", &[("eui", (&eui.to_string()).into())])),
        action: insider.to(&format!("gateways/{eui}/edit")),
        fields: vec![
            Field::hidden("seen", seen.as_ref().map_or("", Revision::as_str)),
            Field::text(reader, "name", "gateway-name", gateway.map_or("", |gateway| &gateway.name)),
        ],
        submit: reader.text(if gateway.is_some() { "staff-save" } else { "staff-adopt" }),
        back: Some(insider.to("gateways")),
        ..Form::default()
    }
}

fn read(eui: &str) -> Result<GatewayEui, Problem> {
    eui.parse().map_err(|_| Problem::not_found())
}

impl Insider {
    /// Where gateways send to; a port is a name and has no blanks in it.
    pub(crate) fn gateway_port(&self) -> String {
        self.reader.municipality.gwmp_listen.port().to_string()
    }

    fn at_port(&self, key: &str) -> String {
        self.reader.speaker.text(key, &[("port", (&self.gateway_port()).into())])
    }

    /// A page with one form.
    pub(crate) fn show(&self, form: &Form) -> Answer {
        self.reader.form(form, Some(self))
    }

    /// Writes edits to the folder, or shows the form again with what is wrong.
    pub(crate) fn put(
        &self,
        what: &str,
        subject: &str,
        edits: &[Edit],
        path: &str,
        form: Form,
        filled: &Filled,
    ) -> Answer {
        let Err(error) = self.staff.change(&self.own, what, subject, edits, self.reader.now) else {
            return Ok(self.done(path, what));
        };
        let mut wrongs = Wrongs::default();
        self.refuse(&mut wrongs, error)?;
        let mut form = form.with(filled, wrongs);
        // What is there now was shown: saving once more is a decision.
        if let Some(item) = edits.first().map(|edit| edit.change.item()) {
            form.renew("seen", self.staff.revision(&item).as_ref().map_or("", Revision::as_str));
        }
        self.show(&form)
    }

    /// Asks before something goes.
    pub(crate) fn ask_remove(&self, path: &str, name: &str, item: &Item) -> Form {
        let reader = &self.reader;
        let seen = self.staff.revision(item);
        Form {
            title: reader.speaker.text("staff-remove-title", &[("name", name.into())]),
            lead: Some(reader.text("staff-remove-lead")),
            action: self.to(&format!("{path}/remove")),
            fields: vec![Field::hidden("seen", seen.as_ref().map_or("", Revision::as_str))],
            submit: reader.text("staff-remove"),
            grave: true,
            back: Some(self.to(path)),
            ..Form::default()
        }
    }

    /// Removes what the form asks about, which is shown again if that cannot be.
    pub(crate) fn take_away(&self, what: &str, item: (&str, Item), path: &str, form: Form, filled: &Filled) -> Answer {
        let (id, item) = item;
        let edit = Edit { change: Change::Remove(item), seen: filled.some("seen").map(Revision::from_form) };
        self.put(what, id, &[edit], path, form, filled)
    }

    /// Says why the folder was not changed.
    fn refuse(&self, wrongs: &mut Wrongs, error: app::staff::ChangeError) -> Result<(), Problem> {
        use app::EditError;
        use app::staff::ChangeError;
        match error {
            ChangeError::Edit(EditError::Exists) => wrongs.add(&self.reader, "id", "exists"),
            ChangeError::Edit(EditError::Gone) => wrongs.add(&self.reader, "", "gone"),
            ChangeError::Edit(EditError::ChangedMeanwhile) => wrongs.add(&self.reader, "", "meanwhile"),
            ChangeError::Edit(EditError::NotToml | EditError::NotAList | EditError::NotATable) => {
                wrongs.add(&self.reader, "", "broken");
            }
            ChangeError::Faults(faults) => faults.iter().for_each(|mistake| wrongs.say("", self.mistake(mistake))),
            ChangeError::CannotUndo => wrongs.add(&self.reader, "", "cannot-undo"),
            ChangeError::Filing(error) => return Err(Problem::internal(error)),
            ChangeError::Store(error) => return Err(Problem::internal(error)),
        }
        Ok(())
    }
}

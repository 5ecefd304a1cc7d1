//! `/{lang}/staff/sensors`: what listens at the places, and its form; under test until somebody lets it go live.

use super::form::{Choice, Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::places::free_name;
use super::room::{Cell, Done, Room, Table};
use super::sensor::{battery, link, state};
use super::settings;
use crate::problem::Problem;
use app::staff::SensorRow;
use app::{ActivationEntry, Change, Edit, Item, Maker, Qr, QrError, Revision, SensorEntry};
use axum::extract::{Path, Query};
use model::{Activation, DevEui, JoinEui, Role, Sensor, Slug};

pub(crate) async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    let sensors = insider.staff.sensors(insider.reader.now).map_err(Problem::internal)?;
    let room = Room {
        title: insider.text("staff-room-sensors"),
        lead: Some(insider.text("staff-sensors-lead")),
        told: insider.told(done.done.as_deref()),
        actions: insider.if_may_change(vec![
            insider.link("sensors/new", "sensor-add"),
            insider.quiet("sensors/import", "list-take"),
        ]),
        tables: vec![Table {
            title: None,
            head: insider.head(&["name", "place", "state", "last-heard", "battery", "link"]),
            rows: sensors.iter().map(|row| line(&insider, row)).collect(),
            empty: insider.text("staff-sensors-none"),
        }],
        ..Room::default()
    };
    insider.room("sensors", &room)
}

fn line(insider: &Insider, row: &SensorRow) -> Vec<Cell> {
    let sensor = &row.sensor;
    let place = insider.reader.municipality.place(&sensor.place);
    vec![
        Cell::fragment(insider.reader.named(&sensor.name)).to(insider.to(&format!("sensors/{}", sensor.id))),
        place.map_or_else(Cell::default, |place| Cell::fragment(insider.words(&place.name))),
        state(insider, sensor),
        Cell::state(insider.ago(row.health.last_heard), if row.heard { "calm" } else { "busy" }),
        Cell::text(battery(insider, row)),
        link(insider, row),
    ]
}

pub(crate) async fn live(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let sensor = found(&insider, &id)?.id.clone();
    let test = filled.get("test") == "true";
    let what = if test { "sensor-to-test" } else { "sensor-live" };
    let seen = filled.some("seen").map(Revision::from_form);
    let edit = Edit { change: Change::Testing { sensor, test }, seen };
    let form = Form { title: id.clone(), back: Some(insider.to(&format!("sensors/{id}"))), ..Form::default() };
    insider.put(what, &id, &[edit], &format!("sensors/{id}"), form, &filled)
}

pub(crate) async fn new(insider: Insider, Query(asked): Query<Asked>) -> Answer {
    insider.may(Role::Steward)?;
    let mut form = ask_sensor(&insider, None, &asked.decoder.unwrap_or_default());
    if let Some(eui) = asked.dev_eui.and_then(|eui| eui.parse::<DevEui>().ok()) {
        form.renew("dev_eui", &eui.to_string());
    }
    insider.show(&form)
}

/// Which sensor the form is about, as far as that is known.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    decoder: Option<String>,
    dev_eui: Option<String>,
}

pub(crate) async fn create(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    save(&insider, &filled, None)
}

pub(crate) async fn edit(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let sensor = found(&insider, &id)?;
    insider.show(&ask_sensor(&insider, Some(sensor), sensor.decoder.as_str()))
}

pub(crate) async fn change(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let sensor = found(&insider, &id)?;
    save(&insider, &filled, Some(sensor))
}

pub(crate) async fn ask(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&removal(&insider, found(&insider, &id)?))
}

pub(crate) async fn remove(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let sensor = found(&insider, &id)?;
    let (form, item) = (removal(&insider, sensor), Item::Sensor(sensor.id.clone()));
    insider.take_away("sensor-removed", (&id, item), "sensors", form, &filled)
}

fn removal(insider: &Insider, sensor: &Sensor) -> Form {
    let (path, item) = (format!("sensors/{}", sensor.id), Item::Sensor(sensor.id.clone()));
    insider.ask_remove(&path, &sensor.name, &item)
}

pub(super) fn found<'i>(insider: &'i Insider, id: &str) -> Result<&'i Sensor, Problem> {
    let sensors = &insider.reader.municipality.sensors;
    sensors.iter().find(|sensor| sensor.id.as_str() == id).ok_or_else(Problem::not_found)
}

fn ask_sensor(insider: &Insider, sensor: Option<&Sensor>, decoder: &str) -> Form {
    let (reader, language) = (&insider.reader, insider.reader.language());
    let plugins = insider.staff.plugins();
    // What is one of a kind is chosen; of several nothing is, or the first would be taken for the right one.
    let only = match plugins.as_slice() {
        [one] if decoder.is_empty() => Some(one),
        _ => None,
    };
    let plugin = plugins.iter().find(|plugin| plugin.id == decoder).or(only);
    let mut fields = Vec::new();
    if let Some(sensor) = sensor {
        let seen = insider.staff.revision(&Item::Sensor(sensor.id.clone()));
        fields.push(Field::hidden("seen", seen.as_ref().map_or("", Revision::as_str)));
    } else {
        fields.push(Field::text(reader, "scan", "scan", ""));
    }
    fields.push(Field::text(reader, "name", "sensor-name", sensor.map_or("", |sensor| &sensor.name)));
    let all = &reader.municipality.places;
    let places = all.iter().map(|place| Choice {
        value: place.id.to_string(),
        label: place.name.best(language).0.to_owned(),
        chosen: sensor.is_some_and(|sensor| sensor.place == place.id),
    });
    let open = (sensor.is_none() && all.len() != 1).then(|| nothing(reader.text("staff-choose")));
    fields.push(Field::select(reader, "place", "place", open.into_iter().chain(places).collect()));
    let known = sensor.map(|sensor| sensor.device.dev_eui.to_string()).unwrap_or_default();
    fields.push(Field::code(reader, "dev_eui", "dev-eui", &known));
    let join_eui = sensor.and_then(|sensor| match &sensor.device.activation {
        Activation::Otaa { join_eui, .. } if *join_eui != JoinEui([0; 8]) => Some(join_eui.to_string()),
        _ => None,
    });
    fields.push(Field::code(reader, "join_eui", "join-eui", join_eui.as_deref().unwrap_or("")));
    let key = if sensor.is_some() { "app-key-kept" } else { "app-key" };
    fields.push(Field::code(reader, "app_key", key, ""));
    let kinds = plugins.iter().map(|kind| Choice {
        value: kind.id.clone(),
        label: kind.title.best(language).0.to_owned(),
        chosen: plugin.is_some_and(|plugin| plugin.id == kind.id),
    });
    // A sensor whose plugin is not here keeps it, until somebody chooses another.
    let open = match (plugin, sensor) {
        (None, Some(_)) => Some(Choice { value: decoder.to_owned(), label: decoder.to_owned(), chosen: true }),
        (None, None) => Some(nothing(reader.text("staff-list-maker-says"))),
        (Some(_), _) => None,
    };
    fields.push(Field::select(reader, "decoder", "decoder", open.into_iter().chain(kinds).collect()));
    fields.push(Field::hidden("shown", plugin.map_or(decoder, |plugin| &plugin.id)));
    let settings = sensor.and_then(|sensor| serde_json::from_str(&sensor.settings).ok()).unwrap_or_default();
    fields.extend(plugin.into_iter().flat_map(|plugin| settings::fields(insider, plugin, &settings)));
    Form {
        title: reader.text(if sensor.is_some() { "staff-sensor-edit" } else { "staff-sensor-new" }),
        lead: sensor.is_none().then(|| reader.text("staff-sensor-new-lead")),
        action: insider.to(&sensor.map_or_else(|| "sensors/new".to_owned(), |s| format!("sensors/{}/edit", s.id))),
        fields,
        submit: reader.text("staff-save"),
        back: Some(insider.to(&sensor.map_or_else(|| "sensors".to_owned(), |s| format!("sensors/{}", s.id)))),
        ..Form::default()
    }
}

/// The first line of a list from which nothing is chosen yet.
const fn nothing(label: String) -> Choice {
    Choice { value: String::new(), label, chosen: false }
}

fn save(insider: &Insider, filled: &Filled, sensor: Option<&Sensor>) -> Answer {
    let mut wrongs = Wrongs::default();
    let filled = &match filled.some("scan").map(Qr::parse) {
        None => by_its_eui(insider, filled),
        Some(Ok(code)) => scanned(insider, filled, &code),
        Some(Err(why)) => {
            wrongs.add(&insider.reader, "scan", qr_word(&why));
            filled.clone()
        }
    };
    let mut form = ask_sensor(insider, sensor, filled.get("decoder"));
    // Another make has other settings: they are asked for before anything is saved.
    let asks = filled.get("shown") != filled.get("decoder") && form.names().any(settings::is_setting);
    if asks {
        form.unfold();
        form.lead = Some(insider.text("staff-settings-first"));
    }
    let read = read(insider, filled, sensor, &mut wrongs);
    let Some(entry) = read.filter(|_| wrongs.is_empty() && !asks) else {
        let mut form = form.with(filled, wrongs);
        form.renew("shown", filled.get("decoder"));
        return insider.show(&form);
    };
    let seen = filled.some("seen").map(Revision::from_form);
    let (what, id) = (if sensor.is_some() { "sensor-changed" } else { "sensor-added" }, entry.id.to_string());
    let edit = Edit { change: Change::Sensor(Box::new(entry)), seen };
    insider.put(what, &id, &[edit], &format!("sensors/{id}"), form, filled)
}

/// The form with the plugin for whoever made a sensor of this `DevEUI`, where nobody chose one.
fn by_its_eui(insider: &Insider, filled: &Filled) -> Filled {
    let maker = filled.get("dev_eui").parse().ok().and_then(Maker::of_eui);
    let found = maker.filter(|_| filled.get("decoder").is_empty()).and_then(|maker| installed(insider, maker));
    filled.with(&found.map(|decoder| ("decoder", decoder)).into_iter().collect::<Vec<_>>())
}

fn installed(insider: &Insider, maker: Maker) -> Option<String> {
    insider.staff.plugins().into_iter().map(|plugin| plugin.id).find(|id| *id == maker.decoder)
}

/// The form with what the code on the label says. Its maker chooses the plugin, unless somebody chose another.
fn scanned(insider: &Insider, filled: &Filled, code: &Qr) -> Filled {
    let mut found = vec![("join_eui", code.join_eui.to_string()), ("dev_eui", code.dev_eui.to_string())];
    let maker = code.maker().or_else(|| Maker::of_eui(code.dev_eui));
    let maker = maker.filter(|_| filled.get("decoder").is_empty() || filled.get("shown") == filled.get("decoder"));
    found.extend(maker.and_then(|maker| installed(insider, maker)).map(|decoder| ("decoder", decoder)));
    filled.with(&found)
}

/// What is wrong with a code, as the texts `staff-wrong-qr-...` say it.
fn qr_word(why: &QrError) -> &'static str {
    match why {
        QrError::OtherCode => "qr-other",
        QrError::Missing(_) => "qr-short",
        QrError::Unreadable { .. } => "qr-unreadable",
        QrError::Checksum => "qr-misread",
    }
}

fn read(insider: &Insider, filled: &Filled, sensor: Option<&Sensor>, wrongs: &mut Wrongs) -> Option<SensorEntry> {
    let reader = &insider.reader;
    let name = filled.get("name");
    insider.check_name(wrongs, name);
    let place = Slug::new(filled.get("place")).ok().filter(|id| reader.municipality.place(id).is_some());
    let decoder = Slug::new(filled.get("decoder")).ok();
    for (field, is_missing) in [("place", place.is_none()), ("decoder", decoder.is_none())] {
        if is_missing {
            wrongs.add(reader, field, "choose");
        }
    }
    let dev_eui = filled.get("dev_eui").parse::<DevEui>().ok();
    let others = reader.municipality.sensors.iter().filter(|other| Some(&other.id) != sensor.map(|s| &s.id));
    match dev_eui {
        None => wrongs.add(reader, "dev_eui", "eui"),
        Some(eui) if others.map(|other| other.device.dev_eui).any(|other| other == eui) => {
            wrongs.add(reader, "dev_eui", "eui-taken");
        }
        Some(_) => {}
    }
    let activation = activation(insider, filled, sensor, wrongs);
    let taken = |id: &Slug| reader.municipality.sensors.iter().any(|sensor| sensor.id == *id);
    let plugins = insider.staff.plugins();
    // Of another make than the form had, no settings were asked for yet.
    let plugin = plugins.iter().find(|plugin| [filled.get("shown"), filled.get("decoder")] == [plugin.id.as_str(); 2]);
    let settings = plugin.map(|plugin| settings::read(insider, plugin, filled, wrongs)).unwrap_or_default();
    Some(SensorEntry {
        id: sensor.map(|s| s.id.clone()).or_else(|| free_name(name, taken))?,
        name: Some(name.to_owned()),
        place: place?,
        dev_eui: dev_eui?,
        decoder: decoder?,
        mac_version: None,
        activation,
        test: sensor.is_none_or(|sensor| sensor.test),
        settings,
    })
}

/// A sensor with a session of its own from birth keeps it: only the folder can change that.
fn activation(insider: &Insider, filled: &Filled, sensor: Option<&Sensor>, wrongs: &mut Wrongs) -> ActivationEntry {
    if let Some(Activation::Abp { dev_addr, .. }) = sensor.map(|sensor| &sensor.device.activation) {
        return ActivationEntry::Abp { dev_addr: *dev_addr, nwk_s_key: None, app_s_key: None };
    }
    let join_eui = filled.some("join_eui").map(str::parse);
    if join_eui.as_ref().is_some_and(Result::is_err) {
        wrongs.add(&insider.reader, "join_eui", "eui");
    }
    let app_key = filled.some("app_key").map(str::parse);
    if app_key.as_ref().map_or(sensor.is_none(), Result::is_err) {
        wrongs.add(&insider.reader, "app_key", "app-key");
    }
    ActivationEntry::Otaa { join_eui: join_eui.and_then(Result::ok), app_key: app_key.and_then(Result::ok) }
}

//! `/{lang}/staff/sensors`: what listens at the places; under test until somebody lets it go live.

use super::form::{Choice, Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::places::free_name;
use super::room::{Cell, Done, Post, Room, Table};
use crate::problem::Problem;
use app::staff::{PluginRow, SensorRow};
use app::{ActivationEntry, Change, Edit, Item, Revision, SensorEntry};
use axum::extract::{Path, Query};
use model::{Activation, Battery, DevEui, JoinEui, Role, Sensor, Slug};
use std::collections::BTreeMap;

pub(crate) async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    let sensors = insider.staff.sensors(insider.reader.now).map_err(Problem::internal)?;
    let room = Room {
        title: insider.text("staff-room-sensors"),
        lead: Some(insider.text("staff-sensors-lead")),
        told: insider.told(done.done.as_deref()),
        actions: vec![insider.link("sensors/new", "sensor-add")],
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
        Cell::link(sensor.name.clone(), insider.to(&format!("sensors/{}", sensor.id))),
        Cell::text(place.map_or("", |place| place.name.best(insider.reader.language()).0)),
        state(insider, sensor),
        Cell::state(insider.ago(row.health.last_heard), if row.heard { "calm" } else { "busy" }),
        Cell::text(battery(insider, row)),
        Cell::text(link(insider, row)),
    ]
}

fn state(insider: &Insider, sensor: &Sensor) -> Cell {
    let (key, colour) = if sensor.test { ("staff-state-test", "usual") } else { ("staff-state-live", "calm") };
    Cell::state(insider.text(key), colour)
}

fn battery(insider: &Insider, row: &SensorRow) -> String {
    let health = &row.health;
    match (health.battery.status, health.battery_percent(), health.battery.volts) {
        (Some(Battery::External), _, _) => insider.text("staff-battery-mains"),
        (_, Some(percent), _) => format!("{percent} %"),
        (_, None, Some(volts)) => format!("{} V", insider.reader.speaker.number(volts, 2)),
        _ => insider.text("staff-unknown"),
    }
}

fn link(insider: &Insider, row: &SensorRow) -> String {
    let (link, speaker) = (&row.health.link, insider.reader.speaker);
    let Some(snr) = link.snr_db else { return insider.text("staff-unknown") };
    let (snr, lost) = (speaker.number(snr.into(), 0), speaker.number(link.lost_percent.unwrap_or(0).into(), 0));
    speaker.text("staff-link-is", &[("snr", (&snr).into()), ("lost", (&lost).into())])
}

/// How many frames were not understood since the start, and why the newest of them was not.
fn faults(insider: &Insider, row: &SensorRow) -> String {
    let count = u32::try_from(row.health.faults).unwrap_or(u32::MAX);
    match &row.health.fault {
        Some(fault) => {
            insider.reader.speaker.text("staff-faults-are", &[("count", count.into()), ("fault", fault.into())])
        }
        None => insider.text("staff-faults-none"),
    }
}

pub(crate) async fn show(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    let rows = insider.staff.sensors(insider.reader.now).map_err(Problem::internal)?;
    let row = rows.iter().find(|row| row.sensor.id.as_str() == id).ok_or_else(Problem::not_found)?;
    let (sensor, language) = (&row.sensor, insider.reader.language());
    let place = insider.reader.municipality.place(&sensor.place);
    let mut room = Room {
        title: sensor.name.clone(),
        told: insider.told(done.done.as_deref()),
        lead: Some(insider.text(if sensor.test { "staff-sensor-test-lead" } else { "staff-sensor-live-lead" })),
        facts: vec![
            insider.fact("state", state(&insider, sensor).text),
            insider.fact("place", place.map_or("", |place| place.name.best(language).0)),
            insider.fact("dev-eui", sensor.device.dev_eui.to_string()),
            insider.fact("decoder", sensor.decoder.to_string()),
            insider.fact("last-heard", insider.ago(row.health.last_heard)),
            insider.fact("battery", battery(&insider, row)),
            insider.fact("link", link(&insider, row)),
            insider.fact("faults", faults(&insider, row)),
        ],
        back: Some(insider.to("sensors")),
        ..Room::default()
    };
    if insider.own.role >= Role::Steward {
        room.actions = vec![
            insider.quiet(&format!("sensors/{id}/edit"), "change"),
            insider.quiet(&format!("sensors/{id}/remove"), "remove"),
        ];
        let seen = insider.staff.revision(&Item::Sensor(sensor.id.clone()));
        let seen = seen.as_ref().map_or("", Revision::as_str).to_owned();
        room.posts = vec![Post {
            action: insider.to(&format!("sensors/{id}/live")),
            text: insider.text(if sensor.test { "staff-go-live" } else { "staff-go-test" }),
            token: insider.own.form_token.clone(),
            fields: vec![("seen".to_owned(), seen), ("test".to_owned(), (!sensor.test).to_string())],
            grave: false,
        }];
    }
    insider.room("sensors", &room)
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

pub(crate) async fn new(insider: Insider, Query(scanned): Query<Scanned>) -> Answer {
    insider.may(Role::Steward)?;
    let form = ask_sensor(&insider, None, &scanned.decoder.unwrap_or_default());
    insider.show(&form)
}

/// Which kind of sensor the form is about.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Scanned {
    decoder: Option<String>,
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
    let sensor = found(&insider, &id)?;
    insider.show(&insider.ask_remove(&format!("sensors/{id}"), &sensor.name, &Item::Sensor(sensor.id.clone())))
}

pub(crate) async fn remove(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let sensor = found(&insider, &id)?.id.clone();
    insider.take_away("sensor-removed", &id, Item::Sensor(sensor), "sensors", &filled)
}

fn found<'i>(insider: &'i Insider, id: &str) -> Result<&'i Sensor, Problem> {
    let sensors = &insider.reader.municipality.sensors;
    sensors.iter().find(|sensor| sensor.id.as_str() == id).ok_or_else(Problem::not_found)
}

fn ask_sensor(insider: &Insider, sensor: Option<&Sensor>, decoder: &str) -> Form {
    let (reader, language) = (&insider.reader, insider.reader.language());
    let plugins = insider.staff.plugins();
    let plugin = plugins.iter().find(|plugin| plugin.id == decoder).or(plugins.first());
    let mut fields = Vec::new();
    if let Some(sensor) = sensor {
        let seen = insider.staff.revision(&Item::Sensor(sensor.id.clone()));
        fields.push(Field::hidden("seen", seen.as_ref().map_or("", Revision::as_str)));
    } else {
        fields.push(Field::text(reader, "scan", "scan", ""));
    }
    fields.push(Field::text(reader, "name", "sensor-name", sensor.map_or("", |sensor| &sensor.name)));
    let places = reader.municipality.places.iter().map(|place| Choice {
        value: place.id.to_string(),
        label: place.name.best(language).0.to_owned(),
        chosen: sensor.is_some_and(|sensor| sensor.place == place.id),
    });
    fields.push(Field::select(reader, "place", "place", places.collect()));
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
    fields.push(Field::select(reader, "decoder", "decoder", kinds.collect()));
    fields.push(Field::hidden("shown", plugin.map_or("", |plugin| &plugin.id)));
    let settings = sensor.and_then(|sensor| serde_json::from_str(&sensor.settings).ok()).unwrap_or_default();
    fields.extend(plugin.into_iter().flat_map(|plugin| settings_fields(insider, plugin, &settings)));
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

/// A field for each setting that is one text, in the plugin's own words.
fn settings_fields(insider: &Insider, plugin: &PluginRow, settings: &serde_json::Value) -> Vec<Field> {
    let properties = plugin.schema.get("properties").and_then(serde_json::Value::as_object);
    let field = |(key, schema): (&String, &serde_json::Value)| {
        let is_text = schema.get("type").and_then(|t| t.as_str()).is_none_or(|t| t == "string");
        let is_file = schema.get("format").and_then(|f| f.as_str()) == Some("file");
        let hint = schema.get("description").and_then(|d| d.as_str()).map(str::to_owned);
        let value = settings.get(key).and_then(|value| value.as_str()).unwrap_or("");
        let field = Field::text(&insider.reader, &format!("set-{key}"), "setting", value).labelled(key, hint);
        (is_text && !is_file).then_some(field)
    };
    Field::folded(properties.into_iter().flatten().filter_map(field).collect())
}

fn save(insider: &Insider, filled: &Filled, sensor: Option<&Sensor>) -> Answer {
    let form = ask_sensor(insider, sensor, filled.get("decoder"));
    let mut wrongs = Wrongs::default();
    let scanned = filled.some("scan").map(label);
    let filled = &scanned.map_or_else(|| filled.clone(), |found| filled.with(&found));
    if filled.get("shown") != filled.get("decoder") {
        // Another make has other settings: they are asked for before anything is saved.
        let mut form = form.with(filled, wrongs);
        form.renew("shown", filled.get("decoder"));
        return insider.show(&form);
    }
    let Some(entry) = read(insider, filled, sensor, &mut wrongs).filter(|_| wrongs.is_empty()) else {
        return insider.show(&form.with(filled, wrongs));
    };
    let seen = filled.some("seen").map(Revision::from_form);
    let (what, id) = (if sensor.is_some() { "sensor-changed" } else { "sensor-added" }, entry.id.to_string());
    let edit = Edit { change: Change::Sensor(Box::new(entry)), seen };
    insider.put(what, &id, &[edit], &format!("sensors/{id}"), form, filled)
}

fn read(insider: &Insider, filled: &Filled, sensor: Option<&Sensor>, wrongs: &mut Wrongs) -> Option<SensorEntry> {
    let reader = &insider.reader;
    let name = filled.get("name");
    if name.is_empty() || name.chars().count() > 200 {
        wrongs.add(reader, "name", "name");
    }
    let place = Slug::new(filled.get("place")).ok().filter(|id| reader.municipality.place(id).is_some());
    let decoder = Slug::new(filled.get("decoder")).ok();
    if place.is_none() || decoder.is_none() {
        wrongs.add(reader, if place.is_none() { "place" } else { "decoder" }, "choose");
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
    let settings: BTreeMap<_, _> = filled
        .beginning("set-")
        .map(|(key, text)| (key.to_owned(), (!text.is_empty()).then(|| serde_json::Value::from(text))))
        .collect();
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

/// What a label's QR code says, as the `LoRa` Alliance has it (TR005): `LW:D0:JoinEUI:DevEUI:ProfileID...`.
fn label(text: &str) -> Vec<(&'static str, String)> {
    let mut parts = text.trim().split(':');
    let (Some("LW"), Some("D0")) = (parts.next(), parts.next()) else { return Vec::new() };
    let (join_eui, dev_eui) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    vec![("join_eui", join_eui.to_owned()), ("dev_eui", dev_eui.to_owned())]
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn the_label_of_a_device_gives_its_names() {
        let found = label("LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN");
        assert_eq!(found[0], ("join_eui", "1122334455667788".to_owned()));
        assert_eq!(found[1], ("dev_eui", "AABBCCDDEEFF0011".to_owned()));
        assert!(label("https://example.com/").is_empty());
    }
}

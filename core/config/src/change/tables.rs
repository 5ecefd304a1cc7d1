use super::{ActivationEntry, SensorEntry};
use crate::edit::set;
use model::{DevEui, Language, Measure, Place, PlaceKind, Words};
use std::collections::BTreeMap;
use toml_edit::{InlineTable, Item as TomlItem, Table, Value};

pub(super) fn write_place(table: &mut Table, place: &Place, languages: &[Language]) {
    set_words(table, "name", Some(&place.name), languages);
    set_or_remove(table, "kind", Some(kind(place.kind)));
    set_words(table, "area", place.area.as_ref(), languages);
    set_or_remove(table, "capacity", place.capacity.map(i64::from));
    match place.position {
        Some(at) => {
            let mut position = InlineTable::new();
            position.insert("latitude", at.latitude.into());
            position.insert("longitude", at.longitude.into());
            set(table, "position", position);
        }
        None => _ = table.remove("position"),
    }
    set_or_remove(table, "measure", place.measure.map(measure));
    set_or_remove(table, "talk", place.talk.then_some(true));
}

pub(super) fn write_sensor(table: &mut Table, entry: &SensorEntry) {
    set_or_remove(table, "name", entry.name.as_deref());
    set(table, "place", entry.place.as_str());
    let dev_eui = table.get("dev_eui").and_then(TomlItem::as_str).and_then(|text| text.parse::<DevEui>().ok());
    if dev_eui != Some(entry.dev_eui) {
        set(table, "dev_eui", entry.dev_eui.to_string());
    }
    set(table, "decoder", entry.decoder.as_str());
    if let Some(version) = entry.mac_version {
        set(table, "mac_version", version.as_str());
    }
    match &entry.activation {
        ActivationEntry::Otaa { join_eui, .. } => {
            table.remove("activation");
            table.remove("dev_addr");
            set_or_remove(table, "join_eui", join_eui.map(|eui| eui.to_string()));
        }
        ActivationEntry::Abp { dev_addr, .. } => {
            set(table, "activation", "abp");
            table.remove("join_eui");
            set(table, "dev_addr", dev_addr.to_string());
        }
    }
    write_test(table, entry.test);
    write_settings(table, &entry.settings);
}

pub(super) fn write_test(table: &mut Table, test: bool) {
    set_or_remove(table, "test", test.then_some(true));
}

fn write_settings(table: &mut Table, settings: &BTreeMap<String, Option<serde_json::Value>>) {
    let given = settings.iter().filter_map(|(key, value)| Some((key, toml_of(value.as_ref()?)?)));
    let given: Vec<_> = given.collect();
    if table.get("settings").is_none() {
        if given.is_empty() {
            return;
        }
        table.insert("settings", TomlItem::Table(Table::new()));
    }
    let Some(written) = table.get_mut("settings").and_then(TomlItem::as_table_like_mut) else { return };
    for key in settings.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key) {
        written.remove(key);
    }
    for (key, value) in given {
        match written.get_mut(key).and_then(TomlItem::as_value_mut) {
            Some(old) => {
                let around = old.decor().clone();
                *old = value;
                *old.decor_mut() = around;
            }
            None => _ = written.insert(key, TomlItem::Value(value)),
        }
    }
}

fn toml_of(value: &serde_json::Value) -> Option<Value> {
    match value {
        serde_json::Value::Bool(flag) => Some((*flag).into()),
        serde_json::Value::Number(number) => {
            number.as_i64().map(Value::from).or_else(|| number.as_f64().map(Value::from))
        }
        serde_json::Value::String(text) => Some(text.as_str().into()),
        // A form has one field for one value.
        _ => None,
    }
}

/// Words as the file has them: one text while there is only the first language, else one for each.
fn set_words(table: &mut Table, key: &str, words: Option<&Words>, languages: &[Language]) {
    let texts: Vec<(Language, Option<&str>)> = languages.iter().map(|l| (*l, words.and_then(|w| w.own(*l)))).collect();
    if let Some(written) = table.get_mut(key).and_then(TomlItem::as_table_like_mut) {
        for (language, text) in &texts {
            match text {
                Some(text) if written.get(language.tag()).and_then(TomlItem::as_str) != Some(text) => {
                    written.insert(language.tag(), TomlItem::Value((*text).into()));
                }
                Some(_) => {}
                None => _ = written.remove(language.tag()),
            }
        }
        if written.is_empty() {
            table.remove(key);
        }
        return;
    }
    let given: Vec<_> = texts.iter().filter_map(|(language, text)| Some((language, (*text)?))).collect();
    match given.as_slice() {
        [] => _ = table.remove(key),
        [(language, text)] if Some(*language) == languages.first() => set(table, key, *text),
        several => {
            let each: InlineTable =
                several.iter().map(|(language, text)| (language.tag(), Value::from(*text))).collect();
            set(table, key, each);
        }
    }
}

fn set_or_remove(table: &mut Table, key: &str, value: Option<impl Into<Value>>) {
    match value {
        Some(value) => set(table, key, value),
        None => _ = table.remove(key),
    }
}

const fn kind(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Library => "library",
        PlaceKind::SwimmingPool => "swimming_pool",
        PlaceKind::BathingPlace => "bathing_place",
        PlaceKind::IceRink => "ice_rink",
        PlaceKind::SportsHall => "sports_hall",
        PlaceKind::Trail => "trail",
        PlaceKind::YouthCentre => "youth_centre",
        PlaceKind::Museum => "museum",
        PlaceKind::Square => "square",
        PlaceKind::Parking => "parking",
        PlaceKind::Other => "other",
    }
}

const fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::PeopleNow => "people_now",
        Measure::Visits => "visits",
        Measure::BaysTaken => "bays_taken",
    }
}

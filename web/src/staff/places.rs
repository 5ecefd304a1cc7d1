//! `/{lang}/staff/places`: what the portal is about.

use super::form::{Choice, Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Link, Room, Table};
use crate::view::Fragment;
use app::{Change, Edit, Item, Revision};
use axum::extract::{Path, Query};
use model::{Language, Measure, Place, PlaceKind, Position, Role, Sensor, Slug, Words};

/// The longest name.
const NAME_CHARS_MAX: usize = 200;

/// Sorts of places, and their names in forms.
const KINDS: [(&str, PlaceKind); 11] = [
    ("library", PlaceKind::Library),
    ("swimming-pool", PlaceKind::SwimmingPool),
    ("bathing-place", PlaceKind::BathingPlace),
    ("ice-rink", PlaceKind::IceRink),
    ("sports-hall", PlaceKind::SportsHall),
    ("trail", PlaceKind::Trail),
    ("youth-centre", PlaceKind::YouthCentre),
    ("museum", PlaceKind::Museum),
    ("square", PlaceKind::Square),
    ("parking", PlaceKind::Parking),
    ("other", PlaceKind::Other),
];

/// How use is told, and the names of that in forms.
const MEASURES: [(&str, Option<Measure>); 4] = [
    ("people-now", Some(Measure::PeopleNow)),
    ("visits", Some(Measure::Visits)),
    ("bays-taken", Some(Measure::BaysTaken)),
    ("nothing", None),
];

pub(crate) async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    let municipality = &insider.reader.municipality;
    let language = insider.reader.language();
    let row = |place: &Place| {
        let kind = KINDS.iter().find(|(_, kind)| *kind == place.kind).map_or("other", |(name, _)| *name);
        let sensors = u32::try_from(municipality.sensors_of(&place.id).count()).unwrap_or(u32::MAX);
        vec![
            Cell::fragment(insider.words(&place.name)).to(insider.to_place(&place.id)),
            Cell::text(insider.text(&format!("staff-kind-{kind}"))),
            place.area.as_ref().map_or_else(Cell::default, |area| Cell::fragment(insider.words(area))),
            Cell::text(insider.reader.speaker.number(sensors.into(), 0)),
            Cell::link(insider.text("staff-public-page"), format!("/{language}/places/{}", place.id)),
        ]
    };
    let room = Room {
        title: insider.text("staff-room-places"),
        lead: Some(insider.text("staff-places-lead")),
        told: insider.told(done.done.as_deref()),
        actions: insider.if_may_change(vec![insider.link("places/new", "place-add")]),
        tables: vec![Table {
            title: None,
            head: insider.head(&["name", "kind", "area", "sensors", "page"]),
            rows: municipality.places.iter().map(row).collect(),
            empty: insider.text("staff-places-none"),
        }],
        ..Room::default()
    };
    insider.room("places", &room)
}

pub(crate) async fn new(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&ask_place(&insider, None))
}

pub(crate) async fn create(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    save(&insider, &filled, None)
}

pub(crate) async fn edit(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let place = insider.reader.place(&id)?;
    insider.show(&ask_place(&insider, Some(place)))
}

pub(crate) async fn change(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let place = insider.reader.place(&id)?;
    save(&insider, &filled, Some(place))
}

pub(crate) async fn ask(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&removal(&insider, insider.reader.place(&id)?))
}

pub(crate) async fn remove(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let place = insider.reader.place(&id)?;
    let (form, item) = (removal(&insider, place), Item::Place(place.id.clone()));
    insider.take_away("place-removed", (&id, item), "places", form, &filled)
}

/// A place goes after its sensors: each is somewhere.
fn removal(insider: &Insider, place: &Place) -> Form {
    let (path, item) = (format!("places/{}", place.id), Item::Place(place.id.clone()));
    let form = insider.ask_remove(&path, place.name.best(insider.reader.language()).0, &item);
    let sensors: Vec<&Sensor> = insider.reader.municipality.sensors_of(&place.id).collect();
    if sensors.is_empty() {
        return form;
    }
    let link = |sensor: &&Sensor| {
        let name = Cell::fragment(insider.reader.named(&sensor.name));
        vec![name.to(insider.to(&format!("sensors/{}", sensor.id)))]
    };
    Form {
        lead: Some(insider.text("staff-place-has-sensors")),
        submit: String::new(),
        tables: vec![Table {
            title: None,
            head: insider.head(&["sensors"]),
            rows: sensors.iter().map(link).collect(),
            empty: String::new(),
        }],
        ..form
    }
}

fn ask_place(insider: &Insider, place: Option<&Place>) -> Form {
    let reader = &insider.reader;
    let text = |words: Option<&Words>, language: Language| words.and_then(|w| w.own(language)).unwrap_or("").to_owned();
    let mut fields = Vec::new();
    if let Some(place) = place {
        let seen = insider.staff.revision(&Item::Place(place.id.clone()));
        fields.push(Field::hidden("seen", seen.as_ref().map_or("", Revision::as_str)));
    }
    for (key, words) in [("name", place.map(|p| &p.name)), ("area", place.and_then(|p| p.area.as_ref()))] {
        for (at, language) in reader.municipality.languages.iter().enumerate() {
            let field =
                Field::text(reader, &format!("{key}-{language}"), &format!("place-{key}"), &text(words, *language));
            let several = reader.municipality.languages.len() > 1;
            let label = reader.text(&format!("staff-place-{key}"));
            let named = reader.text(&format!("staff-in-{language}"));
            let label = if several { format!("{label} ({named})") } else { label };
            let hint = (at == 0).then(|| reader.text(&format!("staff-place-{key}-hint")));
            fields.push(field.labelled(Fragment::plain(label), hint.map(Fragment::plain)));
        }
    }
    let kind = KINDS.iter().find(|(_, kind)| place.is_some_and(|p| p.kind == *kind)).map_or("other", |(n, _)| *n);
    let kinds = KINDS.iter().map(|(name, _)| choice(insider, "kind", name, kind)).collect();
    fields.push(Field::select(reader, "kind", "kind", kinds));
    let measure =
        MEASURES.iter().find(|(_, m)| place.is_some_and(|p| p.measure == *m)).map_or("people-now", |(n, _)| *n);
    let measures = MEASURES.iter().map(|(name, _)| choice(insider, "measure", name, measure)).collect();
    fields.push(Field::radio(reader, "measure", "measure", measures));
    let talk = if place.is_some_and(|p| p.talk) { "yes" } else { "no" };
    let talks = ["no", "yes"].map(|name| choice(insider, "place-talk", name, talk));
    fields.push(Field::radio(reader, "talk", "place-talk", talks.into()));
    let number = |number: Option<String>| number.unwrap_or_default();
    fields.push(Field::text(
        reader,
        "capacity",
        "capacity",
        &number(place.and_then(|p| Some(p.capacity?.to_string()))),
    ));
    let position = place.and_then(|p| p.position);
    let position = number(position.map(|at| format!("{}, {}", at.latitude, at.longitude)));
    fields.push(Field::text(reader, "position", "position", &position));
    let mut form = Form {
        title: reader.text(if place.is_some() { "staff-place-edit" } else { "staff-place-new" }),
        action: insider.to(&place.map_or_else(|| "places/new".to_owned(), |p| format!("places/{}", p.id))),
        fields,
        submit: reader.text("staff-save"),
        back: Some(insider.to("places")),
        ..Form::default()
    };
    if let Some(place) = place {
        form.links.push((insider.to(&format!("places/{}/remove", place.id)), reader.text("staff-remove")));
    }
    form
}

fn choice(insider: &Insider, key: &str, name: &str, chosen: &str) -> Choice {
    let label = insider.text(&format!("staff-{key}-{name}"));
    Choice { value: name.to_owned(), label, chosen: name == chosen }
}

fn save(insider: &Insider, filled: &Filled, place: Option<&Place>) -> Answer {
    let form = ask_place(insider, place);
    let mut wrongs = Wrongs::default();
    let Some(read) = read(insider, filled, place, &mut wrongs).filter(|_| wrongs.is_empty()) else {
        return insider.show(&form.with(filled, wrongs));
    };
    let seen = filled.some("seen").map(Revision::from_form);
    let (what, subject) = (if place.is_some() { "place-changed" } else { "place-added" }, read.id.to_string());
    let languages = insider.reader.municipality.languages.clone();
    let edit = Edit { change: Change::Place { place: read, languages }, seen };
    insider.put(what, &subject, &[edit], "places", form, filled)
}

fn read(insider: &Insider, filled: &Filled, place: Option<&Place>, wrongs: &mut Wrongs) -> Option<Place> {
    let reader = &insider.reader;
    let words = |key: &str| -> Words {
        let each = reader.municipality.languages.iter();
        each.filter_map(|l| Some((*l, filled.some(&format!("{key}-{l}"))?.to_owned()))).collect()
    };
    let (name, area) = (words("name"), words("area"));
    let first = reader.municipality.languages.first().copied().unwrap_or(Language::Nb);
    for language in &reader.municipality.languages {
        for key in ["name", "area"] {
            let field = format!("{key}-{language}");
            if filled.get(&field).chars().count() > NAME_CHARS_MAX {
                wrongs.add(reader, &field, "name-long");
            }
        }
    }
    if name.own(first).is_none() {
        wrongs.add(reader, &format!("name-{first}"), "name");
    }
    let capacity = filled.some("capacity").map(str::parse::<u32>);
    if capacity.as_ref().is_some_and(|c| !c.as_ref().is_ok_and(|n| (1..=1_000_000).contains(n))) {
        wrongs.add(reader, "capacity", "capacity");
    }
    let position = filled.some("position").map(position);
    if position == Some(None) {
        wrongs.add(reader, "position", "position");
    }
    let kind = KINDS.iter().find(|(known, _)| *known == filled.get("kind")).map(|(_, kind)| *kind);
    let measure = MEASURES.iter().find(|(known, _)| *known == filled.get("measure")).map(|(_, measure)| *measure);
    if kind.is_none() || measure.is_none() {
        wrongs.add(reader, if kind.is_none() { "kind" } else { "measure" }, "choose");
    }
    let taken = |id: &Slug| reader.municipality.place(id).is_some();
    let id = place.map(|p| p.id.clone()).or_else(|| free_name(name.own(first)?, taken))?;
    Some(Place {
        id,
        name,
        kind: kind?,
        area: Some(area).filter(|area| !area.is_empty()),
        capacity: capacity.and_then(Result::ok),
        position: position.flatten(),
        measure: measure?,
        talk: filled.get("talk") == "yes",
    })
}

/// `60.79, 10.69`, as maps show it when a place is pressed.
fn position(text: &str) -> Option<Position> {
    let (latitude, longitude) = text.split_once([',', ';', ' '])?;
    let (latitude, longitude): (f64, f64) = (latitude.trim().parse().ok()?, longitude.trim().parse().ok()?);
    let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    on_earth.then_some(Position { latitude, longitude })
}

impl Insider {
    /// Where a place is changed, or looked at by who may not change it.
    pub(crate) fn to_place(&self, id: &Slug) -> String {
        if self.may_change() {
            self.to(&format!("places/{id}"))
        } else {
            format!("/{}/places/{id}", self.reader.language())
        }
    }

    /// What a gateway or a sensor is called among colleagues.
    pub(crate) fn check_name(&self, wrongs: &mut Wrongs, name: &str) {
        if name.is_empty() {
            wrongs.add(&self.reader, "name", "name");
        } else if name.chars().count() > NAME_CHARS_MAX {
            wrongs.add(&self.reader, "name", "name-long");
        }
    }
}

/// A short name for addresses, made of a name for people, that nothing has yet.
pub(crate) fn free_name(name: &str, taken: impl Fn(&Slug) -> bool) -> Option<Slug> {
    let plain = config_name(name);
    let plain = if plain.is_empty() { "x".to_owned() } else { plain };
    let numbered = (2..1000).map(|number| format!("{plain}-{number}"));
    std::iter::once(plain.clone()).chain(numbered).filter_map(|name| Slug::new(&name).ok()).find(|slug| !taken(slug))
}

fn config_name(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.to_lowercase().chars().take(48) {
        match letter {
            '\u{e5}' | '\u{e4}' | '\u{e6}' | '\u{e1}' => plain.push('a'),
            '\u{f6}' | '\u{f8}' | '\u{f3}' => plain.push('o'),
            'a'..='z' | '0'..='9' => plain.push(letter),
            _ if plain.is_empty() || plain.ends_with('-') => {}
            _ => plain.push('-'),
        }
    }
    plain.trim_end_matches('-').to_owned()
}

impl Insider {
    /// A quiet way on.
    pub(crate) fn quiet(&self, path: &str, key: &str) -> Link {
        Link { quiet: true, ..self.link(path, key) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_people_becomes_one_for_addresses_that_is_free() {
        let taken = |slug: &Slug| ["bibliotek", "bibliotek-2"].contains(&slug.as_str());
        let free = |name: &str| free_name(name, taken).unwrap().to_string();
        assert_eq!(free("Bibliotek"), "bibliotek-3");
        assert_eq!(free("Badplatsen vid Norsj\u{f6}n!"), "badplatsen-vid-norsjon");
        assert_eq!(free("\u{5d0}\u{5d1}"), "x");
        assert_eq!(free("../../etc/passwd"), "etc-passwd");
    }

    #[test]
    fn a_position_is_read_as_maps_show_it() {
        assert_eq!(position("60.79, 10.69"), Some(Position { latitude: 60.79, longitude: 10.69 }));
        assert_eq!(position("91, 10"), None);
        assert_eq!(position("here"), None);
    }
}

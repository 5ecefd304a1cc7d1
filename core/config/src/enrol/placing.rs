//! Which place a row means: one of the folder, by its short name or by what people call it, or a new one.

use super::fields::Field;
use super::list::Row;
use super::{Choices, NewPlaces, slug};
use crate::diagnostic::Fault;
use crate::nearest::nearest;
use crate::said::say;
use model::{Municipality, PlaceId, Position, Slug};
use std::collections::BTreeMap;

/// A place that is not in `places.toml` yet.
#[derive(Clone, Debug)]
pub(super) struct NewPlace {
    pub(super) id: PlaceId,
    pub(super) name: String,
    pub(super) area: Option<String>,
    pub(super) position: Option<Position>,
}

/// Places of the folder and of the list.
pub(super) struct Places<'a> {
    municipality: &'a Municipality,
    allowed: NewPlaces,
    /// By the small letters of every name a place has.
    by_name: BTreeMap<String, PlaceId>,
    new: Vec<NewPlace>,
}

impl<'a> Places<'a> {
    pub(super) fn new(municipality: &'a Municipality, allowed: NewPlaces) -> Self {
        let mut by_name = BTreeMap::new();
        for place in &municipality.places {
            for language in &municipality.languages {
                by_name.insert(place.name.best(*language).0.to_lowercase(), place.id.clone());
            }
        }
        // A short name goes before what another place is called.
        by_name.extend(municipality.places.iter().map(|place| (place.id.to_string(), place.id.clone())));
        Self { municipality, allowed, by_name, new: Vec::new() }
    }

    /// The place of a row; reports when there is none.
    pub(super) fn of(&mut self, row: &Row, choices: &Choices, faults: &mut Vec<Fault>) -> Option<PlaceId> {
        let cell = row.cells.get(&Field::Place);
        let Some(name) = cell.map(|cell| cell.text.clone()).or_else(|| choices.place.clone()) else {
            let fault = Fault::error(row.at.clone(), say!("place-unsaid", "it is not said where this sensor is"));
            faults.push(fault.help(say!("say-place", "add a column place, or say --place for all")));
            return None;
        };
        if let Some(place) = self.by_name.get(&name.to_lowercase()) {
            return Some(place.clone());
        }
        let at = cell.map_or(row.at.clone(), |cell| cell.at.clone());
        if self.allowed == NewPlaces::Add {
            return self.add(row, &name, at, faults);
        }
        let fault = Fault::error(at, say!("place-unknown", "there is no place `{name}`", name = name));
        let known = self.municipality.places.iter().map(|place| place.id.as_str());
        let meant = nearest(&name, known.clone()).or_else(|| nearest(&slug(&name), known));
        faults.push(
            match meant {
                Some(meant) => fault.expected(say!("did-you-mean", "did you mean `{meant}`?", meant = meant)),
                None => fault.expected(say!("expect-place", "expected the `id` or the name of a place in places.toml")),
            }
            .help(say!("add-place", "correct it, add the place, or import with --new-places to have it added")),
        );
        None
    }

    fn add(&mut self, row: &Row, name: &str, at: std::ops::Range<usize>, faults: &mut Vec<Fault>) -> Option<PlaceId> {
        let Ok(id) = Slug::new(&slug(name)) else {
            faults.push(
                Fault::error(at, say!("place-name", "`{name}` cannot be the name of a place", name = name))
                    .expected(say!("expect-letters", "expected some letters of a-z")),
            );
            return None;
        };
        let said = |field| row.cells.get(&field);
        let (latitude, longitude) =
            (degrees(said(Field::Latitude), 90.0, faults), degrees(said(Field::Longitude), 180.0, faults));
        let position = latitude.zip(longitude).map(|(latitude, longitude)| Position { latitude, longitude });
        let area = said(Field::Area).map(|cell| cell.text.clone());
        self.by_name.insert(name.to_lowercase(), id.clone());
        // Two ways to write one name are one place.
        if self.by_name.insert(id.to_string(), id.clone()).is_none() {
            self.new.push(NewPlace { id: id.clone(), name: name.to_owned(), area, position });
        }
        Some(id)
    }

    pub(super) fn into_new(self) -> Vec<NewPlace> {
        self.new
    }
}

fn degrees(cell: Option<&super::table::Cell>, most: f64, faults: &mut Vec<Fault>) -> Option<f64> {
    let cell = cell?;
    // Nordic spreadsheets have a comma here.
    let number = cell.text.replace(',', ".").parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    if number.is_none() {
        let fault = Fault::error(cell.at.clone(), say!("no-position", "`{text}` is no position", text = cell.text));
        faults.push(fault.expected(say!("expect-degrees", "expected degrees from -{most} to {most}", most = most)));
    }
    number
}

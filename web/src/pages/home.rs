//! `GET /{lang}/`: all places by area, with how they are now.

use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::{Fragment, Now};
use app::PlaceCard;
use axum::response::Response;
use model::{PlaceKind, Words};
use serde::Serialize;

/// The home page.
#[derive(Debug, Serialize)]
struct Home {
    areas: Vec<Area>,
}

/// A part of the municipality and its places. Where no place has an area there is one, without a name.
#[derive(Debug, Serialize)]
struct Area {
    name: Option<Fragment>,
    cards: Vec<Card>,
}

/// A place in the list.
#[derive(Debug, Serialize)]
struct Card {
    href: String,
    name: Fragment,
    /// Name of its symbol.
    icon: &'static str,
    now: Now,
}

pub(crate) async fn get(reader: Reader) -> Result<Response, Problem> {
    let now = reader.now;
    let places = reader.portal.read(move |source| source.home(now)).await?;
    let title = reader.text("places");
    let description = Some(reader.text("home-lead"));
    let frame = Frame { title, description, section: "places", ..reader.frame() };
    reader.answer("home.html", &frame, &Home { areas: areas(&places, &reader) })
}

/// Places by area, areas in the order their first place has in the file; places without an area come last.
fn areas(places: &[PlaceCard], reader: &Reader) -> Vec<Area> {
    let mut areas: Vec<(Option<&Words>, Vec<Card>)> = Vec::new();
    for place in places {
        let area = place.place.area.as_ref();
        let card = Card {
            href: format!("/{}/places/{}", reader.language(), place.place.id),
            name: Fragment::of(&place.place.name, reader.language()),
            icon: icon(place.place.kind),
            now: Now::of(place, reader),
        };
        match areas.iter_mut().find(|(named, _)| *named == area) {
            Some((_, cards)) => cards.push(card),
            None => areas.push((area, vec![card])),
        }
    }
    areas.sort_by_key(|(area, _)| area.is_none());
    let only_one = areas.len() == 1;
    let named = |(area, cards): (Option<&Words>, _)| Area {
        name: match area {
            Some(area) => Some(Fragment::of(area, reader.language())),
            None if only_one => None,
            None => Some(Fragment { text: reader.text("other-places"), lang: None }),
        },
        cards,
    };
    areas.into_iter().map(named).collect()
}

/// The symbol of a sort of place, as `parts.html` draws it.
pub(crate) fn icon(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Library => "library",
        PlaceKind::SwimmingPool => "pool",
        PlaceKind::BathingPlace => "bathing",
        PlaceKind::IceRink => "rink",
        PlaceKind::SportsHall => "hall",
        PlaceKind::Trail => "trail",
        PlaceKind::YouthCentre => "youth",
        PlaceKind::Museum => "museum",
        PlaceKind::Square => "square",
        PlaceKind::Parking => "parking",
        PlaceKind::Other => "place",
    }
}

//! `GET /{lang}/`: what is calm and what is busy, all places by area with how they are now, and where they are. `?kind=` shows
//! places of one sort.

use crate::pages::news::{self, News};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part;
use crate::templates::Frame;
use crate::view::{Fragment, Map, Now};
use app::PlaceCard;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use model::{Busyness, PlaceKind, Words};
use serde::{Deserialize, Serialize};

/// As many places as one takes in at a glance.
const BRIEF_MAX: usize = 4;
/// What is open longest can wait for the whole list.
const TAKE_PART_MAX: usize = 6;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The symbol of a sort of place.
    kind: String,
}

/// The home page.
#[derive(Debug, Serialize)]
struct Home {
    /// Quieter than usual, and busier.
    calm: Vec<Card>,
    busy: Vec<Card>,
    /// Some place can be held against its usual: only then can one say that none is calmer or busier.
    compares: bool,
    /// Some place shows a gauge, which needs to be explained.
    gauges: bool,
    /// The sorts of places there are, all of them first.
    kinds: Vec<Kind>,
    areas: Vec<Area>,
    map: Option<Map>,
    /// What one can take part in now.
    take_part: Vec<take_part::Card>,
    all: String,
    news: Vec<News>,
    all_news: String,
}

/// A sort of places to choose.
#[derive(Debug, Serialize)]
struct Kind {
    name: String,
    href: String,
    current: bool,
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
    /// Where it lies, for the interactive map.
    at: Option<String>,
}

pub(crate) async fn get(reader: Reader, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, Problem> {
    let now = reader.now;
    let places = reader.portal.read(move |source| source.home(now)).await?;
    let asked = asked.map(|Query(asked)| asked.kind).unwrap_or_default();
    let kinds = kinds(&places, &asked, &reader);
    let of_kind = |card: &&PlaceCard| icon(card.place.kind) == asked;
    let mut shown: Vec<PlaceCard> = places.iter().filter(of_kind).cloned().collect();
    // A sort of place that is not there shows all: an old link is no dead end.
    if shown.is_empty() {
        shown.clone_from(&places);
    }
    let brief = |busyness| {
        let such = places.iter().filter(move |card| card.now.and_then(|now| now.busyness) == Some(busyness));
        such.take(BRIEF_MAX).map(|place| card(place, &reader)).collect()
    };
    let areas = areas(&shown, &reader);
    let home = Home {
        calm: brief(Busyness::Calm),
        busy: brief(Busyness::Busy),
        compares: places.iter().any(|card| card.now.is_some_and(|now| now.busyness.is_some())),
        gauges: areas.iter().flat_map(|area| &area.cards).any(|card| card.now.gauge.is_some()),
        areas,
        map: Map::of(&shown, &reader),
        take_part: take_part::cards(&reader).into_iter().filter(take_part::Card::is_open).take(TAKE_PART_MAX).collect(),
        all: format!("/{}/take-part", reader.language()),
        news: news::newest(&reader, None).await?,
        all_news: format!("/{}/news", reader.language()),
        kinds,
    };
    let title = reader.text("places");
    let description = Some(reader.text("home-lead"));
    let frame = Frame { title, description, section: "places", ..reader.frame() };
    reader.answer("home.html", &frame, &home)
}

fn kinds(places: &[PlaceCard], asked: &str, reader: &Reader) -> Vec<Kind> {
    let home = format!("/{}/", reader.language());
    let mut words: Vec<&'static str> = Vec::new();
    for word in places.iter().map(|card| icon(card.place.kind)) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let current = words.iter().find(|word| **word == asked).copied();
    let all = Kind { name: reader.text("filter-all"), href: format!("{home}#places"), current: current.is_none() };
    let kind = |word: &'static str| Kind {
        name: reader.text(&format!("kinds-{word}")),
        href: format!("{home}?kind={word}#places"),
        current: current == Some(word),
    };
    std::iter::once(all).chain(words.into_iter().map(kind)).collect()
}

fn card(place: &PlaceCard, reader: &Reader) -> Card {
    Card {
        href: format!("/{}/places/{}", reader.language(), place.place.id),
        name: Fragment::of(&place.place.name, reader.language()),
        icon: icon(place.place.kind),
        now: Now::of(place, reader),
        at: place.place.position.map(|p| format!("{},{}", p.latitude, p.longitude)),
    }
}

/// Places by area, areas in the order their first place has in the file; places without an area come last.
fn areas(places: &[PlaceCard], reader: &Reader) -> Vec<Area> {
    let mut areas: Vec<(Option<&Words>, Vec<Card>)> = Vec::new();
    for place in places {
        let area = place.place.area.as_ref();
        let card = card(place, reader);
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
pub(crate) const fn icon(kind: PlaceKind) -> &'static str {
    kind.word()
}

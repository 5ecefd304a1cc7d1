use crate::diagnostic::Fault;
use crate::file::{Listed, Toml, Unique};
use crate::said::say;
use crate::text::Text;
use crate::written::Written;
use model::{Language, Measure, Place, PlaceKind, Position};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Public places that are observed and talked about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the shape of the file; the list is read table by table, so that one fault spares the rest"
)]
pub(crate) struct PlacesFile {
    /// One public place.
    #[serde(default)]
    place: Vec<PlaceEntry>,
}

/// One public place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlaceEntry {
    /// Short name for addresses and for `sensors.toml`: a-z, 0-9 and `-`.
    /// Do not change it later: links and history hang on it.
    id: Written<String>,
    /// What people call it: one text, or one for each language. The `id` when there is none.
    name: Option<Text>,
    /// What sort of place it is: it picks words and symbols.
    #[serde(default)]
    kind: Kind,
    /// The part of the municipality it lies in, as people call it.
    area: Option<Text>,
    /// How many people it is made for; at a car park, how many cars.
    #[schemars(range(min = 1, max = 1_000_000))]
    capacity: Option<u32>,
    /// Where it is on the map: `position = { latitude = 64.912, longitude = 19.481 }`.
    position: Option<Degrees>,
    /// How its use is told. Nothing for a place with other sensors only.
    measure: Option<Told>,
    /// People can write under it, without an account. `[talk]` in municipality.toml says how.
    #[serde(default)]
    talk: bool,
}

/// What sort of place it is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A library.
    Library,
    /// An indoor swimming pool.
    SwimmingPool,
    /// A bathing place at a lake or the sea.
    BathingPlace,
    /// An ice rink.
    IceRink,
    /// A sports hall.
    SportsHall,
    /// A track for running or skiing.
    Trail,
    /// A youth centre.
    YouthCentre,
    /// A museum.
    Museum,
    /// A square or park.
    Square,
    /// A car park.
    Parking,
    /// Anything else.
    #[default]
    Other,
}

/// How the use of a place is told.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Told {
    /// How many are there now.
    PeopleNow,
    /// How many came in the last hour.
    Visits,
    /// How many bays are taken now.
    BaysTaken,
}

/// Degrees, WGS 84.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Degrees {
    /// North is positive.
    #[schemars(range(min = -90.0, max = 90.0))]
    latitude: f64,
    /// East is positive.
    #[schemars(range(min = -180.0, max = 180.0))]
    longitude: f64,
}

pub(crate) fn read(file: &mut Toml<'_>, first: Language) -> Vec<Place> {
    let mut ids = Unique::default();
    file.list("place").into_iter().filter_map(|listed| place(file, listed, first, &mut ids)).collect()
}

fn place(file: &mut Toml<'_>, listed: Listed<'_, PlaceEntry>, first: Language, ids: &mut Unique) -> Option<Place> {
    let entry = listed.entry;
    let id = file.slug("id", &entry.id)?;
    if let Some(earlier) = ids.earlier(&id, entry.id.span.clone()) {
        let fault = Fault::twice(entry.id.span.clone(), &id, earlier);
        file.report(fault.help(say!("another-id", "give one of them another `id`")));
    }
    let name = entry.name.map(|text| text.words(first)).filter(|words| !words.is_empty());
    Some(Place {
        name: name.unwrap_or_else(|| [(first, id.to_string())].into_iter().collect()),
        id,
        kind: entry.kind.into(),
        area: entry.area.map(|text| text.words(first)).filter(|words| !words.is_empty()),
        capacity: entry.capacity,
        position: entry.position.map(|d| Position { latitude: d.latitude, longitude: d.longitude }),
        measure: entry.measure.map(Measure::from),
        talk: entry.talk,
    })
}

impl From<Kind> for PlaceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Library => Self::Library,
            Kind::SwimmingPool => Self::SwimmingPool,
            Kind::BathingPlace => Self::BathingPlace,
            Kind::IceRink => Self::IceRink,
            Kind::SportsHall => Self::SportsHall,
            Kind::Trail => Self::Trail,
            Kind::YouthCentre => Self::YouthCentre,
            Kind::Museum => Self::Museum,
            Kind::Square => Self::Square,
            Kind::Parking => Self::Parking,
            Kind::Other => Self::Other,
        }
    }
}

impl From<Told> for Measure {
    fn from(told: Told) -> Self {
        match told {
            Told::PeopleNow => Self::PeopleNow,
            Told::Visits => Self::Visits,
            Told::BaysTaken => Self::BaysTaken,
        }
    }
}

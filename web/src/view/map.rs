use crate::reader::Reader;
use crate::tiles;
use crate::view::{Fragment, Now};
use app::PlaceCard;
use model::activity::{Shape as Said, ShapeKind as Sort};
use model::{Position, ShapeKind};
use serde::Serialize;
use std::fmt::Write as _;

/// Size of the drawing, in its own units.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 560.0;
/// Markers nearer to each other than this would cover each other: they become one.
const APART: f64 = 70.0;
/// Half the width of a marker, and how far under it a name stands.
const MARKER: f64 = 26.0;
const BELOW: f64 = 74.0;
/// Metres that the drawing is wide at least: around a single place one wants to see its streets.
const METRES_MIN: f64 = 2_200.0;
/// Metres of one degree of latitude.
const METRES_PER_DEGREE: f64 = 111_320.0;

/// A drawn map of places, to be looked at and walked by keyboard without JavaScript. The list beside it says the same.
#[derive(Debug, Serialize)]
pub(crate) struct Map {
    pub(crate) shapes: Vec<Drawn>,
    pub(crate) labels: Vec<Label>,
    pub(crate) markers: Vec<Marker>,
    pub(crate) title: String,
    /// Whom to thank for what is drawn, and who else is asked.
    pub(crate) thanks: Vec<String>,
    /// Who else is asked by the interactive map.
    pub(crate) outside: Option<String>,
    /// Address of that service's pictures.
    pub(crate) raster: Option<String>,
    /// The file of tiles, if there is one.
    pub(crate) tiles: Option<TileFile>,
    /// Where the interactive map begins: south, west, north, east.
    pub(crate) bounds: String,
    /// Where the only place lies.
    pub(crate) here: Option<String>,
}

/// A file of tiles.
#[derive(Debug, Serialize)]
pub(crate) struct TileFile {
    pub(crate) address: &'static str,
    pub(crate) zoom_max: u8,
}

/// One shape; `class` is what it stands for.
#[derive(Debug, Serialize)]
pub(crate) struct Drawn {
    pub(crate) class: &'static str,
    pub(crate) d: String,
}

/// A name on the map.
#[derive(Debug, Serialize)]
pub(crate) struct Label {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) text: String,
}

/// A place, or several that lie close together.
#[derive(Debug, Serialize)]
pub(crate) struct Marker {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) href: String,
    /// The name of the place, or of the part of the municipality and how many places are there.
    pub(crate) label: String,
    /// How many places, when it is more than one.
    pub(crate) several: Option<usize>,
    pub(crate) state: &'static str,
}

/// From degrees to the drawing's units, around a middle.
struct Projection {
    middle: Position,
    /// Units for one degree.
    east: f64,
    north: f64,
}

impl Projection {
    /// Wide enough for all of `positions`; none when there are none.
    fn around(positions: &[Position]) -> Option<Self> {
        let span = |of: fn(&Position) -> f64| {
            let all = || positions.iter().map(of);
            (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
        };
        let ((south, north), (west, east)) = (span(|p| p.latitude), span(|p| p.longitude));
        positions.first()?;
        let middle = Position { latitude: f64::midpoint(south, north), longitude: f64::midpoint(west, east) };
        let flat = middle.latitude.to_radians().cos().max(0.01);
        let (wide, high) = ((east - west) * METRES_PER_DEGREE * flat, (north - south) * METRES_PER_DEGREE);
        // A margin of a sixth on each side, so that no marker stands on the edge.
        let metres = (wide * 1.33).max(high * 1.33 * WIDTH / HEIGHT).max(METRES_MIN);
        let per_metre = WIDTH / metres;
        let north = per_metre * METRES_PER_DEGREE;
        Some(Self { middle, east: north * flat, north })
    }

    fn point(&self, p: Position) -> (f64, f64) {
        let x = WIDTH / 2.0 + (p.longitude - self.middle.longitude) * self.east;
        (x, HEIGHT / 2.0 - (p.latitude - self.middle.latitude) * self.north)
    }

    fn bounds(&self) -> String {
        let (high, wide) = (HEIGHT / 2.0 / self.north, WIDTH / 2.0 / self.east);
        let Position { latitude, longitude } = self.middle;
        format!("{:.5},{:.5},{:.5},{:.5}", latitude - high, longitude - wide, latitude + high, longitude + wide)
    }
}

/// What somebody drew.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) number: usize,
    pub(crate) shape: Said,
    pub(crate) label: String,
    pub(crate) href: String,
    /// `mine` or `several`.
    pub(crate) whose: &'static str,
}

impl Map {
    /// The map of all these places that lie somewhere; none when none does, or when there is nothing to draw them on.
    pub(crate) fn of(places: &[PlaceCard], reader: &Reader) -> Option<Self> {
        let lies = |card: &PlaceCard| card.place.position;
        let positions: Vec<Position> = places.iter().filter_map(lies).collect();
        let projection = Projection::around(&positions)?;
        let map = &reader.municipality.map;
        if *map == model::BaseMap::default() {
            return None;
        }
        let shapes = map.drawing.iter().flat_map(|drawing| &drawing.shapes);
        let visible = || shapes.clone().filter_map(|shape| drawn(shape, &projection));
        let label = |shape: &model::Shape| label(shape, &projection);
        let markers = markers(places, &projection, reader);
        Some(Self {
            shapes: visible().collect(),
            labels: beside(shapes.clone().filter_map(label).collect(), &markers),
            markers,
            here: only(&positions).map(|p| format!("{},{}", p.latitude, p.longitude)),
            ..Self::empty(&projection, reader)
        })
    }

    /// The map of what people drew, numbered; `around` is what lies about when nobody drew anything yet. None when neither lies anywhere.
    pub(crate) fn of_shapes(drawn_by_people: &[Mark], around: &[Position], reader: &Reader) -> Option<Self> {
        let said = drawn_by_people.iter().flat_map(|mark| mark.shape.points.iter().copied());
        let positions: Vec<Position> = said.chain(around.iter().copied()).collect();
        let projection = Projection::around(&positions)?;
        let map = &reader.municipality.map;
        let ground = map.drawing.iter().flat_map(|drawing| &drawing.shapes);
        let lines = drawn_by_people.iter().filter_map(|mark| outline(&mark.shape, &projection));
        let marker = |mark: &Mark| {
            let (x, y) = projection.point(*mark.shape.points.first()?);
            Some(Marker {
                x: x.round(),
                y: y.round(),
                href: mark.href.clone(),
                label: format!("{}: {}", mark.number, mark.label),
                several: Some(mark.number),
                state: mark.whose,
            })
        };
        Some(Self {
            shapes: ground.clone().filter_map(|shape| drawn(shape, &projection)).chain(lines).collect(),
            labels: ground.filter_map(|shape| label(shape, &projection)).collect(),
            markers: drawn_by_people.iter().filter_map(marker).collect(),
            ..Self::empty(&projection, reader)
        })
    }

    /// Nothing drawn yet: where it lies, on what, and whom to thank for that.
    fn empty(projection: &Projection, reader: &Reader) -> Self {
        let raster = reader.municipality.map.raster.as_ref();
        let tiles = reader.portal.tiles.as_ref();
        Self {
            shapes: Vec::new(),
            labels: Vec::new(),
            markers: Vec::new(),
            title: reader.text("map"),
            thanks: thanks(reader),
            outside: raster.map(|raster| raster.attribution.clone()),
            raster: raster.map(|raster| raster.url.clone()),
            tiles: tiles.map(|file| TileFile { address: tiles::ADDRESS, zoom_max: file.zoom_max }),
            bounds: projection.bounds(),
            here: None,
        }
    }
}

fn only(positions: &[Position]) -> Option<Position> {
    if let [only] = positions { Some(*only) } else { None }
}

/// Where a map of all these begins: south, west, north, east; none when there are none.
pub(crate) fn bounds_of(positions: &[Position]) -> Option<String> {
    Projection::around(positions).map(|projection| projection.bounds())
}

/// A way or an area that somebody drew.
fn outline(shape: &Said, projection: &Projection) -> Option<Drawn> {
    let class = match shape.kind {
        Sort::Point => return None,
        Sort::Line => "said-line",
        Sort::Area => "said-area",
    };
    let mut d = String::new();
    for (at, position) in shape.points.iter().enumerate() {
        let (x, y) = projection.point(*position);
        let _ = write!(d, "{}{x:.0} {y:.0}", if at == 0 { "M" } else { "L" });
    }
    if shape.kind == Sort::Area {
        d.push('z');
    }
    Some(Drawn { class, d })
}

fn thanks(reader: &Reader) -> Vec<String> {
    let map = &reader.municipality.map;
    let said = |key: &str, who: &str| reader.speaker.text(key, &[("who", who.into())]);
    let drawn = map.drawing.as_ref().and_then(|drawing| drawing.attribution.as_deref());
    let outside = map.raster.as_ref().map(|raster| raster.attribution.as_str());
    drawn.map(|who| said("map-drawn-by", who)).into_iter().chain(outside.map(|who| said("map-outside", who))).collect()
}

fn drawn(shape: &model::Shape, projection: &Projection) -> Option<Drawn> {
    let (class, closed) = match shape.kind {
        ShapeKind::Water => ("water", true),
        ShapeKind::Forest => ("forest", true),
        ShapeKind::Built => ("built", true),
        ShapeKind::Stream => ("stream", false),
        ShapeKind::Road => ("road", false),
        ShapeKind::Rail => ("rail", false),
        ShapeKind::Path => ("path", false),
        ShapeKind::Label => return None,
    };
    let mut d = String::new();
    let mut seen = false;
    for line in &shape.lines {
        for (at, position) in line.iter().enumerate() {
            let (x, y) = projection.point(*position);
            seen |= (0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y);
            let _ = write!(d, "{}{x:.0} {y:.0}", if at == 0 { "M" } else { "L" });
        }
        if closed {
            d.push('z');
        }
    }
    (seen || covers(shape, projection)).then_some(Drawn { class, d })
}

/// Whether the shape lies around the whole picture, or across it, without a corner in it.
fn covers(shape: &model::Shape, projection: &Projection) -> bool {
    let points = || shape.lines.iter().flatten().map(|p| projection.point(*p));
    let across = |of: fn((f64, f64)) -> f64, end: f64| points().any(|p| of(p) < 0.0) && points().any(|p| of(p) > end);
    across(|p| p.0, WIDTH) || across(|p| p.1, HEIGHT)
}

/// The name of a shape stands at its middle, if that is well within the picture.
fn label(shape: &model::Shape, projection: &Projection) -> Option<Label> {
    let text = shape.name.clone()?;
    let points: Vec<_> = shape.lines.iter().flatten().map(|p| projection.point(*p)).collect();
    #[expect(clippy::cast_precision_loss, reason = "corners of a drawing")]
    let middle = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len().max(1) as f64;
    let (x, y) = (middle(|p| p.0), middle(|p| p.1));
    let within = (60.0..WIDTH - 60.0).contains(&x) && (30.0..HEIGHT - 20.0).contains(&y);
    within.then_some(Label { x, y, text })
}

/// Names that no marker and no other name covers: one below a marker moves under it, one that then has no room is left out.
fn beside(labels: Vec<Label>, markers: &[Marker]) -> Vec<Label> {
    let mut kept: Vec<Label> = Vec::new();
    for mut label in labels {
        // Letters are some 11 units wide, and on a phone nearly twice that.
        let wide = |text: &str| 10.0 * f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
        let half = wide(&label.text);
        let covers = |m: &&Marker| (m.x - label.x).abs() < half + MARKER && (m.y - label.y).abs() < MARKER + 14.0;
        if let Some(marker) = markers.iter().find(covers) {
            (label.x, label.y) = (marker.x, marker.y + BELOW);
        }
        let meets = |other: &Label| {
            (other.x - label.x).abs() < half + wide(&other.text) && (other.y - label.y).abs() < BELOW / 2.0
        };
        if label.y < HEIGHT - 8.0 && !kept.iter().any(meets) {
            kept.push(Label { x: label.x.round(), y: label.y.round(), text: label.text });
        }
    }
    kept
}

fn markers(places: &[PlaceCard], projection: &Projection, reader: &Reader) -> Vec<Marker> {
    let mut groups: Vec<((f64, f64), Vec<&PlaceCard>)> = Vec::new();
    for card in places {
        let Some(at) = card.place.position.map(|p| projection.point(p)) else { continue };
        let near = |(other, _): &&mut ((f64, f64), _)| (other.0 - at.0).hypot(other.1 - at.1) < APART;
        match groups.iter_mut().find(near) {
            Some((_, cards)) => cards.push(card),
            None => groups.push((at, vec![card])),
        }
    }
    let marker = |((x, y), cards): ((f64, f64), Vec<&PlaceCard>)| {
        let first = cards.first()?;
        let alone = cards.len() == 1;
        let language = reader.language();
        let area = first.place.area.as_ref().filter(|_| !alone).unwrap_or(&first.place.name);
        let name = Fragment::of(area, language).text;
        let several = u32::try_from(cards.len()).unwrap_or(u32::MAX);
        let several = reader.speaker.text("map-several", &[("count", several.into())]);
        Some(Marker {
            x: x.round(),
            y: y.round(),
            href: if alone { format!("/{language}/places/{}", first.place.id) } else { "#places".to_owned() },
            label: if alone { name } else { format!("{name}: {several}") },
            several: (!alone).then_some(cards.len()),
            state: if alone { Now::of(first, reader).state } else { "several" },
        })
    };
    groups.into_iter().filter_map(marker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_lies_under_a_marker_or_another_name() {
        let label = |x, y, text: &str| Label { x, y, text: text.to_owned() };
        let marker =
            Marker { x: 200.0, y: 100.0, href: String::new(), label: String::new(), several: None, state: "calm" };
        let labels = vec![label(190.0, 90.0, "Town"), label(210.0, 120.0, "Lake"), label(600.0, 300.0, "Forest")];
        let kept: Vec<_> = beside(labels, &[marker]).into_iter().map(|l| (l.x, l.y, l.text)).collect();
        assert_eq!(kept, [(200.0, 174.0, "Town".to_owned()), (600.0, 300.0, "Forest".to_owned())]);
    }

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude, longitude }
    }

    #[test]
    fn a_single_place_stands_in_the_middle_and_its_streets_around_it() {
        let projection = Projection::around(&[at(64.91, 19.48)]).unwrap();
        assert_eq!(projection.point(at(64.91, 19.48)), (WIDTH / 2.0, HEIGHT / 2.0));
        let (x, _) = projection.point(at(64.91, 19.48 + 1_000.0 / (METRES_PER_DEGREE * 64.91_f64.to_radians().cos())));
        assert!((x - WIDTH / 2.0 - WIDTH / 2.2).abs() < 1.0, "a kilometre is {x}");
    }

    #[test]
    fn all_places_are_in_the_picture_with_room_around_them() {
        let places = [at(64.91, 19.48), at(64.79, 20.04), at(64.95, 19.2)];
        let projection = Projection::around(&places).unwrap();
        for place in places {
            let (x, y) = projection.point(place);
            assert!((50.0..950.0).contains(&x) && (30.0..530.0).contains(&y), "{x} {y}");
        }
        assert!(Projection::around(&[]).is_none());
    }

    #[test]
    fn the_pole_is_no_division_by_zero() {
        let (x, y) = Projection::around(&[at(90.0, 0.0), at(90.0, 180.0)]).unwrap().point(at(90.0, 0.0));
        assert!(x.is_finite() && y.is_finite());
    }
}

use crate::{PlaceId, Position, Slug, Words};

/// What the places are drawn on: the first of these that is there, from the bottom up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaseMap {
    /// Drawn by hand: shapes that the box draws itself.
    pub drawing: Option<Drawing>,
    /// A file of map tiles (`PMTiles`) in the municipality's folder.
    pub tiles: Option<String>,
    /// A service elsewhere that gives map pictures. A reader's browser asks it, and pages say so.
    pub raster: Option<RasterService>,
}

/// A service that gives map pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RasterService {
    /// Address with `{z}`, `{x}` and `{y}`.
    pub url: String,
    /// Scheme and host of it, for the one hole in the pages' policy.
    pub origin: String,
    /// Whom to thank.
    pub attribution: String,
}

/// A drawn map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Shapes, the lowest first.
    pub shapes: Vec<Shape>,
    /// Whom to thank.
    pub attribution: Option<String>,
}

/// One shape of a drawn map.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What it stands for.
    pub kind: ShapeKind,
    /// What stands beside it.
    pub name: Option<String>,
    /// Its rings when it is an area, else its lines; a single point for a name alone.
    pub lines: Vec<Vec<Position>>,
}

/// What a shape stands for: it picks its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    /// A lake or the sea: an area.
    Water,
    /// A forest: an area.
    Forest,
    /// Houses close together: an area.
    Built,
    /// A river or brook: a line.
    Stream,
    /// A road: a line.
    Road,
    /// A railway: a line.
    Rail,
    /// A path: a line.
    Path,
    /// A name on the map: a point.
    Label,
}

/// A screen on a wall that shows places in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Name in its address: `/screen/{id}`.
    pub id: Slug,
    /// What stands on top; the municipality's name when there is none.
    pub title: Option<Words>,
    /// Which places, in this order.
    pub places: Vec<PlaceId>,
    /// How long each is shown.
    pub seconds: u32,
}

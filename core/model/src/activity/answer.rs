use crate::Position;

/// What was answered, or is known of a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no: a consent.
    Flag(bool),
    /// A number; finite.
    Number(f64),
    /// Somebody's own words.
    Text(String),
    /// A calendar date after ISO 8601.
    Date(String),
    /// Keys of chosen options, in their order. A single choice is a list of one.
    Choices(Vec<String>),
    /// On the map.
    Shape(Shape),
    /// Photos and files of the box, or things of it that were cited.
    References(Vec<String>),
}

/// What sort of thing was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapeKind {
    /// One point.
    Point,
    /// A way through two or more points.
    Line,
    /// One ring of three or more points, not closed.
    Area,
}

/// Something drawn on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// How its points are meant.
    pub kind: ShapeKind,
    /// At most [`Shape::POINTS_MAX`].
    pub points: Vec<Position>,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The key of the field.
    pub question: String,
    /// What was said.
    pub value: Value,
}

impl Shape {
    /// A hand draws fewer; a file that is longer is no answer.
    pub const POINTS_MAX: usize = 500;

    /// Whether it has as many points as its kind needs, all of them on Earth.
    pub fn is_sound(&self) -> bool {
        let least = match self.kind {
            ShapeKind::Point => 1..=1,
            ShapeKind::Line => 2..=Self::POINTS_MAX,
            ShapeKind::Area => 3..=Self::POINTS_MAX,
        };
        let on_earth = |p: &Position| (-90.0..=90.0).contains(&p.latitude) && (-180.0..=180.0).contains(&p.longitude);
        least.contains(&self.points.len()) && self.points.iter().all(on_earth)
    }
}

impl Value {
    /// The keys that were chosen; none for other values.
    pub fn chosen(&self) -> &[String] {
        match self {
            Self::Choices(keys) => keys,
            _ => &[],
        }
    }

    /// The words of a person in it, which need care: they may name somebody.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

use crate::Colour;
use std::sync::Arc;

/// How the portal looks, as far as a municipality chooses: everything else follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The municipality's own colour: it can be read on [`Look::PAPER`].
    pub accent: Colour,
    /// Its arms or mark.
    pub logo: Option<Logo>,
    /// What headings and numbers are set in.
    pub typeface: Typeface,
    /// The corners of boxes and buttons.
    pub corners: Corners,
    /// How much air is between things.
    pub spacing: Spacing,
}

/// A picture of the municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// What sort of picture.
    pub kind: LogoKind,
    /// The file.
    pub content: Arc<[u8]>,
}

/// Sorts of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// SVG: sharp at any size. A browser runs no script of it, for it is shown as a picture.
    Svg,
    /// PNG.
    Png,
}

/// What headings and numbers are set in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typeface {
    /// The one that the box brings along.
    #[default]
    Own,
    /// That of the reader's device: nothing is fetched.
    Device,
}

/// The corners of boxes and buttons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corners {
    /// Softly rounded.
    #[default]
    Round,
    /// Square.
    Square,
}

/// How much air is between things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Room to breathe.
    #[default]
    Generous,
    /// More on one screen.
    Compact,
}

impl Look {
    /// What pages stand on by day.
    pub const PAPER: Colour = Colour::rgb(0xf7_f5_ef);
    /// The accent of a municipality that chose none: the water of a lake in the forest.
    pub const ACCENT: Colour = Colour::rgb(0x0b_53_62);
}

impl Default for Look {
    fn default() -> Self {
        Self {
            accent: Self::ACCENT,
            logo: None,
            typeface: Typeface::default(),
            corners: Corners::default(),
            spacing: Spacing::default(),
        }
    }
}

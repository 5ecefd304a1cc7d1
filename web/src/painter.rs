//! Pictures for posts: what a link to the place shows too, drawn for whoever asks.

use crate::picture::{Format, draw, svg};
use crate::portal::Portal;
use crate::reader::Reader;
use app::{Drawing, Painter};
use model::{Language, PlaceId};
use std::sync::Arc;

struct PortalPainter(Portal);

/// Draws pictures of the places of a portal.
pub fn painter(portal: &Portal) -> Arc<dyn Painter> {
    Arc::new(PortalPainter(portal.clone()))
}

impl Painter for PortalPainter {
    fn place(&self, place: &PlaceId, language: Language) -> Option<Drawing> {
        let reader = Reader::of(&self.0, language, String::new());
        let page = self.0.source().place(place, reader.now).ok()??;
        let drawn = svg(&page, &reader, Format::Card).and_then(|svg| draw(&svg, Format::Card));
        let (width, height) = Format::Card.size();
        // Without the typeface there are no pictures; a post without one says as much.
        drawn.ok().map(|png| Drawing { png: png.to_vec(), width, height })
    }
}

//! Pictures for posts: what a link to the place shows too, drawn for whoever asks.

use crate::picture::{Format, alt, draw, svg};
use crate::portal::Portal;
use crate::reader::Reader;
use crate::view::{Fragment, Now};
use app::{Drawing, Painter};
use model::{Language, Picture, PlaceId};
use std::sync::Arc;

struct PortalPainter(Portal);

/// The picture of a place as it is now, drawn in the first of these languages, with the sentence of its page in each. Blocks for a moment.
pub(crate) fn picture_of(portal: &Portal, place: &PlaceId, languages: &[Language]) -> Option<Picture> {
    let Drawing { png, width, height } = PortalPainter(portal.clone()).place(place, *languages.first()?)?;
    let said = |language: &Language| {
        let reader = Reader::of(portal, *language, String::new());
        let page = portal.source().place(place, reader.now).ok()??;
        let name = Fragment::of(&page.card.place.name, *language).text;
        Some((*language, alt(&name, &Now::of(&page.card, &reader).sentence, &reader)))
    };
    Some(Picture { bytes: png, width, height, alternative: languages.iter().filter_map(said).collect() })
}

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

//! Pictures of a place: for sharing in a post, and for pages that allow nothing but pictures. Drawn as SVG by templates, made PNG by
//! resvg with the typeface that the box brought. Without that typeface there are no PNG pictures, and pages name none.

use crate::assets::brought;
use crate::look::Palette;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::view::{Fragment, Horizon, Now};
use app::PlacePage;
use axum::body::Bytes;
use minijinja::context;
use minijinja::value::{Serde, Value};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use serde::Serialize;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Finished pictures that are kept: one of each place of a town in two languages. Each has some 50 KB.
const KEPT_MAX: usize = 64;
/// Pictures drawn at the same time: a picture is never more urgent than the next uplink.
const DRAWING_MAX: usize = 2;

/// The formats in which a place is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// For a post: 1200 x 630.
    Card,
    /// For the side of a page: 640 x 320.
    Badge,
}

impl Format {
    pub(crate) const fn size(self) -> (u32, u32) {
        match self {
            Self::Card => (1200, 630),
            Self::Badge => (640, 320),
        }
    }

    /// Letters of the sentence that fit on a line, and lines.
    const fn room(self) -> (usize, usize) {
        match self {
            Self::Card => (40, 4),
            Self::Badge => (40, 3),
        }
    }

    const fn template(self) -> &'static str {
        match self {
            Self::Card => "card.svg",
            Self::Badge => "badge.svg",
        }
    }
}

/// What is drawn.
#[derive(Debug, Serialize)]
struct Picture {
    alt: String,
    municipality: Fragment,
    name: String,
    /// The sentence, line by line.
    lines: Vec<String>,
    freshness: String,
    amount: Option<String>,
    unit: Option<String>,
    horizon: Option<Horizon>,
    state: &'static str,
}

/// Finished pictures, newest last, each under what it was drawn from.
#[derive(Clone)]
pub(crate) struct Pictures {
    kept: Arc<Mutex<VecDeque<(u64, Bytes)>>>,
    drawing: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { kept: Arc::default(), drawing: Arc::new(Semaphore::new(DRAWING_MAX)) }
    }
}

impl Pictures {
    /// The PNG of an SVG text; none in a build without the typeface.
    pub(crate) async fn png(&self, svg: String, format: Format) -> Result<Bytes, Problem> {
        let mut hash = DefaultHasher::new();
        (&svg, format).hash(&mut hash);
        let key = hash.finish();
        if let Some(known) = self.known(key) {
            return Ok(known);
        }
        let _turn = self.drawing.acquire().await.map_err(Problem::internal)?;
        // Whoever waited for the same picture finds it now.
        if let Some(known) = self.known(key) {
            return Ok(known);
        }
        let png = tokio::task::spawn_blocking(move || draw(&svg, format)).await.map_err(Problem::internal)??;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back((key, png.clone()));
        Ok(png)
    }

    fn known(&self, key: u64) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| *known == key).map(|(_, png)| png.clone())
    }
}

/// Whether PNG pictures can be drawn.
pub(crate) fn can_draw() -> bool {
    FONTS.is_some()
}

static FONTS: LazyLock<Option<Arc<fontdb::Database>>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    // Cut from one file for all weights, both call themselves regular.
    for (name, weight) in [("text.ttf", 400), ("display.ttf", 640)] {
        let content = brought(name)?.to_vec();
        for id in fonts.load_font_source(fontdb::Source::Binary(Arc::new(content))) {
            let face = fonts.face(id)?.clone();
            fonts.remove_face(id);
            fonts.push_face_info(fontdb::FaceInfo { weight: fontdb::Weight(weight), ..face });
        }
    }
    Some(Arc::new(fonts))
});

/// The PNG of an SVG text, drawn where it is asked for.
pub(crate) fn draw(svg: &str, format: Format) -> Result<Bytes, Problem> {
    let fonts = FONTS.as_ref().ok_or_else(Problem::not_found)?;
    let options =
        Options { fontdb: Arc::clone(fonts), font_family: "Schibsted Grotesk".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(Problem::internal)?;
    let (width, height) = format.size();
    let mut canvas = Pixmap::new(width, height).ok_or_else(|| Problem::internal("a picture without a size"))?;
    resvg::render(&tree, Transform::identity(), &mut canvas.as_mut());
    canvas.encode_png().map(Bytes::from).map_err(Problem::internal)
}

/// The picture of a place as SVG, in the colours of the municipality by day.
pub(crate) fn svg(page: &PlacePage, reader: &Reader, format: Format) -> Result<String, Problem> {
    let now = Now::of(&page.card, reader);
    let name = Fragment::of(&page.card.place.name, reader.language()).text;
    let (letters, lines) = format.room();
    let picture = Picture {
        alt: alt(&name, &now.sentence, reader),
        municipality: Fragment::of(&reader.municipality.name, reader.language()),
        lines: wrapped(&now.sentence, letters, lines),
        name,
        freshness: now.freshness,
        amount: now.amount.as_ref().map(|amount| amount.short.clone()),
        unit: now.amount.map(|amount| amount.unit),
        horizon: Horizon::of(page, reader),
        state: if now.state == "unknown" { "ink" } else { now.state },
    };
    let palette = Palette::day(reader.municipality.look.accent);
    let colours: std::collections::BTreeMap<_, _> =
        palette.colours().map(|(name, colour)| (name.replace('-', "_"), colour.to_string())).collect();
    let values = context! { lang => reader.language().tag(), page => Value::from(Serde(&picture)), colour => colours };
    let template = reader.portal.templates.get_template(format.template());
    template.and_then(|template| template.render(values)).map_err(|e| Problem::internal(format!("{e:#}")))
}

/// What the picture says to those who do not see it: the sentence of the page.
pub(crate) fn alt(name: &str, sentence: &str, reader: &Reader) -> String {
    reader.speaker.text("picture-alt", &[("name", name.into()), ("sentence", sentence.into())])
}

/// Words on lines of at most so many letters; what does not fit on the last line ends in an ellipsis.
fn wrapped(text: &str, letters: usize, lines_max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.chars().take(letters).collect()),
        }
    }
    if lines.len() > lines_max {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            last.push('\u{2026}');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_broken_between_words_and_cut_openly() {
        assert_eq!(wrapped("one two three", 7, 3), ["one two", "three"]);
        assert_eq!(wrapped("one two three four", 7, 2), ["one two", "three\u{2026}"]);
        assert_eq!(wrapped("incomprehensibilities", 7, 2), ["incompr"]);
    }

    #[tokio::test]
    async fn pictures_are_kept_and_bounded() {
        if !can_draw() {
            println!("skipped: pictures: the typeface was not brought; `cargo xtask assets` does");
            return;
        }
        let pictures = Pictures::default();
        for n in 0..=KEPT_MAX {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='640' height='320'><rect width='{n}' height='9'/></svg>"
            );
            let png = pictures.png(svg.clone(), Format::Badge).await.unwrap();
            assert!(png.starts_with(b"\x89PNG"));
            assert_eq!(pictures.png(svg, Format::Badge).await.unwrap(), png);
        }
        assert_eq!(pictures.kept.lock().unwrap().len(), KEPT_MAX);
        assert!(pictures.png("no picture".to_owned(), Format::Card).await.is_err());
    }
}

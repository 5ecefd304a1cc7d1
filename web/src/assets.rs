//! What pages bring along. Addresses change with the content, so a browser may keep each for ever.

use crate::look;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::header;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use brotli::enc::BrotliEncoderParams;
use model::{LogoKind, Look, Typeface};
use serde::Serialize;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

include!(concat!(env!("OUT_DIR"), "/brought.rs"));

/// A file that `cargo xtask assets` brought; none in a build without Node.
pub(crate) fn brought(name: &str) -> Option<&'static [u8]> {
    BROUGHT.iter().find(|(n, _)| *n == name).map(|(_, content)| *content)
}

/// Addresses of what pages bring along.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Assets {
    pub(crate) style: String,
    /// What posters, frames and screens have beyond it.
    pub(crate) apart: String,
    /// What the steward rooms have beyond it.
    pub(crate) staff_style: String,
    pub(crate) live_place: String,
    pub(crate) wall_screen: String,
    /// Rows that come while a page is open.
    pub(crate) live_rows: String,
    /// What makes forms easier: hides what is not asked, counts characters and time, lays a map over a field.
    pub(crate) take_part: String,
    /// What offers news in the reader's browser.
    pub(crate) news_here: String,
    /// The interactive map: what a page with a map fetches on top; none in a build without it.
    pub(crate) map: Option<MapAssets>,
    pub(crate) icon: String,
    /// Arms or mark of the municipality.
    pub(crate) logo: Option<String>,
    /// The typeface, to be fetched before the style sheet asks for it.
    pub(crate) font: Option<String>,
    /// Under which licence it is.
    pub(crate) typeface_licence: Option<String>,
}

/// What the interactive map is made of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MapAssets {
    pub(crate) place_map: String,
    pub(crate) leaflet: String,
    pub(crate) leaflet_style: String,
    pub(crate) protomaps: String,
    pub(crate) licences: String,
}

/// All assets of one look, ready to be sent.
#[derive(Debug)]
pub(crate) struct Wardrobe {
    pub(crate) look: Look,
    pub(crate) addresses: Assets,
    files: Vec<Arc<File>>,
}

#[derive(Debug)]
struct File {
    address: String,
    kind: &'static str,
    content: Bytes,
    /// Its Brotli, and whether somebody asked for it: that takes a moment, so it is made once, beside the first answer.
    brotli: OnceLock<Bytes>,
    asked: AtomicBool,
}

impl File {
    /// As small as it gets; none before it is made, and of what is small already.
    fn brotli(self: &Arc<Self>) -> Option<Bytes> {
        let is_text = [CSS, JS, SVG, TEXT].contains(&self.kind);
        if is_text && !self.asked.swap(true, Ordering::Relaxed) {
            let file = Arc::clone(self);
            tokio::task::spawn_blocking(move || {
                let mut small = Vec::new();
                // Wide enough for the largest of them, and no more: what it works with grows with its window.
                let best = BrotliEncoderParams { lgwin: WINDOW_BITS, ..BrotliEncoderParams::default() };
                if brotli::BrotliCompress(&mut &*file.content, &mut small, &best).is_ok() {
                    let _ = file.brotli.set(small.into());
                }
            });
        }
        self.brotli.get().cloned()
    }
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";
const WOFF2: &str = "font/woff2";

/// Of 256 KiB; Leaflet is 144.
const WINDOW_BITS: i32 = 18;

/// Letters that the second file of the typeface has.
const SAMI: &str = "U+10C-10D,U+110-111,U+14A-14B,U+160-161,U+166-167,U+17D-17E";

impl Wardrobe {
    pub(crate) fn of(look: &Look) -> Self {
        let mut files = Vec::new();
        let mut put = |stem: &str, ending: &str, kind, content: Bytes| {
            let mut hash = DefaultHasher::new();
            content.hash(&mut hash);
            let address = format!("/assets/{stem}-{:016x}.{ending}", hash.finish());
            let (brotli, asked) = (OnceLock::new(), AtomicBool::new(false));
            files.push(Arc::new(File { address: address.clone(), kind, content, brotli, asked }));
            address
        };
        let own = |name| brought(name).filter(|_| look.typeface == Typeface::Own).map(Bytes::from_static);
        let font = own("display.woff2").map(|content| put("display", "woff2", WOFF2, content));
        let sami = own("display-sami.woff2").map(|content| put("display-sami", "woff2", WOFF2, content));
        let logo = look.logo.as_ref().map(|logo| {
            let (ending, kind) = match logo.kind {
                LogoKind::Svg => ("svg", SVG),
                LogoKind::Png => ("png", "image/png"),
            };
            put("logo", ending, kind, Bytes::copy_from_slice(&logo.content))
        });
        let mut library = |name: &str, stem: &str, ending: &str, kind| {
            brought(name).map(|content| put(stem, ending, kind, Bytes::from_static(content)))
        };
        let libraries = (
            library("leaflet.js", "leaflet", "js", JS),
            library("leaflet.css", "leaflet", "css", CSS),
            library("protomaps-leaflet.js", "protomaps-leaflet", "js", JS),
            library("map-licences.txt", "map-licences", "txt", TEXT),
        );
        let typeface_licence =
            library("typeface-licence.txt", "typeface-licence", "txt", TEXT).filter(|_| font.is_some());
        let place_map = put("place-map", "js", JS, Bytes::from_static(include_bytes!("../assets/place-map.js")));
        let map = match libraries {
            (Some(leaflet), Some(leaflet_style), Some(protomaps), Some(licences)) => {
                Some(MapAssets { place_map, leaflet, leaflet_style, protomaps, licences })
            }
            _ => None,
        };
        let mut style = String::new();
        if let (Some(font), Some(sami)) = (&font, &sami) {
            let face = |address: &str, range: &str| {
                let source = format!("src:url({address}) format(\"woff2\"){range}");
                format!("@font-face{{font-family:Display;font-weight:640;font-display:swap;{source}}}\n")
            };
            style = face(font, "") + &face(sami, &format!(";unicode-range:{SAMI}"));
        }
        style += &look::tokens(look);
        style += &lean(include_str!("../assets/style.css"));
        let addresses = Assets {
            style: put("style", "css", CSS, style.into()),
            apart: put("apart", "css", CSS, lean(include_str!("../assets/apart.css")).into()),
            staff_style: put("staff", "css", CSS, lean(include_str!("../assets/staff.css")).into()),
            live_place: put("live-place", "js", JS, Bytes::from_static(include_bytes!("../assets/live-place.js"))),
            live_rows: put("live-rows", "js", JS, Bytes::from_static(include_bytes!("../assets/live-rows.js"))),
            take_part: put("take-part", "js", JS, Bytes::from_static(include_bytes!("../assets/take-part.js"))),
            news_here: put("news-here", "js", JS, Bytes::from_static(include_bytes!("../assets/news-here.js"))),
            wall_screen: put("wall-screen", "js", JS, Bytes::from_static(include_bytes!("../assets/wall-screen.js"))),
            map,
            typeface_licence,
            icon: put("icon", "svg", SVG, icon(look).into()),
            logo,
            font,
        };
        Self { look: look.clone(), addresses, files }
    }

    fn file(&self, address: &str) -> Option<&Arc<File>> {
        self.files.iter().find(|file| file.address == address)
    }
}

/// The style sheet without comments and indents.
fn lean(style: &str) -> String {
    let mut lean = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        lean.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    lean.push_str(rest);
    lean.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Hills under a sun, in the municipality's colour.
fn icon(look: &Look) -> String {
    let palette = look::Palette::day(look.accent);
    let colour = |name| palette.colour(name);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">\
         <clipPath id=\"a\"><rect width=\"32\" height=\"32\" rx=\"8\"/></clipPath>\
         <g clip-path=\"url(#a)\"><path fill=\"{}\" d=\"M0 0h32v32H0z\"/>\
         <circle cx=\"21.5\" cy=\"10.5\" r=\"4\" fill=\"{}\"/>\
         <path fill=\"{}\" d=\"M0 21q6-7 12-3t10-2 10 2v14H0z\"/></g></svg>",
        colour("sky-high"),
        colour("busy"),
        colour("hill")
    )
}

/// `GET /assets/{name}`.
pub(crate) async fn get(
    State(portal): State<Portal>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let wardrobe = portal.wardrobe();
    let file = wardrobe.file(&format!("/assets/{name}")).ok_or_else(Problem::not_found)?;
    let headers = [(CONTENT_TYPE, file.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    match file.brotli().filter(|_| takes_brotli(&asked)) {
        Some(small) => Ok((headers, [(CONTENT_ENCODING, "br"), (VARY, "accept-encoding")], small).into_response()),
        None => Ok((headers, file.content.clone()).into_response()),
    }
}

/// RFC 9110, section 12.5.3.
fn takes_brotli(asked: &HeaderMap) -> bool {
    header(asked, &ACCEPT_ENCODING).unwrap_or_default().split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim() == "br" && weight.trim().trim_start_matches("q=").parse() != Ok(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn a_lean_sheet_says_the_same() {
        assert_eq!(lean("/* head */\na { b: c }\n\n  /* two\n lines */\n  d { e: f }\n"), "a { b: c }\nd { e: f }");
        assert_eq!(lean("a {}\n/* never closed"), "a {}");
    }
}

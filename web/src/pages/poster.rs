//! `GET /{lang}/places/{id}/poster`: a page to print and hang up at the place.

use crate::pages::home::icon;
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::extract::Path;
use axum::response::Response;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;
use std::fmt::Write as _;

/// White around the code that a camera needs: ISO/IEC 18004, section 6.3.8.
const QUIET: usize = 4;

/// The poster of a place.
#[derive(Debug, Serialize)]
struct Poster {
    name: Fragment,
    icon: &'static str,
    /// Where the code leads, whole.
    url: String,
    /// The same as people read it.
    shown: String,
    code: Code,
    place: String,
}

/// A QR code as one path.
#[derive(Debug, Serialize)]
pub(crate) struct Code {
    size: usize,
    d: String,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let place = reader.place(&id)?;
    let name = Fragment::of(&place.name, reader.language());
    let href = address(reader.language(), &id);
    let url = reader.origin() + &href;
    let title = reader.speaker.text("poster", &[("name", (&name.text).into())]);
    let shown = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned();
    let page = Poster { icon: icon(place.kind), code: code(&url)?, name, url, shown, place: href };
    reader.answer("poster.html", &Frame { title, section: "places", ..reader.frame() }, &page)
}

/// The code with a quarter to spare: posters get wet and scratched.
pub(crate) fn code(url: &str) -> Result<Code, Problem> {
    let code = QrCode::with_error_correction_level(url, EcLevel::Q).map_err(Problem::internal)?;
    let width = code.width();
    let mut d = String::new();
    for (row, colours) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        // Dark squares beside each other are one rectangle: a page of letters has hundreds of codes.
        for run in colours.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, wide) = (column + QUIET, row + QUIET, run.len());
                let _ = write!(d, "M{x} {y}h{wide}v1h-{wide}z");
            }
            column += run.len();
        }
    }
    Ok(Code { size: width + 2 * QUIET, d })
}

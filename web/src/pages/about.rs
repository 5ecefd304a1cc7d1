//! `GET /{lang}/about`: what is counted, what is hidden, and for whom the pages are made.

use crate::pages::data::hidden;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use axum::response::Response;
use serde::Serialize;

/// The page about the counting.
#[derive(Debug, Serialize)]
struct About {
    hidden: String,
}

pub(crate) async fn get(reader: Reader) -> Result<Response, Problem> {
    let frame = Frame {
        title: reader.text("about"),
        description: Some(reader.text("about-lead")),
        section: "about",
        ..reader.frame()
    };
    reader.answer("about.html", &frame, &About { hidden: hidden(&reader) })
}

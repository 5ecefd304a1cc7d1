//! `GET /{lang}/components`: every part that pages are made of, for those who build them. Only where a portal was told to show it.

use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use axum::response::Response;

pub(crate) async fn get(reader: Reader) -> Result<Response, Problem> {
    if !reader.portal.shows_components {
        return Err(Problem::not_found());
    }
    let frame = Frame { title: "Components".to_owned(), ..reader.frame() };
    reader.answer("components.html", &frame, &())
}

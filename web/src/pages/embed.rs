//! `GET /{lang}/places/{id}/embed`: snippets that show the place on another page.

use crate::pages::place::address;
use crate::picture::{self, can_draw};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::{Fragment, Now};
use axum::extract::Path;
use axum::response::Response;
use serde::Serialize;

/// The page of snippets.
#[derive(Debug, Serialize)]
struct Embed {
    name: Fragment,
    title: String,
    place: String,
    /// HTML of the box.
    frame: String,
    frame_src: String,
    /// HTML of the picture as SVG, and as PNG where the box can draw it.
    pictures: Vec<String>,
    picture_src: String,
    alt: String,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let place = reader.place(&id)?.id.clone();
    let now = reader.now;
    let read = reader.portal.read(move |source| source.place(&place, now)).await?;
    let page = read.ok_or_else(Problem::not_found)?;
    let name = Fragment::of(&page.card.place.name, reader.language());
    let alt = picture::alt(&name.text, &Now::of(&page.card, &reader).sentence, &reader);
    let src = format!("/embed/{}/{id}", reader.language());
    let whole = reader.origin() + &src;
    let title = reader.speaker.text("embed", &[("name", (&name.text).into())]);
    let (label, link) = (attribute(&name.text), reader.origin() + &address(reader.language(), &id));
    // The words of a picture on another page cannot follow it, so they say what it is of and where to read more.
    let more = attribute(&reader.speaker.text("embed-more", &[("name", (&name.text).into())]));
    let picture = |ending: &str| {
        format!(r#"<a href="{link}"><img src="{whole}/picture.{ending}" width="640" height="320" alt="{more}"></a>"#)
    };
    let endings: &[&str] = if can_draw() { &["svg", "png"] } else { &["svg"] };
    let embed = Embed {
        title: title.clone(),
        place: address(reader.language(), &id),
        frame: format!(r#"<iframe src="{whole}" title="{label}" width="400" height="340" loading="lazy"></iframe>"#),
        frame_src: src.clone(),
        pictures: endings.iter().map(|ending| picture(ending)).collect(),
        picture_src: format!("{src}/picture.svg"),
        alt,
        name,
    };
    reader.answer("embed.html", &Frame { title, section: "places", ..reader.frame() }, &embed)
}

/// A text within quotation marks of HTML that somebody copies.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

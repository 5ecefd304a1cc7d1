//! What people say about a place, and what they are answered, for feed readers: what everybody may read on its page.

use super::items::Item;
use super::{Feed, FeedLink, json_of, write_atom_of};
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::talk::author;
use crate::view::Fragment;
use app::REMARKS_SHOWN;
use axum::extract::Path;
use axum::response::Response;
use model::{About, PlaceId, Remark, RemarkReply};

pub(super) async fn atom(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    write_atom_of(&reader, &feed(&reader, &id, "atom").await?)
}

pub(super) async fn json(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    Ok(json_of(&reader, &feed(&reader, &id, "json").await?))
}

/// Feeds of what is said about a place.
pub(crate) fn of_talk(id: &PlaceId, name: &str, reader: &Reader) -> Vec<FeedLink> {
    let page = address(reader.language(), id.as_str());
    let name = reader.speaker.text("talk-about", &[("name", name.into())]);
    let link = |ending: &str, kind, key| {
        let title = reader.speaker.text(key, &[("name", (&name).into())]);
        FeedLink { href: format!("{page}/talk/feed.{ending}"), kind, title }
    };
    vec![link("atom", "application/atom+xml", "feed-atom"), link("json", "application/feed+json", "feed-json")]
}

async fn feed(reader: &Reader, id: &str, ending: &str) -> Result<Feed, Problem> {
    let place = reader.place(id)?;
    let hall = reader.portal.hall.as_ref().ok_or_else(Problem::not_found)?;
    let about = About::Place(place.id.clone());
    let talk = hall.ask(move |app| app.talk_about(&about, None, REMARKS_SHOWN)).await?.map_err(Problem::internal)?;
    let name = Fragment::of(&place.name, reader.language()).text;
    let page = format!("{}/talk", address(reader.language(), place.id.as_str()));
    let items = talk.remarks.iter().map(|remark| item(reader, remark, (&name, &page))).collect();
    let title = reader.speaker.text("talk-about", &[("name", (&name).into())]);
    Ok(Feed::of(reader, Some(&title), &page, (&format!("{page}/feed"), "", ending), items))
}

fn item(reader: &Reader, remark: &Remark, (name, page): (&str, &str)) -> Item {
    let by = author(remark, reader);
    let (text, at) = match &remark.reply {
        RemarkReply::Given(answer) => {
            let answered = reader.text("talk-answer");
            (format!("{}\n\n{answered}: {}", remark.text, answer.text), answer.at)
        }
        RemarkReply::Open | RemarkReply::NotNeeded => (remark.text.clone(), remark.at),
    };
    Item {
        id: super::tag(reader, &format!("remark/{}", remark.id.0)),
        title: format!("{name}: {by}"),
        text,
        href: format!("{}{page}#remark-{}", reader.origin(), remark.id.0),
        tags: vec![name.to_owned()],
        ..Item::at(at)
    }
}

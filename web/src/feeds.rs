//! What a feed reader or a calendar follows, without an account: days of places and what one can take part in, as Atom, JSON Feed and
//! iCalendar. Of everything, of one place, of an area or of a sort of places. All of it stands on a public page too.

mod calendar;
mod items;
mod links;
mod talk;

pub(crate) use links::{FeedLink, by_mail, chosen, of_everything, of_place};
pub(crate) use talk::of_talk;

use crate::api;
use crate::pages::home::icon;
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::router::Way;
use crate::view::Fragment;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use items::{Item, items};
use minijinja::context;
use minijinja::value::{Serde, Value};
use model::{Language, Place, PlaceId};
use serde::{Deserialize, Serialize};
use std::slice;

/// What a reader that asks once an hour has not seen yet fits in here many times over.
const ITEMS_MAX: usize = 60;

/// Addresses of feeds.
pub(crate) fn answers() -> Vec<Way> {
    let ways: [Way; 9] = [
        ("/{lang}/feed.atom", get(atom)),
        ("/{lang}/feed.json", get(json)),
        ("/{lang}/calendar.ics", get(calendar::all)),
        ("/{lang}/places/{id}/feed.atom", get(place_atom)),
        ("/{lang}/places/{id}/feed.json", get(place_json)),
        ("/{lang}/places/{id}/calendar.ics", get(calendar::of_place)),
        ("/{lang}/places/{id}/talk/feed.atom", get(talk::atom)),
        ("/{lang}/places/{id}/talk/feed.json", get(talk::json)),
        ("/{lang}/take-part/{id}/calendar.ics", get(calendar::of_activity)),
    ];
    ways.into_iter().map(|(address, way)| (address, way.layer(map_response(api::open)))).collect()
}

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Name of a part of the municipality, in any language.
    area: String,
    /// The symbol of a sort of place.
    kind: String,
}

/// What a feed is about.
#[derive(Debug)]
struct Subject {
    /// Its name, when it is not everything.
    name: Option<String>,
    /// The page that shows the same.
    page: String,
    /// The feed without its ending, and what is asked of it.
    feed: (String, String),
    places: Vec<Place>,
    reach: Reach,
}

/// Whether activities count that are about no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Everything,
    ItsPlaces,
}

/// A feed as its template writes it.
#[derive(Debug, Serialize)]
struct Feed {
    id: String,
    title: String,
    author: String,
    home: String,
    this: String,
    updated: String,
    items: Vec<Item>,
}

async fn atom(reader: Reader, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, Problem> {
    write_atom(&reader, &subject(&reader, asked)?).await
}

async fn json(reader: Reader, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, Problem> {
    write_json(&reader, &subject(&reader, asked)?).await
}

async fn place_atom(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    write_atom(&reader, &Subject::place(&reader, &id)?).await
}

async fn place_json(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    write_json(&reader, &Subject::place(&reader, &id)?).await
}

/// Everything, or what the address asks for. A name that nothing has is told, not answered with a feed that stays empty.
fn subject(reader: &Reader, asked: Result<Query<Asked>, QueryRejection>) -> Result<Subject, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::not_found())?;
    let named = |area: &model::Words| Language::ALL.iter().any(|language| area.best(*language).0 == asked.area);
    let mut places = reader.municipality.places.clone();
    if !asked.area.is_empty() {
        places.retain(|place| place.area.as_ref().is_some_and(named));
    }
    if !asked.kind.is_empty() {
        places.retain(|place| icon(place.kind) == asked.kind);
    }
    let reach = if asked.area.is_empty() && asked.kind.is_empty() { Reach::Everything } else { Reach::ItsPlaces };
    if reach == Reach::ItsPlaces && places.is_empty() {
        return Err(Problem::not_found());
    }
    let kind = (!asked.kind.is_empty()).then(|| reader.text(&format!("kinds-{}", asked.kind)));
    let parts = [asked.area.as_str(), kind.as_deref().unwrap_or_default()];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let language = reader.language();
    Ok(Subject {
        name: (!name.is_empty()).then_some(name),
        page: format!("/{language}/"),
        feed: (format!("/{language}/feed"), links::query(&asked.area, &asked.kind)),
        places,
        reach,
    })
}

impl Subject {
    fn place(reader: &Reader, id: &str) -> Result<Self, Problem> {
        let place = reader.place(id)?;
        let page = address(reader.language(), place.id.as_str());
        Ok(Self {
            name: Some(Fragment::of(&place.name, reader.language()).text),
            feed: (format!("{page}/feed"), String::new()),
            page,
            places: slice::from_ref(place).to_vec(),
            reach: Reach::ItsPlaces,
        })
    }

    fn is_about(&self, places: &[(PlaceId, model::Words)]) -> bool {
        self.reach == Reach::Everything || places.iter().any(|(id, _)| self.places.iter().any(|place| place.id == *id))
    }

    async fn feed(&self, reader: &Reader, ending: &str) -> Result<Feed, Problem> {
        let (path, query) = &self.feed;
        let items = items(reader, self).await?;
        Ok(Feed::of(reader, self.name.as_deref(), &self.page, (path, query, ending), items))
    }
}

impl Feed {
    /// Of these items, in any order; `page` shows the same, and the feed lies at a path with this ending and question.
    fn of(
        reader: &Reader,
        name: Option<&str>,
        page: &str,
        (path, query, ending): (&str, &str, &str),
        mut items: Vec<Item>,
    ) -> Self {
        // Newest first, and the same order for each reader.
        items.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
        items.truncate(ITEMS_MAX);
        let author = Fragment::of(&reader.municipality.name, reader.language()).text;
        let origin = reader.origin();
        let first = reader.municipality.calendar.day_start(reader.municipality.calendar.day(reader.now));
        Self {
            id: tag(reader, &format!("feed{path}{query}")),
            title: name.map_or_else(|| author.clone(), |name| format!("{name} – {author}")),
            home: format!("{origin}{page}"),
            this: format!("{origin}{path}.{ending}{query}"),
            updated: items.iter().map(|item| item.updated.clone()).max().unwrap_or_else(|| first.to_string()),
            items,
            author,
        }
    }
}

/// A name that stays the same wherever the box is reached (RFC 4151).
fn tag(reader: &Reader, what: &str) -> String {
    let url = reader.municipality.public_url.as_deref().unwrap_or_default();
    let host = url.split("//").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    format!("tag:{},2026:{what}", if is_name { host } else { "allting.local" })
}

async fn write_atom(reader: &Reader, subject: &Subject) -> Result<Response, Problem> {
    write_atom_of(reader, &subject.feed(reader, "atom").await?)
}

fn write_atom_of(reader: &Reader, feed: &Feed) -> Result<Response, Problem> {
    let values = context! { lang => reader.language().tag(), feed => Value::from(Serde(feed)) };
    let template = reader.portal.templates.get_template("feed.atom");
    let text = template.and_then(|t| t.render(values)).map_err(|e| Problem::internal(format!("{e:#}")))?;
    // XML 1.0 has no way to write a control character.
    let text: String = text.chars().filter(|c| !c.is_control() || "\n\t".contains(*c)).collect();
    Ok(reader.answer_if_new("application/atom+xml; charset=utf-8", text))
}

async fn write_json(reader: &Reader, subject: &Subject) -> Result<Response, Problem> {
    Ok(json_of(reader, &subject.feed(reader, "json").await?))
}

/// <https://www.jsonfeed.org/version/1.1/>
fn json_of(reader: &Reader, feed: &Feed) -> Response {
    let item = |item: &Item| {
        let mut value = serde_json::json!({
            "id": item.id, "url": item.href, "title": item.title, "content_text": item.text,
            "date_published": item.published, "language": reader.language().tag(), "tags": item.tags,
        });
        if let Some(fields) = value.as_object_mut() {
            let changed = (item.updated != item.published).then_some(&item.updated);
            let more = [("image", item.picture.as_ref()), ("date_modified", changed)];
            let more = more.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.as_str().into())));
            fields.extend(more);
        }
        value
    };
    let value = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": feed.title, "home_page_url": feed.home,
        "feed_url": feed.this, "language": reader.language().tag(), "authors": [{ "name": feed.author }],
        "items": feed.items.iter().map(item).collect::<Vec<_>>(),
    });
    reader.answer_if_new("application/feed+json", value.to_string())
}

//! `GET /{lang}/places/{id}`: how a place is now, what is usual, and how the last days were.

use crate::feeds::{self, FeedLink};
use crate::pages::home::icon;
use crate::pages::news::{self, News};
use crate::picture::{alt, can_draw};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part;
use crate::talk::Remarks;
use crate::templates::{Frame, SharePicture};
use crate::view::{Days, Fragment, Horizon, Map, Now, Voices, Week, Years, amount, value_sentence};
use app::{NowUse, PlacePage};
use axum::extract::{Path, Query};
use axum::response::Response;
use model::{Language, Measure, PlaceKind};
use serde::Serialize;

/// The page of a place.
#[derive(Debug, Serialize)]
struct Place {
    name: Fragment,
    area: Option<Fragment>,
    /// Name of its symbol.
    icon: &'static str,
    now: Now,
    /// The usual day as a hill under the sun of now.
    horizon: Option<Horizon>,
    capacity: Option<String>,
    /// `people`, `visits`, `passages` or `bays`: it picks the texts of the charts; none when nothing is counted here.
    counts: Option<&'static str>,
    /// When the rest of the day is usually calmest.
    calmest: Option<String>,
    /// Enough weeks are known to say what is usual somewhere in the week.
    usual_known: bool,
    week: Option<Week>,
    /// When it is usually crowded and when there is room, and how sure that is.
    free: Option<String>,
    days: Option<Days>,
    /// The same weeks last year, one row a sort of days.
    years: Vec<Years>,
    /// Why this day may not be like others.
    today: Option<String>,
    map: Option<Map>,
    /// Address of the picture to share.
    card: Option<String>,
    /// What the other sensors say, each in a sentence.
    others: Vec<Other>,
    /// Questions that are answered with one tap, here.
    taps: Vec<take_part::AnswerPage>,
    /// What was answered to them hour by hour, beside what is usual.
    voices: Vec<Voices>,
    /// What was said about it, here and under posts.
    talk: Option<Remarks>,
    /// What else one can take part in that is about this place.
    take_part: Vec<take_part::Card>,
    /// What the municipality told of it.
    news: Vec<News>,
    home: String,
    address: String,
    data: String,
    live: String,
    /// Where the place can be followed.
    feeds: Vec<FeedLink>,
    /// News of it by mail.
    by_mail: Option<FeedLink>,
}

/// What another sensor says.
#[derive(Debug, Serialize)]
struct Other {
    /// Which of several, as staff call it: the sentence goes on behind it.
    part: Option<Fragment>,
    sentence: String,
    /// What it means, in plain words.
    meaning: Option<String>,
    /// How long ago, in words and for programs.
    ago: String,
    at: String,
}

impl Other {
    fn of(other: &app::OtherValue, reader: &Reader) -> Self {
        let whole = value_sentence(other, reader.speaker);
        let split =
            other.part.as_deref().and_then(|part| Some((reader.named(part), whole.strip_prefix(part)?.to_owned())));
        let (part, sentence) = split.map_or((None, whole), |(part, rest)| (Some(part), rest));
        Self {
            part,
            sentence,
            meaning: reader.speaker.value_meaning(&other.property, &other.value),
            ago: reader.speaker.ago(reader.now, other.at),
            at: other.at.to_string(),
        }
    }
}

pub(crate) async fn get(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<take_part::Asked>,
) -> Result<Response, Problem> {
    let id = reader.place(&id)?.id.clone();
    let now = reader.now;
    let page = reader.portal.read(move |source| source.place(&id, now)).await?.ok_or_else(Problem::not_found)?;
    let mut place = Place::of(&page, &reader);
    (place.taps, place.take_part) = take_part::at_place(&reader, &page.card.place.id, &asked).await;
    place.news = news::newest(&reader, Some(&page.card.place.id)).await?;
    for tap in &mut place.taps {
        let title = tap.shown.title.clone();
        if let Some(voices) = tap.by_hour.as_ref().and_then(|said| Voices::of(title, said, &page, &reader)) {
            tap.shown.without_hours();
            place.voices.push(voices);
        }
    }
    place.talk = Remarks::at_place(&reader, &page.card.place, Some(&page), None).await?;
    if let (Some(days), Some(talk)) = (&mut place.days, &place.talk) {
        days.mark(&page.days, &talk.days, &reader);
    }
    let description = Some(place.now.sentence.clone());
    let picture = place.card.as_ref().map(|card| SharePicture {
        src: reader.origin() + card,
        page: reader.origin() + &address(reader.language(), page.card.place.id.as_str()),
        alt: alt(&place.name.text, &place.now.sentence, &reader),
    });
    let frame = reader.frame();
    let feeds = [place.feeds.clone(), frame.feeds].concat();
    let frame = Frame { title: place.name.text.clone(), description, section: "places", picture, feeds, ..frame };
    reader.answer("place.html", &frame, &place)
}

impl Place {
    fn of(page: &PlacePage, reader: &Reader) -> Self {
        let (place, language) = (&page.card.place, reader.language());
        let address = address(language, place.id.as_str());
        Self {
            name: Fragment::of(&place.name, language),
            area: place.area.as_ref().map(|area| Fragment::of(area, language)),
            icon: icon(place.kind),
            now: Now::of(&page.card, reader),
            horizon: Horizon::of(page, reader),
            capacity: place.capacity.map(|capacity| reader.speaker.number(capacity.into(), 0)),
            counts: place.measure.map(|measure| counts(measure, place.kind)),
            calmest: page.card.now.and_then(|now| calmest(&now, page, reader)),
            usual_known: page.week.iter().flatten().any(Option::is_some),
            week: Week::of(&page.week, reader),
            free: free(page, reader),
            days: place.measure.and_then(|measure| Days::of(&page.days, place.kind, measure, reader)),
            years: Years::of(page, reader),
            today: today(reader),
            map: Map::of(std::slice::from_ref(&page.card), reader),
            card: can_draw().then(|| format!("{address}/card.png")),
            others: page.card.others.iter().map(|other| Other::of(other, reader)).collect(),
            taps: Vec::new(),
            voices: Vec::new(),
            talk: None,
            take_part: Vec::new(),
            news: Vec::new(),
            home: format!("/{language}/"),
            data: format!("{address}/data"),
            live: format!("{address}/live"),
            by_mail: feeds::by_mail(&place.id, &Fragment::of(&place.name, language).text, reader),
            feeds: feeds::of_place(&place.id, &Fragment::of(&place.name, language).text, reader),
            address,
        }
    }
}

/// What is special about today, if anything is.
fn today(reader: &Reader) -> Option<String> {
    let (almanac, calendar) = (&reader.municipality.almanac, &reader.municipality.calendar);
    let day = calendar.day(reader.now);
    if let Some(holiday) = almanac.holiday(day) {
        let (holiday, weekday) = (reader.speaker.holiday(holiday), reader.speaker.weekday(day.weekday()));
        let args = [("holiday", (&holiday).into()), ("weekday", (&weekday).into())];
        return Some(reader.speaker.text("today-holiday", &args));
    }
    let name = Fragment::of(&almanac.school_break(day)?.name, reader.language()).text;
    Some(reader.speaker.text("today-break", &[("name", (&name).into())]))
}

/// None where too little is known of a usual week; then the page says that once.
fn free(page: &PlacePage, reader: &Reader) -> Option<String> {
    let (place, free) = (&page.card.place, page.free.as_ref()?);
    free.weeks.and(place.measure).map(|measure| reader.speaker.free_capacity(place.kind, measure, free))
}

/// A silent place gives no advice: what it would compare with is old.
fn calmest(now: &NowUse, page: &PlacePage, reader: &Reader) -> Option<String> {
    let (hour, usual) = now.calmest.filter(|_| matches!(page.card.freshness, app::Freshness::Fresh(_)))?;
    Some(reader.speaker.calmest(page.card.place.kind, now.measure, now.hour, (hour, amount(usual))))
}

/// Address of the page of a place.
pub(crate) fn address(language: Language, id: &str) -> String {
    format!("/{language}/places/{id}")
}

/// What the charts count.
pub(crate) fn counts(measure: Measure, kind: PlaceKind) -> &'static str {
    match (measure, kind) {
        (Measure::PeopleNow, _) => "people",
        (Measure::Visits, PlaceKind::Trail | PlaceKind::Square) => "passages",
        (Measure::Visits, _) => "visits",
        (Measure::BaysTaken, _) => "bays",
    }
}

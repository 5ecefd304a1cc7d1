//! Remarks as pages show them.

use crate::blocks::count_told;
use crate::pages::place::address;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::view::{Fragment, amount};
use app::{DayUse, PlacePage, REMARKS_SHOWN, TalkPage};
use engagement::PublicCount;
use model::{About, ChannelId, Day, Language, Participant, Place, Remark, RemarkId, RemarkReply, Source};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was said about something, a page of it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Remarks {
    pub(crate) said: Vec<Said>,
    /// Where older ones are.
    older: Option<String>,
    /// How many by whom, a text each.
    counts: Vec<String>,
    /// How many wait to be looked at.
    waiting: Option<String>,
    /// Where one can write; none where nobody can.
    pub(crate) write: Option<String>,
    /// Where all of it can be had by programs; none where it is no place.
    pub(crate) data: Option<String>,
    /// How many were said on each day.
    #[serde(skip)]
    pub(crate) days: BTreeMap<Day, u32>,
}

/// One remark.
#[derive(Debug, Serialize)]
pub(crate) struct Said {
    id: u64,
    by: String,
    text: String,
    /// Its language, as the channel has it, when it is not the page's.
    lang: Option<String>,
    ago: String,
    at: String,
    edited: bool,
    /// How many were there on the day it was said.
    beside: Option<String>,
    answer: Option<Answered>,
}

/// What the municipality answered.
#[derive(Debug, Serialize)]
struct Answered {
    text: String,
    lang: Option<&'static str>,
    ago: String,
    at: String,
}

impl Remarks {
    /// What was said about a place; none where nobody can write and nobody wrote.
    pub(crate) async fn at_place(
        reader: &Reader,
        place: &Place,
        page: Option<&PlacePage>,
        before: Option<RemarkId>,
    ) -> Result<Option<Self>, Problem> {
        let about = About::Place(place.id.clone());
        let Some(talk) = read(reader, about, before).await? else { return Ok(None) };
        let here = format!("{}/talk", address(reader.language(), place.id.as_str()));
        if !place.talk && talk.remarks.is_empty() && talk.waiting.is_none() {
            return Ok(None);
        }
        let mut shown = Self::of(&talk, reader, |day| beside(page?, day, reader));
        shown.older = talk.older.map(|last| format!("{here}?before={}", last.0));
        shown.write = place.talk.then(|| here.clone());
        shown.data = Some(here);
        Ok(Some(shown))
    }

    /// What was said about an activity under posts; none where nobody did.
    pub(crate) async fn of_activity(
        reader: &Reader,
        id: &model::activity::ActivityId,
        before: Option<RemarkId>,
    ) -> Result<Option<Self>, Problem> {
        let talk = read(reader, About::Activity(id.clone()), before).await?;
        let Some(talk) = talk.filter(|talk| !talk.remarks.is_empty()) else { return Ok(None) };
        let older = talk.older.map(|last| format!("/{}/take-part/{id}?before={}#talk", reader.language(), last.0));
        Ok(Some(Self { older, ..Self::of(&talk, reader, |_| None) }))
    }

    fn of(talk: &TalkPage, reader: &Reader, beside: impl Fn(Day) -> Option<String>) -> Self {
        let told = |key: &str, values: &[(&str, &str)]| {
            let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
            reader.speaker.text(key, &values)
        };
        let count = |key: &str, count| told(key, &[("count", &count_told(count, reader))]);
        // What is too small to be told says nothing beside a list that everybody can count.
        let told_openly = |count: &PublicCount| count.known().is_some();
        let mut counts = Vec::new();
        counts.extend(talk.citizens.filter(told_openly).map(|people| count("talk-by-citizens", people)));
        counts.extend(talk.visitors.filter(told_openly).map(|people| count("talk-by-visitors", people)));
        counts.extend(talk.channels.iter().filter(|(_, people)| told_openly(people)).map(|(channel, people)| {
            let (count, name) = (count_told(*people, reader), channel_name(channel, reader));
            told("talk-by-channel", &[("count", &count), ("channel", &name)])
        }));
        Self {
            said: talk.remarks.iter().map(|remark| Said::of(remark, reader, &beside)).collect(),
            counts,
            waiting: talk.waiting.filter(told_openly).map(|waiting| count("talk-waiting", waiting)),
            days: talk.days.clone(),
            ..Self::default()
        }
    }
}

/// None in a portal without anything to take part in.
async fn read(reader: &Reader, about: About, before: Option<RemarkId>) -> Result<Option<TalkPage>, Problem> {
    let Some(hall) = &reader.portal.hall else { return Ok(None) };
    let talk = hall.ask(move |app| app.talk_about(&about, before, REMARKS_SHOWN)).await?;
    talk.map(Some).map_err(Problem::internal)
}

impl Said {
    fn of(remark: &Remark, reader: &Reader, beside: impl Fn(Day) -> Option<String>) -> Self {
        let ago = |at| reader.speaker.ago(reader.now, at);
        Self {
            id: remark.id.0,
            by: author(remark, reader),
            text: remark.text.clone(),
            lang: tongue(remark.language.as_deref(), reader.language()),
            ago: ago(remark.at),
            at: remark.at.to_string(),
            edited: remark.edited.is_some(),
            beside: beside(reader.municipality.calendar.day(remark.at)),
            answer: match &remark.reply {
                RemarkReply::Given(answer) => Some(Answered {
                    text: answer.text.clone(),
                    lang: (answer.language != reader.language()).then(|| answer.language.tag()),
                    ago: ago(answer.at),
                    at: answer.at.to_string(),
                }),
                RemarkReply::Open | RemarkReply::NotNeeded => None,
            },
        }
    }
}

/// A language tag that a reader aloud can use; what makes no sense says nothing.
fn tongue(tag: Option<&str>, page: Language) -> Option<String> {
    let fits = |tag: &&str| {
        let mut parts = tag.split('-');
        let first =
            parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_lowercase()));
        first && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    tag.filter(fits).filter(|tag| *tag != page.tag()).map(str::to_owned)
}

/// Who wrote a remark, as everybody is told: what they said of themselves, or by which channel it came. Never a name.
pub(crate) fn author(remark: &Remark, reader: &Reader) -> String {
    match &remark.source {
        Source::Portal(Participant::Citizen) => reader.text("talk-citizen"),
        Source::Portal(Participant::Visitor) => reader.text("talk-visitor"),
        Source::Channel(heard) => {
            let channel = channel_name(&heard.channel, reader);
            reader.speaker.text("talk-on-channel", &[("channel", (&channel).into())])
        }
    }
}

/// The name of a channel for people; one that the folder has no more is known by its own.
pub(crate) fn channel_name(channel: &ChannelId, reader: &Reader) -> String {
    let plan = reader.municipality.channels.iter().find(|plan| plan.id == *channel);
    plan.map_or_else(|| channel.to_string(), |plan| Fragment::of(&plan.title, reader.language()).text)
}

/// How many were there on the day that something was said, where it is in the picture of the last days.
fn beside(page: &PlacePage, day: Day, reader: &Reader) -> Option<String> {
    let place = &page.card.place;
    let of_day: &DayUse = page.days.iter().find(|of| of.day == day)?;
    let told = reader.speaker.amount(place.kind, place.measure?, amount(of_day.amount?));
    Some(reader.speaker.text("talk-beside", &[("amount", (&told).into())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_none_says_nothing() {
        let of = |tag| tongue(Some(tag), Language::Nb);
        assert_eq!(of("sv"), Some("sv".to_owned()));
        assert_eq!(of("zh-Hant"), Some("zh-Hant".to_owned()));
        for odd in ["nb", "", "NO", "x y", "\"><script>", "toolong", "sv-", "sv-\u{5d0}"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}

//! `/{lang}/staff/activities/{id}/beside/{other}`: a trial in two languages side by side. What is filled in on one side counts on both, so
//! one walks through all pages once and reads them twice.

use crate::problem::Problem;
use crate::reader::Reader;
use crate::staff::insider::{Answer, Insider, Turned};
use crate::take_part::{AnswerPage, Arrived, Hall, Setting, Visit};
use crate::templates::Frame;
use app::Pass;
use axum::extract::Path;
use axum::response::Response;
use model::activity::{Activity, Code, PagePath, Tag};
use model::{Language, Role};
use serde::Serialize;

/// The same page in two languages.
#[derive(Debug, Serialize)]
struct Beside {
    name: String,
    back: String,
    sides: Vec<Side>,
    /// Other languages that can stand beside: address, name, whether it does.
    others: Vec<(String, &'static str, bool)>,
}

/// One of them.
#[derive(Debug, Serialize)]
struct Side {
    lang: &'static str,
    name: String,
    html: String,
}

/// Where a trial stands.
struct Trial<'a> {
    insider: &'a Insider,
    hall: Hall,
    activity: Activity,
    /// The language of the reader, and the one beside it.
    languages: [Language; 2],
}

pub(super) async fn get(insider: Insider, Path(path): Path<Vec<String>>) -> Answer {
    let (trial, at) = Trial::of(&insider, &path)?;
    let pass = trial.hall.trial();
    let mut pages = Vec::new();
    for language in trial.languages {
        let reader = trial.reader(language);
        pages.push(trial.visit(&reader, pass).look_at(at.clone()).await?);
    }
    trial.show(pages)
}

pub(super) async fn post(
    insider: Insider,
    Path(path): Path<Vec<String>>,
    arrived: Arrived,
) -> Result<Response, Turned> {
    sent(insider, &path, arrived).await.map_err(Turned::Away)
}

async fn sent(insider: Insider, path: &[String], arrived: Arrived) -> Answer {
    if arrived.pairs.get("staff") != insider.own.form_token {
        return Err(Problem::other_site());
    }
    let (trial, at) = Trial::of(&insider, path)?;
    let again = Arrived { pairs: arrived.pairs.clone(), ..Arrived::default() };
    let pass = tried(again.pairs.get("me")).unwrap_or_else(|| trial.hall.trial());
    let [own, other] = trial.languages.map(|language| trial.reader(language));
    let first = trial.visit(&own, pass).answered(at.clone(), arrived).await?;
    let visit = trial.visit(&other, tried(&first.me).unwrap_or(pass));
    // What must be mended was not kept, so it may be sent once more to be told in the other language too.
    let second = if first.mend { visit.answered(at, again).await? } else { visit.look_at(first.path()?).await? };
    trial.show(vec![first, second])
}

/// The code of a trial, as a form carries it.
fn tried(me: &str) -> Option<Pass> {
    me.strip_prefix("p.").and_then(Code::parse).map(Pass::Preview)
}

impl<'a> Trial<'a> {
    /// What an address asks for: language, activity, the other language, and the page.
    fn of(insider: &'a Insider, path: &[String]) -> Result<(Self, PagePath), Problem> {
        insider.may(Role::Steward)?;
        let segment = |at: usize| path.get(at).map_or("", String::as_str);
        let hall = insider.hall()?;
        let activity = hall.activity(segment(1))?;
        let other: Language = segment(2).parse().map_err(|_| Problem::not_found())?;
        let languages = [insider.reader.language(), other];
        if !held_in(&activity).any(|language| language == other) {
            return Err(Problem::not_found());
        }
        let at = PagePath::new(segment(3).trim_end_matches('/')).map_err(|_| Problem::not_found())?;
        Ok((Self { insider, hall, activity, languages }, at))
    }

    /// The same colleague, reading in a language.
    fn reader(&self, language: Language) -> Reader {
        Reader::of(&self.insider.reader.portal, language, String::new())
    }

    fn visit<'v>(&'v self, reader: &'v Reader, pass: Pass) -> Visit<'v> {
        let carry = Some(self.insider.own.form_token.clone());
        Visit {
            reader,
            hall: &self.hall,
            activity: &self.activity,
            visitor: self.hall.visitor(reader, &self.activity, pass),
            setting: Setting { base: self.address(self.languages[1]), tried: true, carry },
        }
    }

    fn address(&self, other: Language) -> String {
        self.insider.to(&format!("activities/{}/beside/{other}", self.activity.id))
    }

    fn show(&self, pages: Vec<AnswerPage>) -> Answer {
        let insider = self.insider;
        let mut sides = Vec::new();
        for (language, mut page) in self.languages.into_iter().zip(pages) {
            page.shown.keep_apart(language.tag());
            let reader = self.reader(language);
            let frame = Frame { section: "staff", ..reader.frame() };
            let html = reader.render("staff/activity_side.html", &frame, &page)?;
            sides.push(Side { lang: language.tag(), name: words::own_name(language).to_owned(), html });
        }
        let others = held_in(&self.activity).filter(|language| *language != self.languages[0]);
        let page = Beside {
            name: self.activity.title.best(insider.reader.language()).0.to_owned(),
            back: insider.to(&format!("activities/{}", self.activity.id)),
            sides,
            others: others.map(|one| (self.address(one), words::own_name(one), one == self.languages[1])).collect(),
        };
        insider.page("staff/activity_beside.html", insider.text("staff-beside"), "activities", &page)
    }
}

/// The languages an activity is held in that the box speaks.
fn held_in(activity: &Activity) -> impl Iterator<Item = Language> {
    activity.languages.iter().map(Tag::as_str).filter_map(|tag| tag.parse().ok())
}

/// Where a trial in two languages begins, when there are two: with the first that is not the reader's.
pub(super) fn address(insider: &Insider, activity: &Activity) -> Option<String> {
    let other = held_in(activity).find(|language| *language != insider.reader.language())?;
    Some(format!("activities/{}/beside/{other}", activity.id))
}

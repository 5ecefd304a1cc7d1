//! `/{lang}/staff/activities/{id}/edit`: the whole of an activity on one page, drawn from the schema of its method.

use super::keys;
use super::schema::{Drawing, Part, id_of};
use super::work::Work;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::staff::form::Filled;
use crate::staff::insider::{Answer, Insider, Sent};
use app::{ActivityEntry, Change, Edit, Item, Revision};
use axum::extract::Path;
use model::activity::{Activity, Moderation, OpenTo};
use model::{Language, Role, Slug, Timestamp, Words};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Names of the two halves: what the box knows of every activity, and what its method does.
const ABOUT: &str = "a";
const SETTINGS: &str = "s";

/// The editor.
#[derive(Debug, Serialize)]
struct Editor {
    title: String,
    method: String,
    action: String,
    back: String,
    preview: Option<String>,
    token: String,
    seen: String,
    about: Vec<Part>,
    settings: Vec<Part>,
    /// What must be mended, and where.
    wrongs: Vec<(String, String)>,
    /// What is odd, and where; it can be saved all the same.
    odd: Vec<(String, String)>,
    texts: Vec<String>,
    told: Option<String>,
    warned: Option<String>,
}

/// An activity as the editor has it.
pub(super) struct Draft {
    about: Value,
    settings: Value,
}

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let activity = insider.activity(&id)?;
    let draft = Draft::of(&activity, &insider.reader);
    let tried = insider.hall()?.app.check_activity(&activity, &insider.reader.language().into()).unwrap_or_default();
    Editing { insider: &insider, id: &id, method: &activity.method, exists: true }.show(
        &draft,
        &tried,
        Shown::default(),
    )
}

pub(super) async fn post(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let known = insider.activity(&id).ok();
    let method =
        known.as_ref().map(|activity| activity.method.clone()).or_else(|| Slug::new(filled.get("method")).ok());
    let method = method.ok_or_else(Problem::not_found)?;
    let editing = Editing { insider: &insider, id: &id, method: &method, exists: known.is_some() };
    editing.work(&filled, known.as_ref())
}

/// The editor for an activity that is not saved yet.
pub(super) fn begin(insider: &Insider, draft: &Draft, method: &Slug, id: &str) -> Answer {
    Editing { insider, id, method, exists: false }.show(draft, &[], Shown::default())
}

/// An entry as the editor has it.
pub(super) fn entry_of(entry: &ActivityEntry, reader: &Reader) -> Draft {
    let about = json!({ "title": words(&entry.title, reader), "languages": tags(&entry.languages) });
    Draft { about, settings: Value::Object(entry.settings.clone()) }
}

struct Editing<'a> {
    insider: &'a Insider,
    id: &'a str,
    method: &'a Slug,
    exists: bool,
}

/// What a page of the editor says beyond the form.
#[derive(Default)]
struct Shown {
    open: Option<String>,
    texts: Vec<String>,
    told: Option<String>,
    warned: Option<String>,
    seen: Option<String>,
    wrongs: Vec<(String, String)>,
}

impl Editing<'_> {
    fn work(&self, filled: &Filled, known: Option<&Activity>) -> Answer {
        let schema = self.schema()?;
        let about_schema = super::about::schema(self.insider);
        let languages = self.languages_in(filled);
        let none = BTreeMap::new();
        let drawing = |schema| Drawing {
            schema,
            reader: &self.insider.reader,
            languages: languages.clone(),
            wrongs: &none,
            open: &[],
        };
        let about = drawing(&about_schema).read(filled, ABOUT);
        let settings_drawing = drawing(&schema);
        let mut settings = settings_drawing.read(filled, SETTINGS);
        let work = Work::of(filled.get("op"));
        let open = work.on(SETTINGS, &mut settings);
        let seen = Some(filled.get("seen").to_owned());
        keys::fill(&mut settings, &settings_drawing);
        if work != Work::Save {
            let draft = Draft { about, settings };
            return self.show(&draft, &[], Shown { open, seen, ..Shown::default() });
        }
        let draft = Draft { about, settings };
        let entry = match draft.entry(self.id, self.method, known, &self.insider.reader) {
            Ok(entry) => entry,
            Err(wrongs) => return self.show(&draft, &[], Shown { seen, wrongs, ..Shown::default() }),
        };
        let revision = filled.some("seen").map(Revision::from_form);
        let edit = Edit { change: Change::Activity(Box::new(entry)), seen: revision };
        self.save(&draft, edit, seen)
    }

    fn save(&self, draft: &Draft, edit: Edit, seen: Option<String>) -> Answer {
        let (insider, id) = (self.insider, Slug::new(self.id).map_err(|_| Problem::not_found())?);
        let tried =
            match insider.staff.try_activity(&id, std::slice::from_ref(&edit), &insider.reader.language().into()) {
                Ok(tried) => tried,
                Err(error) => return self.refused(draft, &error),
            };
        if !tried.opens() {
            let texts = tried.faults.iter().map(|fault| app::drawn_in(insider.reader.speaker, fault)).collect();
            return self.show(draft, &tried.problems, Shown { texts, seen, ..Shown::default() });
        }
        let what = if self.exists { "activity-changed" } else { "activity-added" };
        match insider.staff.change(&insider.own, what, self.id, &[edit], insider.reader.now) {
            Ok(()) => Ok(insider.done(&format!("activities/{}", self.id), what)),
            Err(error) => self.refused(draft, &error),
        }
    }

    /// What is there now was shown: saving once more is a decision.
    fn refused(&self, draft: &Draft, error: &app::staff::ChangeError) -> Answer {
        use app::EditError;
        use app::staff::ChangeError;
        let key = match error {
            ChangeError::Edit(EditError::ChangedMeanwhile) => "changed-meanwhile",
            ChangeError::Edit(EditError::Exists) => "exists",
            ChangeError::Edit(EditError::Gone) => "gone",
            other => return Err(Problem::internal(other)),
        };
        let warned = Some(self.insider.text(&format!("staff-wrong-{key}")));
        self.show(draft, &[], Shown { warned, ..Shown::default() })
    }

    fn show(&self, draft: &Draft, problems: &[model::activity::Problem], shown: Shown) -> Answer {
        let (insider, reader) = (self.insider, &self.insider.reader);
        let (schema, about_schema) = (self.schema()?, super::about::schema(insider));
        let named = |problem: &model::activity::Problem| (format!("{SETTINGS}{}", problem.at), problem.text.clone());
        let (stops, odd): (Vec<_>, Vec<_>) = problems.iter().partition(|problem| problem.stops);
        let wrongs: Vec<(String, String)> = stops.into_iter().map(named).chain(shown.wrongs).collect();
        let odd: Vec<(String, String)> = odd.into_iter().map(named).collect();
        let open: Vec<String> = wrongs.iter().map(|(name, _)| name.clone()).chain(shown.open).collect();
        let marks: BTreeMap<String, String> = wrongs.iter().chain(&odd).cloned().collect();
        let languages = draft.languages(reader);
        let drawing = |schema| Drawing { schema, reader, languages: languages.clone(), wrongs: &marks, open: &open };
        let (about, settings) =
            (drawing(&about_schema).draw(&draft.about, ABOUT), drawing(&schema).draw(&draft.settings, SETTINGS));
        let ids = ids(&about).chain(ids(&settings)).collect::<Vec<_>>();
        let linked =
            |list: Vec<(String, String)>| list.into_iter().map(|(name, text)| (nearest(&name, &ids), text)).collect();
        let item = Slug::new(self.id).ok().map(Item::Activity);
        let seen = shown.seen.unwrap_or_else(|| {
            item.and_then(|item| insider.staff.revision(&item)).map_or(String::new(), |seen| seen.as_str().to_owned())
        });
        let title = draft
            .about
            .get("title")
            .and_then(|title| languages.iter().find_map(|language| title.get(language.tag())).and_then(Value::as_str));
        let editor = Editor {
            title: title.map_or_else(|| insider.text("staff-activity-new"), str::to_owned),
            method: self.method.to_string(),
            action: insider.to(&format!("activities/{}/edit", self.id)),
            back: insider.to(&if self.exists { format!("activities/{}", self.id) } else { "activities".to_owned() }),
            preview: self.exists.then(|| insider.to(&format!("activities/{}/preview", self.id))),
            token: insider.own.form_token.clone(),
            seen,
            about,
            settings,
            wrongs: linked(wrongs),
            odd: linked(odd),
            texts: shown.texts,
            told: shown.told,
            warned: shown.warned,
        };
        insider.page("staff/activity_edit.html", editor.title.clone(), "activities", &editor)
    }

    fn schema(&self) -> Result<Value, Problem> {
        let methods = self.insider.hall()?.app.methods();
        methods
            .into_iter()
            .find(|(id, _)| id == self.method)
            .map(|(_, about)| about.schema)
            .ok_or_else(Problem::not_found)
    }

    /// Texts are asked for in the languages that were ticked when the form was shown.
    fn languages_in(&self, filled: &Filled) -> Vec<Language> {
        let ticked: Vec<Language> = filled.all("a/languages").filter_map(|tag| tag.parse().ok()).collect();
        if ticked.is_empty() { self.insider.reader.municipality.languages.clone() } else { ticked }
    }
}

/// The ids that a form has, to link to.
fn ids(parts: &[Part]) -> impl Iterator<Item = String> {
    parts.iter().filter_map(|part| match part {
        Part::Group { id, .. } | Part::List { id, .. } | Part::Item { id, .. } => Some(id.clone()),
        Part::Field(field) => Some(field.id().to_owned()),
        _ => None,
    })
}

/// The part that is named, or the nearest one around it; empty when there is none.
fn nearest(name: &str, ids: &[String]) -> String {
    let mut name = name;
    loop {
        let id = id_of(name);
        if ids.contains(&id) {
            return id;
        }
        match name.rsplit_once('/') {
            Some((above, _)) => name = above,
            None => return String::new(),
        }
    }
}

impl Draft {
    fn of(activity: &Activity, reader: &Reader) -> Self {
        let languages: Vec<Language> = activity.languages.iter().filter_map(|tag| tag.as_str().parse().ok()).collect();
        let places: Vec<&str> = activity.places.iter().map(|(id, _)| id.as_str()).collect();
        let about = json!({
            "title": words(&activity.title, reader),
            "languages": tags(&languages),
            "places": places,
            "purpose": words(&activity.purpose, reader),
            "decides": words(&activity.decides, reader),
            "legal_basis": words(&activity.legal_basis, reader),
            "closes": activity.closes.map(|at| last_day(at, reader)),
            "opens": activity.opens.map(|at| first_day(at, reader)),
            "open_to": if activity.open_to == OpenTo::Invited { "invited" } else { "everyone" },
            "moderation": if activity.moderation == Moderation::After { "after" } else { "before" },
            "retention_days": activity.retention_days,
            "answer_days": activity.answer_days,
        });
        Self { about, settings: serde_json::from_str(&activity.settings).unwrap_or_default() }
    }

    fn languages(&self, reader: &Reader) -> Vec<Language> {
        let all = self.about.get("languages").and_then(Value::as_array).into_iter().flatten();
        let all: Vec<Language> = all.filter_map(|tag| tag.as_str()?.parse().ok()).collect();
        if all.is_empty() { reader.municipality.languages.clone() } else { all }
    }

    /// What is to be written; or what is wrong, by the names of the parts.
    fn entry(
        &self,
        id: &str,
        method: &Slug,
        known: Option<&Activity>,
        reader: &Reader,
    ) -> Result<ActivityEntry, Vec<(String, String)>> {
        let mut wrongs = Vec::new();
        let mut wrong = |key: &str, text: &str| {
            wrongs.push((format!("{ABOUT}/{key}"), reader.text(&format!("staff-wrong-{text}"))));
        };
        let said = |key: &str| self.about.get(key).and_then(Value::as_str).map(str::to_owned);
        let title = self.words("title");
        if title.is_empty() {
            wrong("title", "activity-title");
        }
        let day = |key: &str| said(key).filter(|text| text.parse::<model::Day>().is_err());
        for key in ["opens", "closes"] {
            if day(key).is_some() {
                wrong(key, "day");
            }
        }
        let mut days = |key: &str, most: u32, text: &str| {
            let written = self.about.get(key).filter(|days| !days.is_null());
            let days = written.and_then(Value::as_u64).and_then(|days| u32::try_from(days).ok());
            if written.is_some() && !days.is_some_and(|days| (1..=most).contains(&days)) {
                wrong(key, text);
            }
            days
        };
        let (retention_days, answer_days) =
            (days("retention_days", 36_500, "days"), days("answer_days", 3_650, "answer-days"));
        let id = Slug::new(id).map_err(|_| Vec::new())?;
        if !wrongs.is_empty() {
            return Err(wrongs);
        }
        let places = self.about.get("places").and_then(Value::as_array).into_iter().flatten();
        Ok(ActivityEntry {
            id,
            method: method.clone(),
            draft: known.is_none_or(|activity| activity.draft),
            title,
            languages: self.languages(reader),
            places: places.filter_map(|id| Slug::new(id.as_str()?).ok()).collect(),
            opens: kept(said("opens"), known.and_then(|k| k.opens), &first_day, reader),
            closes: kept(said("closes"), known.and_then(|k| k.closes), &last_day, reader),
            open_to: if said("open_to").as_deref() == Some("invited") { OpenTo::Invited } else { OpenTo::Everyone },
            moderation: if said("moderation").as_deref() == Some("after") {
                Moderation::After
            } else {
                Moderation::Before
            },
            purpose: self.words("purpose"),
            legal_basis: self.words("legal_basis"),
            decides: self.words("decides"),
            retention_days,
            answer_days,
            settings: self.settings.as_object().cloned().unwrap_or_default(),
        })
    }

    fn words(&self, key: &str) -> Words {
        let all = self.about.get(key).and_then(Value::as_object).into_iter().flatten();
        all.filter_map(|(tag, text)| Some((tag.parse().ok()?, text.as_str()?.to_owned()))).collect()
    }
}

/// A moment that is shown as its day keeps its hour while the day stays the same.
fn kept(
    day: Option<String>,
    before: Option<Timestamp>,
    shown: &dyn Fn(Timestamp, &Reader) -> String,
    reader: &Reader,
) -> Option<String> {
    let day = day?;
    let same = before.filter(|at| shown(*at, reader) == day);
    Some(same.map_or(day, |at| super::run::written(at, reader)))
}

fn first_day(at: Timestamp, reader: &Reader) -> String {
    reader.municipality.calendar.day(at).to_string()
}

/// What closes at midnight closes with the day before.
fn last_day(at: Timestamp, reader: &Reader) -> String {
    reader.municipality.calendar.day(Timestamp::from_ms(at.as_ms() - 1)).to_string()
}

fn words(words: &Words, reader: &Reader) -> Value {
    let all = reader.municipality.languages.iter();
    Value::Object(all.filter_map(|l| Some((l.tag().to_owned(), Value::from(words.own(*l)?)))).collect::<Map<_, _>>())
}

pub(super) fn tags(languages: &[Language]) -> Vec<&'static str> {
    languages.iter().map(|language| language.tag()).collect()
}

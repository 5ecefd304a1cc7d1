//! `/{lang}/staff/rules/{id}/edit`: a rule as a form. Before it is kept it is shown what it would have said in the last month.

use crate::problem::Problem;
use crate::staff::form::{Choice, Field, Filled, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::places::free_name;
use crate::staff::room::{Cell, Post, Room, Table};
use crate::view::Fragment;
use app::staff::{ChangeError, TRIED_DAYS, TriedRule};
use app::{Change, Edit, Item, Revision, RuleEntry, WouldPost};
use axum::extract::Path;
use model::{Language, Role, RuleId, Slug};

/// Posts that are shown of those that would have been.
const SHOWN_MAX: usize = 60;

/// Texts of the form beside those in languages.
const TEXTS: [&str; 8] = ["name", "when", "until", "place", "quiet", "at_most", "valid_for", "reply"];
const BOXES: [&str; 3] = ["picture", "approval", "off"];

pub(super) async fn new(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&form(&insider, None, &RuleEntry::default()))
}

pub(super) async fn create(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    save(&insider, &filled, None)
}

pub(super) async fn edit(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let id = Slug::new(&id).map_err(|_| Problem::not_found())?;
    let entry = insider.staff.rule_entry(&id).ok_or_else(Problem::not_found)?;
    insider.show(&form(&insider, Some(&id), &entry))
}

pub(super) async fn change(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let id = Slug::new(&id).map_err(|_| Problem::not_found())?;
    save(&insider, &filled, Some(&id))
}

fn form(insider: &Insider, id: Option<&RuleId>, entry: &RuleEntry) -> Form {
    let reader = &insider.reader;
    let text = |name: &str, value: Option<&str>| {
        Field::text(reader, name, &format!("rule-{}", name.replace('_', "-")), value.unwrap_or_default())
    };
    let mut fields = Vec::new();
    match id {
        Some(id) => {
            let seen = insider.staff.revision(&Item::Rule(id.clone()));
            fields.push(Field::hidden("seen", seen.as_ref().map_or("", Revision::as_str)));
        }
        None => fields.push(text("name", None)),
    }
    fields.push(text("when", Some(&entry.when)));
    fields.push(text("until", entry.until.as_deref()));
    fields.push(places(insider, entry));
    for language in &reader.municipality.languages {
        let said = entry.texts.iter().find(|(of, ..)| of == language);
        fields.push(in_language(insider, *language, "title", said.map_or("", |(_, title, _)| title)));
        fields.push(in_language(insider, *language, "body", said.map_or("", |(.., body)| body)));
    }
    fields.push(replies(insider, entry));
    let tick = |name: &str, on: bool| Field::checkbox(reader, name, &format!("rule-{name}")).ticked(on);
    fields.push(tick("picture", !entry.without_picture));
    fields.push(tick("approval", entry.approval));
    fields.push(text("quiet", entry.quiet.as_deref()));
    fields.push(text("at_most", entry.at_most.map(|n| n.to_string()).as_deref()));
    fields.push(text("valid_for", entry.valid_for.as_deref()));
    fields.push(text("channels", entry.channels.as_ref().map(|names| names.join(", ")).as_deref()));
    fields.push(tick("off", entry.off));
    Form {
        title: reader.text(if id.is_some() { "staff-rule-edit" } else { "staff-rule-new" }),
        lead: Some(reader.text("staff-rule-lead")),
        action: insider.to(&id.map_or_else(|| "rules/new".to_owned(), |id| format!("rules/{id}/edit"))),
        fields,
        submit: reader.text("staff-rule-try"),
        back: Some(insider.to(&id.map_or_else(|| "rules".to_owned(), |id| format!("rules/{id}")))),
        ..Form::default()
    }
}

fn in_language(insider: &Insider, language: Language, key: &str, value: &str) -> Field {
    let reader = &insider.reader;
    let (name, key) = (format!("{key}-{language}"), format!("rule-{key}"));
    let field = if name.starts_with("body") {
        Field::prose(reader, &name, &key, value)
    } else {
        Field::text(reader, &name, &key, value)
    };
    insider.in_language(field, language)
}

fn places(insider: &Insider, entry: &RuleEntry) -> Field {
    let own = entry.place.as_deref().unwrap_or_default();
    let none = Choice { value: String::new(), label: insider.text("staff-rule-place-none"), chosen: own.is_empty() };
    let one = |place: &model::Place| Choice {
        value: place.id.to_string(),
        label: insider.words(&place.name).text,
        chosen: place.id.as_str() == own,
    };
    let all = insider.reader.municipality.places.iter().map(one);
    Field::select(&insider.reader, "place", "rule-place", std::iter::once(none).chain(all).collect())
}

fn replies(insider: &Insider, entry: &RuleEntry) -> Field {
    let own = entry.reply.as_deref().unwrap_or_default();
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label, chosen: value == own };
    let mut choices =
        vec![choice("", insider.text("staff-rule-reply-page")), choice("none", insider.text("staff-rule-reply-none"))];
    let activities = insider.hall().map(|hall| hall.app.activity_list()).unwrap_or_default();
    let titled = activities.iter().map(|one| choice(one.id.as_str(), insider.words(&one.title).text));
    choices.extend(titled);
    Field::select(&insider.reader, "reply", "rule-reply", choices)
}

/// What was filled in; none when the number is none.
fn entry(insider: &Insider, filled: &Filled, before: Option<&RuleEntry>) -> Option<RuleEntry> {
    let text = |name: &str| filled.some(name).map(str::to_owned);
    let languages = &insider.reader.municipality.languages;
    let said = |language: &Language| {
        let (title, body) = (filled.get(&format!("title-{language}")), filled.get(&format!("body-{language}")));
        // Browsers end lines as HTTP does.
        (!title.is_empty() || !body.is_empty()).then(|| (*language, title.to_owned(), body.replace("\r\n", "\n")))
    };
    // Texts in languages that the form does not show stay.
    let others = before.into_iter().flat_map(|before| &before.texts).filter(|(of, ..)| !languages.contains(of));
    let channels: Vec<String> =
        filled.get("channels").split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Some(RuleEntry {
        when: filled.get("when").to_owned(),
        until: text("until"),
        place: text("place"),
        off: filled.some("off").is_some(),
        quiet: text("quiet"),
        at_most: filled.some("at_most").map(str::parse).transpose().ok()?,
        without_picture: filled.some("picture").is_none(),
        reply: text("reply"),
        channels: (!channels.is_empty()).then_some(channels),
        approval: filled.some("approval").is_some(),
        valid_for: text("valid_for"),
        texts: languages.iter().filter_map(said).chain(others.cloned()).collect(),
    })
}

fn save(insider: &Insider, filled: &Filled, id: Option<&RuleId>) -> Answer {
    let before = id.and_then(|id| insider.staff.rule_entry(id));
    let shown = form(insider, id, before.as_ref().unwrap_or(&RuleEntry::default()));
    let mut wrongs = Wrongs::default();
    let Some(entry) = entry(insider, filled, before.as_ref()) else {
        wrongs.add(&insider.reader, "at_most", "at-most");
        return insider.show(&shown.with(filled, wrongs));
    };
    if id.is_none() && filled.some("name").is_none() {
        wrongs.add(&insider.reader, "name", "name");
    }
    if entry.when.is_empty() {
        wrongs.add(&insider.reader, "when", "rule-when");
    }
    if !wrongs.is_empty() {
        return insider.show(&shown.with(filled, wrongs));
    }
    let taken = |slug: &Slug| insider.staff.rule_entry(slug).is_some();
    let named = filled.get("name");
    let Some(rule) = id.cloned().or_else(|| free_name(named, taken)) else { return Err(Problem::not_found()) };
    let seen = filled.some("seen").map(Revision::from_form);
    let edit = Edit { change: Change::Rule(rule.clone(), Box::new(entry)), seen };
    let tried = match insider.staff.try_rule(&rule, std::slice::from_ref(&edit), insider.reader.now) {
        Ok(tried) => tried,
        Err(ChangeError::Store(error)) => return Err(Problem::internal(error)),
        // Saving says why, and brings back how it stands now.
        Err(_) => return insider.put("rule-changed", rule.as_str(), &[edit], "rules", shown, filled),
    };
    if !tried.faults.is_empty() {
        tried.faults.iter().for_each(|mistake| wrongs.say("", insider.mistake(mistake)));
        return insider.show(&shown.with(filled, wrongs));
    }
    match filled.get("step") {
        "keep" => {
            let what = if id.is_some() { "rule-changed" } else { "rule-added" };
            insider.put(what, rule.as_str(), &[edit], &format!("rules/{rule}"), shown, filled)
        }
        "again" => insider.show(&shown.with(filled, wrongs)),
        _ => review(insider, filled, &shown, &tried),
    }
}

/// What it would have said, before it is kept.
fn review(insider: &Insider, filled: &Filled, form: &Form, tried: &TriedRule) -> Answer {
    let speaker = insider.reader.speaker;
    let count = tried.posts.iter().filter(|post| post.texts.is_ok()).count();
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let post = |step: &str, key: &str| Post {
        action: form.action.clone(),
        text: insider.text(key),
        token: insider.own.form_token.clone(),
        fields: carried(insider, filled, step),
        long: true,
        ..Post::default()
    };
    let lead = speaker.text("staff-rule-would", &[("count", count.into()), ("days", TRIED_DAYS.into())]);
    let room = Room {
        title: insider.text("staff-rule-review"),
        lead: Some(lead),
        warned: tried.warnings.iter().map(|mistake| insider.mistake(mistake)).collect(),
        posts: vec![post("keep", "staff-save"), post("again", "staff-rule-again")],
        tables: vec![Table {
            title: None,
            head: insider.head(&["when", "what"]),
            rows: tried.posts.iter().rev().take(SHOWN_MAX).map(|post| row(insider, post)).collect(),
            empty: insider.text("staff-rule-would-none"),
        }],
        back: Some(insider.to("rules")),
        ..Room::default()
    };
    insider.room("rules", &room)
}

/// All that was filled in, and what is to be done with it.
fn carried(insider: &Insider, filled: &Filled, step: &str) -> Vec<(String, String)> {
    let languages = &insider.reader.municipality.languages;
    let said = languages.iter().flat_map(|language| ["title", "body"].map(|key| format!("{key}-{language}")));
    let names = TEXTS.iter().chain(&BOXES).map(|name| (*name).to_owned()).chain(said);
    let names = names.chain(["seen".to_owned(), "channels".to_owned()]);
    let fields = names.filter_map(|name| Some((name.clone(), filled.some(&name)?.to_owned())));
    fields.chain([("step".to_owned(), step.to_owned())]).collect()
}

fn row(insider: &Insider, post: &WouldPost) -> Vec<Cell> {
    let calendar = &insider.reader.municipality.calendar;
    let when = Cell::text(insider.reader.speaker.moment(post.at, insider.reader.now, calendar));
    let language = insider.reader.language();
    let what = match &post.texts {
        Ok(texts) => {
            let best = texts.iter().find(|text| text.language == language).or_else(|| texts.first());
            best.map_or_else(Cell::default, |text| {
                let lang = (text.language != language).then(|| text.language.tag());
                let note = Fragment { text: text.body.clone(), lang };
                Cell { lang, ..Cell::text(text.title.clone()) }.noted(Some(note))
            })
        }
        Err(slot) => {
            let slot = format!("{{{}}}", slot.word());
            Cell::state(insider.reader.speaker.text("staff-rule-is-unfilled", &[("slot", (&slot).into())]), "busy")
        }
    };
    vec![when, what]
}

//! `rules/<name>.toml`: one rule a file. When the box says something by itself, in words that a clerk reads.

mod phrase;
mod spoken;
mod words;

use crate::change::RuleEntry;
use crate::diagnostic::{Diagnostic, Fault, Severity};
use crate::file::schema_of;
use crate::folder::{Folder, TOML_BYTES_MAX};
use crate::nearest::nearest;
use crate::said::{Said, say};
use crate::text::Tag;
use crate::written::Written;
use crate::{shape, syntax};
use model::activity::Activity;
use model::{Condition, Language, Municipality, Place, QuietHours, Reply, Rule, RuleId, Slug, Trigger};
use phrase::{Read, phrase};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use spoken::{SpokenTable, texts};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

const FOLDER: &str = "rules/";

/// A town with fifty places has some hundred rules.
pub const RULES_MAX: usize = 1000;

const HOUR: Duration = Duration::from_hours(1);

/// When the box says something by itself, and what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    /// When it speaks: `"library.occupancy > 80 % for 20 min"`, `"library.visits > usual by 50 % for 30 min"`, `"library is busy"`,
    /// `"every Friday at 14:00"`, `"every Monday at 08:00, summary"`, `"any activity opens"`, `"activity mood is reported"`.
    #[schemars(length(min = 1, max = 200))]
    when: Written<String>,
    /// What must hold before it may speak again: `"library.occupancy < 60 %"`. Unless written, that its condition was over for as long as
    /// it had to hold, and a quarter of an hour at least.
    #[schemars(length(min = 1, max = 200))]
    until: Option<Written<String>>,
    /// The place that it tells of, as in `places.toml`, where `when` names none.
    place: Option<Written<String>>,
    /// It says nothing for now.
    #[serde(default)]
    off: bool,
    /// Hours of the day at which it is silent: `"21:00-07:00"`.
    quiet: Option<Written<String>>,
    /// How often it speaks on one day, at most. Default 3.
    #[schemars(range(min = 1, max = 24))]
    at_most: Option<u8>,
    /// In which languages, the most important first. Those of the municipality unless written.
    languages: Option<Vec<Tag>>,
    /// A picture of the place goes with it. It does unless written otherwise.
    picture: Option<bool>,
    /// Where people can answer: `"page"` is the page of what it tells of, `"none"` is nowhere; else the name of an activity.
    reply: Option<Written<String>>,
    /// By which channels; by all unless written.
    #[schemars(length(max = 32))]
    channels: Option<Vec<Written<String>>>,
    /// A second pair of eyes looks at each post before it leaves.
    #[serde(default)]
    approval: bool,
    /// So long a post is worth sending: `"2 h"`. What is not out by then stays here. Default 2 h for what is so now, a week for the rest.
    valid_for: Option<Written<String>>,
    /// What it says, a table for each language: `[text.sv]` with `title` and `body`. What stands in `{ }` is filled in, and what stands in
    /// `[ ]` is left out when it cannot be. Unless written, what the page of the place says.
    #[serde(default)]
    text: BTreeMap<String, SpokenTable>,
}

/// The JSON Schema (2020-12) of a rule's file, for editors and forms.
pub fn rule_schema() -> Value {
    schema_of::<RuleFile>()
}

/// Reads the rules of a folder. One with errors is left out and told of; the others go on.
pub fn rules(folder: &Folder, municipality: &Municipality, activities: &[Activity]) -> (Vec<Rule>, Vec<Diagnostic>) {
    let (mut read, mut diagnostics) = (Vec::new(), Vec::new());
    let names = folder.names().filter_map(|name| Some((name, name.strip_prefix(FOLDER)?.strip_suffix(".toml")?)));
    for (file, name) in names {
        let of_file = |message: Said, help: Said| Diagnostic::of_file(Severity::Error, file, message, help);
        let text = match folder.text(file, TOML_BYTES_MAX) {
            // One that was taken away leaves an empty file.
            Some(Ok(text)) if text.trim().is_empty() => continue,
            Some(Ok(text)) => text,
            Some(Err(problem)) => {
                let (message, help) = problem.explain();
                diagnostics.push(of_file(message, help));
                continue;
            }
            None => continue,
        };
        let Ok(id) = Slug::new(name) else {
            let message = say!("no-file-name", "the file cannot be called `{name}`", name);
            let help = say!("name-file", "name the file with 1 to 64 characters of a-z, 0-9 and `-`");
            diagnostics.push(of_file(message, help));
            continue;
        };
        if read.len() == RULES_MAX {
            let message =
                say!("many-rules", "there are more than {most} rules; this one is left out", most = RULES_MAX);
            diagnostics.push(of_file(message, say!("fewer-rules", "take rules away that nobody needs any more")));
            continue;
        }
        let mut reading = Reading { text, municipality, activities, faults: Vec::new() };
        let rule = reading.rule(id, file);
        read.extend(rule.filter(|_| reading.faults.iter().all(|fault| !fault.is_error())));
        reading.faults.sort_by_key(Fault::start);
        let shown: Arc<str> = text.into();
        diagnostics.extend(reading.faults.into_iter().map(|fault| fault.in_text(file, &shown)));
    }
    (read, diagnostics)
}

/// What stands in the file of a rule, for a form; none when it is not there or cannot be read.
pub fn rule_entry(folder: &Folder, id: &RuleId) -> Option<RuleEntry> {
    let text = folder.text(&format!("{FOLDER}{id}.toml"), TOML_BYTES_MAX)?.ok()?;
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return None;
    }
    let value = DeValue::Table(table.into_inner());
    let file = RuleFile::deserialize(ValueDeserializer::from(Spanned::new(0..0, value))).ok()?;
    let text = |written: Option<Written<String>>| written.map(|written| written.value);
    let said = |(tag, said): (String, SpokenTable)| Some((tag.parse().ok()?, said.title(), said.body()));
    Some(RuleEntry {
        when: file.when.value,
        until: text(file.until),
        place: text(file.place),
        off: file.off,
        quiet: text(file.quiet),
        at_most: file.at_most,
        without_picture: file.picture == Some(false),
        reply: text(file.reply),
        channels: file.channels.map(|names| names.into_iter().map(|name| name.value).collect()),
        approval: file.approval,
        valid_for: text(file.valid_for),
        texts: file.text.into_iter().filter_map(said).collect(),
    })
}

/// One file while it is read.
struct Reading<'a> {
    text: &'a str,
    municipality: &'a Municipality,
    activities: &'a [Activity],
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn rule(&mut self, id: Slug, file: &str) -> Option<Rule> {
        let entry = self.entry(file)?;
        let Read { trigger, summary } = phrase(self, &entry.when)?;
        let until = match &entry.until {
            Some(written) => Some(self.until(written, &trigger)?),
            None => None,
        };
        let place = self.place_of(&entry, &trigger);
        let about = About { trigger: &trigger, place: place.is_some(), summary };
        let languages: Vec<Language> = match entry.languages.filter(|tags| !tags.is_empty()) {
            Some(tags) => tags.into_iter().map(Language::from).collect(),
            None => self.municipality.languages.clone(),
        };
        let texts = texts(self, &entry.text, &languages, &about);
        let for_now = matches!(trigger, Trigger::Holds(_));
        let valid_for = entry.valid_for.as_ref().and_then(|written| self.duration(written));
        let mut wording = entry.when.value.trim().to_owned();
        if let Some(until) = &entry.until {
            wording = format!("{wording}; until {}", until.value.trim());
        }
        Some(Rule {
            id,
            off: entry.off,
            until,
            wording,
            quiet: entry.quiet.as_ref().and_then(|written| self.quiet(written, &trigger)),
            at_most: entry.at_most.unwrap_or(3),
            texts,
            picture: entry.picture.unwrap_or(true) && place.is_some(),
            place,
            reply: self.reply(entry.reply.as_ref()),
            channels: entry.channels.as_ref().map(|names| names.iter().filter_map(|name| self.channel(name)).collect()),
            approval: entry.approval,
            valid_for: valid_for.unwrap_or(if for_now { HOUR * 2 } else { HOUR * 24 * 7 }),
            when: trigger,
        })
    }

    fn until(&mut self, written: &Written<String>, trigger: &Trigger) -> Option<Condition> {
        let read = phrase(self, written)?.trigger;
        if let (Trigger::Holds(until), Trigger::Holds(_)) = (read, trigger) {
            return Some(until);
        }
        let fault = Fault::error(written.span.clone(), say!("no-end", "this cannot end anything"));
        let example = "\"library.occupancy < 60 %\"";
        let fault = fault.expected(say!("expect-condition", "expected a condition such as {example}", example));
        let help = say!("until-ends", "`until` says what ends a condition; a time or an event ends by itself");
        self.faults.push(fault.help(help));
        None
    }

    fn entry(&mut self, file: &str) -> Option<RuleFile> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if !errors.is_empty() {
            self.faults.extend(syntax::explain(self.text, &errors));
            return None;
        }
        let mut table = table.into_inner();
        shape::check_table(&rule_schema(), file, &mut table, &(0..0), &mut self.faults);
        match RuleFile::deserialize(ValueDeserializer::from(Spanned::new(0..0, DeValue::Table(table)))) {
            Ok(entry) => Some(entry),
            Err(error) => {
                if self.faults.is_empty() {
                    self.faults.push(syntax::misread(&error));
                }
                None
            }
        }
    }

    /// The place it tells of: that of its condition, or the one it names.
    fn place_of(&mut self, entry: &RuleFile, trigger: &Trigger) -> Option<Slug> {
        let named = entry.place.as_ref().and_then(|written| Some((written, self.place(written)?.id.clone())));
        match (trigger, named) {
            (Trigger::Holds(Condition { place, .. }), Some((written, named))) if *place != named => {
                let message =
                    say!("another-place", "`when` is about `{name}`, and this is another place", name = place);
                let help = say!("place-named", "leave `place` out: the condition names it");
                self.faults.push(Fault::error(written.span.clone(), message).help(help));
                None
            }
            (Trigger::Holds(Condition { place, .. }), _) => Some(place.clone()),
            (_, named) => named.map(|(_, place)| place),
        }
    }

    fn place(&mut self, written: &Written<String>) -> Option<&Place> {
        let known = self.municipality.places.iter().find(|place| place.id.as_str() == written.value);
        if known.is_none() {
            let fault = self.no_place(&written.value, written.span.clone());
            self.faults.push(fault);
        }
        known
    }

    /// With the name of the place that was probably meant.
    fn no_place(&self, name: &str, span: Range<usize>) -> Fault {
        let ids = || self.municipality.places.iter().map(|place| place.id.as_str());
        let near = nearest(name, ids());
        let fault = Fault::error(span, say!("place-unknown", "there is no place `{name}`", name));
        let fault = fault.meant(near, say!("expect-place-id", "expected the `id` of a place in places.toml"));
        let names = ids().take(20).collect::<Vec<_>>().join(", ");
        if near.is_none() { fault.help(say!("places-known", "places: {names}", names)) } else { fault }
    }

    /// The activity of that name, or a report that there is none.
    fn activity(&mut self, name: &str, span: Range<usize>) -> Option<Slug> {
        if let Some(known) = self.activities.iter().find(|activity| activity.id.as_str() == name) {
            return Some(known.id.clone());
        }
        let fault = Fault::error(span, say!("no-activity", "there is no activity `{name}`", name));
        let near = nearest(name, self.activities.iter().map(|activity| activity.id.as_str()));
        let expected = say!("expect-activity", "expected the name of a file in activities/, without .toml");
        self.faults.push(fault.meant(near, expected));
        None
    }

    fn reply(&mut self, written: Option<&Written<String>>) -> Reply {
        match written.map(|written| (written.value.as_str(), written.span.clone())) {
            None | Some(("page", _)) => Reply::Page,
            Some(("none", _)) => Reply::Nowhere,
            Some((name, span)) => self.activity(name, span).map_or(Reply::Page, Reply::Activity),
        }
    }

    fn channel(&mut self, written: &Written<String>) -> Option<Slug> {
        let ids = || self.municipality.channels.iter().map(|plan| &plan.id);
        let known = ids().find(|id| id.as_str() == written.value).cloned();
        if known.is_none() {
            let message = say!("no-channel", "there is no channel `{name}`", name = written.value);
            let near = nearest(&written.value, ids().map(Slug::as_str));
            let expected = say!("expect-channel", "expected the `id` of a channel in channels.toml");
            let fault = Fault::error(written.span.clone(), message).meant(near, expected);
            self.faults.push(fault);
        }
        known
    }

    fn duration(&mut self, written: &Written<String>) -> Option<Duration> {
        let read = words::duration(&written.value).filter(|long| !long.is_zero());
        if read.is_none() {
            self.faults.push(no_duration(written.span.clone(), &written.value));
        }
        read
    }

    fn quiet(&mut self, written: &Written<String>, trigger: &Trigger) -> Option<QuietHours> {
        let hours = written.value.split_once('-').and_then(|(from, to)| {
            Some(QuietHours { from: words::minute(from.trim())?, to: words::minute(to.trim())? })
        });
        let Some(hours) = hours.filter(|hours| hours.from != hours.to) else {
            let message = say!("no-hours", "`{hours}` are no hours", hours = written.value);
            let expected = say!("expect-times", "expected two times and a dash: \"21:00-07:00\"");
            self.faults.push(Fault::error(written.span.clone(), message).expected(expected));
            return None;
        };
        if let Trigger::At(schedule) = trigger
            && hours.contains(schedule.minute)
        {
            let message = say!("never-speaks", "it is due within its own quiet hours and would never speak");
            let help = say!("other-time", "take `quiet` away, or choose another time");
            self.faults.push(Fault::error(written.span.clone(), message).help(help));
        }
        Some(hours)
    }
}

fn no_duration(span: Range<usize>, text: &str) -> Fault {
    let expected = say!("expect-duration", "expected a whole number and min, h or days, up to 30 days: \"2 h\"");
    Fault::error(span, say!("no-duration", "`{text}` is no length of time", text)).expected(expected)
}

/// What a text can be about.
struct About<'a> {
    trigger: &'a Trigger,
    place: bool,
    summary: bool,
}

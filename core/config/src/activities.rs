//! `activities/<name>.toml`: one activity a file. Its `[settings]` are the method's; the plugin checks those.

use crate::diagnostic::{Diagnostic, Fault, Severity};
use crate::file::schema_of;
use crate::folder::{Folder, TOML_BYTES_MAX};
use crate::profile::{ItemEntry, strata};
use crate::said::say;
use crate::text::Text;
use crate::written::Written;
use crate::{nearest, settings, shape, syntax};
use model::activity::{Activity, Moderation, OpenTo, Population, RecruitingPlan, Tag};
use model::{Language, Municipality, PlaceId, ProfileItem, Slug, Timestamp, Words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

const FOLDER: &str = "activities/";
const DAY: Duration = Duration::from_hours(24);
/// Answers are kept a year after an activity closed, unless it says otherwise.
const RETENTION_DAYS: u32 = 365;
/// What happened is told a quarter after an activity closed, unless it says otherwise.
const ANSWER_DAYS: u32 = 90;

/// One activity: a survey, a map, a workshop, a guide.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ActivityFile {
    /// The plugin that leads it, as in `plugins.toml`: `quick-question`.
    method: Written<String>,
    /// What people call it: one text, or one for each language.
    title: Text,
    /// Languages it is held in, the first is the default. Those of the municipality when there are none.
    languages: Option<Vec<Spoken>>,
    /// The public places it is about, as in `places.toml`.
    #[serde(default)]
    places: Vec<Written<String>>,
    /// Answers are taken from then on: a local date, or date and time (`"2026-07-01 08:00"`). At once when there is none.
    opens: Option<Written<String>>,
    /// Answers are taken until then; a date alone is taken to its end. For good when there is none.
    closes: Option<Written<String>>,
    /// Who may take part.
    #[serde(default)]
    open_to: Whom,
    /// When staff look at what people put on a map or a board: `before` others see it, or `after`, when it is shown at once. What is hidden
    /// leaves every page, figure and table.
    #[serde(default)]
    moderation: Look,
    /// Staff work on it: nobody else sees it, and nothing is counted. It opens when this is taken away.
    #[serde(default)]
    draft: bool,
    /// What the answers are used for.
    purpose: Option<Text>,
    /// What the law says about that: consent, or a task in the public interest.
    legal_basis: Option<Text>,
    /// Who decides what, and when.
    decides: Option<Text>,
    /// Answers are kept so many days after it closes. Default 365.
    #[schemars(range(min = 1, max = 36_500))]
    retention_days: Option<u32>,
    /// People are told what happened so many days after it closes, at the latest; where it does not close, after they put something
    /// forward. The page of the activity promises it, and staff are told what is late. Default 90.
    #[schemars(range(min = 1, max = 3_650))]
    answer_days: Option<u32>,
    /// Who lives here, by the answers to a question, so that the report says who is missing among those who answered.
    #[serde(default)]
    #[schemars(length(max = 10))]
    population: Vec<PopulationTable>,
    /// People put themselves on the list of those who are willing, of whom a small group is drawn. Without it staff put them there.
    recruiting: Option<RecruitingTable>,
    /// What the method is told. `allting plugin explain` says what it knows.
    #[serde(default)]
    #[expect(dead_code, reason = "read as JSON beside it")]
    settings: Map<String, Value>,
}

/// How many people live here by their answer to one question. Answers such as "rather not say" are left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PopulationTable {
    /// The key of a question with options of which one is chosen: `age`.
    question: Written<String>,
    /// How many people there are, by the keys of its options: `{ "15-39" = 44100, "40-" = 56200 }`.
    #[schemars(length(min = 2, max = 50))]
    people: BTreeMap<String, u32>,
}

/// The form by which people put themselves on the list of those who are willing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RecruitingTable {
    /// The form is there from then on: a local date, or date and time. At once when there is none.
    opens: Option<Written<String>>,
    /// And until then; a date alone is taken to its end. Once the draw is announced it is closed in any case.
    closes: Option<Written<String>>,
    /// Ask for street and number, so that at most one of a household is drawn. They are not kept: a keyed hash of them is.
    household: bool,
    /// One thing that people may tell of themselves, if they like. Seats are spread by it, so use the names of `[[population]]`.
    #[schemars(length(max = 10))]
    profile: Vec<ItemEntry>,
}

/// When staff look at what was put forward.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Look {
    /// Before others see it.
    #[default]
    Before,
    /// After: it is shown at once.
    After,
}

/// A language of the portal.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Spoken {
    /// Norwegian Bokmal.
    Nb,
    /// Norwegian Nynorsk.
    Nn,
    /// Swedish.
    Sv,
    /// English.
    En,
}

/// Who may take part.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Whom {
    /// Whoever comes by.
    #[default]
    Everyone,
    /// Who has an invitation.
    Invited,
}

/// The JSON Schema (2020-12) of an activity's file, for editors and forms.
pub fn activity_schema() -> Value {
    schema_of::<ActivityFile>()
}

/// Reads the activities of a folder. One with errors is left out and told of; the others go on.
pub fn activities(folder: &Folder, municipality: &Municipality) -> (Vec<Activity>, Vec<Diagnostic>) {
    let (mut read, mut diagnostics) = (Vec::new(), Vec::new());
    let names = folder.names().filter_map(|name| Some((name, name.strip_prefix(FOLDER)?.strip_suffix(".toml")?)));
    for (file, name) in names {
        let text = match folder.text(file, TOML_BYTES_MAX) {
            // One that was taken away leaves an empty file.
            Some(Ok(text)) if text.trim().is_empty() => continue,
            Some(Ok(text)) => text,
            Some(Err(problem)) => {
                let (message, help) = problem.explain();
                diagnostics.push(Diagnostic::of_file(Severity::Error, file, message, help));
                continue;
            }
            None => continue,
        };
        let Ok(id) = Slug::new(name) else {
            let message = say!("no-file-name", "the file cannot be called `{name}`", name);
            let help = say!("name-file", "name the file with 1 to 64 characters of a-z, 0-9 and `-`");
            diagnostics.push(Diagnostic::of_file(Severity::Error, file, message, help));
            continue;
        };
        let mut faults = Vec::new();
        read.extend(activity(id, file, text, folder, municipality, &mut faults));
        faults.sort_by_key(Fault::start);
        let shown: Arc<str> = text.into();
        diagnostics.extend(faults.into_iter().map(|fault| fault.in_text(file, &shown)));
    }
    (read, diagnostics)
}

/// None exactly when a fault says why.
fn activity(
    id: Slug,
    file: &str,
    text: &str,
    folder: &Folder,
    municipality: &Municipality,
    faults: &mut Vec<Fault>,
) -> Option<Activity> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        faults.extend(syntax::explain(text, &errors));
        return None;
    }
    let mut table = table.into_inner();
    let settings = settings::within(&table, folder, faults);
    shape::check_table(&activity_schema(), file, &mut table, &(0..0), faults);
    // The settings are read already, and what a method knows is not for this file's shape to say.
    table.remove("settings");
    let entry = match ActivityFile::deserialize(ValueDeserializer::from(Spanned::new(0..0, DeValue::Table(table)))) {
        Ok(entry) => entry,
        Err(error) => {
            if faults.is_empty() {
                faults.push(syntax::misread(&error));
            }
            return None;
        }
    };
    let first = *municipality.languages.first().unwrap_or(&Language::En);
    let languages = entry.languages.filter(|l| !l.is_empty()).map(|l| l.into_iter().map(Language::from).collect());
    let languages: Vec<Language> = languages.unwrap_or_else(|| municipality.languages.clone());
    let method = Slug::new(&entry.method.value).ok().or_else(|| {
        let message = say!("no-plugin-name", "this cannot be the name of a plugin");
        let expected = say!("expect-plugin-name", "expected a name such as `quick-question`, as in plugins.toml");
        faults.push(Fault::error(entry.method.span.clone(), message).expected(expected));
        None
    });
    let places: Vec<_> = entry.places.iter().filter_map(|id| place(id, municipality, faults)).collect();
    let recruiting = entry.recruiting.map(|table| recruiting(table, first, municipality, faults));
    let panel = municipality.panel.as_ref();
    let known = |id: &str| recruiting.as_ref().and_then(|plan| plan.item(id)).or(panel.and_then(|plan| plan.item(id)));
    let population = population(entry.population, known, faults);
    let (opens, closes) = span(entry.opens.as_ref(), entry.closes.as_ref(), municipality, faults);
    if faults.iter().any(Fault::is_error) {
        return None;
    }
    let words = |text: Option<Text>| text.map(|text| text.words(first)).unwrap_or_default();
    Some(Activity {
        id,
        method: method?,
        title: entry.title.words(first),
        languages: languages.into_iter().map(Tag::from).collect(),
        places,
        settings: settings?,
        opens,
        closes,
        draft: entry.draft,
        open_to: match entry.open_to {
            Whom::Everyone => OpenTo::Everyone,
            Whom::Invited => OpenTo::Invited,
        },
        moderation: match entry.moderation {
            Look::Before => Moderation::Before,
            Look::After => Moderation::After,
        },
        purpose: words(entry.purpose),
        legal_basis: words(entry.legal_basis),
        decides: words(entry.decides),
        retention_days: entry.retention_days.unwrap_or(RETENTION_DAYS),
        answer_days: entry.answer_days.unwrap_or(ANSWER_DAYS),
        population,
        recruiting,
    })
}

fn recruiting(
    table: RecruitingTable,
    first: Language,
    municipality: &Municipality,
    faults: &mut Vec<Fault>,
) -> RecruitingPlan {
    let (opens, closes) = span(table.opens.as_ref(), table.closes.as_ref(), municipality, faults);
    let profile = strata(table.profile, first, faults);
    RecruitingPlan { opens, closes, household: table.household, profile }
}

/// From when until when; what is wrong with it is told.
fn span(
    opens: Option<&Written<String>>,
    closes: Option<&Written<String>>,
    municipality: &Municipality,
    faults: &mut Vec<Fault>,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let from = opens.and_then(|at| moment(at, municipality, Duration::ZERO, faults));
    let until = closes.and_then(|at| moment(at, municipality, DAY, faults));
    if let (Some(from), Some(until), Some(written)) = (from, until, closes)
        && until <= from
    {
        let message = say!("closes-first", "it closes before it opens");
        let help = say!("change-date", "change one of the two dates");
        faults.push(Fault::error(written.span.clone(), message).help(help));
    }
    (from, until)
}

/// `known` is what is asked of people by the same name elsewhere.
fn population<'a>(
    tables: Vec<PopulationTable>,
    known: impl Fn(&str) -> Option<&'a ProfileItem>,
    faults: &mut Vec<Fault>,
) -> Vec<Population> {
    let mut read: Vec<Population> = Vec::new();
    for PopulationTable { question, people } in tables {
        if read.iter().any(|other| other.question == question.value) {
            let message = say!("two-tables", "there are two tables for `{name}`", name = question.value);
            let help = say!("one-population", "keep one [[population]] for each question");
            faults.push(Fault::error(question.span, message).help(help));
        } else if people.len() < 2 || people.values().all(|people| *people == 0) {
            let message = say!("nobody-missing", "nobody can be missing where there are no two answers to compare");
            let example = "people = { \"15-39\" = 44100, \"40-\" = 56200 }";
            let expected = say!("expect-two-answers", "expected {example}, two answers or more", example);
            faults.push(Fault::error(question.span, message).expected(expected));
        } else {
            // What people told of themselves is compared with it by the same names.
            let item = known(&question.value);
            let is_option = |key: &str| item.is_none_or(|item| item.options.iter().any(|o| o.id.as_str() == key));
            if let Some(strange) = people.keys().find(|key| !is_option(key)) {
                let name = &question.value;
                let message =
                    say!("no-option", "the profile's `{name}` has no option `{option}`", name, option = strange);
                faults.push(Fault::warning(question.span.clone(), message).help(say!(
                    "same-names",
                    "use the same names here and in panel.toml or [[recruiting.profile]], so that they can be compared"
                )));
            }
            read.push(Population { question: question.value, people });
        }
    }
    read
}

fn place(id: &Written<String>, municipality: &Municipality, faults: &mut Vec<Fault>) -> Option<(PlaceId, Words)> {
    if let Some(place) = municipality.places.iter().find(|place| place.id.as_str() == id.value) {
        return Some((place.id.clone(), place.name.clone()));
    }
    let fault = Fault::error(id.span.clone(), say!("place-unknown", "there is no place `{name}`", name = id.value));
    let near = nearest::nearest(&id.value, municipality.places.iter().map(|place| place.id.as_str()));
    faults.push(fault.meant(near, say!("expect-place-id", "expected the `id` of a place in places.toml")));
    None
}

/// A date alone means its first moment, `whole_day` later: a day that closes is open to its end.
fn moment(
    written: &Written<String>,
    municipality: &Municipality,
    whole_day: Duration,
    faults: &mut Vec<Fault>,
) -> Option<Timestamp> {
    let calendar = &municipality.calendar;
    if let Ok(day) = written.value.parse::<model::Day>() {
        let days = i32::try_from(whole_day.as_secs() / DAY.as_secs()).unwrap_or(0);
        return Some(calendar.day_start(model::Day(day.0.saturating_add(days))));
    }
    let moment = calendar.parse(&written.value);
    if moment.is_none() {
        let expected =
            say!("expect-date", "expected a local date and time such as \"2026-07-01\" or \"2026-07-01 08:00\"");
        faults.push(Fault::error(written.span.clone(), say!("no-date", "this is no date")).expected(expected));
    }
    moment
}

impl From<Spoken> for Language {
    fn from(spoken: Spoken) -> Self {
        match spoken {
            Spoken::Nb => Self::Nb,
            Spoken::Nn => Self::Nn,
            Spoken::Sv => Self::Sv,
            Spoken::En => Self::En,
        }
    }
}

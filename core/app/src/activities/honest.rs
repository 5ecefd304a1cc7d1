//! Figures that say whom the answers stand for: who is missing, who answered against who lives here and who was asked, weighted shares, and
//! how diverse those were who took part, by door and by month.

use super::ActivityError;
use super::moderation::log_of;
use super::people::{Person, people};
use super::report::{fields, reader};
use crate::portal::App;
use engagement::{Answerer, AskedOf, Gate, Margin, Missing, PublicFigure, Weighted};
use model::Timestamp;
use model::activity::{
    Activity, ActivityId, Answer, Audience, ChoiceField, Entry, EntryId, Field, FieldKind, Moment, Page, PagePath,
    Phase, Population, Problem, Pseudonym, Role, Tag, Value,
};
use model::{Language, PluginFault};
use plugin_host::Method;
use std::collections::BTreeMap;
use words::{Arg, Speaker};

/// What a report says of whom its answers stand for.
#[derive(Debug, Default)]
pub(super) struct Honest {
    pub(super) missing: Option<Vec<Missing>>,
    pub(super) strata: Vec<(String, PublicFigure)>,
    pub(super) by_door: Vec<(String, PublicFigure)>,
    pub(super) came: Vec<(String, PublicFigure)>,
    pub(super) weighted: Option<Weighted>,
}

/// Who took part by one thing that is known of everybody who lives here: by door, and by month. For staff, and gated all the same: what people
/// told of themselves is handed out to nobody.
#[derive(Clone, Debug, PartialEq)]
pub struct Diversity {
    /// The question.
    pub question: String,
    /// The columns are names of doors; empty is none.
    pub by_door: PublicFigure,
    /// The columns are months: `2026-07`.
    pub by_month: PublicFigure,
}

/// Tables of the population whose question the page asks.
fn known<'a>(population: &'a [Population], page: &Page) -> Vec<(&'a Population, Margin)> {
    population.iter().filter_map(|table| Some((table, margin(table, page)?))).collect()
}

pub(super) fn honest(
    gate: Gate,
    activity: &Activity,
    entries: &[Entry],
    page: &Page,
    (invited, doors): (&[Vec<Answer>], &PublicFigure),
) -> Honest {
    let (people, known) = (people(entries), known(&activity.population, page));
    let came = came(gate, &people, page, invited);
    if known.is_empty() {
        return Honest { came, ..Honest::default() };
    }
    let (answers, margins) = answerers(&people, &known);
    let table = |(table, margin): &(&Population, Margin)| {
        let values: Vec<Option<usize>> = people.iter().map(|person| person.value_in(table)).collect();
        (margin.name.clone(), gate.represented(margin, &values))
    };
    let strata: Vec<(String, PublicFigure)> = known.iter().map(table).collect();
    let by_door = |((table, margin), (name, values)): (&(&Population, Margin), &(String, PublicFigure))| {
        // Who came of those who were asked is told by the same values: where that table hides something, this one could tell it.
        if came.iter().any(|(own, figure)| own == name && figure.hides()) {
            return None;
        }
        let of: Vec<(Option<usize>, &str)> = people.iter().map(|own| (own.value_in(table), own.door)).collect();
        Some((name.clone(), gate.by_door(margin, &of, (doors, values))?))
    };
    Honest {
        missing: Some(gate.missing(&answers, &margins)),
        by_door: known.iter().zip(&strata).filter_map(by_door).collect(),
        strata,
        came,
        weighted: gate.weighted(&answers, &margins, &asked(&people, page, &activity.population)),
    }
}

fn answerers(people: &[Person<'_>], known: &[(&Population, Margin)]) -> (Vec<Answerer>, Vec<Margin>) {
    let values = |person: &Person<'_>| known.iter().map(|(table, _)| person.value_in(table)).collect();
    let answers = people.iter().map(|person| Answerer { values: values(person), base: 1.0 }).collect();
    (answers, known.iter().map(|(_, margin)| margin.clone()).collect())
}

/// None where the activity has no such question.
fn margin(table: &Population, page: &Page) -> Option<Margin> {
    let (field, choice) = choice_of(page, &table.question)?;
    let label =
        |key: &String| choice.options.iter().find(|option| option.key == *key).map(|option| option.label.clone());
    let people = table.people.iter().map(|(key, people)| (label(key).unwrap_or(key.clone()), f64::from(*people)));
    Some(Margin { name: field.label.clone(), people: people.collect() })
}

fn choice_of<'p>(page: &'p Page, question: &str) -> Option<(&'p Field, &'p ChoiceField)> {
    let field = fields(page).find(|field| field.key == question)?;
    match &field.kind {
        FieldKind::Choice(choice) => Some((field, choice)),
        _ => None,
    }
}

/// The questions with options, but for those that are weighed by.
fn asked(people: &[Person<'_>], page: &Page, population: &[Population]) -> Vec<AskedOf> {
    let weighed_by = |key: &str| population.iter().any(|table| table.question == key);
    let of = |field: &Field| {
        let FieldKind::Choice(choice) = &field.kind else { return None };
        if choice.ranked || weighed_by(&field.key) {
            return None;
        }
        let place = |key: &String| choice.options.iter().position(|option| option.key == *key);
        let chosen = |person: &Person<'_>| match person.told.get(field.key.as_str()) {
            Some(Value::Choices(keys)) => Some(keys.iter().filter_map(place).collect()),
            _ => None,
        };
        Some(AskedOf {
            key: field.key.clone(),
            label: field.label.clone(),
            options: choice.options.iter().map(|option| option.label.clone()).collect(),
            chosen: people.iter().map(chosen).collect(),
        })
    };
    fields(page).filter_map(of).collect()
}

/// Who came against who was asked, by each thing that was declared of those who were invited.
fn came(gate: Gate, people: &[Person<'_>], page: &Page, invited: &[Vec<Answer>]) -> Vec<(String, PublicFigure)> {
    let mut questions: Vec<&str> = invited.iter().flatten().map(|answer| answer.question.as_str()).collect();
    questions.sort_unstable();
    questions.dedup();
    let table = |question: &str| {
        let (mut asked, mut came) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, u32>::new());
        for strata in invited {
            let own = strata.iter().find(|answer| answer.question == question).map(|answer| &answer.value);
            *asked.entry(label(question, own, page)).or_default() += 1;
        }
        // Who was invited and came has what was declared beside the answer.
        for person in people.iter().filter(|person| person.door == "invitation") {
            *came.entry(label(question, person.declared.get(question).copied(), page)).or_default() += 1;
        }
        let name = fields(page).find(|field| field.key == question).map_or(question, |field| &field.label);
        (name.to_owned(), gate.came(&asked, &came))
    };
    questions.into_iter().map(table).collect()
}

/// The words for a declared value; empty where nothing is declared.
fn label(question: &str, value: Option<&Value>, page: &Page) -> String {
    match value {
        Some(Value::Choices(keys)) => {
            let of = |key: &String| {
                let options = choice_of(page, question).map(|(_, choice)| choice.options.as_slice());
                let option = options.into_iter().flatten().find(|option| option.key == *key);
                option.map_or(key.clone(), |option| option.label.clone())
            };
            keys.iter().map(of).collect::<Vec<_>>().join(", ")
        }
        Some(Value::Text(text) | Value::Date(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

impl App {
    /// How diverse those were who took part, by each thing that is known of everybody who lives here.
    pub fn diversity(
        &self,
        id: &ActivityId,
        languages: &[Tag],
        now: Timestamp,
    ) -> Result<Vec<Diversity>, ActivityError> {
        let running = self.running(id)?;
        if running.activity.population.is_empty() {
            return Ok(Vec::new());
        }
        let page = self.whole_page(id, languages, now)?;
        let log = log_of(&running, &self.store().read()?)?;
        let (people, gate) = (people(&log), self.gate());
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let month = |person: &Person<'_>| {
            let day = person.day.map(|day| day.to_string()).unwrap_or_default();
            day.get(..7).unwrap_or_default().to_owned()
        };
        let (doors, months): (Vec<String>, Vec<String>) =
            people.iter().map(|person| (person.door.to_owned(), month(person))).unzip();
        let of = |(table, margin): (&Population, Margin)| {
            let values: Vec<Option<usize>> = people.iter().map(|person| person.value_in(table)).collect();
            Diversity {
                by_door: gate.crossed(&margin, &values, &doors),
                by_month: gate.crossed(&margin, &values, &months),
                question: margin.name,
            }
        };
        Ok(known(&running.activity.population, &page).into_iter().map(of).collect())
    }

    /// What each answer counts for, by whose it is: empty where nothing is weighed.
    pub(super) fn weights_of(&self, activity: &Activity, entries: &[Entry], page: &Page) -> Weights {
        let people = people(entries);
        let (answers, margins) = answerers(&people, &known(&activity.population, page));
        let weighted = self.gate().weighted(&answers, &margins, &[]);
        let each = weighted.map(|weighted| weighted.each).unwrap_or_default();
        people.iter().zip(each).map(|(person, weight)| (weighed_as(person.who, person.first), weight)).collect()
    }
}

/// What answers count for, by [`weighed_as`].
pub(super) type Weights = BTreeMap<(Option<Pseudonym>, EntryId), f64>;

/// Whose a weight is: of somebody nobody can be linked to, that of their entry.
pub(super) fn weighed_as(who: Option<Pseudonym>, first: EntryId) -> (Option<Pseudonym>, EntryId) {
    (who, if who.is_some() { EntryId(0) } else { first })
}

/// What is wrong with what an activity says of the population, in the language of whoever reads it: none where its plugin does not open it.
pub(super) fn population_problems(
    activity: &Activity,
    method: &Method,
    reads: &Tag,
) -> Result<Vec<Problem>, PluginFault> {
    if activity.population.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(mut opened) = method.open(&activity.setup())? else { return Ok(Vec::new()) };
    let audience = Audience {
        role: Role::Anyone,
        languages: activity.languages.clone(),
        now: Moment::default(),
        phase: Phase::Preview,
    };
    let page = opened.view(&reader(&activity.languages, &audience), &PagePath::whole())?;
    Ok(problems_of(activity, &page, reads))
}

/// What is wrong with the tables of a population: a question that is not asked, or not one of which one option is chosen, or a value that is
/// none of its options.
fn problems_of(activity: &Activity, page: &Page, reader: &Tag) -> Vec<Problem> {
    let language = reader.as_str().parse().unwrap_or(Language::En);
    let mut problems = Vec::new();
    for table in &activity.population {
        let mut wrong = |key: &str, values: &[(&str, Arg<'_>)]| {
            let text = Speaker::of(language).text(key, values);
            problems.push(Problem { at: String::new(), text, stops: false });
        };
        let question = ("question", table.question.as_str().into());
        let choices: Vec<&str> = fields(page)
            .filter(|field| matches!(&field.kind, FieldKind::Choice(choice) if choice.most == 1))
            .map(|field| field.key.as_str())
            .collect();
        // Quotas of a draw are made of it, and its form asks.
        if activity.recruiting.as_ref().is_some_and(|plan| plan.item(&table.question).is_some()) {
            continue;
        }
        let Some((_, choice)) = choice_of(page, &table.question).filter(|(_, choice)| choice.most == 1) else {
            let known = choices.join(", ");
            wrong("population-unknown", &[question, ("known", (&known).into())]);
            continue;
        };
        let options: Vec<&str> = choice.options.iter().map(|option| option.key.as_str()).collect();
        for value in table.people.keys().filter(|value| !options.contains(&value.as_str())) {
            let known = options.join(", ");
            wrong("population-value", &[question, ("value", value.into()), ("known", (&known).into())]);
        }
    }
    problems
}

//! Write an engagement method: one trait, one macro, one test.
//!
//! A method *decides and describes*; the box stores, shows, translates its buttons, hides small counts and sends. The three main types
//! are [`Method`] (what you implement), [`Page`] (what you show) and [`Draft`] (what you want remembered).
//!
//! # A whole method
//!
//! ```
//! use allting_plugin_sdk::export_method;
//! use allting_plugin_sdk::method::*;
//!
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     question: Text,
//! }
//!
//! /// Thumbs up or down.
//! struct Thumbs {
//!     settings: Settings,
//!     up: Standing<bool>,
//! }
//!
//! const UP: Phrase = Phrase { nb: "Tommel opp", nn: "Tommel opp", sv: "Tummen upp", en: "Thumbs up" };
//! const DOWN: Phrase = Phrase { nb: "Tommel ned", nn: "Tommel ned", sv: "Tummen ned", en: "Thumbs down" };
//!
//! impl Method for Thumbs {
//!     type Settings = Settings;
//!
//!     fn describe() -> Description {
//!         Description::new("thumbs", "0.1.0")
//!             .title("en", "Thumbs up or down")
//!             .schema(r#"{"type":"object","required":["question"],"properties":{"question":{"format":"words"}}}"#)
//!             .example("en", "Benches", r#"{"question":{"en":"More benches?","nb":"Flere benker?"}}"#)
//!     }
//!
//!     fn check(settings: &Settings, _: &Setup) -> Vec<Problem> {
//!         let empty = settings.question.is_empty();
//!         empty.then(|| Problem::stop("/question", "The question is missing.")).into_iter().collect()
//!     }
//!
//!     fn open(settings: Settings, _: &Setup) -> Self {
//!         Self { settings, up: Standing::default() }
//!     }
//!
//!     fn apply(&mut self, entry: &Entry) {
//!         if let Some([thumb]) = entry.answer("thumb").and_then(Value::chosen) {
//!             self.up.put(entry, thumb == "up");
//!         }
//!     }
//!
//!     fn view(&self, viewer: &Viewer, _path: &str) -> Page {
//!         let (question, language) = self.settings.question.best(&viewer.languages);
//!         Page::new(question, language, |page| {
//!             if viewer.phase != Phase::Closed {
//!                 page.form(Form::new("thumbs"), |form| {
//!                     form.field(
//!                         Field::choice("thumb", question)
//!                             .option("up", UP.to(&viewer.languages))
//!                             .option("down", DOWN.to(&viewer.languages))
//!                             .buttons(),
//!                     );
//!                 });
//!             }
//!             page.card("activity/results");
//!         })
//!     }
//!
//!     fn decide(&self, _: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
//!         Ok(Decision::remember(Draft::answers(&action.values).finished(), ""))
//!     }
//!
//!     fn findings(&self, audience: &Audience) -> Vec<Finding> {
//!         let up = count(self.up.values().filter(|up| **up));
//!         let down = count(self.up.values().filter(|up| !**up));
//!         let (title, language) = self.settings.question.best(&audience.languages);
//!         let people = [(UP, up), (DOWN, down)].map(|(label, n)| Row::new(label.to(&audience.languages), [Cell::Count(n)]));
//!         let figure = Figure::bars(title, ["people"], people).adds(Adds::Down);
//!         vec![Finding::new("thumb", title, language, up + down).figure(figure)]
//!     }
//! }
//!
//! export_method!(Thumbs);
//!
//! // In `#[cfg(test)]`: plays the examples with made-up people, and checks every law of the contract.
//! allting_plugin_sdk::method::testing::assert_laws::<Thumbs>();
//! ```
//!
//! It deliberately gives no clock, no dice, no network and no memory but the log: what the box has stored comes back through
//! [`Method::apply`], and from nothing else may a page or a finding be made.

mod activity;
#[doc(hidden)]
pub mod bindings;
mod blocks;
mod calendar;
mod fields;
mod found;
mod said;
mod standing;
pub mod testing;
mod text;

pub use activity::Method;
#[doc(hidden)]
pub use activity::{Glue, Warm};
pub use bindings::exports::allting::method::deciding::{
    Action, Adds, Answer, Audience, Author, Average, Block, Cell, Choice, ChoiceField, ChoiceLook, Condition, Content,
    Contribution, DateField, Decision, Description, Draft, Entry, EntryId, Example, Field, FieldKind, Figure, Finding,
    Form, Group, Item, Language, Link, Look, MapContent, Moment, Notice, NumberField, Other, Page, Phase, Picture,
    Point, Press, Problem, Progress, Reach, Role, Row, ScaleField, Setup, Shape, ShapeField, ShapeKind, Step,
    StepState, Subject, Tally, Target, Test, Timer, Tone, Value, Viewer, Whose,
};
pub use blocks::Blocks;
pub use calendar::{date_of_day, day_of_date};
pub use found::count;
pub use standing::Standing;
pub use text::{Phrase, Text};

//! The law tester must catch a method that breaks a law; each of these breaks one.
#![allow(clippy::panic, reason = "a method that traps is one of those caught")]

use allting_plugin_sdk::NoSettings;
use allting_plugin_sdk::method::testing::assert_laws;
use allting_plugin_sdk::method::{
    Action, Audience, Blocks, Cell, Decision, Description, Draft, Entry, Field, Figure, Finding, Form, Method, Page,
    Problem, Row, Setup, Value, Viewer,
};

/// Asks for an idea and a mood; the flaw says what is wrong with it.
#[derive(Default)]
struct Flawed<const FLAW: char> {
    ideas: Vec<String>,
    last: u64,
}

impl<const FLAW: char> Method for Flawed<FLAW> {
    type Settings = NoSettings;

    fn describe() -> Description {
        Description::new("flawed", "1").title("en", "Flawed").example("en", "One", "{}")
    }

    fn open(_: NoSettings, _: &Setup) -> Self {
        Self::default()
    }

    fn apply(&mut self, entry: &Entry) {
        self.last = entry.id;
        match entry.answer("idea") {
            Some(Value::Text(idea)) => self.ideas.push(idea.clone()),
            Some(odd) if FLAW == 't' => panic!("an idea is always text, and not {odd:?}"),
            _ => {}
        }
    }

    fn view(&self, _: &Viewer, path: &str) -> Page {
        let ask = |page: &mut Blocks| {
            page.form(Form::new("say"), |form| {
                form.field(Field::text("idea", "What do you think?", 200));
                form.field(Field::number("mood", "From 0 to 10", ""));
            });
        };
        Page::new("Flawed", "en", |page| match (FLAW, path) {
            ('e', "no/such/page") => {}
            ('w', "whole") => page.prose("nothing is asked here"),
            ('q', _) => {
                ask(page);
                page.prose(self.ideas.concat());
            }
            ('f', _) => page.field(Field::text("idea", "What do you think?", 200)),
            ('k', _) => {
                ask(page);
                ask(page);
            }
            _ => ask(page),
        })
    }

    fn decide(&self, _: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
        let idea = action.value("idea").and_then(Value::as_text).unwrap_or("");
        let draft = Draft::answers(&action.values).finished();
        match FLAW {
            'n' => Ok(Decision::remember(draft.note(idea), "")),
            'p' => Ok(Decision::remember(draft, "Page 2")),
            'r' => Err(vec![Problem::stop("no-such-field", "no")]),
            _ => Ok(Decision::remember(draft, "")),
        }
    }

    fn findings(&self, _: &Audience) -> Vec<Finding> {
        let cell = match FLAW {
            'i' => Cell::Number(f64::from(u32::try_from(self.last).unwrap_or(0))),
            _ => Cell::Count(u32::try_from(self.ideas.len()).unwrap_or(0)),
        };
        let columns = if FLAW == 'c' { vec!["one", "two"] } else { vec!["one"] };
        vec![Finding::new("ideas", "Ideas", "en", 0).figure(Figure::table("Ideas", columns, [Row::new("all", [cell])]))]
    }
}

#[test]
fn a_method_without_flaw_passes() {
    assert_laws::<Flawed<'-'>>();
}

macro_rules! caught {
    ($($name:ident: $flaw:literal, $because:literal;)*) => {$(
        #[test]
        #[should_panic(expected = $because)]
        fn $name() {
            assert_laws::<Flawed<$flaw>>();
        }
    )*};
}

caught! {
    an_empty_page: 'e', "is empty";
    a_question_that_paper_lacks: 'w', "not on the page `whole`";
    a_page_that_quotes: 'q', "quotes a person";
    a_field_without_form: 'f', "may not stand in None";
    two_forms_of_one_key: 'k', "form key `say`";
    a_note_with_words: 'n', "a note holds a person's words";
    a_path_no_address_can_hold: 'p', "the path `Page 2`";
    a_problem_of_no_field: 'r', "nobody finds the field";
    a_finding_that_names_an_entry: 'i', "names an entry";
    a_row_too_short: 'c', "has 1 cells, not 2";
    a_trap_on_an_odd_entry: 't', "an idea is always text";
}

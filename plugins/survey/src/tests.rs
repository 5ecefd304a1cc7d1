mod checking;
mod counting;
mod walking;

use super::*;
use allting_plugin_sdk::method::testing::{entry, viewer};
use allting_plugin_sdk::method::{Block, Content, Field};

/// A car owner says how many, everybody says how old; two pages.
const CARS: &str = r#"{"page":[
  {"key":"car","question":[
    {"key":"has","kind":"single","ask":"Car?","option":[{"key":"yes","label":"Yes"},{"key":"no","label":"No"}]},
    {"key":"why","kind":"text","ask":"Why not?","when":[{"question":"has","is":["no"]}]}]},
  {"key":"cars","when":[{"question":"has","is":["yes"]}],"question":[
    {"key":"many","kind":"number","whole":true,"from":1,"to":9,"ask":"How many?"}]},
  {"key":"age","question":[{"key":"age","kind":"number","whole":true,"ask":"How old?","classes":[18,67]}]}]}"#;

fn open(settings: &str) -> Survey {
    Survey::open(serde_json::from_str(settings).unwrap(), &Setup::new(settings))
}

fn choose(question: &str, keys: &[&str]) -> Answer {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Answer { question: question.to_owned(), value: Value::Choices(keys) }
}

fn number(question: &str, number: f64) -> Answer {
    Answer { question: question.to_owned(), value: Value::Number(number) }
}

fn text(question: &str, text: &str) -> Answer {
    Answer { question: question.to_owned(), value: Value::Text(text.to_owned()) }
}

/// Sends a page as the box would, stores what comes of it, and gives the next page.
fn send(survey: &mut Survey, id: u64, who: u64, path: &str, press: Press, values: &[Answer]) -> String {
    let (who, values) = (viewer(Some(who)), values.to_vec());
    let action = Action { path: path.to_owned(), form: FORM.to_owned(), press, about: None, values, extra: Vec::new() };
    let decision = survey.decide(&who, &action).unwrap();
    for draft in decision.drafts {
        survey.apply(&entry(id, &who, draft));
    }
    decision.next
}

fn fields<'p>(page: &'p Page) -> Vec<&'p Field> {
    let field = |block: &'p Block| if let Content::Field(field) = &block.is { Some(field) } else { None };
    page.blocks.iter().filter_map(field).collect()
}

fn keys(page: &Page) -> Vec<&str> {
    fields(page).iter().map(|field| field.key.as_str()).collect()
}

//! When a field is asked: in words for people and paper, and as data for the script that hides it.

use super::Sheet;
use super::asked::name_of;
use model::activity::{Condition, Field, FieldKind, Test};
use serde_json::{Value, json};

/// The sentence and the script's data; none for a field that everybody is asked.
pub(crate) fn condition(field: &Field, fields: &[&Field], sheet: &Sheet<'_>) -> Option<(String, String)> {
    if field.when.is_empty() {
        return None;
    }
    let of = |condition: &Condition| fields.iter().find(|field| field.key == condition.field).copied();
    let parts: Vec<String> = field.when.iter().filter_map(|c| Some(part(&c.holds, of(c)?, sheet))).collect();
    let joined = parts.join(&format!(" {} ", sheet.reader.text("ask-and")));
    let words = sheet.reader.speaker.text("ask-when", &[("condition", (&joined).into())]);
    let script: Vec<Value> = field.when.iter().map(script).collect();
    Some((words, Value::Array(script).to_string()))
}

fn part(holds: &Test, of: &Field, sheet: &Sheet<'_>) -> String {
    let speaker = sheet.reader.speaker;
    let number = |number: f64| speaker.number(number, if number.fract() == 0.0 { 0 } else { 2 });
    let question = ("question", (&of.label).into());
    let options = |keys: &[String]| {
        let label = |key: &String| match &of.kind {
            FieldKind::Choice(choice) => {
                choice.options.iter().find(|option| option.key == *key).map_or(key.clone(), |o| o.label.clone())
            }
            FieldKind::Scale { unsure: Some(unsure), .. } if key == FieldKind::UNSURE => unsure.clone(),
            _ => key.clone(),
        };
        let or = format!(" {} ", sheet.reader.text("ask-or"));
        keys.iter().map(label).collect::<Vec<_>>().join(&or)
    };
    match holds {
        Test::Answered if of.kind == FieldKind::Consent => speaker.text("ask-when-ticked", &[question]),
        Test::Answered => speaker.text("ask-when-answered", &[question]),
        Test::Chosen(keys) => speaker.text("ask-when-chosen", &[question, ("options", (&options(keys)).into())]),
        Test::NotChosen(keys) => speaker.text("ask-when-not", &[question, ("options", (&options(keys)).into())]),
        Test::Between(least, most) => match (least.is_finite(), most.is_finite()) {
            (true, true) => {
                let (least, most) = (number(*least), number(*most));
                let args = [question, ("least", (&least).into()), ("most", (&most).into())];
                speaker.text("ask-when-between", &args)
            }
            (true, false) => speaker.text("ask-when-from", &[question, ("least", (&number(*least)).into())]),
            _ => speaker.text("ask-when-to", &[question, ("most", (&number(*most)).into())]),
        },
    }
}

fn script(condition: &Condition) -> Value {
    let field = name_of(&condition.field);
    match &condition.holds {
        Test::Answered => json!({ "field": field, "answered": true }),
        Test::Chosen(keys) => json!({ "field": field, "chosen": keys }),
        Test::NotChosen(keys) => json!({ "field": field, "not": keys }),
        Test::Between(least, most) => {
            let bound = |bound: &f64| if bound.is_finite() { json!(bound) } else { Value::Null };
            json!({ "field": field, "between": [bound(least), bound(most)] })
        }
    }
}

//! `answers`: ten thousand answers to a survey, folded, reported and exported.

use crate::clock::now;
use crate::stage::Stage;
use crate::table::{Row, duration};
use anyhow::{Context, Result};
use app::{App, Counting, DecoderSet};
use model::activity::{Activity, Answer, Author, Draft, Moderation, Moment, OpenTo, Pseudonym, Tag, Value};
use model::{Language, Slug, Words};
use plugin_host::{Host, Options};
use serde_json::json;
use std::fs;
use std::io::sink;
use std::path::Path;
use store::{Durability, Store};

const ANSWERS: u64 = 10_000;
const QUESTIONS: u64 = 30;
const OPTIONS: u64 = 5;

pub(crate) fn answers(stage: &Stage) -> Result<Vec<Row>> {
    let data = stage.root().join("answers");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/baerum");
    let store = Store::open(&data.join("allting.redb"), store::Options::default())?;
    let app = App::new(town::municipality(&example)?, store, DecoderSet::default())?;
    let wasm = fs::read(stage.plugin("survey")).context("the plugins are not built; `cargo xtask plugins` does it")?;
    let activity = survey()?;
    app.put_activity(activity.clone(), Host::new(Options::default())?.load_method(&activity.method, &wasm)?)?;
    fill(&app, &activity)?;

    let begun = now();
    app.report(&activity.id, &activity.languages, allting::now(), Counting::All)?;
    let reported = now().saturating_duration_since(begun);
    let begun = now();
    app.answer_table(&activity.id, &activity.languages, allting::now())?.write_csv(&mut sink())?;
    let exported = now().saturating_duration_since(begun);
    let memory = format!("{:.1} MiB", f64::from(u32::try_from(app.warm_bytes() >> 10)?) / 1024.0);
    drop(app);
    fs::remove_dir_all(&data)?;
    Ok(vec![
        Row::new("10 000 answers to 30 questions, folded and reported", duration(reported), "<= 1 s"),
        Row::new("the same 10 000 as a table", duration(exported), "<= 2 s"),
        Row::new("memory of that activity, kept warm", memory, "<= 4 MB"),
    ])
}

/// Questions of one choice with these numbers, as a file of an activity has them.
pub(crate) fn questions(numbers: std::ops::Range<u64>) -> String {
    let options =
        (0..OPTIONS).map(|n| format!("{{ key = \"o{n}\", label.nb = \"Svar {n}\" }}")).collect::<Vec<_>>().join(", ");
    let question = |n| {
        let head = format!("[[settings.page.question]]\nkey = \"q{n}\"\nkind = \"single\"\n");
        format!("{head}ask.nb = \"Hva synes du?\"\noption = [{options}]\n")
    };
    numbers.map(question).collect::<Vec<_>>().concat()
}

fn survey() -> Result<Activity> {
    let options: Vec<_> =
        (0..OPTIONS).map(|n| json!({ "key": format!("o{n}"), "label": format!("Svar {n}") })).collect();
    let question = |n| json!({ "key": format!("q{n}"), "kind": "single", "ask": "Hva synes du?", "option": options });
    let questions: Vec<_> = (0..QUESTIONS).map(question).collect();
    let title: Words = [(Language::Nb, "Mange".to_owned())].into_iter().collect();
    Ok(Activity {
        id: Slug::new("many")?,
        method: Slug::new("survey")?,
        title,
        languages: vec![Tag::from(Language::Nb)],
        places: Vec::new(),
        settings: json!({ "page": [{ "key": "one", "question": questions }] }).to_string(),
        opens: None,
        closes: None,
        draft: false,
        open_to: OpenTo::Everyone,
        moderation: Moderation::Before,
        purpose: Words::default(),
        legal_basis: Words::default(),
        decides: Words::default(),
        retention_days: 365,
        answer_days: 90,
        population: Vec::new(),
        recruiting: None,
    })
}

/// Puts the answers into the log, as they lie there after some weeks.
pub(crate) fn fill(app: &App, activity: &Activity) -> Result<()> {
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar)?;
    for who in 0..ANSWERS {
        let chosen = |n: u64| Value::Choices(vec![format!("o{}", (who * 7 + n * who / 3) % OPTIONS)]);
        let answers = (0..QUESTIONS).map(|n| Answer { question: format!("q{n}"), value: chosen(n) });
        let said = Draft { answers: answers.collect(), finished: true, ..Draft::default() };
        let by = Author { pseudonym: Some(Pseudonym(who)), door: Some("mail".to_owned()), ..Author::default() };
        transaction.append(&activity.id, Moment { at: allting::now(), offset_minutes: 60 }, &by, vec![said])?;
    }
    transaction.commit(Durability::Now)?;
    app.store().settle()?;
    Ok(())
}

//! A report as everybody reads it: who is missing, who answered beside who lives here, weighted beside raw, and nothing that is hidden; and what is
//! said of a table of the population that fits no question.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod staff;

use anyhow::{Context, Result};
use model::activity::{Answer, Author, Draft, Moment, Pseudonym, Value};
use model::{Slug, Timestamp};
use reqwest::StatusCode;
use staff::{Stage, hidden};
use std::fs;
use std::path::Path;
use store::Durability;

const SURVEY: &str = r#"
method = "survey"
title.nb = "Parken"
[[population]]
question = "age"
people = { young = 4000, middle = 4000, old = 2000 }
[[population]]
question = "agee"
people = { a = 1, b = 2 }
[[settings.page]]
key = "one"
[[settings.page.question]]
key = "age"
kind = "single"
ask.nb = "Hvor gammel er du?"
[[settings.page.question.option]]
key = "young"
label.nb = "Ung"
[[settings.page.question.option]]
key = "middle"
label.nb = "Voksen"
[[settings.page.question.option]]
key = "old"
label.nb = "Gammel"
[[settings.page.question]]
key = "light"
kind = "single"
ask.nb = "Trenger vi lys?"
option = [{ key = "yes", label.nb = "Ja" }, { key = "no", label.nb = "Nei" }]
[[settings.page.question]]
key = "bench"
kind = "single"
ask.nb = "Trenger vi benker?"
option = [{ key = "yes", label.nb = "Ja" }, { key = "no", label.nb = "Nei" }]
"#;

/// Age, light and bench, and how many answered so.
const ANSWERS: [(&str, &str, &str, u32); 4] = [
    ("young", "yes", "no", 8),
    ("middle", "no", "no", 40),
    ("old", "yes", "no", 30),
    // Three want benches: few enough to be hidden.
    ("middle", "yes", "yes", 3),
];

async fn stage() -> Result<Option<Stage>> {
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    fs::write(folder.join("municipality.toml"), "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n")?;
    fs::write(folder.join("activities/park.toml"), SURVEY)?;
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/survey.wasm");
    if !plugin.is_file() {
        println!("skipped: honest: the plugins are not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    let stage = Stage::on(stage).await?;
    let app = &stage.running.app;
    let (park, municipality) = (Slug::new("park")?, app.municipality());
    let transaction = app.store().begin(&municipality.calendar)?;
    let mut who = 0;
    for (age, light, bench, many) in ANSWERS {
        for _ in 0..many {
            who += 1;
            let answer = |question: &str, key: &str| {
                let value = Value::Choices(vec![key.to_owned()]);
                Answer { question: question.to_owned(), value }
            };
            let answers = vec![answer("age", age), answer("light", light), answer("bench", bench)];
            let door = Some(if who % 3 == 0 { "invitation" } else { "mail" }.to_owned());
            let by = Author { pseudonym: Some(Pseudonym(who)), door, ..Author::default() };
            let at = Moment { at: Timestamp::from_seconds(1_782_997_200), offset_minutes: 120 };
            transaction.append(&park, at, &by, vec![Draft { answers, finished: true, ..Draft::default() }])?;
        }
    }
    transaction.commit(Durability::Now)?;
    Ok(Some(stage))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_whom_it_stands_for_and_hides_what_is_small_weighted_too() -> Result<()> {
    let Some(stage) = stage().await? else { return Ok(()) };
    assert!(
        stage.running.warnings.iter().any(|text| text.contains("`agee`") && text.contains("age, light, bench")),
        "{:?}",
        stage.running.warnings
    );
    let mut owner = stage.claimed().await?;
    let room = owner.page("/nb/staff/activities/park").await?;
    assert!(room.contains("agee"), "{room}");
    let report = owner.page("/nb/staff/activities/park/report").await?;
    assert!(report.contains("Mangfold over tid") && report.contains("2026-07"), "{report}");
    let token = hidden(&report).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let publish = owner.post("/nb/staff/activities/park/report/publish", &[("token", &token)]).await?;
    assert_eq!(publish.status(), StatusCode::SEE_OTHER);
    let page = stage.browser().page("/nb/take-part/park/report").await?;
    for said in [
        "Dette vet vi mindre om, for få av dem svarte: Ung (10 prosent av svarene, 40 prosent av innbyggerne)",
        "Hvem som svarte, og hvem som bor her",
        "Vektet, slik at de som svarte, teller som innbyggerne etter Hvor gammel er du?",
        "De 81 svarene sier da like mye som",
        "Her står ingen feilmargin",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // By door too; of the young only two came by invitation, so that count and those that would tell it are hidden.
    let by_door = page.split("etter hvor de kom fra").nth(1).context("who answered by door")?;
    let by_door = by_door.split("</section>").next().context("their section")?;
    assert!(by_door.contains("færre enn 5") && by_door.contains("40 %"), "{by_door}");
    let weighted = page.split("Vektede tall").nth(1).context("weighted figures")?;
    let weighted = weighted.split("</section>").next().context("their section")?;
    assert!(weighted.contains("Trenger vi lys?"), "{weighted}");
    assert!(!weighted.contains("Trenger vi benker?"), "three wanted benches, and no share tells it: {weighted}");
    let table = owner.page("/nb/staff/activities/park/answers.csv").await?;
    assert!(table.starts_with("answer,day,door,about,finished,odd,weight,age,light,bench"), "{table}");
    let json = owner.page("/nb/staff/activities/park/report.json").await?;
    let json: serde_json::Value = serde_json::from_str(&json)?;
    assert_eq!(json.pointer("/weighted/answered"), Some(&81.into()));
    assert!(json.pointer("/byDoor/0").is_some(), "{json}");
    assert_eq!(json.pointer("/weighted/questions/1"), None, "one question alone is told weighted");
    stage.running.stop().await
}

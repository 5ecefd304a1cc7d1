//! What somebody puts on a map waits, is let through, is hidden: as its author, a stranger and a steward see it in a whole box.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod staff;

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use staff::{Browser, Stage, hidden};
use std::fs;
use std::path::Path;
use store::{Options, Store};

const MAP: &str = r#"
method = "input-map"
title.nb = "Bydelen"
[settings]
ask.nb = "Hva tenker du på?"
[[settings.category]]
key = "traffic"
label.nb = "Trafikk"
[[settings.category]]
key = "green"
label.nb = "Grønt"
"#;
const WORDS: &str = "Mørk underføring, <b>ring</b> 412 34 567";
const SHOWN: &str = "Mørk underføring, &lt;b&gt;ring&lt;/b&gt; 412 34 567";
const ANSWER: &str = "/nb/take-part/map/answer";

async fn stage() -> Result<Option<Stage>> {
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    fs::write(folder.join("municipality.toml"), "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n")?;
    fs::write(folder.join("activities/map.toml"), MAP)?;
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/input-map.wasm");
    if !plugin.is_file() {
        println!("skipped: moderation: the plugins are not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    Stage::on(stage).await.map(Some)
}

/// Puts something on the map; gives the code of whoever did.
async fn put(visitor: &mut Browser, words: &str) -> Result<String> {
    let page = visitor.page(ANSWER).await?;
    let carried = hidden(&page);
    let code = carried.iter().find(|(name, _)| name == "me").map(|(_, code)| code.clone());
    let filled = [("f.where.at", "67.28, 14.4"), ("f.text", words), ("f.about", "traffic")];
    let all = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(filled);
    let answer = visitor.post(ANSWER, &all.collect::<Vec<_>>()).await?;
    let (status, told) = (answer.status(), answer.text().await?);
    ensure!(status == StatusCode::OK && !told.contains("Noe må rettes"), "{status}: {told}");
    code.context("the page gives a code")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_on_a_map_waits_is_let_through_and_is_hidden_with_a_reason() -> Result<()> {
    let Some(stage) = stage().await? else { return Ok(()) };
    let (mut visitor, mut stranger) = (stage.browser(), stage.browser());
    let code = put(&mut visitor, WORDS).await?;
    let seen = stranger.page(ANSWER).await?;
    assert!(!seen.contains("underføring") && seen.contains("Ett innspill til er her"), "{seen}");
    let own = visitor.post(ANSWER, &[("me", &code), ("go", "1")]).await?.text().await?;
    assert!(own.contains(SHOWN) && own.contains("Bare du ser dette ennå") && own.contains("Ditt"), "{own}");
    assert!(own.contains("class=\"marker mine\""), "theirs is marked on the map: {own}");

    let mut owner = stage.claimed().await?;
    let overview = owner.page("/nb/staff/").await?;
    assert!(
        overview.contains("I «Bydelen» venter 1 innspill på at noen ser på det.")
            && overview.contains("activities/map/said"),
        "{overview}"
    );
    let said = "/nb/staff/activities/map/said";
    let page = owner.page(said).await?;
    assert!(page.contains(SHOWN) && page.contains("telefon"), "with what may tell who somebody is: {page}");
    let answer = owner.fill(said, &[("is.1", "hide"), ("why.1", " ")]).await?.text().await?;
    assert!(answer.contains("Skriv hvorfor"), "nothing is hidden without a reason: {answer}");
    assert!(stranger.page(ANSWER).await?.contains("Ett innspill til er her"));

    assert_eq!(owner.fill(said, &[("is.1", "show")]).await?.status(), StatusCode::SEE_OTHER);
    let seen = stranger.page(ANSWER).await?;
    assert!(seen.contains(SHOWN) && !seen.contains("er her, og vises") && !seen.contains("Ditt"), "{seen}");
    assert!(!owner.page("/nb/staff/").await?.contains("venter 1 innspill"));

    let why = "Det står et telefonnummer i det.";
    assert_eq!(owner.fill(said, &[("is.1", "hide"), ("why.1", why)]).await?.status(), StatusCode::SEE_OTHER);
    let seen = stranger.page(ANSWER).await?;
    assert!(!seen.contains("underføring") && !seen.contains("er her, og vises"), "{seen}");
    let table = owner.page("/nb/staff/activities/map/answers.csv").await?;
    assert!(!table.contains("underføring"), "{table}");
    let receipt = visitor.post("/nb/take-part/map/receipt", &[("me", &code)]).await?.text().await?;
    assert!(receipt.contains("underføring") && receipt.contains(why), "its author is told why: {receipt}");

    let Stage { running, stage: folder } = stage;
    running.stop().await?;
    let store = Store::open(&folder.path().join("data/allting.redb"), Options::default())?;
    let log: Vec<String> =
        store.read()?.audit()?.map(|row| row.map(|(_, line)| format!("{line:?}"))).collect::<Result<_, _>>()?;
    for act in ["said-shown", "said-hidden"] {
        assert_eq!(log.iter().filter(|line| line.contains(act) && line.contains("map/1")).count(), 1, "{log:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_decide_and_a_form_of_another_site_neither() -> Result<()> {
    let Some(stage) = stage().await? else { return Ok(()) };
    let mut visitor = stage.browser();
    put(&mut visitor, WORDS).await?;
    let said = "/nb/staff/activities/map/said";
    let turned = visitor.post(said, &[("is.1", "show")]).await?;
    assert!(turned.status() != StatusCode::OK && turned.status() != StatusCode::INTERNAL_SERVER_ERROR);
    let mut owner = stage.claimed().await?;
    let forged = owner.post(said, &[("is.1", "show"), ("token", "0")]).await?;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    assert!(!stage.browser().page(ANSWER).await?.contains("underføring"));
    stage.running.stop().await
}

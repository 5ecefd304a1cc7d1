//! What is said under posts about an activity stands on its page, page by page, and is counted in its report.

use super::{come, remarks};
use crate::stage::{Stage, now, publish_about, until};
use anyhow::{Context, Result, ensure};
use app::{Counting, REMARKS_SHOWN};
use engagement::PublicCell;
use model::activity::{Tag, Verdict};
use model::{About, Language, Slug};
use std::fs;
use std::path::Path;
use town::social::{lock, server};

const PARK: &str = r#"
method = "survey"
title.nb = "Byparken"
[settings]
[[settings.page]]
[[settings.page.question]]
key = "words"
kind = "text"
ask.nb = "Hva mangler?"
"#;

/// The page showed the newest twenty, and no way led to the older ones; the report knew of none.
#[tokio::test(flavor = "multi_thread")]
async fn all_replies_to_an_activity_can_be_read_and_its_report_counts_them_by_channel() -> Result<()> {
    let (peer, social) = server().await?;
    let Some(stage) = Stage::new(peer.port)? else { return Ok(()) };
    let survey = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/survey.wasm");
    if !survey.is_file() {
        println!("skipped: survey.wasm is not built; `cargo xtask plugins` does it");
        return Ok(());
    }
    allting::install_plugin(&survey, &stage.folder()).map_err(anyhow::Error::msg)?;
    fs::create_dir(stage.folder().join("activities"))?;
    stage.write("activities/park.toml", PARK)?;
    let running = stage.start().await?;
    let park = Slug::new("park")?;
    publish_about(&running, "rule/1", &About::Activity(park.clone()))?;
    let post = until(&running, "the post", || Ok(lock(&social).own().first().map(|(id, _)| *id))).await?;
    let many = REMARKS_SHOWN + 5;
    for number in 0..many {
        lock(&social).reply(post, "kari@a.example", &format!("<p>svar nr {number}.</p>"));
    }
    come(&running, many).await?;
    let report = || running.app.report(&park, &[Tag::from(Language::Nb)], now(), Counting::All);
    ensure!(report()?.replies.is_none(), "nobody has looked at them");
    for remark in remarks(&running)? {
        running.app.moderate_remark(remark.id, &Verdict::LetThrough)?;
    }

    let page = |path: String| {
        let address = format!("http://{}{path}", running.web);
        async { anyhow::Ok(reqwest::get(address).await?.error_for_status()?.text().await?) }
    };
    let shown = |page: &str| page.matches("svar nr ").count();
    let first = page("/nb/take-part/park".to_owned()).await?;
    let older = first.split("?before=").nth(1).and_then(|rest| rest.split('#').next()).context("a way on")?;
    let second = page(format!("/nb/take-part/park?before={older}")).await?;
    assert_eq!((shown(&first), shown(&second)), (REMARKS_SHOWN, 5));
    ensure!(!second.contains("?before="), "there is nothing behind it: {second}");
    let odd = page("/nb/take-part/park?before=x'\"&door=social".to_owned()).await?;
    assert_eq!(shown(&odd), REMARKS_SHOWN, "what is no number shows the newest");

    let replies = report()?.replies.context("replies")?;
    let told: Vec<_> = replies.rows.iter().map(|row| (row.label.as_str(), &row.cells[0])).collect();
    let [("social", PublicCell::Count(count))] = told.as_slice() else { anyhow::bail!("{told:?}") };
    assert_eq!(count.known(), Some(u32::try_from(many)?));
    running.stop().await
}

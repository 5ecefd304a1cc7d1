//! The same in a browser, on a phone without JavaScript.

use crate::stage::{PUBLIC, Panel, now};
use anyhow::{Context, Result};
use app::{ImportLetters, ImportPlan, PANEL_ROWS_MAX, Sheet};
use model::{Segment, Slug};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A second thing that the panel was asked, some time ago.
const BENCH: (&str, &str) = (
    "activities/benk.toml",
    r#"
method = "survey"
title = "Benken"
[[settings.page]]
key = "one"
[[settings.page.question]]
key = "where"
kind = "text"
ask = "Hvor?"
"#,
);

/// A workshop that people are drawn for.
const WORKSHOP: (&str, &str) = (
    "activities/verksted.toml",
    r#"
method = "survey"
title = "Verksted om nye sider"
open_to = "invited"
[recruiting]
household = true
[[recruiting.profile]]
id = "age"
name = { nb = "Alder", en = "Age" }
reason = { nb = "Så alle aldre er med.", en = "So that all ages are there." }
option = [{ id = "15-39", name = "15–39" }, { id = "40", name = { nb = "40 og over", en = "40 and over" } }]
[[population]]
question = "age"
people = { "15-39" = 400, "40" = 600 }
[[settings.page]]
key = "one"
[[settings.page.question]]
key = "heard"
kind = "text"
ask = "Ble du hørt?"
"#,
);

#[tokio::test(flavor = "multi_thread")]
async fn somebody_joins_answers_and_leaves_on_a_phone_without_javascript() -> Result<()> {
    walk(&Panel::new().await?, "panel.mjs").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_and_a_steward_walk_from_joining_to_what_happened() -> Result<()> {
    let panel = Panel::with(&[BENCH, WORKSHOP]).await?;
    if panel.asks() {
        let app = &panel.stage.running.app;
        let rows = |who: &str| (0..6).map(|n| format!("{who}{n}@x.example;ja;40")).collect::<Vec<_>>().join("\n");
        let read = |who: &str| Sheet::read(format!("e-post;samtykke;age\n{}", rows(who)).as_bytes(), PANEL_ROWS_MAX);
        let sheet = read("m")?;
        let plan = app.panel_plan().context("a panel")?;
        let import = ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &plan) };
        let begun = now() - Duration::from_hours(9 * 24);
        app.take_panel_list(&sheet, &import, begun, |_, _| Ok(()))?;
        app.ask_panel(&Slug::new("benk")?, &Segment::default(), begun, |_, _| Ok(()))?;
        // These came later, so they may still get letters when the others were reminded.
        app.take_panel_list(&read("n")?, &import, begun, |_, _| Ok(()))?;
    }
    walk(&panel, "walk.mjs").await
}

async fn walk(panel: &Panel, script: &str) -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    if !scripts.join("node_modules/playwright-core").is_dir() || !panel.asks() {
        println!("skipped: browser: `cargo xtask test` brings Chromium, the packages of tests/browser and the plugins");
        return Ok(());
    }
    let base = format!("http://localhost:{}", panel.stage.running.web.port());
    let (mail, code, script) = (panel.mail.clone(), panel.stage.code()?, scripts.join(script));
    let walked = tokio::task::spawn_blocking(move || {
        Command::new("node").arg(script).args([&base, &mail, PUBLIC, &code]).output()
    });
    let walked = walked.await??;
    let report = String::from_utf8_lossy(&walked.stdout).into_owned();
    println!("{report}");
    assert!(walked.status.success(), "{report}{}", String::from_utf8_lossy(&walked.stderr));
    Ok(())
}

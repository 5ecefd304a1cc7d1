//! The same in a browser, on a phone without JavaScript.

use crate::stage::{PUBLIC, Panel};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_joins_answers_and_leaves_on_a_phone_without_javascript() -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let panel = Panel::new().await?;
    if !scripts.join("node_modules/playwright-core").is_dir() || !panel.asks() {
        println!("skipped: browser: `cargo xtask test` brings Chromium, the packages of tests/browser and the plugins");
        return Ok(());
    }
    let base = format!("http://localhost:{}", panel.stage.running.web.port());
    let (mail, code) = (panel.mail.clone(), panel.stage.code()?);
    let walked = tokio::task::spawn_blocking(move || {
        Command::new("node").arg(scripts.join("panel.mjs")).args([&base, &mail, PUBLIC, &code]).output()
    });
    let walked = walked.await??;
    let report = String::from_utf8_lossy(&walked.stdout).into_owned();
    println!("{report}");
    assert!(walked.status.success(), "{report}{}", String::from_utf8_lossy(&walked.stderr));
    Ok(())
}

//! A survey from an empty page to a published report, in a browser.

use anyhow::{Context, Result};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

/// What the whole may take a steward; a script needs no time to think.
const SECONDS_MAX: f64 = 900.0;

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_makes_a_survey_from_an_empty_page_and_publishes_its_report() -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/survey.wasm");
    if !scripts.join("node_modules/playwright-core").is_dir() || !plugin.is_file() {
        println!("skipped: browser: `cargo xtask test` brings Chromium, the packages of tests/browser and the plugins");
        return Ok(());
    }
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir(&folder)?;
    fs::write(folder.join("municipality.toml"), "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n")?;
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let how = allting::Start { folder, data: stage.path().join("data"), listen: Some((any_port, any_port)) };
    let running = allting::start(how).await?;
    let code = running.claim.clone().context("the box shows a code")?;
    let base = format!("http://localhost:{}", running.web.port());
    let walked = tokio::task::spawn_blocking(move || {
        Command::new("node").arg(scripts.join("activities.mjs")).args([&base, &code]).output()
    });
    let walked = walked.await??;
    let report = String::from_utf8_lossy(&walked.stdout).into_owned();
    println!("{report}");
    assert!(walked.status.success(), "{report}{}", String::from_utf8_lossy(&walked.stderr));
    let seconds = report.lines().find_map(|line| {
        line.strip_prefix("from an empty page to a published report in ")?.split(' ').next()?.parse::<f64>().ok()
    });
    assert!(seconds.is_some_and(|seconds| seconds < SECONDS_MAX), "{report}");
    running.stop().await
}

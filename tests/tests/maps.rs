//! The map that moves, in a browser: on the drawing of the example, on a file of tiles, and on one that was cut short.

#![expect(clippy::print_stdout, reason = "a test that cannot run here says so")]

use anyhow::{Context, Result, ensure};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn the_drawn_map_moves_and_can_be_walked_by_keyboard() -> Result<()> {
    let Some(stage) = stage("")? else { return Ok(()) };
    let report = looked_at(&stage, "drawing", &[]).await?;
    ensure!(report.lines().filter(|line| line.starts_with("ok ")).count() >= 15, "too little was looked at: {report}");
    Ok(())
}

/// The address of the file once did not end in `.pmtiles`, so the map took it for a server of single tiles and stayed empty: no
/// test had ever opened it. Its nearest zoom is told too, or a map of the whole world would be blank in town.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_tiles_is_painted() -> Result<()> {
    let Some(stage) = stage("tiles = \"norsjo.pmtiles\"")? else { return Ok(()) };
    write_tiles(&stage, 0)?;
    let report = looked_at(&stage, "tiles", &[]).await?;
    ensure!(report.contains("ok the tiles are painted"), "{report}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_tiles_cut_short_is_told_and_the_drawn_map_stays() -> Result<()> {
    let Some(stage) = stage("tiles = \"norsjo.pmtiles\"")? else { return Ok(()) };
    write_tiles(&stage, 20)?;
    let report = looked_at(&stage, "drawing", &["it is cut short"]).await?;
    ensure!(report.contains("ok Enter on a pin"), "{report}");
    Ok(())
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("browser")
}

/// The folder of the example, with another line in its `[map]`; none without a browser or the map's packages.
fn stage(line: &str) -> Result<Option<TempDir>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tests lie in the workspace")?;
    if !scripts().join("node_modules/playwright-core").is_dir() || !root.join("web/brought/leaflet.js").is_file() {
        println!("skipped: map in a browser: `cargo xtask test` brings Chromium, its packages and those of the map");
        return Ok(None);
    }
    let stage = tempfile::tempdir()?;
    for name in ["municipality.toml", "places.toml", "map.geojson"] {
        fs::copy(root.join("examples/norsjo").join(name), stage.path().join(name))?;
    }
    let general = fs::read_to_string(stage.path().join("municipality.toml"))?;
    let with_line = general.replace("[map]\n", &format!("[map]\n{line}\n"));
    ensure!(with_line != general, "the example has a map");
    fs::write(stage.path().join("municipality.toml"), with_line)?;
    Ok(Some(stage))
}

fn write_tiles(stage: &TempDir, cut: usize) -> Result<()> {
    let mut write = Command::new("node");
    write.arg(scripts().join("tiles.mjs")).arg(stage.path().join("norsjo.pmtiles")).arg(cut.to_string());
    ensure!(write.status()?.success(), "no tiles");
    Ok(())
}

/// What the browser found on a box with this folder, which warns of `warned`.
async fn looked_at(stage: &TempDir, ground: &'static str, warned: &[&str]) -> Result<String> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let data = stage.path().join("data");
    let how = allting::Start { folder: stage.path().to_owned(), data, listen: Some((any_port, any_port)) };
    let running = allting::start(how).await?;
    for what in warned {
        ensure!(running.warnings.iter().any(|told| told.contains(what)), "{:?}", running.warnings);
    }
    let base = format!("http://{}", running.web);
    let looked = tokio::task::spawn_blocking(move || {
        Command::new("node").arg(scripts().join("map.mjs")).args([&base, "sv", ground]).output()
    });
    let looked = looked.await??;
    let report = String::from_utf8_lossy(&looked.stdout).into_owned();
    ensure!(looked.status.success(), "{report}{}", String::from_utf8_lossy(&looked.stderr));
    running.stop().await?;
    Ok(report)
}

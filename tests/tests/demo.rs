//! The path of `cargo xtask demo`: the library of the example fills, posts leave by every channel that the demo adds, the page `What left
//! the box` shows them, and a reply written there stands on the page of the library once somebody has let it through.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

use allting::{Running, Start};
use anyhow::{Context, Result, ensure};
use app::Sort;
use model::activity::Verdict;
use reqwest::Client;
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use town::live::{Crowd, Live, Pace};
use town::wall::{Doors, Wall};

const PATIENCE: Duration = Duration::from_mins(2);
const PLUGINS: [&str; 5] = ["elsys", "js-codec", "mastodon", "webhook", "newsletter"];
/// The folders say these.
const WEB: &str = "127.0.0.1:8025";
const SMTP: &str = "port = 1025";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder as the demo makes it, but for where things are; none where a plugin is not built.
fn furnished(folder: &Path, at: Doors) -> Result<Option<()>> {
    town::copy_folder(&root().join("examples/norsjo"), folder)?;
    let more = root().join("xtask/demo/norsjo");
    let read = |file: &Path| Ok::<_, anyhow::Error>(fs::read_to_string(file)?.replace(WEB, &at.web.to_string()));
    for file in ["channels.toml", "rules/library-full.toml"] {
        fs::write(folder.join(file), read(&more.join(file))?)?;
    }
    let secrets = read(&folder.join("secrets.toml"))? + &read(&more.join("secrets.toml"))?;
    fs::write(folder.join("secrets.toml"), secrets)?;
    let general = read(&folder.join("municipality.toml"))? + &read(&more.join("municipality.toml"))?;
    let general = general.replace(SMTP, &format!("port = {}", at.smtp.port()));
    let first = "trust_clock = true\npublic_url = \"http://127.0.0.1:8080\"\n";
    fs::write(folder.join("municipality.toml"), format!("{first}{general}"))?;
    for plugin in PLUGINS {
        let wasm = root().join(format!("target/plugins/{plugin}.wasm"));
        if !wasm.is_file() {
            println!("skipped: {plugin}.wasm is not built; `cargo xtask plugins` does it");
            return Ok(None);
        }
        allting::install_plugin(&wasm, folder).map_err(anyhow::Error::msg)?;
    }
    Ok(Some(()))
}

/// Looks at a page until something stands on it.
async fn until(address: &str, words: &[&str]) -> Result<String> {
    let begun = Instant::now();
    loop {
        let page = reqwest::get(address).await?.text().await?;
        if words.iter().all(|word| page.contains(word)) {
            return Ok(page);
        }
        ensure!(begun.elapsed() < PATIENCE, "{words:?} did not come to {address}: {page}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// A sensor tells how many came since its last report, so somebody presses the button once the box knows the door.
async fn fills(crowd: &Crowd, live: &mut Live) -> Result<()> {
    let begun = Instant::now();
    while let Some(event) = live.next().await {
        if event.to_string().starts_with("library-door sent") {
            crowd.come(allting::now());
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "the door does not speak");
    }
    anyhow::bail!("the town fell silent")
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_demo_the_library_fills_posts_can_be_seen_arriving_and_a_reply_comes_back() -> Result<()> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let wall = Wall::new(allting::now);
    let (at, serve) = wall.clone().open(Doors { smtp: any_port, web: any_port }).await?;
    tokio::spawn(serve);
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    let Some(()) = furnished(&folder, at)? else { return Ok(()) };
    let how = Start { folder: folder.clone(), data: stage.path().join("data"), listen: Some((any_port, any_port)) };
    let running = allting::start(how).await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);

    let municipality = town::municipality(&folder)?;
    let often = Pace { to: running.gwmp, every: Duration::from_secs(2), now: allting::now };
    let mut live = Live::start(&municipality, often, BTreeMap::new()).await?;
    let crowd = live.crowd().context("a place that can be filled")?;
    assert_eq!(crowd.place(), "Norsjö library");
    fills(&crowd, &mut live).await?;
    let town = tokio::spawn(async move { while live.next().await.is_some() {} });

    let base = format!("http://{}", at.web);
    let door = "http://127.0.0.1:8080/sv/places/library?door=mastodon";
    let title = "Mycket folk på Norsjö bibliotek";
    let page = until(&format!("{base}/"), &[title, door, "the signature is sound", "?door=program"]).await?;
    let picture = page.split("<img src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let words = page.split("\" alt=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    ensure!(words.len() > 20, "a picture has words: {page}");
    let bytes = reqwest::get(format!("{base}{picture}")).await?.bytes().await?;
    ensure!(bytes.starts_with(b"\x89PNG"), "a picture that can be looked at");
    town.abort();

    let post = page.split("href=\"/post/").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let body = "text=Fler+stolar+%26+tystare%21";
    let form = "application/x-www-form-urlencoded";
    let sent = Client::new().post(format!("{base}/post/{post}")).header("content-type", form).body(body).send().await?;
    ensure!(sent.text().await?.contains("Fler stolar &amp; tystare!"), "it stands under its post");
    let_through(&running).await?;
    let page = format!("http://{}/sv/places/library", running.web);
    until(&page, &["Fler stolar &amp; tystare!", "Mastodon"]).await?;
    running.stop().await
}

/// A colleague looks for replies, and lets the first one through.
async fn let_through(running: &Running) -> Result<()> {
    let begun = Instant::now();
    loop {
        running.app.collect_replies();
        let waiting = running.app.remark_room(Sort::Waiting, (0, 1), allting::now())?;
        if let Some(voice) = waiting.voices.first() {
            let shown = reqwest::get(format!("http://{}/sv/places/library", running.web)).await?.text().await?;
            ensure!(!shown.contains("Fler stolar"), "nobody has looked at it");
            ensure!(running.app.moderate_remark(voice.remark.id, &Verdict::LetThrough)?);
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "no reply came back");
        sleep(Duration::from_millis(50)).await;
    }
}

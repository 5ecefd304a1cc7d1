//! A whole box in this process, gateways and devices of other makers outside it: an uplink travels from a datagram to a living
//! place page.

#![expect(clippy::print_stdout, reason = "a test that cannot run here says so")]

use anyhow::{Context, Result};
use model::{DevEui, Scope, Timestamp};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::timeout;
use town::live::{Live, Pace};
use town::radio::{Air, Confirm, EndDevice, Memory};

/// Nothing here takes longer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

struct Box_ {
    running: allting::Running,
    stage: TempDir,
    token: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uplink_travels_from_a_datagram_to_a_living_page() -> Result<()> {
    let Some(town_box) = started().await? else { return Ok(()) };
    hostile_datagrams(town_box.running.gwmp).await?;
    let mut feed = town_box.feed(&town_box.token).await?;
    assert_eq!(feed.status(), StatusCode::OK);
    assert_eq!(feed.headers()["allting-gate"], "none", "the feed says that it has not passed the public gate");

    let _town = town(&town_box).await?;
    let mut native = None;
    let mut javascript = None;
    while native.is_none() || javascript.is_none() {
        let uplink = next_line(&mut feed).await?;
        assert!(uplink["error"].is_null(), "{uplink}");
        for field in ["devEui", "fCnt", "receivedAt", "observations"] {
            assert!(!uplink[field].is_null(), "{field} is missing in {uplink}");
        }
        let by_javascript = uplink["codecOutput"].is_object();
        if by_javascript {
            javascript.replace(uplink)
        } else {
            native.replace(uplink)
        };
    }

    let page = town_box.get("/sv/places/library").await?;
    assert!(page.contains("Norsjö bibliotek"), "the page is about the library");
    let places: Value = serde_json::from_str(&town_box.get("/api/v1/places").await?)?;
    assert_eq!(places["places"].as_array().map(Vec::len), Some(10), "{places}");
    town_box.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_follows_the_uplinks_without_a_token() -> Result<()> {
    let Some(town_box) = started().await? else { return Ok(()) };
    for wrong in ["", "allting_0000000000000000000000000000000000000000", "Bearer"] {
        assert_eq!(town_box.feed(wrong).await?.status(), StatusCode::UNAUTHORIZED, "{wrong:?}");
    }
    town_box.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_and_screen_readers_can_use_the_portal() -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    if !scripts.join("node_modules/playwright-core").is_dir() {
        println!("skipped: browser: `cargo xtask test` brings Chromium and the packages of tests/browser");
        return Ok(());
    }
    let Some(town_box) = started_with_a_past().await? else { return Ok(()) };
    let _town = town(&town_box).await?;
    let base = format!("http://{}", town_box.running.web);
    let looked = tokio::task::spawn_blocking(move || {
        Command::new("node").arg(scripts.join("portal.mjs")).args([&base, "library", "nb", "nn", "sv", "en"]).output()
    });
    let looked = looked.await??;
    let report = String::from_utf8_lossy(&looked.stdout).into_owned();
    assert!(looked.status.success(), "{report}{}", String::from_utf8_lossy(&looked.stderr));
    assert!(report.lines().filter(|line| line.starts_with("ok ")).count() > 50, "too little was looked at: {report}");
    town_box.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_is_there_after_a_restart() -> Result<()> {
    let Some(town_box) = started().await? else { return Ok(()) };
    let mut feed = town_box.feed(&town_box.token).await?;
    let town_ = town(&town_box).await?;
    let heard = next_line(&mut feed).await?;
    drop(town_);
    town_box.running.stop().await?;

    let again = start(town_box.stage.path()).await?;
    let snapshot = again.app.store().read()?;
    let stored = snapshot.uplinks(Timestamp::from_ms(0)..Timestamp::from_ms(i64::MAX))?;
    let euis: Vec<String> = stored.map(|u| u.map(|u| u.uplink.dev_eui.to_string())).collect::<Result<_, _>>()?;
    drop(snapshot);
    assert!(euis.iter().any(|eui| heard["devEui"] == eui.as_str()), "{heard} is not among {euis:?}");
    again.stop().await
}

/// Turns a number of seconds into two bytes on port 85, as vendors' codecs do.
const ENCODER: &str = "\nfunction encodeDownlink(input) {\n  var s = input.data.interval;\n  \
     if (!(s > 0)) return { errors: ['interval must be more than 0'] };\n  \
     return { fPort: 85, bytes: [s >> 8, s & 255] };\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_program_tells_a_device_what_to_do_and_learns_what_became_of_it() -> Result<()> {
    let Some((stage, _)) = stage()? else { return Ok(()) };
    let folder = stage.path().join("norsjo");
    let codec = folder.join("codecs/people-counter.js");
    fs::write(&codec, fs::read_to_string(&codec)? + ENCODER)?;
    let token = allting::new_token("heating", &folder, &[Scope::Send, Scope::Read])?;
    let town_box = Box_ { running: start(stage.path()).await?, stage, token };
    let municipality = town::municipality(&folder)?;
    let counter = municipality.sensors.iter().find(|s| s.id.as_str() == "sports-hall-counter").context("a counter")?;
    let queue = format!("/api/v1/devices/{}/downlinks", counter.device.dev_eui);

    let (status, wrong) = town_box.post(&queue, &json!({"command": "send", "arguments": {"interval": 0}})).await?;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(wrong["detail"].as_str().is_some_and(|why| why.contains("interval must be more than 0")), "{wrong}");
    let command = json!({"command": "send", "arguments": {"interval": 600}, "confirmed": true});
    let (status, queued) = town_box.post(&queue, &command).await?;
    assert_eq!((status, &queued["payload"], &queued["fPort"]), (StatusCode::CREATED, &json!("0258"), &json!(85)));
    let (_, second) = town_box.post(&queue, &json!({"fPort": 9, "payload": "0102"})).await?;
    assert_eq!(second["state"], "waiting");
    town_box.has_on_disk(counter.device.dev_eui, 2)?;

    let gateways: Vec<_> = municipality.gateways.iter().map(|gateway| gateway.eui).collect();
    let (told, _) = mpsc::unbounded_channel();
    let air = Air::with_gateways(town_box.running.gwmp, &gateways, told).await?;
    let mut device = EndDevice::new(&counter.device, &air, Memory::default());
    device.join().await.context("the device did not join")?;
    let mut heard = Vec::new();
    for _ in 0..3 {
        let sent = device.send(2, &[0; 4], Confirm::Yes).await.map_err(|why| anyhow::anyhow!("{why:?}"))?;
        let received = sent.received.context("no answer")?;
        assert!(received.acknowledges);
        heard.extend(received.data);
    }
    assert_eq!(heard, [(85, vec![2, 0x58]), (9, vec![1, 2])]);
    let listed: Value = serde_json::from_str(&town_box.get_with(&queue, &town_box.token).await?)?;
    let became: Vec<_> = listed["downlinks"].as_array().into_iter().flatten().map(|d| d["state"].clone()).collect();
    assert_eq!(became, ["acknowledged", "sent"], "{listed}");
    assert_eq!(listed["commands"][0]["name"], "send");

    let mut frames = town_box.follow("/api/v1/frames/live", &town_box.token).await?;
    let mut outcomes = Vec::new();
    while outcomes.len() < 4 {
        let frame = next_line(&mut frames).await?;
        if frame["taken"] == true && frame["outcome"] != "copy" {
            assert_eq!(frame["sensor"], "sports-hall-counter", "{frame}");
            outcomes.push(frame["outcome"].as_str().unwrap_or_default().to_owned());
        }
    }
    assert_eq!(outcomes, ["joined", "uplink", "uplink", "uplink"]);
    town_box.stop().await
}

/// A running box with the example town and its plugins, an empty data file and a token; none when the plugins are not built.
async fn started() -> Result<Option<Box_>> {
    let Some((stage, token)) = stage()? else { return Ok(None) };
    let running = start(stage.path()).await?;
    Ok(Some(Box_ { running, stage, token }))
}

/// The same with the last weeks lived through.
async fn started_with_a_past() -> Result<Option<Box_>> {
    let Some((stage, token)) = stage()? else { return Ok(None) };
    let (folder, data) = (stage.path().join("norsjo"), stage.path().join("data"));
    let lived = tokio::task::spawn_blocking(move || {
        Command::new(env!("CARGO_BIN_EXE_town"))
            .args(["history", "--days", "60", "--folder"])
            .arg(folder)
            .arg("--data")
            .arg(data)
            .output()
    });
    let lived = lived.await??;
    assert!(lived.status.success(), "{}", String::from_utf8_lossy(&lived.stderr));
    let running = start(stage.path()).await?;
    Ok(Some(Box_ { running, stage, token }))
}

fn stage() -> Result<Option<(TempDir, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tests lie in the workspace")?;
    let plugins: Vec<PathBuf> =
        ["elsys", "js-codec"].map(|name| root.join(format!("target/plugins/{name}.wasm"))).into();
    if plugins.iter().any(|plugin| !plugin.is_file()) {
        println!("skipped: whole box: the plugins are not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("norsjo");
    town::copy_folder(&root.join("examples/norsjo"), &folder)?;
    for plugin in plugins {
        allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    }
    let token = allting::new_token("test", &folder, &[Scope::Read])?;
    Ok(Some((stage, token)))
}

async fn start(stage: &Path) -> Result<allting::Running> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = allting::start(allting::Start {
        folder: stage.join("norsjo"),
        data: stage.join("data"),
        listen: Some((any_port, any_port)),
    });
    let running = running.await?;
    assert!(running.warnings.is_empty(), "{:?}", running.warnings);
    Ok(running)
}

async fn town(town_box: &Box_) -> Result<Live> {
    let municipality = town::municipality(&town_box.stage.path().join("norsjo"))?;
    let pace = Pace { to: town_box.running.gwmp, every: Duration::from_secs(5), now: allting::now };
    Ok(Live::start(&municipality, pace, BTreeMap::new()).await?)
}

impl Box_ {
    async fn get(&self, path: &str) -> Result<String> {
        let answer = Client::new().get(format!("http://{}{path}", self.running.web)).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    async fn get_with(&self, path: &str, token: &str) -> Result<String> {
        let answer = Client::new().get(format!("http://{}{path}", self.running.web)).bearer_auth(token).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(StatusCode, Value)> {
        let url = format!("http://{}{path}", self.running.web);
        let answer = Client::new().post(url).bearer_auth(&self.token).body(body.to_string()).send().await?;
        Ok((answer.status(), serde_json::from_str(&answer.text().await?)?))
    }

    /// What was told rests in the file: whoever copies it now has it.
    fn has_on_disk(&self, dev_eui: DevEui, count: usize) -> Result<()> {
        let copy = self.stage.path().join("copy.redb");
        fs::copy(self.stage.path().join("data/allting.redb"), &copy)?;
        let found = store::Store::open(&copy, store::Options::default())?.read()?.downlinks(dev_eui)?;
        assert_eq!(found.len(), count, "{found:?}");
        Ok(())
    }

    async fn feed(&self, token: &str) -> Result<reqwest::Response> {
        self.follow("/api/v1/uplinks/live", token).await
    }

    async fn follow(&self, path: &str, token: &str) -> Result<reqwest::Response> {
        let url = format!("http://{}{path}", self.running.web);
        Ok(Client::new().get(url).bearer_auth(token).header("accept", "application/x-ndjson").send().await?)
    }

    async fn stop(self) -> Result<()> {
        self.running.stop().await
    }
}

/// One line of the feed; heartbeats are empty lines.
async fn next_line(feed: &mut reqwest::Response) -> Result<Value> {
    let mut line = Vec::new();
    loop {
        let chunk = timeout(PATIENCE, feed.chunk()).await.context("nothing came over the feed")??;
        line.extend_from_slice(&chunk.context("the feed ended")?);
        if let Some(end) = line.iter().position(|b| *b == b'\n') {
            if end > 0 {
                line.truncate(end);
                return Ok(serde_json::from_slice(&line)?);
            }
            line.clear();
        }
    }
}

/// What a box must survive before breakfast: the twelve bytes that kill another server, noise, a frame of nobody.
async fn hostile_datagrams(to: SocketAddr) -> Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let twelve = [0x02, 0x1a, 0x34, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0x02, 0x00];
    socket.send_to(&twelve, to).await?;
    for length in 0..200_u8 {
        let noise: Vec<u8> = (0..length).map(|i| i.wrapping_mul(length).wrapping_add(101)).collect();
        socket.send_to(&noise, to).await?;
    }
    Ok(())
}

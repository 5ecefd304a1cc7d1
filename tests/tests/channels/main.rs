//! What is published leaves a whole box by its channels, once, whatever the peer and the power do.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

mod broker;
#[path = "channels/facebook.rs"]
mod facebook;
#[path = "channels/matrix.rs"]
mod matrix;
#[path = "channels/sms.rs"]
mod sms;

use allting::{Running, Start};
use anyhow::{Result, ensure};
use app::{NewPublication, PreviewError};
use broker::Broker;
use model::channel::Post;
use model::{ChannelId, Delivery, DeliveryState, Language, Picture, Publication, PublicationText, Slug, Timestamp};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::Durability;
use tempfile::TempDir;
use tokio::time::sleep;
use town::peer::{Asked, Peer, Says, says};

const PATIENCE: Duration = Duration::from_mins(2);
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn built(plugin: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/plugins/{plugin}.wasm"));
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: {plugin}.wasm is not built; `cargo xtask plugins` does it");
    None
}

/// A municipality with one channel.
struct Stage {
    stage: TempDir,
}

impl Stage {
    /// None where the plugin is not built.
    fn new(plugin: &str, channel: &str) -> Result<Option<Self>> {
        let Some(wasm) = built(plugin) else { return Ok(None) };
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir_all(&folder)?;
        let general = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n";
        fs::write(folder.join("municipality.toml"), general)?;
        let secrets = format!("[secret.peer]\nvalue = \"{SECRET}\"\nhosts = [\"127.0.0.1\"]\n");
        fs::write(folder.join("secrets.toml"), secrets)?;
        allting::install_plugin(&wasm, &folder).map_err(anyhow::Error::msg)?;
        fs::write(folder.join("channels.toml"), channel)?;
        Ok(Some(Self { stage }))
    }

    fn webhook(port: u16, more: &str) -> Result<Option<Self>> {
        Self::new("webhook", &webhook(port, more))
    }

    fn folder(&self) -> PathBuf {
        self.stage.path().join("folder")
    }

    async fn start(&self) -> Result<Running> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let data = self.stage.path().join("data");
        allting::start(Start { folder: self.folder(), data, listen: Some((any_port, any_port)) }).await
    }
}

fn webhook(port: u16, more: &str) -> String {
    format!(
        "[[channel]]\nid = \"town\"\nplugin = \"webhook\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
         per_minute = 6000\n{more}\n\
         [channel.settings]\naddress = \"http://127.0.0.1:{port}/hook\"\nsecret = \"peer\"\n"
    )
}

fn town() -> ChannelId {
    Slug::new("town").unwrap_or_else(|_| unreachable!("a sound name"))
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}

fn publication(name: &str) -> Publication {
    let text = |language, title: &str, body: &str| PublicationText {
        language,
        title: title.to_owned(),
        body: body.to_owned(),
    };
    Publication {
        name: name.to_owned(),
        texts: vec![
            text(Language::Nb, "Rolig på biblioteket", "Det er god plass nå."),
            text(Language::En, "Calm at the library", "There is room now."),
        ],
        door: Some("https://lillevik.example/go/her".to_owned()),
        picture: Some(Picture {
            bytes: b"\x89PNG\r\n\x1a\n of the usual day".to_vec(),
            width: 1200,
            height: 630,
            alternative: [(Language::Nb, "En bakke og en sol.".to_owned())].into_iter().collect(),
        }),
        expires_at: None,
    }
}

fn put(running: &Running, publications: &[Publication], approved: Option<Vec<Post>>) -> Result<()> {
    let app = &running.app;
    let approved = approved.map(|posts| BTreeMap::from([(town(), posts)]));
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar)?;
    for publication in publications {
        let new = NewPublication { approved: approved.as_ref(), ..NewPublication::new(publication, "a test", now()) };
        let queued = app.queue_publication(&transaction, &new)?;
        ensure!(queued.len() == 1, "{queued:?}");
    }
    transaction.commit(Durability::Now)?;
    app.outbox_changed();
    Ok(())
}

fn deliveries(running: &Running) -> Result<Vec<Delivery>> {
    Ok(running
        .app
        .store()
        .read()?
        .deliveries()?
        .map(|row| row.map(|(_, delivery)| delivery))
        .collect::<Result<_, _>>()?)
}

/// Waits until all that was put has come to this state.
async fn all_are(running: &Running, state: DeliveryState) -> Result<Vec<Delivery>> {
    let begun = Instant::now();
    loop {
        let all = deliveries(running)?;
        if !all.is_empty() && all.iter().all(|delivery| delivery.state == state) {
            return Ok(all);
        }
        ensure!(begun.elapsed() < PATIENCE, "{state:?} was expected, and there is {all:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn stuck(running: &Running) -> Result<String> {
    let begun = Instant::now();
    loop {
        if let Some((_, why, _)) = running.app.outbox_report(10, now())?.stuck.into_iter().next() {
            return Ok(why);
        }
        ensure!(begun.elapsed() < PATIENCE, "it does not stand still: {:?}", deliveries(running)?);
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_reaches_a_webhook_once_and_signed_as_the_standard_has_it() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "{}")).await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let preview = running.app.preview(&publication("rule/1"), &town())?;
    assert_eq!((preview[0].title.as_str(), preview[0].language), ("Rolig på biblioteket", Language::Nb));
    let begun = Instant::now();
    put(&running, &[publication("rule/1")], None)?;
    let asked = peer.was_asked(1).await?.remove(0);
    println!("from the outbox to the request: {} ms", begun.elapsed().as_millis());
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!((sent.handle.as_deref(), sent.tries), (Some("rule/1"), 1));
    // Put once more: the same cause is the same delivery.
    put(&running, &[publication("rule/1")], None)?;
    let body: serde_json::Value = serde_json::from_slice(&asked.body)?;
    assert_eq!(body["data"]["link"], "https://lillevik.example/go/her?door=town");
    assert_eq!(body["data"]["texts"][1]["title"], "Calm at the library");
    assert_eq!(asked.headers["webhook-id"], sent.key.to_string());
    verified(&stage, &asked)?;
    running.stop().await?;
    assert_eq!(peer.asked().len(), 1);
    Ok(())
}

/// The library of the standard's authors believes the request, and believes no other.
fn verified(stage: &Stage, asked: &Asked) -> Result<()> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/webhooks/bin/python");
    if !python.parent().is_some_and(|bin| bin.join("../whole").is_file()) {
        println!("skipped: standardwebhooks: pip could not bring it");
        return Ok(());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("outside/webhook.py");
    let mut says = Vec::new();
    for body in [String::from_utf8(asked.body.clone())?, String::from_utf8(asked.body.clone())?.replace("god", "ond")] {
        let file = stage.stage.path().join("asked.json");
        fs::write(&file, serde_json::json!({ "headers": asked.headers, "body": body }).to_string())?;
        let done = Command::new(&python).arg(&script).arg(&file).arg(SECRET).output()?;
        says.push(String::from_utf8_lossy(&done.stdout).trim().to_owned());
        ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let [ours, forged] = says.as_slice() else { anyhow::bail!("two verdicts") };
    ensure!(ours == "sound" && forged.starts_with("WebhookVerificationError"), "{says:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_what_is_sent() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "")).await?;
    let Some(stage) = Stage::webhook(peer.port, "languages = [\"en\"]")? else { return Ok(()) };
    let running = stage.start().await?;
    let mut posts = running.app.preview(&publication("rule/1"), &town())?;
    assert_eq!(posts[0].language, Language::En);
    posts[0].note = posts[0].note.iter().map(|byte| if *byte == b'!' { b'.' } else { *byte }).collect();
    let note = String::from_utf8(posts[0].note.clone())?.replace("room now", "room, said the clerk");
    posts[0].note = note.into_bytes();
    put(&running, &[publication("rule/1")], Some(posts))?;
    let asked = peer.was_asked(1).await?.remove(0);
    ensure!(String::from_utf8_lossy(&asked.body).contains("room, said the clerk"));
    let long = Publication {
        texts: vec![PublicationText { language: Language::En, title: String::new(), body: "x".repeat(30_000) }],
        ..publication("rule/2")
    };
    let refused = running.app.preview(&long, &town());
    ensure!(matches!(&refused, Err(PreviewError::Unfit(why)) if why.contains("make the texts shorter")), "{refused:?}");
    running.stop().await
}

/// A post that its plugin would not compose was noted as begun, with nothing to send; so the next try found nothing left to do, and called it
/// sent. What could not be composed is composed anew at each try: whoever sends it again reads the same reason, and nobody that it is out.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_composed_is_never_called_sent() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "")).await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let running = stage.start().await?;
    let text = PublicationText { language: Language::En, title: String::new(), body: "x".repeat(30_000) };
    put(&running, &[Publication { texts: vec![text], ..publication("rule/1") }], None)?;
    for _ in 0..3 {
        let dead = all_are(&running, DeliveryState::Dead).await?.remove(0);
        ensure!(dead.said.contains("make the texts shorter"), "{}", dead.said);
        running.app.resend_delivery(dead.id, now())?;
    }
    all_are(&running, DeliveryState::Dead).await?;
    ensure!(peer.asked().is_empty());
    running.stop().await
}

/// A peer that is away, answers late, half, garbage, too much, sends elsewhere or asks for patience costs nothing, and hears it once more.
#[tokio::test(flavor = "multi_thread")]
async fn peers_that_misbehave_are_tried_again_and_hear_the_same_name() -> Result<()> {
    let peer = Peer::new(|number, _| match number {
        0 => Says::Answer(429, "Retry-After: 1\r\n".to_owned(), String::new()),
        1 => says(500, "<html>"),
        2 => Says::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        3 => Says::Bytes(b"\0\x01 nonsense\r\n\r\n"),
        _ => says(200, ""),
    })
    .await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let mut running = stage.start().await?;
    put(&running, &[publication("rule/1")], None)?;
    for tries in 1..=4 {
        peer.was_asked(tries).await?;
        let begun = Instant::now();
        while deliveries(&running)?[0].tries < u32::try_from(tries)? {
            ensure!(begun.elapsed() < PATIENCE, "{:?}", deliveries(&running)?);
            sleep(Duration::from_millis(20)).await;
        }
        // Nobody waits for the backoff here: a box that starts anew knows when it is due, so that is set back.
        let delivery = deliveries(&running)?.remove(0);
        assert_eq!(delivery.state, DeliveryState::Waiting);
        running.stop().await?;
        let (app, _) = allting::assemble(&stage.folder(), &stage.stage.path().join("data"))?;
        let municipality = app.municipality();
        let transaction = app.store().begin(&municipality.calendar)?;
        transaction.note_delivery(&Delivery { due_at: now(), ..delivery }, None)?;
        transaction.commit(Durability::Now)?;
        drop(app);
        running = stage.start().await?;
    }
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    running.stop().await?;
    let ids: Vec<String> = peer.asked().iter().map(|asked| asked.headers["webhook-id"].clone()).collect();
    assert_eq!((ids.len(), sent.tries), (5, 5));
    assert!(ids.iter().all(|id| *id == sent.key.to_string()), "{ids:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_peer_will_not_have_waits_for_staff_and_what_it_says_shows_no_secret() -> Result<()> {
    let peer = Peer::new(|number, _| match number {
        0 => says(422, &format!("no {SECRET}")),
        1 => Says::Answer(302, "Location: http://127.0.0.1:1/staff\r\n".to_owned(), String::new()),
        _ => says(200, ""),
    })
    .await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let running = stage.start().await?;
    put(&running, &[publication("rule/1")], None)?;
    let dead = all_are(&running, DeliveryState::Dead).await?.remove(0);
    assert_eq!(dead.said, "It answered 422: no [secret]");
    running.app.resend_delivery(dead.id, now())?;
    // A redirect is not followed: the channel stands still, and says why.
    let why = stuck(&running).await?;
    ensure!(why.contains("302") && why.contains("is the address right?"), "{why}");
    assert_eq!(peer.asked().len(), 2);
    // Staff mend it: the folder changes, and it is tried at once.
    fs::write(
        stage.folder().join("channels.toml"),
        webhook(peer.port, "per_minute = 600").replace("per_minute = 6000\n", ""),
    )?;
    all_are(&running, DeliveryState::Sent).await?;
    ensure!(running.app.outbox_report(10, now())?.stuck.is_empty());
    running.stop().await
}

/// The line is down while a week's posts are put, the box is started again and again, and once the peer is there each arrives once.
#[tokio::test(flavor = "multi_thread")]
async fn a_week_offline_loses_nothing_and_doubles_nothing() -> Result<()> {
    let port = Peer::new(|_, _| says(200, "")).await?.port;
    // Nobody is at that port any more.
    let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    ensure!(free != port);
    let Some(stage) = Stage::webhook(free, "")? else { return Ok(()) };
    for day in 0..7 {
        let running = stage.start().await?;
        let posts: Vec<Publication> = (0..5).map(|n| publication(&format!("rule/{day}-{n}"))).collect();
        put(&running, &posts, None)?;
        let why = stuck(&running).await?;
        ensure!(why.contains("127.0.0.1"), "{why}");
        running.stop().await?;
    }
    let peer = Peer::at(free, |_, _| says(200, "")).await?;
    let running = stage.start().await?;
    let sent = all_are(&running, DeliveryState::Sent).await?;
    running.stop().await?;
    let mut ids: Vec<String> = peer.asked().iter().map(|asked| asked.headers["webhook-id"].clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((sent.len(), peer.asked().len(), ids.len()), (35, 35, 35));
    assert!(sent.iter().all(|delivery| delivery.tries == 1), "a line that is down is held against no post");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_keeps_what_is_published_and_home_assistant_can_find_it() -> Result<()> {
    let Some(broker) = Broker::start(SECRET)? else { return Ok(()) };
    let port = broker.port;
    let channel = format!(
        "[[channel]]\nid = \"town\"\nplugin = \"mqtt\"\nown_hosts = [\"127.0.0.1:{port}\"]\n[channel.settings]\n\
         broker = \"mqtt://127.0.0.1:{port}\"\nuser = \"box\"\npassword = \"peer\"\n"
    );
    let Some(stage) = Stage::new("mqtt", &channel)? else { return Ok(()) };
    let running = stage.start().await?;
    put(&running, &[publication("rule/library-calm/1")], None)?;
    all_are(&running, DeliveryState::Sent).await?;
    let newest: serde_json::Value = serde_json::from_str(&broker.kept("allting/rule-library-calm")?)?;
    assert_eq!((&newest["title"], &newest["picture"]), (&"Rolig på biblioteket".into(), &"En bakke og en sol.".into()));
    let config = broker.kept("homeassistant/sensor/allting_rule-library-calm/config")?;
    let config: serde_json::Value = serde_json::from_str(&config)?;
    assert_eq!(config["state_topic"], "allting/rule-library-calm");
    // A password that is wrong stops the channel, and is held against no post.
    let secrets = "[secret.peer]\nvalue = \"another password\"\nhosts = [\"127.0.0.1\"]\n";
    fs::write(stage.folder().join("secrets.toml"), secrets)?;
    sleep(Duration::from_secs(2)).await;
    put(&running, &[publication("rule/library-busy/1")], None)?;
    let why = stuck(&running).await?;
    ensure!(why.contains("are user and password right?"), "{why}");
    let waits = deliveries(&running)?.pop();
    ensure!(waits.is_some_and(|delivery| delivery.is_waiting() && delivery.tries == 0));
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_keeps_its_quiet_hours_and_what_is_worthless_by_then_never_leaves() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "")).await?;
    // Quiet all day but for the minute before now: the end is at least 22 hours away.
    let local = model::Calendar::named("Europe/Oslo")?.civil(now() - Duration::from_mins(2));
    let (hour, minute) = (local.hour(), local.minute());
    let quiet = format!("quiet = \"{hour:02}:{minute:02}-{:02}:{minute:02}\"", (hour + 22) % 24);
    let Some(town) = Stage::webhook(peer.port, &quiet)? else { return Ok(()) };
    let running = town.start().await?;
    let stale = Publication { expires_at: Some(now() + Duration::from_millis(1)), ..publication("rule/stale") };
    put(&running, &[publication("rule/1"), stale], None)?;
    sleep(Duration::from_millis(700)).await;
    assert!(peer.asked().is_empty() && deliveries(&running)?.iter().all(Delivery::is_waiting));
    fs::write(town.folder().join("channels.toml"), webhook(peer.port, ""))?;
    peer.was_asked(1).await?;
    let begun = Instant::now();
    while deliveries(&running)?.iter().any(Delivery::is_waiting) {
        ensure!(begun.elapsed() < PATIENCE);
        sleep(Duration::from_millis(20)).await;
    }
    let states: Vec<DeliveryState> = deliveries(&running)?.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Sent, DeliveryState::Expired]);
    running.stop().await?;
    assert_eq!(peer.asked().len(), 1);
    Ok(())
}

const ASKED: &str = r#"
method = "survey"
title.nb = "Byparken"
[settings]
[[settings.page]]
[[settings.page.question]]
key = "words"
kind = "text"
ask.nb = "Hva mangler?"
"#;

/// A post's link named its channel, and the box knew seven doors and no channel: everybody who came by a post came by no door.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_by_a_post_is_counted_by_its_channel() -> Result<()> {
    let (Some(stage), Some(survey)) = (Stage::webhook(9, "")?, built("survey")) else { return Ok(()) };
    allting::install_plugin(&survey, &stage.folder()).map_err(anyhow::Error::msg)?;
    fs::create_dir(stage.folder().join("activities"))?;
    fs::write(stage.folder().join("activities/park.toml"), ASKED)?;
    let running = stage.start().await?;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    for (door, expected) in [
        ("town", "/nb/take-part/park?door=town"),
        ("social", "/nb/take-part/park?door=social"),
        ("x", "/nb/take-part/park"),
    ] {
        let answer = client.get(format!("http://{}/go/park/{door}", running.web)).send().await?;
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
        ensure!(to == Some(expected), "{door} leads to {to:?}");
    }
    let begun = client.get(format!("http://{}/nb/take-part/park/answer?door=town", running.web)).send().await?;
    let page = begun.text().await?;
    ensure!(page.contains("name=\"door\" value=\"town\""), "the form carries its door: {page}");
    running.stop().await
}

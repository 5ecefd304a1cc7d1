//! Channels that misbehave, in a whole box: each is stopped, says why in words that staff read, and holds up nobody else.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

#[path = "../staff/mod.rs"]
mod staff;
mod tls;
mod zoo;

use allting::Running;
use anyhow::{Context, Result, ensure};
use app::NewPublication;
use model::{Delivery, DeliveryState, Language, Publication, PublicationText};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use store::Durability;
use tempfile::TempDir;
use tokio::time::sleep;
use town::peer::{Peer, Says, says};
use zoo::{Beast, CRASHES, GROWS, LOOPS, Step};

const PATIENCE: Duration = Duration::from_mins(2);
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A municipality with a webhook called `good`, and further channels; none where its plugin is not built.
fn municipality(good: &str, channels: &str) -> Result<Option<TempDir>> {
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/webhook.wasm");
    if !wasm.is_file() {
        println!("skipped: webhook.wasm is not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(&folder)?;
    let general = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n";
    fs::write(folder.join("municipality.toml"), general)?;
    let secret = |name: &str| format!("[secret.{name}]\nvalue = \"{SECRET}\"\nhosts = [\"127.0.0.1\"]\n");
    fs::write(folder.join("secrets.toml"), secret("ours") + &secret("theirs"))?;
    allting::install_plugin(&wasm, &folder).map_err(anyhow::Error::msg)?;
    fs::write(folder.join("channels.toml"), format!("{good}{channels}"))?;
    Ok(Some(stage))
}

/// The webhook that does as it should.
fn webhook(scheme: &str, port: u16, more: &str) -> String {
    format!(
        "[[channel]]\nid = \"good\"\nplugin = \"webhook\"\nown_hosts = [\"127.0.0.1:{port}\"]\n{more}\
         [channel.settings]\naddress = \"{scheme}://127.0.0.1:{port}/hook\"\nsecret = \"theirs\"\n"
    )
}

/// A channel of a beast that may reach this port, and was given the secret `ours`.
fn channel(beast: &Beast, port: u16) -> String {
    let name = beast.name;
    format!(
        "[[channel]]\nid = \"{name}\"\nplugin = \"{name}\"\nown_hosts = [\"127.0.0.1:{port}\"]\nper_minute = 600\n\
         [channel.settings]\nhost = \"127.0.0.1\"\ntoken = \"ours\"\n"
    )
}

/// Has all channels say something; gives how many will.
fn publish(running: &Running, name: &str) -> Result<usize> {
    let (app, now) = (&running.app, allting::now());
    let text = PublicationText { language: Language::Nb, title: "Rolig".to_owned(), body: "God plass.".to_owned() };
    let publication =
        Publication { name: name.to_owned(), texts: vec![text], door: None, picture: None, expires_at: None };
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar)?;
    let queued = app.queue_publication(&transaction, &NewPublication::new(&publication, "a test", now))?;
    transaction.commit(Durability::Now)?;
    app.outbox_changed();
    Ok(queued.len())
}

async fn until<T>(what: &str, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(begun.elapsed() < PATIENCE, "waited for {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

fn deliveries(running: &Running) -> Result<Vec<Delivery>> {
    let rows: Vec<_> = running.app.store().read()?.deliveries()?.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().map(|(_, delivery)| delivery).collect())
}

/// Waits until nothing is on its way any more.
async fn settled(running: &Running) -> Result<Vec<Delivery>> {
    until("the outbox", || Ok(Some(deliveries(running)?).filter(|all| !all.iter().any(Delivery::is_waiting)))).await
}

/// Each beast, and what staff read about it.
fn beasts(peer: u16, portal: u16) -> Vec<(Beast, String)> {
    let ask = |port: u16, secret| Step::Ask(format!("http://127.0.0.1:{port}/"), secret);
    let refused = format!("it wanted 127.0.0.1:{portal}, granted is 127.0.0.1:{peer}");
    let named = Beast::named;
    let beast = |beast: Beast, why: &str| (beast, why.to_owned());
    vec![
        beast(
            Beast { compose: LOOPS, ..named("composes-for-ever") },
            "plugin composes-for-ever 1: used up its 200 million",
        ),
        beast(Beast { start: LOOPS, ..named("loops") }, "plugin loops 1: used up its 200 million steps"),
        beast(Beast { start: GROWS, ..named("grows") }, "plugin grows 1: wanted more than its 16 MiB of memory"),
        beast(Beast { start: CRASHES, ..named("crashes") }, "plugin crashes 1: panicked"),
        beast(
            Beast { first: Step::Remember(3 << 20), ..named("remembers") },
            "plugin remembers 1: gave an answer that",
        ),
        beast(Beast { first: Step::Remember(100_000), ..named("notes") }, "remembers 100000 bytes between two steps"),
        beast(
            Beast { first: Step::Say(format!("http://127.0.0.1:{peer}/"), 3 << 20), ..named("shouts") },
            "plugin shouts 1: gave an answer that",
        ),
        beast(Beast { first: ask(portal, None), ..named("strays") }, &refused),
        // The peer sends it on to the box, and it goes.
        beast(Beast { first: ask(peer, None), then: ask(portal, None), ..named("follows") }, &refused),
        beast(
            Beast { first: Step::Ask("file:///etc/passwd".to_owned(), None), ..named("reads") },
            "it asked for `file:`, which is not the web",
        ),
        beast(Beast { first: ask(peer, Some("theirs")), ..named("steals") }, "there is no secret `theirs`"),
        beast(
            Beast { first: ask(peer, None), then: ask(peer, None), ..named("circles") },
            "it did not come to an end within 200 steps",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_full_of_beasts_goes_on_and_says_of_each_what_it_did() -> Result<()> {
    let good = Peer::new(|_, _| says(200, "{}")).await?;
    // Whoever asks is sent to the rooms of staff.
    let peer =
        Peer::new(|_, _| Says::Answer(302, "Location: http://127.0.0.1/nb/staff/\r\n".to_owned(), String::new()));
    let peer = peer.await?;
    let beasts = beasts(peer.port, 9);
    let channels: String = beasts.iter().map(|(beast, _)| channel(beast, peer.port)).collect();
    let Some(stage) = municipality(&webhook("http", good.port, ""), &channels)? else { return Ok(()) };
    for (beast, _) in &beasts {
        let wasm = beast.bring(stage.path())?;
        allting::install_plugin(&wasm, &stage.path().join("folder")).map_err(anyhow::Error::msg)?;
    }
    let stage = staff::Stage::on(stage).await?;
    let running = &stage.running;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    assert_eq!(publish(running, "rule/1")?, beasts.len() + 1);

    let begun = Instant::now();
    good.was_asked(1).await?;
    println!("the good one spoke after {} ms", begun.elapsed().as_millis());
    let all = settled(running).await?;
    let mut owner = stage.claimed().await?;
    let room = owner.page("/en/staff/outbox").await?;
    for (beast, why) in &beasts {
        let delivery = all.iter().find(|one| one.channel.as_str() == beast.name).context(beast.name)?;
        ensure!(delivery.state == DeliveryState::Dead && delivery.said.contains(why), "{}: {delivery:?}", beast.name);
        ensure!(room.contains(why), "{}: {room}", beast.name);
        ensure!(!delivery.said.contains(SECRET));
    }
    // It lied, asked and circled; nothing of it reached the box, and no secret left it.
    let asked = peer.asked();
    ensure!(asked.len() > 200, "{}", asked.len());
    ensure!(asked.iter().all(|asked| !asked.headers.contains_key("authorization")));

    // The next post leaves by the good channel as the first did, and the portal answers.
    publish(running, "rule/2")?;
    good.was_asked(2).await?;
    let home = reqwest::get(format!("http://{}/", running.web)).await?;
    ensure!(home.status().is_success());
    settled(running).await?;
    assert_eq!(good.asked().len(), 2, "nothing is said twice");
    stage.running.stop().await
}

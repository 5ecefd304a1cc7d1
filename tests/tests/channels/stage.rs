//! A box with one channel, and what is put into its outbox.

use allting::{Running, Start};
use anyhow::{Result, ensure};
use app::NewPublication;
use model::channel::Post;
use model::{ChannelId, Delivery, DeliveryState, Language, Picture, Publication, PublicationText, Slug, Timestamp};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::Durability;
use tempfile::TempDir;
use tokio::time::sleep;

pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub(crate) fn built(plugin: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/plugins/{plugin}.wasm"));
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: {plugin}.wasm is not built; `cargo xtask plugins` does it");
    None
}

/// Python in the environment of that name which the long sweep made; none, and it is said, in a short one or where it could not be made.
pub(crate) fn python(environment: &str, name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target").join(environment);
    if std::env::var_os("ALLTING_LONG").is_some() && folder.join("whole").is_file() {
        return Some(folder.join("bin/python"));
    }
    println!("skipped: {name} runs in the long sweep alone; `cargo xtask test --long` brings it");
    None
}

/// Asks a peer in JSON, with the token of somebody there if there is one. An answer that is no success is an error.
pub(crate) async fn ask(method: Method, url: String, token: Option<&str>, body: Value) -> Result<Value> {
    let mut request = reqwest::Client::new().request(method, &url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if body != Value::Null {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let answer = request.send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{url}: {status}: {text}");
    Ok(serde_json::from_str(&text)?)
}

/// A municipality with one channel.
pub(crate) struct Stage {
    pub(crate) stage: TempDir,
}

impl Stage {
    /// None where the plugin is not built.
    pub(crate) fn new(plugin: &str, channel: &str) -> Result<Option<Self>> {
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

    pub(crate) fn webhook(port: u16, more: &str) -> Result<Option<Self>> {
        Self::new("webhook", &webhook(port, more))
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.stage.path().join("folder")
    }

    pub(crate) async fn start(&self) -> Result<Running> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let data = self.stage.path().join("data");
        allting::start(Start { folder: self.folder(), data, listen: Some((any_port, any_port)) }).await
    }
}

pub(crate) fn webhook(port: u16, more: &str) -> String {
    format!(
        "[[channel]]\nid = \"town\"\nplugin = \"webhook\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
         per_minute = 6000\n{more}\n\
         [channel.settings]\naddress = \"http://127.0.0.1:{port}/hook\"\nsecret = \"peer\"\n"
    )
}

pub(crate) fn town() -> ChannelId {
    Slug::new("town").unwrap_or_else(|_| unreachable!("a sound name"))
}

pub(crate) fn now() -> Timestamp {
    allting::now()
}

pub(crate) fn publication(name: &str) -> Publication {
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

pub(crate) fn put(running: &Running, publications: &[Publication], approved: Option<Vec<Post>>) -> Result<()> {
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

pub(crate) fn deliveries(running: &Running) -> Result<Vec<Delivery>> {
    Ok(running
        .app
        .store()
        .read()?
        .deliveries()?
        .map(|row| row.map(|(_, delivery)| delivery))
        .collect::<Result<_, _>>()?)
}

/// Waits until all that was put has come to this state.
pub(crate) async fn all_are(running: &Running, state: DeliveryState) -> Result<Vec<Delivery>> {
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

pub(crate) async fn stuck(running: &Running) -> Result<String> {
    let begun = Instant::now();
    loop {
        if let Some((_, why, _)) = running.app.outbox_report(10, now())?.stuck.into_iter().next() {
            return Ok(why);
        }
        ensure!(begun.elapsed() < PATIENCE, "it does not stand still: {:?}", deliveries(running)?);
        sleep(Duration::from_millis(20)).await;
    }
}

//! A box with a library that people can talk about, and an account at a Mastodon server.

use allting::Running;
use anyhow::{Result, ensure};
use app::NewPublication;
use model::{
    About, Author, DeliveryState, Language, Publication, PublicationId, PublicationRecord, PublicationState,
    PublicationText, Shows, Slug, Timestamp,
};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::Durability;
use tempfile::TempDir;
use tokio::time::sleep;
use town::social::TOKEN;

pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Stage {
    pub(crate) stage: TempDir,
}

pub(crate) fn now() -> Timestamp {
    allting::now()
}

impl Stage {
    /// None where the plugin is not built.
    pub(crate) fn new(port: u16) -> Result<Option<Self>> {
        let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/mastodon.wasm");
        if !wasm.is_file() {
            println!("skipped: mastodon.wasm is not built; `cargo xtask plugins` does it");
            return Ok(None);
        }
        let stage = Self { stage: tempfile::tempdir()? };
        let folder = stage.folder();
        fs::create_dir_all(&folder)?;
        stage.write("municipality.toml", &general(""))?;
        stage.write(
            "places.toml",
            "[[place]]\nid = \"library\"\nname = \"Biblioteket\"\nmeasure = \"visits\"\ntalk = true\n\
             [[place]]\nid = \"quiet\"\nname = \"Stille\"\n",
        )?;
        stage.write("secrets.toml", &format!("[secret.account]\nvalue = \"{TOKEN}\"\nhosts = [\"127.0.0.1\"]\n"))?;
        allting::install_plugin(&wasm, &folder).map_err(anyhow::Error::msg)?;
        stage.write(
            "channels.toml",
            &format!(
                "[[channel]]\nid = \"social\"\ntitle = \"Mastodon\"\nplugin = \"mastodon\"\n\
                 own_hosts = [\"127.0.0.1:{port}\"]\nper_minute = 600\n\
                 [channel.settings]\nserver = \"http://127.0.0.1:{port}\"\ntoken = \"account\"\n"
            ),
        )?;
        Ok(Some(stage))
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.stage.path().join("folder")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.stage.path().join("data")
    }

    pub(crate) fn write(&self, file: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.folder().join(file), text)?)
    }

    pub(crate) async fn start(&self) -> Result<Running> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listen = Some((any_port, any_port));
        allting::start(allting::Start { folder: self.folder(), data: self.data(), listen }).await
    }
}

pub(crate) fn general(more: &str) -> String {
    format!("name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n{more}")
}

/// Says something about the library, as a rule would.
pub(crate) fn publish(running: &Running, name: &str) -> Result<()> {
    publish_about(running, name, &About::Place(Slug::new("library")?))
}

/// Says something about a place or an activity.
pub(crate) fn publish_about(running: &Running, name: &str, about: &About) -> Result<()> {
    let (place, activity) = match about {
        About::Place(place) => (Some(place.clone()), None),
        About::Activity(activity) => (None, Some(activity.clone())),
        About::Municipality => (None, None),
    };
    let (app, now) = (&running.app, now());
    let (title, body) = ("Rolig på biblioteket".to_owned(), "Det er god plass.".to_owned());
    let texts = vec![PublicationText { language: Language::Nb, title, body }];
    let record = PublicationRecord {
        id: PublicationId(0),
        name: name.to_owned(),
        author: Author::Rule("calm".to_owned()),
        place,
        activity,
        texts: texts.clone(),
        door: Some("https://lillevik.example/nb/places/library".to_owned()),
        shows: Shows::Nothing,
        alternative: None,
        channels: None,
        made_at: now,
        due_at: now,
        expires_at: None,
        state: PublicationState::Queued,
        changed_at: now,
        looked_by: None,
        revision: 0,
        corrected_at: None,
    };
    let publication =
        Publication { name: name.to_owned(), texts, door: record.door.clone(), picture: None, expires_at: None };
    let municipality = app.municipality();
    let tx = app.store().begin(&municipality.calendar)?;
    tx.put_publication(&record, None)?;
    app.queue_publication(&tx, &NewPublication::new(&publication, "rule calm", now))?;
    tx.commit(Durability::Now)?;
    app.outbox_changed();
    Ok(())
}

/// Waits until the box says so. Looks for replies meanwhile, as a colleague who presses the button.
pub(crate) async fn until<T>(running: &Running, what: &str, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(begun.elapsed() < PATIENCE, "waited for {what}");
        running.app.collect_replies();
        sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until everything that was put is out.
pub(crate) async fn all_out(running: &Running, count: usize) -> Result<()> {
    until(running, "the outbox", || {
        let all = running.app.store().read()?.deliveries()?.collect::<Result<Vec<_>, _>>()?;
        let out = all.iter().filter(|(_, delivery)| delivery.state == DeliveryState::Sent).count();
        Ok((out == count).then_some(()))
    })
    .await
}

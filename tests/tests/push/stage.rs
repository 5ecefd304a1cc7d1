//! A whole box that pushes by a service of this machine, somebody at its pages, and a colleague who says something.

use super::push_service::{PATIENCE, PushService, Subscribed};
use allting::{Running, Start};
use anyhow::{Context, Result, ensure};
use app::NewPublication;
use model::{
    Author, Delivery, DeliveryState, Language, Publication, PublicationId, PublicationRecord, PublicationState,
    PublicationText, Slug, Timestamp,
};
use reqwest::StatusCode;
use serde_json::Value;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::Durability;
use tempfile::TempDir;
use tokio::time::sleep;

const GENERAL: &str = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\ntime_zone = \"UTC\"\n\
                       public_url = \"https://lillevik.example\"\n";
const PLACES: &str = r#"
[[place]]
id = "library"
name = { nb = "Biblioteket", en = "The library" }
kind = "library"
[[place]]
id = "pool"
name = "Hallen"
kind = "swimming_pool"
"#;

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}

/// A box that pushes by a service at a port of this machine.
pub(crate) struct Town {
    pub(crate) stage: TempDir,
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
}

impl Town {
    /// None where the plugin is not built.
    pub(crate) async fn new(port: u16, more: &str) -> Result<Option<Self>> {
        let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/web-push.wasm");
        if !wasm.is_file() {
            println!("skipped: web-push.wasm is not built; `cargo xtask plugins` does it");
            return Ok(None);
        }
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("municipality.toml"), GENERAL)?;
        fs::write(folder.join("places.toml"), PLACES)?;
        let channel = format!(
            "[[channel]]\nid = \"here\"\nplugin = \"web-push\"\nhosts = [\"fcm.googleapis.com\"]\n\
             own_hosts = [\"localhost:{port}\"]\nper_minute = 6000\n{more}\n\
             [channel.settings]\nservices = [\"localhost\"]\n"
        );
        fs::write(folder.join("channels.toml"), channel)?;
        allting::install_plugin(&wasm, &folder).map_err(anyhow::Error::msg)?;
        let running = start(stage.path()).await?;
        ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Some(Self { stage, running, client }))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<(StatusCode, String)> {
        let answer = self.client.get(format!("http://{}{path}", self.running.web)).send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<(StatusCode, String)> {
        let body = reqwest::Url::parse_with_params("http://form/", form)?.query().unwrap_or_default().to_owned();
        let request = self.client.post(format!("http://{}{path}", self.running.web)).body(body);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    /// The public half of the key, as the page gives it to browsers.
    pub(crate) async fn key(&self) -> Result<String> {
        let (_, page) = self.get("/nb/subscribe").await?;
        let key = page.split("data-key=\"").nth(1).and_then(|rest| rest.split('"').next()).context("a key")?;
        Ok(key.to_owned())
    }

    /// What the page's component does when its button is pressed.
    pub(crate) async fn asks(
        &self,
        language: &str,
        browser: &Subscribed,
        about: &[&str],
    ) -> Result<(StatusCode, String)> {
        let mut form: Vec<(&str, &str)> = about.iter().map(|about| ("about", *about)).collect();
        form.extend([("endpoint", browser.endpoint.as_str()), ("p256dh", &browser.p256dh), ("auth", &browser.auth)]);
        self.post(&format!("/{language}/subscribe/browser"), &form).await
    }

    /// The same, and what the worker does with the first message.
    pub(crate) async fn gets(&self, by: &PushService, language: &str, about: &[&str]) -> Result<Subscribed> {
        let browser = by.browser(&self.key().await?).await?;
        let (status, said) = self.asks(language, &browser, about).await?;
        ensure!(status == StatusCode::OK, "{status}: {said}");
        let first = by.pushed(&browser, 1).await?.remove(0);
        let (status, page) = self.post(text(&first, "confirm")?, &[]).await?;
        ensure!(status == StatusCode::OK, "{status}: {page}");
        Ok(browser)
    }

    /// A colleague says something about a place; gives its number, and what its channel says once it is done with it.
    pub(crate) async fn says(&self, name: &str, place: Option<&str>) -> Result<(PublicationId, String)> {
        let id = self.put(name, place)?;
        let sent = self.delivery(name, |delivery| delivery.state == DeliveryState::Sent).await?;
        Ok((id, sent.said))
    }

    pub(crate) fn put(&self, name: &str, place: Option<&str>) -> Result<PublicationId> {
        let door = Some("https://lillevik.example/nb/places/library".to_owned());
        let record = PublicationRecord {
            id: PublicationId(0),
            name: name.to_owned(),
            author: Author::Staff("Kari".to_owned()),
            place: place.map(Slug::new).transpose()?,
            texts: texts("Rolig nå", "Calm now"),
            door: door.clone(),
            alternative: None,
            channels: None,
            made_at: now(),
            due_at: now(),
            expires_at: None,
            state: PublicationState::Queued,
            changed_at: now(),
            looked_by: None,
            activity: None,
            shows: model::Shows::Nothing,
            revision: 0,
            corrected_at: None,
        };
        let app = &self.running.app;
        let texts = record.texts.clone();
        let publication = Publication { name: name.to_owned(), texts, door, picture: None, expires_at: None };
        let municipality = app.municipality();
        let transaction = app.store().begin(&municipality.calendar)?;
        transaction.put_publication(&record, None)?;
        app.queue_publication(&transaction, &NewPublication::new(&publication, "a test", now()))?;
        transaction.commit(Durability::Now)?;
        app.outbox_changed();
        let found = app.store().read()?.publication_named(name)?.context("it was kept")?;
        Ok(found.id)
    }

    /// The delivery of a publication by the channel, once it is as it should be.
    pub(crate) async fn delivery(&self, name: &str, as_should_be: impl Fn(&Delivery) -> bool) -> Result<Delivery> {
        let named = format!("{name} by here");
        self.soon(|| {
            let found = self.running.app.store().read()?.delivery_named(&named)?;
            Ok(found.filter(&as_should_be))
        })
        .await
    }

    /// What is on its way to browsers, or was, newest first.
    pub(crate) fn pushes(&self) -> Result<Vec<Delivery>> {
        let all = self.running.app.store().read()?.deliveries()?.rev().collect::<Result<Vec<_>, _>>()?;
        Ok(all.into_iter().map(|(_, delivery)| delivery).filter(|one| one.channel.as_str() == "push").collect())
    }

    /// The newest of them, once it is as it should be.
    pub(crate) async fn push(&self, as_should_be: impl Fn(&Delivery) -> bool) -> Result<Delivery> {
        self.soon(|| Ok(self.pushes()?.into_iter().next().filter(&as_should_be))).await
    }

    pub(crate) async fn soon<T>(&self, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
        let begun = Instant::now();
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            ensure!(begun.elapsed() < PATIENCE, "it never came to that: {:?}", self.pushes()?);
            sleep(Duration::from_millis(30)).await;
        }
    }
}

pub(crate) async fn start(stage: &Path) -> Result<Running> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let how = Start { folder: stage.join("folder"), data: stage.join("data"), listen: Some((any_port, any_port)) };
    allting::start(how).await
}

pub(crate) fn texts(nb: &str, en: &str) -> Vec<PublicationText> {
    let text = |language, title: &str, body: &str| PublicationText {
        language,
        title: title.to_owned(),
        body: body.to_owned(),
    };
    vec![text(Language::Nb, nb, "Det er god plass: 5 * 4 stoler."), text(Language::En, en, "There is room now.")]
}

pub(crate) fn text<'a>(said: &'a Value, name: &str) -> Result<&'a str> {
    said.get(name).and_then(Value::as_str).with_context(|| format!("{name} in {said}"))
}

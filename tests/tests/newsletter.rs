//! News by mail, from the form on the portal to a mail server that nobody here wrote (aiosmtpd), and out again.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

mod mailbox;

use allting::Running;
use anyhow::{Context, Result, ensure};
use app::NewPublication;
use mailbox::{PATIENCE, Server, Stage, outside, python};
use model::{
    Author, DeliveryState, Language, Publication, PublicationId, PublicationRecord, PublicationState, PublicationText,
    Slug, Timestamp,
};
use reqwest::StatusCode;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::Durability;
use tokio::time::sleep;

const PUBLIC: &str = "public_url = \"https://lillevik.example\"\n";
const PLACES: &str = include_str!("../../core/app/tests/lillevik/places.toml");

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}

/// A box with a newsletter, and its mail server; none, and it is said, where either cannot be had.
async fn town() -> Result<Option<(Stage, Server, Running)>> {
    let Some(stage) = Stage::new()? else { return Ok(None) };
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/newsletter.wasm");
    if !wasm.is_file() {
        println!("skipped: newsletter.wasm is not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    let folder = stage.path().join("folder");
    fs::write(folder.join("places.toml"), PLACES)?;
    fs::write(
        folder.join("channels.toml"),
        "[[channel]]\nid = \"news\"\nplugin = \"newsletter\"\nper_minute = 6000\n",
    )?;
    allting::install_plugin(&wasm, &folder).map_err(anyhow::Error::msg)?;
    let server = stage.serve(0)?;
    let running = stage.start_with(PUBLIC, server.port, "a secret of the town").await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    Ok(Some((stage, server, running)))
}

struct Reader<'a> {
    running: &'a Running,
    server: &'a Server,
    client: reqwest::Client,
}

/// A letter as a mail program shows it.
struct Letter {
    to: String,
    subject: String,
    text: String,
    headers: Value,
}

impl<'a> Reader<'a> {
    fn new(running: &'a Running, server: &'a Server) -> Result<Self> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { running, server, client })
    }

    async fn get(&self, path: &str) -> Result<(StatusCode, String)> {
        let answer = self.client.get(format!("http://{}{path}", self.running.web)).send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<(StatusCode, String)> {
        let body = reqwest::Url::parse_with_params("http://form/", form)?.query().unwrap_or_default().to_owned();
        let request = self.client.post(format!("http://{}{path}", self.running.web)).body(body);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    /// The letters to somebody, once there are so many.
    async fn letters(&self, to: &str, many: usize) -> Result<Vec<Letter>> {
        let begun = Instant::now();
        loop {
            let all = self.server.letters()?.iter().map(|file| read(file)).collect::<Result<Vec<_>>>()?;
            let theirs: Vec<Letter> = all.into_iter().filter(|letter| letter.to.contains(to)).collect();
            if theirs.len() >= many {
                return Ok(theirs);
            }
            ensure!(begun.elapsed() < PATIENCE, "{} letters came to {to}, not {many}", theirs.len());
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Fills in the form and follows the link of the letter.
    async fn subscribes(&self, language: &str, address: &str, about: &[&str], often: &str) -> Result<String> {
        let mut form: Vec<(&str, &str)> = about.iter().map(|about| ("about", *about)).collect();
        form.extend([("often", often), ("address", address), ("website", "")]);
        let (status, page) = self.post(&format!("/{language}/subscribe"), &form).await?;
        ensure!(status.is_success() && page.contains(address), "{page}");
        let letter = self.letters(address, 1).await?.remove(0);
        let path = format!("/{language}/subscribe/confirm/");
        let code = code_in(&letter.text, &path).with_context(|| letter.text.clone())?;
        Ok(format!("{path}{code}"))
    }

    /// The same, and presses the button.
    async fn gets(&self, language: &str, address: &str, about: &[&str], often: &str) -> Result<()> {
        let link = self.subscribes(language, address, about, often).await?;
        let (_, page) = self.post(&link, &[]).await?;
        ensure!(page.contains("class=\"told\""), "{page}");
        Ok(())
    }
}

fn read(file: &Path) -> Result<Letter> {
    let read = Command::new(python()).arg(outside()).arg("verify").arg(file).arg("v=DKIM1; p=").output()?;
    let read: Value =
        serde_json::from_slice(&read.stdout).with_context(|| String::from_utf8_lossy(&read.stderr).into_owned())?;
    let text = |pointer: &str| read.pointer(pointer).and_then(Value::as_str).unwrap_or_default().replace("\r\n", "\n");
    let (to, subject, headers) = (text("/headers/To"), text("/headers/Subject"), read.get("headers").cloned());
    Ok(Letter { to, subject, text: text("/text"), headers: headers.unwrap_or_default() })
}

fn code_in(page: &str, path: &str) -> Option<String> {
    let (_, from) = page.split_once(path)?;
    Some(from.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
}

/// A colleague says something about a place.
async fn say(running: &Running, name: &str, place: Option<&str>) -> Result<String> {
    let text = |language, title: &str, body: &str| PublicationText {
        language,
        title: title.to_owned(),
        body: body.to_owned(),
    };
    let texts = vec![
        text(Language::Nb, "Rolig nå", "Det er god plass: 5 * 4 stoler."),
        text(Language::En, "Calm now", "There is room now."),
    ];
    let door = Some("https://lillevik.example/nb/places/library".to_owned());
    let record = PublicationRecord {
        id: PublicationId(0),
        name: name.to_owned(),
        author: Author::Staff("Kari".to_owned()),
        place: place.map(Slug::new).transpose()?,
        texts: texts.clone(),
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
    let app = &running.app;
    let publication = Publication { name: name.to_owned(), texts, door, picture: None, expires_at: None };
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar)?;
    transaction.put_publication(&record, None)?;
    app.queue_publication(&transaction, &NewPublication::new(&publication, "a test", now()))?;
    transaction.commit(Durability::Now)?;
    app.outbox_changed();
    let begun = Instant::now();
    loop {
        let deliveries = app.store().read()?.deliveries()?.collect::<Result<Vec<_>, _>>()?;
        let mut newest = deliveries.iter().rev().map(|(_, delivery)| delivery);
        let news = newest.find(|delivery| delivery.channel.as_str() == "news");
        if let Some(sent) = news.filter(|delivery| delivery.state == DeliveryState::Sent) {
            return Ok(sent.said.clone());
        }
        ensure!(begun.elapsed() < PATIENCE, "{deliveries:?}");
        sleep(Duration::from_millis(30)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_subscribes_gets_news_and_is_erased_with_one_press() -> Result<()> {
    let Some((stage, server, running)) = town().await? else { return Ok(()) };
    let reader = Reader::new(&running, &server)?;
    let (_, place) = reader.get("/nb/places/library").await?;
    ensure!(place.contains("href=\"/nb/subscribe?place=library\""), "the page of a place leads to its news");
    let (_, form) = reader.get("/nb/subscribe?place=library").await?;
    ensure!(form.contains("value=\"place:library\" checked") && form.contains("value=\"area:"), "{form}");
    let (_, wrong) = reader.post("/nb/subscribe", &[("often", "daily"), ("address", "kari")]).await?;
    for said in ["Velg minst én ting", "aria-invalid", "value=\"daily\" checked"] {
        ensure!(wrong.contains(said), "{said}: {wrong}");
    }
    let link = reader.subscribes("nb", "kari@example.org", &["place:library"], "at-once").await?;
    assert_eq!(say(&running, "one", Some("library")).await?, "taken for 0", "nobody has confirmed");
    let (_, confirm) = reader.get(&link).await?;
    ensure!(confirm.contains("Biblioteket") && confirm.contains("Ja, jeg vil ha det"), "{confirm}");
    for _ in 0..2 {
        let (_, done) = reader.post(&link, &[]).await?;
        ensure!(done.contains("Du får nyheter på e-post") && done.contains("Biblioteket"), "{done}");
    }
    reader.gets("en", "ola@example.org", &["area:Nordre", "kind:pool"], "at-once").await?;
    reader.gets("nb", "per@example.org", &["kind:pool"], "at-once").await?;
    assert_eq!(say(&running, "two", Some("library")).await?, "taken for 2");
    let letter = reader.letters("kari@example.org", 2).await?.into_iter().find(|letter| letter.subject == "Rolig nå");
    let letter = letter.context("her news")?;
    let door = "https://lillevik.example/nb/places/library?door=news";
    ensure!(letter.text.contains("Det er god plass: 5 * 4 stoler.") && letter.text.contains(door), "{}", letter.text);
    let out = letter.headers["List-Unsubscribe"].as_str().context("a way out")?.to_owned();
    assert_eq!(letter.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    ensure!(letter.text.contains(out.trim_matches(['<', '>'])), "the same way out stands in the letter");
    let english = reader.letters("ola@example.org", 2).await?;
    ensure!(english.iter().any(|letter| letter.subject == "Calm now"), "each in their language");

    // A mail program presses for its owner.
    let stop = out.trim_matches(['<', '>']).replace("https://lillevik.example", "");
    let (status, _) = reader.post(&stop, &[("List-Unsubscribe", "One-Click")]).await?;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(say(&running, "three", Some("library")).await?, "taken for 1");
    let file = fs::read(stage.path().join("data/allting.redb"))?;
    ensure!(!file.windows(16).any(|part| part == b"kari@example.org"), "an address lies in clear on the disk");
    assert_eq!(running.app.subscriber_count()?, 2);
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_gets_news_changes_them_by_the_same_form_and_every_address_sees_the_same_page() -> Result<()> {
    let Some((_stage, server, running)) = town().await? else { return Ok(()) };
    let reader = Reader::new(&running, &server)?;
    reader.gets("nb", "kari@example.org", &["kind:pool"], "at-once").await?;
    let form =
        |address: &'static str| [("about", "everything"), ("often", "at-once"), ("address", address), ("website", "")];
    let (_, known) = reader.post("/nb/subscribe", &form("kari@example.org")).await?;
    let (_, stranger) = reader.post("/nb/subscribe", &form("olaf@example.org")).await?;
    assert_eq!(known.replace("kari@", "olaf@"), stranger);
    let newest = reader.letters("kari@example.org", 2).await?;
    assert_eq!(say(&running, "one", None).await?, "taken for 0", "nothing changes before it is confirmed");
    let codes = newest.iter().filter_map(|letter| code_in(&letter.text, "/nb/subscribe/confirm/"));
    let mut changed = 0;
    for code in codes {
        let (status, page) = reader.post(&format!("/nb/subscribe/confirm/{code}"), &[]).await?;
        changed += usize::from(status.is_success() && page.contains("Alt"));
    }
    assert_eq!(changed, 1, "only the newest link holds");
    assert_eq!(say(&running, "two", None).await?, "taken for 1");
    // Letters to one mailbox are few, and links that lead nowhere say so.
    let (status, _) = reader.get("/nb/subscribe/confirm/0000-0000-0000-0000").await?;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, stopped) = reader.post("/nb/subscribe/stop/0000-0000-0000-0000", &[]).await?;
    ensure!(stopped.contains("Det kommer ikke flere brev"), "a stranger's link tells nothing: {stopped}");
    let trap = [("about", "everything"), ("often", "daily"), ("address", "robot@example.org"), ("website", "x")];
    reader.post("/nb/subscribe", &trap).await?;
    ensure!(server.letters()?.iter().all(|file| read(file).is_ok_and(|letter| !letter.to.contains("robot"))));
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_newsletter_there_is_no_form() -> Result<()> {
    let Some((stage, server, running)) = town().await? else { return Ok(()) };
    running.stop().await?;
    fs::remove_file(stage.path().join("folder/channels.toml"))?;
    let running = stage.start_with(PUBLIC, server.port, "a secret of the town").await?;
    let reader = Reader::new(&running, &server)?;
    assert_eq!(reader.get("/nb/subscribe").await?.0, StatusCode::NOT_FOUND);
    let (_, place) = reader.get("/nb/places/library").await?;
    ensure!(!place.contains("/subscribe"), "{place}");
    running.stop().await
}

//! A box with a panel, and the mailbox of everybody.

use crate::staff::{Browser, Stage, hidden};
use anyhow::{Context, Result, ensure};
use model::Timestamp;
use reqwest::StatusCode;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use town::wall::{Doors, Wall};

const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const PUBLIC: &str = "https://lillevik.example";

const PANEL: &str = r#"
title = "Lillevik innbyggerpanel"
about = "Vi spør deg noen ganger i året."
letters = 2
smallest_segment = 5

[[profile]]
id = "age"
name = { nb = "Alder", en = "Age" }
reason = "Da ser vi hvem vi ikke hører fra."
option = [{ id = "15-39", name = "15–39" }, { id = "40", name = "40 og over" }]

[[interest]]
id = "traffic"
name = "Trafikk"
"#;

const SURVEY: &str = r#"
method = "survey"
title = "Parken"
[settings]
[[settings.page]]
key = "one"
[[settings.page.question]]
key = "where"
kind = "text"
required = true
ask = "Hvor?"
"#;

/// A box with a panel, and the mailbox of everybody.
pub(crate) struct Panel {
    pub(crate) stage: Stage,
    pub(crate) mail: String,
    mailbox: JoinHandle<()>,
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}

impl Panel {
    pub(crate) async fn new() -> Result<Self> {
        Self::with(&[]).await
    }

    /// With more files in the folder, each with its text.
    pub(crate) async fn with(files: &[(&str, &str)]) -> Result<Self> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (at, serve) = Wall::new(now).open(Doors { smtp: any_port, web: any_port }).await?;
        let mailbox = tokio::spawn(serve);
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir_all(folder.join("activities"))?;
        let general = format!(
            "name = \"Lillevik kommune\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"{PUBLIC}\"\n[mail]\n\
             server = \"localhost\"\nport = {}\nsecurity = \"plain\"\nfrom = \"panel@lillevik.example\"\n\
             per_minute = 6000\n",
            at.smtp.port()
        );
        fs::write(folder.join("municipality.toml"), general)?;
        fs::write(folder.join("panel.toml"), PANEL)?;
        let survey = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/survey.wasm");
        if survey.is_file() {
            fs::write(folder.join("activities/park.toml"), SURVEY)?;
            allting::install_plugin(&survey, &folder).map_err(anyhow::Error::msg)?;
            for (file, text) in files {
                fs::write(folder.join(file), text)?;
            }
        }
        // News by mail are asked for by a form like the panel's: the browser looks at both.
        let newsletter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/newsletter.wasm");
        if newsletter.is_file() {
            fs::write(folder.join("channels.toml"), "[[channel]]\nid = \"news\"\nplugin = \"newsletter\"\n")?;
            allting::install_plugin(&newsletter, &folder).map_err(anyhow::Error::msg)?;
        }
        Ok(Self { stage: Stage::on(stage).await?, mail: format!("http://{}", at.web), mailbox })
    }

    /// Whether the survey is there; said where it is not.
    pub(crate) fn asks(&self) -> bool {
        let asks = !self.stage.running.app.activity_list().is_empty();
        if !asks {
            println!("skipped in part: the plugins are not built; `cargo xtask plugins` does it");
        }
        asks
    }

    /// The newest letter to an address, once there are so many.
    pub(crate) async fn letter(&self, to: &str, many: usize) -> Result<String> {
        let begun = Instant::now();
        loop {
            let list =
                reqwest::get(format!("{}/letters?q={}", self.mail, to.replace('@', "%40"))).await?.text().await?;
            let letters: Vec<&str> = list.split("<a href=\"/letter/").skip(1).collect();
            if letters.len() >= many {
                let newest = letters.first().and_then(|rest| rest.split('"').next()).context("a letter")?;
                return Ok(reqwest::get(format!("{}/letter/{newest}", self.mail)).await?.text().await?);
            }
            ensure!(begun.elapsed() < PATIENCE, "{} letters came to {to}, not {many}", letters.len());
            sleep(Duration::from_millis(30)).await;
        }
    }

    pub(crate) async fn join(&self, browser: &mut Browser, address: &str) -> Result<(StatusCode, String)> {
        let fields = [("lives", "yes"), ("age", "yes"), ("address", address), ("website", "")];
        let answer = browser.post("/nb/panel/join", &fields).await?;
        Ok((answer.status(), answer.text().await?))
    }

    /// Somebody joins and confirms; gives the code of their page.
    pub(crate) async fn member(&self, browser: &mut Browser, address: &str) -> Result<String> {
        self.join(browser, address).await?;
        let letter = self.letter(address, 1).await?;
        let code = code_in(&letter, "/nb/panel/confirm/").context("a link")?;
        let page = browser.page(&format!("/nb/panel/confirm/{code}")).await?;
        ensure!(page.contains("Ja, jeg vil være med"), "{page}");
        let answer = browser.post("/nb/panel/me", &[("me", &code), ("do", "confirm")]).await?.text().await?;
        ensure!(answer.contains("Velkommen! Du er med."), "{answer}");
        Ok(code)
    }
}

impl Panel {
    /// Answers by the link of a letter; gives the code of the receipt.
    pub(crate) async fn answers(&self, browser: &mut Browser, invited: &str) -> Result<String> {
        let shown = browser.page(&format!("/nb/invited/park/{invited}")).await?;
        let me = hidden(&shown).into_iter().find(|(name, _)| name == "me").context("a code in the form")?.1;
        let first = browser.post("/nb/take-part/park/answer", &[("me", &me), ("go", "1")]).await?.text().await?;
        self.sends(browser, &first).await
    }

    /// Fills in and sends the form of a page; gives the code of the receipt.
    pub(crate) async fn sends(&self, browser: &mut Browser, page: &str) -> Result<String> {
        let carried = hidden(page);
        let mut fields: Vec<(&str, &str)> = carried.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.extend([("f.where", "Ved elva"), ("press", "send")]);
        let thanks = browser.post("/nb/take-part/park/answer", &fields).await?.error_for_status()?.text().await?;
        let code = thanks.split_once("receipt-code\"><code>").and_then(|(_, rest)| rest.split('<').next());
        Ok(code.context("a receipt")?.to_owned())
    }

    /// From now on the mail server is away.
    pub(crate) fn closes(&self) {
        self.mailbox.abort();
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        self.mailbox.abort();
    }
}

/// What follows this in the address of a link.
pub(crate) fn code_in(page: &str, path: &str) -> Option<String> {
    let (_, from) = page.split_once(path)?;
    let code: String = from.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Some(code)
}

pub(crate) fn scanned(folder: &Path, for_what: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.flatten().filter(|entry| entry.path().is_file()) {
        let bytes = fs::read(entry.path())?;
        if bytes.windows(for_what.len()).any(|part| part == for_what.as_bytes()) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

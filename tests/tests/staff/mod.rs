//! A box for the tests of the steward rooms, and somebody with a browser.

#![allow(dead_code, reason = "each test file uses its part")]

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, Response, StatusCode, redirect};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How often a page is looked at, ten times a second at most.
const LOOKS: u32 = 600;

pub(crate) const PASSWORD: &str = "four calm words here";

/// A box that nobody has claimed, with an empty folder.
pub(crate) struct Stage {
    pub(crate) running: allting::Running,
    pub(crate) stage: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Result<Self> {
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir(&folder)?;
        fs::write(
            folder.join("municipality.toml"),
            "name = \"Lillevik\"\nlanguages = [\"nb\", \"nn\", \"sv\", \"en\"]\n",
        )?;
        let elsys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/elsys.wasm");
        if elsys.is_file() {
            allting::install_plugin(&elsys, &folder).map_err(anyhow::Error::msg)?;
        }
        Self::on(stage).await
    }

    /// A box on a folder and data that are there.
    pub(crate) async fn on(stage: TempDir) -> Result<Self> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (folder, data) = (stage.path().join("folder"), stage.path().join("data"));
        let how = allting::Start { folder, data, listen: Some((any_port, any_port)) };
        Ok(Self { running: allting::start(how).await?, stage })
    }

    pub(crate) fn browser(&self) -> Browser {
        let client = Client::builder().redirect(redirect::Policy::none()).build();
        Browser {
            client: client.unwrap_or_default(),
            base: format!("http://{}", self.running.web),
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) fn code(&self) -> Result<String> {
        self.running.claim.clone().context("the box shows a code")
    }

    pub(crate) async fn claimed(&self) -> Result<Browser> {
        let mut browser = self.browser();
        let answer = browser.claim(&self.code()?).await?;
        ensure!(answer.status() == StatusCode::SEE_OTHER, "{}", answer.text().await?);
        Ok(browser)
    }
}

/// Somebody with a browser: keeps cookies, and says where its forms come from.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) base: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Result<Response> {
        let answer = self.client.get(format!("{}{path}", self.base)).header("cookie", self.jar()).send().await?;
        self.keep(&answer);
        Ok(answer)
    }

    pub(crate) async fn page(&mut self, path: &str) -> Result<String> {
        Ok(self.get(path).await?.error_for_status()?.text().await?)
    }

    /// A page as soon as it holds a text, or no longer does. The box learns of most things a moment after they happen.
    pub(crate) async fn once(&mut self, path: &str, so: impl Fn(&str) -> bool) -> Result<String> {
        let mut page = String::new();
        for _ in 0..LOOKS {
            page = self.page(path).await?;
            if so(&page) {
                return Ok(page);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("{path} still says: {page}")
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Response> {
        let request = self.client.post(format!("{}{path}", self.base)).header("cookie", self.jar());
        let request = request.header("origin", &self.base).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(encoded(fields)).send().await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// Fills in a form of ours: its hidden fields come along.
    pub(crate) async fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Response> {
        let page = self.page(path).await?;
        let hidden = hidden(&page);
        let form = page.split("<form").last().unwrap_or_default();
        let all: Vec<(&str, &str)> = hidden
            .iter()
            .filter(|(name, _)| form.contains(&format!("name=\"{name}\"")))
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        self.post(path, &[&all, fields].concat()).await
    }

    pub(crate) async fn claim(&mut self, code: &str) -> Result<Response> {
        let who = [("step", "who"), ("code", code), ("name", "Kari"), ("login", "kari"), ("password", PASSWORD)];
        self.post("/nb/staff/claim", &who).await
    }

    pub(crate) async fn log_in(&mut self, password: &str) -> Result<Response> {
        self.post("/nb/staff/login", &[("login", "kari"), ("password", password)]).await
    }

    pub(crate) async fn is_in(&mut self) -> Result<bool> {
        Ok(self.get("/nb/staff/").await?.status() == StatusCode::OK)
    }

    pub(crate) fn jar(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()) {
            if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    let text = |text: &str| text.bytes().map(byte).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect::<Vec<_>>().join("&")
}

pub(crate) fn hidden(page: &str) -> Vec<(String, String)> {
    let fields = page.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |rest: &str| {
        let (name, rest) = rest.split_once('"')?;
        let value = rest.split_once("value=\"")?.1.split_once('"')?.0;
        Some((name.to_owned(), value.to_owned()))
    };
    let mut all: Vec<(String, String)> = fields.filter_map(pair).collect();
    all.sort();
    all.dedup();
    all
}

//! A whole box with one survey, and somebody at its pages with a browser that runs no script.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use anyhow::{Result, ensure};
use reqwest::{Client, StatusCode};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tempfile::TempDir;

pub(crate) struct Stage {
    pub(crate) running: allting::Running,
    pub(crate) base: String,
    pub(crate) folder: TempDir,
}

/// Somebody at a page: what its form carries along.
pub(crate) struct Page {
    pub(crate) html: String,
    pub(crate) hidden: Vec<(String, String)>,
}

impl Stage {
    /// None where the plugins are not built.
    pub(crate) async fn new(survey: &str) -> Result<Option<Self>> {
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir_all(folder.join("activities"))?;
        fs::write(folder.join("municipality.toml"), "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n")?;
        fs::write(folder.join("activities/park.toml"), survey)?;
        let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/survey.wasm");
        if !plugin.is_file() {
            println!("skipped: the plugins are not built; `cargo xtask plugins` does it");
            return Ok(None);
        }
        allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let how = allting::Start { folder, data: stage.path().join("data"), listen: Some((any_port, any_port)) };
        let running = allting::start(how).await?;
        let base = format!("http://{}", running.web);
        Ok(Some(Self { running, base, folder: stage }))
    }

    pub(crate) async fn page(&self) -> Result<Page> {
        let url = format!("{}/nb/take-part/park/answer", self.base);
        Ok(Page::of(Client::new().get(url).send().await?.error_for_status()?.text().await?))
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<(StatusCode, String)> {
        let request = Client::new().post(format!("{}/nb/take-part/park{path}", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(encoded(fields));
        let answer = request.send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    /// Sends the form of a page with these fields filled in.
    pub(crate) async fn send(&self, page: &Page, fields: &[(&str, &str)]) -> Result<String> {
        let hidden: Vec<(&str, &str)> = page.hidden.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let (status, html) = self.post("/answer", &[&hidden, fields].concat()).await?;
        ensure!(status == StatusCode::OK, "{status}: {html}");
        Ok(html)
    }
}

impl Page {
    pub(crate) fn of(html: String) -> Self {
        let form = html.split("<form").nth(1).unwrap_or_default();
        let form = form.split("</form>").next().unwrap_or_default();
        let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
        let pair = |rest: &str| {
            let (name, rest) = rest.split_once('"')?;
            let value = rest.split_once("value=\"")?.1.split_once('"')?.0;
            Some((name.to_owned(), value.to_owned()))
        };
        let hidden = fields.filter_map(pair).collect();
        Self { html, hidden }
    }

    pub(crate) fn code(&self) -> &str {
        self.hidden.iter().find(|(name, _)| name == "me").map_or("", |(_, code)| code)
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    let text = |text: &str| text.bytes().map(byte).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect::<Vec<_>>().join("&")
}

//! A push service that nobody here wrote (web-push-testing): it checks who asks, and decrypts what comes as a browser would.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use town::peer::Asked;

pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// On this machine. Dropped, it is gone.
pub(crate) struct PushService {
    child: Child,
    pub(crate) port: u16,
    client: reqwest::Client,
}

/// A browser that asked there for messages of one key.
#[derive(Clone, Debug)]
pub(crate) struct Subscribed {
    pub(crate) endpoint: String,
    pub(crate) p256dh: String,
    pub(crate) auth: String,
    pub(crate) hash: String,
}

impl Subscribed {
    /// One with sound keys (those of RFC 8291, section 5) at an address of the test's own.
    pub(crate) fn at(endpoint: String) -> Self {
        let p256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        Self { endpoint, p256dh: p256dh.to_owned(), auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(), hash: String::new() }
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl PushService {
    /// None, and it is said, where it could not be had.
    pub(crate) async fn new() -> Result<Option<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("push-service");
        if !folder.join("node_modules/web-push-testing/package.json").is_file() {
            println!("skipped: web-push-testing: npm could not bring it");
            return Ok(None);
        }
        tls::settle_cryptography();
        let mut command = Command::new("node");
        command.arg("serve.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        // It would make what it shares with the test a line that does not block.
        let mut child = command.stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its port")?).read_line(&mut line)?;
        let port = line.trim().parse().context("its port")?;
        let service = Self { child, port, client: reqwest::Client::new() };
        let begun = Instant::now();
        while service.asked("status", &json!({})).await.is_err() {
            ensure!(begun.elapsed() < PATIENCE, "the push service does not answer");
            sleep(Duration::from_millis(30)).await;
        }
        Ok(Some(service))
    }

    async fn asked(&self, path: &str, said: &Value) -> Result<String> {
        let address = format!("http://localhost:{}/{path}", self.port);
        let request = self.client.post(address).header("content-type", "application/json").body(said.to_string());
        Ok(request.send().await?.error_for_status()?.text().await?)
    }

    /// A new browser, which wants messages of this key and of no other.
    pub(crate) async fn browser(&self, key: &str) -> Result<Subscribed> {
        let asked = json!({ "userVisibleOnly": "true", "applicationServerKey": key });
        let said: Value = serde_json::from_str(&self.asked("subscribe", &asked).await?)?;
        let text = |pointer: &str| said.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let text = |pointer: &str| text(pointer).with_context(|| format!("{pointer} in {said}"));
        Ok(Subscribed {
            endpoint: text("/data/endpoint")?,
            p256dh: text("/data/keys/p256dh")?,
            auth: text("/data/keys/auth")?,
            hash: text("/data/clientHash")?,
        })
    }

    /// What was pushed to a browser so far, decrypted.
    pub(crate) async fn messages(&self, to: &Subscribed) -> Result<Vec<Value>> {
        let said = self.asked("get-notifications", &json!({ "clientHash": to.hash })).await?;
        let said: Value = serde_json::from_str(&said)?;
        let all = said.pointer("/data/messages").and_then(Value::as_array).context("messages")?;
        all.iter().map(|text| Ok(serde_json::from_str(text.as_str().context("a text")?)?)).collect()
    }

    /// The same, once there are so many.
    pub(crate) async fn pushed(&self, to: &Subscribed, many: usize) -> Result<Vec<Value>> {
        let begun = Instant::now();
        loop {
            let all = self.messages(to).await?;
            if all.len() >= many {
                return Ok(all);
            }
            ensure!(begun.elapsed() < PATIENCE, "{} messages came, not {many}: {all:?}", all.len());
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// What another service was asked to give this browser, decrypted.
    pub(crate) async fn read(&self, to: &Subscribed, asked: &Asked) -> Result<Value> {
        let mut request = self.client.post(format!("http://localhost:{}/notify/{}", self.port, to.hash));
        for name in ["content-type", "content-encoding", "authorization", "ttl"] {
            request = request.header(name, asked.headers.get(name).with_context(|| name.to_owned())?);
        }
        request.body(asked.body.clone()).send().await?.error_for_status()?;
        self.messages(to).await?.pop().context("a message")
    }

    /// The browser takes no more.
    pub(crate) async fn expire(&self, browser: &Subscribed) -> Result<()> {
        self.asked(&format!("expire-subscription/{}", browser.hash), &json!({})).await.map(drop)
    }
}

//! Home Assistant, which nobody here wrote, at a broker that nobody here wrote: it finds what a rule says and follows it. In the long sweep.

use super::broker::Broker;
use super::hamlet::{self, DOOR, Hamlet, came_in, passed};
use super::stage::{PATIENCE, SECRET, ask, built, python};
use anyhow::{Context, Result, ensure};
use engagement::rules::Stand;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::sleep;

/// Somebody's Home Assistant. Dropped, it is gone.
struct Home {
    child: Child,
    base: String,
    token: String,
    folder: TempDir,
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Home {
    /// One that its owner has just set up. None, and it is said, in a short sweep or where there is none.
    async fn start() -> Result<Option<Self>> {
        let Some(python) = python("home-assistant", "Home Assistant") else { return Ok(None) };
        // It is asked before there is a box that would do this.
        tls::settle_cryptography();
        let (folder, port) = (tempfile::tempdir()?, town::peer::free_port()?);
        let config = format!("http:\n  server_host: 127.0.0.1\n  server_port: {port}\napi:\nconfig:\nonboarding:\n");
        fs::write(folder.path().join("configuration.yaml"), config)?;
        let mut command = Command::new(python);
        // It would fetch what it lacks from the internet while the test runs.
        command.args(["-m", "homeassistant", "--skip-pip", "-c"]).arg(folder.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let (base, token) = (format!("http://127.0.0.1:{port}"), String::new());
        let mut home = Self { child, base, token, folder };
        let begun = Instant::now();
        while reqwest::get(format!("{}/api/onboarding", home.base)).await.is_err() {
            ensure!(begun.elapsed() < PATIENCE, "Home Assistant does not start: {}", home.log());
            sleep(Duration::from_millis(200)).await;
        }
        home.token = home.owner().await?;
        Ok(Some(home))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("home-assistant.log")).unwrap_or_default()
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Result<Value> {
        let token = Some(self.token.as_str()).filter(|token| !token.is_empty());
        ask(method, format!("{}{path}", self.base), token, body).await
    }

    /// Sets it up as its first page does; gives a token of the owner.
    async fn owner(&self) -> Result<String> {
        let client = format!("{}/", self.base);
        let who = json!({ "client_id": client, "name": "Kari", "username": "kari", "password": "four calm words here",
                          "language": "en" });
        let said = self.ask(Method::POST, "/api/onboarding/users", who).await?;
        let code = said.get("auth_code").and_then(Value::as_str).context("a code")?;
        let form = [("grant_type", "authorization_code"), ("code", code), ("client_id", &client)];
        let form = reqwest::Url::parse_with_params("http://form/", form)?.query().unwrap_or_default().to_owned();
        let request = reqwest::Client::new().post(format!("{}/auth/token", self.base)).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let said: Value = serde_json::from_str(&request.send().await?.error_for_status()?.text().await?)?;
        Ok(said.get("access_token").and_then(Value::as_str).context("a token")?.to_owned())
    }

    /// Adds the broker, as its owner does in the settings.
    async fn adds(&self, broker: &Broker) -> Result<()> {
        let flows = "/api/config/config_entries/flow";
        let flow = self.ask(Method::POST, flows, json!({ "handler": "mqtt" })).await?;
        let flow = flow.get("flow_id").and_then(Value::as_str).context("a flow")?;
        let filled = json!({ "broker": "127.0.0.1", "port": broker.port, "username": "box", "password": SECRET });
        let done = self.ask(Method::POST, &format!("{flows}/{flow}"), filled).await?;
        ensure!(done.get("type").is_some_and(|kind| kind == "create_entry"), "{done}");
        Ok(())
    }

    /// Waits until an entity has this state; gives what it says beside.
    async fn shows(&self, entity: &str, state: &str) -> Result<Value> {
        let (begun, path) = (Instant::now(), format!("/api/states/{entity}"));
        loop {
            let now = self.ask(Method::GET, &path, Value::Null).await;
            if let Ok(now) = &now
                && now["state"] == state
            {
                return Ok(now["attributes"].clone());
            }
            ensure!(begun.elapsed() < PATIENCE, "{entity} should be {state}: {now:?}; {}", self.log());
            sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn home_assistant_finds_what_a_rule_says_follows_it_and_drops_it_when_the_box_is_gone() -> Result<()> {
    let (Some(broker), Some(wasm)) = (Broker::start(SECRET)?, built("mqtt")) else { return Ok(()) };
    let Some(home) = Home::start().await? else { return Ok(()) };
    home.adds(&broker).await?;
    let Some(mut hamlet) = Hamlet::new(&DOOR, "public_url = \"https://hamlet.example\"\ntrust_clock = true\n")? else {
        return Ok(());
    };
    let folder = hamlet.folder();
    allting::install_plugin(&wasm, &folder).map_err(anyhow::Error::msg)?;
    let place = "[[place]]\nid = \"hall\"\nname = \"The hall\"\nmeasure = \"people_now\"\ncapacity = 60\n";
    fs::write(folder.join("places.toml"), place)?;
    let port = broker.port;
    let channel = format!(
        "[[channel]]\nid = \"house\"\nplugin = \"mqtt\"\nown_hosts = [\"127.0.0.1:{port}\"]\nper_minute = 600\n\
         [channel.settings]\nbroker = \"mqtt://127.0.0.1:{port}\"\nuser = \"box\"\npassword = \"peer\"\n"
    );
    fs::write(folder.join("channels.toml"), channel)?;
    let secrets = fs::read_to_string(folder.join("secrets.toml"))?;
    let secret = format!("[secret.peer]\nvalue = \"{SECRET}\"\nhosts = [\"127.0.0.1\"]\n");
    fs::write(folder.join("secrets.toml"), format!("{secrets}\n{secret}"))?;
    fs::create_dir_all(folder.join("rules"))?;
    let rule = "when = \"hall.occupancy > 80 %\"\nuntil = \"hall.occupancy < 50 %\"\nvalid_for = \"1 min\"\n\
                [text.en]\ntitle = \"{value}\"\nbody = \"Many people at {place}.\"\n";
    fs::write(folder.join("rules/busy.toml"), rule)?;

    let running = hamlet.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let mut uplinks = running.app.follow_uplinks();
    let entity = "sensor.allting_rule_busy";
    hamlet.says(&mut uplinks, &came_in(53)).await?;
    let beside = home.shows(entity, "53 people").await?;
    let page = hamlet::get(&running, "/en/places/hall").await?;
    ensure!(page.contains("53 people are here."), "it says what the page says: {page}");
    assert_eq!((&beside["body"], &beside["language"]), (&"Many people at The hall.".into(), &"en".into()));
    let link = "https://hamlet.example/en/places/hall?door=house";
    assert_eq!((&beside["link"], &beside["icon"]), (&link.into(), &"mdi:bullhorn-outline".into()));
    // People leave, and more come: the same entity says so.
    hamlet.says(&mut uplinks, &passed(0, 40)).await?;
    let calm = || {
        let reports = running.app.rule_reports().unwrap_or_default();
        reports.iter().any(|report| report.stand == Some(Stand::No))
    };
    hamlet::until("the rule may speak again", calm).await?;
    hamlet.says(&mut uplinks, &came_in(45)).await?;
    home.shows(entity, "58 people").await?;
    // A box that is gone says nothing: after as long as it was worth something, its word holds no more.
    running.stop().await?;
    home.shows(entity, "unavailable").await?;
    Ok(())
}

//! A Matrix room: a strict fake of the documented answers, and in the long sweep Synapse itself.

use super::{PATIENCE, SECRET, Stage, all_are, publication, put};
use allting::Running;
use anyhow::{Context, Result, ensure};
use model::DeliveryState;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::sleep;
use town::peer::{Asked, Peer, Says, says};

/// What is in the room, by the name it was put under.
#[derive(Default)]
struct Room {
    files: usize,
    events: BTreeMap<String, Value>,
    /// The answer to the text is lost once.
    cuts_once: bool,
}

impl Room {
    fn answer(&mut self, asked: &Asked) -> Says {
        if asked.headers.get("authorization") != Some(&format!("Bearer {SECRET}")) {
            return says(401, r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Unknown token"}"#);
        }
        if (asked.method.as_str(), asked.path.as_str()) == ("POST", "/_matrix/media/v3/upload?filename=picture.png") {
            let is_png = asked.headers.get("content-type").is_some_and(|kind| kind == "image/png");
            self.files += usize::from(is_png);
            return says(if is_png { 200 } else { 400 }, r#"{"content_uri":"mxc://lillevik.example/file"}"#);
        }
        let messages = "/_matrix/client/v3/rooms/%21town%3Alillevik.example/messages";
        if asked.method == "GET" && asked.path.starts_with(messages) {
            return says(200, r#"{"chunk":[],"start":"t1"}"#);
        }
        let send = "/_matrix/client/v3/rooms/%21town%3Alillevik.example/send/m.room.message/";
        let (Some(name), Ok(content)) = (asked.path.strip_prefix(send), serde_json::from_slice(&asked.body)) else {
            return says(404, r#"{"errcode":"M_UNRECOGNIZED"}"#);
        };
        let text = !name.ends_with("-picture");
        self.events.entry(name.to_owned()).or_insert(content);
        if text && std::mem::take(&mut self.cuts_once) {
            return Says::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{");
        }
        says(200, &format!(r#"{{"event_id":"${name}"}}"#))
    }
}

fn channel(port: u16, room: &str) -> String {
    format!(
        "[[channel]]\nid = \"town\"\nplugin = \"matrix\"\nown_hosts = [\"127.0.0.1:{port}\"]\nper_minute = 600\n\
         [channel.settings]\nserver = \"http://127.0.0.1:{port}\"\nroom = \"{room}\"\ntoken = \"peer\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_room_gets_picture_and_text_once_though_an_answer_is_lost() -> Result<()> {
    let room = Arc::new(Mutex::new(Room { cuts_once: true, ..Room::default() }));
    let answers = Arc::clone(&room);
    let held = |room: &Mutex<Room>, asked: &Asked| room.lock().unwrap_or_else(PoisonError::into_inner).answer(asked);
    let peer = Peer::new(move |_, asked| held(&answers, asked)).await?;
    let Some(stage) = Stage::new("matrix", &channel(peer.port, "!town:lillevik.example"))? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!(sent.tries, 2, "the answer to the first was lost");
    {
        let room = room.lock().unwrap_or_else(PoisonError::into_inner);
        let bodies: Vec<&str> = room.events.values().filter_map(|event| event["body"].as_str()).collect();
        let text = "Rolig på biblioteket\n\nDet er god plass nå.\n\nhttps://lillevik.example/go/her?door=town";
        assert_eq!(bodies, [text, "En bakke og en sol."]);
    }
    running.stop().await
}

/// A homeserver that nobody here wrote. Dropped, it is gone.
struct Synapse {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Drop for Synapse {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Synapse {
    /// None, and it is said, in a short sweep or where there is none.
    async fn start() -> Result<Option<Self>> {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/synapse/bin/python");
        if std::env::var_os("ALLTING_LONG").is_none()
            || !python.parent().is_some_and(|bin| bin.join("../whole").is_file())
        {
            println!("skipped: Synapse runs in the long sweep alone; `cargo xtask test --long` brings it");
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let config = folder.path().join("homeserver.yaml");
        fs::write(&config, Self::config(folder.path(), port))?;
        let home = |python: &PathBuf| {
            let mut command = Command::new(python);
            command.args(["-m", "synapse.app.homeserver", "-c"]).arg(&config).current_dir(folder.path());
            command
        };
        let made = home(&python).arg("--generate-keys").output()?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let child = home(&python).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let synapse = Self { child, port, _folder: folder };
        let begun = Instant::now();
        while reqwest::get(synapse.at("/_matrix/client/versions")).await.is_err() {
            ensure!(begun.elapsed() < PATIENCE, "Synapse does not start");
            sleep(Duration::from_millis(200)).await;
        }
        Ok(Some(synapse))
    }

    fn config(folder: &Path, port: u16) -> String {
        let at = |name: &str| folder.join(name).display().to_string();
        format!(
            "server_name: lillevik.example\npid_file: {}\nreport_stats: false\nsuppress_key_server_warning: true\n\
             listeners:\n  - port: {port}\n    type: http\n    bind_addresses: ['127.0.0.1']\n    resources:\n\
             \x20     - names: [client]\ndatabase:\n  name: sqlite3\n  args:\n    database: {}\n\
             media_store_path: {}\nsigning_key_path: {}\ntrusted_key_servers: []\nenable_registration: true\n\
             enable_registration_without_verification: true\n",
            at("pid"),
            at("homeserver.db"),
            at("media"),
            at("signing.key"),
        )
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    async fn ask(&self, method: reqwest::Method, path: &str, token: &str, body: Value) -> Result<Value> {
        let mut request = reqwest::Client::new().request(method, self.at(path));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if body != Value::Null {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Somebody new; gives their token.
    async fn person(&self, name: &str) -> Result<String> {
        let body = json!({ "username": name, "password": "four calm words here", "auth": { "type": "m.login.dummy" } });
        let said = self.ask(reqwest::Method::POST, "/_matrix/client/v3/register", "", body).await?;
        Ok(said.get("access_token").and_then(Value::as_str).context("a token")?.to_owned())
    }

    /// What stands in the room now, oldest first.
    async fn said(&self, room: &str, token: &str) -> Result<Vec<Value>> {
        let path = format!("/_matrix/client/v3/rooms/{}/messages?dir=f&limit=100", room.replace('!', "%21"));
        let said = self.ask(reqwest::Method::GET, &path, token, Value::Null).await?;
        let chunk = said.get("chunk").and_then(Value::as_array).context("what was said")?.clone();
        Ok(chunk.into_iter().filter(|event| event["type"] == "m.room.message").collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn synapse_takes_picture_and_text_once() -> Result<()> {
    let Some(synapse) = Synapse::start().await? else { return Ok(()) };
    let token = synapse.person("town").await?;
    let made = synapse.ask(reqwest::Method::POST, "/_matrix/client/v3/createRoom", &token, json!({})).await?;
    let room = made["room_id"].as_str().context("a room")?.to_owned();
    let Some(stage) = Stage::new("matrix", &channel(synapse.port, &room))? else { return Ok(()) };
    fs::write(
        stage.folder().join("secrets.toml"),
        format!("[secret.peer]\nvalue = \"{token}\"\nhosts = [\"127.0.0.1\"]\n"),
    )?;
    let running: Running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    let said = synapse.said(&room, &token).await?;
    let kinds: Vec<&str> = said.iter().filter_map(|event| event["content"]["msgtype"].as_str()).collect();
    assert_eq!(kinds, ["m.image", "m.notice"]);
    assert_eq!(said[0]["content"]["body"], "En bakke og en sol.");
    let handle = sent.handle.context("a handle")?;
    assert!(handle.starts_with(said[1]["event_id"].as_str().context("an event")?), "{handle}");
    // The same name put once more is the same event.
    let key = sent.key.to_string();
    let path = format!("/_matrix/client/v3/rooms/{}/send/m.room.message/{key}", room.replace('!', "%21"));
    let again = synapse.ask(reqwest::Method::PUT, &path, &token, json!({ "msgtype": "m.text", "body": "x" })).await?;
    assert_eq!(again["event_id"], said[1]["event_id"]);
    assert_eq!(synapse.said(&room, &token).await?.len(), 2);
    running.stop().await
}

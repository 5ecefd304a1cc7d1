//! Synapse, a Matrix server that nobody here wrote: posts, what becomes of them, and what people say under them. In the long sweep.

use super::matrix::channel;
use super::stage::{PATIENCE, Stage, all_are, ask, now, publication, put, python, town};
use allting::Running;
use anyhow::{Context, Result, ensure};
use app::{Draft, Sort};
use model::activity::Verdict;
use model::{DeliveryState, Language, PublicationState, PublicationText, Remark, Shows, Sight, Slug};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::sleep;

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
        let Some(python) = python("synapse", "Synapse") else { return Ok(None) };
        // It is asked before there is a box that would do this.
        tls::settle_cryptography();
        let folder = tempfile::tempdir()?;
        let port = town::peer::free_port()?;
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

    async fn ask(&self, method: Method, path: &str, token: &str, body: Value) -> Result<Value> {
        ask(method, self.at(path), Some(token).filter(|token| !token.is_empty()), body).await
    }

    /// Somebody new; gives their token.
    async fn person(&self, name: &str) -> Result<String> {
        let body = json!({ "username": name, "password": "four calm words here", "auth": { "type": "m.login.dummy" } });
        let said = self.ask(Method::POST, "/_matrix/client/v3/register", "", body).await?;
        Ok(said.get("access_token").and_then(Value::as_str).context("a token")?.to_owned())
    }
}

/// A room of the municipality, who everybody may join.
struct Room<'a> {
    synapse: &'a Synapse,
    id: String,
    /// The token of the municipality's account.
    town: String,
}

/// A box with a library, and its room.
async fn lillevik(synapse: &Synapse) -> Result<Option<(Stage, Room<'_>)>> {
    let town = synapse.person("town").await?;
    let public = json!({ "preset": "public_chat" });
    let made = synapse.ask(Method::POST, "/_matrix/client/v3/createRoom", &town, public).await?;
    let id = made.get("room_id").and_then(Value::as_str).context("a room")?.to_owned();
    let Some(stage) = Stage::new("matrix", &channel(synapse.port, &id))? else { return Ok(None) };
    let secrets = format!("[secret.peer]\nvalue = \"{town}\"\nhosts = [\"127.0.0.1\"]\n");
    fs::write(stage.folder().join("secrets.toml"), secrets)?;
    let places = "[[place]]\nid = \"library\"\nname = \"Biblioteket\"\ntalk = true\n";
    fs::write(stage.folder().join("places.toml"), places)?;
    Ok(Some((stage, Room { synapse, id, town })))
}

impl Room<'_> {
    fn path(&self, path: &str) -> String {
        format!("/_matrix/client/v3/rooms/{}/{path}", self.id.replace('!', "%21"))
    }

    /// What stands in the room now, oldest first.
    async fn said(&self) -> Result<Vec<Value>> {
        let said =
            self.synapse.ask(Method::GET, &self.path("messages?dir=f&limit=100"), &self.town, Value::Null).await?;
        let chunk = said.get("chunk").and_then(Value::as_array).context("what was said")?.clone();
        Ok(chunk.into_iter().filter(|event| event["type"] == "m.room.message").collect())
    }

    /// One event, as the server tells it with all that became of it.
    async fn event(&self, id: &str) -> Result<Value> {
        let path = self.path(&format!("event/{}", id.replace('$', "%24")));
        self.synapse.ask(Method::GET, &path, &self.town, Value::Null).await
    }

    /// Somebody joins; gives their token.
    async fn joined(&self, name: &str) -> Result<String> {
        let token = self.synapse.person(name).await?;
        self.synapse.ask(Method::POST, &self.path("join"), &token, json!({})).await?;
        Ok(token)
    }

    /// Puts an event into the room; gives what it is called.
    async fn puts(&self, token: &str, path: &str, content: Value) -> Result<String> {
        let put = self.synapse.ask(Method::PUT, &self.path(path), token, content).await?;
        Ok(put.get("event_id").and_then(Value::as_str).context("an event")?.to_owned())
    }

    /// Somebody says something that relates to something else.
    async fn says(&self, token: &str, text: &str, relates: Value) -> Result<String> {
        let name = text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let content = json!({ "msgtype": "m.text", "body": text, "m.relates_to": relates });
        self.puts(token, &format!("send/m.room.message/{name}"), content).await
    }

    async fn replies(&self, token: &str, to: &str, text: &str) -> Result<String> {
        self.says(token, text, json!({ "m.in_reply_to": { "event_id": to } })).await
    }

    /// Somebody writes anew what stands there; whether it is theirs is for others to see.
    async fn edits(&self, token: &str, of: &str, text: &str) -> Result<String> {
        let content = json!({ "msgtype": "m.text", "body": format!("* {text}"),
                              "m.new_content": { "msgtype": "m.text", "body": text },
                              "m.relates_to": { "rel_type": "m.replace", "event_id": of } });
        let name = text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        self.puts(token, &format!("send/m.room.message/edit-{name}"), content).await
    }

    async fn redacts(&self, token: &str, of: &str) -> Result<String> {
        self.puts(token, &format!("redact/{}/gone", of.replace('$', "%24")), json!({})).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn synapse_takes_picture_and_text_once() -> Result<()> {
    let Some(synapse) = Synapse::start().await? else { return Ok(()) };
    let Some((stage, room)) = lillevik(&synapse).await? else { return Ok(()) };
    let running: Running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    let said = room.said().await?;
    let kinds: Vec<&str> = said.iter().filter_map(|event| event["content"]["msgtype"].as_str()).collect();
    assert_eq!(kinds, ["m.image", "m.notice"]);
    assert_eq!(said[0]["content"]["body"], "En bakke og en sol.");
    let handle = sent.handle.context("a handle")?;
    assert!(handle.starts_with(said[1]["event_id"].as_str().context("an event")?), "{handle}");
    // The same name put once more is the same event.
    let key = sent.key.to_string();
    let again = room.puts(&room.town, &format!("send/m.room.message/{key}"), json!({ "body": "x" })).await?;
    assert_eq!(said[1]["event_id"], again);
    assert_eq!(room.said().await?.len(), 2);
    running.stop().await
}

fn text(body: &str) -> PublicationText {
    PublicationText { language: Language::Nb, title: "Rolig nå".to_owned(), body: body.to_owned() }
}

/// Waits until what people said is so. Looks for it meanwhile, as a colleague who presses the button.
async fn told(running: &Running, so: impl Fn(&[Remark]) -> bool) -> Result<Vec<Remark>> {
    let begun = Instant::now();
    loop {
        let room = running.app.remark_room(Sort::All, (0, usize::MAX), now())?;
        let mut all: Vec<Remark> = room.voices.into_iter().map(|voice| voice.remark).collect();
        all.sort_by_key(|remark| remark.id);
        if so(&all) {
            return Ok(all);
        }
        ensure!(begun.elapsed() < PATIENCE, "{all:?}; {:?}", running.app.collecting_stuck());
        running.app.collect_replies();
        sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_synapse_a_post_is_put_right_talked_about_answered_and_taken_back() -> Result<()> {
    let Some(synapse) = Synapse::start().await? else { return Ok(()) };
    let Some((stage, room)) = lillevik(&synapse).await? else { return Ok(()) };
    let running: Running = stage.start().await?;
    let app = &running.app;
    let draft = Draft {
        texts: vec![text("God plass.")],
        place: Some(Slug::new("library")?),
        shows: Shows::Own,
        channels: vec![town()],
        ..Draft::default()
    };
    let id = app.put_draft("post/1", "kari", &draft, publication("x").picture.as_ref(), now())?;
    assert_eq!(app.send_draft((id, 0), "kari", None, now())?, PublicationState::Queued);
    all_are(&running, DeliveryState::Sent).await?;
    app.correct_publication((id, 0), &[text("God plass til fem.")], now())?;
    all_are(&running, DeliveryState::Sent).await?;
    let said = room.said().await?;
    let [picture, post] = [0, 1].map(|at| said[at]["event_id"].as_str().unwrap_or_default().to_owned());
    // That it replaces the other is what the server says, not only what the box asked for.
    let now_says = room.event(&post).await?;
    let replaced = &now_says["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"];
    assert_eq!(replaced, "Rolig nå\n\nGod plass til fem.", "{now_says}");

    let (kari, ola) = (room.joined("kari").await?, room.joined("ola").await?);
    let asked = room.replies(&kari, &post, "Er det plass i morgon?").await?;
    let thread = json!({ "rel_type": "m.thread", "event_id": picture });
    let regretted = room.says(&ola, "Fint bilde", thread).await?;
    room.says(&ola, "Noe annet", json!({})).await?;
    let liked = json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": post, "key": "+" } });
    room.puts(&kari, "send/m.reaction/liked", liked).await?;
    let all = told(&running, |all| all.len() == 2).await?;
    assert_eq!(
        all.iter().map(|remark| remark.text.as_str()).collect::<Vec<_>>(),
        ["Er det plass i morgon?", "Fint bilde"]
    );
    room.edits(&ola, &asked, "Selg meg sko").await?;
    room.edits(&kari, &asked, "Er det plass i morgen?").await?;
    room.redacts(&ola, &regretted).await?;
    let all = told(&running, |all| all.len() == 1 && all[0].text.ends_with("morgen?")).await?;
    ensure!(all[0].edited.is_some() && all[0].sight == Sight::Waiting, "{all:?}");
    let reach = app.remark_room(Sort::All, (0, 0), now())?.reach;
    ensure!(reach.first().is_some_and(|(.., reach)| reach.counts == [("liked".to_owned(), 1)]), "{reach:?}");

    app.moderate_remark(all[0].id, &Verdict::LetThrough)?;
    app.answer_remark(all[0].id, "Ja, hele dagen.", Language::Nb, now())?;
    all_are(&running, DeliveryState::Sent).await?;
    let answer = room.said().await?.pop().context("an answer")?;
    assert_eq!(answer["content"]["body"], "Ja, hele dagen.");
    assert_eq!(answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"], asked.as_str());
    let answer = answer["event_id"].as_str().context("an event")?;
    room.replies(&kari, answer, "Takk!").await?;
    let all = told(&running, |all| all.len() == 2).await?;
    assert_eq!((all[1].text.as_str(), &all[1].about), ("Takk!", &all[0].about), "our own answer is no news to us");

    app.withdraw_publication(id, "kari", now())?;
    all_are(&running, DeliveryState::Sent).await?;
    let said = room.said().await?;
    let ours = said.iter().filter(|event| event["sender"].as_str().is_some_and(|sender| sender.starts_with("@town:")));
    let left: Vec<&Value> = ours.filter(|event| event["content"].get("body").is_some()).collect();
    let ids: Vec<&str> = left.iter().filter_map(|event| event["event_id"].as_str()).collect();
    assert_eq!(ids, [answer], "neither picture nor text nor its correction can be read any more: {left:?}");
    running.stop().await
}

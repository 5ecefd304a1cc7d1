//! A Facebook page: strict answers as Meta documents them, for there is no server to be had.

use super::stage::{PATIENCE, SECRET, Stage, all_are, deliveries, now, publication, put, stuck};
use anyhow::{Result, ensure};
use model::DeliveryState;
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use town::peer::{Asked, Peer, Says, says};

const PAGE: &str = "/v23.0/546349135390552";

/// What is on the page.
#[derive(Default)]
struct Page {
    photos: Vec<String>,
    /// Text, and whether somebody can see it.
    posts: BTreeMap<String, (String, bool)>,
    /// The token is taken no more.
    is_closed: bool,
    /// The line ends once when a post is published, after it is.
    cuts_once: bool,
    /// Seconds from now until the token ends.
    token_s: i64,
}

impl Page {
    fn answer(&mut self, asked: &Asked) -> Says {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        let form = reqwest::Url::parse(&format!("http://form/?{body}"));
        let fields: BTreeMap<String, String> =
            form.map(|form| form.query_pairs().into_owned().collect()).unwrap_or_default();
        let error = |status: u16, code: u32| {
            says(status, &format!(r#"{{"error":{{"message":"No.","type":"OAuthException","code":{code}}}}}"#))
        };
        if asked.headers.get("authorization").map(String::as_str) != Some(&format!("Bearer {SECRET}")) || self.is_closed
        {
            return error(400, 190);
        }
        let page = |path: &str| asked.path == format!("{PAGE}/{path}");
        match asked.method.as_str() {
            "POST" if asked.path == "/v23.0/debug_token" => {
                if (fields.get("method"), fields.get("input_token")) != (Some(&"get".into()), Some(&SECRET.into())) {
                    return error(400, 100);
                }
                let ends = now().as_ms() / 1000 + self.token_s;
                says(200, &format!(r#"{{"data":{{"type":"PAGE","is_valid":true,"expires_at":{ends}}}}}"#))
            }
            "POST" if page("photos") => {
                let has = |text: &str| body.contains(text);
                if !has("name=\"source\"; filename=\"picture.png\"") || !has("name=\"published\"\r\n\r\nfalse") {
                    return error(400, 100);
                }
                self.photos.push(body);
                says(200, &format!(r#"{{"id":"{}"}}"#, 900 + self.photos.len()))
            }
            "POST" if page("feed") => {
                let photo = fields.get("attached_media[0]").map_or("", String::as_str);
                let is_known = photo == format!(r#"{{"media_fbid":"{}"}}"#, 900 + self.photos.len());
                let (Some(message), true) = (fields.get("message"), is_known) else { return error(400, 100) };
                let id = format!("546349135390552_{}", 40 + self.posts.len());
                let is_seen = fields.get("published").is_none_or(|published| published != "false");
                self.posts.insert(id.clone(), (message.clone(), is_seen));
                says(200, &format!(r#"{{"id":"{id}"}}"#))
            }
            _ => self.post(asked, &fields).unwrap_or_else(|| error(404, 803)),
        }
    }

    fn post(&mut self, asked: &Asked, fields: &BTreeMap<String, String>) -> Option<Says> {
        let id = asked.path.strip_prefix("/v23.0/")?;
        let (id, query) = id.split_once('?').unwrap_or((id, ""));
        let (_, is_seen) = self.posts.get_mut(id)?;
        if asked.method == "GET" && query == "fields=is_published" {
            return Some(says(200, &format!(r#"{{"is_published":{is_seen},"id":"{id}"}}"#)));
        }
        if asked.method != "POST" || fields.get("is_published").map(String::as_str) != Some("true") {
            return None;
        }
        *is_seen = true;
        if std::mem::take(&mut self.cuts_once) {
            return Some(Says::Bytes(b""));
        }
        Some(says(200, r#"{"success":true}"#))
    }

    fn seen(&self) -> Vec<&str> {
        self.posts.values().filter(|(_, is_seen)| *is_seen).map(|(text, _)| text.as_str()).collect()
    }
}

fn held(page: &Mutex<Page>) -> MutexGuard<'_, Page> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn meta(page: Page) -> Result<(Peer, Arc<Mutex<Page>>)> {
    let page = Arc::new(Mutex::new(page));
    let answers = Arc::clone(&page);
    let peer = Peer::new(move |_, asked| held(&answers).answer(asked)).await?;
    Ok((peer, page))
}

fn channel(port: u16) -> String {
    format!(
        "[[channel]]\nid = \"town\"\nplugin = \"facebook-page\"\nown_hosts = [\"127.0.0.1:{port}\"]\nper_minute = 600\n\
         [channel.settings]\npage = \"546349135390552\"\ntoken = \"peer\"\nserver = \"http://127.0.0.1:{port}\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_stands_on_a_facebook_page_once_though_the_line_ends_as_it_is_published() -> Result<()> {
    let (peer, page) = meta(Page { cuts_once: true, ..Page::default() }).await?;
    let Some(stage) = Stage::new("facebook-page", &channel(peer.port))? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!(sent.link.as_deref(), Some("https://www.facebook.com/546349135390552_40"));
    {
        let page = held(&page);
        let text = "Rolig på biblioteket\n\nDet er god plass nå.\n\nhttps://lillevik.example/go/her?door=town";
        assert_eq!(page.seen(), [text]);
        assert!(page.photos[0].contains("name=\"alt_text_custom\"\r\n\r\nEn bakke og en sol."), "{}", page.photos[0]);
    }
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_hear_two_weeks_ahead_that_a_token_ends_and_what_to_do_when_it_has() -> Result<()> {
    let (peer, page) = meta(Page { token_s: 10 * 86_400, ..Page::default() }).await?;
    let Some(stage) = Stage::new("facebook-page", &channel(peer.port))? else { return Ok(()) };
    let running = stage.start().await?;
    let begun = Instant::now();
    let told = loop {
        if let Some(told) = running.app.secrets_ending(now()).pop() {
            break told;
        }
        ensure!(begun.elapsed() < PATIENCE, "nobody was told");
        sleep(Duration::from_millis(20)).await;
    };
    ensure!(told.contains("the token of the channel `town`"), "{told}");
    held(&page).is_closed = true;
    put(&running, &[publication("rule/1")], None)?;
    let why = stuck(&running).await?;
    ensure!(why.contains("190") && why.contains("secrets.toml"), "{why}");
    let waits = deliveries(&running)?.remove(0);
    ensure!(waits.is_waiting() && waits.tries == 0, "nothing is held against what waits: {waits:?}");
    // Staff write a new one down: what waited leaves, and the new one is asked about.
    {
        let mut page = held(&page);
        (page.is_closed, page.token_s) = (false, 60 * 86_400);
    }
    let secrets = format!("[secret.peer]\nvalue = \"{SECRET}\"\nhosts = [\"127.0.0.1\", \"graph.facebook.com\"]\n");
    fs::write(stage.folder().join("secrets.toml"), secrets)?;
    all_are(&running, DeliveryState::Sent).await?;
    let begun = Instant::now();
    while !running.app.secrets_ending(now()).is_empty() {
        ensure!(begun.elapsed() < PATIENCE, "the new token is good for two months");
        sleep(Duration::from_millis(20)).await;
    }
    running.stop().await
}

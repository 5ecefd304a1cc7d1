//! A Mastodon server as its documentation has it: strict about who asks and how, and knowing nothing of the box.
//!
//! No real one can be had in a test; what a server really does beside its documentation is not known here.

mod form;
mod html;

pub(crate) use self::form::{fields, plain};
pub use self::html::html_of;
pub(crate) use self::html::{escaped, linked};

use self::form::parts;
use crate::peer::{Asked, Peer, Says, says};
use anyhow::Result;
use model::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an account posts with.
pub const TOKEN: &str = "the token of the account of Lillevik";

/// Who posts.
const ACCOUNT: &str = "municipality";
/// Characters of a post, and of the words for a picture, as servers are set.
const CHARACTERS_MAX: usize = 500;
const DESCRIPTION_MAX: usize = 1500;
const TOO_LONG: &str = r#"{"error":"Validation failed: Text character limit of 500 exceeded"}"#;

/// Somebody's post.
#[derive(Clone, Debug)]
pub struct Status {
    /// Which one it replies to.
    pub to: Option<u64>,
    /// The account.
    pub by: String,
    /// What it says.
    pub html: String,
    /// When it was written (RFC 3339).
    pub at: String,
    /// When it was changed.
    pub edited: Option<String>,
    /// `public`, `direct` ...
    pub seen_by: &'static str,
    /// Its pictures.
    pub media: Vec<u64>,
}

/// A picture that was uploaded.
#[derive(Clone, Debug)]
pub struct Media {
    /// The file.
    pub bytes: Vec<u8>,
    /// The words for who does not see it.
    pub description: String,
}

/// What the server keeps.
#[derive(Debug)]
pub struct Social {
    /// By number.
    pub statuses: BTreeMap<u64, Status>,
    /// Pictures by number, whether a post has them or not.
    pub media: BTreeMap<u64, Media>,
    now: fn() -> Timestamp,
    keys: BTreeMap<String, u64>,
    /// By number: which status mentions the account.
    pub mentions: BTreeMap<u64, u64>,
    /// How many like each post.
    pub liked: Value,
    /// Answers nothing but this.
    pub broken: Option<Says>,
    /// Statuses that were asked for by those who answer them.
    pub asked: BTreeSet<String>,
}

/// One server, its visitors and who looks on.
pub type Shared = Arc<Mutex<Social>>;

/// What the server keeps, for as long as the guard lives.
pub fn lock(social: &Shared) -> MutexGuard<'_, Social> {
    social.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server at any port of this machine.
pub async fn server() -> Result<(Peer, Shared)> {
    server_at(0).await
}

/// A server at this port.
pub async fn server_at(port: u16) -> Result<(Peer, Shared)> {
    let social = Arc::new(Mutex::new(Social::new(allting::now)));
    let of = Arc::clone(&social);
    let peer = Peer::at(port, move |_, asked| lock(&of).answer(asked)).await?;
    Ok((peer, social))
}

impl Social {
    /// An empty one.
    pub fn new(now: fn() -> Timestamp) -> Self {
        Self {
            statuses: BTreeMap::new(),
            media: BTreeMap::new(),
            now,
            keys: BTreeMap::new(),
            mentions: BTreeMap::new(),
            liked: json!(0),
            broken: None,
            asked: BTreeSet::new(),
        }
    }

    /// Somebody replies; gives the number of what they wrote.
    pub fn reply(&mut self, to: u64, by: &str, html: &str) -> u64 {
        let number = self.statuses.keys().last().map_or(100, |last| last + 1);
        let status = Status {
            to: Some(to),
            by: by.to_owned(),
            html: html.to_owned(),
            at: self.clock(),
            edited: None,
            seen_by: "public",
            media: Vec::new(),
        };
        self.statuses.insert(number, status);
        let notification = self.mentions.keys().last().map_or(1, |last| last + 1);
        self.mentions.insert(notification, number);
        number
    }

    /// What the account itself posted, the newest last.
    pub fn own(&self) -> Vec<(u64, Status)> {
        self.statuses.iter().filter(|(_, status)| status.by == ACCOUNT).map(|(id, s)| (*id, s.clone())).collect()
    }

    fn clock(&self) -> String {
        jiff::Timestamp::from_millisecond((self.now)().as_ms()).unwrap_or_default().to_string()
    }

    /// Answers one request.
    pub fn answer(&mut self, asked: &Asked) -> Says {
        if let Some(broken) = &self.broken {
            return broken.clone();
        }
        if asked.headers.get("authorization").map(String::as_str) != Some(&format!("Bearer {TOKEN}")) {
            return says(401, r#"{"error":"The access token is invalid"}"#);
        }
        self.asked.insert(asked.path.clone());
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let of = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        match (asked.method.as_str(), path) {
            ("POST", "/api/v2/media") => self.upload(asked),
            ("POST", "/api/v1/statuses") => self.post(asked),
            ("GET", "/api/v1/notifications") if of("types[]") == Some("mention") => {
                let number = |name: &str| of(name).and_then(|number| number.parse::<u64>().ok());
                let (Some(limit), Some(since)) = (number("limit"), number("min_id")) else { return says(422, "{}") };
                self.notifications(usize::try_from(limit).unwrap_or(0), since)
            }
            ("GET", "/api/v1/statuses") => {
                let ids = query.split('&').filter_map(|pair| pair.strip_prefix("id[]=")?.parse::<u64>().ok());
                let ids: Vec<u64> = ids.take(20).collect();
                let told: Vec<Value> =
                    ids.into_iter().filter(|id| self.statuses.contains_key(id)).map(|id| self.told(id)).collect();
                says(200, &json!(told).to_string())
            }
            (verb, _) => match path.strip_prefix("/api/v1/statuses/").and_then(|id| id.parse::<u64>().ok()) {
                Some(id) if self.statuses.contains_key(&id) => self.one(verb, id, asked),
                _ => says(404, r#"{"error":"Record not found"}"#),
            },
        }
    }

    fn notifications(&self, limit: usize, since: u64) -> Says {
        let newer = self.mentions.range(since + 1..).take(limit);
        let mut page: Vec<Value> = newer
            .map(|(id, status)| json!({"id": id.to_string(), "type": "mention", "status": self.told(*status)}))
            .collect();
        // The newest of a page stands first, whichever way it was asked for.
        page.reverse();
        says(200, &json!(page).to_string())
    }

    /// A post is looked at, changed or taken back; the last two by who wrote it.
    fn one(&mut self, verb: &str, id: u64, asked: &Asked) -> Says {
        let (told, now) = (self.told(id).to_string(), self.clock());
        let Some(status) = self.statuses.get_mut(&id).filter(|status| verb == "GET" || status.by == ACCOUNT) else {
            return says(404, r#"{"error":"Record not found"}"#);
        };
        match verb {
            "GET" => says(200, &told),
            "DELETE" => {
                self.statuses.remove(&id);
                says(200, &told)
            }
            "PUT" => {
                let Some(text) = fields(&asked.body).remove("status").filter(|text| is_of_length(text)) else {
                    return says(422, TOO_LONG);
                };
                (status.html, status.edited) = (html_of(&text), Some(now));
                says(200, &self.told(id).to_string())
            }
            _ => says(404, "{}"),
        }
    }

    /// A picture, with its words (`POST /api/v2/media`).
    fn upload(&mut self, asked: &Asked) -> Says {
        let kind = asked.headers.get("content-type").map_or("", String::as_str);
        let mut sent = parts(kind, &asked.body);
        let picture = |bytes: &Vec<u8>| bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff");
        let Some(bytes) = sent.remove("file").filter(picture) else {
            return says(422, r#"{"error":"Validation failed: File content type is invalid"}"#);
        };
        let description = String::from_utf8(sent.remove("description").unwrap_or_default());
        let Some(description) = description.ok().filter(|text| text.chars().count() <= DESCRIPTION_MAX) else {
            return says(422, r#"{"error":"Validation failed: Description is too long"}"#);
        };
        let id = self.media.keys().last().map_or(1, |last| last + 1);
        self.media.insert(id, Media { bytes, description });
        says(200, &json!({ "id": id.to_string(), "type": "image", "url": null }).to_string())
    }

    fn post(&mut self, asked: &Asked) -> Says {
        let Some(key) = asked.headers.get("idempotency-key").cloned() else { return says(422, "no key") };
        if let Some(id) = self.keys.get(&key) {
            return says(200, &self.told(*id).to_string());
        }
        let mut form = fields(&asked.body);
        let Some(text) = form.remove("status").filter(|text| is_of_length(text)) else { return says(422, TOO_LONG) };
        let to = form.get("in_reply_to_id").and_then(|id| id.parse().ok());
        if to.is_some_and(|to| !self.statuses.contains_key(&to)) {
            return says(404, r#"{"error":"The post you are trying to reply to does not appear to exist."}"#);
        }
        let media: Vec<u64> = form.get("media_ids[]").and_then(|id| id.parse().ok()).into_iter().collect();
        if media.len() != usize::from(form.contains_key("media_ids[]")) || media.iter().any(|id| !self.has_free(*id)) {
            return says(422, r#"{"error":"Media attachments not found"}"#);
        }
        let id = self.statuses.keys().last().map_or(100, |last| last + 1);
        self.keys.insert(key, id);
        let (at, by, html) = (self.clock(), ACCOUNT.to_owned(), html_of(&text));
        self.statuses.insert(id, Status { to, by, html, at, edited: None, seen_by: "public", media });
        says(200, &self.told(id).to_string())
    }

    /// A picture that was uploaded and that no post has yet.
    fn has_free(&self, media: u64) -> bool {
        self.media.contains_key(&media) && self.statuses.values().all(|status| !status.media.contains(&media))
    }

    fn told(&self, id: u64) -> Value {
        let Some(status) = self.statuses.get(&id) else { return Value::Null };
        let replies = self.statuses.values().filter(|other| other.to == Some(id)).count();
        json!({
            "id": id.to_string(), "in_reply_to_id": status.to.map(|to| to.to_string()), "content": status.html,
            "created_at": status.at, "edited_at": status.edited, "visibility": status.seen_by, "language": "nb",
            "url": format!("https://social.example/@{}/{id}", status.by), "account": { "acct": status.by },
            "favourites_count": self.liked, "reblogs_count": 2, "replies_count": replies,
        })
    }
}

fn is_of_length(text: &str) -> bool {
    (1..=CHARACTERS_MAX).contains(&text.chars().count())
}

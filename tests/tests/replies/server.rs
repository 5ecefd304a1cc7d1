//! A Mastodon server as its documentation has it: strict about who asks and how, and knowing nothing of the box.

use crate::peer::{Asked, Peer, Says, says};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) const TOKEN: &str = "the token of the account of Lillevik";

/// Somebody's post.
#[derive(Clone)]
pub(crate) struct Status {
    pub(crate) to: Option<u64>,
    pub(crate) by: String,
    pub(crate) html: String,
    pub(crate) at: String,
    pub(crate) edited: Option<String>,
    pub(crate) seen_by: &'static str,
}

#[derive(Default)]
pub(crate) struct Social {
    pub(crate) statuses: BTreeMap<u64, Status>,
    keys: BTreeMap<String, u64>,
    /// By number: which status mentions the account.
    pub(crate) mentions: BTreeMap<u64, u64>,
    pub(crate) liked: Value,
    /// Answers nothing but this.
    pub(crate) broken: Option<Says>,
    /// Statuses that were asked for by those who answer them.
    pub(crate) asked: BTreeSet<String>,
}

pub(crate) type Shared = Arc<Mutex<Social>>;

pub(crate) fn lock(social: &Shared) -> MutexGuard<'_, Social> {
    social.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) async fn server() -> Result<(Peer, Shared)> {
    server_at(0).await
}

pub(crate) async fn server_at(port: u16) -> Result<(Peer, Shared)> {
    let social = Shared::default();
    lock(&social).liked = json!(0);
    let of = Arc::clone(&social);
    let peer = Peer::at(port, move |_, asked| lock(&of).answer(asked)).await?;
    Ok((peer, social))
}

impl Social {
    /// Somebody replies; gives the number of what they wrote.
    pub(crate) fn reply(&mut self, to: u64, by: &str, html: &str) -> u64 {
        let number = self.statuses.keys().last().map_or(100, |last| last + 1);
        let status = Status {
            to: Some(to),
            by: by.to_owned(),
            html: html.to_owned(),
            at: "2026-11-22T09:00:00.000Z".to_owned(),
            edited: None,
            seen_by: "public",
        };
        self.statuses.insert(number, status);
        let notification = self.mentions.keys().last().map_or(1, |last| last + 1);
        self.mentions.insert(notification, number);
        number
    }

    /// What the account itself posted, the newest last.
    pub(crate) fn own(&self) -> Vec<(u64, Status)> {
        self.statuses.iter().filter(|(_, status)| status.by == "lillevik").map(|(id, s)| (*id, s.clone())).collect()
    }

    fn answer(&mut self, asked: &Asked) -> Says {
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
            ("POST", "/api/v1/statuses") => self.post(asked),
            ("GET", "/api/v1/notifications") if of("types[]") == Some("mention") => {
                let number = |name: &str| of(name).and_then(|number| number.parse::<u64>().ok());
                let (Some(limit), Some(since)) = (number("limit"), number("min_id")) else { return says(422, "{}") };
                let newer = self.mentions.range(since + 1..).take(usize::try_from(limit).unwrap_or(0));
                let mut page: Vec<Value> = newer
                    .map(|(id, status)| json!({"id": id.to_string(), "type": "mention", "status": self.told(*status)}))
                    .collect();
                // The newest of a page stands first, whichever way it was asked for.
                page.reverse();
                says(200, &json!(page).to_string())
            }
            ("GET", "/api/v1/statuses") => {
                let ids = query.split('&').filter_map(|pair| pair.strip_prefix("id[]=")?.parse::<u64>().ok());
                let ids: Vec<u64> = ids.take(20).collect();
                let told: Vec<Value> =
                    ids.into_iter().filter(|id| self.statuses.contains_key(id)).map(|id| self.told(id)).collect();
                says(200, &json!(told).to_string())
            }
            ("GET", _) => match path.strip_prefix("/api/v1/statuses/").and_then(|id| id.parse::<u64>().ok()) {
                Some(id) if self.statuses.contains_key(&id) => says(200, &self.told(id).to_string()),
                _ => says(404, r#"{"error":"Record not found"}"#),
            },
            _ => says(404, "{}"),
        }
    }

    fn post(&mut self, asked: &Asked) -> Says {
        let Some(key) = asked.headers.get("idempotency-key").cloned() else { return says(422, "no key") };
        let form = form(&asked.body);
        let Some(text) = form.get("status").filter(|text| !text.is_empty() && text.chars().count() <= 500) else {
            return says(422, r#"{"error":"Validation failed: Text character limit of 500 exceeded"}"#);
        };
        let to = form.get("in_reply_to_id").and_then(|id| id.parse().ok());
        if to.is_some_and(|to| !self.statuses.contains_key(&to)) {
            return says(404, r#"{"error":"The post you are trying to reply to does not appear to exist."}"#);
        }
        let next = self.statuses.keys().last().map_or(100, |last| last + 1);
        let id = *self.keys.entry(key).or_insert(next);
        let html = format!("<p>{text}</p>");
        let at = "2026-11-22T09:00:00.000Z".to_owned();
        let (by, seen_by) = ("lillevik".to_owned(), "public");
        self.statuses.entry(id).or_insert(Status { to, by, html, at, edited: None, seen_by });
        says(200, &self.told(id).to_string())
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

fn form(body: &[u8]) -> BTreeMap<String, String> {
    let plain = |text: &str| {
        let (mut bytes, mut rest) = (Vec::new(), text.bytes());
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let pair = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                    u8::from_str_radix(&String::from_utf8_lossy(&pair), 16).unwrap_or(b'?')
                }
                byte => byte,
            });
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let text = String::from_utf8_lossy(body).into_owned();
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (plain(name), plain(value)));
    text.split('&').filter_map(pair).collect()
}

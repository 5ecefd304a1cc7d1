//! What came back: who answered in the room, what they changed or took back of it, and how many reacted.

use std::collections::BTreeMap;

use allting_plugin_sdk::channel::{Comment, Harvest, Reach, Receipt, Request, Response, Step, Turn, Value as Extra};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Settings, State, asked, events, is_event, room};

/// Events of the room that are looked through at once, the newest.
const EVENTS_MAX: usize = 100;
/// Posts whose answers are looked for.
const POSTS_MAX: usize = 50;
/// Answers to answers are followed so far up to the post.
const DEPTH_MAX: u32 = 20;
/// Characters of one answer.
const TEXT_CHARS_MAX: usize = 1000;

/// How far a collection has come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Collecting {
    /// The events of each post, the text first.
    posts: Vec<Vec<String>>,
    since: Since,
}

/// Where the last collection ended. Two answers may be of the same moment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Since {
    at_ms: u64,
    ids: Vec<String>,
}

/// What an event of the room brings.
struct News {
    id: String,
    at_ms: u64,
    what: What,
}

enum What {
    /// Something was said, or said anew.
    Said(Comment),
    /// That event was taken back.
    Gone(String),
}

impl Collecting {
    pub(super) fn new(posted: &[Receipt], bookmark: &[u8]) -> Self {
        let newest = posted.iter().rev().take(POSTS_MAX);
        let posts = newest.map(|receipt| events(&receipt.handle).map(str::to_owned).collect());
        Self { posts: posts.collect(), since: serde_json::from_slice(bookmark).unwrap_or_default() }
    }

    /// The newest of the room, back from now: that also shows that the token is good.
    pub(super) fn begin(self, settings: &Settings) -> Turn {
        let address = room(settings, &format!("messages?dir=b&limit={EVENTS_MAX}"));
        Turn::next(&State::Collecting(self), Step::Http(asked(Request::get(&address), settings)))
    }

    pub(super) fn end(self, response: &Response) -> Turn {
        let said = response.json().unwrap_or_default();
        let chunk = said.get("chunk").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut news: Vec<News> = chunk.iter().filter_map(|event| self.news(event, &chunk)).collect();
        news.reverse();
        let newest = news.iter().map(|news| news.at_ms).max().unwrap_or(0).max(self.since.at_ms);
        let mut ids: Vec<String> =
            news.iter().filter(|news| news.at_ms == newest).map(|news| news.id.clone()).collect();
        ids.extend(self.since.ids.iter().filter(|_| newest == self.since.at_ms).cloned());
        let (mut comments, mut extra) = (Vec::new(), Vec::new());
        for news in news {
            match news.what {
                What::Said(comment) => comments.push(comment),
                What::Gone(event) => extra.push(("gone".to_owned(), Extra::Text(event))),
            }
        }
        Turn::end(Step::Gathered(Harvest {
            reach: self.reach(&chunk),
            comments,
            bookmark: serde_json::to_vec(&Since { at_ms: newest, ids }).unwrap_or_default(),
            extra,
        }))
    }

    /// What an event brings that was not brought before.
    fn news(&self, event: &Value, chunk: &[Value]) -> Option<News> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let id = text("/event_id").filter(|id| is_event(id))?;
        let at_ms = event.get("origin_server_ts").and_then(Value::as_u64)?;
        if at_ms < self.since.at_ms || self.since.ids.iter().any(|known| known == id) {
            return None;
        }
        let what = match text("/type")? {
            // Since room version 11 it stands in the content.
            "m.room.redaction" => {
                What::Gone(text("/redacts").or(text("/content/redacts")).filter(|event| is_event(event))?.to_owned())
            }
            "m.room.message" if text("/content/m.relates_to/rel_type") == Some("m.replace") => {
                What::Said(self.edited(event, chunk)?)
            }
            "m.room.message" => What::Said(self.comment(event, text("/content/body")?, chunk)?),
            _ => return None,
        };
        Some(News { id: id.to_owned(), at_ms, what })
    }

    /// The comment that an edit is of, with its new words. Who did not write it cannot edit it (Matrix, "Validity of replacement events").
    fn edited(&self, edit: &Value, chunk: &[Value]) -> Option<Comment> {
        let of = edit.pointer("/content/m.relates_to/event_id")?;
        let original = chunk.iter().find(|event| event.get("event_id") == Some(of))?;
        if original.get("type") != edit.get("type") || original.get("sender") != edit.get("sender") {
            return None;
        }
        self.comment(original, edit.pointer("/content/m.new_content/body").and_then(Value::as_str)?, chunk)
    }

    /// A message with these words, if it answers a post, or somebody who did.
    fn comment(&self, event: &Value, body: &str, chunk: &[Value]) -> Option<Comment> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let id = text("/event_id").filter(|id| is_event(id))?;
        let in_reply_to = self.post_answered(event, chunk, DEPTH_MAX)?;
        // What the municipality wrote itself is no news to it.
        let is_ours = |other: &Value| self.is_post(other) && other.get("sender") == event.get("sender");
        if self.is_post(event) || chunk.iter().any(is_ours) {
            return None;
        }
        let words = without_quote(body);
        (!words.is_empty()).then(|| Comment {
            handle: id.to_owned(),
            in_reply_to,
            author: text("/sender").unwrap_or_default().to_owned(),
            at_ms: event.get("origin_server_ts").and_then(Value::as_u64).unwrap_or(0),
            language: None,
            text: words.chars().take(TEXT_CHARS_MAX).collect(),
            link: None,
        })
    }

    /// The handle of the post under which an event stands, however far down.
    fn post_answered(&self, event: &Value, chunk: &[Value], depth: u32) -> Option<String> {
        let related = |pointer: &str| event.pointer(&format!("/content/m.relates_to{pointer}")).and_then(Value::as_str);
        let thread = related("/event_id").filter(|_| related("/rel_type") == Some("m.thread"));
        [related("/m.in_reply_to/event_id"), thread].into_iter().flatten().find_map(|above| {
            let further = || {
                let event = chunk.iter().find(|event| event.get("event_id").and_then(Value::as_str) == Some(above))?;
                self.post_answered(event, chunk, depth.checked_sub(1)?)
            };
            self.post_of(above).or_else(further)
        })
    }

    fn is_post(&self, event: &Value) -> bool {
        event.get("event_id").and_then(Value::as_str).is_some_and(|event| self.post_of(event).is_some())
    }

    /// How many reacted, of what is looked through.
    fn reach(&self, chunk: &[Value]) -> Vec<Reach> {
        let mut liked: BTreeMap<String, u64> = BTreeMap::new();
        for event in chunk {
            let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
            let of = text("/content/m.relates_to/event_id").filter(|_| text("/type") == Some("m.reaction"));
            if let Some(handle) = of.and_then(|event| self.post_of(event)) {
                *liked.entry(handle).or_default() += 1;
            }
        }
        liked.into_iter().map(|(handle, count)| Reach { handle, what: "liked".to_owned(), count }).collect()
    }

    /// The handle of the post that an event belongs to.
    fn post_of(&self, event: &str) -> Option<String> {
        self.posts.iter().find(|post| post.iter().any(|own| own == event)).map(|post| post.join(" "))
    }
}

/// Older programs put what they answer before the answer, each line with `> ` (Matrix, "Rich replies").
fn without_quote(body: &str) -> String {
    let lines: Vec<&str> = body.lines().skip_while(|line| line.starts_with("> ")).collect();
    lines.join("\n").trim().to_owned()
}

//! What came back: who answered in the room, and how many reacted.

use std::collections::BTreeMap;

use allting_plugin_sdk::channel::{Comment, Harvest, Reach, Receipt, Request, Response, Step, Turn};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Settings, State, asked, events, is_event, room};

/// Events of the room that are looked through at once, the newest.
const EVENTS_MAX: usize = 100;
/// Posts whose answers are looked for.
const POSTS_MAX: usize = 50;
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
        let mut comments: Vec<Comment> = chunk.iter().filter_map(|event| self.comment(event)).collect();
        comments.reverse();
        let newest = comments.iter().map(|comment| comment.at_ms).max().unwrap_or(0).max(self.since.at_ms);
        let mut ids: Vec<String> =
            comments.iter().filter(|comment| comment.at_ms == newest).map(|comment| comment.handle.clone()).collect();
        ids.extend(self.since.ids.iter().filter(|_| newest == self.since.at_ms).cloned());
        Turn::end(Step::Gathered(Harvest {
            reach: self.reach(&chunk),
            comments,
            bookmark: serde_json::to_vec(&Since { at_ms: newest, ids }).unwrap_or_default(),
            extra: Vec::new(),
        }))
    }

    fn comment(&self, event: &Value) -> Option<Comment> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let id = text("/event_id").filter(|id| is_event(id))?;
        let at_ms = event.get("origin_server_ts").and_then(Value::as_u64)?;
        if text("/type") != Some("m.room.message")
            || at_ms < self.since.at_ms
            || self.since.ids.iter().any(|known| known == id)
        {
            return None;
        }
        let relation = event.pointer("/content/m.relates_to")?;
        let related = |pointer: &str| relation.pointer(pointer).and_then(Value::as_str);
        if related("/rel_type") == Some("m.replace") {
            return None;
        }
        let thread = related("/event_id").filter(|_| related("/rel_type") == Some("m.thread"));
        let answered = related("/m.in_reply_to/event_id").filter(|event| self.post_of(event).is_some());
        let in_reply_to = answered.or(thread.filter(|event| self.post_of(event).is_some()))?;
        // Those that the municipality wrote itself are no news to it.
        if self.posts.iter().flatten().any(|own| own == id) {
            return None;
        }
        let words = without_quote(text("/content/body")?);
        (!words.is_empty()).then(|| Comment {
            handle: id.to_owned(),
            in_reply_to: self.post_of(in_reply_to).unwrap_or_else(|| in_reply_to.to_owned()),
            author: text("/sender").unwrap_or_default().to_owned(),
            at_ms,
            language: None,
            text: words.chars().take(TEXT_CHARS_MAX).collect(),
            link: None,
        })
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

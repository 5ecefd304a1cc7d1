//! What came back: replies to posts, and how many liked and shared them.

use allting_plugin_sdk::channel::{Comment, Harvest, Job, Reach, Receipt, Request, Response, Step, Turn, utc_ms};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Settings, State, address, asked, number, refused, text};

/// Replies that are brought at once; the others come next time.
const COMMENTS_MAX: usize = 40;
/// Characters of one: servers allow more, and the box remembers 64 KiB between two steps.
const TEXT_CHARS_MAX: usize = 1000;
/// Posts that are asked about at once.
const POSTS_MAX: usize = 20;

/// How far a collection has come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Collecting {
    /// Posts still to be asked about, the next one last.
    posts: Vec<String>,
    /// Which of the two questions about the last one was asked.
    asked_for_replies: bool,
    /// The newest reply that was brought before.
    since: String,
    said: Vec<Said>,
    reach: Vec<(String, String, u64)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Said {
    id: String,
    to: String,
    author: String,
    at_ms: u64,
    language: Option<String>,
    text: String,
    link: Option<String>,
}

impl Collecting {
    pub(super) fn new(posted: &[Receipt], bookmark: &[u8]) -> Self {
        let newest = posted.iter().rev().filter_map(|receipt| number(&receipt.handle)).take(POSTS_MAX);
        let posts = newest.map(str::to_owned).collect();
        Self { posts, since: String::from_utf8_lossy(bookmark).into_owned(), ..Self::default() }
    }

    /// The next question, or the end.
    pub(super) fn next(self, settings: &Settings) -> Turn {
        let Some(id) = self.posts.last() else { return Turn::end(Step::Gathered(self.harvest())) };
        let more = if self.asked_for_replies { "/context" } else { "" };
        let request = Request::get(&address(settings, &format!("/api/v1/statuses/{id}{more}")));
        Turn::next(&State::Collecting(self), Step::Http(asked(request, settings)))
    }

    pub(super) fn go_on(mut self, response: &Response, settings: &Settings, job: &Job) -> Turn {
        let Some(id) = self.posts.last().cloned() else { return self.next(settings) };
        match response.status {
            200..=299 => {}
            // Somebody took the post back over there.
            404 | 410 => {
                self.posts.pop();
                self.asked_for_replies = false;
                return self.next(settings);
            }
            _ => return refused(response, job),
        }
        let said = response.json().unwrap_or_default();
        if self.asked_for_replies {
            self.replies(&said);
            self.posts.pop();
        } else {
            for (field, what) in
                [("favourites_count", "liked"), ("reblogs_count", "shared"), ("replies_count", "replied")]
            {
                let count = said.get(field).and_then(Value::as_u64);
                self.reach.extend(count.map(|count| (id.clone(), what.to_owned(), count)));
            }
        }
        self.asked_for_replies = !self.asked_for_replies;
        self.next(settings)
    }

    fn replies(&mut self, said: &Value) {
        let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        for reply in said.get("descendants").and_then(Value::as_array).into_iter().flatten() {
            let (Some(id), Some(to)) = (text(reply, "/id"), text(reply, "/in_reply_to_id")) else { continue };
            let is_private = text(reply, "/visibility").is_some_and(|who| who == "private" || who == "direct");
            if self.said.len() >= COMMENTS_MAX || is_private || !newer(&id, &self.since) {
                continue;
            }
            let words = text::words(&text(reply, "/content").unwrap_or_default());
            self.said.push(Said {
                id,
                to,
                author: text(reply, "/account/acct").unwrap_or_default(),
                at_ms: text(reply, "/created_at").and_then(|at| utc_ms(&at)).unwrap_or_default(),
                language: text(reply, "/language"),
                text: words.chars().take(TEXT_CHARS_MAX).collect(),
                link: text(reply, "/url").filter(|link| link.starts_with("https://")),
            });
        }
    }

    fn harvest(self) -> Harvest {
        let newest = self
            .said
            .iter()
            .map(|said| said.id.as_str())
            .fold(self.since.as_str(), |newest, id| if newer(id, newest) { id } else { newest });
        let bookmark = newest.as_bytes().to_vec();
        let comment = |said: Said| Comment {
            handle: said.id,
            in_reply_to: said.to,
            author: said.author,
            at_ms: said.at_ms,
            language: said.language,
            text: said.text,
            link: said.link,
        };
        let reach = |(handle, what, count)| Reach { handle, what, count };
        Harvest {
            comments: self.said.into_iter().map(comment).collect(),
            reach: self.reach.into_iter().map(reach).collect(),
            bookmark,
            extra: Vec::new(),
        }
    }
}

/// Numbers of Mastodon rise with time; a longer one is newer.
fn newer(id: &str, than: &str) -> bool {
    (id.len(), id) > (than.len(), than)
}

//! What came back: comments, how many reacted and shared, and until when the token is good.

use allting_plugin_sdk::channel::{
    Comment, Harvest, Reach, Receipt, Request, Response, Secretive, Step, TOKEN_ENDS, Turn, Value, utc_ms,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Settings, State, address, asked, name, plain, refused};

/// Comments that are brought at once; the others come next time.
const COMMENTS_MAX: usize = 40;
/// Characters of one: Facebook allows 8000, and the box remembers 64 KiB between two steps.
const TEXT_CHARS_MAX: usize = 1000;
/// Posts that are asked about at once.
const POSTS_MAX: usize = 20;
/// What is asked of a post. Braces are written as addresses have them.
const FIELDS: &str = concat!(
    "shares,reactions.limit(0).summary(total_count),",
    "comments.filter(stream).order(reverse_chronological).summary(total_count).limit(40)",
    "%7Bid,message,created_time,permalink_url,parent%7Bid%7D,from%7Bid,name%7D%7D"
);

/// How far a collection has come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Collecting {
    /// Posts still to be asked about, the next one last.
    posts: Vec<String>,
    /// It was asked about the token.
    knows_token: bool,
    /// Until when the token is good; none: for ever, or it was not said.
    token_ends_ms: Option<i64>,
    /// The newest comments that were brought before: when, and what they are called.
    since: Since,
    said: Vec<Said>,
    reach: Vec<(String, String, u64)>,
}

/// Where the last collection ended. Two comments may be of the same second.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Since {
    at_ms: u64,
    ids: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Said {
    id: String,
    to: String,
    author: String,
    at_ms: u64,
    text: String,
    link: Option<String>,
}

impl Collecting {
    pub(super) fn new(posted: &[Receipt], bookmark: &[u8]) -> Self {
        let newest = posted.iter().rev().filter_map(|receipt| name(&receipt.handle)).take(POSTS_MAX);
        let posts = newest.map(str::to_owned).collect();
        Self { posts, since: serde_json::from_slice(bookmark).unwrap_or_default(), ..Self::default() }
    }

    /// Asks about the token first. A POST that says it is a GET: an address would have to hold the token.
    pub(super) fn begin(self, settings: &Settings) -> Turn {
        let asker = settings.app_token.as_ref().unwrap_or(&settings.token);
        let request = Request::post(&address(settings, "debug_token"))
            .header("authorization", Secretive::Bearer(asker.clone()))
            .form([("method", plain("get")), ("input_token", Secretive::Secret(settings.token.clone()))]);
        Turn::next(&State::Collecting(self), Step::Http(request))
    }

    /// The next question, or the end.
    fn next(self, settings: &Settings) -> Turn {
        let Some(id) = self.posts.last() else { return Turn::end(Step::Gathered(self.harvest())) };
        let request = asked(Request::get(&address(settings, &format!("{id}?fields={FIELDS}"))), settings);
        Turn::next(&State::Collecting(self), Step::Http(request))
    }

    pub(super) fn go_on(mut self, response: &Response, settings: &Settings) -> Turn {
        let said = response.json().unwrap_or_default();
        if !self.knows_token {
            self.knows_token = true;
            return self.token(response, &said, settings);
        }
        let Some(id) = self.posts.pop() else { return self.next(settings) };
        match (response.status, said.pointer("/error/code").and_then(Json::as_u64)) {
            (200..=299, _) => self.take(&id, &said),
            // Somebody took the post back over there.
            (404, _) | (400, Some(100)) => {}
            _ => return refused(response),
        }
        self.next(settings)
    }

    /// What is said of the token ("Debug-Token"). Who may not ask learns nothing, and goes on.
    fn token(mut self, response: &Response, said: &Json, settings: &Settings) -> Turn {
        let data = said.get("data").unwrap_or(&Json::Null);
        if data.get("is_valid").and_then(Json::as_bool) == Some(false) {
            let why = data.pointer("/error/message").and_then(Json::as_str).unwrap_or_default();
            return Turn::stuck(format!(
                "Facebook says that the token is good no more: {why} Make a new one, and write it into secrets.toml."
            ));
        }
        let is_busy = response.status == 429 || response.status >= 500;
        let is_refused = said.pointer("/error/code").and_then(Json::as_u64).is_some_and(|code| code != 100);
        if is_busy || is_refused {
            return refused(response);
        }
        // Seconds; 0 is for ever.
        let ends = data.get("expires_at").and_then(Json::as_i64).filter(|ends| *ends > 0);
        self.token_ends_ms = ends.map(|ends| ends.saturating_mul(1000));
        self.next(settings)
    }

    fn take(&mut self, id: &str, said: &Json) {
        let counts = [
            ("/reactions/summary/total_count", "liked"),
            ("/shares/count", "shared"),
            ("/comments/summary/total_count", "replied"),
        ];
        for (pointer, what) in counts {
            let count = said.pointer(pointer).and_then(Json::as_u64);
            self.reach.extend(count.map(|count| (id.to_owned(), what.to_owned(), count)));
        }
        let text = |value: &Json, pointer: &str| value.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
        for comment in said.pointer("/comments/data").and_then(Json::as_array).into_iter().flatten() {
            let (Some(own), Some(words)) = (text(comment, "/id"), text(comment, "/message")) else { continue };
            let at_ms = text(comment, "/created_time").and_then(|at| utc_ms(&at)).unwrap_or_default();
            let is_known = at_ms < self.since.at_ms || self.since.ids.contains(&own);
            // The municipality's own answers are no news to it.
            let is_own = text(comment, "/from/id").is_some_and(|from| id.split('_').next() == Some(from.as_str()));
            if is_known || is_own || words.trim().is_empty() || self.said.len() >= COMMENTS_MAX {
                continue;
            }
            self.said.push(Said {
                to: text(comment, "/parent/id").unwrap_or_else(|| id.to_owned()),
                author: text(comment, "/from/name").unwrap_or_default(),
                at_ms,
                text: words.chars().take(TEXT_CHARS_MAX).collect(),
                link: text(comment, "/permalink_url").filter(|link| link.starts_with("https://")),
                id: own,
            });
        }
    }

    fn harvest(self) -> Harvest {
        let newest = self.said.iter().map(|said| said.at_ms).max().unwrap_or(0).max(self.since.at_ms);
        let mut ids: Vec<String> =
            self.said.iter().filter(|said| said.at_ms == newest).map(|said| said.id.clone()).collect();
        ids.extend(self.since.ids.into_iter().filter(|_| newest == self.since.at_ms));
        let comment = |said: Said| Comment {
            handle: said.id,
            in_reply_to: said.to,
            author: said.author,
            at_ms: said.at_ms,
            language: None,
            text: said.text,
            link: said.link,
        };
        let reach = |(handle, what, count)| Reach { handle, what, count };
        let ends = self.token_ends_ms.map(|ends| (TOKEN_ENDS.to_owned(), Value::Integer(ends)));
        Harvest {
            comments: self.said.into_iter().map(comment).collect(),
            reach: self.reach.into_iter().map(reach).collect(),
            bookmark: serde_json::to_vec(&Since { at_ms: newest, ids }).unwrap_or_default(),
            extra: ends.into_iter().collect(),
        }
    }
}

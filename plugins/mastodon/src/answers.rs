//! What came back: replies to posts, what became of them, and how many liked and shared the posts.
//!
//! Replies are read from the notifications of the account, a page at a time: a conversation of thousands is no longer than one of ten. What
//! was brought is asked for again, so that what its author changed or took back is so here too.

use allting_plugin_sdk::channel::{Breakage, Comment, Harvest, Job, Reach, Receipt, Reply, Request, Response, Step};
use allting_plugin_sdk::channel::{Turn, Value as Extra, utc_ms};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Settings, State, address, asked, number, refused, text};

/// Notifications of a page: as many as fit into what the box reads at once, when each is long.
const PAGE: usize = 20;
/// Bytes of one reply that are remembered between two steps: all that a server of the usual settings allows.
const TEXT_BYTES_MAX: usize = 1500;
/// Posts that are asked about at once.
const POSTS_MAX: usize = 20;
/// Replies that are looked at again, the newest; and as many in one question as servers answer.
const KNOWN_MAX: usize = 60;
const KNOWN_AT_ONCE: usize = 20;
/// Notifications that are passed over when one is longer than the box reads: its number is not known, so others may be lost with it.
const SKIPPED_MAX: u64 = 1 << 20;

/// From where to go on: what the box keeps between two collections.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Bookmark {
    /// The newest notification that was read.
    since: String,
    /// Replies that were brought, and when each was last changed; the newest last.
    known: Vec<(String, String)>,
}

/// How far a collection has come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Collecting {
    at: Bookmark,
    stage: Stage,
    /// Posts still to be asked about, the next one last.
    posts: Vec<String>,
    /// How many of the known replies were asked for.
    looked_at: usize,
    said: Vec<Said>,
    gone: Vec<String>,
    reach: Vec<(String, String, u64)>,
}

/// What was asked last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    /// For so many notifications, behind the newest by so many.
    Mentions(usize, u64),
    #[default]
    Posts,
    Known,
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
        let mut at: Bookmark = serde_json::from_slice(bookmark).unwrap_or_default();
        if number(&at.since).is_none() {
            "0".clone_into(&mut at.since);
        }
        Self { at, posts: newest.map(str::to_owned).collect(), ..Self::default() }
    }

    /// Of nothing nothing is asked.
    pub(super) fn begin(self, settings: &Settings) -> Turn {
        if self.posts.is_empty() {
            return Turn::end(Step::Gathered(self.harvest()));
        }
        self.mentions(PAGE, 0, settings)
    }

    fn mentions(mut self, page: usize, skipped: u64, settings: &Settings) -> Turn {
        let since = match self.at.since.parse::<u64>() {
            Ok(since) => since.saturating_add(skipped).to_string(),
            Err(_) => self.at.since.clone(),
        };
        self.stage = Stage::Mentions(page, skipped);
        let path = format!("/api/v1/notifications?types[]=mention&limit={page}&min_id={since}");
        self.ask(&path, settings)
    }

    /// The next question behind the replies, or the end.
    fn next(mut self, settings: &Settings) -> Turn {
        if let Some(id) = self.posts.last() {
            let path = format!("/api/v1/statuses/{id}");
            self.stage = Stage::Posts;
            return self.ask(&path, settings);
        }
        let ids: Vec<String> = self.asked_for().iter().map(|(id, _)| format!("id[]={id}")).collect();
        if ids.is_empty() {
            return Turn::end(Step::Gathered(self.harvest()));
        }
        self.stage = Stage::Known;
        self.ask(&format!("/api/v1/statuses?{}", ids.join("&")), settings)
    }

    fn ask(self, path: &str, settings: &Settings) -> Turn {
        let request = Request::get(&address(settings, path));
        Turn::next(&State::Collecting(self), Step::Http(asked(request, settings)))
    }

    pub(super) fn go_on(mut self, reply: &Reply, settings: &Settings, job: &Job) -> Turn {
        let response = match (reply, self.stage) {
            (Reply::Http(response), _) => response,
            (Reply::Broken(Breakage::TooBig), Stage::Mentions(page, skipped)) => {
                return match (page, skipped) {
                    (PAGE, _) => self.mentions(1, 0, settings),
                    (_, SKIPPED_MAX..) => self.next(settings),
                    (_, skipped) => self.mentions(1, (skipped * 2).max(1), settings),
                };
            }
            (Reply::Broken(Breakage::TooBig), _) => return self.passed(settings),
            (other, _) => return Turn::refused(other),
        };
        match (response.status, self.stage) {
            (200..=299, _) => {}
            // Somebody took the post back over there; or a server that cannot be asked for several at once.
            (404 | 410, Stage::Posts | Stage::Known) => return self.passed(settings),
            _ => return refused(response, job),
        }
        let said = response.json().unwrap_or_default();
        match self.stage {
            Stage::Mentions(page, skipped) => {
                let read = self.read_mentions(&said);
                // A full page is brought at once; what follows it comes with the next collection.
                if read && (skipped > 0 || said.as_array().is_some_and(|all| all.len() >= page)) {
                    return Turn::end(Step::Gathered(self.harvest()));
                }
                self.next(settings)
            }
            Stage::Posts => {
                self.read_reach(&said);
                self.passed(settings)
            }
            Stage::Known => {
                self.read_known(&said);
                self.passed(settings)
            }
        }
    }

    /// What was asked for last is done with.
    fn passed(mut self, settings: &Settings) -> Turn {
        match self.stage {
            Stage::Posts => _ = self.posts.pop(),
            Stage::Known => self.looked_at += KNOWN_AT_ONCE,
            Stage::Mentions(..) => {}
        }
        self.next(settings)
    }

    fn asked_for(&self) -> &[(String, String)] {
        let rest = self.at.known.get(self.looked_at..).unwrap_or_default();
        rest.get(..KNOWN_AT_ONCE).unwrap_or(rest)
    }

    /// Says whether there was any, so that the next page begins elsewhere.
    fn read_mentions(&mut self, said: &Value) -> bool {
        let mut any = false;
        for notification in said.as_array().into_iter().flatten() {
            let Some(id) = words(notification, "/id").filter(|id| number(id).is_some()) else { continue };
            if newer(&id, &self.at.since) {
                self.at.since = id;
                any = true;
            }
            if let Some((said, changed)) = notification.get("status").and_then(said_in) {
                self.at.known.push((said.id.clone(), changed));
                self.said.push(said);
            }
        }
        any
    }

    fn read_reach(&mut self, said: &Value) {
        let Some(id) = self.posts.last() else { return };
        for (field, what) in [("favourites_count", "liked"), ("reblogs_count", "shared"), ("replies_count", "replied")]
        {
            let count = said.get(field).and_then(Value::as_u64);
            self.reach.extend(count.map(|count| (id.clone(), what.to_owned(), count)));
        }
    }

    /// What is not told any more was taken back; what has another time was changed.
    fn read_known(&mut self, said: &Value) {
        let Some(found) = said.as_array() else { return };
        let found: Vec<(Said, String)> = found.iter().filter_map(said_in).collect();
        let asked: Vec<(String, String)> = self.asked_for().to_vec();
        for (id, before) in asked {
            match found.iter().position(|(said, _)| said.id == id) {
                None => self.gone.push(id),
                Some(at) if found.get(at).is_some_and(|(_, changed)| *changed != before) => {
                    let Some((said, changed)) = found.get(at) else { continue };
                    self.said.push(said.again());
                    let known = self.at.known.iter_mut().find(|(known, _)| *known == id);
                    if let Some(known) = known {
                        known.1.clone_from(changed);
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn harvest(mut self) -> Harvest {
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
        self.at.known.retain(|(id, _)| !self.gone.contains(id));
        let old = self.at.known.len().saturating_sub(KNOWN_MAX);
        self.at.known.drain(..old);
        Harvest {
            comments: self.said.into_iter().map(comment).collect(),
            reach: self.reach.into_iter().map(reach).collect(),
            bookmark: serde_json::to_vec(&self.at).unwrap_or_default(),
            extra: self.gone.into_iter().map(|id| ("gone".to_owned(), Extra::Text(id))).collect(),
        }
    }
}

impl Said {
    fn again(&self) -> Self {
        let Self { id, to, author, at_ms, language, text, link } = self;
        Self {
            id: id.clone(),
            to: to.clone(),
            author: author.clone(),
            at_ms: *at_ms,
            language: language.clone(),
            text: text.clone(),
            link: link.clone(),
        }
    }
}

/// A reply, and when it was last changed; none for what answers nothing, or is not for everybody.
fn said_in(status: &Value) -> Option<(Said, String)> {
    let is_private = words(status, "/visibility").is_some_and(|who| who == "private" || who == "direct");
    let id = words(status, "/id").filter(|id| number(id).is_some() && !is_private)?;
    let said = Said {
        id,
        to: words(status, "/in_reply_to_id")?,
        author: words(status, "/account/acct").unwrap_or_default(),
        at_ms: words(status, "/created_at").and_then(|at| utc_ms(&at)).unwrap_or_default(),
        language: words(status, "/language").map(|tag| tag.chars().take(20).collect()),
        text: cut(&text::words(&words(status, "/content").unwrap_or_default())),
        link: words(status, "/url").filter(|link| link.starts_with("https://") && link.len() <= 500),
    };
    Some((said, words(status, "/edited_at").unwrap_or_default().chars().take(30).collect()))
}

fn words(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

/// The beginning of a long text, without control characters but the ends of lines.
fn cut(text: &str) -> String {
    let mut short = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control() || *letter == '\n') {
        if short.len() + letter.len_utf8() > TEXT_BYTES_MAX {
            return short + " \u{2026}";
        }
        short.push(letter);
    }
    short
}

/// Numbers of Mastodon rise with time; a longer one is newer.
fn newer(id: &str, than: &str) -> bool {
    (id.len(), id) > (than.len(), than)
}

/// The name under which somebody is spoken to.
pub(super) fn spoken_to(response: &Response) -> Option<String> {
    let name = response.text("/account/acct")?;
    let fits = |letter: char| letter.is_alphanumeric() || "_.@-".contains(letter);
    (!name.is_empty() && name.len() <= 200 && name.chars().all(fits)).then(|| format!("@{name}"))
}

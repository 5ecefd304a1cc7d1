//! What a channel says, checked: the one place where its answers become `model` types. An error says what it did that it may not.

use std::time::Duration;

use model::channel::{
    Comment, Failure, Harvest, Message, Messages, Post, Reach, Receipt, Step, ToAudience, ToBrowsers, Turn,
};
use model::{Language, Slug, Timestamp};

use super::request;
use super::wit;
use crate::boundary::{one_line, timestamp};
use crate::describe::words;

/// Posts that one publication may become.
const POSTS_MAX: usize = 16;
const TITLE_BYTES_MAX: usize = 1 << 10;
const BODY_BYTES_MAX: usize = 64 << 10;
/// State, and the note of a post.
const STATE_BYTES_MAX: usize = 64 << 10;
/// What a push service takes is 4 KiB, with title, link and the way out.
const PUSH_BYTES_MAX: usize = 2 << 10;
const LINK_BYTES_MAX: usize = 2000;
const HANDLE_CHARS_MAX: usize = 500;
/// A month: what waits longer waits for nothing.
const WAIT_MAX: u32 = 31 * 86_400;
/// A push service keeps nothing for longer than four weeks, and what is worth less than a minute reaches nobody.
const LIFETIME_MIN: u32 = 60;
const LIFETIME_MAX: u32 = 28 * 86_400;
/// Nobody sends a publication for more.
const COST_MAX: u32 = 100_000;
const COMMENTS_MAX: usize = 500;
const COMMENT_BYTES_MAX: usize = 16 << 10;
/// By this name a harvest says which comments were taken back.
const GONE: &str = "gone";
const MESSAGES_MAX: usize = 64;
/// In what a harvest has beside: when the token ends, Unix time in milliseconds.
const TOKEN_ENDS: &str = "token-ends-at-ms";
const TOPIC_BYTES_MAX: usize = 1 << 10;

pub(super) fn posts(said: Vec<wit::Post>, of: &wit::Publication) -> Result<Vec<Post>, String> {
    if said.is_empty() || said.len() > POSTS_MAX {
        return Err(format!("makes {} posts of one publication; 1 to {POSTS_MAX} are taken", said.len()));
    }
    said.into_iter().map(|said| post(said, of)).collect()
}

fn post(said: wit::Post, of: &wit::Publication) -> Result<Post, String> {
    bounded(&said.title, TITLE_BYTES_MAX, "the title of a post")?;
    bounded(&said.body, BODY_BYTES_MAX, "the text of a post")?;
    if said.note.len() > STATE_BYTES_MAX {
        return Err(format!("notes {} bytes with a post; at most {STATE_BYTES_MAX}", said.note.len()));
    }
    if said.cost > COST_MAX {
        return Err(format!("says a post costs {} units; at most {COST_MAX}", said.cost));
    }
    let picture = match (said.picture, &of.picture) {
        (None, _) => None,
        (Some(picture), Some(known)) if picture.file == known.file => Some(words(&picture.alternatives)),
        (Some(picture), _) => return Err(format!("shows the file `{}`, which is not there", one_line(&picture.file))),
    };
    Ok(Post {
        language: language(&said.language)?,
        title: one_line(&said.title),
        body: clean(&said.body),
        link: said.link.map(link).transpose()?,
        picture,
        length: said.length,
        limit: said.limit,
        cost: said.cost,
        note: said.note,
    })
}

pub(super) fn turn(said: wit::Turn) -> Result<Turn, String> {
    let wit::Turn { state, step, extra: _ } = said;
    if state.len() > STATE_BYTES_MAX {
        return Err(format!("remembers {} bytes between two steps; at most {STATE_BYTES_MAX}", state.len()));
    }
    let step = match step {
        wit::Step::Http(said) => Step::Http(request::request(said)?),
        wit::Step::Mail(mail) => Step::Mail(to_audience((mail.audience, mail.language), (mail.subject, mail.page))?),
        wit::Step::Push(said) => Step::Push(to_browsers(said)?),
        wit::Step::Mqtt(said) => Step::Mqtt(messages(said)?),
        wit::Step::Wait(seconds) => Step::Wait(Duration::from_secs(seconds.clamp(1, WAIT_MAX).into())),
        wit::Step::Done(said) => Step::Done(receipt(said)?),
        wit::Step::Gathered(said) => Step::Gathered(harvest(said)?),
        wit::Step::Fail(said) => Step::Fail(failure(&said)),
        wit::Step::Other(other) => {
            return Err(format!("asks for `{}`, which this box does not know", one_line(&other.name)));
        }
    };
    Ok(Turn { state, step })
}

fn to_audience((audience, tag): (String, String), (subject, page): (String, String)) -> Result<ToAudience, String> {
    bounded(&subject, TITLE_BYTES_MAX, "a subject")?;
    bounded(&page, BODY_BYTES_MAX, "a letter")?;
    Ok(ToAudience { audience: one_line(&audience), language: language(&tag)?, subject: one_line(&subject), page })
}

fn to_browsers(said: wit::Push) -> Result<ToBrowsers, String> {
    bounded(&said.title, TITLE_BYTES_MAX, "the title of a push message")?;
    bounded(&said.body, PUSH_BYTES_MAX, "a push message")?;
    Ok(ToBrowsers {
        audience: one_line(&said.audience),
        language: language(&said.language)?,
        title: one_line(&said.title),
        body: clean(&said.body),
        // A text that leads nowhere has an empty one.
        link: Some(said.link).filter(|address| !address.is_empty()).map(link).transpose()?,
        lifetime: Duration::from_secs(said.lifetime_s.clamp(LIFETIME_MIN, LIFETIME_MAX).into()),
    })
}

fn messages(said: wit::Mqtt) -> Result<Messages, String> {
    if said.messages.is_empty() || said.messages.len() > MESSAGES_MAX {
        return Err(format!("says {} messages to a broker; 1 to {MESSAGES_MAX} are sent", said.messages.len()));
    }
    bounded(&said.address, LINK_BYTES_MAX, "the address of a broker")?;
    let message = |said: wit::MqttMessage| {
        let topic_fits = !said.topic.is_empty() && said.topic.len() <= TOPIC_BYTES_MAX;
        if !topic_fits || said.topic.contains(['+', '#', '\0']) {
            return Err(format!("names a topic `{}` that nothing can be said about", one_line(&said.topic)));
        }
        if said.payload.len() > BODY_BYTES_MAX {
            return Err(format!("says {} bytes in one message; at most {BODY_BYTES_MAX}", said.payload.len()));
        }
        let wit::MqttMessage { topic, payload, retain, at_least_once } = said;
        Ok(Message { topic, payload, retain, at_least_once })
    };
    let login = said.login.map(|(user, secret)| Ok::<_, String>((user, named(&secret)?))).transpose()?;
    Ok(Messages {
        address: said.address,
        login,
        messages: said.messages.into_iter().map(message).collect::<Result<_, _>>()?,
    })
}

pub(super) fn named(secret: &str) -> Result<Slug, String> {
    Slug::new(secret).map_err(|_| format!("names a secret `{}`, which is no name", one_line(secret)))
}

fn receipt(said: wit::Receipt) -> Result<Receipt, String> {
    if said.handle.chars().count() > HANDLE_CHARS_MAX {
        return Err("gives a receipt that is longer than 500 characters".to_owned());
    }
    Ok(Receipt { handle: one_line(&said.handle), link: said.link.map(link).transpose()?, people: said.people })
}

fn failure(said: &wit::Failure) -> Failure {
    Failure {
        text: one_line(&said.text),
        again_after: said.again_after_s.map(|s| Duration::from_secs(s.min(WAIT_MAX).into())),
        needs_steward: said.needs_steward,
    }
}

fn harvest(said: wit::Harvest) -> Result<Harvest, String> {
    if said.comments.len() > COMMENTS_MAX || said.reach.len() > COMMENTS_MAX {
        return Err(format!("brings more than {COMMENTS_MAX} comments or figures at once"));
    }
    if said.bookmark.len() > STATE_BYTES_MAX {
        return Err(format!("marks its place with {} bytes; at most {STATE_BYTES_MAX}", said.bookmark.len()));
    }
    let comment = |said: wit::Comment| {
        bounded(&said.text, COMMENT_BYTES_MAX, "a comment")?;
        Ok(Comment {
            handle: one_line(&said.handle),
            in_reply_to: one_line(&said.in_reply_to),
            author: one_line(&said.author),
            at: timestamp(said.at_ms),
            language: said.language.map(|tag| one_line(&tag)),
            text: clean(&said.text),
            link: said.link.map(link).transpose()?,
        })
    };
    let reach =
        |said: wit::Reach| Reach { handle: one_line(&said.handle), what: one_line(&said.what), count: said.count };
    let gone = said.extra.iter().filter_map(|(name, value)| match value {
        wit::Value::Text(handle) if name == GONE => Some(one_line(handle)),
        _ => None,
    });
    Ok(Harvest {
        gone: gone.take(COMMENTS_MAX).collect(),
        comments: said.comments.into_iter().map(comment).collect::<Result<_, String>>()?,
        reach: said.reach.into_iter().map(reach).collect(),
        bookmark: said.bookmark,
        token_ends: said.extra.iter().find_map(|(name, value)| match value {
            wit::Value::Integer(ms) if name == TOKEN_ENDS => Some(Timestamp::from_ms(*ms)),
            _ => None,
        }),
    })
}

fn language(tag: &str) -> Result<Language, String> {
    tag.parse().map_err(|_| format!("speaks `{}`, in which the box has no texts", one_line(tag)))
}

fn link(link: String) -> Result<String, String> {
    let is_web = link.starts_with("https://") || link.starts_with("http://");
    if is_web && link.len() <= LINK_BYTES_MAX && link.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"".contains(&b)) {
        return Ok(link);
    }
    Err(format!("gives a link `{}`, which is no web address", one_line(&link)))
}

fn bounded(text: &str, max: usize, what: &str) -> Result<(), String> {
    if text.len() > max { Err(format!("gives {what} of {} bytes; at most {max}", text.len())) } else { Ok(()) }
}

/// Without control characters; lines stay lines.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

//! A box that is killed again and again while it fetches what people replied to a post: each reply stands once, and none is forgotten.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use app::{Draft, Sort};
use model::{Language, PublicationState, PublicationText};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use town::web::{PATIENCE, Serving, listen, lived_until, sent, with_server};

/// The post, as its server calls it; replies are called by their number from here on.
const POST: u64 = 100;
/// Replies that are written before each life of the box.
const EACH_LIFE: u64 = 2;
/// Lives end with the first question for replies, with the second about the post, or with the third about what was said before.
const QUESTIONS: u32 = 3;
/// After the last answer the box writes down what it heard: it is killed before, while and behind.
const AFTER_THE_LAST: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(1),
    Duration::from_millis(3),
    Duration::from_millis(8),
    Duration::from_millis(20),
    Duration::from_millis(50),
];

/// What a Mastodon server does, as its documentation has it, for an account whose one post has so many replies.
fn answer(line: &str, replies: u64) -> (u16, String) {
    let status = |id: u64, text: &str, to: Option<u64>| {
        json!({ "id": id.to_string(), "in_reply_to_id": to.map(|to| to.to_string()),
                "content": format!("<p>{text}</p>"),
                "created_at": "2026-11-22T09:00:00.000Z", "edited_at": null, "visibility": "public", "language": "sv",
                "url": format!("https://social.example/@x/{id}"), "account": { "acct": "kari@social.example" },
                "favourites_count": 1, "reblogs_count": 0, "replies_count": replies })
    };
    let reply = |number: u64| status(POST + number, &text_of(number), Some(POST));
    let (path, query) = line.split_once('?').unwrap_or((line, ""));
    let numbers = |name: &str| -> Vec<u64> {
        query.split('&').filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok()).collect()
    };
    let said = match path {
        "POST /api/v1/statuses" | "GET /api/v1/statuses/100" => status(POST, "Lugnt", None),
        "GET /api/v1/notifications" => {
            let (since, limit) = (numbers("min_id").remove(0), numbers("limit").remove(0));
            let page = (since + 1..=replies.min(since + limit)).rev();
            page.map(|n| json!({ "id": n.to_string(), "type": "mention", "status": reply(n) })).collect()
        }
        "GET /api/v1/statuses" => Value::Array(numbers("id[]").into_iter().map(|id| reply(id - POST)).collect()),
        _ => return (404, "{}".to_owned()),
    };
    (200, said.to_string())
}

fn text_of(number: u64) -> String {
    format!("svar {number}")
}

/// Says something, as a colleague would, while no box runs.
fn publish(folder: &Path, data: &Path) {
    let (app, _) = allting::assemble(folder, data).unwrap();
    let text = PublicationText { language: Language::Sv, title: "Lugnt".to_owned(), body: "Nu.".to_owned() };
    let channels = app.channels().into_iter().map(|channel| channel.id).collect();
    let draft = Draft { texts: vec![text], channels, ..Draft::default() };
    let now = allting::now();
    let id = app.put_draft("post/1", "kari", &draft, None, now).unwrap();
    assert_eq!(app.send_draft((id, 0), "kari", None, now).unwrap(), PublicationState::Queued);
}

/// What the file has of what people said.
fn remarks(folder: &Path, data: &Path) -> Vec<String> {
    let (app, _) = allting::assemble(folder, data).unwrap();
    let room = app.remark_room(Sort::All, (0, usize::MAX), allting::now()).unwrap();
    room.voices.into_iter().map(|voice| voice.remark.text).collect()
}

/// Each so often, in order.
fn counted(mut said: Vec<String>) -> Vec<String> {
    said.sort();
    said
}

fn first(replies: u64) -> Vec<String> {
    counted((1..=replies).map(text_of).collect())
}

#[test]
fn each_reply_stands_once_however_often_the_box_is_killed_while_it_fetches_them() {
    let Some((folder, listener)) = with_server() else { return };
    let data = tempfile::tempdir().unwrap();
    let (folder, data) = (folder.path(), data.path());
    publish(folder, data);
    let heard = listen(listener);
    let mut running = Serving::start(folder, data);
    let mut request = heard.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request.line, "POST /api/v1/statuses");
    request.reply(answer(&request.line, 0));
    assert_eq!(sent(running, folder, data).handle.as_deref(), Some("100"));

    let while_asking = (1..=QUESTIONS).map(|at| (at, None));
    let after = AFTER_THE_LAST.into_iter().map(|after| (QUESTIONS, Some(after)));
    let (mut replies, mut stood) = (0, 0);
    for (at, after) in while_asking.chain(after) {
        replies += EACH_LIFE;
        running = Serving::start(folder, data);
        for asked in 1..=at {
            let mut request = heard.recv_timeout(PATIENCE).unwrap();
            if asked < at || after.is_some() {
                request.reply(answer(&request.line, replies));
            }
        }
        std::thread::sleep(after.unwrap_or_default());
        drop(running);
        let said = counted(remarks(folder, data));
        assert!(said == first(stood) || said == first(replies), "killed at {at}, {after:?}: {said:?}");
        stood = said.len() as u64;
    }

    // Then it may live on: what was left is fetched, and with what is written then it is fetched once more.
    let written = Arc::new(AtomicU64::new(replies));
    let number = Arc::clone(&written);
    std::thread::spawn(move || {
        for mut request in heard {
            request.reply(answer(&request.line, number.load(Ordering::Relaxed)));
        }
    });
    for more in [0, 1] {
        written.fetch_add(more, Ordering::Relaxed);
        let all = first(written.load(Ordering::Relaxed));
        let whole = || {
            let said = counted(remarks(folder, data));
            assert!(said.len() <= all.len(), "{said:?}");
            (said == all).then_some(())
        };
        lived_until(Serving::start(folder, data), folder, data, whole);
    }
}

//! A box that is killed between any two steps of a post: its server sees the post once, however often it is asked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use app::{Draft, NewPublication};
use model::{Language, Picture, Publication, PublicationState, PublicationText, Timestamp};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use store::Durability;
use town::web::{PATIENCE, Serving, listen, sent, with_server};

/// What a Mastodon server does, as its documentation has it: a picture is worked on for a while, and a post with a known key is the post
/// that was made before.
#[derive(Default)]
struct Server {
    asked_for_picture: u32,
    posts: BTreeMap<String, String>,
}

impl Server {
    fn answer(&mut self, line: &str, key: Option<&str>) -> (u16, String) {
        match line {
            "POST /api/v2/media" => (202, r#"{"id":"7","url":null}"#.to_owned()),
            "GET /api/v1/media/7" => {
                self.asked_for_picture += 1;
                (if self.asked_for_picture < 2 { 206 } else { 200 }, r#"{"id":"7"}"#.to_owned())
            }
            "POST /api/v1/statuses" => {
                let number = self.posts.len() + 100;
                let id = self.posts.entry(key.unwrap().to_owned()).or_insert_with(|| number.to_string());
                (200, format!("{{\"id\":\"{id}\",\"url\":\"https://social.example/@town/{id}\"}}"))
            }
            _ => (404, "{}".to_owned()),
        }
    }
}

/// Puts one publication with a picture, as a rule would, while no box runs.
fn put(folder: &Path, data: &Path) {
    let (app, warnings) = allting::assemble(folder, data).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let publication = Publication {
        name: "rule/library-calm/1".to_owned(),
        texts: vec![PublicationText { language: Language::Sv, title: "Lugnt".to_owned(), body: "Nu.".to_owned() }],
        door: Some("https://norsjo.example/go/library".to_owned()),
        picture: Some(Picture {
            bytes: vec![7; 50_000],
            width: 1200,
            height: 630,
            alternative: [(Language::Sv, "En kulle.".to_owned())].into_iter().collect(),
        }),
        expires_at: None,
    };
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar).unwrap();
    let now = Timestamp::from_seconds(1_795_097_100);
    app.queue_publication(&transaction, &NewPublication::new(&publication, "a test", now)).unwrap();
    transaction.commit(Durability::Now).unwrap();
}

/// Kills the box when it has asked for the `at`-th time: before it is answered, or once it was. Gives what was asked.
fn killed(at: usize, answered: bool) -> Option<Vec<String>> {
    let (folder, listener) = with_server()?;
    let data = tempfile::tempdir().unwrap();
    put(folder.path(), data.path());
    let heard = listen(listener);
    let (mut server, mut asked) = (Server::default(), Vec::new());
    let mut running = Serving::start(folder.path(), data.path());
    let mut killed = false;
    loop {
        let mut request = heard.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("killed at {at}: {asked:?}"));
        asked.push(request.line.clone());
        // The server does what it is asked whether or not anybody hears of it.
        let answer = server.answer(&request.line, request.key.as_deref());
        let now = !killed && asked.len() == at;
        if !now || answered {
            request.reply(answer);
        }
        if now {
            drop(running);
            killed = true;
            running = Serving::start(folder.path(), data.path());
        }
        if request.line == "POST /api/v1/statuses" && (!now || answered) {
            break;
        }
    }
    // It may still be asked, by a box that could not write down what it heard.
    std::thread::spawn(move || {
        while let Ok(mut request) = heard.recv() {
            let answer = server.answer(&request.line, request.key.as_deref());
            assert_eq!(server.posts.len(), 1);
            request.reply(answer);
        }
    });
    assert_eq!(sent(running, folder.path(), data.path()).handle.as_deref(), Some("100"), "killed at {at}: {asked:?}");
    Some(asked)
}

#[test]
fn a_post_is_there_once_whenever_the_box_is_killed() {
    for at in 1..=4 {
        for answered in [false, true] {
            let Some(asked) = killed(at, answered) else { return };
            assert!(asked.len() <= 7, "it goes on where it was: {asked:?}");
        }
    }
}

/// A colleague presses "send", and the power goes before a byte has left. What was on the disk at that moment is what the next box begins
/// with: it sends the post, and sends it once, though it is killed again on the way.
#[test]
fn what_was_let_go_leaves_once_though_the_power_went_right_after() {
    let Some((folder, listener)) = with_server() else { return };
    let (before, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (app, _) = allting::assemble(folder.path(), before.path()).unwrap();
    let text = PublicationText { language: Language::Sv, title: "Lugnt".to_owned(), body: "Nu.".to_owned() };
    let ids = app.channels().into_iter().map(|channel| channel.id).collect();
    let draft = Draft { texts: vec![text], channels: ids, ..Draft::default() };
    let now = allting::now();
    let id = app.put_draft("post/1", "kari", &draft, None, now).unwrap();
    assert_eq!(app.send_draft((id, 0), "kari", None, now).unwrap(), PublicationState::Queued);
    // The first box ends without a word: it never gets to write anything down.
    for file in fs::read_dir(before.path()).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), data.path().join(file.file_name())).unwrap();
        }
    }
    let heard = listen(listener);
    let mut server = Server::default();
    let mut running = Serving::start(folder.path(), data.path());
    let first = heard.recv_timeout(PATIENCE).unwrap();
    server.answer(&first.line, first.key.as_deref());
    drop(running);
    drop(first);
    running = Serving::start(folder.path(), data.path());
    let mut second = heard.recv_timeout(PATIENCE).unwrap();
    let answer = server.answer(&second.line, second.key.as_deref());
    second.reply(answer);
    assert_eq!((second.line.as_str(), server.posts.len()), ("POST /api/v1/statuses", 1), "one post, asked for twice");
    std::thread::spawn(move || {
        while let Ok(mut request) = heard.recv() {
            let answer = server.answer(&request.line, request.key.as_deref());
            request.reply(answer);
        }
    });
    assert_eq!(sent(running, folder.path(), data.path()).handle.as_deref(), Some("100"));
    drop(app);
}

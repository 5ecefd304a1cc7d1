//! A box that is killed between any two steps of a post: its server sees the post once, however often it is asked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "test code outside of test functions, which threads take their own of"
)]

mod town;

use app::{Draft, NewPublication};
use model::{DeliveryState, Language, Picture, Publication, PublicationState, PublicationText, Timestamp};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use store::{Durability, Options, Store};
use tempfile::TempDir;
use town::text;

const PATIENCE: Duration = Duration::from_mins(2);

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

/// A request that was heard, and the line on which it may be answered.
struct Heard {
    line: String,
    key: Option<String>,
    stream: TcpStream,
}

fn listen(listener: TcpListener, told: Sender<Heard>) {
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut all = Vec::new();
        let mut chunk = vec![0; 64 << 10];
        let head = loop {
            let length = stream.read(&mut chunk).unwrap_or(0);
            if length == 0 {
                break None;
            }
            all.extend_from_slice(&chunk[..length]);
            let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
            let of = |name: &str| head.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
            let length: usize = of("content-length:").map_or(0, |length| length.parse().unwrap());
            if all.len() >= end + 4 + length {
                break Some((String::from_utf8_lossy(&all[..end]).into_owned(), of("idempotency-key:")));
            }
        };
        let Some((head, key)) = head else { continue };
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        if told.send(Heard { line, key, stream }).is_err() {
            return;
        }
    }
}

fn serve(folder: &Path, data: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allting"));
    command.args(["serve", text(folder), "--data", text(data)]).stderr(Stdio::null()).stdout(Stdio::null());
    command.spawn().unwrap()
}

fn reply(asked: &mut Heard, (status, body): (u16, String)) {
    let length = body.len();
    let first = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = asked.stream.write_all((first + &body).as_bytes());
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

/// A municipality with a Mastodon channel, and where its server listens; none where the plugin is not built.
fn with_server() -> Option<(TempDir, TcpListener)> {
    let plugin = town::built("mastodon")?;
    let folder = town::municipality(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let toml = "languages = [\"sv\"]\nweb_listen = \"127.0.0.1:0\"\ngwmp_listen = \"127.0.0.1:0\"\nlocal_name = \"\"\n";
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    fs::write(folder.path().join("secrets.toml"), "[secret.m]\nvalue = \"a token\"\nhosts = [\"127.0.0.1\"]\n")
        .unwrap();
    let channels = format!(
        "[[channel]]\nid = \"mastodon\"\nplugin = \"mastodon\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
         [channel.settings]\nserver = \"http://127.0.0.1:{port}\"\ntoken = \"m\"\n"
    );
    fs::write(folder.path().join("channels.toml"), channels).unwrap();
    allting::install_plugin(&plugin, folder.path()).unwrap();
    Some((folder, listener))
}

/// Kills the box when it has asked for the `at`-th time: before it is answered, or once it was. Gives what was asked.
fn killed(at: usize, answered: bool) -> Option<Vec<String>> {
    let (folder, listener) = with_server()?;
    let data = tempfile::tempdir().unwrap();
    put(folder.path(), data.path());
    let (told, heard): (_, Receiver<Heard>) = channel();
    std::thread::spawn(move || listen(listener, told));
    let (mut server, mut asked) = (Server::default(), Vec::new());
    let mut running = serve(folder.path(), data.path());
    let mut killed = false;
    loop {
        let mut request = heard.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("killed at {at}: {asked:?}"));
        asked.push(request.line.clone());
        // The server does what it is asked whether or not anybody hears of it.
        let answer = server.answer(&request.line, request.key.as_deref());
        let now = !killed && asked.len() == at;
        if !now || answered {
            reply(&mut request, answer);
        }
        if now {
            running.kill().unwrap();
            running.wait().unwrap();
            killed = true;
            running = serve(folder.path(), data.path());
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
            reply(&mut request, answer);
        }
    });
    assert_eq!(sent(running, folder.path(), data.path()), "100", "killed at {at}: {asked:?}");
    Some(asked)
}

/// What the file says the post is called, once it is out. Nobody else can look while a box runs, so that is killed again for each look.
fn sent(mut running: Child, folder: &Path, data: &Path) -> String {
    for _ in 0..60 {
        std::thread::sleep(Duration::from_secs(1));
        running.kill().unwrap();
        running.wait().unwrap();
        let store = Store::open(&data.join("allting.redb"), Options::default()).unwrap();
        let delivery = store.read().unwrap().deliveries().unwrap().next().unwrap().unwrap().1;
        drop(store);
        if delivery.state == DeliveryState::Sent {
            return delivery.handle.unwrap();
        }
        running = serve(folder, data);
    }
    panic!("it never left")
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
    let (told, heard): (_, Receiver<Heard>) = channel();
    std::thread::spawn(move || listen(listener, told));
    let mut server = Server::default();
    let mut running = serve(folder.path(), data.path());
    let first = heard.recv_timeout(PATIENCE).unwrap();
    server.answer(&first.line, first.key.as_deref());
    running.kill().unwrap();
    running.wait().unwrap();
    drop(first);
    running = serve(folder.path(), data.path());
    let mut second = heard.recv_timeout(PATIENCE).unwrap();
    let answer = server.answer(&second.line, second.key.as_deref());
    reply(&mut second, answer);
    assert_eq!((second.line.as_str(), server.posts.len()), ("POST /api/v1/statuses", 1), "one post, asked for twice");
    std::thread::spawn(move || {
        while let Ok(mut request) = heard.recv() {
            let answer = server.answer(&request.line, request.key.as_deref());
            reply(&mut request, answer);
        }
    });
    assert_eq!(sent(running, folder.path(), data.path()), "100");
    drop(app);
}

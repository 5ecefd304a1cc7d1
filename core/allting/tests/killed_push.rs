//! A box that is killed again and again while news is pushed: each browser gets it under one name, and none is forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code outside of test functions, which threads take their own of; patience is measured"
)]

mod town;

use app::{App, NewPublication};
use courier::PushKey;
use model::activity::Code;
use model::{
    Browser, Cadence, DeliveryState, Interests, Language, Publication, PublicationText, Subscription, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use store::Durability;
use town::text;

const BROWSERS: usize = 24;
const PATIENCE: Duration = Duration::from_mins(2);

/// A public key that lies on the curve: the generator of P-256 (FIPS 186-5, appendix D.1.2.3).
const POINT: &str = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                     4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

/// Takes messages as a push service does, and tells of each: to whom, and its topic.
fn take(stream: TcpStream, told: &Sender<(String, String)>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut read = BufReader::new(stream);
    let mut line = String::new();
    read.read_line(&mut line).ok()?;
    let to = line.split(' ').nth(1)?.to_owned();
    let (mut topic, mut length) = (String::new(), 0);
    loop {
        line.clear();
        read.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "topic" => value.trim().clone_into(&mut topic),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    read.read_exact(&mut vec![0; length]).ok()?;
    told.send((to, topic)).ok()?;
    out.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()
}

fn municipality(port: u16, plugin: &Path) -> tempfile::TempDir {
    let folder = town::municipality(&[]);
    let toml = "languages = [\"sv\"]\nweb_listen = \"127.0.0.1:0\"\ngwmp_listen = \"127.0.0.1:0\"\nlocal_name = \"\"\n\
                public_url = \"https://norsjo.example\"\n";
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    let channels = format!(
        "[[channel]]\nid = \"here\"\nplugin = \"web-push\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
         [channel.settings]\nservices = [\"127.0.0.1\"]\n"
    );
    fs::write(folder.path().join("channels.toml"), channels).unwrap();
    let key = format!("[secret.vapid]\nvalue = \"{}\"\n", PushKey::make().unwrap());
    fs::write(folder.path().join("secrets.toml"), key).unwrap();
    allting::install_plugin(plugin, folder.path()).unwrap();
    folder
}

/// All browsers ask as people have them ask, and confirm; the messages that had them confirm are taken back.
fn subscribe(app: &App, port: u16, now: Timestamp) {
    let point: Vec<u8> = (0..65).map(|at| u8::from_str_radix(&POINT[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let interests = Interests { everything: true, ..Interests::default() };
    let wish = Subscription { interests, cadence: Cadence::AtOnce, language: Language::Sv };
    for number in 0..BROWSERS {
        let browser = Browser::new(&format!("http://127.0.0.1:{port}/push/{number}"), &point, &[7; 16]).unwrap();
        app.subscribe_browser(&browser, &wish, None, now).unwrap();
    }
    let snapshot = app.store().read().unwrap();
    for (id, _) in snapshot.deliveries().unwrap().map(Result::unwrap) {
        let content = String::from_utf8(snapshot.delivery_content(id).unwrap().unwrap()).unwrap();
        let code = content.split("/subscribe/confirm/").nth(1).unwrap().split(['"', '\\']).next().unwrap();
        assert!(app.confirm_subscription(&Code::parse(code).unwrap(), None, now).unwrap().is_some());
        app.drop_delivery(id, now).unwrap();
    }
    assert_eq!(app.browser_count().unwrap(), BROWSERS);
}

/// Says something, as a rule would, while no box runs.
fn say(app: &App, now: Timestamp) {
    let publication = Publication {
        name: "rule/library-calm/1".to_owned(),
        texts: vec![PublicationText { language: Language::Sv, title: "Lugnt".to_owned(), body: "Nu.".to_owned() }],
        door: None,
        picture: None,
        expires_at: None,
    };
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar).unwrap();
    app.queue_publication(&transaction, &NewPublication::new(&publication, "a test", now)).unwrap();
    transaction.commit(Durability::Now).unwrap();
}

fn serve(folder: &Path, data: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allting"));
    command.args(["serve", text(folder), "--data", text(data)]).stderr(Stdio::null()).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// Lets the box run until it has pushed so often, or so long; and kills it.
fn run(
    folder: &Path,
    data: &Path,
    heard: &Receiver<(String, String)>,
    until: usize,
    within: Duration,
) -> Vec<(String, String)> {
    let mut running = serve(folder, data);
    let (begun, mut pushed) = (Instant::now(), Vec::new());
    while pushed.len() < until {
        let Some(left) = within.checked_sub(begun.elapsed()) else { break };
        pushed.extend(heard.recv_timeout(left).ok());
    }
    running.kill().unwrap();
    running.wait().unwrap();
    pushed
}

#[test]
fn each_browser_gets_news_under_one_name_however_often_the_box_is_killed() {
    let Some(plugin) = town::built("web-push") else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = municipality(port, &plugin);
    let data = tempfile::tempdir().unwrap();
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let told = told.clone();
            std::thread::spawn(move || take(stream.unwrap(), &told));
        }
    });
    {
        let (app, warnings) = allting::assemble(folder.path(), data.path()).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        let now = allting::now();
        subscribe(&app, port, now);
        say(&app, now);
    }
    let mut topics: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // While it starts, as it spreads, after the first message, in the middle; then it may finish.
    let soon = (1..8_u64).map(|tenth| (1, Duration::from_millis(150 * tenth)));
    let begun = Instant::now();
    let mut kills = soon.chain([(1, PATIENCE), (5, PATIENCE)]);
    let (mut pushed, mut lives) = (0, 0);
    while topics.len() < BROWSERS {
        assert!(begun.elapsed() < PATIENCE, "{topics:?}");
        let (until, within) = kills.next().unwrap_or((BROWSERS - topics.len(), PATIENCE));
        for (to, topic) in run(folder.path(), data.path(), &heard, until, within) {
            topics.entry(to).or_default().insert(topic);
            pushed += 1;
        }
        lives += 1;
    }
    assert!(topics.values().all(|topics| topics.len() == 1), "some browser got two messages: {topics:?}");
    // What was under way when the box was killed, eight lines at most, is pushed once more: the service and the screen replace it.
    let (done, mut life) = (Instant::now(), Duration::from_secs(4));
    loop {
        lives += 1;
        for (to, topic) in run(folder.path(), data.path(), &heard, BROWSERS, life) {
            assert!(!topics.entry(to).or_default().insert(topic), "a second message");
            pushed += 1;
        }
        let (app, _) = allting::assemble(folder.path(), data.path()).unwrap();
        let all: Vec<_> = app.store().read().unwrap().deliveries().unwrap().map(|row| row.unwrap().1).collect();
        let sent = |delivery: &&model::Delivery| delivery.state == DeliveryState::Sent;
        if all.iter().filter(sent).count() == BROWSERS + 1 {
            break;
        }
        assert!(done.elapsed() < PATIENCE, "{all:?}");
        // On a busy machine a short life ends before the box gets that far.
        life *= 2;
    }
    assert!(pushed <= BROWSERS + lives * 8, "{pushed} messages for {BROWSERS} browsers in {lives} lives");
}

//! A box that is killed again and again while a newsletter leaves: each subscriber gets one letter, and nobody is forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code outside of test functions, which threads take their own of; patience is measured"
)]

mod town;

use app::{App, NewPublication};
use model::activity::Code;
use model::{Cadence, DeliveryState, Interests, Language, Publication, PublicationText, Subscription, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use store::Durability;
use town::text;

const SUBSCRIBERS: usize = 24;
const PATIENCE: Duration = Duration::from_mins(2);
const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);

/// Takes letters as a mail server does, and tells of each: to whom, and its name.
fn take(stream: TcpStream, told: &Sender<(String, String)>) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).ok();
    say("220 here")?;
    let mut to = String::new();
    while let Some(Ok(line)) = lines.next() {
        match line.to_ascii_uppercase().split([' ', ':']).next()? {
            "EHLO" => say("250-here\r\n250-8BITMIME\r\n250 SMTPUTF8")?,
            "RCPT" => {
                line.split(['<', '>']).nth(1)?.clone_into(&mut to);
                say("250 yes")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut name = String::new();
                for line in lines.by_ref().map_while(Result::ok).take_while(|line| line != ".") {
                    if let Some(id) = line.strip_prefix("Message-ID:") {
                        id.trim().clone_into(&mut name);
                    }
                }
                told.send((to.clone(), name)).ok()?;
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 yes")?,
        }
    }
    None
}

fn municipality(port: u16, plugin: &Path) -> tempfile::TempDir {
    let folder = town::municipality(&[]);
    let toml = format!(
        "languages = [\"sv\"]\nweb_listen = \"127.0.0.1:0\"\ngwmp_listen = \"127.0.0.1:0\"\nlocal_name = \"\"\n\
         public_url = \"https://norsjo.example\"\n[mail]\nserver = \"localhost\"\nport = {port}\n\
         security = \"plain\"\nfrom = \"news@norsjo.example\"\nper_minute = 6000\n"
    );
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    fs::write(folder.path().join("channels.toml"), "[[channel]]\nid = \"news\"\nplugin = \"newsletter\"\n").unwrap();
    allting::install_plugin(plugin, folder.path()).unwrap();
    folder
}

/// Everybody subscribes as people do, but for the press in the letter; the letters that asked for it are taken back.
fn subscribe(app: &App) {
    let interests = Interests { everything: true, ..Interests::default() };
    let wish = Subscription { interests, cadence: Cadence::AtOnce, language: Language::Sv };
    for number in 0..SUBSCRIBERS {
        app.subscribe(&format!("reader{number}@example.org").parse().unwrap(), &wish, None, NOW).unwrap();
    }
    let snapshot = app.store().read().unwrap();
    for (id, _) in snapshot.deliveries().unwrap().map(Result::unwrap) {
        let letter = String::from_utf8(snapshot.delivery_content(id).unwrap().unwrap()).unwrap();
        let code = letter.split("/subscribe/confirm/").nth(1).unwrap().split(')').next().unwrap();
        assert!(app.confirm_subscription(&Code::parse(code).unwrap(), None, NOW).unwrap().is_some());
        app.drop_delivery(id, NOW).unwrap();
    }
    assert_eq!(app.subscriber_count().unwrap(), SUBSCRIBERS);
}

/// Says something, as a rule would, while no box runs.
fn say(app: &App) {
    let publication = Publication {
        name: "rule/library-calm/1".to_owned(),
        texts: vec![PublicationText { language: Language::Sv, title: "Lugnt".to_owned(), body: "Nu.".to_owned() }],
        door: None,
        picture: None,
        expires_at: None,
    };
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar).unwrap();
    app.queue_publication(&transaction, &NewPublication::new(&publication, "a test", NOW)).unwrap();
    transaction.commit(Durability::Now).unwrap();
}

fn serve(folder: &Path, data: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allting"));
    command.args(["serve", text(folder), "--data", text(data)]).stderr(Stdio::null()).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// Lets the box run until it has sent so many letters, or so long; and kills it.
fn run(
    folder: &Path,
    data: &Path,
    heard: &Receiver<(String, String)>,
    until: usize,
    within: Duration,
) -> Vec<(String, String)> {
    let mut running = serve(folder, data);
    let (begun, mut letters) = (Instant::now(), Vec::new());
    while letters.len() < until {
        let Some(left) = within.checked_sub(begun.elapsed()) else { break };
        letters.extend(heard.recv_timeout(left).ok());
    }
    running.kill().unwrap();
    running.wait().unwrap();
    letters
}

#[test]
fn each_subscriber_gets_one_letter_however_often_the_box_is_killed() {
    let Some(plugin) = town::built("newsletter") else { return };
    let listener = TcpListener::bind("localhost:0").unwrap();
    let folder = municipality(listener.local_addr().unwrap().port(), &plugin);
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
        subscribe(&app);
        say(&app);
    }
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // While it starts, as it spreads, after the first letter, in the middle; then it may finish.
    let soon = (1..8_u64).map(|tenth| (1, Duration::from_millis(150 * tenth)));
    let begun = Instant::now();
    let mut kills = soon.chain([(1, PATIENCE), (5, PATIENCE)]);
    while names.len() < SUBSCRIBERS {
        assert!(begun.elapsed() < PATIENCE, "{names:?}");
        let (until, within) = kills.next().unwrap_or((SUBSCRIBERS - names.len(), PATIENCE));
        for (to, name) in run(folder.path(), data.path(), &heard, until, within) {
            names.entry(to).or_default().insert(name);
        }
    }
    assert!(names.values().all(|names| names.len() == 1), "somebody got two letters: {names:?}");
    // What could not be written down before the last kill is sent once more under the same name.
    let (done, mut life) = (Instant::now(), Duration::from_secs(4));
    loop {
        for (to, name) in run(folder.path(), data.path(), &heard, SUBSCRIBERS, life) {
            assert!(!names.entry(to).or_default().insert(name), "a second letter");
        }
        let (app, _) = allting::assemble(folder.path(), data.path()).unwrap();
        let all: Vec<_> = app.store().read().unwrap().deliveries().unwrap().map(|row| row.unwrap().1).collect();
        let sent = |delivery: &&model::Delivery| delivery.state == DeliveryState::Sent;
        if all.iter().filter(sent).count() == SUBSCRIBERS + 1 {
            return;
        }
        assert!(done.elapsed() < PATIENCE, "{all:?}");
        // On a busy machine a short life ends before the box gets that far.
        life *= 2;
    }
}

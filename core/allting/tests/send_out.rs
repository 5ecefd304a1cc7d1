//! A box that is killed while it writes to the panel: everybody gets their letter, and who gets it twice gets the same one, which a mailbox
//! can tell by its Message-ID.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use app::{ImportLetters, ImportPlan, Sheet};
use model::{Segment, Slug};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use town::{SURVEY, text};

const MEMBERS: usize = 120;
/// The box is killed after so many letters of each life; the last goes on to the end.
const KILLED_AFTER: [usize; 3] = [1, 40, 30];
const PATIENCE: Duration = Duration::from_mins(1);

/// A mail server: tells to whom each letter was and what its Message-ID is.
fn mail_server() -> (u16, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tells, told) = channel();
    std::thread::spawn(move || {
        for line in listener.incoming().flatten() {
            let tells = tells.clone();
            std::thread::spawn(move || take(&line, &tells));
        }
    });
    (port, told)
}

/// Ends when the box is killed.
fn take(line: &TcpStream, tells: &Sender<(String, String)>) -> Option<()> {
    let say = |text: &str| (&*line).write_all(text.as_bytes()).ok();
    let mut lines = BufReader::new(line).lines().map_while(Result::ok);
    say("220 here\r\n")?;
    let mut to = String::new();
    while let Some(command) = lines.next() {
        if command.starts_with("RCPT") {
            command.split(['<', '>']).nth(1)?.clone_into(&mut to);
        }
        if command == "DATA" {
            say("354 go on\r\n")?;
            let letter: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
            let id = letter.iter().find_map(|line| line.strip_prefix("Message-ID: "))?;
            tells.send((to.clone(), id.to_owned())).ok()?;
        }
        say(if command.starts_with("EHLO") { "250-here\r\n250 8BITMIME\r\n" } else { "250 ok\r\n" })?;
    }
    None
}

fn serve(folder: &Path, data: &Path) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_allting"))
        .args(["serve", text(folder), "--data", text(data)])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = child.stderr.take().unwrap();
    std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
    child
}

#[test]
fn a_box_that_is_killed_while_it_writes_to_the_panel_forgets_nobody_and_doubles_nothing() {
    let Some(plugin) = town::built("survey") else { return };
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    let (port, told) = mail_server();
    let general = format!(
        "languages = [\"nb\"]\nweb_listen = \"127.0.0.1:0\"\ngwmp_listen = \"127.0.0.1:0\"\nlocal_name = \"\"\n\
         public_url = \"https://town.example\"\n[mail]\nserver = \"localhost\"\nport = {port}\nsecurity = \"plain\"\n\
         from = \"panel@town.example\"\nper_minute = 10000\n"
    );
    fs::write(folder.path().join("municipality.toml"), general).unwrap();
    fs::write(folder.path().join("panel.toml"), "title = \"Panelet\"\n").unwrap();
    fs::create_dir(folder.path().join("activities")).unwrap();
    fs::write(folder.path().join("activities/park.toml"), SURVEY).unwrap();
    allting::install_plugin(&plugin, folder.path()).unwrap();
    let now = allting::now();
    {
        let (app, _) = allting::assemble(folder.path(), data.path()).unwrap();
        let list: Vec<String> = (0..MEMBERS).map(|n| format!("m{n}@x.example;ja")).collect();
        let sheet = Sheet::read(format!("e-post;samtykke\n{}", list.join("\n")).as_bytes(), MEMBERS).unwrap();
        let plan =
            ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &app.panel_plan().unwrap()) };
        app.take_panel_list(&sheet, &plan, now, |_, _| Ok(())).unwrap();
        let park = Slug::new("park").unwrap();
        assert_eq!(app.ask_panel(&park, &Segment::default(), now, |_, _| Ok(())).unwrap(), MEMBERS);
    }
    let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut take = || {
        let (to, id) = told.recv_timeout(PATIENCE).unwrap();
        letters.entry(to).or_default().push(id);
        letters.len()
    };
    for after in KILLED_AFTER {
        let mut child = serve(folder.path(), data.path());
        (0..after).for_each(|_| _ = take());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut child = serve(folder.path(), data.path());
    while take() < MEMBERS {}
    child.kill().unwrap();
    child.wait().unwrap();
    let ids: BTreeSet<&String> = letters.values().flatten().collect();
    assert_eq!(ids.len(), MEMBERS, "a letter has the same name at every try");
    let twice = letters.values().filter(|tries| tries.len() > 1).count();
    assert!(
        twice <= KILLED_AFTER.len(),
        "{twice} letters came twice, and the box was killed {} times",
        KILLED_AFTER.len()
    );
}

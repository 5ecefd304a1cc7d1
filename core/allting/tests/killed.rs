//! A box that is killed between an answer and the thanks for it: what was thanked for is there, and what is sent again counts once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use model::Slug;
use model::activity::EntryId;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use store::{Options, Store};
use town::{SURVEY, text};

/// When the box is killed after a form was sent: at once, while it is written, and when it may be done.
const AFTER: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(4), Duration::from_millis(15), Duration::from_millis(60)];

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path, data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_allting"))
            .args(["serve", text(folder), "--data", text(data)])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("the portal is at") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended by itself");
        }
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }

    fn send(&self, request: &str) -> TcpStream {
        let mut line = TcpStream::connect(&self.address).unwrap();
        line.write_all(request.as_bytes()).unwrap();
        line
    }

    fn asks(&self, request: &str) -> String {
        let mut told = Vec::new();
        self.send(request).read_to_end(&mut told).unwrap();
        String::from_utf8_lossy(&told).into_owned()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: box\r\nconnection: close\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    let kind = "application/x-www-form-urlencoded";
    let length = body.len();
    let head = format!("host: box\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}");
    format!("POST {path} HTTP/1.1\r\n{head}\r\n\r\n{body}")
}

/// What the hidden field of that name holds.
fn carried<'p>(page: &'p str, name: &str) -> &'p str {
    let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    page.split(&field).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

#[test]
fn an_answer_is_counted_once_whenever_the_box_is_killed() {
    let Some(plugin) = town::built("survey") else { return };
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    let toml = "languages = [\"nb\"]\nweb_listen = \"127.0.0.1:0\"\ngwmp_listen = \"127.0.0.1:0\"\n";
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    fs::create_dir(folder.path().join("activities")).unwrap();
    fs::write(folder.path().join("activities/park.toml"), SURVEY).unwrap();
    allting::install_plugin(&plugin, folder.path()).unwrap();
    for (round, after) in AFTER.into_iter().enumerate() {
        let serving = Serving::start(folder.path(), data.path());
        let page = serving.asks(&get("/nb/take-part/park/answer"));
        let (me, token) = (carried(&page, "me").to_owned(), carried(&page, "token").to_owned());
        let form = carried(&page, "form");
        let body = format!("me={me}&token={token}&form={form}&f.words=benk+{round}&press=send");
        let sent = post("/nb/take-part/park/answer", &body);
        let mut line = serving.send(&sent);
        std::thread::sleep(after);
        serving.kill();
        let mut told = Vec::new();
        // A line that was cut is an error, or an end.
        let _ = line.read_to_end(&mut told);
        let thanked = String::from_utf8_lossy(&told).contains(&me);

        let serving = Serving::start(folder.path(), data.path());
        let receipt = post("/nb/take-part/park/receipt", &format!("me={me}"));
        let held = serving.asks(&receipt).contains(&format!("benk {round}"));
        assert!(held || !thanked, "it was thanked for, and is gone ({after:?})");
        let again = serving.asks(&sent);
        assert!(again.contains(&me), "the same form is thanked for again: {again}");
        assert!(serving.asks(&receipt).contains(&format!("benk {round}")));
        serving.kill();
    }
    let store = Store::open(&data.path().join("allting.redb"), Options::default()).unwrap();
    let entries = store.read().unwrap();
    let entries = entries.entries(&Slug::new("park").unwrap(), EntryId(0)).unwrap().count();
    assert_eq!(entries, AFTER.len(), "each said one thing");
}

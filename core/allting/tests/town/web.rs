//! A web server that answers when the test says so, and a box of its own process that asks it and can be killed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    dead_code,
    reason = "test code outside of test functions; each test uses its part"
)]

use super::text;
use model::{Delivery, DeliveryState};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use store::{Options, Store};
use tempfile::TempDir;

/// A box on a busy machine may take so long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A request that was heard, and the line on which it may be answered.
pub(crate) struct Heard {
    pub(crate) line: String,
    pub(crate) key: Option<String>,
    stream: TcpStream,
}

impl Heard {
    /// Whether anybody still listens is not known.
    pub(crate) fn reply(&mut self, (status, body): (u16, String)) {
        let length = body.len();
        let first = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        let _ = self.stream.write_all((first + &body).as_bytes());
    }
}

/// Tells of each request, one after the other.
pub(crate) fn listen(listener: TcpListener) -> Receiver<Heard> {
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Some(request) = read(stream.unwrap()) else { continue };
            if told.send(request).is_err() {
                return;
            }
        }
    });
    heard
}

/// None where the line ended first.
fn read(mut stream: TcpStream) -> Option<Heard> {
    let (mut all, mut chunk) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let length = stream.read(&mut chunk).ok().filter(|length| *length > 0)?;
        all.extend_from_slice(&chunk[..length]);
        let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let small = head.to_ascii_lowercase();
        let of = |name: &str| small.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
        let length: usize = of("content-length:").map_or(0, |length| length.parse().unwrap());
        if all.len() >= end + 4 + length {
            let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
            return Some(Heard { line, key: of("idempotency-key:"), stream });
        }
    }
}

/// A municipality with a Mastodon channel, and where its server listens; none where the plugin is not built.
pub(crate) fn with_server() -> Option<(TempDir, TcpListener)> {
    let plugin = super::built("mastodon")?;
    let folder = super::municipality(&[]);
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

/// A box in a process of its own. Dropped, it is killed.
pub(crate) struct Serving(Child);

impl Serving {
    pub(crate) fn start(folder: &Path, data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allting"));
        command.args(["serve", text(folder), "--data", text(data)]).stderr(Stdio::null()).stdout(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is so in the file at last. Nobody else can look while a box runs, so that is killed for each look; and each life is twice as long
/// as the one before, for on a busy machine the shorter ones end before the box gets that far.
pub(crate) fn lived_until<T>(mut running: Serving, folder: &Path, data: &Path, look: impl Fn() -> Option<T>) -> T {
    for life in 0..8 {
        std::thread::sleep(Duration::from_millis(500) * (1 << life));
        drop(running);
        if let Some(found) = look() {
            return found;
        }
        running = Serving::start(folder, data);
    }
    panic!("it never came about")
}

/// The first post, once it is out.
pub(crate) fn sent(running: Serving, folder: &Path, data: &Path) -> Delivery {
    lived_until(running, folder, data, || {
        let store = Store::open(&data.join("allting.redb"), Options::default()).unwrap();
        let (_, delivery) = store.read().unwrap().deliveries().unwrap().next().unwrap().unwrap();
        (delivery.state == DeliveryState::Sent).then_some(delivery)
    })
}

//! `posts`: from an uplink to the request that tells others of it, and how an outbox of ten thousand posts empties.

use crate::clock::{check, now};
use crate::stage::Stage;
use crate::table::{Row, Spread, duration};
use allting::{Running, Start};
use anyhow::{Context, Result, ensure};
use app::NewPublication;
use model::{Language, Publication, PublicationText};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use store::Durability;
use town::born::Born;

/// Uplinks of which each makes one rule speak.
const CROSSINGS: u16 = 90;
const POSTS: usize = 10_000;
/// What the channel may send; the peer takes more.
const PER_MINUTE: usize = 6_000;
/// Posts in one transaction.
const AT_ONCE: usize = 500;
/// A post that takes longer has a fault, and the bench should say so.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that came: the name of its post, and when.
type Heard = (String, Instant);

pub(crate) fn posts(stage: &Stage) -> Result<Vec<Row>> {
    let root = stage.root().join("posts");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let folder = root.join("folder");
    let (port, heard) = peer()?;
    write_folder(&folder, port)?;
    for plugin in ["elsys", "webhook"] {
        allting::install_plugin(&stage.plugin(plugin), &folder).map_err(anyhow::Error::msg)?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let start = Start { folder: folder.clone(), data: root.join("data"), listen: Some((any_port, any_port)) };
    let running = runtime.block_on(allting::start(start))?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let crossed = crossings(&folder, &running, &heard)?;
    let drained = drained(&running, &heard)?;
    runtime.block_on(running.stop())?;
    fs::remove_dir_all(&root)?;
    let figure = format!("p50 {}, p99 {}", duration(crossed.median()), duration(crossed.percentile(99)));
    Ok(vec![
        Row::new("an uplink makes a rule speak: until the request is there", figure, "p99 <= 1 s"),
        Row::new("10 000 posts leave, each once, by a channel that takes 6 000 a minute", duration(drained), "100 s"),
    ])
}

/// Each uplink brings ten people more, and each ten people more make one rule speak.
fn crossings(folder: &Path, running: &Running, heard: &Receiver<Heard>) -> Result<Spread> {
    let mut door = Born::of(&town::municipality(folder)?)?;
    let gateway = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    gateway.connect(running.gwmp)?;
    gateway.send(&door.pull_data())?;
    let mut took = Vec::new();
    for at in 0..=CROSSINGS {
        check()?;
        // Ten people came in since the last report, and nobody went out: what a counter of ELSYS sends.
        let frame = door.frame(&[0x0A, 0, 10, 0x16, 0, 0])?;
        let sent = now();
        gateway.send(&door.push_data(&frame))?;
        // The first only tells how far the counter has counted.
        if at > 0 {
            let (_, there) = heard.recv_timeout(PATIENCE).context("a rule did not speak")?;
            took.push(there.saturating_duration_since(sent));
        } else {
            thread::sleep(Duration::from_secs(1));
        }
    }
    Ok(Spread::of(took))
}

fn drained(running: &Running, heard: &Receiver<Heard>) -> Result<Duration> {
    let app = &running.app;
    // The channel begins with the first of them.
    let begun = now();
    let all: Vec<usize> = (0..POSTS).collect();
    for part in all.chunks(AT_ONCE) {
        let municipality = app.municipality();
        let transaction = app.store().begin(&municipality.calendar)?;
        for at in part {
            let text = PublicationText {
                language: Language::En,
                title: "Calm at the hall".to_owned(),
                body: "There is room now.".to_owned(),
            };
            let publication = Publication {
                name: format!("bench/{at}"),
                texts: vec![text],
                door: Some("https://x.example/en/places/hall".to_owned()),
                picture: None,
                expires_at: None,
            };
            app.queue_publication(&transaction, &NewPublication::new(&publication, "the bench", allting::now()))?;
        }
        transaction.commit(Durability::Now)?;
    }
    app.outbox_changed();
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..POSTS {
        check()?;
        let (name, _) = heard.recv_timeout(PATIENCE).with_context(|| format!("after {} posts", names.len()))?;
        ensure!(names.insert(name), "a post was sent twice");
    }
    let took = now().saturating_duration_since(begun);
    ensure!(heard.recv_timeout(Duration::from_secs(2)).is_err(), "a post was sent twice");
    Ok(took)
}

fn write_folder(folder: &Path, port: u16) -> Result<()> {
    fs::create_dir_all(folder.join("rules"))?;
    let put = |name: &str, text: &str| fs::write(folder.join(name), text);
    put(
        "municipality.toml",
        "name = \"Bench\"\nlanguages = [\"en\"]\npublic_url = \"https://x.example\"\ntrust_clock = true\n",
    )?;
    put(
        "places.toml",
        "[[place]]\nid = \"hall\"\nname = { en = \"The hall\" }\nmeasure = \"people_now\"\ncapacity = 1000\n",
    )?;
    put("gateways.toml", "[[gateway]]\neui = \"00005eef100000f1\"\nname = \"Roof\"\n")?;
    put(
        "sensors.toml",
        "[[sensor]]\nid = \"door\"\nname = \"Door\"\nplace = \"hall\"\ndecoder = \"elsys\"\nactivation = \"abp\"\n\
         dev_eui = \"00005eef10000101\"\ndev_addr = \"00a1c101\"\n\
         [sensor.settings]\npulse1 = \"people-in\"\npulse2 = \"people-out\"\n",
    )?;
    let (network, app) = ("01".repeat(16), "65".repeat(16));
    put(
        "secrets.toml",
        &format!(
            "[sensor.door]\nnwk_s_key = \"{network}\"\napp_s_key = \"{app}\"\n\
             [secret.peer]\nvalue = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\nhosts = [\"127.0.0.1\"]\n"
        ),
    )?;
    put(
        "channels.toml",
        &format!(
            "[[channel]]\nid = \"web\"\nplugin = \"webhook\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
             per_minute = {PER_MINUTE}\n[channel.settings]\naddress = \"http://127.0.0.1:{port}/\"\nsecret = \"peer\"\n"
        ),
    )?;
    for at in 1..=CROSSINGS {
        let mut rule = String::new();
        write!(
            rule,
            "when = \"hall.occupancy > {at} %\"\n[text.en]\ntitle = \"{{place}}\"\nbody = \"{{value}}, {{age}}.\"\n"
        )?;
        put(&format!("rules/above-{at}.toml"), &rule)?;
    }
    Ok(())
}

/// Somebody who takes every request, and tells of each.
fn peer() -> Result<(u16, Receiver<Heard>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let (told, heard) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let told = told.clone();
            // Who hangs up has said all.
            thread::spawn(move || answered(stream, &told).ok());
        }
    });
    Ok((port, heard))
}

fn answered(stream: TcpStream, told: &Sender<Heard>) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let (mut name, mut length) = (String::new(), 0_u64);
        loop {
            let mut line = String::new();
            ensure!(reader.read_line(&mut line)? > 0, "it hung up");
            match line.trim_end().split_once(": ") {
                Some((header, value)) if header.eq_ignore_ascii_case("webhook-id") => value.clone_into(&mut name),
                Some((header, value)) if header.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        told.send((name, now()))?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    }
}

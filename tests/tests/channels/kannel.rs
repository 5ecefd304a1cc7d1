//! Kannel, an SMS gateway that nobody here wrote, with the text message centre of its own tests: what 46elks would take is handed to it,
//! and what a telephone would get is looked at.

use super::sms::{Message, channel, created, message};
use super::stage::{PATIENCE, Stage, all_are, publication, put, town};
use anyhow::{Context, Result, ensure};
use model::{DeliveryState, Language, Publication, PublicationText};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use town::peer::{Asked, Peer, Says, says};

/// Debian's package `kannel-extras` has it there.
const CENTRE: &str = "/usr/lib/kannel/test/fakesmsc";

/// Gateway, its way in, and the centre that shows what arrives. Dropped, they are gone.
struct Kannel {
    running: Vec<Child>,
    sendsms: u16,
    folder: TempDir,
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Kannel {
    /// None, and it is said, where there is none.
    fn start() -> Result<Option<Self>> {
        let is_there = Command::new("bearerbox").arg("--version").stderr(Stdio::null()).stdout(Stdio::null()).status();
        if is_there.is_err() || !Path::new(CENTRE).is_file() {
            println!("skipped: Kannel is not there; Debian's packages are kannel and kannel-extras");
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let free: Vec<TcpListener> =
            (0..4).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<std::io::Result<_>>()?;
        let ports: Vec<u16> = free.iter().map(|free| Ok(free.local_addr()?.port())).collect::<std::io::Result<_>>()?;
        let [admin, boxes, centre, sendsms] = ports[..] else { unreachable!() };
        drop(free);
        let config = format!(
            "group = core\nadmin-port = {admin}\nadmin-password = x\nsmsbox-port = {boxes}\n\
             box-allow-ip = \"127.0.0.1\"\nbox-deny-ip = \"*.*.*.*\"\n\n\
             group = smsc\nsmsc = fake\nport = {centre}\nconnect-allow-ip = \"127.0.0.1\"\n\n\
             group = smsbox\nbearerbox-host = \"127.0.0.1\"\nsendsms-port = {sendsms}\n\n\
             group = sendsms-user\nusername = elks\npassword = pw\nmax-messages = 10\nconcatenation = true\n\n\
             group = sms-service\nkeyword = default\ntext = none\nmax-messages = 0\n"
        );
        fs::write(folder.path().join("kannel.conf"), config)?;
        let mut kannel = Self { running: Vec::new(), sendsms, folder };
        kannel.run(Command::new("bearerbox").arg("kannel.conf"), "gateway", admin)?;
        // It says something first, as a telephone would, to which nobody answers.
        let port = centre.to_string();
        kannel.run(
            Command::new(CENTRE).args(["-H", "127.0.0.1", "-r", &port, "-i", "1", "-m", "1", "1 2 text here"]),
            "centre",
            admin,
        )?;
        kannel.run(Command::new("smsbox").arg("kannel.conf"), "way-in", sendsms)?;
        Ok(Some(kannel))
    }

    /// Starts a part, again and again while what it wants to talk to is not ready, until that port is open.
    fn run(&mut self, command: &mut Command, name: &str, port: u16) -> Result<()> {
        let begun = Instant::now();
        loop {
            let log = File::create(self.folder.path().join(name))?;
            command.current_dir(&self.folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
            let mut child = command.spawn()?;
            while child.try_wait()?.is_none() {
                let is_settled = begun.elapsed() > Duration::from_millis(300);
                if is_settled && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                    self.running.push(child);
                    return Ok(());
                }
                ensure!(begun.elapsed() < PATIENCE, "{name} does not open its port: {}", self.log(name)?);
                std::thread::sleep(Duration::from_millis(50));
            }
            ensure!(begun.elapsed() < PATIENCE, "{name} does not run: {}", self.log(name)?);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self, name: &str) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(self.folder.path().join(name))?).into_owned())
    }

    /// The messages that the centre got so far, by number and sender: those of which no part is missing.
    fn arrived(&self) -> Result<Vec<Arrived>> {
        let log = self.log("centre")?;
        let mut all: BTreeMap<(String, u8), BTreeMap<u8, Part>> = BTreeMap::new();
        // The last line may be half written.
        let lines = log.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let got = lines.filter_map(|line| Some(line.split_once("Got message ")?.1.split_once(": <")?.1));
        for (at, line) in got.enumerate() {
            let part = Part::read(line).with_context(|| line.to_owned())?;
            // One that is whole has no number; its place in the log is one.
            let reference = part.reference.unwrap_or(u8::try_from(at)?.wrapping_add(128));
            all.entry((part.to.clone(), reference)).or_default().insert(part.number, part);
        }
        let whole = all.into_values().filter(|parts| parts.values().all(|part| usize::from(part.of) == parts.len()));
        whole.map(Arrived::of).collect()
    }
}

/// What the centre says of one part.
struct Part {
    from: String,
    to: String,
    reference: Option<u8>,
    number: u8,
    of: u8,
    content: Vec<u8>,
}

impl Part {
    fn read(line: &str) -> Option<Self> {
        let line = line.strip_suffix('>')?;
        let mut words = line.splitn(4, ' ');
        let (from, to, kind, rest) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let (mut reference, mut number, mut of) = (None, 1, 1);
        let content = match kind {
            "text" => rest.as_bytes().to_vec(),
            "ucs-2" => unescaped(rest),
            "udh" => {
                let (header, data) = rest.split_once(" data ")?;
                // Concatenated short messages, 8-bit reference (3GPP TS 23.040, section 9.2.3.24.1).
                let [5, 0, 3, all, parts, part] = unescaped(header)[..] else { return None };
                (reference, of, number) = (Some(all), parts, part);
                unescaped(data)
            }
            _ => return None,
        };
        Some(Self { from: from.to_owned(), to: to.to_owned(), reference, number, of, content })
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next(), rest.next()].map(|digit| digit.unwrap_or(b'0'));
                u8::from_str_radix(&String::from_utf8_lossy(&pair), 16).unwrap_or(b'?')
            }
            byte => byte,
        });
    }
    bytes
}

/// A message that is whole.
#[derive(Debug)]
struct Arrived {
    message: Message,
    parts: usize,
}

impl Arrived {
    fn of(parts: BTreeMap<u8, Part>) -> Result<Self> {
        let count = parts.len();
        let first = parts.values().next().context("a part")?;
        let (from, to) = (first.from.clone(), first.to.clone());
        let content: Vec<u8> = parts.into_values().flat_map(|part| part.content).collect();
        let text = match String::from_utf8(content) {
            Ok(text) if !text.contains(char::is_control) => text,
            Ok(wide) => wide_text(wide.as_bytes())?,
            Err(wide) => wide_text(wide.as_bytes())?,
        };
        Ok(Self { message: Message { from, to, text }, parts: count })
    }
}

/// Of two bytes a letter.
fn wide_text(bytes: &[u8]) -> Result<String> {
    let units: Vec<u16> = bytes.chunks(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?))).collect();
    Ok(String::from_utf16(&units)?)
}

/// Whether a text can be written in the letters of the basic alphabet, by a table that nobody here wrote.
fn is_basic(text: &str) -> Result<bool> {
    let script = "use Encode; exit !eval { encode('gsm0338', decode('UTF-8', $ARGV[0]), 1); 1 }";
    let status = Command::new("perl").args(["-e", script, text]).stderr(Stdio::null()).status();
    Ok(status.context("perl is needed; it is part of Debian")?.success())
}

/// Hands to Kannel what 46elks would have taken.
fn hand_on(sendsms: u16, count: &AtomicUsize, asked: &Asked) -> Result<Says> {
    let message = match message(asked) {
        Ok(message) => message,
        Err(refused) => return Ok(refused),
    };
    let coding = if is_basic(&message.text)? { "0" } else { "2" };
    let fields = [
        ("username", "elks"),
        ("password", "pw"),
        ("charset", "UTF-8"),
        ("coding", coding),
        ("from", &message.from),
        ("to", &message.to),
        ("text", &message.text),
    ];
    let url = reqwest::Url::parse_with_params("http://kannel/cgi-bin/sendsms", fields)?;
    let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let mut line = TcpStream::connect((Ipv4Addr::LOCALHOST, sendsms))?;
    line.write_all(format!("GET {path} HTTP/1.0\r\nHost: kannel\r\n\r\n").as_bytes())?;
    let mut said = String::new();
    line.read_to_string(&mut said)?;
    ensure!(said.starts_with("HTTP/1.") && said.contains(" 202 "), "{said}");
    Ok(created(1, count.fetch_add(1, Ordering::Relaxed) + 1))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_letter_reaches_the_telephone_in_as_many_parts_as_were_foreseen() -> Result<()> {
    let Some(kannel) = Kannel::start()? else { return Ok(()) };
    let (sendsms, count) = (kannel.sendsms, AtomicUsize::new(0));
    let peer = Peer::new(move |_, asked| {
        hand_on(sendsms, &count, asked).unwrap_or_else(|error| says(500, &format!("{error:#}")))
    })
    .await?;
    let to = ["+4790000001", "+46701234567"];
    let Some(stage) = Stage::new("sms-46elks", &channel(peer.port, &to, "per_minute = 600\n"))? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    // The sizes at which one more part begins, too: 160 and 161 letters of the small alphabet, 70 and 71 of the large one; and signs that
    // take two, which are not cut apart.
    let bodies = [
        "Det er god plass på biblioteket nå, sier Øyvind og Åse. Ærlig talt: §, ø, æ, å.".to_owned(),
        "Isen bär inte. Håll er borta från sjön! Ä, Ö, ü, ß.".to_owned(),
        "x".repeat(160),
        "ø".repeat(161),
        "€[å] ".repeat(90),
        "€".repeat(229),
        "č".repeat(70),
        "č".repeat(71),
        "Čáhci lea galmmas, ja jiekŋa ii guotte. ".repeat(5),
    ];
    let mut foreseen = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        let text = PublicationText { language: Language::Nb, title: String::new(), body: body.clone() };
        let name = format!("rule/{number}");
        let said = Publication { texts: vec![text], door: None, picture: None, ..publication(&name) };
        let post = running.app.preview(&said, &town())?.remove(0);
        put(&running, &[said], None)?;
        let parts = usize::try_from(post.cost)? / to.len();
        let message =
            |to: &&str| Message { from: "Lillevik".to_owned(), to: (*to).to_owned(), text: body.trim().to_owned() };
        foreseen.extend(to.iter().map(message).map(|message| (message, parts)));
    }
    all_are(&running, DeliveryState::Sent).await?;
    let begun = Instant::now();
    let arrived = loop {
        let arrived = kannel.arrived()?;
        if arrived.len() >= foreseen.len() {
            break arrived;
        }
        ensure!(begun.elapsed() < PATIENCE, "{} of {} arrived: {arrived:?}", arrived.len(), foreseen.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(arrived.len(), foreseen.len());
    for (message, parts) in &foreseen {
        let found = arrived.iter().find(|arrived| arrived.message == *message);
        let found = found.with_context(|| format!("{message:?} is not among {arrived:?}"))?;
        assert_eq!(found.parts, *parts, "{message:?}");
    }
    running.stop().await
}

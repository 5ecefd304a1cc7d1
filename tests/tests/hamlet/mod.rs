//! A hamlet: one hall, some sensors that were born with a session, a gateway that does as the test says, and a whole box on real
//! sockets and a real file.

#![allow(dead_code, clippy::print_stdout, reason = "each test file uses its part, and says when it cannot run")]

use allting::{Running, Start};
use anyhow::{Context, Result, ensure};
use app::LiveUplink;
use model::{DevEui, Timestamp};
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio::time::{Instant, sleep, timeout};
use town::born::Born;

/// Nothing here takes longer on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A sensor: its decoder, and its settings in TOML.
pub(crate) type Sensor<'a> = (&'a str, &'a str);

pub(crate) const THERMOMETERS: [Sensor<'static>; 4] = [("elsys", ""); 4];

/// A counter at a door: people who came in, and who went out.
pub(crate) const DOOR: [Sensor<'static>; 1] = [("elsys", "pulse1 = \"people-in\"\npulse2 = \"people-out\"")];

pub(crate) struct Hamlet {
    pub(crate) stage: TempDir,
    pub(crate) born: Born,
    gateway: UdpSocket,
}

impl Hamlet {
    /// None, and it is said, when a plugin is not built.
    pub(crate) fn new(sensors: &[Sensor<'_>], general: &str) -> Result<Option<Self>> {
        Self::with_codec(sensors, general, "")
    }

    /// The same with a codec, `codecs/codec.js`.
    pub(crate) fn with_codec(sensors: &[Sensor<'_>], general: &str, codec: &str) -> Result<Option<Self>> {
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir_all(folder.join("codecs"))?;
        fs::write(folder.join("codecs/codec.js"), codec)?;
        fs::write(folder.join("municipality.toml"), format!("name = \"Hamlet\"\nlanguages = [\"en\"]\n{general}"))?;
        let place = "[[place]]\nid = \"hall\"\nname = { en = \"The hall\" }\n";
        fs::write(folder.join("places.toml"), place)?;
        fs::write(folder.join("gateways.toml"), "[[gateway]]\neui = \"00005eef100000f1\"\nname = \"Roof\"\n")?;
        let (mut all, mut keys) = (String::new(), String::new());
        for (at, (decoder, settings)) in (1..).zip(sensors) {
            write!(
                all,
                "[[sensor]]\nid = \"sensor-{at}\"\nname = \"Sensor {at}\"\nplace = \"hall\"\ndev_eui = \
                 \"00005eef100001{at:02x}\"\ndecoder = \"{decoder}\"\nactivation = \"abp\"\ndev_addr = \
                 \"00a1c1{at:02x}\"\n[sensor.settings]\n{settings}\n"
            )?;
            let (network, app) = (format!("{at:02x}").repeat(16), format!("{:02x}", at + 100).repeat(16));
            writeln!(keys, "[sensor.sensor-{at}]\nnwk_s_key = \"{network}\"\napp_s_key = \"{app}\"")?;
        }
        fs::write(folder.join("sensors.toml"), all)?;
        fs::write(folder.join("secrets.toml"), keys)?;
        let mut decoders: Vec<&str> = sensors.iter().map(|(decoder, _)| *decoder).collect();
        decoders.sort_unstable();
        decoders.dedup();
        for decoder in decoders {
            let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/plugins/{decoder}.wasm"));
            if !plugin.is_file() {
                println!("skipped: hamlet: {decoder}.wasm is not built; `cargo xtask plugins` does it");
                return Ok(None);
            }
            allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
        }
        let born = Born::of(&town::municipality(&folder)?)?;
        Ok(Some(Self { stage, born, gateway: UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))? }))
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.stage.path().join("folder")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.stage.path().join("data")
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.data().join("allting.redb")
    }

    /// A box that serves, and knows where the gateway takes downlinks.
    pub(crate) async fn start(&self) -> Result<Running> {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listen = Some((any_port, any_port));
        let running = allting::start(Start { folder: self.folder(), data: self.data(), listen }).await?;
        self.connect(running.gwmp)?;
        Ok(running)
    }

    pub(crate) fn connect(&self, gwmp: SocketAddr) -> Result<()> {
        self.gateway.connect(gwmp)?;
        self.gateway.set_read_timeout(Some(PATIENCE))?;
        self.send(&self.born.pull_data())
    }

    pub(crate) fn send(&self, datagram: &[u8]) -> Result<()> {
        self.gateway.send(datagram)?;
        Ok(())
    }

    /// The next PULL_RESP, as JSON.
    pub(crate) fn pull_resp(&self) -> Result<serde_json::Value> {
        let mut buffer = [0; 4096];
        loop {
            let length = self.gateway.recv(&mut buffer).context("no downlink came")?;
            if buffer.get(3) == Some(&3) {
                return Ok(serde_json::from_slice(buffer.get(4..length).unwrap_or_default())?);
            }
        }
    }

    /// The next device says something, and the box tells it.
    pub(crate) async fn says(
        &mut self,
        uplinks: &mut Receiver<Arc<LiveUplink>>,
        payload: &[u8],
    ) -> Result<Arc<LiveUplink>> {
        let (dev_eui, f_cnt) = self.born.next().context("a device")?;
        self.sends(payload).await?;
        told(uplinks, dev_eui, f_cnt).await
    }

    /// The next device says something. No device can speak twice in a millisecond.
    pub(crate) async fn sends(&mut self, payload: &[u8]) -> Result<()> {
        let frame = self.born.frame(payload)?;
        sleep(Duration::from_millis(1)).await;
        self.send(&self.born.push_data(&frame))
    }
}

/// The uplink that a device sent under this counter.
pub(crate) async fn told(
    uplinks: &mut Receiver<Arc<LiveUplink>>,
    dev_eui: DevEui,
    f_cnt: u32,
) -> Result<Arc<LiveUplink>> {
    loop {
        let next = timeout(PATIENCE, uplinks.recv()).await.context("an uplink was not told")??;
        if next.uplink.dev_eui == dev_eui && next.uplink.f_cnt == f_cnt {
            return Ok(next);
        }
    }
}

/// A temperature in tenths of a degree, as ELSYS writes it.
pub(crate) fn tenths(tenths: u16) -> Vec<u8> {
    let [high, low] = tenths.to_be_bytes();
    vec![1, high, low]
}

/// So many people came in since the last report, and nobody went out.
pub(crate) fn came_in(people: u16) -> Vec<u8> {
    passed(people, 0)
}

/// So many people came in and went out since the last report.
pub(crate) fn passed(came_in: u16, went_out: u16) -> Vec<u8> {
    let [[a, b], [c, d]] = [came_in, went_out].map(u16::to_be_bytes);
    vec![0x0A, a, b, 0x16, c, d]
}

/// All time.
pub(crate) fn ever() -> std::ops::Range<Timestamp> {
    Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX)
}

/// A page or file of the box; an answer that is not 200 is an error.
pub(crate) async fn get(running: &Running, path: &str) -> Result<String> {
    let answer = reqwest::get(format!("http://{}{path}", running.web)).await?;
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{path}: {status} {text}");
    Ok(text)
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !so() {
        ensure!(begun.elapsed() < PATIENCE, "it did not come about: {what}");
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

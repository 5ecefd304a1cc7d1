//! A machine that floods the box with datagrams of every hostile kind, beside a gateway that brings 50 uplinks a second. With
//! `ALLTING_LONG` set it is 20 000 a second for ten seconds, else fewer.

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lorawan::creator::DataPayloadCreator;
use lorawan::keys::{AppSKey, NewSKey};
use model::{Activation, GatewayEui, Municipality};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;
use std::{env, fs, thread};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep};

const VALID_PER_SECOND: u32 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_neither_loses_uplinks_nor_diverts_answers_nor_grows_the_box() -> Result<()> {
    let (per_second, span) = match env::var_os("ALLTING_LONG") {
        Some(_) => (20_000, Duration::from_secs(10)),
        None => (2_000, Duration::from_secs(3)),
    };
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("norsjo");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo"), &folder)?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (listen, data) = (Some((any_port, any_port)), stage.path().join("data"));
    let running = allting::start(allting::Start { folder: folder.clone(), data, listen }).await?;
    let municipality = town::municipality(&folder)?;
    let ours = municipality.gateways.first().context("a gateway")?.eui;
    let frames = frames(&municipality, VALID_PER_SECOND * u32::try_from(span.as_secs())?)?;
    let count = frames.len();

    let gateway = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    gateway.connect(running.gwmp)?;
    gateway.send(&datagram(2, ours, ""))?;
    let mut uplinks = running.app.follow_uplinks();
    let before = resident_bytes()?;
    let to = running.gwmp;
    let flood = thread::spawn(move || flood(to, ours, per_second, span));
    let valid = thread::spawn(move || bring(&gateway, ours, &frames));

    let mut heard = BTreeSet::new();
    let until = Instant::now() + span + Duration::from_secs(5);
    while heard.len() < count && Instant::now() < until {
        match uplinks.try_recv() {
            Ok(live) => _ = heard.insert((live.uplink.dev_eui, live.uplink.f_cnt)),
            Err(TryRecvError::Empty) => sleep(Duration::from_millis(5)).await,
            Err(TryRecvError::Lagged(missed)) => anyhow::bail!("the test was too slow for {missed} uplinks"),
            Err(TryRecvError::Closed) => return Err(RecvError::Closed.into()),
        }
    }
    let answers = valid.join().map_err(|_| anyhow::anyhow!("the gateway fell over"))??;
    let (sent, stolen) = flood.join().map_err(|_| anyhow::anyhow!("the attacker fell over"))??;
    let (lost, grown) = (count - heard.len(), resident_bytes()?.saturating_sub(before) >> 20);
    println!("{sent} hostile datagrams in {span:?}; {lost} of {count} uplinks lost; {grown} MB grown");
    ensure!(lost * 100 <= count, "{lost} of {count} uplinks were lost");
    ensure!(stolen == 0, "{stolen} downlinks went to the attacker");
    ensure!(answers > 0, "no confirmed uplink was answered");
    ensure!(grown < 64, "the box grew by {grown} MB");
    running.stop().await
}

/// Data frames of the devices that were born with a session, each in its turn; every tenth wants an answer.
fn frames(municipality: &Municipality, count: u32) -> Result<Vec<Vec<u8>>> {
    let fixed = municipality.sensors.iter().filter_map(|sensor| match &sensor.device.activation {
        Activation::Abp { dev_addr, nwk_s_key, app_s_key } => Some((dev_addr.0, nwk_s_key.bytes(), app_s_key.bytes())),
        Activation::Otaa { .. } => None,
    });
    let fixed: Vec<_> = fixed.collect();
    let devices = u32::try_from(fixed.len())?;
    let frame = |turn: u32| {
        let (address, network, app) = fixed.get(usize::try_from(turn % devices)?).context("a device")?;
        let mut creator = DataPayloadCreator::new();
        let (network, app): (NewSKey, AppSKey) = ((*network).into(), (*app).into());
        creator.set_uplink(true).set_confirmed(turn.is_multiple_of(10)).set_dev_addr(&address.to_le_bytes());
        creator.set_f_port(5).set_fcnt(turn / devices);
        Ok(creator.build(&[1, 0, 226], &[], &network, &app).ok().context("a short payload")?.to_vec())
    };
    (0..count).map(frame).collect()
}

/// Brings frames at a steady rate, and counts the downlinks it is asked to send.
fn bring(gateway: &UdpSocket, eui: GatewayEui, frames: &[Vec<u8>]) -> Result<usize> {
    gateway.set_nonblocking(true)?;
    let (begun, mut answers) = (Instant::now(), 0);
    for (turn, frame) in (0_u32..).zip(frames) {
        let json = format!(
            r#"{{"rxpk":[{{"tmst":{},"freq":868.1,"datr":"SF7BW125","rssi":-60,"lsnr":9,"data":"{}"}}]}}"#,
            turn * 20_000,
            STANDARD.encode(frame)
        );
        gateway.send(&datagram(0, eui, &json))?;
        thread::sleep(
            (begun + Duration::from_secs(1) / VALID_PER_SECOND * turn).saturating_duration_since(Instant::now()),
        );
        answers += answers_on(gateway);
    }
    thread::sleep(Duration::from_secs(1));
    Ok(answers + answers_on(gateway))
}

/// Sends every hostile kind from another address; gives how many, and how many downlinks came back.
fn flood(to: SocketAddr, ours: GatewayEui, per_second: u32, span: Duration) -> Result<(u32, usize)> {
    let socket = UdpSocket::bind(("127.0.0.2", 0))?;
    socket.connect(to)?;
    socket.set_nonblocking(true)?;
    let rxpk =
        r#"{"rxpk":[{"tmst":1,"freq":868.1,"datr":"SF7BW125","rssi":-35,"lsnr":5,"data":"QPF9vkkAAgABlUN4disR/w0="}]}"#;
    let kinds = [
        datagram(2, ours, ""),
        datagram(0, ours, rxpk),
        datagram(5, ours, r#"{"txpk_ack":{"error":"TOO_LATE"}}"#),
        datagram(0, GatewayEui([0xbd; 8]), rxpk),
        datagram(0, GatewayEui([0xbd; 8]), &"[".repeat(1_000)),
        vec![0x02, 0x1a, 0x34, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0x02, 0x00],
        vec![0xff; 1_400],
        vec![2],
    ];
    let (begun, mut sent, mut stolen) = (Instant::now(), 0, 0);
    while begun.elapsed() < span {
        let due = u64::from(per_second) * u64::try_from(begun.elapsed().as_millis())? / 1_000;
        while u64::from(sent) < due {
            let kind = usize::try_from(sent)? % kinds.len();
            // A full buffer of this machine is no concern of the box.
            let _ = kinds.get(kind).map(|bytes| socket.send(bytes));
            sent += 1;
        }
        stolen += answers_on(&socket);
        thread::sleep(Duration::from_millis(1));
    }
    Ok((sent, stolen))
}

fn datagram(identifier: u8, eui: GatewayEui, json: &str) -> Vec<u8> {
    [&[2, 7, 7, identifier], &eui.0[..], json.as_bytes()].concat()
}

/// Downlinks that it was asked to send.
fn answers_on(socket: &UdpSocket) -> usize {
    let (mut buffer, mut count) = ([0; 4096], 0);
    while let Ok(length) = socket.recv(&mut buffer) {
        count += usize::from(length > 3 && buffer.get(3) == Some(&3));
    }
    count
}

fn resident_bytes() -> Result<u64> {
    let pages = fs::read_to_string("/proc/self/statm")?;
    Ok(pages.split(' ').nth(1).context("a second number")?.parse::<u64>()? * 4096)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

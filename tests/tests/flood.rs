//! A machine that floods the box with datagrams of every hostile kind, beside a gateway that brings 50 uplinks a second. With
//! `ALLTING_LONG` set it is 20 000 a second for ten seconds, else fewer.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;
use std::{env, fs, thread};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep};
use town::born::{Born, TEMPERATURE, downlinks_on};
use town::flood::{Flood, flood};

const VALID_PER_SECOND: u32 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_neither_loses_uplinks_nor_diverts_answers_nor_grows_the_box() -> Result<()> {
    let (per_second, span) = match env::var_os("ALLTING_LONG") {
        Some(_) => (20_000, Duration::from_secs(10)),
        None => (2_000, Duration::from_secs(3)),
    };
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("norsjo");
    town::copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo"), &folder)?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (listen, data) = (Some((any_port, any_port)), stage.path().join("data"));
    let running = allting::start(allting::Start { folder: folder.clone(), data, listen }).await?;
    let mut born = Born::of(&town::municipality(&folder)?)?;
    let ours = born.gateway();
    let count = usize::try_from(VALID_PER_SECOND)? * usize::try_from(span.as_secs())?;
    let datagrams = (0..count).map(|turn| said(&mut born, turn)).collect::<Result<Vec<_>>>()?;

    let gateway = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    gateway.connect(running.gwmp)?;
    gateway.send(&born.pull_data())?;
    let mut uplinks = running.app.follow_uplinks();
    let before = resident_bytes()?;
    let to = running.gwmp;
    let flood = thread::spawn(move || flood(to, ours, per_second, span, || Instant::now().into_std()));
    let valid = thread::spawn(move || bring(&gateway, &datagrams));

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
    let Flood { sent, stolen } = flood.join().map_err(|_| anyhow::anyhow!("the attacker fell over"))??;
    let (lost, grown) = (count - heard.len(), resident_bytes()?.saturating_sub(before) >> 20);
    println!("{sent} hostile datagrams in {span:?}; {lost} of {count} uplinks lost; {grown} MB grown");
    ensure!(lost * 100 <= count, "{lost} of {count} uplinks were lost");
    ensure!(stolen == 0, "{stolen} downlinks went to the attacker");
    ensure!(answers > 0, "no confirmed uplink was answered");
    ensure!(grown < 64, "the box grew by {grown} MB");
    running.stop().await
}

/// Every tenth wants an answer.
fn said(born: &mut Born, turn: usize) -> Result<Vec<u8>> {
    let confirmed = turn.is_multiple_of(10);
    let frame = if confirmed { born.confirmed_frame(&TEMPERATURE)? } else { born.frame(&TEMPERATURE)? };
    Ok(born.push_data(&frame))
}

/// Brings datagrams at a steady rate, and counts the downlinks it is asked to send.
fn bring(gateway: &UdpSocket, datagrams: &[Vec<u8>]) -> Result<usize> {
    gateway.set_nonblocking(true)?;
    let (begun, mut answers) = (Instant::now(), 0);
    for (turn, datagram) in (0_u32..).zip(datagrams) {
        gateway.send(datagram)?;
        let due = begun + Duration::from_secs(1) / VALID_PER_SECOND * turn;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        answers += downlinks_on(gateway);
    }
    thread::sleep(Duration::from_secs(1));
    Ok(answers + downlinks_on(gateway))
}

fn resident_bytes() -> Result<u64> {
    let pages = fs::read_to_string("/proc/self/statm")?;
    Ok(pages.split(' ').nth(1).context("a second number")?.parse::<u64>()? * 4096)
}

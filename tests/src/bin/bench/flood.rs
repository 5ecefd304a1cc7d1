//! A flood: what is left of 50 uplinks a second beside 20 000 hostile datagrams, and what it costs the box.

use crate::box_process::BoxProcess;
use crate::clock::now;
use crate::folder::{Decoder, Window};
use crate::stage::Stage;
use crate::table::{Row, thousands};
use crate::throughput::warm;
use anyhow::{Context, Result, anyhow, ensure};
use std::thread;
use std::time::Duration;
use town::flood::{Flood, flood as send_flood};

const HOSTILE_PER_SECOND: u32 = 20_000;
const VALID_PER_SECOND: u32 = 50;
const SPAN: Duration = Duration::from_secs(20);

/// `flood`: uplinks lost and memory grown.
pub(crate) fn flood(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = (stage.folder("run", Decoder::Elsys, Window::Default)?, stage.data()?);
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    let mut load = warm(&folder)?;
    let (to, before) = (folder.gwmp, running.memory()?);
    let known = folder.municipality.gateways.first().context("the bench has no gateway")?.eui;
    let attack = thread::spawn(move || send_flood(to, known, HOSTILE_PER_SECOND, SPAN, now));
    let outcome = load.run(VALID_PER_SECOND.into(), SPAN)?;
    let Flood { sent, stolen } = attack.join().map_err(|_| anyhow!("the attacker fell over"))??;
    let grown_kib = running.memory()?.now_kib.saturating_sub(before.now_kib);
    running.stop()?;
    ensure!(stolen == 0, "{stolen} downlinks went to the attacker");
    let per_second = u64::from(sent) / SPAN.as_secs();
    let what = format!("{VALID_PER_SECOND} uplinks/s beside {} hostile datagrams/s", thousands(per_second));
    let lost = format!("{} of {} lost", outcome.lost, outcome.sent);
    let grown = format!("{} MB", grown_kib / 1024);
    Ok(vec![
        Row::new(format!("{what}: lost"), lost, "<= 1 %"),
        Row::new(format!("{what}: memory grown"), grown, "<= 16 MB"),
    ])
}

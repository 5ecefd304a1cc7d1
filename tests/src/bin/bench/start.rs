//! `start` and `memory`: a box with a year of data comes up, and what it then needs.

use crate::box_process::BoxProcess;
use crate::folder::{Decoder, Window, place_page};
use crate::http::Connection;
use crate::load::Load;
use crate::stage::Stage;
use crate::table::{Row, Spread, digits, duration};
use anyhow::Result;
use std::time::Duration;

/// How often each start is made.
const STARTS: usize = 5;

/// From starting the process to the first answered page.
pub(crate) fn start(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = (stage.folder("run", Decoder::Elsys, Window::Default)?, stage.data()?);
    // The very first start compiles the plugins.
    let mut running = BoxProcess::start(&stage.binary, &folder, &data)?;
    let first = running.started_in;
    let (mut clean, mut killed) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        running.stop()?;
        running = BoxProcess::start(&stage.binary, &folder, &data)?;
        clean.push(running.started_in);
    }
    let mut load = Load::on(&folder)?;
    for _ in 0..STARTS {
        load.run(500.0, Duration::from_secs(2))?;
        running.kill()?;
        running = BoxProcess::start(&stage.binary, &folder, &data)?;
        killed.push(running.started_in);
        load.again(&folder)?;
    }
    running.stop()?;
    let row = |how: &str, spread: &Spread| {
        let figure = format!("{}, at most {}", duration(spread.median()), duration(spread.max()));
        Row::new(format!("start to serving, {how}"), figure, "<= 1 s")
    };
    let once = Row::new("the very first start, which compiles a plugin", duration(first), "");
    Ok(vec![row("clean", &Spread::of(clean)), row("after kill -9", &Spread::of(killed)), once])
}

/// After 1 000 uplinks and all pages.
pub(crate) fn memory(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = (stage.folder("run", Decoder::Elsys, Window::Default)?, stage.data()?);
    // The very first start compiles the plugins, and its memory stays with the process for a while.
    BoxProcess::start(&stage.binary, &folder, &data)?.stop()?;
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    Load::on(&folder)?.run(100.0, Duration::from_secs(10))?;
    let mut reader = Connection::open(folder.web)?;
    for place in 0..50 {
        reader.get(&place_page(place), "Accept-Encoding: gzip, br\r\n")?;
    }
    let memory = running.memory()?;
    running.stop()?;
    let megabytes = |kib: u64| u32::try_from(kib * 1024 / 10_000).map(|n| digits(f64::from(n) / 100.0));
    let figure = format!("{} MB, at most {} MB", megabytes(memory.now_kib)?, megabytes(memory.peak_kib)?);
    Ok(vec![Row::new("resident memory", figure, "<= 60 MB")])
}

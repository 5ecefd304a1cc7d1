//! `viewers` and `picture`: people who keep a place open, and the picture that goes with a shared link.

use crate::box_process::BoxProcess;
use crate::clock::now;
use crate::folder::{Decoder, Window, place_page};
use crate::http::Connection;
use crate::load::Load;
use crate::stage::Stage;
use crate::table::{Row, Spread, digits, duration};
use anyhow::Result;
use std::time::Duration;

const VIEWERS: usize = 500;
const PICTURES: usize = 20;

/// Five hundred open pages, while uplinks come.
pub(crate) fn viewers(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = (stage.folder("run", Decoder::Elsys, Window::Default)?, stage.data()?);
    // The very first start compiles the plugins, and its memory stays with the process for a while.
    BoxProcess::start(&stage.binary, &folder, &data)?.stop()?;
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    let mut open = Vec::new();
    for viewer in 0..VIEWERS {
        open.push(Connection::open(folder.web)?.follow(&(place_page(viewer) + "/live"), "")?);
    }
    Load::on(&folder)?.run(50.0, Duration::from_secs(10))?;
    let memory = running.memory()?;
    drop(open);
    running.stop()?;
    let megabytes = |kib: u64| u32::try_from(kib * 1024 / 10_000).map(|n| digits(f64::from(n) / 100.0));
    let figure = format!("{} MB, at most {} MB", megabytes(memory.now_kib)?, megabytes(memory.peak_kib)?);
    Ok(vec![Row::new(format!("resident memory with {VIEWERS} live viewers"), figure, "<= 100 MB")])
}

/// Pictures that nobody asked for before, and one that somebody did.
pub(crate) fn picture(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = (stage.folder("run", Decoder::Elsys, Window::Default)?, stage.data()?);
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    let mut line = Connection::open(folder.web)?;
    let mut times = Vec::new();
    let (mut bytes, mut again) = (0, Duration::MAX);
    for place in 0..PICTURES {
        let path = place_page(place) + "/card.png";
        let begun = now();
        bytes = line.get(&path, "")?;
        times.push(begun.elapsed());
        let begun = now();
        line.get(&path, "")?;
        again = again.min(begun.elapsed());
    }
    running.stop()?;
    let times = Spread::of(times);
    let size = digits(f64::from(u32::try_from(bytes)?) / 1000.0);
    let figure = format!(
        "{}, at most {}, {size} KB; again {}",
        duration(times.median()),
        duration(times.max()),
        duration(again)
    );
    Ok(vec![Row::new("picture to share", figure, "<= 100 ms")])
}

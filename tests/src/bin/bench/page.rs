//! `page`: the page of a place, as often as a small town on the night of a final would ask.

use crate::box_process::BoxProcess;
use crate::clock::{now, sleep_until};
use crate::folder::{Decoder, Folder, Window, place_page};
use crate::http::Connection;
use crate::stage::Stage;
use crate::table::{Row, Spread, digits, duration};
use anyhow::{Result, anyhow};
use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

const READERS: u32 = 8;
pub(crate) const RATE: u32 = 200;
pub(crate) const SPAN: Duration = Duration::from_secs(10);
const BROWSER: &str = "Accept-Encoding: gzip, deflate, br\r\n";

pub(crate) fn page(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = (&stage.folder("run", Decoder::Elsys, Window::Default)?, stage.data()?);
    let running = BoxProcess::start(&stage.binary, folder, &data)?;
    let before = running.processor_time()?;
    let spread = at_rate(folder, |line, turn| line.get(&place_page(turn as usize), BROWSER).map(drop))?;
    let spent = running.processor_time()?.saturating_sub(before);
    let wire = |coding: &str| {
        let bytes = Connection::open(folder.web)?.get(&place_page(0), &format!("Accept-Encoding: {coding}\r\n"))?;
        Ok::<_, anyhow::Error>(format!("{} KB {coding}", digits(f64::from(u32::try_from(bytes)?) / 1000.0)))
    };
    let sizes = [wire("gzip")?, wire("identity")?].join(", ");
    let whole = brought_along(folder)?;
    running.stop()?;
    let pages = u32::try_from(SPAN.as_secs())? * RATE;
    let times = format!("p50 {}, p99 {}", duration(spread.median()), duration(spread.percentile(99)));
    let what = format!("page of a place at {RATE}/s over {READERS} connections");
    Ok(vec![
        Row::new(what, format!("{times}, CPU {}", duration(spent / pages)), "p99 <= 10 ms"),
        Row::new("page of a place on the wire, with its headers", sizes, ""),
        Row::new("the same with all it brings along, but the map that moves", whole, "<= 30 KB"),
    ])
}

/// What somebody's first page of a place costs, when others came before.
fn brought_along(folder: &Folder) -> Result<String> {
    let mut line = Connection::open(folder.web)?;
    let page = line.page(&place_page(0), "")?;
    let later = |part: &&str| !part.contains("/leaflet-") && !part.contains("/protomaps-");
    let assets = page.split('"').filter(|part| part.starts_with("/assets/")).filter(later);
    let all: Vec<&str> = assets.collect::<BTreeSet<_>>().into_iter().collect();
    let ask = |line: &mut Connection| all.iter().map(|path| line.get(path, BROWSER)).sum::<Result<usize>>();
    ask(&mut line)?;
    // The box makes them smaller beside its first answer.
    thread::sleep(Duration::from_secs(5));
    let bytes = ask(&mut line)? + line.get(&place_page(0), BROWSER)?;
    Ok(format!("{} KB", digits(f64::from(u32::try_from(bytes)?) / 1000.0)))
}

/// Asks [`RATE`] times a second for [`SPAN`], over some connections; `ask` is told the number of the turn. Gives how long each took.
pub(crate) fn at_rate(folder: &Folder, ask: impl Fn(&mut Connection, u32) -> Result<()> + Sync) -> Result<Spread> {
    let ask = &ask;
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|reader| scope.spawn(move || read(folder, reader, ask))).collect();
        let joined =
            readers.into_iter().map(|one| one.join().map_err(|_| anyhow!("a thread of the bench panicked"))?);
        Ok(Spread::of(joined.collect::<Result<Vec<_>>>()?.concat()))
    })
}

/// One reader: asks again and again, each at its time.
fn read(folder: &Folder, reader: u32, ask: impl Fn(&mut Connection, u32) -> Result<()>) -> Result<Vec<Duration>> {
    let mut line = Connection::open(folder.web)?;
    let mut times = Vec::new();
    let begun = now();
    for turn in (reader..u32::try_from(SPAN.as_secs())? * RATE).step_by(READERS as usize) {
        let due = begun + Duration::from_secs(1) * turn / RATE;
        sleep_until(due)?;
        ask(&mut line, turn)?;
        // Counted from when it was due: a page that keeps the next one waiting makes both late.
        times.push(now().saturating_duration_since(due));
    }
    Ok(times)
}

//! `disk`: what an uplink costs a memory card.

use crate::box_process::BoxProcess;
use crate::disk::{Counters, LoopDisk};
use crate::folder::{Decoder, Window};
use crate::load::Load;
use crate::stage::Stage;
use crate::table::{Row, digits};
use anyhow::{Context, Result, anyhow, ensure};
use std::thread;
use std::time::Duration;

/// Three of the box's windows, and a bit of the fourth.
const SPAN: Duration = Duration::from_secs(95);
/// So many uplinks nearly fill the journal. Then the data file itself is written, which is measured when the box stops.
const JOURNAL_FILLS: usize = 1250;
/// How many uplinks a second fill it, for nobody wants to wait two hours.
const FILLING_RATE: u32 = 100;

struct Case {
    name: &'static str,
    window: Window,
    rate: f64,
    what: &'static str,
    reach: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        name: "disk-default-10",
        window: Window::Default,
        rate: 10.0,
        what: "to the block device at 10/s, default window",
        reach: "<= 6 KB, <= 0.3 flushes",
    },
    Case {
        name: "disk-default-half",
        window: Window::Default,
        rate: 0.5,
        what: "to the block device at 0.5/s, default window",
        reach: "<= 10 KB",
    },
    Case {
        name: "disk-zero-10",
        window: Window::Zero,
        rate: 10.0,
        what: "to the block device at 10/s, window 0",
        reach: "<= 30 KB, <= 2 flushes",
    },
];

/// All at the same time, each box on a disk of its own.
pub(crate) fn disk(stage: &Stage) -> Result<Vec<Row>> {
    let disks = CASES.iter().map(|case| LoopDisk::mount(stage.root(), case.name)).collect::<Result<Vec<_>>>();
    let disks = match disks {
        Ok(disks) => disks,
        Err(why) => {
            crate::clock::check()?;
            let figure = format!("not measured: needs root and loop devices ({why})");
            return Ok(vec![Row::new("to the block device", figure, "")]);
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> =
            CASES.iter().zip(&disks).map(|(case, disk)| scope.spawn(|| measured(stage, case, disk))).collect();
        running.into_iter().map(|one| one.join().map_err(|_| anyhow!("a thread of the bench panicked"))?).collect()
    })
}

fn measured(stage: &Stage, case: &Case, disk: &LoopDisk) -> Result<Row> {
    let folder = stage.folder(case.name, Decoder::Elsys, case.window)?;
    let data = disk.mounted.join("data");
    stage.copy_year(&data)?;
    let first = BoxProcess::start(&stage.binary, &folder, &data)?;
    let mut load = Load::on(&folder)?;
    load.run(100.0, Duration::from_secs(5))?;
    first.stop()?;
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    load.again(&folder)?;
    let before = disk.settled_counters()?;
    let outcome = load.run(case.rate, SPAN)?;
    let after = disk.settled_counters()?;
    let mut each = bytes_each(&before, &after, outcome.sent)?;
    // With each uplink on disk at once the journal is full within the span. Else its share of that is measured apart.
    if case.window == Window::Default {
        let missing = u32::try_from(JOURNAL_FILLS.saturating_sub(outcome.sent))?;
        let filling = load.run(FILLING_RATE.into(), Duration::from_secs(1) * missing / FILLING_RATE)?;
        let full = disk.settled_counters()?;
        running.stop()?;
        each += bytes_each(&full, &disk.settled_counters()?, outcome.sent + filling.sent)?;
    }
    ensure!(outcome.lost == 0, "{} of {} uplinks were lost", outcome.lost, outcome.sent);
    let flushes = f64::from(u32::try_from(after.flushes - before.flushes)?) / f64::from(u32::try_from(outcome.sent)?);
    let each = each / 1000.0;
    Ok(Row::new(case.what, format!("{} KB and {flushes:.2} flushes an uplink", digits(each)), case.reach))
}

fn bytes_each(before: &Counters, after: &Counters, uplinks: usize) -> Result<f64> {
    let bytes = u32::try_from(after.written_bytes - before.written_bytes).context("gigabytes in minutes")?;
    Ok(f64::from(bytes) / f64::from(u32::try_from(uplinks)?))
}

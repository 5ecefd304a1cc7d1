//! `disk`: what an uplink costs a memory card.

use crate::box_process::BoxProcess;
use crate::disk::LoopDisk;
use crate::folder::{Decoder, Window};
use crate::load::Load;
use crate::stage::Stage;
use crate::table::{Row, digits};
use anyhow::{Context, Result, anyhow, ensure};
use std::thread;
use std::time::Duration;

/// Three of the box's windows, and a bit of the fourth.
const SPAN: Duration = Duration::from_secs(95);

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
        reach: "<= 6 KB an uplink, <= 0.3 flushes/s",
    },
    Case {
        name: "disk-default-half",
        window: Window::Default,
        rate: 0.5,
        what: "to the block device at 0.5/s, default window",
        reach: "<= 10 KB an uplink",
    },
    Case {
        name: "disk-zero-10",
        window: Window::Zero,
        rate: 10.0,
        what: "to the block device at 10/s, window 0",
        reach: "<= 30 KB an uplink, <= 2 flushes/s",
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
    disk.sync()?;
    let before = disk.counters()?;
    let outcome = load.run(case.rate, SPAN)?;
    running.stop()?;
    disk.sync()?;
    let after = disk.counters()?;
    ensure!(outcome.lost == 0, "{} of {} uplinks were lost", outcome.lost, outcome.sent);
    let bytes = u32::try_from(after.written_bytes - before.written_bytes).context("gigabytes in 95 seconds")?;
    let flushes = f64::from(u32::try_from(after.flushes - before.flushes)?) / SPAN.as_secs_f64();
    let each = f64::from(bytes) / f64::from(u32::try_from(outcome.sent)?) / 1000.0;
    Ok(Row::new(case.what, format!("{} KB an uplink, {flushes:.2} flushes/s", digits(each)), case.reach))
}

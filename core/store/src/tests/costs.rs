//! Figures, not promises: `cargo test -p store --release -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use super::disk::{Disk, Syncing};
use super::life::{START, Town, oslo};
use crate::medium::Layout;
use crate::{Durability, Options, Store};
use model::{Datastream, Hour, Slug, Value};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// 500 sensors that speak every 15 minutes, four values each.
const TOWN: Town = Town { devices: 500, between: Duration::from_millis(1800) };

#[test]
#[ignore = "prints figures"]
fn what_an_uplink_costs() {
    let calendar = oslo();
    for per_now in [1, 15, 300, 500] {
        let disk = Disk::empty(Syncing::Honest);
        let store = disk.open_store_with(Layout::USUAL).unwrap();
        let steps = 40_000;
        let (mut soon, mut now, mut half) = (Duration::ZERO, Duration::ZERO, (0, 0));
        for step in 0..steps {
            let durability = if (step + 1) % per_now == 0 { Durability::Now } else { Durability::Soon };
            let begun = Instant::now();
            TOWN.step(&store, &calendar, step, durability).unwrap();
            let sum = if durability == Durability::Now { &mut now } else { &mut soon };
            *sum += begun.elapsed();
            if step == steps / 2 {
                half = disk.traffic();
            }
        }
        let nows = steps / per_now;
        let (bytes, syncs) = disk.traffic();
        println!(
            "a Now every {per_now}: Soon {:?}, Now {:?} (memory), {} bytes written and {} syncs per thousand uplinks, \
             file {} KiB",
            soon / u32::try_from((steps - nows).max(1)).unwrap(),
            now / u32::try_from(nows).unwrap(),
            (bytes - half.0) / (steps / 2),
            (syncs - half.1) * 2000 / steps,
            disk.len_bytes() / 1024,
        );
    }
}

/// What the disk of a folder was told to write, bytes, as Linux counts it.
fn written_to_disk_of(folder: &Path) -> u64 {
    let device = std::fs::metadata(folder).unwrap().dev();
    let (major, minor) = ((device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00));
    let stat = std::fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/stat")).unwrap();
    stat.split_whitespace().nth(6).unwrap().parse::<u64>().unwrap() * 512
}

/// With the file system's own journal: `ALLTING_FOLDER=...`, a folder on a disk on which nobody else writes.
#[test]
#[ignore = "prints figures of the disk that ALLTING_FOLDER lies on"]
fn what_an_uplink_costs_a_disk() {
    let folder = PathBuf::from(std::env::var_os("ALLTING_FOLDER").unwrap());
    let calendar = oslo();
    for per_now in [1, 15, 300] {
        let path = folder.join(format!("{per_now}.redb"));
        let store = Store::open(&path, Options::default()).unwrap();
        let steps = 12_000;
        for step in 0..steps {
            TOWN.step(&store, &calendar, step, Durability::Soon).unwrap();
        }
        store.sync().unwrap();
        let (begun, before) = (Instant::now(), written_to_disk_of(&folder));
        for step in steps..2 * steps {
            let durability = if (step + 1) % per_now == 0 { Durability::Now } else { Durability::Soon };
            TOWN.step(&store, &calendar, step, durability).unwrap();
        }
        let took = begun.elapsed();
        let bytes = (written_to_disk_of(&folder) - before) / steps;
        println!("a Now every {per_now}: {bytes} bytes to the disk per uplink, {:?} each", took / 12_000);
        store.close().unwrap();
        std::fs::remove_file(path).unwrap();
    }
}

/// What a box does first after it was killed, and what a backup takes.
#[test]
#[ignore = "prints figures"]
fn what_a_start_costs() {
    let disk = Disk::empty(Syncing::Honest);
    let store = disk.open_store_with(Layout::USUAL).unwrap();
    let mut fullest = (Duration::ZERO, 0);
    for step in 0..60_000 {
        let durability = if (step + 1) % 100 == 0 { Durability::Now } else { Durability::Soon };
        TOWN.step(&store, &oslo(), step, durability).unwrap();
        if step % 1700 == 1699 {
            let killed = Disk::with(disk.image(), Syncing::Honest);
            let begun = Instant::now();
            let started = killed.open_store().unwrap();
            fullest = fullest.max((begun.elapsed(), step));
            drop(started);
        }
    }
    println!("slowest start after a kill: {:?}, at step {}", fullest.0, fullest.1);
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let copied = store.snapshot_to(&folder.path().join("backup.redb")).unwrap();
    println!("snapshot of {} rows, {} MiB: {:?}", copied.rows, disk.len_bytes() >> 20, begun.elapsed());
    let begun = Instant::now();
    let copied = store.copy_precious(&folder.path().join("precious.redb"), START).unwrap();
    println!("what is precious, {} rows: {:?}", copied.rows, begun.elapsed());
    let begun = Instant::now();
    let mut rows = 0;
    loop {
        let step = store.scrub(&oslo(), 10_000).unwrap();
        rows += step.rows;
        if step.finished {
            break;
        }
    }
    println!("scrub of {rows} rows: {:?}", begun.elapsed());
}

#[test]
#[ignore = "prints figures"]
fn what_a_year_costs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let calendar = oslo();
    let store = Store::open(&path, Options::default()).unwrap();
    let doors: Vec<Datastream> = (0..200)
        .map(|n| Datastream {
            place: Slug::new("library").unwrap(),
            sensor: Slug::new(&format!("door-{}", n / 4)).unwrap(),
            property: format!("property-{}", n % 4),
            part: None,
        })
        .collect();
    let begun = Instant::now();
    for week in 0..52 {
        let transaction = store.begin(&calendar).unwrap();
        for hour in week * 168..(week + 1) * 168 {
            let at = START + Duration::from_secs(hour * 3600);
            for door in &doors {
                transaction.observe(door, at, at, &Value::Integer(i64::try_from(hour % 24).unwrap())).unwrap();
            }
        }
        transaction.commit(Durability::Now).unwrap();
    }
    let written = begun.elapsed();
    store.close().unwrap();
    let begun = Instant::now();
    let store = Store::open(&path, Options::default()).unwrap();
    let opened = begun.elapsed();
    let size = std::fs::metadata(&path).unwrap().len() >> 20;
    println!("{} observations in {written:?}, file {size} MiB, opened in {opened:?}", 52 * 168 * doors.len());

    let snapshot = store.read().unwrap();
    let id = snapshot.datastream_id(&doors[77]).unwrap().unwrap();
    let year = START..START + Duration::from_hours(366 * 24);
    for turn in ["first", "again"] {
        let begun = Instant::now();
        let hours = snapshot.hours(id, Hour::of(year.start)..Hour::of(year.end)).unwrap().map(Result::unwrap).count();
        let hours_took = begun.elapsed();
        let begun = Instant::now();
        let days =
            snapshot.days(id, calendar.day(year.start)..calendar.day(year.end)).unwrap().map(Result::unwrap).count();
        let days_took = begun.elapsed();
        let begun = Instant::now();
        let seen = snapshot.observations(id, year.clone()).unwrap().map(Result::unwrap).count();
        println!(
            "{turn}: {hours} hours {hours_took:?}, {days} days {days_took:?}, {seen} observations {:?}",
            begun.elapsed()
        );
    }
}

//! The power of a box in a library is cut by the cleaner's plug. What had reached the disk by then is what was synced, and of the
//! rest any sectors in any order. Whatever they are: the file opens, all that was committed `Now` is there, nothing is there
//! in part, and counters are not behind what devices were told.

use super::disk::{Dice, Disk, Syncing};
use super::life::{Contents, SMALL, oslo};
use super::upkeep::long;
use crate::{Durability, Retention, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a box had been told was safe when its power went, and what it was just then making safe.
struct Cut {
    safe: u64,
    underway: u64,
}

/// Lives from `from` until the power goes.
fn live_until_the_cut(disk: &Disk, from: u64, dice: &mut Dice) -> Result<Cut, String> {
    let calendar = oslo();
    let store = disk.open_store().map_err(|error| error.to_string())?;
    disk.cut_power_after(dice.roll(120));
    let mut cut = Cut { safe: from, underway: from };
    for step in from..from + 60 {
        let durability = if dice.roll(6) == 0 { Durability::Now } else { Durability::Soon };
        if durability == Durability::Now {
            cut.underway = step + 1;
        }
        if SMALL.step(&store, &calendar, step, durability).is_err() {
            break;
        }
        if durability == Durability::Now {
            cut.safe = step + 1;
        }
    }
    // Before the store is dropped, which would bring the rest to the disk.
    disk.cut_power_after(0);
    Ok(cut)
}

/// The first promise that the disk broke, in words; the image for the next life otherwise.
fn check_after(cut: &Cut, image: Vec<u8>) -> Result<(u64, Vec<u8>), String> {
    let disk = Disk::with(image, Syncing::Honest);
    let store = disk.open_store().map_err(|error| format!("does not open: {error}"))?;
    let found = Contents::read(&store).map_err(|error| format!("cannot be read: {error}"))?;
    let steps = found.uplinks.len() as u64;
    if steps != cut.safe && steps != cut.underway {
        return Err(format!("has {steps} uplinks, {} were safe and {} underway", cut.safe, cut.underway));
    }
    if found != Contents::expected(SMALL, &oslo(), steps) {
        return Err(format!("has a part of a transaction at {steps}"));
    }
    store.close().map_err(|error| format!("cannot be closed: {error}"))?;
    Ok((steps, disk.image()))
}

/// Two cuts: one in a fresh file, one in what the first left behind.
fn two_cuts(seed: u64, sync: Syncing) -> Result<(), String> {
    let mut dice = Dice(seed);
    let fresh = Disk::empty(Syncing::Honest);
    fresh.open_store().unwrap().close().unwrap();
    let (mut steps, mut image) = (0, fresh.image());
    for _ in 0..2 {
        let disk = Disk::with(image, sync);
        let cut = live_until_the_cut(&disk, steps, &mut dice)?;
        (steps, image) = check_after(&cut, disk.after_power_cut(&mut dice))?;
    }
    Ok(())
}

#[test]
fn nothing_that_was_promised_is_lost_in_a_thousand_power_cuts() {
    std::thread::scope(|threads| {
        for quarter in 0..4 {
            threads.spawn(move || {
                let lives = if long() { 1250 } else { 125 };
                for seed in quarter * lives..(quarter + 1) * lives {
                    two_cuts(seed, Syncing::Honest).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
                }
            });
        }
    });
}

/// Rows go by range, and a range is one line of the journal: after a cut it is gone whole or not at all.
#[test]
fn forgetting_that_was_cut_short_is_finished_later_and_takes_nothing_else() {
    let calendar = oslo();
    let limit = SMALL.time(90);
    let retention = Retention { uplinks: limit, observations: limit, hours: limit };
    let forget_all = |store: &Store| while !store.forget(retention, 40).unwrap().finished {};
    let lived = |sync| {
        let disk = Disk::empty(sync);
        let store = disk.open_store().unwrap();
        for step in 0..140 {
            SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
        }
        store.close().unwrap();
        disk
    };
    let whole = lived(Syncing::Honest);
    let store = whole.open_store().unwrap();
    forget_all(&store);
    let expected = Contents::read(&store).unwrap();
    let image = lived(Syncing::Honest).image();
    for seed in 0..if long() { 1000 } else { 60 } {
        let mut dice = Dice(seed);
        let disk = Disk::with(image.clone(), Syncing::Honest);
        let store = disk.open_store().unwrap();
        disk.cut_power_after(dice.roll(60));
        for _ in 0..40 {
            let gone = store.forget(retention, 1 + usize::try_from(dice.roll(40)).unwrap());
            if gone.is_err() || (dice.roll(3) == 0 && store.sync().is_err()) {
                break;
            }
        }
        disk.cut_power_after(0);
        drop(store);
        let store = Disk::with(disk.after_power_cut(&mut dice), Syncing::Honest).open_store().unwrap();
        let found = Contents::read(&store).unwrap();
        assert!(found.uplinks.ends_with(&expected.uplinks), "seed {seed}");
        assert_eq!((&found.days, &found.devices), (&expected.days, &expected.devices), "seed {seed}");
        forget_all(&store);
        assert_eq!(Contents::read(&store).unwrap(), expected, "seed {seed}");
    }
}

#[test]
fn a_killed_process_leaves_a_file_that_opens_at_the_last_promise() {
    let disk = Disk::empty(Syncing::Honest);
    let store = disk.open_store().unwrap();
    let calendar = oslo();
    for step in 0..40 {
        SMALL.step(&store, &calendar, step, Durability::Now).unwrap();
    }
    for step in 40..140 {
        SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
    }
    assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &calendar, 140), "all is seen before");
    assert_eq!(check_after(&Cut { safe: 40, underway: 40 }, disk.image()).map(|(steps, _)| steps), Ok(40));
}

/// A box that scans its file before it serves is dark for minutes after the plug was pulled, and longer each year.
#[test]
fn opening_after_a_power_cut_reads_a_few_pages_however_large_the_file() {
    let reads = [100, 3000, 6000].map(|steps| {
        let disk = Disk::empty(Syncing::Honest);
        let store = disk.open_store().unwrap();
        for step in 0..steps {
            let durability = if step % 50 == 0 { Durability::Now } else { Durability::Soon };
            SMALL.step(&store, &oslo(), step, durability).unwrap();
        }
        disk.cut_power_after(0);
        let cut = Disk::with(disk.after_power_cut(&mut Dice(1)), Syncing::Honest);
        cut.open_store().unwrap();
        cut.reads()
    });
    assert!(reads.iter().all(|&reads| reads < 80), "the journal and the pages it changes, and no more: {reads:?}");
}

/// The control: were the simulator too kind, it would not notice this either.
#[test]
fn a_card_that_lies_about_its_last_writes_is_found_out() {
    let caught = (0..40).filter(|&seed| {
        let lied = catch_unwind(AssertUnwindSafe(|| two_cuts(seed, Syncing::HoldsBack(16))));
        !matches!(lied, Ok(Ok(())))
    });
    let caught = caught.count();
    assert!(caught >= 10, "only {caught} of 40 lives under a lying card were found broken");
}

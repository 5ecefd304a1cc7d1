//! Bits of a card rot. redb does not check what it reads; the rows do.

use super::disk::{Dice, Disk, Syncing};
use super::life::{Contents, SMALL, oslo};
use crate::keys::{Key, SeriesKey};
use crate::medium::Layout;
use crate::record::seal;
use crate::{Durability, StoreError};
use model::{DatastreamId, Hour};
use std::panic::{AssertUnwindSafe, catch_unwind};

const STEPS: u64 = 60;
const FLIPS: u32 = 1500;

fn lived() -> Disk {
    let disk = Disk::empty(Syncing::Honest);
    let store = disk.open_store().unwrap();
    for step in 0..STEPS {
        SMALL.step(&store, &oslo(), step, Durability::Soon).unwrap();
    }
    store.close().unwrap();
    disk
}

#[test]
fn a_damaged_hour_is_told_and_not_served_and_heals_with_the_next_value() {
    let disk = lived();
    let calendar = oslo();
    let (datastream, value) = SMALL.values(0)[0].clone();
    let mut expected = Contents::expected(SMALL, &calendar, STEPS);
    let hour = Hour::of(SMALL.time(0));
    let rollup = expected.hours[&(datastream.clone(), hour)];
    let row = seal(&SeriesKey { datastream: DatastreamId(0), at: hour }.to_bytes(), &rollup);
    let mut image = disk.image();
    for at in 0..image.len() - row.len() {
        if image[at..].starts_with(&row) {
            image[at + 7] ^= 0x10;
        }
    }

    let store = Disk::with(image, Syncing::Honest).open_store().unwrap();
    let error = Contents::read(&store).unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt(corrupt) if corrupt.table == "hours-1"), "{error}");
    let snapshot = store.read().unwrap();
    let hours = snapshot.hours(DatastreamId(0), Hour(0)..Hour(u32::MAX)).unwrap();
    let (served, refused): (Vec<_>, Vec<_>) = hours.partition(Result::is_ok);
    let others = expected.hours.keys().filter(|(of, _)| *of == datastream).count() - 1;
    assert_eq!((served.len(), refused.len()), (others, 1), "only the damaged row is missing");

    let later = SMALL.time(0) + std::time::Duration::from_secs(1);
    let transaction = store.begin(&calendar).unwrap();
    let seen = transaction.observe(&datastream, later, later, &value).unwrap().unwrap();
    transaction.commit(Durability::Now).unwrap();
    let number = value.as_number().unwrap();
    expected.observations.get_mut(&datastream).unwrap().insert(1, seen);
    expected.hours.entry((datastream.clone(), hour)).and_modify(|rollup| *rollup = rollup.with(later, number));
    let day = calendar.day(later);
    expected.days.entry((datastream, day)).and_modify(|rollup| *rollup = rollup.with(later, number));
    assert_eq!(Contents::read(&store).unwrap(), expected);
}

/// Wherever a bit flips: what is served was once written, and to read it ends nobody. redb panics on pages that make no sense, on some
/// of them only when a row is asked for its bytes; that once ended the box at its start, where a damaged file is replaced. And each is
/// read to its end: an outermost key once said that its table goes on for millions of years, and every bucket of them was looked into.
#[test]
fn no_flipped_bit_makes_a_store_say_what_was_never_written() {
    let image = lived().image();
    let expected = Contents::expected(SMALL, &oslo(), STEPS);
    let used: Vec<usize> = (0..image.len()).filter(|&at| image[at] != 0).collect();
    let mut dice = Dice(7);
    let mut noticed = 0;
    for _ in 0..FLIPS {
        let mut image = image.clone();
        let at = used[usize::try_from(dice.roll(used.len() as u64)).unwrap()];
        image[at] ^= 1 << dice.roll(8);
        let read = || {
            let store = Disk::with(image, Syncing::Honest).open_store().ok()?;
            let snapshot = store.read().ok()?;
            let ever = SMALL.time(0)..SMALL.time(STEPS);
            let mut damaged = 0;
            for row in snapshot.uplinks(ever.clone()).ok()? {
                let Ok(uplink) = row else {
                    damaged += 1;
                    continue;
                };
                assert!(expected.uplinks.contains(&uplink), "an uplink that never was");
            }
            for row in snapshot.datastreams().ok()? {
                let Ok((id, datastream)) = row else {
                    damaged += 1;
                    continue;
                };
                for row in snapshot.observations(id, ever.clone()).ok()? {
                    let Ok(seen) = row else {
                        damaged += 1;
                        continue;
                    };
                    assert!(expected.observations[&datastream].contains(&seen), "an observation that never was");
                }
                for row in snapshot.hours(id, Hour(0)..Hour(u32::MAX)).ok()? {
                    let Ok((hour, rollup)) = row else {
                        damaged += 1;
                        continue;
                    };
                    assert_eq!(expected.hours[&(datastream.clone(), hour)], rollup, "an hour that never was");
                }
            }
            Some(damaged)
        };
        let read = catch_unwind(AssertUnwindSafe(read));
        let damaged = read.unwrap_or_else(|_| panic!("byte {at}: what broke is above"));
        noticed += u32::from(damaged != Some(0));
    }
    assert!(noticed > 100, "only {noticed} of {FLIPS} flips were noticed, so few of them hit a row");
}

/// A panic of redb in a checkpoint once ended the thread that stores what is heard, and with it the box, again after each start.
#[test]
fn to_write_where_pages_make_no_sense_is_an_error_and_what_was_committed_can_still_be_read() {
    let image = lived().image();
    let used: Vec<usize> = (0..image.len()).filter(|&at| image[at] != 0).collect();
    let mut dice = Dice(11);
    let mut refused = 0;
    for _ in 0..FLIPS {
        let mut image = image.clone();
        image[used[usize::try_from(dice.roll(used.len() as u64)).unwrap()]] ^= 1 << dice.roll(8);
        let Ok(store) = Disk::with(image, Syncing::Honest).open_store() else { continue };
        let heard = STEPS..STEPS + 7;
        for step in heard.clone() {
            let calendar = oslo();
            let transaction = store.begin(&calendar).unwrap();
            transaction.put_uplink(&SMALL.uplink(step)).unwrap();
            transaction.commit(Durability::Soon).unwrap();
        }
        let settled = [store.settle(), store.settle()];
        if settled.iter().all(Result::is_ok) {
            continue;
        }
        assert!(settled.iter().all(|end| matches!(end, Err(StoreError::Damaged(_)))), "{settled:?}");
        refused += 1;
        let snapshot = store.read().unwrap();
        let newest = snapshot.uplinks(SMALL.time(heard.start)..SMALL.time(heard.end)).unwrap();
        let newest: Vec<_> = newest.filter_map(Result::ok).collect();
        assert_eq!(newest, heard.map(|step| SMALL.uplink(step)).collect::<Vec<_>>());
        drop(snapshot);
        assert!(matches!(store.close(), Err(StoreError::Damaged(_))), "the last checkpoint fails too");
    }
    assert!(refused > 10, "only {refused} of {FLIPS} flips made a page that redb cannot write on");
}

/// A record that rotted takes those after it along, for they build on it. That is said, and none of them ever comes back.
#[test]
fn a_damaged_record_of_the_journal_ends_it_and_is_told() {
    let calendar = oslo();
    for broken in 0..10 {
        let disk = Disk::empty(Syncing::Honest);
        let store = disk.open_store_with(Layout::USUAL).unwrap();
        store.sync().unwrap();
        for step in 0..10 {
            SMALL.step(&store, &calendar, step, Durability::Now).unwrap();
        }
        let mut image = disk.image();
        image[4096 * (1 + broken) + 200] ^= 4;
        let disk = Disk::with(image, Syncing::Honest);
        let store = disk.open_store().unwrap();
        let steps = broken as u64;
        let told = if broken == 9 { 0 } else { 10 - steps };
        assert_eq!(store.stats().lost_commits, told, "the last record may as well be a write cut short");
        assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &calendar, steps));
        for step in steps..steps + 3 {
            SMALL.step(&store, &calendar, step, Durability::Now).unwrap();
        }
        let killed = Disk::with(disk.image(), Syncing::Honest).open_store().unwrap();
        assert_eq!(Contents::read(&killed).unwrap(), Contents::expected(SMALL, &calendar, steps + 3));
    }
}

/// More in one transaction than the journal could ever hold.
#[test]
fn a_transaction_larger_than_the_journal_is_as_safe_as_any() {
    let calendar = oslo();
    let disk = Disk::empty(Syncing::Honest);
    let store = disk.open_store().unwrap();
    let transaction = store.begin(&calendar).unwrap();
    for step in 0..400 {
        transaction.put_uplink(&SMALL.uplink(step)).unwrap();
    }
    transaction.commit(Durability::Now).unwrap();
    let killed = Disk::with(disk.image(), Syncing::Honest).open_store().unwrap();
    assert_eq!(Contents::read(&killed).unwrap().uplinks.len(), 400);
}

//! A full disk closes redb's handle for good: every later write fails, even when there is room again. The box once had to be
//! restarted by hand for that, and lost what was not durable yet. Now the next transaction opens the file again, over the rows
//! that were in memory all the time.

use super::disk::{Dice, Disk, Syncing};
use super::life::{Contents, SMALL, oslo};
use crate::{Durability, StoreError};

#[test]
fn a_full_disk_is_an_error_that_loses_nothing_and_room_is_the_cure() {
    for seed in 0..30 {
        let mut dice = Dice(seed);
        let calendar = oslo();
        let disk = Disk::empty(Syncing::Honest);
        let store = disk.open_store().unwrap();
        let safe = 5 + dice.roll(30);
        for step in 0..safe {
            SMALL.step(&store, &calendar, step, Durability::Now).unwrap();
        }
        let soon = dice.roll(4);
        for step in safe..safe + soon {
            SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
        }

        disk.set_full(true);
        let refused = SMALL.step(&store, &calendar, safe + soon, Durability::Now).unwrap_err();
        assert!(matches!(refused, StoreError::DiskFull), "{refused}");
        for _ in 0..3 {
            assert!(SMALL.step(&store, &calendar, safe + soon, Durability::Now).is_err());
        }

        disk.set_full(false);
        SMALL.step(&store, &calendar, safe + soon, Durability::Now).unwrap();
        let expected = Contents::expected(SMALL, &calendar, safe + soon + 1);
        assert_eq!(Contents::read(&store).unwrap(), expected, "seed {seed}");
        assert!(store.stats().reopened > 0);
        let killed = Disk::with(disk.image(), Syncing::Honest).open_store().unwrap();
        assert_eq!(Contents::read(&killed).unwrap(), expected, "seed {seed}");
    }
}

/// redb's own iterators give the error again and again, so that `flatten` on one never came back.
#[test]
fn a_list_ends_with_the_first_error_of_the_disk() {
    let disk = Disk::empty(Syncing::Honest);
    let calendar = oslo();
    let store = disk.open_store().unwrap();
    for step in 0..200 {
        SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
    }
    store.close().unwrap();

    let store = disk.open_store().unwrap();
    SMALL.step(&store, &calendar, 200, Durability::Soon).unwrap();
    let snapshot = store.read().unwrap();
    let mut uplinks = snapshot.uplinks(SMALL.time(0)..SMALL.time(200)).unwrap();
    assert_eq!(uplinks.next().unwrap().unwrap(), SMALL.uplink(0));
    disk.set_full(true);
    assert!(store.close().is_err(), "redb itself had to write");
    let rest: Vec<_> = uplinks.collect();
    let (last, before) = rest.split_last().unwrap();
    assert!(matches!(last, Err(StoreError::Disk(_))), "{last:?}");
    assert!(before.iter().all(Result::is_ok) && before.len() < 199);
}

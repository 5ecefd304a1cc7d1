//! A full disk closes redb's handle for good: every later write fails, even when there is room again. The box once had to be
//! restarted by hand for that. Now the next transaction opens the file again.

use super::disk::{Dice, Disk, Sync};
use super::life::{Contents, SMALL, oslo};
use crate::{Durability, StoreError};

#[test]
fn a_full_disk_is_an_error_and_room_is_the_cure() {
    for seed in 0..30 {
        let mut dice = Dice(seed);
        let calendar = oslo();
        let disk = Disk::empty(Sync::Honest);
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
            assert!(SMALL.step(&store, &calendar, safe, Durability::Now).is_err());
        }

        disk.set_full(false);
        SMALL.step(&store, &calendar, safe, Durability::Now).unwrap();
        assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &calendar, safe + 1), "seed {seed}");
        assert_eq!(store.stats().lost_commits, soon, "seed {seed}");
        assert!(store.stats().reopened > 0);
    }
}

#[test]
fn a_list_on_a_broken_disk_ends() {
    let disk = Disk::empty(Sync::Honest);
    let store = disk.open_store().unwrap();
    let calendar = oslo();
    for step in 0..20 {
        SMALL.step(&store, &calendar, step, Durability::Now).unwrap();
    }
    drop(store);
    let store = disk.open_store().unwrap();
    let snapshot = store.read().unwrap();
    disk.set_full(true);
    assert!(SMALL.step(&store, &calendar, 20, Durability::Now).is_err());
    let ever = SMALL.time(0)..SMALL.time(1000);
    let lists = [
        snapshot.uplinks(ever.clone()).map(|rows| rows.filter(Result::is_ok).count()),
        snapshot.datastreams().map(|rows| rows.rev().filter(Result::is_ok).count()),
    ];
    assert!(lists.into_iter().flatten().all(|count| count <= 56), "each list came to an end");
}

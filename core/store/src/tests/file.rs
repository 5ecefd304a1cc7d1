//! The file under its name: created whole, opened once, and told apart from others.

use super::disk::{Disk, Syncing};
use super::life::{Contents, SMALL, oslo};
use crate::keys::Note;
use crate::tables::{self, NOTES};
use crate::{Durability, OpenError, Options, Store};
use std::fs;

#[test]
fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let store = Store::open(&path, Options::default()).unwrap();
    SMALL.step(&store, &oslo(), 0, Durability::Now).unwrap();
    SMALL.step(&store, &oslo(), 1, Durability::Soon).unwrap();
    store.close().unwrap();
    let store = Store::open(&path, Options::default()).unwrap();
    assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &oslo(), 2));
}

/// A box was started anew while the one before it still ended, and said that another process has its file.
#[test]
fn who_opens_the_file_waits_a_moment_for_another_to_let_go_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let first = Store::open(&path, Options::default()).unwrap();
    let ending = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(first);
    });
    Store::open(&path, Options::default()).unwrap();
    ending.join().unwrap();
}

#[test]
fn two_programs_cannot_have_the_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let _first = Store::open(&path, Options::default()).unwrap();
    let second = Store::open(&path, Options::default()).unwrap_err();
    assert!(matches!(second, OpenError::Locked { .. }), "{second}");
}

#[test]
fn a_creation_that_was_cut_short_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    fs::write(folder.path().join("allting.redb.new"), [0; 5000]).unwrap();
    fs::write(&path, []).unwrap();
    Store::open(&path, Options::default()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "the file and its keys: nothing is left lying about");
}

#[test]
fn another_file_is_not_taken_for_ours_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    fs::write(&path, "Dear all,").unwrap();
    let error = Store::open(&path, Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"Dear all,");
}

#[test]
fn a_data_file_of_another_program_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.redb");
    let other = redb::Database::create(&path).unwrap();
    let write = other.begin_write().unwrap();
    write.open_table(redb::TableDefinition::<u64, u64>::new("theirs")).unwrap().insert(1, 1).unwrap();
    write.commit().unwrap();
    drop(other);
    let error = Store::open(&path, Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
}

#[test]
fn a_file_of_a_newer_release_is_left_alone() {
    let disk = Disk::empty(Syncing::Honest);
    disk.open_store().unwrap().close().unwrap();
    let store = disk.open_store().unwrap();
    let calendar = oslo();
    let transaction = store.begin(&calendar).unwrap();
    NOTES.put(transaction.write(), &Note::FORMAT, &7);
    transaction.commit(Durability::Now).unwrap();
    store.close().unwrap();
    let error = disk.open_store().unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 7, known: 1, .. }), "{error}");
}

/// A flipped bit in the description of a table once let the start pass, and ended the box at its first question for that table.
#[test]
fn a_table_whose_description_makes_no_sense_is_known_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let store = Store::open(&path, Options::default()).unwrap();
    store.settle().unwrap();
    store.close().unwrap();
    let whole = fs::read(&path).unwrap();
    let name = tables::SESSIONS.raw.name.as_bytes();
    let named = (0..whole.len()).filter(|at| whole[*at..].starts_with(name));
    let near: Vec<usize> = named.flat_map(|at| at.saturating_sub(64)..(at + 128).min(whole.len())).collect();
    assert!(!near.is_empty());
    let mut known = 0;
    for (turn, at) in near.into_iter().enumerate() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (turn % 8);
        fs::write(&path, &flipped).unwrap();
        match Store::open(&path, Options::default()) {
            Ok(store) => {
                let snapshot = store.read().unwrap();
                for table in tables::ALL {
                    assert!(snapshot.view().open(table).is_ok(), "byte {at}: {} cannot be opened", table.name);
                }
            }
            Err(error) => known += u32::from(matches!(error, OpenError::Damaged { .. })),
        }
    }
    assert!(known > 0, "nothing was damaged: the test looks in the wrong place");
}

#[test]
fn a_folder_that_is_not_there_is_said_plainly() {
    let error = Store::open("/nowhere/at/all.redb".as_ref(), Options::default()).unwrap_err();
    assert!(error.to_string().contains("check that its folder exists"), "{error}");
}

#[test]
fn a_file_cut_in_half_is_damaged_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allting.redb");
    let store = Store::open(&path, Options::default()).unwrap();
    SMALL.step(&store, &oslo(), 0, Durability::Now).unwrap();
    store.close().unwrap();
    let bytes = fs::read(&path).unwrap();
    for length in [9, 100, 4096, bytes.len() / 2] {
        fs::write(&path, &bytes[..length]).unwrap();
        if let Ok(store) = Store::open(&path, Options::default()) {
            assert!(Contents::read(&store).is_err(), "{length} bytes were enough");
        }
    }
}

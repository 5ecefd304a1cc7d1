//! What is left when the file is not.

use super::life::{Contents, SMALL, oslo};
use super::upkeep::damage;
use crate::keys::Key;
use crate::record::seal;
use crate::stored::Joins;
use crate::{Damage, Durability, OpenError, Options, Store, StoreError};
use model::{DeviceState, Timestamp};
use std::fs;
use std::path::{Path, PathBuf};

const COPIED_AT: Timestamp = Timestamp::from_seconds(1_792_900_000);

fn lived(folder: &Path, steps: u64) -> (PathBuf, Store) {
    let path = folder.join("allting.redb");
    let store = Store::open(&path, Options::default()).unwrap();
    for step in 0..steps {
        SMALL.step(&store, &oslo(), step, Durability::Soon).unwrap();
    }
    (path, store)
}

#[test]
fn a_snapshot_is_a_data_file_of_one_moment_while_writing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = lived(folder.path(), 50);
    let copy = folder.path().join("backup.redb");
    std::thread::scope(|threads| {
        let copying = threads.spawn(|| store.snapshot_to(&copy).unwrap());
        for step in 50..80 {
            SMALL.step(&store, &oslo(), step, Durability::Now).unwrap();
        }
        assert_eq!(copying.join().unwrap().damaged, 0);
    });
    let copied = Store::open(&copy, Options::default()).unwrap();
    let contents = Contents::read(&copied).unwrap();
    let steps = contents.uplinks.len() as u64;
    assert!((50..=80).contains(&steps));
    assert_eq!(contents, Contents::expected(SMALL, &oslo(), steps));
    for step in steps..steps + 20 {
        SMALL.step(&copied, &oslo(), step, Durability::Now).unwrap();
    }
    assert_eq!(Contents::read(&copied).unwrap(), Contents::expected(SMALL, &oslo(), steps + 20), "it can be lived in");
}

#[test]
fn a_damaged_file_is_moved_aside_and_begins_again_from_the_nightly_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = lived(folder.path(), 100);
    let copy = folder.path().join("precious.redb");
    store.copy_precious(&copy, COPIED_AT).unwrap();
    assert!(fs::metadata(&copy).unwrap().len() < 2 << 20);
    store.close().unwrap();
    let rubble = vec![7; 5000];
    let mut bytes = fs::read(&path).unwrap();
    bytes[17] ^= 1;
    bytes.truncate(9000);
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(Store::open(&path, Options::default()), Err(OpenError::Damaged { .. })));

    let restored = Store::restore(&path, &copy).unwrap();
    assert_eq!(restored.copied_at, Some(COPIED_AT));
    assert_eq!(fs::read(restored.moved_to.unwrap()).unwrap(), bytes, "nothing is thrown away");
    let store = Store::open(&path, Options::default()).unwrap();
    let (found, before) = (Contents::read(&store).unwrap(), Contents::expected(SMALL, &oslo(), 100));
    assert_eq!(found.uplinks, []);
    for (device, state) in &found.devices {
        let before = &before.devices[device];
        let (session, earlier) = (state.session.as_ref().unwrap(), before.session.as_ref().unwrap());
        assert_eq!((&session.nwk_s_key, session.f_cnt_up), (&earlier.nwk_s_key, earlier.f_cnt_up));
        assert!(session.f_cnt_down >= earlier.f_cnt_down_reserved + 4096, "no counter is told twice");
        assert!(state.join_nonce > before.join_nonce && state.dev_nonces == before.dev_nonces);
    }
    assert_eq!(found.devices.len(), before.devices.len());
    for step in 100..120 {
        SMALL.step(&store, &oslo(), step, Durability::Now).unwrap();
    }
    let ids = |contents: &Contents| contents.latest.values().map(|seen| seen.datastream).collect::<Vec<_>>();
    let lived = Contents::expected(SMALL, &oslo(), 120);
    assert_eq!(ids(&Contents::read(&store).unwrap()), ids(&lived), "datastreams keep their numbers");

    drop(store);
    fs::write(&path, &rubble).unwrap();
    let again = Store::restore(&path, &folder.path().join("no-such-copy")).unwrap();
    assert_eq!((again.copied_at, again.copied.rows), (None, 0));
    assert!(again.moved_to.unwrap().to_str().unwrap().ends_with(".damaged-2"));
    assert_eq!(Contents::read(&Store::open(&path, Options::default()).unwrap()).unwrap(), Contents::default());
}

#[test]
fn a_damaged_copy_gives_what_is_whole_in_it_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = lived(folder.path(), 100);
    let copy = folder.path().join("precious.redb");
    store.copy_precious(&copy, COPIED_AT).unwrap();
    store.close().unwrap();
    let whole = fs::read(&copy).unwrap();
    let expected = Contents::expected(SMALL, &oslo(), 100).devices;
    for at in (0..whole.len()).step_by(997).filter(|&at| whole[at] != 0) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(&copy, &bytes).unwrap();
        let Ok(restored) = Store::restore(&path, &copy) else { continue };
        fs::remove_file(restored.moved_to.unwrap()).unwrap();
        let store = Store::open(&path, Options::default()).unwrap();
        for (device, state) in store.read().unwrap().device_states().unwrap() {
            assert!(state.dev_nonces.is_subset(&expected[&device].dev_nonces));
        }
    }
}

/// A flipped bit in what is known of one device once kept the box from starting at all.
#[test]
fn what_a_start_reads_of_devices_comes_from_the_nightly_copy_where_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = lived(folder.path(), 100);
    let copy = folder.path().join("precious.redb");
    store.copy_precious(&copy, COPIED_AT).unwrap();
    for step in 100..120 {
        SMALL.step(&store, &oslo(), step, Durability::Soon).unwrap();
    }
    store.close().unwrap();
    let expected = Contents::expected(SMALL, &oslo(), 120);
    let (spoken, joined) = (SMALL.device(1), SMALL.device(2));
    let mut image = fs::read(&path).unwrap();
    damage(&mut image, &seal(&spoken.to_bytes(), expected.devices[&spoken].session.as_ref().unwrap()));
    let DeviceState { pending, dev_nonces, join_nonce, downlinks, status, .. } = expected.devices[&joined].clone();
    damage(&mut image, &seal(&joined.to_bytes(), &Joins { pending, dev_nonces, join_nonce, downlinks, status }));
    let (datastream, latest) = expected.latest.first_key_value().unwrap();
    damage(&mut image, &seal(&latest.datastream.to_bytes(), datastream));

    for has_copy in [true, false] {
        fs::write(&path, &image).unwrap();
        let store = Store::open(&path, Options::default()).unwrap();
        assert!(matches!(store.read().unwrap().device_states(), Err(StoreError::Corrupt(_))));
        let mended = store.mend(&if has_copy { copy.clone() } else { folder.path().join("none") }).unwrap();
        let repaired = mended.iter().filter(|damage| matches!(damage, Damage::Repaired(_))).count();
        assert_eq!((mended.len(), repaired), (3, if has_copy { 3 } else { 1 }), "{mended:?}");
        let snapshot = store.read().unwrap();
        assert_eq!(snapshot.datastream(latest.datastream).unwrap().as_ref(), Some(datastream));
        let states = snapshot.device_states().unwrap();
        for (device, state) in &expected.devices {
            let found = &states[device];
            if *device == spoken {
                let told = found.session.as_ref().map(|session| session.f_cnt_down);
                let before = state.session.as_ref().unwrap().f_cnt_down_reserved;
                assert_eq!(told > Some(before), has_copy, "no counter is told twice");
                assert_eq!(found.dev_nonces, state.dev_nonces);
            } else if *device == joined {
                assert_eq!(found.join_nonce > state.join_nonce, has_copy);
                assert_eq!(found.session, state.session);
            } else {
                assert_eq!(found, state);
            }
        }
        drop(snapshot);
        assert_eq!(store.mend(&copy).unwrap(), [], "once is enough");
        store.close().unwrap();
    }
}

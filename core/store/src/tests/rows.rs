//! What goes in comes out, once, in order, from either end.

use super::disk::{Disk, Syncing};
use super::life::{Contents, SMALL, START, oslo};
use crate::{Durability, Snapshot, Store};
use model::{Datastream, Day, Hour, Slug, Timestamp, Value};
use std::time::Duration;

fn store() -> Store {
    Disk::empty(Syncing::Honest).open_store().unwrap()
}

fn door(property: &str) -> Datastream {
    let (place, sensor) = (Slug::new("library").unwrap(), Slug::new("door").unwrap());
    Datastream { place, sensor, property: property.to_owned(), part: None }
}

#[test]
fn a_store_can_be_shared_and_a_snapshot_sent_between_threads() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Store>();
    sent::<Snapshot>();
}

#[test]
fn rollups_are_what_the_observations_come_to_across_the_long_october_day() {
    let (store, calendar) = (store(), oslo());
    for step in 0..300 {
        SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
    }
    assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &calendar, 300));
}

#[test]
fn an_observation_that_comes_twice_counts_once() {
    let (store, calendar) = (store(), oslo());
    let transaction = store.begin(&calendar).unwrap();
    let first = transaction.observe(&door("people-in"), START, START, &Value::Integer(3)).unwrap().unwrap();
    let later = START + Duration::from_mins(1);
    assert_eq!(transaction.observe(&door("people-in"), START, later, &Value::Integer(9)).unwrap(), None);
    transaction.commit(Durability::Now).unwrap();
    let snapshot = store.read().unwrap();
    let (_, hour) = snapshot.hours(first.datastream, Hour(0)..Hour(u32::MAX)).unwrap().next().unwrap().unwrap();
    assert_eq!((hour.count, hour.sum), (1, 3.0));
    assert_eq!(snapshot.latest(first.datastream).unwrap(), Some(first));
}

#[test]
fn a_value_that_comes_late_does_not_become_the_latest() {
    let (store, calendar) = (store(), oslo());
    let earlier = START - Duration::from_hours(2);
    let transaction = store.begin(&calendar).unwrap();
    let newest = transaction.observe(&door("temperature"), START, START, &Value::Number(21.0)).unwrap().unwrap();
    transaction.observe(&door("temperature"), earlier, START, &Value::Number(18.0)).unwrap().unwrap();
    transaction.commit(Durability::Soon).unwrap();
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.latest(newest.datastream).unwrap(), Some(newest.clone()));
    let day = snapshot.days(newest.datastream, Day(0)..Day(99_999)).unwrap().next().unwrap().unwrap().1;
    assert_eq!((day.count, day.min, day.last), (2, 18.0, (START, 21.0)));
}

#[test]
fn a_transaction_that_is_dropped_leaves_no_trace() {
    let (store, calendar) = (store(), oslo());
    let transaction = store.begin(&calendar).unwrap();
    transaction.put_uplink(&SMALL.uplink(0)).unwrap();
    transaction.observe(&door("people-in"), START, START, &Value::Integer(3)).unwrap();
    drop(transaction);
    assert_eq!(Contents::read(&store).unwrap(), Contents::default());
}

#[test]
fn a_snapshot_stands_still_while_others_write() {
    let (store, calendar) = (store(), oslo());
    SMALL.step(&store, &calendar, 0, Durability::Soon).unwrap();
    let snapshot = store.read().unwrap();
    SMALL.step(&store, &calendar, 1, Durability::Now).unwrap();
    let ever = SMALL.time(0)..SMALL.time(99);
    assert_eq!(snapshot.uplinks(ever.clone()).unwrap().count(), 1);
    assert_eq!(store.read().unwrap().uplinks(ever).unwrap().count(), 2);
}

#[test]
fn a_late_copy_adds_its_reception_to_the_uplink() {
    let (store, calendar) = (store(), oslo());
    let mut uplink = SMALL.uplink(1);
    let transaction = store.begin(&calendar).unwrap();
    transaction.put_uplink(&uplink).unwrap();
    uplink.uplink.receptions.extend(uplink.uplink.receptions.clone());
    transaction.put_uplink(&uplink).unwrap();
    transaction.commit(Durability::Soon).unwrap();
    assert_eq!(Contents::read(&store).unwrap().uplinks, [uplink]);
}

#[test]
fn spans_leave_out_their_end_and_can_be_read_backwards() {
    let (store, calendar) = (store(), oslo());
    for step in 0..40 {
        SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
    }
    let snapshot = store.read().unwrap();
    let newest_first = snapshot.uplinks(SMALL.time(10)..SMALL.time(20)).unwrap().rev();
    let newest_first: Vec<_> = newest_first.take(3).map(Result::unwrap).collect();
    assert_eq!(newest_first, [19, 18, 17].map(|step| SMALL.uplink(step)));

    let (id, _) = snapshot.datastreams().unwrap().next().unwrap().unwrap();
    let times = |from, to| -> Vec<Timestamp> {
        let rows = snapshot.observations(id, SMALL.time(from)..SMALL.time(to)).unwrap();
        rows.map(|row| row.unwrap().phenomenon_time).collect()
    };
    assert_eq!(times(0, 28), [0, 14].map(|step| SMALL.time(step)));
    assert_eq!(times(14, 29), [14, 28].map(|step| SMALL.time(step)));
    assert_eq!(times(28, 14), []);
    let hours = snapshot.hours(id, Hour(0)..Hour(u32::MAX)).unwrap();
    let backwards = snapshot.hours(id, Hour(0)..Hour(u32::MAX)).unwrap().rev();
    let mut backwards: Vec<_> = backwards.map(Result::unwrap).collect();
    backwards.reverse();
    assert_eq!(hours.map(Result::unwrap).collect::<Vec<_>>(), backwards);
}

#[test]
fn moments_at_the_end_of_time_are_kept_like_others() {
    let (store, calendar) = (store(), oslo());
    for ms in [i64::MIN, -1, i64::MAX] {
        let transaction = store.begin(&calendar).unwrap();
        let at = Timestamp::from_ms(ms);
        assert!(transaction.observe(&door("temperature"), at, START, &Value::Number(1.0)).unwrap().is_some());
        transaction.commit(Durability::Soon).unwrap();
    }
    let snapshot = store.read().unwrap();
    let id = snapshot.datastream_id(&door("temperature")).unwrap().unwrap();
    assert_eq!(snapshot.latest(id).unwrap().unwrap().phenomenon_time, Timestamp::from_ms(i64::MAX));
}

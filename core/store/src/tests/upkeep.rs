//! Nights of a box: old rows go, damaged ones come back, and replaced ones are counted once.

use super::disk::{Disk, Syncing};
use super::life::{Contents, SMALL, START, Town, oslo};
use crate::keys::{DownlinkKey, Key, Note, SeriesKey};
use crate::medium::Layout;
use crate::record::seal;
use crate::stored::index_key;
use crate::{Damage, Durability, Retention, Store};
use model::{
    Datastream, DatastreamId, Day, Downlink, DownlinkId, DownlinkRecord, DownlinkState, Hour, Slug, Timestamp, Value,
};
use std::ops::Range;
use std::time::Duration;

const EVER: Range<Timestamp> = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);

fn store() -> (Disk, Store) {
    let disk = Disk::empty(Syncing::Honest);
    let store = disk.open_store().unwrap();
    (disk, store)
}

fn lived(steps: u64) -> (Disk, Store) {
    let (disk, store) = store();
    for step in 0..steps {
        SMALL.step(&store, &oslo(), step, Durability::Soon).unwrap();
    }
    (disk, store)
}

fn keep_from(at: Timestamp) -> Retention {
    Retention { uplinks: at, observations: at, hours: at }
}

fn forget_all(store: &Store, retention: Retention) -> u64 {
    let mut rows = 0;
    loop {
        let step = store.forget(retention, 50).unwrap();
        assert!(step.rows <= 50);
        rows += step.rows;
        if step.finished {
            return rows;
        }
    }
}

#[test]
fn what_is_past_keeping_goes_in_short_steps_and_days_stay() {
    let (_disk, store) = lived(600);
    let limit = SMALL.time(300);
    assert!(forget_all(&store, keep_from(limit)) > 1000);
    store.sync().unwrap();
    let (found, before) = (Contents::read(&store).unwrap(), Contents::expected(SMALL, &oslo(), 600));
    assert_eq!(found.uplinks, before.uplinks[300..]);
    let (hour, utc_day) = (Hour::of(limit), Hour(Hour::of(limit).0 / 24 * 24));
    for (datastream, seen) in &found.observations {
        let kept: Vec<_> =
            before.observations[datastream].iter().filter(|o| o.phenomenon_time >= hour.start()).cloned().collect();
        assert_eq!(seen, &kept);
    }
    let kept: Vec<_> = before.hours.iter().filter(|((_, hour), _)| *hour >= utc_day).collect();
    assert_eq!(found.hours.iter().collect::<Vec<_>>(), kept);
    assert_eq!((found.days, found.latest, found.devices), (before.days, before.latest, before.devices));
    assert_eq!(store.forget(keep_from(limit), 50).unwrap().rows, 0);
}

#[test]
fn a_value_for_a_time_past_keeping_is_not_counted_again() {
    let (_disk, store) = lived(300);
    let before = Contents::read(&store).unwrap().days;
    let retention = Retention { hours: SMALL.time(0), ..keep_from(SMALL.time(200)) };
    forget_all(&store, retention);
    let calendar = oslo();
    let transaction = store.begin(&calendar).unwrap();
    for step in 0..100 {
        for (datastream, value) in SMALL.values(step) {
            let at = SMALL.time(step);
            assert_eq!(transaction.observe(&datastream, at, at, &value).unwrap(), None);
        }
    }
    assert_eq!(transaction.forget_observations(DatastreamId(0), EVER.start..SMALL.time(100)).unwrap(), 0);
    transaction.commit(Durability::Now).unwrap();
    let found = Contents::read(&store).unwrap();
    assert_eq!(found.days, before);
    assert_eq!(found.hours, Contents::expected(SMALL, &calendar, 300).hours);
}

/// Length of the file at the end of each year, when at most so many weeks are kept.
fn lengths(years: u64, weeks_kept: u64) -> Vec<usize> {
    let town = Town { devices: 7, between: Duration::from_hours(1) };
    let disk = Disk::empty(Syncing::Honest);
    let store = disk.open_store_with(Layout::USUAL).unwrap();
    let mut lengths = Vec::new();
    for week in 0..years * 52 {
        for step in week * 168..(week + 1) * 168 {
            let durability = if step % 24 == 0 { Durability::Now } else { Durability::Soon };
            town.step(&store, &oslo(), step, durability).unwrap();
        }
        let now = town.time((week + 1) * 168);
        let weeks_ago = |weeks: u64| now - Duration::from_hours(weeks * 168);
        let (raw, hours) = (weeks_ago(weeks_kept / 4), weeks_ago(weeks_kept));
        let retention = Retention { uplinks: raw, observations: raw, hours };
        while !store.forget(retention, 500).unwrap().finished {}
        if week % 52 == 51 {
            lengths.push(disk.len_bytes() - usize::try_from(Layout::USUAL.journal_bytes()).unwrap());
        }
    }
    lengths
}

/// Days are kept for ever, so the file grows by them. redb grows its file by doubling, which hides small steps and shows as large
/// ones.
#[test]
fn room_that_was_freed_is_used_again() {
    let years = if long() { 10 } else { 2 };
    let (forgetful, unforgetting) = (lengths(years, 26), lengths(years, 52 * 20));
    println!("bytes at the end of each year: {forgetful:?}; without forgetting: {unforgetting:?}");
    assert!(forgetful.last().unwrap() * 3 <= *unforgetting.last().unwrap() * 2, "{forgetful:?} {unforgetting:?}");
}

#[test]
fn observations_can_be_replaced_and_hours_and_days_follow() {
    let (_disk, store) = lived(200);
    let calendar = oslo();
    let transaction = store.begin(&calendar).unwrap();
    let (datastream, _) = SMALL.values(0)[1].clone();
    let id = transaction.latest(&datastream).unwrap().unwrap().datastream;
    let span = SMALL.time(28)..SMALL.time(141);
    let forgotten = transaction.forget_observations(id, span).unwrap();
    assert_eq!(forgotten, 9, "every fourteenth step is of this datastream");
    transaction.commit(Durability::Soon).unwrap();
    let transaction = store.begin(&calendar).unwrap();
    for step in (28..141).step_by(14) {
        let (datastream, value) = SMALL.values(step)[1].clone();
        let at = SMALL.time(step);
        assert!(transaction.observe(&datastream, at, at, &value).unwrap().is_some());
    }
    transaction.commit(Durability::Now).unwrap();
    assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &calendar, 200));
}

#[test]
fn the_newest_observation_goes_back_when_it_is_forgotten() {
    let (_disk, store) = lived(60);
    let calendar = oslo();
    let (datastream, _) = SMALL.values(0)[1].clone();
    let transaction = store.begin(&calendar).unwrap();
    let latest = transaction.latest(&datastream).unwrap().unwrap();
    assert_eq!(latest.phenomenon_time, SMALL.time(56));
    transaction.forget_observations(latest.datastream, SMALL.time(30)..EVER.end).unwrap();
    assert_eq!(transaction.latest(&datastream).unwrap().unwrap().phenomenon_time, SMALL.time(28));
    transaction.forget_observations(latest.datastream, EVER).unwrap();
    assert_eq!(transaction.latest(&datastream).unwrap(), None);
    transaction.commit(Durability::Now).unwrap();
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.days(latest.datastream, Day(0)..Day(99_999)).unwrap().count(), 0);
}

#[test]
fn the_uplinks_of_one_device_are_found_among_all() {
    let (_disk, store) = lived(100);
    let snapshot = store.read().unwrap();
    let own = snapshot.uplinks_of(SMALL.device(3), SMALL.time(10)..SMALL.time(90)).unwrap();
    let own: Vec<_> = own.map(Result::unwrap).collect();
    assert_eq!(own, (10..90).filter(|step| step % 7 == 3).map(|step| SMALL.uplink(step)).collect::<Vec<_>>());
}

/// Flips a bit in every copy of a row that the file holds.
pub(super) fn damage(image: &mut [u8], row: &[u8]) {
    let mut hits = 0;
    for at in 0..image.len() - row.len() {
        if image[at..].starts_with(row) {
            image[at + 7] ^= 0x10;
            hits += 1;
        }
    }
    assert!(hits > 0, "the row is in the file");
}

#[test]
fn a_scrub_finds_damage_in_steps_and_makes_rollups_anew() {
    let (disk, store) = lived(150);
    store.close().unwrap();
    let calendar = oslo();
    let expected = Contents::expected(SMALL, &calendar, 150);
    let (datastream, _) = SMALL.values(0)[0].clone();
    let (id, hour, day) = (DatastreamId(0), Hour::of(SMALL.time(0)), calendar.day(SMALL.time(0)));
    let mut image = disk.image();
    let hour_key = SeriesKey { datastream: id, at: hour }.to_bytes();
    damage(&mut image, &seal(&hour_key, &expected.hours[&(datastream.clone(), hour)]));
    let day_key = SeriesKey { datastream: id, at: day }.to_bytes();
    damage(&mut image, &seal(&day_key, &expected.days[&(datastream.clone(), day)]));
    damage(&mut image, &seal(&id.to_bytes(), &expected.latest[&datastream]));
    damage(&mut image, &seal(&id.to_bytes(), &datastream));
    let uplink = &expected.uplinks[77];
    damage(&mut image, &seal(&crate::keys::UplinkKey::of(uplink).to_bytes(), uplink));

    let store = Disk::with(image, Syncing::Honest).open_store().unwrap();
    let mut found = Vec::new();
    loop {
        let step = store.scrub(&calendar, 100).unwrap();
        assert!(step.rows <= 100);
        found.extend(step.damage);
        if step.finished {
            break;
        }
    }
    let stats = store.stats();
    assert_eq!((stats.damaged_rows, stats.repaired_rows), (5, 4), "{found:?}");
    assert!(found.contains(&Damage::Uplink(uplink.uplink.dev_eui, uplink.uplink.received_at)));
    let transaction = store.begin(&calendar).unwrap();
    transaction.put_uplink(uplink).unwrap();
    transaction.commit(Durability::Now).unwrap();
    assert_eq!(Contents::read(&store).unwrap(), expected);
}

/// One such row once kept everything from being stored until the night, for all that is heard goes into one transaction.
#[test]
fn what_is_heard_is_stored_also_where_a_row_that_it_builds_on_is_damaged() {
    let (disk, store) = lived(150);
    forget_all(&store, keep_from(SMALL.time(0)));
    let waiting = DownlinkRecord {
        dev_eui: SMALL.device(0),
        id: DownlinkId(3),
        downlink: Downlink { f_port: 1, confirmed: false, payload: vec![1] },
        command: None,
        by: "heating".to_owned(),
        queued_at: START,
        state: DownlinkState::Waiting,
        changed_at: START,
    };
    let calendar = oslo();
    let transaction = store.begin(&calendar).unwrap();
    transaction.put_downlink(&waiting).unwrap();
    transaction.commit(Durability::Now).unwrap();
    store.close().unwrap();
    let before = Contents::expected(SMALL, &calendar, 150);
    let (datastream, _) = SMALL.values(150)[0].clone();
    let (latest, name) = (&before.latest[&datastream], index_key(&datastream));
    let mut image = disk.image();
    damage(&mut image, &seal(&name, &latest.datastream));
    damage(&mut image, &seal(&latest.datastream.to_bytes(), latest));
    let observed_from = Hour::of(SMALL.time(0)).start().as_ms();
    damage(&mut image, &seal(&Note::OBSERVED_FROM.to_bytes(), &observed_from));
    damage(&mut image, &seal(&DownlinkKey { dev_eui: waiting.dev_eui, id: waiting.id }.to_bytes(), &waiting));

    let store = Disk::with(image, Syncing::Honest).open_store().unwrap();
    let transaction = store.begin(&calendar).unwrap();
    assert_eq!(transaction.latest(&datastream).unwrap().as_ref(), Some(latest), "totals are counted against it");
    drop(transaction);
    for step in 150..170 {
        SMALL.step(&store, &calendar, step, Durability::Soon).unwrap();
    }
    let transaction = store.begin(&calendar).unwrap();
    transaction.note_downlink(waiting.dev_eui, waiting.id, DownlinkState::Acknowledged, START).unwrap();
    transaction.commit(Durability::Now).unwrap();
    assert_eq!(Contents::read(&store).unwrap(), Contents::expected(SMALL, &calendar, 170));
    assert_eq!(
        store.forget(keep_from(SMALL.time(0)), 50).unwrap().rows,
        0,
        "and the night knows again what is past keeping"
    );
}

fn door() -> Datastream {
    let (place, sensor) = (Slug::new("library").unwrap(), Slug::new("door").unwrap());
    Datastream { place, sensor, property: "people-in".to_owned(), part: None }
}

/// Pages read from a file just opened, with so many years of forty datastreams in it.
fn pages_read(years: u64) -> [u64; 3] {
    let (disk, store) = store();
    let calendar = oslo();
    let now = START + Duration::from_hours(years * 8760);
    for day in 0..years * 365 {
        let transaction = store.begin(&calendar).unwrap();
        for hour in (day * 24..(day + 1) * 24).step_by(4) {
            let at = START + Duration::from_hours(hour);
            for part in 0..40 {
                let door = Datastream { part: Some(format!("{part}")), ..door() };
                transaction.observe(&door, at, at, &Value::Integer(3)).unwrap();
            }
        }
        transaction.commit(Durability::Soon).unwrap();
    }
    store.close().unwrap();
    let cost = |read: &dyn Fn(&Store)| {
        let fresh = Disk::with(disk.image(), Syncing::Honest);
        let store = fresh.open_store().unwrap();
        let before = fresh.reads();
        read(&store);
        fresh.reads() - before
    };
    let id = DatastreamId(7);
    let (hour, day) = (Hour::of(now), calendar.day(now));
    [
        cost(&|store| assert!(store.read().unwrap().latest(id).unwrap().is_some())),
        cost(&|store| {
            let weeks = Hour(hour.0 - 8 * 168)..hour;
            assert_eq!(store.read().unwrap().hours(id, weeks).unwrap().map(Result::unwrap).count(), 8 * 42);
        }),
        cost(&|store| {
            assert_eq!(store.read().unwrap().days(id, Day(day.0 - 29)..day).unwrap().map(Result::unwrap).count(), 29);
        }),
    ]
}

#[test]
fn a_page_reads_as_much_after_ten_years_as_after_one() {
    let (one, ten) = (pages_read(1), pages_read(10));
    println!("pages read for latest, a typical week, thirty days: {one:?} after a year, {ten:?} after ten");
    for (one, ten) in one.into_iter().zip(ten) {
        assert!(ten <= one + one / 10 + 2, "{one} pages became {ten}");
    }
}

/// Whether there is time for the long tests.
pub(super) fn long() -> bool {
    std::env::var_os("ALLTING_LONG").is_some()
}

//! Nights of a box: copies, forgetting, and damage that is mended before anybody reads it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and one measures time"
)]

mod test_box;

use app::{Upkeep, UpkeepReport};
use model::{Keep, Municipality, Observation, Timestamp, Value};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use test_box::{MINUTE, THURSDAY_AT_15, TestBox, municipality, slug, test_box, test_box_of};

const EVER: Range<Timestamp> = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
const HOUR: Duration = Duration::from_hours(1);
/// 03 o'clock in Oslo, four nights after the last frame.
const NIGHT: Timestamp = Timestamp::from_seconds(1_782_997_200 + 84 * 3600);

fn lived(b: &mut TestBox) {
    for quarter in 0..300_u16 {
        b.passes("door", THURSDAY_AT_15 + MINUTE * 15 * u32::from(quarter), 40 + quarter, quarter % 5);
    }
    b.ingest.flush().unwrap();
}

fn upkeep(b: &TestBox) -> (Upkeep, UpkeepReport, PathBuf) {
    let (report, copy) = (UpkeepReport::default(), b.folder.path().join("precious.redb"));
    (Upkeep::new(Arc::clone(&b.app), copy.clone(), report.clone()), report, copy)
}

/// Steps until there is nothing left to do; gives how many there were.
fn a_night(upkeep: &mut Upkeep, now: Timestamp) -> u32 {
    let steps = (0..10_000).take_while(|_| upkeep.step(now) < Duration::from_secs(1)).count();
    u32::try_from(steps).unwrap()
}

fn doors(b: &TestBox) -> Vec<Result<Observation, String>> {
    let snapshot = b.app.store().read().unwrap();
    let mut all = Vec::new();
    for row in snapshot.datastreams().unwrap() {
        all.extend(snapshot.observations(row.unwrap().0, EVER).unwrap().map(|o| o.map_err(|e| e.to_string())));
    }
    all
}

#[test]
fn a_box_without_a_copy_makes_one_at_once_and_then_each_night() {
    let Some(mut b) = test_box() else { return };
    lived(&mut b);
    let (mut upkeep, report, copy) = upkeep(&b);
    let afternoon = NIGHT + HOUR * 10;
    assert!(a_night(&mut upkeep, afternoon) > 3);
    assert!(copy.exists());
    let first = report.newest();
    assert_eq!((first.copied_at, first.scrubbed_at), (Some(afternoon), Some(afternoon)));
    assert_eq!((first.forgotten, first.repaired, &first.lost, &first.trouble), (0, 0, &Vec::new(), &None));
    assert_eq!(a_night(&mut upkeep, afternoon + HOUR), 0, "once is enough");
    assert_eq!(a_night(&mut upkeep, NIGHT + HOUR * 21), 0, "midnight is not yet night");
    let next = NIGHT + HOUR * 24;
    assert!(a_night(&mut upkeep, next) > 3);
    assert_eq!(a_night(&mut upkeep, next + HOUR), 0);
    assert_eq!(report.newest().copied_at, Some(next));
    assert!(a_night(&mut upkeep, next + HOUR * 40) > 3, "a box that is off at night makes up for it");
}

#[test]
fn what_is_past_keeping_is_forgotten_by_whole_hours_and_usual_days_stay() {
    let keep = Keep { uplinks: HOUR * 96, observations: HOUR * 120, hours: HOUR * 24 * 60 };
    let Some(mut b) = test_box_of(Municipality { keep, ..municipality() }) else { return };
    lived(&mut b);
    let days = b.app.hours(&slug("library"), b.today()..model::Day(b.today().0 + 4)).unwrap();
    let (mut upkeep, report, _) = upkeep(&b);
    a_night(&mut upkeep, NIGHT + HOUR * 72);
    let snapshot = b.app.store().read().unwrap();
    let oldest = snapshot.uplinks(EVER).unwrap().next().unwrap().unwrap().uplink.received_at;
    assert!(oldest >= NIGHT - HOUR * 24 && oldest < NIGHT - HOUR * 23, "{oldest}");
    let oldest = doors(&b).into_iter().map(|o| o.unwrap().phenomenon_time).min().unwrap();
    assert!(oldest >= NIGHT - HOUR * 48 && oldest < NIGHT - HOUR * 46, "{oldest}");
    assert!(report.newest().forgotten > 200, "{:?}", report.newest());
    assert_eq!(b.app.hours(&slug("library"), b.today()..model::Day(b.today().0 + 4)).unwrap(), days);
}

/// A box whose clock was set to 2099 by mistake threw away everything it had, for by that clock all was past keeping. What is past
/// keeping is now judged by the newest frame too.
#[test]
fn a_wrong_clock_does_not_empty_the_file() {
    let Some(mut b) = test_box() else { return };
    lived(&mut b);
    let (mut upkeep, report, _) = upkeep(&b);
    a_night(&mut upkeep, Timestamp::from_seconds(4_070_908_800));
    assert_eq!(report.newest().forgotten, 0);
}

/// Flips one bit in each copy of these bytes that the data file holds.
fn damage(b: TestBox, rows: &[Vec<u8>]) -> TestBox {
    let municipality = Municipality::clone(&b.app.municipality());
    b.app.store().settle().unwrap();
    let TestBox { folder, app, ingest, counter } = b;
    drop((app, ingest));
    let path = folder.path().join("allting.redb");
    let mut file = fs::read(&path).unwrap();
    for row in rows {
        let found: Vec<usize> =
            file.windows(row.len()).enumerate().filter(|(_, w)| w == row).map(|(at, _)| at + row.len() - 1).collect();
        assert!(!found.is_empty(), "the row is in the file");
        for at in found {
            file[at] ^= 0x10;
        }
    }
    fs::write(&path, file).unwrap();
    TestBox::open(folder, counter, municipality)
}

/// As the store lays out an observation: layout, result time, kind, value.
fn layout(o: &Observation) -> Vec<u8> {
    let (kind, value) = match o.result {
        Value::Integer(n) => (1, n.to_le_bytes()),
        Value::Number(n) => (0, n.to_le_bytes()),
        _ => unreachable!("doors count"),
    };
    [&[1], o.result_time.as_ms().to_le_bytes().as_slice(), &[kind], &value].concat()
}

#[test]
fn a_flipped_bit_is_never_served_and_the_value_is_decoded_again_at_night() {
    let Some(mut b) = test_box() else { return };
    lived(&mut b);
    let before = doors(&b);
    let of = |word: &str| -> Observation {
        let snapshot = b.app.store().read().unwrap();
        let (id, _) = snapshot.datastreams().unwrap().flatten().find(|(_, s)| s.property == word).unwrap();
        snapshot.observations(id, EVER).unwrap().nth(100).unwrap().unwrap()
    };
    let rows = [of("people-in"), of("people-count")];
    let b = damage(b, &rows.each_ref().map(layout));
    let wrong = doors(&b).into_iter().zip(&before).filter(|(now, then)| now != *then).collect::<Vec<_>>();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong.iter().all(|(now, _)| now.is_err()), "a damaged value is an error and no number: {wrong:?}");
    let (mut upkeep, report, _) = upkeep(&b);
    a_night(&mut upkeep, NIGHT);
    let night = report.newest();
    assert_eq!((night.repaired, &night.lost), (2, &Vec::new()), "{night:?}");
    assert_eq!(doors(&b), before);
}

#[test]
fn what_cannot_be_made_anew_is_told_once() {
    let Some(mut b) = test_box() else { return };
    lived(&mut b);
    let b = damage(b, &[[0x0a, 0x00, 40 + 99, 0x16, 0x00, 4].to_vec()]);
    let (mut upkeep, report, _) = upkeep(&b);
    a_night(&mut upkeep, NIGHT);
    a_night(&mut upkeep, NIGHT + HOUR * 24);
    let lost = report.newest().lost;
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0].contains("frame of device 0101010101010101"), "{lost:?}");
}

#[test]
fn nobody_waits_for_the_upkeep() {
    let keep = Keep { uplinks: HOUR * 2, observations: HOUR * 48, hours: HOUR * 24 * 60 };
    let Some(mut b) = test_box_of(Municipality { keep, ..municipality() }) else { return };
    for _ in 0..10 {
        lived(&mut b);
    }
    let (mut upkeep, report, _) = upkeep(&b);
    let night = NIGHT + HOUR * 72;
    let mut longest = Duration::ZERO;
    std::thread::scope(|threads| {
        let caring = threads.spawn(|| a_night(&mut upkeep, night));
        while !caring.is_finished() {
            let begun = std::time::Instant::now();
            b.passes("door", night + MINUTE * b.counter, 3, 2);
            longest = longest.max(begun.elapsed());
        }
    });
    println!("the longest an uplink took during the upkeep: {longest:?}; {:?}", report.newest());
    assert!(longest < Duration::from_secs(1), "{longest:?}");
}

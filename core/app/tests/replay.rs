//! History decoded again: the same when nothing changed, corrected when something did.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod test_box;

use app::{Replay, ReplayReport};
use model::{Datastream, DatastreamId, Day, Hour, Municipality, Observation, Rollup, Timestamp};
use netserver::Action;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::Retention;
use test_box::{MINUTE, THURSDAY_AT_15, TestBox, municipality, sensor, slug, test_box_of};

const EVER: Range<Timestamp> = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
const QUARTERS_OF_A_MONTH: u32 = 31 * 96;

/// The usual town, and a gate whose device tells totals.
fn town() -> Municipality {
    let mut town = municipality();
    let gate = sensor("gate", 4, "library", false);
    town.sensors.push(model::Sensor {
        decoder: slug("milesight"),
        settings: r#"{"model":"vs350"}"#.to_owned(),
        ..gate
    });
    town
}

/// The same after somebody saw that the wires of the door were swapped.
fn rewired() -> Municipality {
    let mut town = town();
    let door = town.sensors.iter_mut().find(|s| s.id == slug("door")).unwrap();
    r#"{"pulse1":"people-out","pulse2":"people-in"}"#.clone_into(&mut door.settings);
    town
}

fn at(quarter: u32) -> Timestamp {
    THURSDAY_AT_15 + MINUTE * 15 * quarter
}

/// Lives through a month: frames lost, frames nobody understands, history of the device's own, counters that go over their end.
fn live(b: &mut TestBox, quarters: Range<u32>) {
    for quarter in quarters {
        let (now, q) = (at(quarter), u16::try_from(quarter).unwrap());
        b.passes("door", now, q % 7, q % 5);
        if quarter % 4 == 0 {
            b.passes("trail", now + MINUTE, q % 11, 0);
        }
        if quarter % 3 == 0 && quarter % 13 != 0 {
            let total_in = 60_000_u16.wrapping_add(q * 9);
            let said = [&[0x01, 0x75, 0x62, 0x04, 0xcc], &total_in.to_le_bytes()[..], &(q * 8).to_le_bytes()].concat();
            b.says("gate", now + MINUTE * 2, &said);
        }
        if quarter % 50 == 49 {
            b.says("door", now + MINUTE * 3, &[0x0a, 0x00]);
            b.says("gate", now + MINUTE * 4, &kept_by_the_device(now - MINUTE * 120, q));
        }
    }
    b.ingest.flush().unwrap();
}

/// What passed some time ago, with totals.
fn kept_by_the_device(then: Timestamp, q: u16) -> Vec<u8> {
    let seconds = u32::try_from(then.as_ms() / 1000).unwrap().to_le_bytes();
    let counts = [q % 6, q % 4, 50_000_u16.wrapping_add(q), q].map(u16::to_le_bytes).concat();
    [&[0x20, 0xce], seconds.as_slice(), &[0x01], &counts].concat()
}

fn lived(town: Municipality) -> Option<TestBox> {
    let mut b = test_box_of(town)?;
    live(&mut b, 0..QUARTERS_OF_A_MONTH / 2);
    // A restart in between, as real boxes have.
    let mut b = b.restarted();
    live(&mut b, QUARTERS_OF_A_MONTH / 2..QUARTERS_OF_A_MONTH);
    Some(b)
}

fn replay<'a>(b: &'a TestBox, span: Range<Timestamp>, sensor: Option<&str>) -> Replay<'a> {
    let sensor = sensor.map(slug);
    b.app.replay(span, sensor.as_ref(), &b.folder.path().join("replay.redb"), &mut |_| {}).unwrap()
}

fn report(b: &TestBox, span: Range<Timestamp>) -> ReplayReport {
    replay(b, span, None).report().clone()
}

type Told = (Vec<Observation>, Vec<(Hour, Rollup)>, Vec<(Day, Rollup)>, Option<Observation>);

/// All that a box can tell of each datastream, whatever its number.
fn told(b: &TestBox) -> BTreeMap<Datastream, Told> {
    let snapshot = b.app.store().read().unwrap();
    let mut told = BTreeMap::new();
    let unnumbered = |o: Observation| Observation { datastream: DatastreamId(0), ..o };
    for row in snapshot.datastreams().unwrap() {
        let (id, stream) = row.unwrap();
        let observations: Vec<_> = snapshot.observations(id, EVER).unwrap().map(|o| unnumbered(o.unwrap())).collect();
        let hours: Vec<_> = snapshot.hours(id, Hour(0)..Hour(u32::MAX)).unwrap().map(Result::unwrap).collect();
        let days: Vec<_> = snapshot.days(id, Day(0)..Day(99_999)).unwrap().map(Result::unwrap).collect();
        let latest = snapshot.latest(id).unwrap().map(unnumbered);
        if !observations.is_empty() {
            told.insert(stream, (observations, hours, days, latest));
        }
    }
    told
}

#[test]
fn a_month_decoded_again_by_the_same_plugins_is_the_same() {
    let Some(b) = lived(town()) else { return };
    let before = told(&b);
    let found = report(&b, EVER);
    assert_eq!(found.differences(), 0, "{found:#?}");
    assert!(found.frames > 4000 && found.damaged_frames == 0, "{found:?}");
    let words = ["people-in", "people-in-total", "people-count"];
    for word in words {
        let same = |(s, d): (&Datastream, &app::Difference)| s.property == word && d.unchanged > 100;
        assert!(found.streams.iter().any(same), "{word} was compared: {found:#?}");
    }
    let faults = &found.faults[&slug("door")];
    assert!(faults.before > 50 && faults.before == faults.after, "{faults:?}");
    assert_eq!(replay(&b, EVER, None).apply(&mut |_| {}).unwrap(), 0);
    assert_eq!(told(&b), before);
}

#[test]
fn any_part_of_a_month_decoded_again_is_the_same() {
    let Some(b) = lived(town()) else { return };
    for (from, to) in [(100, 101), (1000, 1700), (1499, QUARTERS_OF_A_MONTH)] {
        let found = report(&b, at(from) + MINUTE..at(to) + MINUTE);
        assert_eq!(found.differences(), 0, "quarters {from} to {to}: {found:#?}");
    }
    for one in ["door", "trail", "gate"] {
        let found = replay(&b, EVER, Some(one)).report().clone();
        assert_eq!(found.differences(), 0, "{one}: {found:#?}");
        assert!(found.streams.keys().any(|s| s.sensor == slug(one)));
    }
}

#[test]
fn history_becomes_what_it_would_have_been_with_the_right_settings() {
    let (Some(b), Some(right)) = (lived(town()), lived(rewired())) else { return };
    let wrong = told(&b);
    let b = b.restarted_with(rewired());
    let found = report(&b, EVER);
    assert!(found.differences() > 5000, "{found:#?}");
    assert_eq!(told(&b), wrong, "to look is not to touch");

    let corrected = replay(&b, EVER, None).apply(&mut |_| {}).unwrap();
    assert_eq!(corrected, found.differences());
    assert_eq!(told(&b), told(&right));
    assert_eq!(report(&b, EVER).differences(), 0);
}

#[test]
fn a_replay_that_was_interrupted_is_run_again() {
    let (Some(b), Some(right)) = (lived(town()), lived(rewired())) else { return };
    let b = b.restarted_with(rewired());
    let halfway = at(QUARTERS_OF_A_MONTH / 2);
    let cut = catch_unwind(AssertUnwindSafe(|| {
        replay(&b, EVER, None).apply(&mut |hour| assert!(hour < halfway, "the power is cut here"))
    }));
    assert!(cut.is_err());
    let rest = replay(&b, EVER, None);
    assert!(rest.report().streams.values().any(|d| d.changed > 0 && d.unchanged > 1000), "{:#?}", rest.report());
    rest.apply(&mut |_| {}).unwrap();
    drop(rest);
    assert_eq!(told(&b), told(&right));
}

#[test]
fn what_was_heard_when_frames_were_still_kept_stays() {
    let Some(b) = lived(town()) else { return };
    let retention = Retention { uplinks: at(1000), observations: at(0) - MINUTE * 600, hours: at(0) - MINUTE * 60_000 };
    while !b.app.store().forget(retention, 500).unwrap().finished {}
    b.app.store().sync().unwrap();
    let kept = |b: &TestBox| b.app.store().read().unwrap().uplinks(EVER.start..at(1000)).unwrap().count();
    let b = b.restarted_with(rewired());
    assert_eq!(kept(&b), 0);
    let before = told(&b);
    let found = replay(&b, EVER, None);
    assert!(found.report().differences() > 1000);
    found.apply(&mut |_| {}).unwrap();
    let after = told(&b);
    for (stream, (observations, ..)) in &before {
        let older = |all: &[Observation]| -> Vec<Observation> {
            all.iter().filter(|o| o.result_time < at(1000)).cloned().collect()
        };
        let differ =
            older(observations).into_iter().zip(older(&after[stream].0)).find(|(before, after)| before != after);
        assert_eq!(differ, None, "{stream:?}");
        assert_eq!(older(observations).len(), older(&after[stream].0).len(), "{stream:?}");
    }
}

#[test]
fn a_sensor_without_its_decoder_keeps_its_history() {
    let Some(b) = lived(town()) else { return };
    let before = told(&b);
    let mut withheld = rewired();
    for sensor in &mut withheld.sensors {
        if sensor.decoder == slug("milesight") {
            sensor.decoder = slug("milesight-withheld");
        }
    }
    let b = b.restarted_with(withheld);
    let found = replay(&b, EVER, None);
    assert_eq!(found.report().left, [slug("gate")]);
    found.apply(&mut |_| {}).unwrap();
    let after = told(&b);
    for (stream, was) in before.iter().filter(|(s, _)| s.sensor == slug("gate") || s.property == "people-count") {
        assert_eq!(was, &after[stream], "its doors cannot be counted without it either");
    }
    assert_ne!(before, after, "the others were corrected");
}

#[test]
fn a_sensor_that_was_moved_was_where_it_was() {
    let Some(mut b) = test_box_of(town()) else { return };
    live(&mut b, 0..200);
    let mut moved = town();
    moved.sensors.iter_mut().find(|s| s.id == slug("trail")).unwrap().place = slug("library");
    let mut b = b.restarted_with(moved);
    live(&mut b, 200..400);
    assert_eq!(report(&b, EVER).differences(), 0);
}

#[test]
fn frames_that_became_clear_lose_their_fault() {
    let mut town = town();
    r#"{"pulse1":5}"#.clone_into(&mut town.sensors[0].settings);
    let Some(mut b) = test_box_of(town) else { return };
    for minute in 0..5 {
        let uplink = b.uplink("door", THURSDAY_AT_15 + MINUTE * minute, &[0x0a, 0x00, 0x07]);
        b.ingest.take(uplink.received_at, &[Action::Uplink(uplink)]).unwrap();
    }
    let b = b.restarted_with(self::town());
    let found = replay(&b, EVER, None);
    let faults = &found.report().faults[&slug("door")];
    assert_eq!((faults.before, faults.after), (5, 0), "{faults:?}");
    found.apply(&mut |_| {}).unwrap();
    let snapshot = b.app.store().read().unwrap();
    assert!(snapshot.uplinks(EVER).unwrap().all(|frame| frame.unwrap().fault.is_none()));
    assert!(b.app.replay(EVER, Some(&slug("nobody")), b.folder.path(), &mut |_| {}).is_err());
}

//! A box without a battery clock hears for days before somebody tells it the time. What it took meanwhile is moved to when it really
//! was: the file is then as if the time had been known all along, also when the power goes in the middle of the correction.

use super::disk::{Dice, Disk, Syncing};
use super::life::{Contents, SMALL, oslo};
use crate::{Durability, Store, StoreError};
use model::{
    BootId, ClockCorrection, ClockQuality, ClockSpan, CorrectionLeft, DevEui, Downlink, DownlinkId, DownlinkRecord,
    DownlinkState, Timestamp,
};
use std::time::Duration;

/// The first step that was taken without knowing the time, and the first that is not taken.
const LOST_AT: u64 = 90;
const END: u64 = 200;

/// Lives one step at another time than its own. Every fourth sensor also says what was two hours before.
fn live(store: &Store, step: u64, by_ms: i64) -> Result<(), StoreError> {
    let calendar = oslo();
    let transaction = store.begin(&calendar)?;
    let mut stored = SMALL.uplink(step);
    let at = SMALL.time(step).moved(by_ms);
    stored.uplink.received_at = at;
    stored.uplink.receptions[0].received_at = at;
    transaction.put_uplink(&stored)?;
    for (datastream, value) in SMALL.values(step) {
        if step.is_multiple_of(4) {
            transaction.observe(&datastream, at - Duration::from_mins(121), at, &value)?;
        }
        transaction.observe(&datastream, at, at, &value)?;
    }
    transaction.commit(Durability::Soon)
}

/// What the file should be when the time was known all along.
fn expected(by_ms: i64) -> Contents {
    let store = Disk::empty(Syncing::Honest).open_store().unwrap();
    (0..LOST_AT).for_each(|step| live(&store, step, 0).unwrap());
    (LOST_AT..END).for_each(|step| live(&store, step, by_ms).unwrap());
    Contents::read(&store).unwrap()
}

fn span(by_ms: i64) -> ClockSpan {
    let (from, until) = (SMALL.time(LOST_AT), SMALL.time(END));
    let left = Some(CorrectionLeft::Uplinks(if by_ms > 0 { until } else { from }));
    ClockSpan {
        from,
        until: Some(until),
        boot: BootId([1; 16]),
        boot_at: from,
        quality: ClockQuality::Unknown,
        correction: Some(ClockCorrection { by_ms, left }),
    }
}

fn taken(store: &Store, by_ms: i64) {
    (0..END).for_each(|step| live(store, step, 0).unwrap());
    let calendar = oslo();
    let transaction = store.begin(&calendar).unwrap();
    transaction.put_clock_span(&span(by_ms)).unwrap();
    transaction.commit(Durability::Now).unwrap();
}

/// One step; whether something is left.
fn correct(store: &Store, rows_max: usize) -> Result<bool, StoreError> {
    let spans = store.read()?.clock_spans()?;
    Ok(store.correct_clock(&oslo(), spans.last().unwrap(), rows_max)?.is_some())
}

const HOUR_MS: i64 = 3_600_000;

/// By less than the span, so that moved rows lie among those to be moved, by much more, and back.
const CORRECTIONS: [i64; 5] = [61_000, 3 * HOUR_MS + 1, 5 * 365 * 24 * HOUR_MS, -61_000, -90 * 60_000 - 1];

#[test]
fn what_was_taken_without_knowing_the_time_is_moved_to_when_it_was() {
    for by_ms in CORRECTIONS {
        for rows_max in [1, 7, 40, 10_000] {
            let store = Disk::empty(Syncing::Honest).open_store().unwrap();
            taken(&store, by_ms);
            while correct(&store, rows_max).unwrap() {}
            assert_eq!(Contents::read(&store).unwrap(), expected(by_ms), "by {by_ms} ms, {rows_max} rows at once");
            let done = store.read().unwrap().clock_spans().unwrap();
            assert_eq!(done[0].correction, Some(ClockCorrection { by_ms, left: None }), "the quality stays known");
            assert!(!correct(&store, rows_max).unwrap(), "a correction that is done does nothing");
        }
    }
}

#[test]
fn a_power_cut_in_the_middle_of_a_correction_moves_nothing_twice() {
    for (seed, by_ms) in (1..=8).flat_map(|seed| CORRECTIONS.map(|by_ms| (seed, by_ms))) {
        let mut dice = Dice(seed);
        let mut disk = Disk::empty(Syncing::Honest);
        taken(&disk.open_store().unwrap(), by_ms);
        for _ in 0..3 {
            disk = Disk::with(disk.image(), Syncing::Honest);
            let store = disk.open_store().unwrap();
            disk.cut_power_after(dice.roll(30));
            while correct(&store, 20).unwrap_or(false) && store.sync().is_ok() {}
            disk.cut_power_after(0);
            drop(store);
            disk = Disk::with(disk.after_power_cut(&mut dice), Syncing::Honest);
        }
        let store = disk.open_store().unwrap();
        while correct(&store, 20).unwrap() {}
        assert_eq!(Contents::read(&store).unwrap(), expected(by_ms), "by {by_ms} ms, seed {seed}");
    }
}

#[test]
fn downlinks_of_the_span_are_moved_with_it_and_others_stay() {
    let store = Disk::empty(Syncing::Honest).open_store().unwrap();
    let calendar = oslo();
    let (before, within) = (SMALL.time(LOST_AT - 1), SMALL.time(LOST_AT + 5));
    let record = |id, at| DownlinkRecord {
        dev_eui: DevEui([1; 8]),
        id: DownlinkId(id),
        downlink: Downlink { f_port: 1, confirmed: false, payload: vec![1] },
        command: None,
        by: "heating".to_owned(),
        queued_at: at,
        state: DownlinkState::Waiting,
        changed_at: at,
    };
    let transaction = store.begin(&calendar).unwrap();
    for record in [record(0, before), record(1, within)] {
        transaction.put_downlink(&record).unwrap();
    }
    transaction.put_clock_span(&span(HOUR_MS)).unwrap();
    transaction.commit(Durability::Now).unwrap();
    while correct(&store, 100).unwrap() {}
    let found = store.read().unwrap().downlinks(DevEui([1; 8])).unwrap();
    assert_eq!(found, [record(0, before), record(1, within.moved(HOUR_MS))]);
}

#[test]
fn a_box_that_never_hears_the_time_remembers_a_bounded_number_of_spans() {
    let store = Disk::empty(Syncing::Honest).open_store().unwrap();
    let calendar = oslo();
    for start in 0..420 {
        let transaction = store.begin(&calendar).unwrap();
        let from = Timestamp::from_seconds(start);
        transaction.put_clock_span(&ClockSpan { from, until: None, correction: None, ..span(1) }).unwrap();
        transaction.commit(Durability::Soon).unwrap();
    }
    let spans = store.read().unwrap().clock_spans().unwrap();
    assert_eq!((spans.len(), spans[0].from), (400, Timestamp::from_seconds(20)));
}

use super::*;
use std::sync::Mutex;

/// A machine whose clocks the test turns.
#[derive(Clone)]
struct Turned(Arc<Mutex<Reading>>);

const BOOT: BootId = BootId([7; 16]);
const NEWEST: Timestamp = Timestamp::from_seconds(1_790_000_000);
const MINUTE: Duration = Duration::from_mins(1);

impl Turned {
    fn new(wall: Timestamp, quality: ClockQuality) -> Self {
        Self(Arc::new(Mutex::new(Reading { wall, up: Duration::from_secs(20), quality })))
    }

    fn passes(&self, time: Duration) {
        let mut reading = self.0.lock().unwrap();
        reading.wall = reading.wall + time;
        reading.up += time;
    }

    /// Somebody sets the machine's clock.
    fn set(&self, wall: Timestamp, quality: ClockQuality) {
        let mut reading = self.0.lock().unwrap();
        (reading.wall, reading.quality) = (wall, quality);
    }

    fn machine(&self) -> Machine {
        let read = Arc::clone(&self.0);
        Arc::new(move || *read.lock().unwrap())
    }

    fn clock(&self, known: Option<&ClockSpan>) -> (BoxTime, Option<ClockSpan>) {
        BoxTime::new(self.machine(), BOOT, known, Some(NEWEST))
    }
}

#[test]
fn a_machine_that_begins_in_1970_goes_on_from_the_newest_thing_stored() {
    let machine = Turned::new(Timestamp::from_seconds(20), ClockQuality::Unknown);
    let (clock, begun) = machine.clock(None);
    assert_eq!(clock.now(), NEWEST.moved(1));
    machine.passes(MINUTE);
    assert_eq!(clock.now(), NEWEST.moved(60_001));
    let begun = begun.unwrap();
    assert_eq!((begun.from, begun.quality, begun.until), (NEWEST.moved(1), ClockQuality::Unknown, None));
    assert_eq!(clock.health().uncertain_since, Some(begun.from));
    assert!(clock.improve().is_none(), "nobody told it the time");
}

#[test]
fn a_battery_that_ran_out_is_not_believed() {
    let machine = Turned::new(Timestamp::from_seconds(20), ClockQuality::Kept);
    let (clock, _) = machine.clock(None);
    assert_eq!((clock.now(), clock.health().quality), (NEWEST.moved(1), ClockQuality::Unknown));
    assert!(clock.improve().is_none());
}

#[test]
fn a_machine_whose_clock_was_saved_at_the_last_stop_goes_on_from_there() {
    let saved = NEWEST + MINUTE * 90;
    let (clock, begun) = Turned::new(saved, ClockQuality::Unknown).clock(None);
    assert_eq!((clock.now(), begun.unwrap().from), (saved, saved));
}

#[test]
fn a_better_time_ends_the_span_and_says_by_how_much_it_is_to_be_moved() {
    let machine = Turned::new(Timestamp::from_seconds(20), ClockQuality::Unknown);
    let (clock, begun) = machine.clock(None);
    machine.passes(MINUTE);
    let right = NEWEST + Duration::from_hours(50);
    machine.set(right, ClockQuality::Synchronized);
    assert_eq!(clock.now(), NEWEST.moved(60_001), "it is the radio that says when");
    let step = clock.improve().unwrap();
    let by_ms = 50 * 3_600_000 - 60_001;
    assert_eq!((step.by_ms, step.begins), (by_ms, None));
    let until = NEWEST.moved(60_002);
    let correction = ClockCorrection { by_ms, left: Some(CorrectionLeft::Uplinks(until)) };
    assert_eq!(step.ended, ClockSpan { until: Some(until), correction: Some(correction), ..begun.unwrap() });
    assert_eq!(clock.now(), right);
    assert_eq!(clock.health().corrected_ms, Some(by_ms));
    assert_eq!(clock.health().uncertain_since, None);
    assert!(clock.improve().is_none(), "once");
}

#[test]
fn a_time_that_was_right_all_along_moves_nothing() {
    let machine = Turned::new(NEWEST + MINUTE, ClockQuality::Unknown);
    let (clock, _) = machine.clock(None);
    machine.passes(MINUTE);
    machine.set(NEWEST + MINUTE * 2 + Duration::from_millis(400), ClockQuality::Synchronized);
    let step = clock.improve().unwrap();
    assert_eq!((step.by_ms, step.ended.correction), (0, None));
    assert_eq!(clock.now(), NEWEST + MINUTE * 2 + Duration::from_millis(400));
}

#[test]
fn a_person_who_sets_the_clock_is_believed_until_a_time_server_is_heard() {
    let machine = Turned::new(Timestamp::from_seconds(20), ClockQuality::Unknown);
    let (clock, _) = machine.clock(None);
    machine.passes(MINUTE);
    let about = NEWEST + Duration::from_hours(50);
    machine.set(about, ClockQuality::Unknown);
    let step = clock.improve().unwrap();
    let kept = step.begins.unwrap();
    assert_eq!((kept.quality, kept.from, clock.now()), (ClockQuality::Kept, about.moved(1), about));
    assert!(clock.improve().is_none());
    machine.passes(MINUTE);
    let right = about - MINUTE * 3;
    machine.set(right, ClockQuality::Synchronized);
    let step = clock.improve().unwrap();
    assert_eq!((step.by_ms, clock.now()), (-4 * 60_000, right));
    let left = Some(CorrectionLeft::Uplinks(kept.from));
    assert_eq!(step.ended.correction, Some(ClockCorrection { by_ms: -4 * 60_000, left }));
}

#[test]
fn a_box_that_is_restarted_alone_goes_on_with_the_same_span() {
    let machine = Turned::new(Timestamp::from_seconds(20), ClockQuality::Unknown);
    let (_, begun) = machine.clock(None);
    machine.passes(MINUTE * 5);
    let (clock, again) = machine.clock(begun.as_ref());
    assert_eq!((clock.now(), again), (NEWEST.moved(300_001), None));
    machine.set(NEWEST + MINUTE * 9, ClockQuality::Synchronized);
    let (clock, again) = machine.clock(begun.as_ref());
    assert_eq!(again, None);
    let ended = clock.improve().unwrap().ended;
    assert_eq!(ended.from, begun.unwrap().from, "what was taken before the restart is corrected too");
}

#[test]
fn a_clock_that_was_set_while_the_box_was_stopped_is_noticed_at_its_start() {
    let machine = Turned::new(NEWEST + MINUTE, ClockQuality::Kept);
    let (clock, begun) = machine.clock(None);
    assert_eq!(clock.health().quality, ClockQuality::Kept);
    machine.passes(MINUTE);
    machine.set(NEWEST + MINUTE * 62, ClockQuality::Kept);
    let (clock, again) = machine.clock(begun.as_ref());
    assert_eq!(again, None);
    let step = clock.improve().unwrap();
    assert_eq!((step.by_ms, clock.now()), (60 * 60_000, NEWEST + MINUTE * 62));
    assert_eq!(step.ended.from, begun.unwrap().from);
}

#[test]
fn a_span_of_another_start_of_the_machine_stays_as_it_is() {
    let machine = Turned::new(Timestamp::from_seconds(20), ClockQuality::Unknown);
    let (_, begun) = BoxTime::new(machine.machine(), BootId([9; 16]), None, Some(NEWEST));
    let (clock, again) = machine.clock(begun.as_ref());
    assert_eq!(again.unwrap().boot, BOOT);
    machine.set(NEWEST + MINUTE * 9, ClockQuality::Synchronized);
    assert_eq!(clock.improve().unwrap().ended.boot, BOOT);
}

#[test]
fn a_known_clock_that_is_set_back_is_waited_for_and_never_followed_back() {
    let machine = Turned::new(NEWEST + MINUTE, ClockQuality::Synchronized);
    let (clock, begun) = machine.clock(None);
    assert_eq!((clock.now(), begun), (NEWEST + MINUTE, None));
    machine.set(NEWEST - MINUTE, ClockQuality::Synchronized);
    let mut last = clock.now();
    assert_eq!(last, NEWEST + MINUTE);
    assert_eq!(clock.health().ahead, MINUTE * 2);
    let mut waited = Duration::ZERO;
    while clock.health().ahead > Duration::ZERO {
        machine.passes(MINUTE);
        waited += MINUTE;
        let now = clock.now();
        assert!(now > last && now.since(last) <= MINUTE, "{last} {now}");
        last = now;
    }
    assert!(waited <= MINUTE * 2 * SLOWER_BY, "{waited:?}");
    machine.passes(MINUTE);
    assert!(clock.now().since(NEWEST - MINUTE) <= waited + MINUTE + WORTH_CORRECTING);
}

#[test]
fn a_time_server_that_takes_back_hours_is_believed_for_nobody_may_live_in_the_future() {
    let machine = Turned::new(NEWEST + MINUTE, ClockQuality::Synchronized);
    let (clock, _) = machine.clock(None);
    clock.now();
    let right = NEWEST - Duration::from_hours(24 * 400);
    machine.set(right, ClockQuality::Synchronized);
    assert_eq!((clock.now(), clock.health().ahead), (right, Duration::ZERO));
    let (clock, _) = machine.clock(None);
    assert_eq!((clock.now(), clock.health().ahead), (right, Duration::ZERO), "nor after a start");
}

#[test]
fn time_does_not_stand_still_for_whoever_reads_a_waiting_clock_often() {
    let machine = Turned::new(NEWEST + MINUTE, ClockQuality::Synchronized);
    let (clock, _) = machine.clock(None);
    clock.now();
    machine.set(NEWEST - MINUTE, ClockQuality::Synchronized);
    let before = clock.now();
    for _ in 0..100_000 {
        machine.passes(Duration::from_micros(100));
        clock.now();
    }
    let passed = clock.now().since(before);
    assert!((Duration::from_millis(9_500)..=Duration::from_secs(10)).contains(&passed), "{passed:?}");
}

#[test]
fn a_start_before_the_newest_thing_stored_waits_for_the_clock() {
    let machine = Turned::new(NEWEST - MINUTE, ClockQuality::Synchronized);
    let (clock, _) = machine.clock(None);
    assert!(clock.now() >= NEWEST);
    assert_eq!(clock.health().ahead, MINUTE);
}

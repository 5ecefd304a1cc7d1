//! The example municipality as the simulated town lives it: plausible, repeatable, and quick to tell.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use model::{Municipality, SensorId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use town::history;
use town::payload::Instrument;
use town::traffic::{SEED, Traffic};

/// 2026-01-01 00:00 in Stockholm.
const NEW_YEAR: Timestamp = Timestamp::from_seconds(1_767_222_000);
const DAY: Duration = Duration::from_hours(24);

fn norsjo() -> Municipality {
    town::municipality(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo")).unwrap()
}

fn id(name: &str) -> SensorId {
    SensorId::new(name).unwrap()
}

#[test]
fn every_sensor_of_the_example_has_a_device_in_the_town() {
    for sensor in norsjo().sensors {
        assert!(Instrument::of(&sensor).is_some(), "{}", sensor.id);
    }
}

#[test]
fn a_year_is_told_in_order_and_the_same_each_time() {
    let municipality = norsjo();
    let mut frames = BTreeMap::<_, u32>::new();
    let mut last = NEW_YEAR;
    for frame in history(&municipality, NEW_YEAR, NEW_YEAR + DAY * 365) {
        assert!(frame.at >= last && frame.payload.len() <= 51, "{frame:?}");
        last = frame.at;
        *frames.entry(frame.dev_eui).or_default() += 1;
    }
    assert_eq!(frames.len(), municipality.sensors.len());
    assert!((150_000..300_000).contains(&frames.values().sum::<u32>()), "{frames:?}");
    let some = || history(&municipality, NEW_YEAR + DAY * 50, NEW_YEAR + DAY * 52).collect::<Vec<_>>();
    assert_eq!(some(), some());
}

/// How many small reports or one large one make is no matter: live and history count the same people.
#[test]
fn short_reports_add_up_to_a_long_one() {
    let municipality = norsjo();
    let pool = id("pool-entrance");
    let mut traffic = Traffic::of(&municipality, SEED);
    // Wednesday 2026-02-04, 15 to 19 local.
    let (from, step) = (NEW_YEAR + DAY * 34 + Duration::from_hours(15), Duration::from_secs(20));
    let steps = 4 * 180;
    let short: u32 = (0..steps).map(|n| traffic.report(&pool, from + step * n, from + step * (n + 1)).people_in).sum();
    let long = traffic.report(&pool, from, from + step * steps).people_in;
    assert_eq!(short, long);
    assert!(long > 20, "{long}");
}

#[test]
fn people_come_when_they_would() {
    let municipality = norsjo();
    let mut traffic = Traffic::of(&municipality, SEED);
    let calendar = municipality.calendar.clone();
    let mut visits = |name: &str, day: u32| {
        let start = calendar.day_start(calendar.day(NEW_YEAR + DAY * day + DAY / 2));
        traffic.report(&id(name), start, start + DAY - Duration::from_secs(1)).people_in
    };
    let mut weeks = |name: &str, first: u32| (first..first + 28).map(|day| visits(name, day)).sum::<u32>();
    let (february, july) = (31, 181);
    assert!(weeks("trail-post", february) > weeks("trail-post", july), "skis draw more than shoes");
    assert_eq!((weeks("rink-entrance", july), weeks("pool-entrance", july)), (0, 0), "no ice, no water");
    assert!(weeks("heritage-gate", july) > weeks("heritage-gate", february));
    assert!(weeks("library-door", february) > weeks("library-door", july));
    // The cities' scale must not be met here: a library of sixty seats sees some thousands a month.
    assert!((400..4000).contains(&weeks("library-door", february)), "{}", weeks("library-door", february));
}

#[test]
fn air_sound_and_cars_follow_the_people() {
    let municipality = norsjo();
    let mut traffic = Traffic::of(&municipality, SEED);
    let thursday = NEW_YEAR + DAY * 42;
    assert_eq!(municipality.calendar.day(thursday).weekday(), 3);
    let mut at = |name: &str, hour: u64| {
        let at = thursday + Duration::from_hours(hour);
        traffic.report(&id(name), at - Duration::from_hours(1), at)
    };
    let (night, day) = (at("library-air", 3), at("library-air", 16));
    assert!(day.co2 > night.co2 + 60.0 && day.light_intensity > night.light_intensity + 100.0, "{night:?} {day:?}");
    assert!(at("youth-sound", 18).sound_level.0 > at("youth-sound", 3).sound_level.0 + 5.0);
    let cars = |report: town::Report| report.bays.iter().filter(|taken| **taken).count();
    let (night, evening) = (at("pool-parking-bays", 3), at("pool-parking-bays", 18));
    assert_eq!(night.bays.len(), 12);
    assert!(cars(evening.clone()) > cars(night.clone()), "{evening:?} {night:?}");
}

#[test]
fn the_day_has_a_shape_on_every_counter() {
    let municipality = norsjo();
    let week = (NEW_YEAR + DAY * 35, NEW_YEAR + DAY * 42);
    let counts: BTreeSet<Vec<u8>> = history(&municipality, week.0, week.1)
        .filter(|frame| frame.dev_eui == municipality.sensors[0].device.dev_eui)
        .map(|frame| frame.payload[5..8].to_vec())
        .collect();
    assert!(counts.len() > 5, "the library door counts more than nothing and one: {counts:?}");
}

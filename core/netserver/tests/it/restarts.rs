//! Devices born with a session that forget it with each battery.

use crate::simulated::*;
use model::{CounterRule, Device, MacVersion};
use netserver::{Action, Rejection, Settings};
use std::collections::BTreeMap;
use std::time::Duration;

fn forgetful(sensor: &Sensor) -> Device {
    Device { counter_rule: CounterRule::MayRestart, ..sensor.device() }
}

#[test]
fn a_device_without_memory_begins_again_only_where_that_was_chosen() {
    let sensor = Sensor::personalized();
    for (device, taken) in [(sensor.device(), false), (forgetful(&sensor), true)] {
        let mut town = Town::new(&[ROOF], &[device]);
        town.hears(&ROOF, 7.0, &sensor.unconfirmed(5_000, b"old"));
        town.passes(60_000);
        let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"new"));
        assert_eq!(uplinks(&actions).first().map(|uplink| uplink.f_cnt), taken.then_some(0));
        assert_eq!(rejections(&actions).contains(&Rejection::Replayed), !taken);
        let next = town.hears(&ROOF, 7.0, &sensor.unconfirmed(1, b"new"));
        assert_eq!(uplinks(&next).len(), usize::from(taken));
    }
}

#[test]
fn a_recording_of_any_later_frame_is_still_a_replay() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[forgetful(&sensor)]);
    let recorded = sensor.unconfirmed(16, b"old");
    town.hears(&ROOF, 7.0, &recorded);
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(5_000, b"x"));
    town.passes(60_000);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &recorded)), [Rejection::Replayed]);
}

#[test]
fn a_device_that_joins_begins_again_by_joining() {
    let device = Device { counter_rule: CounterRule::MayRestart, ..joining(MacVersion::V1_0_3) };
    let mut town = Town::new(&[ROOF], &[device]);
    town.hears(&ROOF, 7.0, &join_request(1));
    let (sensor, _) = joined(1, &downlinks(&town.waits())[0].frame);
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"x"));
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(9, b"x"));
    town.passes(60_000);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(1, b"x"))), [Rejection::Replayed]);
}

/// With its counter it forgot what it was told: it listens again where it was born to.
#[test]
fn a_device_that_begins_again_is_answered_where_it_was_born_to_listen() {
    let sensor = Sensor::personalized();
    let settings = Settings { rx1_delay: Duration::from_secs(5), ..Settings::default() };
    let mut town = Town::with(settings, &[ROOF], &[forgetful(&sensor)], BTreeMap::new(), BTreeMap::new());
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(20, b"x"));
    town.hears(&ROOF, 7.0, &sensor.saying(21, &[0x08]));
    let delay = |town: &Town| town.server.device_state(DOOR).unwrap().session.as_ref().unwrap().rx1_delay;
    assert_eq!(delay(&town), Duration::from_secs(5));
    town.passes(60_000);
    let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"x"));
    assert_eq!(delay(&town), Duration::from_secs(1));
    assert!(actions.iter().any(|a| matches!(a, Action::Transmit { .. })), "and is told again");
}

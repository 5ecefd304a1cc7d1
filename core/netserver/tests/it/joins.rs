use crate::simulated::*;
use lrwn::CFList;
use model::{DevEui, DevNonce, JoinEui, MacVersion};
use netserver::{Action, Change, Rejection};
use std::collections::BTreeMap;
use std::time::Duration;

/// Joins and gives the device with its new session.
#[track_caller]
fn join(town: &mut Town, dev_nonce: u16) -> Sensor {
    let actions = town.hears(&ROOF, 7.0, &join_request(dev_nonce));
    assert!(actions.iter().any(|a| matches!(a, Action::Joined { dev_eui: DOOR, .. })), "{actions:?}");
    let sent = town.waits();
    town.passes(10_000);
    joined(dev_nonce, &downlinks(&sent)[0].frame).0
}

#[test]
fn a_device_joins_and_speaks() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_3)]);
    let actions = town.hears(&ROOF, 7.0, &join_request(1));
    let persisted = actions.iter().position(|a| matches!(a, Action::Persist(Change::Device { .. }))).unwrap();
    let announced = actions.iter().position(|a| matches!(a, Action::Joined { .. })).unwrap();
    assert!(persisted < announced && downlinks(&actions).is_empty());
    assert!(town.disk[&DOOR].dev_nonces.contains(&DevNonce(1)));

    let sent = town.waits();
    let asked = &downlinks(&sent)[0];
    assert_eq!(asked.to, ROOF.address.parse().unwrap());
    assert_eq!(asked.txpk["tmst"], ROOF.tmst.wrapping_add(5_000_000));
    assert_eq!(
        (&asked.txpk["freq"], &asked.txpk["datr"], &asked.txpk["powe"]),
        (&868.3.into(), &"SF9BW125".into(), &16.into())
    );
    let (sensor, told) = joined(1, &asked.frame);
    assert_eq!((told.rx_delay, told.join_nonce), (1, 1));
    let Some(CFList::Channels(channels)) = told.cflist else { panic!("no channels") };
    assert_eq!(
        channels.iter().copied().collect::<Vec<_>>(),
        [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000]
    );

    let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"hello"));
    assert_eq!(uplinks(&actions)[0].frm_payload, b"hello");
    assert!(matches!(&actions[1], Action::Persist(Change::Device { state, .. }) if state.pending.is_none()));
}

#[test]
fn the_old_session_lives_until_the_first_uplink_of_the_new() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_3)]);
    let old = join(&mut town, 1);
    town.hears(&ROOF, 7.0, &old.unconfirmed(0, b"old"));
    let new = join(&mut town, 2);
    assert_ne!(old.dev_addr, new.dev_addr);
    // The join accept was lost: the device goes on as before.
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &old.unconfirmed(1, b"old"))).len(), 1);
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &new.unconfirmed(0, b"new"))).len(), 1);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &old.unconfirmed(2, b"old"))), [Rejection::UnknownDevAddr]);
}

#[test]
fn a_pending_session_survives_a_restart() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_3)]);
    let sensor = join(&mut town, 1);
    let mut town = Town::restarted(&[ROOF], &[joining(MacVersion::V1_0_3)], town.disk);
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"x"))).len(), 1);
}

#[test]
fn a_join_nonce_never_comes_twice_and_always_rises() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_4)]);
    let mut nonces = Vec::new();
    for dev_nonce in 1..20 {
        town.hears(&ROOF, 7.0, &join_request(dev_nonce));
        nonces.push(joined(dev_nonce, &downlinks(&town.waits())[0].frame).1.join_nonce);
        town.passes(10_000);
        if dev_nonce % 5 == 0 {
            town = Town::restarted(&[ROOF], &[joining(MacVersion::V1_0_4)], town.disk);
        }
    }
    assert!(nonces[0] > 0 && nonces.is_sorted_by(|a, b| a < b), "{nonces:?}");
}

#[test]
fn a_join_request_cannot_be_used_again() {
    for version in [MacVersion::V1_0_0, MacVersion::V1_0_3, MacVersion::V1_0_4] {
        let mut town = Town::new(&[ROOF], &[joining(version)]);
        join(&mut town, 7);
        town.passes(10_000);
        assert_eq!(rejections(&town.hears(&ROOF, 7.0, &join_request(7))), [Rejection::DevNonceUsed]);
        let earlier = rejections(&town.hears(&ROOF, 7.0, &join_request(6)));
        assert_eq!(earlier.is_empty(), version < MacVersion::V1_0_4, "{version:?}");
    }
}

#[test]
fn a_device_that_counts_its_joins_leaves_one_nonce_on_disk() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_4)]);
    for dev_nonce in [3, 4, 9] {
        join(&mut town, dev_nonce);
    }
    assert_eq!(town.disk[&DOOR].dev_nonces.iter().collect::<Vec<_>>(), [&DevNonce(9)]);
}

/// A device right beside its gateway was heard on a second frequency as well; both copies were answered, each with other
/// keys, and the device and the server never understood each other again.
#[test]
fn a_join_heard_on_a_ghost_frequency_as_well_is_one_join_on_the_true_one() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_3)]);
    let ghost = ROOF.rxpk(7.0, &join_request(1)).replace("868.3", "868.1").replace("-80", "-101");
    let mut actions = town.send(&ROOF, 0, &format!(r#"{{"rxpk":[{ghost}]}}"#));
    town.passes(20);
    actions.extend(town.hears(&ROOF, 7.0, &join_request(1)));
    actions.extend(town.waits());
    town.passes(600);
    actions.extend(town.hears(&ROOF, 7.0, &join_request(1)));
    assert_eq!(actions.iter().filter(|a| matches!(a, Action::Joined { .. })).count(), 1);
    let asked = downlinks(&actions);
    assert_eq!((asked.len(), &asked[0].txpk["freq"]), (1, &868.3.into()));
    assert_eq!(rejections(&actions), [Rejection::Duplicate; 2]);
}

#[test]
fn the_gateway_that_heard_best_answers_a_join() {
    let mut town = Town::new(&[ROOF, MAST], &[joining(MacVersion::V1_0_3)]);
    town.hears(&ROOF, -5.0, &join_request(1));
    town.passes(40);
    town.hears(&MAST, 4.0, &join_request(1));
    assert_eq!(downlinks(&town.waits())[0].to, MAST.address.parse().unwrap());
}

#[test]
fn each_reason_not_to_join_is_told_apart() {
    let otaa = joining(MacVersion::V1_0_3);
    let mut town = Town::new(&[ROOF], &[otaa]);
    let stranger = signed_join_request(DevEui([0xee; 8]), JOIN_EUI, 1, APP_KEY);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &stranger)), [Rejection::UnknownDevice]);
    let forged = signed_join_request(DOOR, JOIN_EUI, 1, [0; 16]);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &forged)), [Rejection::WrongMic]);
    let elsewhere = signed_join_request(DOOR, JoinEui([0x71; 8]), 1, APP_KEY);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &elsewhere)), [Rejection::WrongJoinEui]);
    assert!(town.disk.is_empty());

    let mut town = Town::new(&[ROOF], &[Sensor::personalized().device()]);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &join_request(1))), [Rejection::NotOtaa]);
}

#[test]
fn a_device_that_used_up_its_join_nonces_is_refused() {
    let state = model::DeviceState { join_nonce: 1 << 24, ..model::DeviceState::default() };
    let mut town = Town::restarted(&[ROOF], &[joining(MacVersion::V1_0_3)], [(DOOR, state)].into());
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &join_request(1))), [Rejection::Exhausted]);
}

#[test]
fn a_device_that_joins_is_told_the_windows_that_the_municipality_chose() {
    let chosen = model::RadioSettings {
        rx1_delay: Duration::from_secs(5),
        rx2_data_rate: 3,
        rx1_dr_offset: 1,
        ..model::RadioSettings::default()
    };
    let device = joining(MacVersion::V1_0_3);
    let mut town = Town::with((&chosen).into(), &[ROOF], &[device], BTreeMap::default(), BTreeMap::default());
    town.hears(&ROOF, 7.0, &join_request(5));
    let accept = downlinks(&town.waits()).remove(0).frame;
    let (_, told) = joined(5, &accept);
    assert_eq!((told.rx_delay, told.dl_settings.rx2_dr, told.dl_settings.rx1_dr_offset), (5, 3, 1));
}

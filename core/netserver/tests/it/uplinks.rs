use crate::simulated::*;
use lrwn::FType;
use model::{DevAddr, DevEui, MacVersion};
use netserver::{Action, Change, Rejection};

#[test]
fn the_first_valid_copy_is_published_at_once_and_later_ones_only_add_a_reception() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    let frame = sensor.unconfirmed(5, b"open");
    let actions = town.hears(&ROOF, 7.5, &frame);
    assert!(matches!(actions[0], Action::Acknowledge { .. }));
    assert!(matches!(&actions[1], Action::Persist(Change::Session { session, .. }) if session.f_cnt_up == Some(5)));
    let uplink = uplinks(&actions)[0];
    assert_eq!((uplink.dev_eui, uplink.f_cnt, uplink.f_port), (DOOR, 5, Some(10)));
    assert_eq!(
        (uplink.frm_payload.as_slice(), uplink.confirmed, uplink.frequency_hz),
        (&b"open"[..], false, 868_300_000)
    );
    assert_eq!((uplink.receptions.len(), uplink.receptions[0].gateway), (1, ROOF.eui));

    town.passes(300);
    let actions = town.hears(&MAST, -3.0, &frame);
    assert!(uplinks(&actions).is_empty());
    let receptions = receptions(&actions);
    assert_eq!((receptions[0].0, receptions[0].1.gateway, receptions[0].1.snr_db), (5, MAST.eui, Some(-3.0)));
}

#[test]
fn a_plain_uplink_is_not_answered() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"x"));
    assert_eq!(actions.len(), 3, "{actions:?}");
}

#[test]
fn a_copy_by_the_same_gateway_adds_nothing() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let frame = sensor.unconfirmed(0, b"x");
    town.hears(&ROOF, 7.0, &frame);
    assert_eq!(rejections(&town.hears(&ROOF, -9.0, &frame)), [Rejection::Duplicate]);
}

#[test]
fn a_port_without_payload_a_frame_without_port_and_port_0_are_legal() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    for (f_cnt, f_port) in [(1, Some(7)), (2, None), (3, Some(0))] {
        let payload = if f_port == Some(0) { &[0x02][..] } else { &[] };
        let frame = sensor.frame(FType::UnconfirmedDataUp, f_cnt, f_port, payload);
        let actions = town.hears(&ROOF, 7.0, &frame);
        let uplink = uplinks(&actions)[0];
        assert_eq!((uplink.f_port, uplink.frm_payload.len()), (f_port, 0));
    }
}

#[test]
fn a_frame_on_the_relay_port_is_only_bytes() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let frame = sensor.frame(FType::UnconfirmedDataUp, 1, Some(226), b"no relay");
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &frame))[0].frm_payload, b"no relay");
}

#[test]
fn rejects_a_replayed_frame_counter() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let old = sensor.unconfirmed(4, b"old");
    town.hears(&ROOF, 7.0, &old);
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(70_000, b"jump"));
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(5, b"new"));
    town.passes(60_000);
    let actions = town.hears(&ROOF, 7.0, &old);
    assert_eq!(rejections(&actions), [Rejection::Replayed]);
    assert_eq!(town.server.device_state(DOOR).unwrap().session.as_ref().unwrap().f_cnt_up, Some(5));
}

#[test]
fn a_counter_that_jumps_too_far_is_refused_up_to_1_0_3_only() {
    let sensor = Sensor::personalized();
    for (mac_version, taken) in [(MacVersion::V1_0_3, false), (MacVersion::V1_0_4, true)] {
        let mut town = Town::new(&[ROOF], &[model::Device { mac_version, ..sensor.device() }]);
        town.hears(&ROOF, 7.0, &sensor.unconfirmed(0, b"x"));
        let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(16_385, b"x"));
        assert_eq!(uplinks(&actions).len(), usize::from(taken));
        assert_eq!(rejections(&actions).contains(&Rejection::GapTooLarge), !taken);
    }
}

#[test]
fn a_counter_passes_65_535_and_the_payload_stays_legible() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    for f_cnt in [65_000, 65_535, 65_536, 65_537, 80_000, 96_000, 112_000, 128_000, 131_072] {
        let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(f_cnt, b"same"));
        assert_eq!((uplinks(&actions)[0].f_cnt, uplinks(&actions)[0].frm_payload.as_slice()), (f_cnt, &b"same"[..]));
    }
}

#[test]
fn a_restarted_server_still_knows_what_it_heard() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let frame = sensor.unconfirmed(9, b"x");
    town.hears(&ROOF, 7.0, &frame);
    let mut town = Town::restarted(&[ROOF], &[sensor.device()], town.disk);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &frame)), [Rejection::Repeated]);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(8, b"x"))), [Rejection::Replayed]);
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(10, b"x"))).len(), 1);
}

#[test]
fn devices_that_share_an_address_are_told_apart_by_their_keys() {
    let door = Sensor::personalized();
    let gate = Sensor { dev_eui: DevEui([0xd1; 8]), nwk_s_key: [0x44; 16], app_s_key: [0x55; 16], ..door.clone() };
    let mut town = Town::new(&[ROOF], &[door.device(), gate.device()]);
    for sensor in [&gate, &door] {
        let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(3, b"me"));
        assert_eq!(
            (uplinks(&actions)[0].dev_eui, uplinks(&actions)[0].frm_payload.as_slice()),
            (sensor.dev_eui, &b"me"[..])
        );
    }
}

#[test]
fn a_wrong_key_and_a_neighbours_device_are_told_apart() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let wrong_key = Sensor { nwk_s_key: [0x99; 16], ..sensor.clone() };
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &wrong_key.unconfirmed(1, b"x"))), [Rejection::WrongMic]);
    let neighbour = Sensor { dev_addr: DevAddr(9), ..sensor };
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &neighbour.unconfirmed(1, b"x"))), [Rejection::UnknownDevAddr]);
    assert_eq!(town.server.report().rejected[&Rejection::WrongMic], 1);
}

#[test]
fn a_changed_configuration_keeps_counters_and_forgets_no_nonce() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let frame = sensor.unconfirmed(7, b"x");
    town.hears(&ROOF, 7.0, &frame);
    let roof = [model::Gateway { eui: ROOF.eui, name: String::new() }];
    town.server.configure(vec![], &roof);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(8, b"x"))), [Rejection::UnknownDevAddr]);
    town.server.configure(vec![sensor.device()], &roof);
    assert_eq!(rejections(&town.hears(&ROOF, 7.0, &frame)), [Rejection::Repeated]);
}

#[test]
fn new_keys_for_a_fixed_session_begin_it_anew() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    town.hears(&ROOF, 7.0, &sensor.unconfirmed(700, b"x"));
    let rekeyed = Sensor { nwk_s_key: [0x77; 16], ..sensor };
    town.server.configure(vec![rekeyed.device()], &[model::Gateway { eui: ROOF.eui, name: String::new() }]);
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &rekeyed.unconfirmed(0, b"x"))).len(), 1);
}

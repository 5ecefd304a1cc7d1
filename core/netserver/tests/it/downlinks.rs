use crate::simulated::*;
use netserver::{Action, Change, Rejection, TxRefusal};

fn reserved(actions: &[Action]) -> Vec<u32> {
    let reserved = |a: &Action| match a {
        Action::Persist(Change::Session { session, .. }) => Some(session.f_cnt_down_reserved),
        _ => None,
    };
    actions.iter().filter_map(reserved).collect()
}

#[test]
fn a_confirmed_uplink_is_acknowledged_in_rx1_once_it_is_on_disk() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"));
    let asked = &downlinks(&actions)[0];
    assert_eq!(sensor.reads(&asked.frame), (0, true, vec![]));
    assert_eq!(asked.txpk["tmst"], ROOF.tmst.wrapping_add(1_000_000), "the clock of the gateway wraps");
    assert_eq!(
        (&asked.txpk["freq"], &asked.txpk["datr"], &asked.txpk["ipol"]),
        (&868.3.into(), &"SF9BW125".into(), &true.into())
    );
    assert_eq!(reserved(&actions), [0, 16]);
    assert!(matches!(actions.last(), Some(Action::Transmit { .. })));
}

#[test]
fn one_write_reserves_sixteen_downlink_counters() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    for f_cnt in 0..40 {
        let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(f_cnt, b"x"));
        assert_eq!(sensor.reads(&downlinks(&actions)[0].frame).0, f_cnt);
        assert_eq!(reserved(&actions).len(), if f_cnt % 16 == 0 { 2 } else { 1 });
        town.passes(5000);
    }
}

#[test]
fn a_downlink_counter_is_never_used_twice_whatever_moment_the_power_fails() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let mut newest = None;
    for f_cnt in 0..60 {
        let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(f_cnt, b"x"));
        let used = sensor.reads(&downlinks(&actions)[0].frame).0;
        assert!(newest < Some(used), "{used} after {newest:?}");
        newest = Some(used);
        town.passes(5000);
        if f_cnt % 7 == 0 {
            town = Town::restarted(&[ROOF], &[sensor.device()], town.disk);
        }
    }
}

#[test]
fn a_confirmed_uplink_sent_again_is_acknowledged_again_and_not_published_again() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let frame = sensor.confirmed(1, b"x");
    town.hears(&ROOF, 7.0, &frame);
    town.passes(3000);
    let actions = town.hears(&ROOF, 7.0, &frame);
    assert!(uplinks(&actions).is_empty());
    assert_eq!(rejections(&actions), [Rejection::Repeated]);
    assert_eq!(sensor.reads(&downlinks(&actions)[0].frame), (1, true, vec![]));
}

#[test]
fn somebodys_recording_of_a_confirmed_uplink_is_not_answered_for_ever() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let frame = sensor.confirmed(1, b"x");
    let answers = (0..100).map(|_| {
        town.passes(3000);
        downlinks(&town.hears(&ROOF, 7.0, &frame)).len()
    });
    assert_eq!(answers.sum::<usize>(), 16);
}

#[test]
fn with_several_gateways_the_answer_waits_and_goes_by_the_best() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    let frame = sensor.confirmed(1, b"x");
    let first = town.hears(&ROOF, -5.0, &frame);
    assert!(downlinks(&first).is_empty() && uplinks(&first).len() == 1);
    let due = town.now + std::time::Duration::from_millis(150);
    assert_eq!(first.last(), Some(&Action::WakeAt(due)));
    town.passes(30);
    // Every gateway on the air has reported: nothing more to wait for.
    let asked = downlinks(&town.hears(&MAST, 5.0, &frame));
    assert_eq!((asked.len(), asked[0].to), (1, MAST.address.parse().unwrap()));
    assert!(downlinks(&town.waits()).is_empty());
}

#[test]
fn a_device_that_speaks_again_is_not_answered_to_what_it_said_before() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    town.hears(&ROOF, 5.0, &sensor.confirmed(1, b"x"));
    town.hears(&ROOF, 5.0, &sensor.unconfirmed(2, b"x"));
    assert!(town.waits().is_empty());
}

#[test]
fn a_gateway_that_is_gone_is_not_waited_for() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    town.passes(31_000);
    assert_eq!(downlinks(&town.hears(&ROOF, 5.0, &sensor.confirmed(1, b"x"))).len(), 1);
}

#[test]
fn an_answer_that_missed_rx1_goes_into_rx2_and_then_nowhere() {
    let sensor = Sensor::personalized();
    for (late_ms, frequency) in [(899, Some(868.3)), (901, Some(869.525)), (1901, None)] {
        let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
        town.hears(&ROOF, 5.0, &sensor.confirmed(1, b"x"));
        town.passes(late_ms - 150);
        let actions = town.waits();
        let found = downlinks(&actions).first().map(|asked| asked.txpk["freq"].as_f64().unwrap());
        assert_eq!(found, frequency, "{late_ms}");
        assert_eq!(rejections(&actions).contains(&Rejection::DownlinkTooLate), frequency.is_none());
    }
}

#[test]
fn a_refused_downlink_is_sent_in_rx2_with_the_same_bytes() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let first = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"))).remove(0);
    town.passes(20);
    let actions = town.tx_ack(&ROOF, &first, r#"{"txpk_ack":{"error":"COLLISION_PACKET"}}"#);
    let second = &downlinks(&actions)[0];
    assert_eq!(rejections(&actions), [Rejection::DownlinkRefused(TxRefusal::Collision)]);
    assert_eq!(second.txpk["tmst"], ROOF.tmst.wrapping_add(2_000_000));
    assert_eq!(
        (&second.txpk["freq"], &second.txpk["datr"], &second.txpk["powe"]),
        (&869.525.into(), &"SF12BW125".into(), &29.into())
    );
    assert!(second.frame == first.frame && second.token != first.token);

    let actions = town.tx_ack(&ROOF, second, r#"{"txpk_ack":{"error":"QUEUE_FULL"}}"#);
    assert!(downlinks(&actions).is_empty());
    assert_eq!(rejections(&actions), [Rejection::DownlinkRefused(TxRefusal::Other), Rejection::DownlinkTooLate]);
}

#[test]
fn a_join_accept_falls_back_to_rx2_after_six_seconds() {
    let mut town = Town::new(&[ROOF], &[joining(model::MacVersion::V1_0_3)]);
    town.hears(&ROOF, 7.0, &join_request(1));
    let first = downlinks(&town.waits()).remove(0);
    let actions = town.tx_ack(&ROOF, &first, r#"{"txpk_ack":{"error":"TOO_LATE"}}"#);
    assert_eq!(downlinks(&actions)[0].txpk["tmst"], ROOF.tmst.wrapping_add(6_000_000));
}

#[test]
fn an_accepted_downlink_is_done() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let first = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"))).remove(0);
    assert!(town.tx_ack(&ROOF, &first, "").is_empty());
    assert_eq!(rejections(&town.tx_ack(&ROOF, &first, "")), [Rejection::UnknownTxAck]);
}

#[test]
fn a_gateway_that_never_asked_for_downlinks_gets_none() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[], &[sensor.device()]);
    town.server.configure(vec![sensor.device()], &[model::Gateway { eui: ROOF.eui, name: String::new() }]);
    let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"));
    assert_eq!((uplinks(&actions).len(), rejections(&actions)), (1, vec![Rejection::NoDownlinkPath]));
}

#[test]
fn a_device_gets_answers_to_its_mac_commands_in_order() {
    let sensor = Sensor { f_opts: vec![0x0d, 0x02], ..Sensor::personalized() };
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let actions = town.hears(&ROOF, 2.5, &sensor.unconfirmed(1, b"x"));
    let (_, ack, f_opts) = sensor.reads(&downlinks(&actions)[0].frame);
    let [g0, g1, g2, g3] = (1_800_000_000_u32 - 315_964_800 + 18).to_le_bytes();
    assert_eq!((ack, f_opts), (false, vec![0x0d, g0, g1, g2, g3, 0, 0x02, 15, 1]));
}

#[test]
fn a_device_that_doubts_to_be_heard_gets_a_sign_of_life() {
    let sensor = Sensor { adr_ack_req: true, ..Sensor::personalized() };
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let actions = town.hears(&ROOF, 2.5, &sensor.unconfirmed(1, b"x"));
    assert_eq!(sensor.reads(&downlinks(&actions)[0].frame), (0, false, vec![]));
}

#[test]
fn a_clock_that_steps_back_delays_no_answer() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    town.hears(&ROOF, 5.0, &sensor.confirmed(1, b"x"));
    town.now = model::Timestamp::from_seconds(0);
    assert!(downlinks(&town.waits()).is_empty());
    assert_eq!(downlinks(&town.waits()).len(), 1);
}

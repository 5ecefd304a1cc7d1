use crate::simulated::*;
use model::Timestamp;
use netserver::{Action, Rejection};

#[test]
fn push_data_is_acknowledged_first_also_when_its_json_is_bad() {
    let mut town = Town::new(&[ROOF], &[]);
    for json in ["", "{", "[]", "\0\0", r#"{"rxpk":7}"#, r#"{"rxpk":[{}]}"#] {
        let actions = town.send(&ROOF, 0, json);
        let to = ROOF.address.parse().unwrap();
        assert_eq!(actions[0], Action::Acknowledge { to, bytes: vec![2, 0x12, 0x34, 1] }, "{json}");
    }
}

/// A gateway whose name ends in a zero byte, and no JSON: twelve bytes that ended another server for good.
#[test]
fn twelve_bytes_of_push_data_are_answered_and_survived() {
    let sensor = Sensor::personalized();
    let zero = Station { eui: model::GatewayEui([0xaa, 0x55, 0x5a, 1, 2, 3, 4, 0]), ..ROOF };
    let mut town = Town::new(&[ROOF, zero], &[sensor.device()]);
    let actions = town.send(&zero, 0, "");
    assert!(matches!(&actions[0], Action::Acknowledge { bytes, .. } if bytes[..] == [2, 0x12, 0x34, 1]));
    assert_eq!(rejections(&actions), [Rejection::BadJson]);
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(1, b"x"))).len(), 1);
}

#[test]
fn protocol_version_1_is_answered_in_version_1() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let version_1 = |identifier, json: &str| {
        let mut bytes = ROOF.datagram(identifier, json);
        bytes[0] = 1;
        bytes
    };
    let actions = town.from(ROOF.address, &version_1(2, ""));
    assert!(matches!(&actions[0], Action::Acknowledge { bytes, .. } if bytes[..] == [1, 0x12, 0x34, 4]));
    let rxpk = format!(r#"{{"rxpk":[{}]}}"#, ROOF.rxpk(7.0, &sensor.confirmed(1, b"x")));
    let actions = town.from(ROOF.address, &version_1(0, &rxpk));
    assert!(matches!(&actions[0], Action::Acknowledge { bytes, .. } if bytes[..] == [1, 0x12, 0x34, 1]));
    assert!(matches!(actions.last(), Some(Action::Transmit { bytes, .. }) if bytes[0] == 1));
}

#[test]
fn an_unknown_gateway_gets_push_ack_and_is_shown_and_nothing_else() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let actions = town.hears(&MAST, 7.0, &sensor.confirmed(1, b"x"));
    assert!(matches!(actions[0], Action::Acknowledge { .. }));
    assert_eq!((actions.len(), rejections(&actions)), (2, vec![Rejection::UnknownGateway]));
    assert_eq!(town.send(&MAST, 2, "").len(), 1, "no PULL_ACK");
    let strangers = town.server.report().strangers;
    assert_eq!((strangers.len(), strangers[0].eui, strangers[0].datagrams), (1, MAST.eui, 2));
}

#[test]
fn another_machine_can_neither_take_the_downlinks_of_a_gateway_nor_speak_for_it() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let thief = Station { address: "10.0.0.66:40001", ..ROOF };
    assert_eq!(rejections(&town.send(&thief, 2, "")), [Rejection::OtherAddress]);
    let actions = town.hears(&thief, 7.0, &sensor.unconfirmed(1, b"x"));
    assert_eq!((uplinks(&actions).len(), rejections(&actions)), (0, vec![Rejection::OtherAddress]));
    let asked = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(2, b"x")));
    assert_eq!(asked[0].to, ROOF.address.parse().unwrap());
}

#[test]
fn downlinks_follow_a_gateway_to_another_port_once_the_old_one_is_silent() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    town.from("10.0.0.1:50555", &ROOF.datagram(2, ""));
    let asked = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(2, b"x")));
    assert_eq!(asked[0].to, ROOF.address.parse().unwrap(), "the port it used a moment ago still has them");
    town.passes(20_001);
    town.from("10.0.0.1:50555", &ROOF.datagram(2, ""));
    let asked = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(3, b"x")));
    assert_eq!(asked[0].to, "10.0.0.1:50555".parse().unwrap());
}

#[test]
fn one_bad_packet_in_a_datagram_does_not_cost_the_good_one() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let good = ROOF.rxpk(7.0, &sensor.unconfirmed(1, b"x"));
    let damaged = good.replace(r#""tmst""#, r#""stat":-1,"tmst""#);
    let actions = town.send(&ROOF, 0, &format!(r#"{{"rxpk":[{{}},{damaged},{good}]}}"#));
    assert_eq!(uplinks(&actions).len(), 1);
    assert_eq!(rejections(&actions), [Rejection::BadPacket, Rejection::CrcFailed]);
}

#[test]
fn what_a_gateway_was_slow_to_report_keeps_its_order() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let weak_first =
        [(1, -18.0), (2, 9.0), (3, 0.0)].map(|(f_cnt, snr)| ROOF.rxpk(snr, &sensor.unconfirmed(f_cnt, b"x")));
    let actions = town.send(&ROOF, 0, &format!(r#"{{"rxpk":[{}]}}"#, weak_first.join(",")));
    assert_eq!(uplinks(&actions).iter().map(|u| u.f_cnt).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn staff_see_what_a_gateway_says_of_itself() {
    let mut town = Town::new(&[ROOF], &[]);
    town.passes(1000);
    let actions = town.send(&ROOF, 0, r#"{"stat":{"rxnb":5,"rxok":4,"ackr":98.5,"temp":31.2}}"#);
    assert_eq!(actions.len(), 1);
    let report = town.server.report();
    let roof = &report.gateways[0];
    assert_eq!(roof.last_heard, Some(Timestamp::from_seconds(1_800_000_001)));
    assert_eq!(roof.downlink_address, Some(ROOF.address.parse().unwrap()));
    let stat = roof.stat.as_ref().unwrap();
    assert_eq!((stat.received, stat.received_intact, stat.acknowledged_percent), (Some(5), Some(4), Some(98.5)));
}

#[test]
fn a_datagram_over_the_limit_is_acknowledged_and_not_read() {
    let mut town = Town::new(&[ROOF], &[]);
    let actions = town.send(&ROOF, 0, &" ".repeat(40_000));
    assert!(matches!(actions[0], Action::Acknowledge { .. }));
    assert_eq!(rejections(&actions), [Rejection::TooLarge]);
}

//! What the network asks of devices, and what it does with their answers.

use crate::simulated::*;
use model::{Battery, DeviceStatus, LinkSettings, MacVersion, Rx2};
use netserver::{Action, Change, Settings};
use std::collections::BTreeMap;
use std::time::Duration;

const DAY_MS: u64 = 24 * 3600 * 1000;

/// A town whose device is met for the first time.
fn new_town(settings: Settings, sensor: &Sensor) -> Town {
    Town::with(settings, &[ROOF], &[sensor.device()], BTreeMap::new(), BTreeMap::new())
}

impl Town {
    /// MAC commands that follow an uplink; none without a downlink.
    fn asks(&mut self, sensor: &Sensor, frame: &[u8]) -> Option<Vec<u8>> {
        self.passes(10_000);
        let actions = self.hears(&ROOF, 7.0, frame);
        downlinks(&actions).first().map(|asked| sensor.opens(&asked.frame).commands)
    }
}

#[test]
fn questions_that_can_wait_ride_with_an_answer() {
    let sensor = Sensor::personalized();
    let mut town = new_town(Settings::default(), &sensor);
    assert_eq!(town.asks(&sensor, &sensor.unconfirmed(1, b"x")), None);
    let asked = town.asks(&sensor, &sensor.confirmed(2, b"x")).unwrap();
    assert_eq!((asked.len(), asked[0], asked[6], asked[12]), (13, 0x07, 0x07, 0x06));
}

#[test]
fn a_device_without_a_join_learns_the_channels_of_the_town() {
    let sensor = Sensor::personalized();
    let mut town = new_town(Settings::default(), &sensor);
    let mut said = vec![];
    let mut told = Vec::new();
    for f_cnt in 1..5 {
        let frame = Sensor { f_opts: said, ..sensor.clone() }.confirmed(f_cnt, b"x");
        let asked = town.asks(&sensor, &frame).unwrap();
        told.extend(asked.chunks(6).filter(|ask| ask[0] == 0x07).map(|ask| ask[1]));
        said =
            asked.chunks(6).flat_map(|ask| if ask[0] == 0x07 { vec![0x07, 3] } else { vec![0x06, 200, 5] }).collect();
    }
    assert_eq!(told, [3, 4, 5, 6, 7]);
    assert_eq!(town.link().channels, 0xff);
    assert_eq!(town.disk[&DOOR].session.as_ref().unwrap().link.channels, 0xff);
}

#[test]
fn a_channel_on_which_a_device_speaks_need_not_be_taught() {
    let sensor = Sensor::personalized();
    let mut town = new_town(Settings::default(), &sensor);
    let rxpk = ROOF.rxpk(7.0, &sensor.unconfirmed(1, b"x")).replace("868.3", "867.1");
    town.send(&ROOF, 0, &format!(r#"{{"rxpk":[{rxpk}]}}"#));
    assert_eq!(town.link().channels, 0b1111);
}

/// A device that does not join listens a second after it spoke; a town with gateways on a mobile network needs five. Until the device has
/// said that it does as it was told, it is answered where it was born to listen.
#[test]
fn a_device_without_a_join_follows_the_delay_of_the_town_once_it_said_so() {
    let sensor = Sensor::personalized();
    let settings = Settings { rx1_delay: Duration::from_secs(5), ..Settings::default() };
    let mut town = new_town(settings, &sensor);
    let delay = |actions: &[Action]| {
        let tmst = downlinks(actions)[0].txpk["tmst"].as_u64().unwrap();
        tmst.wrapping_sub(u64::from(ROOF.tmst)) & u64::from(u32::MAX)
    };
    let first = town.hears(&ROOF, 7.0, &sensor.unconfirmed(1, b"x"));
    assert_eq!(sensor.opens(&downlinks(&first)[0].frame).commands[..2], [0x08, 5]);
    assert_eq!(delay(&first), 1_000_000);
    // It did not hear it: asked again, still after one second.
    town.passes(10_000);
    let second = town.hears(&ROOF, 7.0, &sensor.unconfirmed(2, b"x"));
    assert_eq!(delay(&second), 10_000_000 + 1_000_000);
    town.passes(10_000);
    let third = town.hears(&ROOF, 7.0, &sensor.saying(3, &[0x08]));
    assert_eq!(delay(&third), 20_000_000 + 5_000_000, "its answer is answered where it listens now");
    assert!(matches!(&third[1], Action::Persist(Change::Session { session, .. }) if session.rx1_delay.as_secs() == 5));
}

/// Were the answer lost, nobody would know where the device listens: so it repeats it until it hears anything.
#[test]
fn an_answer_that_a_device_repeats_is_answered_and_changes_nothing_twice() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    for (f_cnt, sticky) in [(1, &[0x05, 0x07][..]), (2, &[0x08]), (3, &[0x0a, 0x03])] {
        assert_eq!(town.asks(&sensor, &sensor.saying(f_cnt, sticky)), Some(vec![]), "{sticky:?}");
    }
    assert_eq!(town.asks(&sensor, &sensor.saying(4, &[0x03, 0x07, 0x07, 0x03, 0x04])), None);
    assert_eq!(town.link(), LinkSettings { channels: 0xff, ..LinkSettings::default() });
}

#[test]
fn a_device_is_told_where_to_listen_and_met_there() {
    let sensor = Sensor::personalized();
    let rx2 = Rx2 { frequency_hz: 869_525_000, data_rate: 3 };
    let mut rx1_frequencies_hz = [None; 8];
    rx1_frequencies_hz[1] = Some(868_500_000);
    let settings =
        Settings { rx1_dr_offset: 1, rx2: Some(rx2), rx1_frequencies_hz, max_duty_cycle: 7, ..Settings::default() };
    let mut town = new_town(settings, &sensor);
    let asked = town.asks(&sensor, &sensor.unconfirmed(1, b"x")).unwrap();
    assert_eq!(asked, [0x05, 0x13, 0xd2, 0xad, 0x84, 0x0a, 1, 0xc8, 0x85, 0x84, 0x04, 7, 0x06]);
    let confirmed = Sensor { f_opts: vec![0x05, 7, 0x0a, 3, 0x04], ..sensor.clone() }.confirmed(2, b"x");
    town.passes(10_000);
    let actions = town.hears(&ROOF, 7.0, &confirmed);
    let asked = &downlinks(&actions)[0];
    assert_eq!((&asked.txpk["freq"], &asked.txpk["datr"]), (&868.5.into(), &"SF10BW125".into()));
    let refused = town.tx_ack(&ROOF, asked, r#"{"txpk_ack":{"error":"TOO_LATE"}}"#);
    assert_eq!(downlinks(&refused)[0].txpk["datr"], "SF9BW125");
    assert_eq!(town.link().max_duty_cycle, 7);
}

#[test]
fn a_device_that_cannot_listen_elsewhere_is_met_where_it_was_and_not_asked_at_each_uplink() {
    let sensor = Sensor::personalized();
    let rx2 = Some(Rx2 { frequency_hz: 869_525_000, data_rate: 3 });
    let mut town = new_town(Settings { rx2, ..Settings::default() }, &sensor);
    assert_eq!(town.asks(&sensor, &sensor.unconfirmed(1, b"x")).unwrap()[0], 0x05);
    assert!(!town.asks(&sensor, &sensor.saying(2, &[0x05, 0b101])).unwrap().contains(&0x05));
    assert_eq!(town.asks(&sensor, &sensor.unconfirmed(3, b"x")), None);
    assert_eq!(town.link().rx2, None);
}

#[test]
fn who_joins_is_told_with_the_join_accept() {
    let rx2 = Some(Rx2 { frequency_hz: 869_525_000, data_rate: 3 });
    let settings = Settings { rx1_delay: Duration::from_secs(5), rx1_dr_offset: 2, rx2, ..Settings::default() };
    let device = joining(MacVersion::V1_0_3);
    let mut town = Town::with(settings, &[ROOF], &[device], BTreeMap::new(), BTreeMap::new());
    town.hears(&ROOF, 7.0, &join_request(1));
    let (sensor, told) = joined(1, &downlinks(&town.waits())[0].frame);
    assert_eq!((told.rx_delay, told.dl_settings.rx2_dr, told.dl_settings.rx1_dr_offset), (5, 3, 2));
    assert_eq!(town.asks(&sensor, &sensor.unconfirmed(0, b"x")), None);
    assert_eq!((town.link().channels, town.link().rx1_dr_offset, town.link().rx2), (0xff, 2, rx2));
}

/// A server asked once a day, and when that downlink was lost, a day later again: batteries were known once a week.
#[test]
fn battery_and_margin_are_asked_once_a_day_and_again_at_the_next_uplink_when_lost() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    assert_eq!(town.asks(&sensor, &sensor.unconfirmed(1, b"x")), None);
    town.passes(DAY_MS);
    for f_cnt in 2..4 {
        assert_eq!(town.asks(&sensor, &sensor.unconfirmed(f_cnt, b"x")), Some(vec![0x06]));
    }
    town.passes(10_000);
    let actions = town.hears(&ROOF, 7.0, &sensor.saying(4, &[0x06, 128, 0b11_1110]));
    let status = DeviceStatus { battery: Battery::Percent(50), margin_db: -2, at: town.now };
    assert!(actions.contains(&Action::Status { dev_eui: DOOR, status }));
    assert_eq!((town.disk[&DOOR].status, town.server.report().devices[0].status), (Some(status), Some(status)));
    assert_eq!(town.asks(&sensor, &sensor.confirmed(5, b"x")), Some(vec![]));
    town.passes(DAY_MS);
    assert_eq!(town.asks(&sensor, &sensor.unconfirmed(6, b"x")), Some(vec![0x06]));
}

#[test]
fn a_device_that_never_tells_how_it_is_is_not_asked_at_each_uplink() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    town.asks(&sensor, &sensor.unconfirmed(0, b"x"));
    town.passes(DAY_MS);
    let asked = (1..40).filter(|f_cnt| town.asks(&sensor, &sensor.unconfirmed(*f_cnt, b"x")).is_some());
    assert_eq!(asked.count(), 4);
}

#[test]
fn many_answers_go_on_port_0_in_their_order_and_the_payload_waits() {
    let mut town = Town::new(&[ROOF], &[Sensor::personalized().device()]);
    let sensor = Sensor { f_opts: [0x0d, 0x02].repeat(7), ..Sensor::personalized() };
    let downlink = model::Downlink { f_port: 3, payload: b"later".to_vec(), confirmed: false };
    town.server.send(town.now, DOOR, downlink).unwrap();
    let opened = sensor.opens(&downlinks(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(1, b"x")))[0].frame);
    assert_eq!((opened.f_port, opened.commands.len(), opened.f_ctrl.f_pending), (Some(0), 63, true));
    let answers: Vec<_> = opened.commands.chunks(9).map(|both| (both[0], both[6])).collect();
    assert_eq!(answers, [(0x0d, 0x02); 7]);
    town.passes(10_000);
    let later = town.hears(&ROOF, 7.0, &Sensor::personalized().unconfirmed(2, b"x"));
    assert_eq!(sensor.opens(&downlinks(&later)[0].frame).payload, b"later");
}

#[test]
fn an_answer_and_a_payload_share_a_frame() {
    let sensor = Sensor { f_opts: vec![0x02], ..Sensor::personalized() };
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let downlink = model::Downlink { f_port: 3, payload: b"now".to_vec(), confirmed: false };
    town.server.send(town.now, DOOR, downlink).unwrap();
    let opened = sensor.opens(&downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x")))[0].frame);
    assert_eq!((opened.commands[0], opened.payload.as_slice(), opened.f_ctrl.ack), (0x02, &b"now"[..], true));
}

#[test]
fn commands_that_are_cut_or_unknown_cost_neither_the_uplink_nor_the_answers_before_them() {
    let mut town = Town::new(&[ROOF], &[Sensor::personalized().device()]);
    for (f_cnt, tail) in (1..).step_by(2).zip([&[0x03][..], &[0x06, 0xfe], &[0x07], &[0x05], &[0x0a], &[0x80, 1, 2]]) {
        let sensor = Sensor { f_opts: [&[0x02], tail].concat(), ..Sensor::personalized() };
        let asked = town.asks(&sensor, &sensor.unconfirmed(f_cnt, b"x")).unwrap();
        assert_eq!((asked.len(), asked[0]), (3, 0x02), "{tail:?}");
        let plain = Sensor { f_opts: vec![], ..sensor };
        let on_port_0 = plain.frame(lrwn::FType::UnconfirmedDataUp, f_cnt + 1, Some(0), tail);
        assert_eq!(town.asks(&plain, &on_port_0), None);
    }
}

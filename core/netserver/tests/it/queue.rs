use crate::simulated::*;
use model::{DeviceState, Downlink, DownlinkId, MacVersion};
use netserver::{Action, Change, DownlinkEvent, DownlinkFailure, Rejection, SendError};

const SENT: DownlinkEvent = DownlinkEvent::Sent { gateway: ROOF.eui };
const REFUSED: &str = r#"{"txpk_ack":{"error":"TX_FREQ"}}"#;

fn says(payload: &[u8]) -> Downlink {
    Downlink { f_port: 9, payload: payload.to_vec(), confirmed: false }
}

fn insists(payload: &[u8]) -> Downlink {
    Downlink { confirmed: true, ..says(payload) }
}

fn town() -> (Town, Sensor) {
    let sensor = Sensor::personalized();
    (Town::new(&[ROOF], &[sensor.device()]), sensor)
}

impl Town {
    #[track_caller]
    fn queues(&mut self, downlink: Downlink) -> DownlinkId {
        let (id, actions) = self.server.send(self.now, DOOR, downlink).unwrap();
        assert!(matches!(&actions[..], [Action::Persist(Change::Device { .. })]), "{actions:?}");
        self.keep(&actions);
        id
    }

    /// The device speaks, some seconds after it last did.
    fn next(&mut self, sensor: &Sensor, f_cnt: u32) -> Vec<Action> {
        self.passes(10_000);
        self.hears(&ROOF, 7.0, &sensor.unconfirmed(f_cnt, b"x"))
    }

    /// The payload that the device gets after it spoke.
    #[track_caller]
    fn payload(&mut self, sensor: &Sensor, f_cnt: u32) -> Vec<u8> {
        sensor.opens(&downlinks(&self.next(sensor, f_cnt))[0].frame).payload
    }
}

#[test]
fn a_downlink_waits_for_its_device_to_speak_and_is_on_disk_before_it_leaves() {
    let (mut town, sensor) = town();
    let id = town.queues(says(b"open"));
    assert!(downlinks(&town.waits()).is_empty());
    let actions = town.next(&sensor, 1);
    let asked = &downlinks(&actions)[0];
    let opened = sensor.opens(&asked.frame);
    assert_eq!((opened.f_port, opened.payload.as_slice(), opened.confirmed), (Some(9), &b"open"[..], false));
    assert!(!opened.f_ctrl.f_pending);
    let tried_once = |state: &DeviceState| state.downlinks.waiting[0].attempts == 1;
    let kept = |a: &Action| matches!(a, Action::Persist(Change::Device { state, .. }) if tried_once(state));
    let persisted = actions.iter().rposition(kept).unwrap();
    assert!(persisted < actions.iter().position(|a| matches!(a, Action::Transmit { .. })).unwrap());

    assert_eq!(news(&town.tx_ack(&ROOF, asked, "")), [(id, SENT)]);
    assert!(town.disk[&DOOR].downlinks.waiting.is_empty());
    assert!(downlinks(&town.next(&sensor, 2)).is_empty());
}

#[test]
fn several_downlinks_go_one_after_each_uplink_in_their_order() {
    let (mut town, sensor) = town();
    for payload in [b"1", b"2", b"3"] {
        town.queues(says(payload));
    }
    for (f_cnt, more) in [(1, true), (2, true), (3, false)] {
        let opened = sensor.opens(&downlinks(&town.next(&sensor, f_cnt))[0].frame);
        assert_eq!((opened.payload, opened.f_ctrl.f_pending), (f_cnt.to_string().into_bytes(), more));
    }
}

#[test]
fn a_gateway_that_never_says_a_word_is_believed() {
    let (mut town, sensor) = town();
    let id = town.queues(says(b"open"));
    assert!(news(&town.next(&sensor, 1)).is_empty());
    assert_eq!(news(&town.next(&sensor, 2)), [(id, SENT)]);
}

#[test]
fn a_confirmed_downlink_is_done_when_the_device_acknowledges() {
    let (mut town, sensor) = town();
    let id = town.queues(insists(b"open"));
    let asked = downlinks(&town.next(&sensor, 1)).remove(0);
    assert!(sensor.opens(&asked.frame).confirmed);
    assert_eq!(news(&town.tx_ack(&ROOF, &asked, "")), [(id, SENT)]);
    let actions = town.next(&Sensor { ack: true, ..sensor.clone() }, 2);
    assert_eq!(news(&actions), [(id, DownlinkEvent::Acknowledged)]);
    assert!(downlinks(&actions).is_empty() && town.disk[&DOOR].downlinks.waiting.is_empty());
}

#[test]
fn a_confirmed_downlink_is_repeated_five_times_each_under_a_new_counter() {
    let (mut town, sensor) = town();
    let id = town.queues(insists(b"open"));
    for f_cnt in 1..=5 {
        let opened = sensor.opens(&downlinks(&town.next(&sensor, f_cnt))[0].frame);
        assert_eq!((opened.f_cnt, opened.payload.as_slice()), (f_cnt - 1, &b"open"[..]));
    }
    let actions = town.next(&sensor, 6);
    let failed = DownlinkEvent::Failed(DownlinkFailure::NotAcknowledged);
    assert_eq!((news(&actions).pop(), downlinks(&actions).len()), (Some((id, failed)), 0));
}

#[test]
fn an_acknowledgement_of_nothing_is_nothing() {
    let (mut town, sensor) = town();
    let sensor = Sensor { ack: true, ..sensor };
    assert!(news(&town.next(&sensor, 1)).is_empty());
    town.queues(insists(b"open"));
    assert!(news(&town.next(&sensor, 2)).is_empty());
}

/// The power failed with downlinks waiting and one underway. Nothing is forgotten, no number comes twice, and the acknowledgement still counts.
#[test]
fn the_queue_outlives_a_restart() {
    let (mut town, sensor) = town();
    let first = town.queues(insists(b"1"));
    town.queues(says(b"2"));
    town.next(&sensor, 1);
    let mut town = Town { now: town.now, ..Town::restarted(&[ROOF], &[sensor.device()], town.disk) };
    assert_eq!(town.queues(says(b"3")), DownlinkId(2));
    let actions = town.next(&Sensor { ack: true, ..sensor.clone() }, 2);
    assert_eq!(news(&actions), [(first, DownlinkEvent::Acknowledged)]);
    assert_eq!(sensor.opens(&downlinks(&actions)[0].frame).payload, b"2");
    assert_eq!(town.payload(&sensor, 3), b"3");
}

#[test]
fn a_downlink_that_no_gateway_would_send_waits_for_the_next_uplink_and_not_for_ever() {
    let (mut town, sensor) = town();
    let id = town.queues(says(b"open"));
    let mut told = Vec::new();
    for f_cnt in 1..=6 {
        let actions = town.next(&sensor, f_cnt);
        let Some(rx1) = downlinks(&actions).pop() else { continue };
        let rx2 = downlinks(&town.tx_ack(&ROOF, &rx1, REFUSED)).remove(0);
        assert_eq!(rx2.frame, rx1.frame);
        told.extend(news(&town.tx_ack(&ROOF, &rx2, REFUSED)));
    }
    assert_eq!(told, [(id, DownlinkEvent::Failed(DownlinkFailure::Refused))]);
    assert!(town.disk[&DOOR].downlinks.waiting.is_empty());
}

#[test]
fn a_repeated_uplink_does_not_send_again_what_is_underway() {
    let (mut town, sensor) = town();
    town.queues(insists(b"1"));
    let frame = sensor.confirmed(1, b"x");
    assert_eq!(sensor.opens(&downlinks(&town.hears(&ROOF, 7.0, &frame))[0].frame).payload, b"1");
    town.passes(3000);
    let again = sensor.opens(&downlinks(&town.hears(&ROOF, 7.0, &frame))[0].frame);
    assert!(again.f_ctrl.ack && again.payload.is_empty());
}

#[test]
fn what_is_too_long_for_the_data_rate_is_told_and_what_follows_is_sent() {
    let (mut town, sensor) = town();
    let long = town.queues(says(&[7; 116]));
    town.queues(says(&[8; 115]));
    let actions = town.next(&sensor, 1);
    assert_eq!(news(&actions), [(long, DownlinkEvent::Failed(DownlinkFailure::TooLong { room: 115 }))]);
    let asked = downlinks(&actions).remove(0);
    assert_eq!(sensor.opens(&asked.frame).payload, [8; 115]);
    // RX2 is too slow for so much.
    assert_eq!(rejections(&town.tx_ack(&ROOF, &asked, REFUSED)).pop(), Some(Rejection::DownlinkTooLate));
}

#[test]
fn a_queue_survives_a_join() {
    let mut town = Town::new(&[ROOF], &[joining(MacVersion::V1_0_4)]);
    town.queues(says(b"welcome"));
    town.hears(&ROOF, 7.0, &join_request(1));
    let (sensor, _) = joined(1, &downlinks(&town.waits())[0].frame);
    assert_eq!(town.payload(&sensor, 0), b"welcome");
}

#[test]
fn what_cannot_be_said_is_refused_at_once() {
    let (mut town, _) = town();
    let now = town.now;
    let mut send = |dev_eui, downlink| town.server.send(now, dev_eui, downlink).map(|(id, _)| id);
    assert_eq!(send(model::DevEui([9; 8]), says(b"x")), Err(SendError::UnknownDevice));
    assert_eq!(send(DOOR, Downlink { f_port: 0, ..says(b"x") }), Err(SendError::BadPort));
    assert_eq!(send(DOOR, says(&[0; 243])), Err(SendError::TooLong));
    for _ in 0..16 {
        send(DOOR, says(b"x")).unwrap();
    }
    assert_eq!(send(DOOR, says(b"x")), Err(SendError::QueueFull));
    assert_eq!(town.server.report().devices[0].downlinks_waiting, 16);
}

#[test]
fn a_refused_downlink_goes_by_the_other_gateway_on_its_own_clock() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    let frame = sensor.confirmed(1, b"x");
    town.hears(&ROOF, 9.0, &frame);
    let mut asked = downlinks(&town.hears(&MAST, 2.0, &frame)).remove(0);
    let mut ways = Vec::new();
    for station in [ROOF, ROOF, MAST, MAST] {
        assert_eq!(asked.to, station.address.parse().unwrap());
        let after = asked.txpk["tmst"].as_u64().unwrap().wrapping_sub(station.tmst.into());
        ways.push(after & u64::from(u32::MAX));
        let Some(next) = downlinks(&town.tx_ack(&station, &asked, REFUSED)).pop() else { break };
        assert_eq!(next.frame, asked.frame);
        asked = next;
    }
    assert_eq!(ways, [1_000_000, 2_000_000, 1_000_000, 2_000_000]);
}

#[test]
fn a_downlink_that_was_taken_back_is_not_sent_and_the_next_one_is() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    for payload in [b"first", b"other", b"third"] {
        let downlink = Downlink { f_port: 3, payload: payload.to_vec(), confirmed: false };
        let (_, actions) = town.server.send(town.now, DOOR, downlink).unwrap();
        town.keep(&actions);
    }
    let (taken, actions) = town.server.withdraw(town.now, DOOR, Some(DownlinkId(0)));
    town.keep(&actions);
    assert_eq!(taken, [DownlinkId(0)]);
    assert_eq!(town.disk[&DOOR].downlinks.waiting.len(), 2, "and that is on disk");
    assert_eq!(town.server.withdraw(town.now, DOOR, Some(DownlinkId(0))).0, []);
    let actions = town.hears(&ROOF, 7.0, &sensor.unconfirmed(1, b"x"));
    assert_eq!(sensor.opens(&downlinks(&actions)[0].frame).payload, b"other");
    assert_eq!(town.server.withdraw(town.now, DOOR, None).0, [DownlinkId(1), DownlinkId(2)]);
}

use crate::simulated::*;
use netserver::{Action, Rejection};
use std::time::Duration;

/// Confirmed uplinks, 5 s apart; the frequency in MHz on which each is acknowledged, and by whom.
fn acknowledged(town: &mut Town, sensor: &Sensor, stations: &[Station], count: u32) -> Vec<(f64, String)> {
    let mut answers = Vec::new();
    for f_cnt in 0..count {
        town.passes(5000);
        let frame = sensor.confirmed(f_cnt, b"x");
        // At SF12 an answer takes 0.99 s of the air.
        let mut actions = Vec::new();
        for (station, snr_db) in stations.iter().zip([9.0, 1.0]) {
            let elapsed = u32::try_from(town.now.since(START).as_micros()).unwrap();
            let station = Station { tmst: station.tmst.wrapping_add(elapsed), ..*station };
            let rxpk = station.rxpk(snr_db, &frame).replace("SF9", "SF12");
            actions.extend(town.send(&station, 0, &format!(r#"{{"rxpk":[{rxpk}]}}"#)));
        }
        let asked = downlinks(&actions);
        answers.extend(asked.iter().map(|a| (a.txpk["freq"].as_f64().unwrap(), a.to.ip().to_string())));
        assert_eq!(asked.is_empty(), rejections(&actions).contains(&Rejection::DutyCycle));
    }
    answers
}

#[test]
fn rx2_is_taken_when_the_band_of_rx1_is_used_up_and_nothing_when_both_are() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let answers = acknowledged(&mut town, &sensor, &[ROOF], 420);
    // 36 s and 360 s of an hour.
    let (rx1, rx2) = answers.split_at(36);
    assert!(rx1.iter().all(|(mhz, _)| *mhz == 868.3));
    assert!(rx2.iter().all(|(mhz, _)| *mhz == 869.525));
    assert_eq!(rx2.len(), 363);

    let report = town.server.report();
    let bands = &report.gateways[0].bands;
    let used: Vec<_> = bands.iter().map(|band| (band.from_hz / 1000, band.used.as_secs(), band.allowed)).collect();
    assert_eq!(used[2], (868_000, 35, Duration::from_secs(36)));
    assert_eq!(used[4], (869_400, 359, Duration::from_mins(6)));
    assert_eq!((used[0].2, used[1].2), (Duration::from_millis(3600), Duration::from_secs(36)));
}

#[test]
fn another_gateway_answers_when_one_has_no_air_time_left() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
    let answers = acknowledged(&mut town, &sensor, &[ROOF, MAST], 420);
    let by_roof = answers.iter().take_while(|(_, ip)| ip == "10.0.0.1").count();
    assert_eq!((answers.len(), by_roof), (420, 399));
    assert_eq!(answers[399], (868.3, "10.0.0.2".to_owned()));
}

#[test]
fn air_time_comes_back_after_an_hour() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    acknowledged(&mut town, &sensor, &[ROOF], 420);
    town.passes(3_660_000);
    let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(1000, b"x"));
    assert_eq!(downlinks(&actions)[0].txpk["freq"], 868.3);
}

#[test]
fn a_gateway_is_not_asked_to_send_two_frames_at_once() {
    let door = Sensor::personalized();
    let gate = Sensor { dev_eui: model::DevEui([0xd1; 8]), dev_addr: model::DevAddr(7), ..door.clone() };
    let mut town = Town::new(&[ROOF], &[door.device(), gate.device()]);
    let first = downlinks(&town.hears(&ROOF, 7.0, &door.confirmed(1, b"x"))).remove(0);
    let second = downlinks(&town.hears(&ROOF, 7.0, &gate.confirmed(1, b"x"))).remove(0);
    assert_eq!((&first.txpk["freq"], &second.txpk["freq"]), (&868.3.into(), &869.525.into()));
}

#[test]
fn what_a_gateway_refused_costs_no_air_time() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let asked = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"))).remove(0);
    let used = |town: &Town| town.server.report().gateways[0].bands[2].used;
    assert_eq!(used(&town), Duration::from_micros(144_384));
    let actions = town.tx_ack(&ROOF, &asked, r#"{"txpk_ack":{"error":"TX_POWER"}}"#);
    assert!(matches!(actions.last(), Some(Action::Transmit { .. })));
    assert_eq!(used(&town), Duration::ZERO);
}

#[test]
fn the_power_of_a_downlink_is_what_its_band_allows() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let rx1 = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"))).remove(0);
    let rx2 = downlinks(&town.tx_ack(&ROOF, &rx1, r#"{"txpk_ack":{"error":"TOO_LATE"}}"#)).remove(0);
    assert_eq!((&rx1.txpk["powe"], &rx2.txpk["powe"]), (&16.into(), &29.into()));
}

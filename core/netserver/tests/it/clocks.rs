//! Clocks that begin anew, are not known, or are corrected: a gateway's, and the box's.

use crate::simulated::*;
use model::ClockQuality;

const FIVE_YEARS_MS: i64 = 5 * 365 * 86_400_000;

#[test]
fn a_forwarder_that_was_started_again_is_answered_by_its_new_clock() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let asked = downlinks(&town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"))).remove(0);
    assert_eq!(asked.txpk["tmst"], ROOF.tmst.wrapping_add(1_000_000));
    town.passes(20_000);
    // Its counter began at zero just now.
    let again = Station { tmst: 0_u32.wrapping_sub(20_000_000).wrapping_add(500), ..ROOF };
    let asked = downlinks(&town.hears(&again, 7.0, &sensor.confirmed(2, b"x"))).remove(0);
    assert_eq!((&asked.txpk["tmst"], &asked.txpk["freq"]), (&1_000_500.into(), &868.3.into()));
}

#[test]
fn a_device_is_told_no_time_while_the_box_does_not_know_it() {
    let sensor = Sensor { f_opts: vec![0x0d, 0x02], ..Sensor::personalized() };
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    town.server.know_time(ClockQuality::Unknown);
    let told = downlinks(&town.hears(&ROOF, 2.5, &sensor.unconfirmed(1, b"x")));
    assert_eq!(sensor.reads(&told[0].frame).2, [0x02, 15, 1], "the other question is answered");
    town.server.know_time(ClockQuality::Kept);
    town.passes(20_000);
    let told = downlinks(&town.hears(&ROOF, 2.5, &sensor.unconfirmed(2, b"x")));
    assert_eq!(sensor.reads(&told[0].frame).2[0], 0x0d);
}

#[test]
fn an_answer_that_waits_while_the_clock_is_corrected_is_neither_late_nor_tells_the_old_time() {
    for by_ms in [FIVE_YEARS_MS, -3_600_000] {
        let sensor = Sensor { f_opts: vec![0x0d], ..Sensor::personalized() };
        let mut town = Town::new(&[ROOF, MAST], &[sensor.device()]);
        assert!(downlinks(&town.hears(&ROOF, 5.0, &sensor.confirmed(1, b"x"))).is_empty(), "it waits for the mast");
        town.server.correct_clock(by_ms);
        town.now = town.now.moved(by_ms);
        let asked = downlinks(&town.waits()).remove(0);
        assert_eq!(asked.txpk["tmst"], ROOF.tmst.wrapping_add(1_000_000), "RX1");
        let [_, s0, s1, s2, s3, ..] = sensor.reads(&asked.frame).2[..] else { panic!("no time was told") };
        let gps = i64::from(u32::from_le_bytes([s0, s1, s2, s3]));
        assert_eq!(gps, 1_800_000_000 + by_ms / 1000 - 315_964_800 + 18);
    }
}

#[test]
fn a_corrected_clock_neither_gives_air_time_back_nor_lets_a_stranger_in() {
    let sensor = Sensor::personalized();
    let mut town = Town::new(&[ROOF], &[sensor.device()]);
    let used = |town: &Town| town.server.report().gateways[0].bands[2].used;
    town.hears(&ROOF, 7.0, &sensor.confirmed(1, b"x"));
    let before = used(&town);
    town.server.correct_clock(FIVE_YEARS_MS);
    town.now = town.now.moved(FIVE_YEARS_MS);
    town.from("10.9.9.9:1700", &ROOF.datagram(2, ""));
    assert_eq!(used(&town), before, "the hour of the law goes on");
    let path = town.server.report().gateways[0].downlink_address.unwrap();
    assert_eq!(path.to_string(), ROOF.address, "another machine does not become the gateway by that");
}

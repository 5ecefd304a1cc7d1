//! How sensors are: what is usual for each is learned, and its silence told when it is none.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod test_box;

use app::{Freshness, SensorHealth, Upkeep, UpkeepReport};
use model::{GatewayEui, Reception, Timestamp};
use netserver::Action;
use std::sync::Arc;
use std::time::Duration;
use test_box::{MINUTE, THURSDAY_AT_15, TestBox, slug, test_box};

fn of(b: &TestBox, sensor: &str, now: Timestamp) -> SensorHealth {
    b.app.sensor_health(now, None).unwrap().into_iter().find(|s| s.sensor == slug(sensor)).unwrap()
}

/// A door that reports each quarter of an hour, up to 15 o'clock on Thursday.
fn lived(b: &mut TestBox) {
    for quarter in (0..500).rev() {
        b.passes("door", THURSDAY_AT_15 - MINUTE * 15 * quarter, 12, 12);
    }
    b.ingest.flush().unwrap();
}

#[test]
fn a_sensor_that_reports_each_quarter_is_missed_within_the_hour() {
    let Some(mut b) = test_box() else { return };
    lived(&mut b);
    let soon = THURSDAY_AT_15 + MINUTE * 40;
    assert_eq!(
        (of(&b, "door", soon).silent_since, b.card("library", soon).freshness),
        (None, Freshness::Fresh(THURSDAY_AT_15))
    );
    let late = THURSDAY_AT_15 + MINUTE * 50;
    assert_eq!(of(&b, "door", late).silent_since, Some(THURSDAY_AT_15));
    assert_eq!(b.card("library", late).freshness, Freshness::SilentSince(THURSDAY_AT_15));
    assert_eq!(
        (of(&b, "trail", late).last_heard, of(&b, "trail", late).silent_since),
        (None, None),
        "never heard is not silent"
    );
}

#[test]
fn what_is_usual_is_learned_again_after_a_restart() {
    let Some(mut b) = test_box() else { return };
    lived(&mut b);
    let mut b = b.restarted();
    let late = THURSDAY_AT_15 + MINUTE * 50;
    assert_eq!(b.card("library", late).freshness, Freshness::Fresh(THURSDAY_AT_15), "too little is known yet");
    let mut upkeep = Upkeep::new(Arc::clone(&b.app), b.folder.path().join("copy.redb"), UpkeepReport::default());
    while upkeep.step(late) < Duration::from_secs(1) {}
    assert_eq!(b.card("library", late).freshness, Freshness::SilentSince(THURSDAY_AT_15));
    assert_eq!(of(&b, "door", late).silent_after, Duration::from_mins(45));
    b.passes("door", late, 1, 0);
    assert_eq!(of(&b, "door", late + MINUTE).silent_since, None);
}

#[test]
fn battery_link_and_faults_of_each_sensor_are_known() {
    let Some(mut b) = test_box() else { return };
    for frame in 0..40_u8 {
        let mut uplink = b.uplink("door", THURSDAY_AT_15 + MINUTE * u32::from(frame), &[0x07, 0x0e, 0x10]);
        uplink.receptions[0].snr_db = Some(if frame < 30 { 8.0 } else { -4.0 });
        b.ingest.take(uplink.received_at, &[Action::Uplink(uplink)]).unwrap();
    }
    let now = THURSDAY_AT_15 + MINUTE * 60;
    let door = of(&b, "door", now);
    assert_eq!((door.battery.volts, door.link.spreading_factor, door.link.gateways), (Some(3.6), Some(7), 1));
    assert!(door.link.snr_db.unwrap() < 2.0 && door.link.snr_trend_db.unwrap() < -5.0, "{:?}", door.link);

    let uplink = b.uplink("door", now, &[0xff]);
    let reception = Reception { gateway: GatewayEui([2; 8]), ..uplink.receptions[0].clone() };
    let (dev_eui, f_cnt) = (uplink.dev_eui, uplink.f_cnt);
    b.ingest.take(now, &[Action::Uplink(uplink), Action::Reception { dev_eui, f_cnt, reception }]).unwrap();
    let door = of(&b, "door", now);
    assert_eq!((door.link.gateways, door.faults), (2, 1));
    assert!(door.fault.unwrap().contains("elsys"));
    assert_eq!(of(&b, "door", now + MINUTE * 60 * 25).link.gateways, 0);
}

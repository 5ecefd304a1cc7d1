use crate::simulated::*;
use netserver::{Action, Change};

fn adaptive() -> Sensor {
    Sensor { adr: true, ..Sensor::personalized() }
}

fn town() -> Town {
    Town::new(&[ROOF, MAST], &[adaptive().device()])
}

impl Town {
    /// Hears an uplink at this spreading factor, and gives the MAC commands that follow.
    fn adapts(&mut self, sensor: &Sensor, spreading_factor: u8, snr_db: f32, frame: &[u8]) -> Option<Vec<u8>> {
        self.passes(60_000);
        let rxpk = ROOF.rxpk(snr_db, frame).replace("SF9", &format!("SF{spreading_factor}"));
        let tmst = u64::from(ROOF.tmst) + u64::try_from(self.now.since(START).as_micros()).unwrap();
        let rxpk = rxpk.replace(&ROOF.tmst.to_string(), &(tmst & u64::from(u32::MAX)).to_string());
        let actions = self.send(&ROOF, 0, &format!(r#"{{"rxpk":[{rxpk}]}}"#));
        downlinks(&actions).first().map(|asked| sensor.opens(&asked.frame).commands)
    }
}

#[test]
fn a_slow_device_that_is_heard_well_is_made_fast_at_once_and_quiet_later() {
    let (mut town, sensor) = (town(), adaptive());
    assert_eq!(town.adapts(&sensor, 12, 8.0, &sensor.unconfirmed(0, b"x")), Some(vec![0x03, 0x50, 0xff, 0, 1]));
    assert_eq!(town.adapts(&sensor, 7, 8.0, &sensor.saying(1, &[0x03, 0x07])), None);
    let later =
        (2..40).find_map(|f_cnt| Some((f_cnt, town.adapts(&sensor, 7, 8.0, &sensor.unconfirmed(f_cnt, b"x"))?)));
    assert_eq!(later, Some((21, vec![0x03, 0x52, 0xff, 0, 1])));
    town.adapts(&sensor, 7, 8.0, &sensor.saying(22, &[0x03, 0x07]));
    assert_eq!((town.link().tx_power, town.disk[&DOOR].session.as_ref().unwrap().link.tx_power), (2, 2));
}

#[test]
fn a_device_that_chooses_its_own_rate_is_not_told_another() {
    let (mut town, sensor) = (town(), Sensor::personalized());
    for f_cnt in 0..30 {
        assert_eq!(town.adapts(&sensor, 12, 8.0, &sensor.unconfirmed(f_cnt, b"x")), None);
    }
}

#[test]
fn nothing_is_sent_to_a_device_that_is_as_it_should_be() {
    let (mut town, sensor) = (town(), adaptive());
    for f_cnt in 0..60 {
        assert_eq!(town.adapts(&sensor, 7, 3.0, &sensor.unconfirmed(f_cnt, b"x")), None);
    }
}

#[test]
fn the_best_gateway_decides_how_fast_a_device_may_be() {
    let (mut town, sensor) = (town(), adaptive());
    let frame = sensor.unconfirmed(0, b"x");
    town.hears(&ROOF, -12.0, &frame);
    assert!(downlinks(&town.hears(&MAST, 6.0, &frame)).is_empty());
    town.passes(20_000);
    // Its answer waits for the mast, which may hear it better still. At SF9, 6 dB are 8.5 above what is needed and the margin; little is
    // known, so 5 of them are kept.
    let frame = sensor.unconfirmed(1, b"x");
    town.hears(&ROOF, -12.0, &frame);
    let actions = town.waits();
    assert_eq!(sensor.opens(&downlinks(&actions)[0].frame).commands[..2], [0x03, 0x40]);
}

#[test]
fn a_request_that_was_lost_is_made_again() {
    let (mut town, sensor) = (town(), adaptive());
    for f_cnt in 0..3 {
        assert!(town.adapts(&sensor, 12, 8.0, &sensor.unconfirmed(f_cnt, b"x")).is_some(), "{f_cnt}");
    }
}

#[test]
fn a_device_that_refuses_is_left_alone_for_a_while_and_not_for_ever() {
    let (mut town, sensor) = (town(), adaptive());
    let mut asked = Vec::new();
    let mut said = vec![];
    for f_cnt in 0..200 {
        let commands = town.adapts(&sensor, 12, 8.0, &sensor.saying(f_cnt, &said)).unwrap_or_default();
        let is_asked = commands.first() == Some(&0x03);
        said = if is_asked { vec![0x03, 0b110] } else { vec![] };
        // Its other channels were forgotten when it refused them.
        asked.extend(is_asked.then_some(f_cnt));
    }
    assert_eq!(asked, [0, 21, 62, 143]);
}

#[test]
fn a_device_that_slows_down_by_itself_is_known_to_be_loud_again() {
    let (mut town, sensor) = (town(), adaptive());
    for f_cnt in 0..20 {
        town.adapts(&sensor, 7, 8.0, &sensor.unconfirmed(f_cnt, b"x"));
    }
    town.adapts(&sensor, 7, 8.0, &sensor.saying(20, &[0x03, 0x07]));
    assert!(town.link().tx_power > 0);
    town.adapts(&sensor, 8, -9.0, &sensor.unconfirmed(21, b"x"));
    assert_eq!(town.link().tx_power, 0);
}

#[test]
fn a_device_that_asks_whether_it_is_heard_is_answered_by_any_downlink() {
    let (mut town, sensor) = (town(), Sensor { adr_ack_req: true, ..adaptive() });
    let actions = town.hears(&ROOF, -8.0, &sensor.unconfirmed(0, b"x"));
    assert!(downlinks(&actions).is_empty());
    let waited = town.waits();
    let opened = sensor.opens(&downlinks(&waited)[0].frame);
    assert!(opened.commands.is_empty() && opened.f_ctrl.adr);
}

#[test]
fn what_a_device_agreed_to_is_on_disk_with_its_counter() {
    let (mut town, sensor) = (town(), adaptive());
    town.adapts(&sensor, 12, 8.0, &sensor.unconfirmed(0, b"x"));
    town.passes(60_000);
    let actions = town.hears(&ROOF, 8.0, &sensor.saying(1, &[0x03, 0x07]));
    assert!(matches!(&actions[1], Action::Persist(Change::Session { session, .. }) if session.f_cnt_up == Some(1)));
}

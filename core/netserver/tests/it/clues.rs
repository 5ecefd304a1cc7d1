use crate::simulated::*;
use model::{Activation, AppKey, AppSKey, CounterRule, DevAddr, DevEui, Device, JoinEui, MacVersion, NwkSKey};
use netserver::{Action, Clue, Rejection};

const LABEL: DevEui = DevEui([1, 2, 3, 4, 5, 6, 7, 8]);
const ISSUER: JoinEui = JoinEui([0x70, 0xb3, 0xd5, 0, 0, 0, 0, 1]);
const KEY: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

fn configured(dev_eui: DevEui, join_eui: JoinEui, app_key: [u8; 16]) -> Device {
    let activation = Activation::Otaa { join_eui, app_key: AppKey::new(app_key) };
    Device { dev_eui, mac_version: MacVersion::V1_0_3, activation, counter_rule: CounterRule::default() }
}

fn reversed<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    bytes.reverse();
    bytes
}

#[track_caller]
fn refused(town: &mut Town, frame: &[u8]) -> (Rejection, Option<Clue>) {
    let told = town.hears(&ROOF, 7.0, frame).into_iter().find_map(|action| match action {
        Action::Rejected { why, clue, heard, .. } => Some((why, clue, heard.unwrap())),
        _ => None,
    });
    let (why, clue, heard) = told.unwrap();
    assert_eq!((heard.snr_db, heard.frequency_hz), (Some(7.0), 868_300_000), "the log says how it was heard");
    (why, clue)
}

/// The device is as its label says; the configuration is not.
#[track_caller]
fn check(wrong: &Device, expect: (Rejection, Option<Clue>)) {
    let other = configured(DevEui([9; 8]), ISSUER, [0x99; 16]);
    let mut town = Town::new(&[ROOF], &[wrong.clone(), other]);
    let request = signed_join_request(LABEL, ISSUER, 7, KEY);
    assert_eq!(refused(&mut town, &request), expect, "{wrong:?}");
}

#[test]
fn a_join_that_fails_says_what_would_have_fitted() {
    let eui = DevEui(reversed(LABEL.0));
    check(&configured(eui, ISSUER, KEY), (Rejection::UnknownDevice, Some(Clue::DevEuiReversed(eui))));
    let swapped = DevEui(ISSUER.0);
    check(&configured(swapped, JoinEui(LABEL.0), KEY), (Rejection::UnknownDevice, Some(Clue::EuisSwapped(swapped))));
    check(&configured(DevEui([5; 8]), ISSUER, KEY), (Rejection::UnknownDevice, None));
    let wrong_order = configured(LABEL, JoinEui(reversed(ISSUER.0)), KEY);
    check(&wrong_order, (Rejection::WrongJoinEui, Some(Clue::JoinEuiReversed)));
    check(&configured(LABEL, JoinEui([0; 8]), KEY), (Rejection::WrongJoinEui, None));
    check(&configured(LABEL, ISSUER, reversed(KEY)), (Rejection::WrongMic, Some(Clue::AppKeyReversed)));
    check(&configured(LABEL, ISSUER, [0x44; 16]), (Rejection::WrongMic, None));
}

#[test]
fn two_sensors_with_each_others_label_are_told() {
    let neighbour = DevEui([9; 8]);
    let devices = [configured(LABEL, ISSUER, [0x99; 16]), configured(neighbour, ISSUER, KEY)];
    let mut town = Town::new(&[ROOF], &devices);
    let said = refused(&mut town, &signed_join_request(LABEL, ISSUER, 7, KEY));
    assert_eq!(said, (Rejection::WrongMic, Some(Clue::AppKeyOf(neighbour))));
}

#[test]
fn a_session_that_was_typed_in_wrong_says_what_would_have_fitted() {
    let sensor = Sensor { nwk_s_key: KEY, ..Sensor::personalized() };
    let frame = sensor.unconfirmed(3, b"x");
    let typed = |dev_addr, nwk_s_key, app_s_key| {
        let (nwk_s_key, app_s_key) = (NwkSKey::new(nwk_s_key), AppSKey::new(app_s_key));
        Device { activation: Activation::Abp { dev_addr, nwk_s_key, app_s_key }, ..sensor.device() }
    };
    let turned = DevAddr(sensor.dev_addr.0.swap_bytes());
    for (device, expect) in [
        (typed(turned, KEY, sensor.app_s_key), (Rejection::UnknownDevAddr, Some(Clue::DevAddrReversed(DOOR)))),
        (
            typed(sensor.dev_addr, reversed(KEY), sensor.app_s_key),
            (Rejection::WrongMic, Some(Clue::NwkSKeyReversed(DOOR))),
        ),
        (typed(sensor.dev_addr, sensor.app_s_key, KEY), (Rejection::WrongMic, Some(Clue::SessionKeysSwapped(DOOR)))),
        (typed(sensor.dev_addr, [8; 16], [9; 16]), (Rejection::WrongMic, None)),
        (typed(DevAddr(9), KEY, sensor.app_s_key), (Rejection::UnknownDevAddr, None)),
    ] {
        let mut town = Town::new(&[ROOF], &[device]);
        assert_eq!(refused(&mut town, &frame), expect);
    }
}

#[test]
fn looking_for_reasons_has_a_rate_and_does_not_slow_the_box_down() {
    let mut town = Town::new(&[ROOF], &[configured(LABEL, ISSUER, reversed(KEY))]);
    let clues = (0..50).map(|nonce| refused(&mut town, &signed_join_request(LABEL, ISSUER, nonce, KEY)).1);
    assert_eq!(clues.flatten().count(), 2);
    town.passes(1_000);
    let later = refused(&mut town, &signed_join_request(LABEL, ISSUER, 99, KEY));
    assert_eq!(later, (Rejection::WrongMic, Some(Clue::AppKeyReversed)));
}

#[test]
fn every_reason_has_a_word_of_its_own() {
    let mut words: Vec<_> = Rejection::all().map(Rejection::word).collect();
    let count = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!((words.len(), count), (33, 33));
}

//! Any radio frame, brought by a gateway that is believed. Nobody here has the keys, so nothing may get in.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use netserver::Action;
use std::hash::{DefaultHasher, Hasher};

mod town;

/// Other keys for every frame. With the same ones a fuzzer watches the comparison of a MIC and copies the right one into its next frame,
/// which no stranger can.
fn keys(frame: &[u8]) -> [u8; 16] {
    let mut hasher = DefaultHasher::new();
    hasher.write(frame);
    u128::from(hasher.finish()).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes()
}

libfuzzer_sys::fuzz_target!(|frame: &[u8]| {
    let data = STANDARD.encode(frame);
    let json = format!(r#"{{"rxpk":[{{"tmst":1,"freq":868.1,"datr":"SF7BW125","rssi":-40,"data":"{data}"}}]}}"#);
    let datagram = [&[2, 0, 0, 0], &town::GATEWAY.0[..], json.as_bytes()].concat();
    let actions = town::server_with(keys(frame)).datagram(town::now(), "10.0.0.1:1700".parse().unwrap(), &datagram);
    assert!(!actions.iter().any(|a| matches!(a, Action::Uplink(_) | Action::Joined { .. } | Action::Transmit { .. })));
});

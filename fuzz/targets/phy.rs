//! Any radio frame, brought by a gateway that is believed. Nobody here has the keys, so nothing may get in.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use netserver::Action;

mod town;

libfuzzer_sys::fuzz_target!(|frame: &[u8]| {
    let data = STANDARD.encode(frame);
    let json = format!(r#"{{"rxpk":[{{"tmst":1,"freq":868.1,"datr":"SF7BW125","rssi":-40,"data":"{data}"}}]}}"#);
    let datagram = [&[2, 0, 0, 0], &town::GATEWAY.0[..], json.as_bytes()].concat();
    let actions = town::server().datagram(town::now(), "10.0.0.1:1700".parse().unwrap(), &datagram);
    assert!(!actions.iter().any(|a| matches!(a, Action::Uplink(_) | Action::Joined { .. } | Action::Transmit { .. })));
});

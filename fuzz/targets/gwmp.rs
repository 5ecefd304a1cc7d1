//! Any datagram.
#![no_main]

mod town;

libfuzzer_sys::fuzz_target!(|datagram: &[u8]| {
    town::server().datagram(town::now(), "10.0.0.1:1700".parse().unwrap(), datagram);
});

//! The network server at its boundary: datagrams and times in, actions out. Devices are written on `lrwn`, gateways by hand.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "a test fails by panicking, and documents itself"
)]

mod adr;
mod asks;
mod clocks;
mod clues;
mod downlinks;
mod duty_cycle;
mod gateways;
mod hostile;
mod joins;
mod queue;
mod restarts;
mod simulated;
mod uplinks;

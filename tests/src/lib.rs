//! One simulated town: gateways, devices and the people who use its places.
//!
//! Hides the world outside the box, and knows nothing of how the box is built: it speaks to it as gateways do, over UDP.
//! Frames are made by the device stack `lorawan-device` and carried by the gateway client of `semtech-udp`, so every
//! byte the box reads was written by other hands.
mod almanac;
mod dice;
mod habits;
mod radio;
mod visits;
mod weather;
pub use radio::*;

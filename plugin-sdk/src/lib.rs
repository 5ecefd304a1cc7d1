//! Write a plugin for Allting in an hour: one trait, one macro, one test.
//!
//! Hides the component model: the contract stands in `wit/`, and this crate turns it into Rust. The three main types
//! are [`Decoder`] (what you implement), [`Uplink`] (what you get) and [`Decoded`] (what you give back).
//!
//! # A whole decoder
//!
//! ```
//! use allting_plugin_sdk::{Decoded, Decoder, Description, Example, Fault, NoSettings, Observation, Uplink, export_decoder};
//!
//! /// A door counter: two bytes in, two bytes out, on port 2.
//! struct DoorCounter;
//!
//! impl Decoder for DoorCounter {
//!     type Settings = NoSettings;
//!
//!     fn describe() -> Description {
//!         Description::new("door-counter", "0.1.0")
//!             .title("en", "Door counter")
//!             .help("en", "Counts people in and out since the last report.")
//!             .example(Example::new("three in, one out", 2, &[0, 3, 0, 1], "{}").gives([
//!                 Observation::count("people-in", 3),
//!                 Observation::count("people-out", 1),
//!             ]))
//!             .example(Example::new("cut short", 2, &[0, 3], "{}").faults(Fault::Malformed("2 bytes, expected 4".into())))
//!     }
//!
//!     fn decode(uplink: &Uplink, _: NoSettings) -> Result<Decoded, Fault> {
//!         if uplink.f_port != 2 {
//!             return Err(Fault::UnsupportedPort(uplink.f_port));
//!         }
//!         let [in_high, in_low, out_high, out_low] = uplink.payload[..] else {
//!             return Err(Fault::Malformed(format!("{} bytes, expected 4", uplink.payload.len())));
//!         };
//!         Ok(Decoded::of([
//!             Observation::count("people-in", u16::from_be_bytes([in_high, in_low])),
//!             Observation::count("people-out", u16::from_be_bytes([out_high, out_low])),
//!         ]))
//!     }
//! }
//!
//! export_decoder!(DoorCounter);
//!
//! // In `#[cfg(test)]`: the same examples that the box runs before the plugin goes live, and ten thousand odd frames.
//! allting_plugin_sdk::testing::assert_examples::<DoorCounter>();
//! allting_plugin_sdk::testing::assert_never_panics::<DoorCounter>("{}");
//! ```
//!
//! It deliberately gives no clock, no network, no files and no randomness: a plugin can only compute, and the same bytes
//! always give the same bytes. What the time is stands in the uplink.

mod arena;
#[doc(hidden)]
pub mod bindings;
mod bytes;
pub mod channel;
mod decoder;
mod dice;
mod meaning;
pub mod method;
mod orders;
mod shapes;
pub mod testing;

pub use bindings::exports::allting::decoder::decoding::{
    Command, CommandExample, CommandKind, Decoded, Description, Downlink, Example, Fault, Observation, Uplink, Value,
};
pub use bytes::Bytes;
pub use decoder::{Decoder, NoSettings};
pub use meaning::{Gauge, Words};
pub use orders::Order;

#[doc(hidden)]
pub use arena::Arena;
#[doc(hidden)]
pub use decoder::Glue;

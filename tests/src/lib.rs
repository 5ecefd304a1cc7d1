//! One simulated town: gateways, devices and the people who use its places.
//!
//! Hides the world outside the box, and knows nothing of how the box is built: it speaks to it as gateways do, over UDP.
//! Frames are made by the device stack `lorawan-device` and carried by the gateway client of `semtech-udp`, so every
//! byte the box reads was written by other hands.
//!
//! [`Traffic`](traffic::Traffic) says what a sensor would report at a moment, [`history`] a whole year of it at once, and
//! [`Live`](live::Live) the same by radio, as it happens. [`EndDevice`](radio::EndDevice) and [`Air`](radio::Air) are one
//! device and its gateways, for tests that look closely.
//!
//! ```
//! use model::Timestamp;
//! use std::{path::Path, time::Duration};
//! let norsjo = town::municipality(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo"))?;
//! let monday = Timestamp::from_seconds(1_770_000_000);
//! let frames: Vec<_> = town::history(&norsjo, monday, monday + Duration::from_hours(24)).collect();
//! assert!(frames.len() > 24 * norsjo.sensors.len());
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! It deliberately reads no wall clock: the caller says what time it is.

mod almanac;
pub mod born;
pub mod citizens;
mod dice;
pub mod flood;
mod folder;
mod habits;
mod history;
pub mod leads;
pub mod live;
pub mod panel;
pub mod payload;
pub mod peer;
pub mod radio;
mod report;
pub mod social;
pub mod taps;
pub mod traffic;
mod visits;
pub mod wall;
mod weather;

pub use folder::{copy_folder, municipality};
pub use history::{HistoryFrame, history};
pub use report::Report;

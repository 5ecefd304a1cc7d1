//! Devices and gateways, and the air between them.
//!
//! Time on the air is real time: a frame takes as long as its modulation says, RX1 opens a second after it ends, and a
//! downlink is heard only in a window that fits its moment, frequency and data rate.

mod air;
mod antenna;
mod device;
mod gateway;

pub use air::{Air, StartError};
pub use antenna::Window;
pub use device::{Confirm, EndDevice, Joined, Memory, Received, SendError, Sent};
pub use gateway::{GatewayEvent, Refusal};

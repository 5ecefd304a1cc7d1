//! MAC commands (LoRaWAN 1.0.4 section 5): what a device asks and is answered, what it is asked and answers.

mod answers;
mod ask;
mod dialogue;
mod said;

pub(crate) use answers::{Request, answers};
pub(crate) use ask::Ask;
pub(crate) use dialogue::{Dialogue, Heard};
pub(crate) use said::{Said, parse};

/// The most that a frame carries beside an application payload; what is longer goes alone, on port 0.
pub(crate) const F_OPTS_MAX: usize = 15;

/// Identifiers of commands; request and answer share one.
mod cid {
    pub(super) const LINK_CHECK: u8 = 0x02;
    pub(super) const LINK_ADR: u8 = 0x03;
    pub(super) const DUTY_CYCLE: u8 = 0x04;
    pub(super) const RX_PARAM_SETUP: u8 = 0x05;
    pub(super) const DEV_STATUS: u8 = 0x06;
    pub(super) const NEW_CHANNEL: u8 = 0x07;
    pub(super) const RX_TIMING_SETUP: u8 = 0x08;
    pub(super) const TX_PARAM_SETUP: u8 = 0x09;
    pub(super) const DL_CHANNEL: u8 = 0x0a;
    pub(super) const DEVICE_TIME: u8 = 0x0d;
}

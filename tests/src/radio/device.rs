//! An end-device: the state machine of `lorawan-device`, with a radio on the simulated air.

use super::air::Air;
use super::antenna::{Chance, Clock, NextNonce, Radio, Window};
use crate::dice::Dice;
use lorawan_device::async_device::{DR, Device, JoinMode, JoinResponse, SendResponse, Session};
use lorawan_device::default_crypto::DefaultFactory;
use lorawan_device::region::Configuration;
use lorawan_device::{AppEui, AppKey, AppSKey, NewSKey, Region};
use model::{Activation, DevAddr, DevEui, MacVersion};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Whether an uplink asks for an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Send and forget.
    No,
    /// Ask for an acknowledgement.
    Yes,
}

/// What a device keeps in flash: without it, a restart repeats nonces and counters, and a network rightly refuses them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// How often it asked to join.
    pub joins: u16,
    /// Next uplink counter of a device that does not join.
    pub f_cnt_up: u32,
}

/// A join that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The address the network gave.
    pub dev_addr: DevAddr,
    /// Where the join accept was heard; none for a device that does not join.
    pub window: Option<Window>,
}

/// A downlink, decrypted by the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Where it was heard.
    pub window: Window,
    /// It acknowledges the uplink.
    pub acknowledges: bool,
    /// Port and payload, when it carries any.
    pub data: Option<(u8, Vec<u8>)>,
}

/// An uplink that went out, and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its counter.
    pub f_cnt: u32,
    /// Its encrypted frame, as it was on the air.
    pub frame: Vec<u8>,
    /// The downlink that followed.
    pub received: Option<Received>,
}

/// An uplink that could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The device has not joined.
    NotJoined,
    /// All 2^32 counters are used.
    SessionOver,
}

/// One device of the town.
pub struct EndDevice {
    dev_eui: DevEui,
    mac_version: MacVersion,
    /// None for a device that was born with a session.
    credentials: Option<JoinMode>,
    stack: Device<Radio, DefaultFactory, Clock, Chance>,
    nonce: NextNonce,
    memory: Memory,
}

impl EndDevice {
    /// Switches a device on. It has not joined yet.
    pub fn new(device: &model::Device, air: &Air, memory: Memory) -> Self {
        let dev_eui = device.dev_eui;
        let (nonce, clock) = (NextNonce::default(), Clock::started());
        let chance = Chance { dice: Dice::of(0, &dev_eui.to_string(), memory.joins.into()), nonce: nonce.clone() };
        let radio = Radio::new(dev_eui, air, clock.clone());
        let (credentials, session) = identity(device, memory);
        let mut stack = Device::new_with_session(Configuration::new(Region::EU868), radio, clock, chance, session);
        stack.set_datarate(data_rate(dev_eui));
        Self { dev_eui, mac_version: device.mac_version, credentials, stack, nonce, memory }
    }

    /// Which device it is.
    pub fn dev_eui(&self) -> DevEui {
        self.dev_eui
    }

    /// What it has to remember over a restart.
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// How long its last uplink was on the air.
    pub fn airtime(&mut self) -> Duration {
        self.stack.get_radio().airtime
    }

    /// Asks to join, once, and waits for the answer: some 6 seconds at most. A device with a session of its own just begins.
    pub async fn join(&mut self) -> Option<Joined> {
        let mut window = None;
        if let Some(credentials) = &self.credentials {
            self.memory.joins = self.memory.joins.wrapping_add(1);
            self.nonce.0.store(u32::from(dev_nonce(self.dev_eui, self.mac_version, self.memory)), Ordering::Relaxed);
            let said = self.stack.join(credentials).await;
            if !matches!(said, Ok(JoinResponse::JoinSuccess)) {
                return None;
            }
            window = self.stack.get_radio().last.as_ref().map(|(window, _)| *window);
        }
        let session = self.stack.get_session()?;
        // The crate keeps addresses as they are on the wire, least byte first.
        let dev_addr = session.devaddr().as_ref().iter().rev().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
        Some(Joined { dev_addr: DevAddr(dev_addr), window })
    }

    /// Sends an uplink and waits until its windows are over: 2 seconds, unless something is heard.
    pub async fn send(&mut self, f_port: u8, payload: &[u8], confirm: Confirm) -> Result<Sent, SendError> {
        let f_cnt = self.stack.get_session().ok_or(SendError::NotJoined)?.fcnt_up;
        self.memory.f_cnt_up = f_cnt.checked_add(1).ok_or(SendError::SessionOver)?;
        let said = self.stack.send(payload, f_port, confirm == Confirm::Yes).await.map_err(|_| SendError::NotJoined)?;
        let data = self.stack.take_downlink().map(|downlink| (downlink.fport, downlink.data.to_vec()));
        let radio = self.stack.get_radio();
        let received = match (said, &radio.last) {
            (SendResponse::DownlinkReceived(_), Some((window, frame))) => {
                Some(Received { window: *window, acknowledges: has_ack(frame), data })
            }
            (SendResponse::SessionExpired, _) => return Err(SendError::SessionOver),
            _ => None,
        };
        Ok(Sent { f_cnt, frame: radio.sent.clone(), received })
    }
}

/// The ACK bit of `FCtrl` (LoRaWAN 1.0.4, 4.3.1.2). The device stack checks the MIC of the frame but not this bit.
fn has_ack(frame: &[u8]) -> bool {
    frame.get(5).is_some_and(|f_ctrl| f_ctrl & 0x20 != 0)
}

/// What the device asks to join with, or the session it was born with.
fn identity(device: &model::Device, memory: Memory) -> (Option<JoinMode>, Option<Session>) {
    // The crate wants identifiers as they are on the wire, least byte first, and keys as they are printed.
    let reversed = |mut eui: [u8; 8]| {
        eui.reverse();
        eui
    };
    match &device.activation {
        Activation::Otaa { join_eui, app_key } => {
            let deveui = reversed(device.dev_eui.0).into();
            let appeui = AppEui::from(reversed(join_eui.0));
            (Some(JoinMode::OTAA { deveui, appeui, appkey: AppKey::from(app_key.bytes()) }), None)
        }
        Activation::Abp { dev_addr, nwk_s_key, app_s_key } => {
            let address = dev_addr.0.to_le_bytes().into();
            let (network, app) = (NewSKey::from(nwk_s_key.bytes()), AppSKey::from(app_s_key.bytes()));
            let mut session = Session::new(network, app, address);
            session.fcnt_up = memory.f_cnt_up;
            (None, Some(session))
        }
    }
}

/// From LoRaWAN 1.0.4 on a counter that starts at 0; before, chance (LoRaWAN 1.0.3, 6.2.4; 1.0.4, 6.2.5).
fn dev_nonce(dev_eui: DevEui, version: MacVersion, memory: Memory) -> u16 {
    match version {
        MacVersion::V1_0_4 => memory.joins.wrapping_sub(1),
        _ => (Dice::of(0, &format!("nonce of {dev_eui}"), memory.joins.into()).next() & 0xffff) as u16,
    }
}

/// Most are near a gateway and fast, some are far and slow.
fn data_rate(dev_eui: DevEui) -> DR {
    match Dice::of(1, &dev_eui.to_string(), 0).next() % 5 {
        0 => DR::_3,
        1 => DR::_4,
        _ => DR::_5,
    }
}

impl fmt::Debug for EndDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndDevice")
            .field("dev_eui", &self.dev_eui)
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}

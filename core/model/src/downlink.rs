use crate::{DevEui, GatewayEui, Timestamp};
use std::collections::BTreeMap;

/// What an application says to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downlink {
    /// Port, 1 to 223.
    pub f_port: u8,
    /// In clear; at most 242 bytes, and 51 at the slowest data rates.
    pub payload: Vec<u8>,
    /// The device is to acknowledge it.
    pub confirmed: bool,
}

/// Number of a downlink, unique for its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DownlinkId(pub u32);

/// A downlink that waits for its device to speak, or for its acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedDownlink {
    /// Its number.
    pub id: DownlinkId,
    /// What to say.
    pub downlink: Downlink,
    /// How often a gateway was asked to send it.
    pub attempts: u8,
}

/// Downlinks of one device, first the oldest. Ground truth: it is kept on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DownlinkQueue {
    /// Number of the next one. Never goes back.
    pub next_id: u32,
    /// Those that are not done.
    pub waiting: Vec<QueuedDownlink>,
}

/// Why a downlink was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DownlinkFailure {
    /// The data rate of the device takes no more than this many bytes.
    #[error("longer than the {room} bytes that fit at the data rate of the device")]
    TooLong {
        /// Bytes that would fit.
        room: usize,
    },
    /// Sent five times, and the device never acknowledged it.
    #[error("sent five times and never acknowledged")]
    NotAcknowledged,
    /// Five times no gateway would send it.
    #[error("refused by the gateways five times")]
    Refused,
}

/// How far a downlink has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownlinkState {
    /// It waits for the device to speak.
    Waiting,
    /// This gateway sent it. Whether the device heard it is known only of a confirmed one.
    Sent(GatewayEui),
    /// The device has it.
    Acknowledged,
    /// It was given up.
    Failed(DownlinkFailure),
    /// It was taken back before it was done.
    Withdrawn,
}

/// A downlink and what became of it, kept also when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownlinkRecord {
    /// To which device.
    pub dev_eui: DevEui,
    /// Which of its downlinks.
    pub id: DownlinkId,
    /// What is said.
    pub downlink: Downlink,
    /// The command of the decoder that it was made of; none where the bytes were given.
    pub command: Option<String>,
    /// Who asked for it: the name of a token, or of a colleague.
    pub by: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// How far it has come.
    pub state: DownlinkState,
    /// Since when.
    pub changed_at: Timestamp,
}

/// Where a device listens in RX2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rx2 {
    /// Hertz.
    pub frequency_hz: u32,
    /// Index of the data rate in the region's table.
    pub data_rate: u8,
}

/// What a device was told of its radio and confirmed. The default is what each device is born with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// Steps below the most transmit power of the region (`TXPower`).
    pub tx_power: u8,
    /// How often it sends each uplink, 1 to 15 (`NbTrans`).
    pub nb_trans: u8,
    /// Channels it knows: bit n for channel n.
    pub channels: u16,
    /// How much slower RX1 is than the uplink (`RX1DROffset`).
    pub rx1_dr_offset: u8,
    /// RX2; none: as the region says.
    pub rx2: Option<Rx2>,
    /// It may be on the air one part in two to the power of this (`MaxDutyCycle`); 0: as its band allows.
    pub max_duty_cycle: u8,
    /// Frequency of RX1 by channel, hertz, where it is not the uplink's.
    pub rx1_frequencies_hz: BTreeMap<u8, u32>,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            tx_power: 0,
            nb_trans: 1,
            channels: 0b111,
            rx1_dr_offset: 0,
            rx2: None,
            max_duty_cycle: 0,
            rx1_frequencies_hz: BTreeMap::new(),
        }
    }
}

/// How a device is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Battery {
    /// From the mains.
    External,
    /// From a battery that is so full, percent.
    Percent(u8),
    /// It cannot measure.
    Unknown,
}

/// What a device says of itself (LoRaWAN 1.0.4 section 5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceStatus {
    /// Its supply.
    pub battery: Battery,
    /// Signal-to-noise ratio at which it heard the network, dB, -32 to 31.
    pub margin_db: i8,
    /// When it said so.
    pub at: Timestamp,
}

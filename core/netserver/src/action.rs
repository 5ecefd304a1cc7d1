use crate::clue::Clue;
use crate::queue::DownlinkEvent;
use crate::rejection::Rejection;
use model::{
    DataRate, DevAddr, DevEui, DeviceState, DeviceStatus, DownlinkId, GatewayEui, Reception, Session, Timestamp, Uplink,
};
use std::net::SocketAddr;

/// What the caller must do, in the order of the list.
#[expect(clippy::large_enum_variant, reason = "few at a time, and gone at once")]
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// PUSH_ACK or PULL_ACK: send at once. It says received, not stored.
    Acknowledge {
        /// Whom to.
        to: SocketAddr,
        /// The datagram.
        bytes: Vec<u8>,
    },
    /// Goes to disk, at the latest before the next [`Action::Transmit`] leaves.
    Persist(Change),
    /// PULL_RESP: send once every [`Action::Persist`] before it, of this list and of earlier ones, is durable.
    Transmit {
        /// Whom to.
        to: SocketAddr,
        /// The datagram.
        bytes: Vec<u8>,
    },
    /// A device said something, once: the first valid copy, with nothing waited for.
    Uplink(Uplink),
    /// A later copy of an uplink that was published already.
    Reception {
        /// From which device.
        dev_eui: DevEui,
        /// Which of its uplinks.
        f_cnt: u32,
        /// Who heard it.
        reception: Reception,
    },
    /// A device asked to join and is offered a session, which begins with its first uplink.
    Joined {
        /// Which device.
        dev_eui: DevEui,
        /// Its address in the new session.
        dev_addr: DevAddr,
        /// The gateway that told first.
        gateway: GatewayEui,
        /// How that heard it.
        heard: Hearing,
    },
    /// Something became of an application downlink.
    Downlink {
        /// Of which device.
        dev_eui: DevEui,
        /// Which of its downlinks.
        id: DownlinkId,
        /// What.
        event: DownlinkEvent,
    },
    /// A device told how it is.
    Status {
        /// Which device.
        dev_eui: DevEui,
        /// How.
        status: DeviceStatus,
    },
    /// Something was dropped. For the live frame log; [`crate::Report`] has it counted.
    Rejected {
        /// Why.
        why: Rejection,
        /// By which gateway it came, as far as it could be read.
        gateway: Option<GatewayEui>,
        /// The address it named.
        dev_addr: Option<DevAddr>,
        /// The device it says it is, or is for certain.
        dev_eui: Option<DevEui>,
        /// How it was heard, where it was a frame.
        heard: Option<Hearing>,
        /// What is most likely wrong in the configuration.
        clue: Option<Clue>,
    },
    /// Call [`crate::NetworkServer::wake`] then. Waking early, late or twice does no harm.
    WakeAt(Timestamp),
}

/// How a gateway heard a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hearing {
    /// Received signal strength, dBm.
    pub rssi_dbm: f32,
    /// Signal-to-noise ratio, dB; FSK has none.
    pub snr_db: Option<f32>,
    /// Hertz.
    pub frequency_hz: u32,
    /// Modulation.
    pub data_rate: DataRate,
}

/// What must outlive a restart.
#[expect(clippy::large_enum_variant, reason = "few at a time, and gone at once")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// All of a device: it joined, its new session began, or its downlinks or its status changed.
    Device {
        /// Which one.
        dev_eui: DevEui,
        /// Replaces what was kept of it.
        state: DeviceState,
    },
    /// Counters or link settings of the session in use moved; all else is as it was.
    Session {
        /// Which device.
        dev_eui: DevEui,
        /// Replaces the session in use.
        session: Session,
    },
}

use crate::queue::DownlinkEvent;
use model::{
    DevAddr, DevEui, DeviceState, DeviceStatus, DownlinkId, GatewayEui, Reception, Session, Timestamp, Uplink,
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
        /// The device, where it is certain.
        dev_eui: Option<DevEui>,
    },
    /// Call [`crate::NetworkServer::wake`] then. Waking early, late or twice does no harm.
    WakeAt(Timestamp),
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

/// Why something was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Rejection {
    /// No datagram of the gateway protocol.
    #[error("not a datagram of the gateway protocol")]
    NotGwmp,
    /// A datagram, a list in it or a payload over its limit.
    #[error("larger than anything a gateway sends")]
    TooLarge,
    /// More datagrams than one sender may send.
    #[error("too many datagrams from one sender")]
    RateLimited,
    /// The gateway was not adopted.
    #[error("gateway not adopted")]
    UnknownGateway,
    /// The gateway's EUI, from another machine than the gateway.
    #[error("gateway speaks from another address than before")]
    OtherAddress,
    /// The text in the datagram is no JSON object.
    #[error("datagram without readable JSON")]
    BadJson,
    /// One `rxpk` lacks what it takes; those beside it were taken.
    #[error("received packet cannot be read")]
    BadPacket,
    /// The gateway heard it damaged.
    #[error("damaged on the air")]
    CrcFailed,
    /// A TX_ACK for nothing that was sent.
    #[error("acknowledgement for nothing that was sent")]
    UnknownTxAck,
    /// No LoRaWAN 1.0 frame.
    #[error("not a LoRaWAN frame")]
    NotLorawan,
    /// A frame that no end-device sends: a downlink heard by another gateway, a rejoin, a proprietary one.
    #[error("not an uplink")]
    NotAnUplink,
    /// No device has a session under this address: a neighbour's, most often.
    #[error("no device has this address")]
    UnknownDevAddr,
    /// A join request of a device that is not configured.
    #[error("device not configured")]
    UnknownDevice,
    /// Signed with another key.
    #[error("signature does not fit: wrong key, or forged")]
    WrongMic,
    /// A counter that was passed already.
    #[error("frame counter was used before")]
    Replayed,
    /// The newest uplink sent again; it was acknowledged again if it asked for it, but is no new uplink.
    #[error("sent again")]
    Repeated,
    /// A copy that adds nothing: of a join request, or by a gateway that was counted already.
    #[error("copy of a frame taken already")]
    Duplicate,
    /// The counter jumped further than the device's LoRaWAN version allows.
    #[error("frame counter jumped too far; the device must join again")]
    GapTooLarge,
    /// A device with a fixed session asked to join.
    #[error("device is configured not to join")]
    NotOtaa,
    /// The key fits, the join server the device asks for is another.
    #[error("device asks for another JoinEUI")]
    WrongJoinEui,
    /// This join request was used before.
    #[error("join nonce of the device was used before")]
    DevNonceUsed,
    /// 2^24 joins, or 2^32 downlinks: there is no number left that was never used.
    #[error("no unused number left")]
    Exhausted,
    /// No gateway that heard the device takes downlinks.
    #[error("no gateway to answer by")]
    NoDownlinkPath,
    /// Both receive windows are over or too near.
    #[error("too late to answer")]
    DownlinkTooLate,
    /// The gateway used up what the law allows it in an hour, in every window of the device.
    #[error("no air time left in this hour")]
    DutyCycle,
    /// The gateway sends something else at that moment.
    #[error("gateway is sending something else then")]
    TransmitterBusy,
    /// Nobody may send there.
    #[error("frequency outside of the sub-bands of EU868")]
    OutsideBand,
    /// The gateway could not send a downlink.
    #[error("gateway refused the downlink: {0}")]
    DownlinkRefused(TxRefusal),
}

/// Why a gateway did not send a downlink (TX_ACK `error`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum TxRefusal {
    /// It came too late.
    #[error("too late")]
    TooLate,
    /// It came too early.
    #[error("too early")]
    TooEarly,
    /// The transmitter is busy then.
    #[error("transmitter busy")]
    Collision,
    /// The gateway cannot send on this frequency.
    #[error("frequency not supported")]
    Frequency,
    /// The gateway cannot send with this power.
    #[error("power not supported")]
    Power,
    /// Any other word, or none that can be read.
    #[error("reason not known")]
    Other,
}

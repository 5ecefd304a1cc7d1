//! Why something was dropped, in words that do not change.

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

impl Rejection {
    /// Every reason there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [
            Self::NotGwmp,
            Self::TooLarge,
            Self::RateLimited,
            Self::UnknownGateway,
            Self::OtherAddress,
            Self::BadJson,
            Self::BadPacket,
            Self::CrcFailed,
            Self::UnknownTxAck,
            Self::NotLorawan,
            Self::NotAnUplink,
            Self::UnknownDevAddr,
            Self::UnknownDevice,
            Self::WrongMic,
            Self::Replayed,
            Self::Repeated,
            Self::Duplicate,
            Self::GapTooLarge,
            Self::NotOtaa,
            Self::WrongJoinEui,
            Self::DevNonceUsed,
            Self::Exhausted,
            Self::NoDownlinkPath,
            Self::DownlinkTooLate,
            Self::DutyCycle,
            Self::TransmitterBusy,
            Self::OutsideBand,
        ];
        plain.into_iter().chain(TxRefusal::ALL.map(Self::DownlinkRefused))
    }

    /// A short name that does not change, for programs and as key of texts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotGwmp => "not-gwmp",
            Self::TooLarge => "too-large",
            Self::RateLimited => "rate-limited",
            Self::UnknownGateway => "unknown-gateway",
            Self::OtherAddress => "other-address",
            Self::BadJson => "bad-json",
            Self::BadPacket => "bad-packet",
            Self::CrcFailed => "crc-failed",
            Self::UnknownTxAck => "unknown-tx-ack",
            Self::NotLorawan => "not-lorawan",
            Self::NotAnUplink => "not-an-uplink",
            Self::UnknownDevAddr => "unknown-dev-addr",
            Self::UnknownDevice => "unknown-device",
            Self::WrongMic => "wrong-mic",
            Self::Replayed => "replayed",
            Self::Repeated => "repeated",
            Self::Duplicate => "duplicate",
            Self::GapTooLarge => "gap-too-large",
            Self::NotOtaa => "not-otaa",
            Self::WrongJoinEui => "wrong-join-eui",
            Self::DevNonceUsed => "dev-nonce-used",
            Self::Exhausted => "exhausted",
            Self::NoDownlinkPath => "no-downlink-path",
            Self::DownlinkTooLate => "downlink-too-late",
            Self::DutyCycle => "duty-cycle",
            Self::TransmitterBusy => "transmitter-busy",
            Self::OutsideBand => "outside-band",
            Self::DownlinkRefused(why) => why.word(),
        }
    }
}

impl TxRefusal {
    const ALL: [Self; 6] = [Self::TooLate, Self::TooEarly, Self::Collision, Self::Frequency, Self::Power, Self::Other];

    const fn word(self) -> &'static str {
        match self {
            Self::TooLate => "refused-too-late",
            Self::TooEarly => "refused-too-early",
            Self::Collision => "refused-collision",
            Self::Frequency => "refused-frequency",
            Self::Power => "refused-power",
            Self::Other => "refused-other",
        }
    }
}

use crate::Rejection;
use model::{DevEui, DeviceStatus, GatewayEui, LinkSettings, Timestamp};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// What staff may see of the radio side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The gateways that were adopted.
    pub gateways: Vec<GatewayReport>,
    /// Gateways that were heard and not adopted.
    pub strangers: Vec<Stranger>,
    /// The devices that are configured.
    pub devices: Vec<DeviceReport>,
    /// How much was dropped since the start, by reason.
    pub rejected: BTreeMap<Rejection, u64>,
}

/// One adopted gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayReport {
    /// Which one.
    pub eui: GatewayEui,
    /// Where downlinks for it go; none before its first PULL_DATA.
    pub downlink_address: Option<SocketAddr>,
    /// When it last sent anything.
    pub last_heard: Option<Timestamp>,
    /// Radio packets it brought since the start.
    pub received: u64,
    /// Downlinks it was asked to send since the start.
    pub downlinks: u64,
    /// Its newest report about itself.
    pub stat: Option<GatewayStat>,
    /// Its air time, by sub-band.
    pub bands: Vec<BandUse>,
}

/// How much of a sub-band a gateway used in the last hour. A restart of the box forgets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BandUse {
    /// Where it begins, hertz.
    pub from_hz: u32,
    /// Where it ends, hertz.
    pub to_hz: u32,
    /// Time on air.
    pub used: Duration,
    /// What the law allows in an hour (ETSI EN 300 220-2).
    pub allowed: Duration,
}

/// One device.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceReport {
    /// Which one.
    pub dev_eui: DevEui,
    /// What it last said of itself; asked once a day.
    pub status: Option<DeviceStatus>,
    /// What it was told of its radio; none before its first session.
    pub link: Option<LinkSettings>,
    /// How well the best gateway heard it of late, dB.
    pub best_snr_db: Option<f32>,
    /// Uplinks of late that no gateway heard, percent.
    pub lost_percent: Option<u8>,
    /// Downlinks that wait for it.
    pub downlinks_waiting: usize,
}

/// What a gateway says of itself (`stat`). Counts since its own last report or start, as its maker chose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatewayStat {
    /// Radio packets received.
    pub received: Option<u64>,
    /// Of these undamaged.
    pub received_intact: Option<u64>,
    /// Radio packets forwarded.
    pub forwarded: Option<u64>,
    /// Part of its datagrams that were acknowledged, percent.
    pub acknowledged_percent: Option<f32>,
    /// Downlinks it got.
    pub downlinks: Option<u64>,
    /// Downlinks it sent.
    pub transmitted: Option<u64>,
}

/// A gateway that was seen and may be adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Which one it says it is.
    pub eui: GatewayEui,
    /// Where its newest datagram came from.
    pub address: SocketAddr,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// How many datagrams.
    pub datagrams: u64,
}

//! By which gateway a downlink goes, in which receive window, and what waits for a gateway's word.

use crate::Rejection;
use crate::airtime::{Direction, airtime};
use crate::clock::Uptime;
use crate::device::Copy;
use crate::duty_cycle::Emission;
use crate::region::Region;
use model::{DataRate, DevEui, DownlinkId, GatewayEui, LinkSettings, Rx2};
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// RX2 opens this long after RX1 (LoRaWAN 1.0.4 section 3.3).
pub(crate) const RX2_AFTER_RX1: Duration = Duration::from_secs(1);

/// `JOIN_ACCEPT_DELAY1` of EU868.
pub(crate) const JOIN_RX1_DELAY: Duration = Duration::from_secs(5);

/// A gateway says at once whether it will send; after this nothing can be made good.
const TX_ACK_WITHIN: Duration = Duration::from_secs(10);

/// Downlinks without a word yet. A gateway sends a few a second at most; the oldest is given up.
const IN_FLIGHT_MAX: usize = 1024;

/// One receive window of a device, as one gateway must be asked to hit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) tmst: u32,
    pub(crate) frequency_hz: u32,
    pub(crate) data_rate: DataRate,
    pub(crate) eirp_dbm: i8,
    /// After this a gateway gets it too late.
    latest: Uptime,
}

impl Window {
    /// The transmission of so many bytes that hits it; none when the modulation has no downlinks.
    pub(crate) fn emission(&self, bytes: usize) -> Option<Emission> {
        let airtime = airtime(self.data_rate, bytes, Direction::Down)?;
        Some(Emission { frequency_hz: self.frequency_hz, tmst: self.tmst, airtime })
    }

    pub(crate) fn is_open(&self, now: Uptime) -> bool {
        now <= self.latest
    }
}

/// A way to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) gateway: GatewayEui,
    pub(crate) window: Window,
}

/// What a downlink has to keep to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing<'a> {
    pub(crate) region: &'a Region,
    /// From the end of the uplink to RX1.
    pub(crate) rx1_delay: Duration,
    /// Where the device listens.
    pub(crate) link: &'a LinkSettings,
    /// Time that network and forwarder need before a window opens.
    pub(crate) margin: Duration,
}

/// The ways to a device that are open, best first: by the gateway that heard it best, in RX1 and then in RX2; then by the others.
pub(crate) fn routes(
    now: Uptime,
    timing: Timing<'_>,
    copies: &[Copy],
    takes_downlinks: impl Fn(GatewayEui) -> bool,
) -> Result<Vec<Route>, Rejection> {
    let mut able: Vec<_> = copies.iter().filter(|c| c.tmst.is_some() && takes_downlinks(c.gateway)).collect();
    if able.is_empty() {
        return Err(Rejection::NoDownlinkPath);
    }
    able.sort_by(|a, b| better_heard(a, b));
    let of = |copy: &&Copy| {
        let gateway = copy.gateway;
        [rx1(timing, copy), rx2(timing, copy)].map(|window| Some(Route { gateway, window: window? }))
    };
    let all = able.iter().flat_map(of).flatten();
    let open: Vec<_> = all.filter(|route| route.window.is_open(now)).collect();
    if open.is_empty() { Err(Rejection::DownlinkTooLate) } else { Ok(open) }
}

/// Best signal-to-noise ratio first; strength where there is none (FSK).
fn better_heard(a: &Copy, b: &Copy) -> Ordering {
    let worst = f32::NEG_INFINITY;
    let by_snr = b.snr_db.unwrap_or(worst).total_cmp(&a.snr_db.unwrap_or(worst));
    by_snr.then(b.rssi_dbm.total_cmp(&a.rssi_dbm))
}

fn rx1(timing: Timing<'_>, copy: &Copy) -> Option<Window> {
    let Timing { region, link, rx1_delay, .. } = timing;
    let (frequency_hz, data_rate) = region.rx1(copy.frequency_hz, copy.data_rate, link.rx1_dr_offset)?;
    let moved = region.channel(copy.frequency_hz).and_then(|channel| link.rx1_frequencies_hz.get(&channel));
    window(timing, copy, rx1_delay, (moved.copied().unwrap_or(frequency_hz), data_rate))
}

fn rx2(timing: Timing<'_>, copy: &Copy) -> Option<Window> {
    let Timing { region, link, rx1_delay, .. } = timing;
    let Rx2 { frequency_hz, data_rate } = link.rx2.unwrap_or_else(|| region.rx2());
    window(timing, copy, rx1_delay + RX2_AFTER_RX1, (frequency_hz, region.data_rate(data_rate)?))
}

fn window(
    timing: Timing<'_>,
    copy: &Copy,
    delay: Duration,
    (frequency_hz, data_rate): (u32, DataRate),
) -> Option<Window> {
    let delay_us = u32::try_from(delay.as_micros()).ok()?;
    Some(Window {
        // The gateway's clock wraps every 71.6 minutes.
        tmst: copy.tmst?.wrapping_add(delay_us),
        frequency_hz,
        data_rate,
        eirp_dbm: timing.region.downlink_eirp_dbm(frequency_hz),
        latest: copy.arrived + delay.saturating_sub(timing.margin),
    })
}

/// A downlink that a gateway has not refused yet.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) dev_eui: DevEui,
    /// The application downlink in it.
    pub(crate) carries: Option<DownlinkId>,
    pub(crate) phy_payload: Vec<u8>,
    pub(crate) route: Route,
    /// To try when the gateway refuses.
    pub(crate) fallbacks: VecDeque<Route>,
}

/// Downlinks by their token.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    sent: BTreeMap<u16, (Uptime, Sent)>,
    newest_token: u16,
}

impl InFlight {
    /// Notes a downlink and gives its token.
    pub(crate) fn note(&mut self, now: Uptime, sent: Sent) -> u16 {
        self.sent.retain(|_, (at, _)| now.since(*at) <= TX_ACK_WITHIN);
        if self.sent.len() >= IN_FLIGHT_MAX {
            let oldest = self.sent.iter().min_by_key(|(_, (at, _))| *at).map(|(token, _)| *token);
            oldest.and_then(|token| self.sent.remove(&token));
        }
        self.newest_token = self.newest_token.wrapping_add(1);
        self.sent.insert(self.newest_token, (now, sent));
        self.newest_token
    }

    /// The downlink this gateway speaks of.
    pub(crate) fn take(&mut self, token: u16, gateway: GatewayEui) -> Option<Sent> {
        let (_, sent) = self.sent.get(&token)?;
        if sent.route.gateway != gateway {
            return None;
        }
        self.sent.remove(&token).map(|(_, sent)| sent)
    }
}

#[cfg(test)]
#[path = "downlink_tests.rs"]
mod tests;

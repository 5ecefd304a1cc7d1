//! What is on the air, and who can hear it.

use super::gateway::{self, GatewayEvent};
use crate::dice::Dice;
use model::{DevEui, GatewayEui};
use semtech_udp::DataRate;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;

/// Frames kept for a device that is slow to listen. A town sends a few each second, and a device looks each second.
const FRAMES_MAX: usize = 256;

/// One radio frame, either way.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) bytes: Arc<[u8]>,
    pub(super) frequency_hz: u32,
    pub(super) data_rate: DataRate,
}

/// An uplink as it reaches one gateway.
pub(super) struct Heard {
    pub(super) frame: Frame,
    pub(super) ended: Instant,
    pub(super) rssi_dbm: i32,
    pub(super) snr_db: f32,
}

/// A downlink on its way.
#[derive(Clone)]
pub(super) struct Emission {
    pub(super) gateway: GatewayEui,
    pub(super) frame: Frame,
    pub(super) begins: Instant,
}

/// The air over one town, and the gateways under it. Cheap to clone. The gateways stop with the runtime they were started in.
#[derive(Clone)]
pub struct Air {
    gateways: Arc<[Mast]>,
    emissions: broadcast::Sender<Emission>,
}

struct Mast {
    eui: GatewayEui,
    uplinks: mpsc::UnboundedSender<Heard>,
    /// The gateway lives as long as this.
    _alive: triggered::Trigger,
}

/// A gateway could not be started.
#[derive(Debug)]
pub struct StartError(pub(super) semtech_udp::client_runtime::Error);

impl Air {
    /// Starts gateways that forward to `to`, in the running tokio runtime. What they do with downlinks is told to `events`.
    pub async fn with_gateways(
        to: SocketAddr,
        gateways: &[GatewayEui],
        events: mpsc::UnboundedSender<GatewayEvent>,
    ) -> Result<Self, StartError> {
        let (emissions, _) = broadcast::channel(FRAMES_MAX);
        let mut masts = Vec::new();
        for &eui in gateways {
            let (uplinks, heard) = mpsc::unbounded_channel();
            let (alive, stopped) = triggered::trigger();
            gateway::start(eui, to, heard, emissions.clone(), events.clone(), stopped).await?;
            masts.push(Mast { eui, uplinks, _alive: alive });
        }
        Ok(Self { gateways: masts.into(), emissions })
    }

    /// How well each gateway hears a device: the first and, for two devices of three, a second, weaker one. Best first.
    pub fn hears(&self, device: DevEui) -> Vec<(GatewayEui, f32)> {
        let mut dice = Dice::of(0, &device.to_string(), 0);
        let count = self.gateways.len().max(1);
        let nearest = usize::try_from(dice.next() % 97).unwrap_or(0) % count;
        let reach = if dice.unit() < 0.67 { 2 } else { 1 };
        let order = self.gateways.iter().cycle().skip(nearest).take(count.min(reach));
        let snrs = [dice.between(1.0, 9.5), dice.between(-7.0, 0.5)];
        order.zip(snrs).map(|(mast, snr)| (mast.eui, tenths(snr))).collect()
    }

    /// Puts an uplink on the air, as it ends.
    pub(super) fn carry(&self, from: DevEui, frame: &Frame, ended: Instant) {
        for (eui, snr_db) in self.hears(from) {
            let Some(mast) = self.gateways.iter().find(|mast| mast.eui == eui) else { continue };
            // Noise floor at 125 kHz is about -117 dBm; above it RSSI and SNR rise together.
            let heard = Heard { frame: frame.clone(), ended, rssi_dbm: dbm(snr_db) - 111, snr_db };
            // A gateway that stopped hears nothing.
            let _ = mast.uplinks.send(heard);
        }
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Emission> {
        self.emissions.subscribe()
    }
}

/// Time on air of a `LoRa` frame with 8 preamble symbols and coding rate 4/5 (SX1276 data sheet, 4.1.1.7). Downlinks carry no CRC, which may shorten them by a symbol or two; that is not counted.
pub(super) fn airtime(data_rate: DataRate, bytes: usize) -> Duration {
    let (sf, bandwidth_hz) = (data_rate.spreading_factor().factor(), data_rate.bandwidth().hz());
    let symbol_us = u64::from((1_000_000_u32 << sf) / bandwidth_hz);
    let slow = u64::from(symbol_us > 16_000);
    let bits = (8 * bytes as u64 + 44).saturating_sub(4 * u64::from(sf));
    let payload_symbols = 8 + bits.div_ceil(4 * (u64::from(sf) - 2 * slow)) * 5;
    // 8 + 4.25 symbols of preamble.
    Duration::from_micros(symbol_us * (49 + 4 * payload_symbols) / 4)
}

#[expect(clippy::cast_possible_truncation, reason = "a signal-to-noise ratio is small")]
fn tenths(db: f64) -> f32 {
    ((db * 10.0).round() / 10.0) as f32
}

#[expect(clippy::cast_possible_truncation, reason = "a signal-to-noise ratio is small")]
fn dbm(db: f32) -> i32 {
    db.round() as i32
}

impl fmt::Debug for Air {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.gateways.iter().map(|mast| mast.eui)).finish()
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a gateway could not be started: {}", self.0)
    }
}

impl std::error::Error for StartError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn airtime_is_as_the_data_sheet_says() {
        let of = |rate: &str, bytes| airtime(rate.parse().unwrap(), bytes).as_micros();
        // The usual examples of the LoRa calculators: 13 bytes of overhead and 10 of payload.
        assert_eq!(of("SF7BW125", 23), 61_696);
        assert_eq!(of("SF12BW125", 23), 1_482_752);
        assert_eq!(of("SF10BW125", 23), 370_688);
    }
}

//! The parts of a device that touch the world: its radio, its clock and its chance, as `lorawan-device` wants them.

use super::air::{Air, Emission, Frame, airtime};
use crate::dice::Dice;
use lorawan_device::async_device::Timings;
use lorawan_device::async_device::radio::{PhyRxTx, RxConfig, RxQuality, RxStatus, Timer, TxConfig};
use model::{DevEui, GatewayEui};
use rand_core::RngCore;
use semtech_udp::DataRate;
use std::convert::Infallible;
use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};

/// How far from the opening of a window a downlink may begin and still be heard: a few symbols of its preamble.
const TOLERANCE: Duration = Duration::from_millis(12);

/// The receive window in which a downlink was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The first, on the uplink's own channel.
    Rx1,
    /// The second, on 869.525 MHz.
    Rx2,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rx1 => "RX1",
            Self::Rx2 => "RX2",
        })
    }
}

/// Knows when the last uplink ended and when the next window opens, to the microsecond and however busy the machine is.
#[derive(Clone)]
pub(super) struct Clock {
    on: Instant,
    sent_us: Arc<AtomicU64>,
    opens_us: Arc<AtomicU64>,
}

impl Clock {
    pub(super) fn started() -> Self {
        Self { on: Instant::now(), sent_us: Arc::default(), opens_us: Arc::default() }
    }

    fn sent_at(&self, moment: Instant) {
        let since = moment.duration_since(self.on).as_micros();
        self.sent_us.store(u64::try_from(since).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn opens(&self) -> Instant {
        self.on + Duration::from_micros(self.opens_us.load(Ordering::Relaxed))
    }
}

impl Timer for Clock {
    /// The radio noted the end of the uplink already, exactly.
    fn reset(&mut self) {}

    async fn at(&mut self, millis: u64) {
        self.opens_us.store(self.sent_us.load(Ordering::Relaxed) + millis * 1000, Ordering::Relaxed);
        sleep_until(self.opens()).await;
    }

    async fn delay_ms(&mut self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}

/// Tells the dice which number to give when the stack next asks for a `DevNonce`. Above 16 bits: any.
#[derive(Clone)]
pub(super) struct NextNonce(pub(super) Arc<AtomicU32>);

impl Default for NextNonce {
    fn default() -> Self {
        Self(Arc::new(AtomicU32::new(u32::MAX)))
    }
}

/// What the radio of one device sent and heard last.
pub(super) struct Radio {
    dev_eui: DevEui,
    air: Air,
    emissions: broadcast::Receiver<Emission>,
    /// Gateways it can hear: those that hear it.
    gateways: Vec<GatewayEui>,
    clock: Clock,
    listens: Option<RxConfig>,
    /// How many windows opened since the last uplink.
    windows: u8,
    /// Downlinks on the air whose window may still come.
    coming: Vec<Emission>,
    /// The last uplink.
    pub(super) sent: Vec<u8>,
    /// How long it took.
    pub(super) airtime: Duration,
    /// The downlink that followed it.
    pub(super) last: Option<(Window, Vec<u8>)>,
}

impl Radio {
    pub(super) fn new(dev_eui: DevEui, air: &Air, clock: Clock) -> Self {
        Self {
            dev_eui,
            air: air.clone(),
            emissions: air.listen(),
            gateways: air.hears(dev_eui).into_iter().map(|(eui, _)| eui).collect(),
            clock,
            listens: None,
            windows: 0,
            coming: Vec::new(),
            sent: Vec::new(),
            airtime: Duration::ZERO,
            last: None,
        }
    }

    /// The downlink that begins as the window opens, on its frequency and data rate. A gateway accepts a frame some time
    /// before it is due, so that it is known here by then.
    fn hear(&mut self, opens: Instant) -> Option<Emission> {
        loop {
            match self.emissions.try_recv() {
                Ok(emission) => self.coming.push(emission),
                Err(broadcast::error::TryRecvError::Lagged(_)) => {}
                Err(_) => break,
            }
        }
        self.coming.retain(|emission| emission.begins + TOLERANCE >= opens);
        let rf = self.listens.as_ref()?.rf;
        let fits = |emission: &Emission| {
            emission.begins <= opens + TOLERANCE
                && emission.frame.frequency_hz == rf.frequency
                && emission.frame.data_rate == DataRate::new(rf.bb.sf, rf.bb.bw)
                && self.gateways.contains(&emission.gateway)
        };
        let found = self.coming.iter().position(fits)?;
        Some(self.coming.swap_remove(found))
    }
}

impl PhyRxTx for Radio {
    type PhyError = Infallible;
    const MAX_RADIO_POWER: u8 = 14;

    async fn tx(&mut self, config: TxConfig, bytes: &[u8]) -> Result<u32, Infallible> {
        let data_rate = DataRate::new(config.rf.bb.sf, config.rf.bb.bw);
        let frame = Frame { bytes: bytes.into(), frequency_hz: config.rf.frequency, data_rate };
        self.airtime = airtime(data_rate, bytes.len());
        let ends = Instant::now() + self.airtime;
        sleep_until(ends).await;
        self.air.carry(self.dev_eui, &frame, ends);
        self.clock.sent_at(ends);
        self.sent = bytes.to_vec();
        (self.windows, self.last) = (0, None);
        // The clock counts from the end of the frame already.
        Ok(0)
    }

    async fn setup_rx(&mut self, config: RxConfig) -> Result<(), Infallible> {
        self.windows += 1;
        self.listens = Some(config);
        Ok(())
    }

    /// Class C only.
    async fn rx_continuous(&mut self, _: &mut [u8]) -> Result<(usize, RxQuality), Infallible> {
        pending().await
    }

    async fn rx_single(&mut self, buffer: &mut [u8]) -> Result<RxStatus, Infallible> {
        let Some(Emission { frame, begins, .. }) = self.hear(self.clock.opens()) else {
            return Ok(RxStatus::RxTimeout);
        };
        sleep_until(begins + airtime(frame.data_rate, frame.bytes.len())).await;
        let Some(room) = buffer.get_mut(..frame.bytes.len()) else { return Ok(RxStatus::RxTimeout) };
        room.copy_from_slice(&frame.bytes);
        let window = if self.windows == 1 { Window::Rx1 } else { Window::Rx2 };
        self.last = Some((window, frame.bytes.to_vec()));
        Ok(RxStatus::Rx(frame.bytes.len(), RxQuality::new(-90, 6)))
    }
}

impl Timings for Radio {
    /// It wakes in no time.
    fn get_rx_window_lead_time_ms(&self) -> u32 {
        0
    }
}

/// The stack draws channels and nonces from it. Of a join it draws the nonce first.
pub(super) struct Chance {
    pub(super) dice: Dice,
    pub(super) nonce: NextNonce,
}

impl RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        match u16::try_from(self.nonce.0.swap(u32::MAX, Ordering::Relaxed)) {
            // The stack writes it most significant byte first; LoRaWAN wants the least first.
            Ok(nonce) => nonce.swap_bytes().into(),
            Err(_) => (self.dice.next() >> 32) as u32,
        }
    }

    fn next_u64(&mut self) -> u64 {
        self.dice.next()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| (self.dice.next() >> 56) as u8);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

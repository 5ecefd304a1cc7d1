//! A gateway: the client of `semtech-udp`, with the judgement of a packet forwarder about what it can send.

use super::air::{Emission, Frame, Heard, StartError, airtime};
use crate::dice::Dice;
use model::GatewayEui;
use semtech_udp::client_runtime::{ClientRx, ClientTx, DownlinkRequest, Event, UdpRuntime};
use semtech_udp::push_data::{CRC, Packet, RxPk, RxPkV1, Stat};
use semtech_udp::{CodingRate, MacAddress, Modulation, pull_resp, tx_ack};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;

/// A frame must arrive this long before it is due: 1.5 ms to start the radio, 1 ms of margin and 40 ms of queue
/// (Semtech `jitqueue.c`).
const LEAD: Duration = Duration::from_micros(42_500);
/// A frame due later than this is a mistake: twice the longest window.
const ADVANCE_MAX: Duration = Duration::from_secs(32);
/// The strongest a European gateway may send, dBm EIRP on 869.525 MHz.
const POWER_MAX_DBM: u64 = 29;
/// How often a gateway tells how it is.
const STAT_EVERY: Duration = Duration::from_secs(30);

/// What a gateway did with a downlink it was asked to send.
#[derive(Clone, Debug, PartialEq)]
pub enum GatewayEvent {
    /// It is on its way.
    Sends {
        /// Which gateway.
        gateway: GatewayEui,
        /// The encrypted frame.
        bytes: Vec<u8>,
    },
    /// It was refused with a `TX_ACK`.
    Refuses {
        /// Which gateway.
        gateway: GatewayEui,
        /// Why.
        why: Refusal,
    },
    /// The datagram could not be read.
    Garbled {
        /// Which gateway.
        gateway: GatewayEui,
        /// The whole datagram.
        datagram: Vec<u8>,
        /// What the client of `semtech-udp` says of it.
        why: String,
    },
}

/// Why a gateway sends no downlink, as told in `TX_ACK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It came after, or too shortly before, its moment.
    TooLate,
    /// Its moment is too far ahead, or long gone.
    TooEarly,
    /// Another frame is on the air at that moment.
    Collision,
    /// Outside of 863 to 870 MHz.
    Frequency,
    /// Stronger than the law allows.
    Power,
    /// It has no GPS, and the frame names no `tmst`.
    NoGps,
    /// No device would understand it: not `LoRa` with inverted polarity, or the size is not that of the data.
    Unheard,
}

/// Starts one gateway in the running runtime.
pub(super) async fn start(
    eui: GatewayEui,
    to: SocketAddr,
    heard: mpsc::UnboundedReceiver<Heard>,
    emissions: broadcast::Sender<Emission>,
    events: mpsc::UnboundedSender<GatewayEvent>,
    stopped: triggered::Listener,
) -> Result<(), StartError> {
    let any = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let mac = MacAddress::from(eui.0);
    let (sender, requests, runtime) =
        UdpRuntime::new_with_outbound_socket(SocketAddr::new(any, 0), mac, to).await.map_err(StartError)?;
    let concentrator = Concentrator::switched_on(eui);
    let gateway = Gateway { mac, concentrator, sender, emissions, events, busy: Vec::new(), counts: Counts::default() };
    tokio::spawn(runtime.run(stopped));
    tokio::spawn(gateway.run(heard, requests));
    Ok(())
}

/// The clock of a concentrator: microseconds in 32 bits, started anywhere.
struct Concentrator {
    eui: GatewayEui,
    on: Instant,
    tmst_when_on: u32,
}

impl Concentrator {
    /// Half of the gateways wrap their counter within the first seconds, so that no test forgets it.
    fn switched_on(eui: GatewayEui) -> Self {
        let start = Dice::of(0, &eui.to_string(), 0).next();
        let soon = u32::MAX - u32::try_from(start % 8_000_000).unwrap_or(0);
        let tmst_when_on = if start & 1 << 40 == 0 { soon } else { soon / 3 };
        Self { eui, on: Instant::now(), tmst_when_on }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the counter wraps each 71 minutes")]
    fn tmst(&self, at: Instant) -> u32 {
        self.tmst_when_on.wrapping_add(at.duration_since(self.on).as_micros() as u32)
    }

    /// The moment nearest to `now` at which the counter reads `tmst`; none when that is past.
    fn moment(&self, tmst: u32, now: Instant) -> Option<Instant> {
        let ahead = tmst.wrapping_sub(self.tmst(now)).cast_signed();
        u64::try_from(ahead).ok().map(|us| now + Duration::from_micros(us))
    }
}

/// What `stat` tells.
#[derive(Default)]
struct Counts {
    heard: u64,
    asked: u64,
    sent: u64,
}

struct Gateway {
    mac: MacAddress,
    concentrator: Concentrator,
    sender: ClientTx,
    emissions: broadcast::Sender<Emission>,
    events: mpsc::UnboundedSender<GatewayEvent>,
    /// When the transmitter is taken.
    busy: Vec<(Instant, Instant)>,
    counts: Counts,
}

impl Gateway {
    /// Works until nobody is on the air any more or the socket is gone.
    async fn run(mut self, mut heard: mpsc::UnboundedReceiver<Heard>, mut requests: ClientRx) {
        let mut stat = tokio::time::interval(STAT_EVERY);
        loop {
            let working = tokio::select! {
                Some(uplink) = heard.recv() => self.forward(uplink).await,
                Some(event) = requests.recv() => self.take(event).await,
                _ = stat.tick() => self.sender.send(Packet::from_stat(self.mac, self.stat())).await,
                else => break,
            };
            if working.is_err() {
                break;
            }
        }
    }

    async fn forward(&mut self, uplink: Heard) -> semtech_udp::client_runtime::Result {
        self.counts.heard += 1;
        let Frame { bytes, frequency_hz, data_rate } = uplink.frame;
        let rxpk = RxPkV1 {
            chan: 0,
            rfch: 0,
            codr: Some(CodingRate::_4_5),
            size: bytes.len() as u64,
            data: bytes.to_vec(),
            datr: data_rate,
            freq: f64::from(frequency_hz) / 1e6,
            lsnr: uplink.snr_db,
            rssi: uplink.rssi_dbm,
            rssis: None,
            modu: Modulation::LORA,
            stat: CRC::OK,
            tmst: self.concentrator.tmst(uplink.ended),
            time: None,
        };
        self.sender.send(Packet::from_rxpk(self.mac, RxPk::V1(rxpk))).await
    }

    async fn take(&mut self, event: Event) -> semtech_udp::client_runtime::Result {
        let gateway = self.concentrator.eui;
        let (request, said) = match event {
            Event::DownlinkRequest(request) => {
                let said = self.judge(&request.pull_resp.data.txpk, Instant::now());
                (request, said)
            }
            Event::UnableToParseUdpFrame(why, datagram) => {
                self.tell(GatewayEvent::Garbled { gateway, datagram, why: why.to_string() });
                return Ok(());
            }
            Event::Reconnected | Event::LostConnection => return Ok(()),
        };
        self.counts.asked += 1;
        match said {
            Ok(emission) => self.send(request, emission).await,
            Err(why) => {
                self.tell(GatewayEvent::Refuses { gateway, why });
                request.nack(why.into()).await
            }
        }
    }

    async fn send(&mut self, request: DownlinkRequest, emission: Emission) -> semtech_udp::client_runtime::Result {
        self.counts.sent += 1;
        let takes = airtime(emission.frame.data_rate, emission.frame.bytes.len());
        self.busy.push((emission.begins, emission.begins + takes));
        self.tell(GatewayEvent::Sends { gateway: emission.gateway, bytes: emission.frame.bytes.to_vec() });
        // No device may be listening at all.
        let _ = self.emissions.send(emission);
        request.ack().await
    }

    /// What a packet forwarder checks before it accepts a downlink, in its order.
    fn judge(&mut self, txpk: &pull_resp::TxPk, now: Instant) -> Result<Emission, Refusal> {
        let begins = match (txpk.time.is_immediate(), txpk.time.tmst()) {
            (true, _) => now + LEAD,
            (false, Some(tmst)) => self.concentrator.moment(tmst, now).ok_or(Refusal::TooLate)?,
            (false, None) => return Err(Refusal::NoGps),
        };
        let ahead = begins.duration_since(now);
        if ahead < LEAD {
            return Err(Refusal::TooLate);
        }
        if ahead > ADVANCE_MAX {
            return Err(Refusal::TooEarly);
        }
        let frame = readable(txpk)?;
        let ends = begins + airtime(frame.data_rate, frame.bytes.len());
        self.busy.retain(|(_, until)| *until > now);
        if self.busy.iter().any(|(from, until)| *from < ends && begins < *until) {
            return Err(Refusal::Collision);
        }
        Ok(Emission { gateway: self.concentrator.eui, frame, begins })
    }

    fn stat(&self) -> Stat {
        let Counts { heard, asked, sent } = self.counts;
        Stat {
            // It has neither GPS nor network time: its clock starts where Unix time does.
            time: "1970-01-01 00:00:00 GMT".to_owned(),
            lati: None,
            long: None,
            alti: None,
            rxnb: heard,
            rxok: heard,
            rxfw: heard,
            ackr: Some(100.0),
            dwnb: asked,
            txnb: sent,
            temp: None,
        }
    }

    fn tell(&self, event: GatewayEvent) {
        // Nobody needs to listen.
        let _ = self.events.send(event);
    }
}

/// The frame of a downlink, when a gateway may send it and a device can hear it.
fn readable(txpk: &pull_resp::TxPk) -> Result<Frame, Refusal> {
    if !(863.0..870.0).contains(&txpk.freq) {
        return Err(Refusal::Frequency);
    }
    if txpk.powe > POWER_MAX_DBM {
        return Err(Refusal::Power);
    }
    let size_fits = txpk.data.len() == txpk.data.data().len();
    if !txpk.ipol || !size_fits || !matches!(txpk.modu, Modulation::LORA) {
        return Err(Refusal::Unheard);
    }
    Ok(Frame { bytes: txpk.data.data().into(), frequency_hz: hertz(txpk.freq), data_rate: txpk.datr })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a radio frequency fits and is positive")]
fn hertz(mhz: f64) -> u32 {
    (mhz * 1e6).round() as u32
}

impl From<Refusal> for tx_ack::Error {
    fn from(why: Refusal) -> Self {
        match why {
            Refusal::TooLate => Self::TooLate,
            Refusal::TooEarly => Self::TooEarly,
            Refusal::Collision => Self::CollisionPacket,
            Refusal::Frequency => Self::InvalidTransmitFrequency,
            Refusal::Power => Self::InvalidTransmitPower(None),
            Refusal::NoGps => Self::GpsUnlocked,
            Refusal::Unheard => Self::SendFail,
        }
    }
}

impl fmt::Display for GatewayEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sends { gateway, bytes } => write!(f, "gateway {gateway} sends {} bytes", bytes.len()),
            Self::Refuses { gateway, why } => write!(f, "gateway {gateway} refuses a downlink: {why}"),
            Self::Garbled { gateway, why, .. } => write!(f, "gateway {gateway} cannot read a datagram: {why}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLate => "too late",
            Self::TooEarly => "too early",
            Self::Collision => "another frame is on the air then",
            Self::Frequency => "not a frequency it can send on",
            Self::Power => "stronger than allowed",
            Self::NoGps => "it has no GPS time",
            Self::Unheard => "no device would hear it",
        })
    }
}

use crate::clock::{Clock, Now, Uptime};
use crate::device::{Copy, Devices};
use crate::downlink::{InFlight, JOIN_RX1_DELAY, Route, Sent, Timing, Window, route};
use crate::frame::{self, DataDown, Frame};
use crate::gateways::{DownlinkPath, Gateways};
use crate::gwmp::{Body, DATAGRAM_MAX, Packet, Pushed, RxPacket, TxPacket, parse_tx_ack, pull_resp};
use crate::mac::{self, Request};
use crate::region::Region;
use crate::session::take_f_cnt_down;
use crate::{Action, Change, Rejection, Report};
use model::{DevAddr, DevEui, Device, DeviceState, Gateway, GatewayEui, Timestamp};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// The range of RX1 delays that a device can be told (LoRaWAN 1.0.4 section 5.7).
const RX1_DELAY_MIN: Duration = Duration::from_secs(1);
const RX1_DELAY_MAX: Duration = Duration::from_secs(15);

/// How the server deals with gateways and time. The defaults suit gateways on the local network.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Delay from an uplink to RX1, told to devices that join. Whole seconds, 1 to 15; default 1 s, 5 s for gateways on a mobile network.
    pub rx1_delay: Duration,
    /// How long an answer waits for other gateways that may have heard the device better; never into the margin before RX1. Default 150 ms.
    pub gather: Duration,
    /// How long before a receive window a downlink must be on its way. A forwarder wants it 42.5 ms ahead and looks every 10 ms; default 100 ms.
    pub margin: Duration,
    /// How often gateways send PULL_DATA. Default 10 s.
    pub keepalive: Duration,
    /// Datagrams a second from one adopted gateway; an eight-channel concentrator cannot hear a hundredth of the default 10 000.
    pub gateway_rate: u32,
    /// Datagrams a second from one machine that is none of our gateways. Default 20.
    pub stranger_rate: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rx1_delay: Duration::from_secs(1),
            gather: Duration::from_millis(150),
            margin: Duration::from_millis(100),
            keepalive: Duration::from_secs(10),
            gateway_rate: 10_000,
            stranger_rate: 20,
        }
    }
}

/// The network server of one town. It is told what happened and says what to do; it does nothing itself.
#[derive(Debug)]
pub struct NetworkServer {
    pub(crate) settings: Settings,
    pub(crate) region: Region,
    pub(crate) devices: Devices,
    pub(crate) gateways: Gateways,
    clock: Clock,
    /// Downlinks not decided yet: at most one a device.
    pub(crate) answers: BTreeMap<DevEui, Waiting>,
    in_flight: InFlight,
    rejected: BTreeMap<Rejection, u64>,
    /// What the caller will get of this call.
    pub(crate) actions: Vec<Action>,
}

/// A downlink that is due, and waits for more gateways to report the uplink it answers.
#[derive(Debug)]
pub(crate) struct Waiting {
    due: Uptime,
    answer: Answer,
}

/// What a device will be answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// This join accept.
    Join(Vec<u8>),
    /// An acknowledgement, answers to MAC commands, or merely a sign of life.
    Data { ack: bool, requests: Vec<Request>, heard_at: Timestamp },
}

/// Whom a rejected frame is from, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) gateway: Option<GatewayEui>,
    pub(crate) dev_addr: Option<DevAddr>,
    pub(crate) dev_eui: Option<DevEui>,
}

impl NetworkServer {
    /// A server for these devices and gateways, with the states that earlier [`Change`]s left on disk; states of other devices do no harm.
    pub fn new(
        settings: Settings,
        devices: Vec<Device>,
        gateways: &[Gateway],
        states: impl IntoIterator<Item = (DevEui, DeviceState)>,
    ) -> Self {
        let rx1_delay = Duration::from_secs(settings.rx1_delay.as_secs()).clamp(RX1_DELAY_MIN, RX1_DELAY_MAX);
        let gather = settings.gather.min(RX1_DELAY_MIN.saturating_sub(settings.margin));
        let settings = Settings { rx1_delay, gather, ..settings };
        let mut server = Self {
            region: Region::eu868(),
            devices: Devices::restored(states),
            gateways: Gateways::new(&settings, gateways),
            clock: Clock::default(),
            answers: BTreeMap::new(),
            in_flight: InFlight::default(),
            rejected: BTreeMap::new(),
            actions: Vec::new(),
            settings,
        };
        server.devices.configure(devices);
        server
    }

    /// Takes over a changed configuration. Sessions and nonces stay, also of devices that are gone for now.
    pub fn configure(&mut self, devices: Vec<Device>, gateways: &[Gateway]) {
        self.devices.configure(devices);
        self.gateways.adopt(gateways);
    }

    /// Takes a datagram that arrived at the gateway port.
    pub fn datagram(&mut self, now: Timestamp, from: SocketAddr, bytes: &[u8]) -> Vec<Action> {
        let now = self.clock.read(now);
        self.take_datagram(now, from, bytes);
        self.answer_due(now);
        std::mem::take(&mut self.actions)
    }

    /// Does what is due. Call it when an [`Action::WakeAt`] said.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Action> {
        let now = self.clock.read(now);
        self.answer_due(now);
        std::mem::take(&mut self.actions)
    }

    /// What staff may see.
    pub fn report(&self) -> Report {
        let (gateways, strangers) = self.gateways.report();
        Report { gateways, strangers, rejected: self.rejected.clone() }
    }

    /// All that is remembered of a configured device.
    pub fn device_state(&self, dev_eui: DevEui) -> Option<&DeviceState> {
        self.devices.get(dev_eui).map(|tracked| &tracked.state)
    }

    /// Counts what is dropped, and tells. A flood is only counted: an action for each of its datagrams would carry it on into the box.
    pub(crate) fn reject(&mut self, why: Rejection, origin: Origin) {
        *self.rejected.entry(why).or_default() += 1;
        if why != Rejection::RateLimited {
            let Origin { gateway, dev_addr, dev_eui } = origin;
            self.actions.push(Action::Rejected { why, gateway, dev_addr, dev_eui });
        }
    }

    fn take_datagram(&mut self, now: Now, from: SocketAddr, bytes: &[u8]) {
        let Some(packet) = Packet::parse(bytes) else {
            let why = self.gateways.check_stranger(now, from).err().unwrap_or(Rejection::NotGwmp);
            return self.reject(why, Origin::default());
        };
        let spoken = self.gateways.check_speaker(now, packet.gateway, from);
        // Before anything else, for it says no more than "received": forwarders take silence for a broken network.
        if matches!(packet.body, Body::PushData(_)) && spoken != Err(Rejection::RateLimited) {
            self.actions.push(Action::Acknowledge { to: from, bytes: packet.push_ack() });
        }
        let origin = Origin { gateway: Some(packet.gateway), ..Origin::default() };
        match spoken {
            Err(why) => self.reject(why, origin),
            Ok(()) if bytes.len() > DATAGRAM_MAX => self.reject(Rejection::TooLarge, origin),
            Ok(()) => self.take_packet(now, from, &packet),
        }
    }

    fn take_packet(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        match packet.body {
            Body::PushData(json) => self.take_push(now, packet.gateway, json),
            Body::PullData => {
                self.gateways.open_path(packet.gateway, DownlinkPath { to: from, version: packet.version });
                self.actions.push(Action::Acknowledge { to: from, bytes: packet.pull_ack() });
            }
            Body::TxAck(json) => self.take_tx_ack(now, packet.gateway, u16::from_be_bytes(packet.token), json),
        }
    }

    fn take_push(&mut self, now: Now, gateway: GatewayEui, json: &[u8]) {
        let origin = Origin { gateway: Some(gateway), ..Origin::default() };
        let pushed = match Pushed::parse(json) {
            Ok(pushed) => pushed,
            Err(why) => return self.reject(why, origin),
        };
        self.gateways.note_push(gateway, pushed.packets.len(), pushed.stat);
        let mut heard = Vec::new();
        for packet in pushed.packets {
            match packet {
                Ok(packet) => heard.push(packet),
                Err(why) => self.reject(why, origin),
            }
        }
        for packet in strongest_copies_first(heard) {
            let copy = Copy::new(gateway, now.uptime, &packet);
            match frame::parse(&packet.phy_payload) {
                Ok(Frame::Data(data)) => self.take_data(now, copy, packet.phy_payload, data),
                Ok(Frame::JoinRequest(request)) => self.take_join(now, copy, packet.phy_payload, &request),
                Err(why) => self.reject(why, origin),
            }
        }
    }

    fn take_tx_ack(&mut self, now: Now, gateway: GatewayEui, token: u16, json: &[u8]) {
        let origin = Origin { gateway: Some(gateway), ..Origin::default() };
        let Some(sent) = self.in_flight.take(token, gateway) else {
            return self.reject(Rejection::UnknownTxAck, origin);
        };
        let Err(refusal) = parse_tx_ack(json) else { return };
        self.reject(Rejection::DownlinkRefused(refusal), origin);
        match sent.route.fallback.filter(|window| window.is_open(now.uptime)) {
            Some(window) => {
                let route = Route { first: window, fallback: None, ..sent.route };
                self.transmit(now, Sent { route, ..sent });
            }
            None => self.reject(Rejection::DownlinkTooLate, origin),
        }
    }

    /// Answers a device: at once, or when the other gateways on the air had time to report the same uplink.
    pub(crate) fn answer_soon(&mut self, now: Now, dev_eui: DevEui, answer: Answer) {
        self.answers.insert(dev_eui, Waiting { due: now.uptime + self.settings.gather, answer });
        self.hasten_answer(now, dev_eui);
    }

    /// Waits no longer when every gateway on the air has reported. A join has time, and may still come in on its true frequency.
    pub(crate) fn hasten_answer(&mut self, now: Now, dev_eui: DevEui) {
        let heard = self.devices.get(dev_eui).and_then(|t| t.heard.as_ref()).map_or(0, |heard| heard.copies.len());
        if let Some(Waiting { due, answer: Answer::Data { .. } }) = self.answers.get_mut(&dev_eui)
            && heard >= self.gateways.live(now.uptime)
        {
            *due = now.uptime;
        }
    }

    fn answer_due(&mut self, now: Now) {
        let due: Vec<_> = self.answers.extract_if(.., |_, waiting| waiting.due <= now.uptime).collect();
        for (dev_eui, Waiting { answer, .. }) in due {
            if let Err(why) = self.answer(now, dev_eui, answer) {
                self.reject(why, Origin { dev_eui: Some(dev_eui), ..Origin::default() });
            }
        }
        if let Some(next) = self.answers.values().map(|waiting| waiting.due).min() {
            self.actions.push(Action::WakeAt(now.wall_at(next)));
        }
    }

    fn answer(&mut self, now: Now, dev_eui: DevEui, answer: Answer) -> Result<(), Rejection> {
        let tracked = self.devices.get(dev_eui).ok_or(Rejection::UnknownDevice)?;
        let copies = tracked.heard.as_ref().map_or(&[][..], |heard| &heard.copies);
        let rx1_delay = match (&answer, &tracked.state.session) {
            (Answer::Join(_), _) => JOIN_RX1_DELAY,
            (Answer::Data { .. }, session) => session.as_ref().ok_or(Rejection::UnknownDevice)?.rx1_delay,
        };
        let timing = Timing { region: &self.region, rx1_delay, margin: self.settings.margin };
        let route = route(now.uptime, timing, copies, |gateway| self.gateways.path(gateway).is_some())?;
        let phy_payload = match answer {
            Answer::Join(accept) => accept,
            Answer::Data { ack, requests, heard_at } => {
                let f_opts = mac::answers(&requests, heard_at, copies);
                self.seal(dev_eui, DataDown { ack, f_opts })?
            }
        };
        self.transmit(now, Sent { phy_payload, route });
        Ok(())
    }

    /// Gives a downlink its counter, which is on disk before it leaves.
    fn seal(&mut self, dev_eui: DevEui, down: DataDown) -> Result<Vec<u8>, Rejection> {
        let sealed = self.devices.change(dev_eui, |tracked| {
            let session = tracked.state.session.as_mut()?;
            let reserved_before = session.f_cnt_down_reserved;
            let f_cnt = take_f_cnt_down(session)?;
            let change = (session.f_cnt_down_reserved != reserved_before)
                .then(|| Change::Session { dev_eui, session: session.clone() });
            Some((down.seal(session, f_cnt), change))
        });
        let (bytes, change) = sealed.flatten().ok_or(Rejection::Exhausted)?;
        self.actions.extend(change.map(Action::Persist));
        bytes.ok_or(Rejection::TooLarge)
    }

    fn transmit(&mut self, now: Now, sent: Sent) {
        let gateway = sent.route.gateway;
        let Some(DownlinkPath { to, version }) = self.gateways.path(gateway) else {
            return self.reject(Rejection::NoDownlinkPath, Origin { gateway: Some(gateway), ..Origin::default() });
        };
        let Window { tmst, frequency_hz, data_rate, eirp_dbm, .. } = sent.route.first;
        let phy_payload = &sent.phy_payload;
        let json = TxPacket { tmst, frequency_hz, data_rate, eirp_dbm, phy_payload }.to_json();
        let token = self.in_flight.note(now.uptime, sent);
        self.gateways.note_downlink(gateway);
        self.actions.push(Action::Transmit { to, bytes: pull_resp(version, token, &json) });
    }
}

/// Keeps the order of frames, and brings copies of one frame together, the strongest first: a device close to the gateway is
/// heard on a second, wrong frequency as well.
fn strongest_copies_first(packets: Vec<RxPacket>) -> impl Iterator<Item = RxPacket> {
    let mut frames: Vec<Vec<RxPacket>> = Vec::new();
    for packet in packets {
        let same = |copies: &&mut Vec<RxPacket>| copies.iter().any(|c| c.phy_payload == packet.phy_payload);
        match frames.iter_mut().find(same) {
            Some(copies) => copies.push(packet),
            None => frames.push(vec![packet]),
        }
    }
    for copies in &mut frames {
        copies.sort_by(|a, b| b.rssi_dbm.total_cmp(&a.rssi_dbm));
    }
    frames.into_iter().flatten()
}

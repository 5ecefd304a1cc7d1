use crate::clock::{Clock, Now, Uptime};
use crate::clue;
use crate::device::{Copy, Devices, Tracked};
use crate::downlink::InFlight;
use crate::frame::{self, Frame};
use crate::gateways::{DownlinkPath, Gateways};
use crate::gwmp::{Body, DATAGRAM_MAX, Packet, Pushed, RxPacket};
use crate::queue;
use crate::rate::Bucket;
use crate::region::Region;
use crate::reply::Answer;
use crate::{Action, Change, Clue, DeviceReport, Hearing, Rejection, Report, SendError, Settings};
use model::{ClockQuality, DevAddr, DevEui, Device, DeviceState, Downlink, DownlinkId, Gateway, GatewayEui, Timestamp};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The network server of one town. It is told what happened and says what to do; it does nothing itself.
#[derive(Debug)]
pub struct NetworkServer {
    pub(crate) settings: Settings,
    pub(crate) region: Region,
    pub(crate) devices: Devices,
    pub(crate) gateways: Gateways,
    clock: Clock,
    pub(crate) time: ClockQuality,
    /// Downlinks not decided yet: at most one a device.
    pub(crate) answers: BTreeMap<DevEui, Waiting>,
    pub(crate) in_flight: InFlight,
    rejected: BTreeMap<Rejection, u64>,
    /// How often the reason of a rejection may be looked for.
    pub(crate) clues: Bucket,
    /// What the caller will get of this call.
    pub(crate) actions: Vec<Action>,
}

/// A downlink that is due, and waits for more gateways to report the uplink it answers.
#[derive(Debug)]
pub(crate) struct Waiting {
    due: Uptime,
    answer: Answer,
}

/// Whom a rejected frame is from, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) gateway: Option<GatewayEui>,
    pub(crate) dev_addr: Option<DevAddr>,
    pub(crate) dev_eui: Option<DevEui>,
    pub(crate) heard: Option<Hearing>,
}

impl NetworkServer {
    /// A server for these devices and gateways, with the states that earlier [`Change`]s left on disk; states of other devices do no harm.
    pub fn new(
        settings: Settings,
        devices: Vec<Device>,
        gateways: &[Gateway],
        states: impl IntoIterator<Item = (DevEui, DeviceState)>,
    ) -> Self {
        let settings = settings.within_limits();
        let mut server = Self {
            region: Region::eu868(),
            devices: Devices::restored(states),
            gateways: Gateways::new(&settings, gateways),
            clock: Clock::default(),
            time: ClockQuality::Synchronized,
            answers: BTreeMap::new(),
            in_flight: InFlight::default(),
            rejected: BTreeMap::new(),
            clues: Bucket::full(Uptime::default(), clue::PER_SECOND),
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

    /// Takes over changed settings; devices are told with the next answer.
    pub fn adjust(&mut self, settings: Settings) {
        self.settings = settings.within_limits();
    }

    /// The clock that `now` comes from was corrected by so many milliseconds. Nothing that waits is late by that.
    pub fn correct_clock(&mut self, by_ms: i64) {
        self.clock.correct(by_ms);
        for Waiting { answer, .. } in self.answers.values_mut() {
            if let Answer::Data(reply) = answer {
                reply.heard_at = reply.heard_at.moved(by_ms);
            }
        }
    }

    /// Says what `now` rests on. A device that asks for the time is told none that is not known.
    pub fn know_time(&mut self, quality: ClockQuality) {
        self.time = quality;
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

    /// Queues a downlink. It leaves after the device's next uplink; what becomes of it is told by [`Action::Downlink`].
    pub fn send(
        &mut self,
        now: Timestamp,
        dev_eui: DevEui,
        downlink: Downlink,
    ) -> Result<(DownlinkId, Vec<Action>), SendError> {
        let now = self.clock.read(now);
        let queued = self.devices.change(dev_eui, |tracked| {
            let id = queue::enqueue(&mut tracked.state.downlinks, downlink)?;
            Ok((id, tracked.state.clone()))
        });
        let (id, state) = queued.ok_or(SendError::UnknownDevice)??;
        self.actions.push(Action::Persist(Change::Device { dev_eui, state }));
        self.answer_due(now);
        Ok((id, std::mem::take(&mut self.actions)))
    }

    /// Takes back one downlink of a device, or all; gives the numbers of those that were not done. One that is on its way may still be heard.
    pub fn withdraw(
        &mut self,
        now: Timestamp,
        dev_eui: DevEui,
        id: Option<DownlinkId>,
    ) -> (Vec<DownlinkId>, Vec<Action>) {
        let now = self.clock.read(now);
        let taken = self.devices.change(dev_eui, |tracked| {
            let taken = queue::withdraw(&mut tracked.state.downlinks, id);
            (taken, tracked.state.clone())
        });
        let (taken, state) = taken.unwrap_or_default();
        if !taken.is_empty() {
            self.actions.push(Action::Persist(Change::Device { dev_eui, state }));
        }
        self.answer_due(now);
        (taken, std::mem::take(&mut self.actions))
    }

    /// What staff may see.
    pub fn report(&self) -> Report {
        let (gateways, strangers) = self.gateways.report(self.clock.uptime());
        let devices = self.devices.all().map(report_of).collect();
        Report { gateways, strangers, devices, rejected: self.rejected.clone() }
    }

    /// All that is remembered of a configured device.
    pub fn device_state(&self, dev_eui: DevEui) -> Option<&DeviceState> {
        self.devices.get(dev_eui).map(|tracked| &tracked.state)
    }

    /// Counts what is dropped, and tells. A flood is only counted: an action for each of its datagrams would carry it on into the box.
    pub(crate) fn reject(&mut self, why: Rejection, origin: Origin) {
        self.reject_with(why, origin, None);
    }

    /// The same, with what the reason may be.
    pub(crate) fn reject_with(&mut self, why: Rejection, origin: Origin, clue: Option<Clue>) {
        *self.rejected.entry(why).or_default() += 1;
        if why != Rejection::RateLimited {
            let Origin { gateway, dev_addr, dev_eui, heard } = origin;
            self.actions.push(Action::Rejected { why, gateway, dev_addr, dev_eui, heard, clue });
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
                self.gateways.open_path(now.uptime, packet.gateway, DownlinkPath { to: from, version: packet.version });
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
                Err(why) => self.reject(why, Origin { heard: Some(copy.hearing()), ..origin }),
            }
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
        if let Some(Waiting { due, answer: Answer::Data(_) }) = self.answers.get_mut(&dev_eui)
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
}

fn report_of(tracked: &Tracked) -> DeviceReport {
    DeviceReport {
        dev_eui: tracked.device.dev_eui,
        status: tracked.state.status,
        link: tracked.state.session.as_ref().map(|session| session.link.clone()),
        best_snr_db: tracked.adr.best_snr_db(),
        lost_percent: tracked.adr.lost_percent(),
        downlinks_waiting: tracked.state.downlinks.waiting.len(),
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

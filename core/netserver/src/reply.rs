//! What a device is told after it spoke: put together for the first window that is open, legal and roomy enough, sent, and what the gateway
//! says of it.

use crate::clock::Now;
use crate::device::Copy;
use crate::downlink::{JOIN_RX1_DELAY, Route, Sent, Timing, routes};
use crate::frame::DataDown;
use crate::gateways::DownlinkPath;
use crate::gwmp::{TxPacket, parse_tx_ack, pull_resp};
use crate::mac::{self, Ask, F_OPTS_MAX, Request};
use crate::queue::{self, News};
use crate::server::{NetworkServer, Origin};
use crate::session::take_f_cnt_down;
use crate::wants::{Adaptive, wants};
use crate::{Action, Change, Rejection};
use model::{ClockQuality, DevEui, DownlinkId, GatewayEui, LinkSettings, Timestamp};
use std::collections::VecDeque;

/// What a device will be answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// This join accept.
    Join(Vec<u8>),
    /// After a data frame.
    Data(Reply),
}

/// What the newest uplink calls for. What else there is to say is decided when it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) ack: bool,
    /// The device wants to hear anything at all.
    pub(crate) sign_of_life: bool,
    pub(crate) requests: Vec<Request>,
    pub(crate) adaptive: Adaptive,
    pub(crate) heard_at: Timestamp,
}

/// A data frame to send, and what it means.
#[derive(Clone, Debug)]
struct Content {
    down: DataDown,
    asks: Vec<Ask>,
    carries: Option<DownlinkId>,
}

impl NetworkServer {
    pub(crate) fn answer(&mut self, now: Now, dev_eui: DevEui, answer: Answer) -> Result<(), Rejection> {
        let routes = self.routes_to(now, dev_eui, &answer)?;
        match answer {
            Answer::Join(accept) => self.send_accept(now, dev_eui, &routes, accept),
            Answer::Data(reply) => self.send_reply(now, dev_eui, &routes, &reply),
        }
    }

    fn routes_to(&self, now: Now, dev_eui: DevEui, answer: &Answer) -> Result<Vec<Route>, Rejection> {
        let tracked = self.devices.get(dev_eui).ok_or(Rejection::UnknownDevice)?;
        let born = LinkSettings::default();
        let (rx1_delay, link) = match (answer, &tracked.state.session) {
            (Answer::Join(_), _) => (JOIN_RX1_DELAY, &born),
            (Answer::Data(_), Some(session)) => (session.rx1_delay, &session.link),
            (Answer::Data(_), None) => return Err(Rejection::UnknownDevice),
        };
        let timing = Timing { region: &self.region, rx1_delay, link, margin: self.settings.margin };
        routes(now.uptime, timing, self.copies(dev_eui), |gateway| self.gateways.path(gateway).is_some())
    }

    fn copies(&self, dev_eui: DevEui) -> &[Copy] {
        self.devices.get(dev_eui).and_then(|t| t.heard.as_ref()).map_or(&[], |heard| &heard.copies)
    }

    fn send_accept(
        &mut self,
        now: Now,
        dev_eui: DevEui,
        routes: &[Route],
        phy_payload: Vec<u8>,
    ) -> Result<(), Rejection> {
        let mut refusal = Err(Rejection::NoDownlinkPath);
        for (at, route) in routes.iter().enumerate() {
            refusal = self.check_route(now, route, phy_payload.len());
            if refusal.is_ok() {
                let fallbacks = routes.iter().skip(at + 1).copied().collect();
                self.transmit(now, Sent { dev_eui, carries: None, phy_payload, route: *route, fallbacks });
                break;
            }
        }
        refusal
    }

    fn send_reply(&mut self, now: Now, dev_eui: DevEui, routes: &[Route], reply: &Reply) -> Result<(), Rejection> {
        let room = |route: &Route| self.region.room(route.window.data_rate);
        let rooms: Vec<_> = routes.iter().map(room).collect();
        self.give_up_too_long(dev_eui, rooms.iter().copied().max().unwrap_or_default());
        let mut refusal = None;
        for (at, (route, room)) in routes.iter().zip(&rooms).enumerate() {
            let content = self.compose(now, dev_eui, reply, *room);
            if !content.is_worth_sending(reply) {
                continue;
            }
            if let Err(why) = self.check_route(now, route, content.down.bytes()) {
                refusal.get_or_insert(why);
                continue;
            }
            let (carries, needed) = (content.carries, content.down.room());
            let further = routes.iter().zip(&rooms).skip(at + 1);
            let fallbacks: VecDeque<_> =
                further.filter(|(_, room)| **room >= needed).map(|(route, _)| *route).collect();
            let phy_payload = self.seal(dev_eui, content, route.gateway)?;
            self.transmit(now, Sent { dev_eui, carries, phy_payload, route: *route, fallbacks });
            return Ok(());
        }
        refusal.map_or(Ok(()), Err)
    }

    fn check_route(&mut self, now: Now, route: &Route, bytes: usize) -> Result<(), Rejection> {
        let emission = route.window.emission(bytes).ok_or(Rejection::OutsideBand)?;
        self.gateways.check_emission(now.uptime, route.gateway, &emission)
    }

    /// What to say in a frame with so much room: answers, then questions, then what the application wants, as far as it fits.
    fn compose(&self, now: Now, dev_eui: DevEui, reply: &Reply, room: usize) -> Content {
        let adr = reply.adaptive == Adaptive::Yes;
        let mut down = DataDown { ack: reply.ack, adr, ..DataDown::default() };
        let mut asks = Vec::new();
        let Some(tracked) = self.devices.get(dev_eui) else { return Content { down, asks, carries: None } };
        let may_tell = |request: &&Request| **request != Request::DeviceTime || self.time > ClockQuality::Unknown;
        let requests: Vec<Request> = reply.requests.iter().filter(may_tell).copied().collect();
        down.commands = mac::answers(&requests, reply.heard_at, self.copies(dev_eui), room);
        let mut waiting = tracked.state.downlinks.waiting.iter().filter(|_| tracked.underway.is_none());
        let first = waiting.next();
        let fits = |bytes: usize| down.commands.len() <= F_OPTS_MAX && down.commands.len() + bytes <= room;
        let head = first.filter(|head| fits(head.downlink.payload.len()));
        let room = room - head.map_or(0, |head| head.downlink.payload.len());
        for ask in wants(now, tracked, &self.region, &self.settings, reply.adaptive) {
            let bytes = ask.to_bytes();
            if down.commands.len() + bytes.len() <= room.min(F_OPTS_MAX) {
                down.commands.extend(bytes);
                asks.push(ask);
            }
        }
        down.pending = first.is_some() && (head.is_none() || waiting.next().is_some());
        down.payload = head.map(|head| head.downlink.clone());
        Content { down, asks, carries: head.map(|head| head.id) }
    }

    /// Gives a downlink its counter, and notes what it asks and carries; both are on disk before it leaves.
    fn seal(&mut self, dev_eui: DevEui, content: Content, gateway: GatewayEui) -> Result<Vec<u8>, Rejection> {
        let Content { down, asks, carries } = content;
        let sealed = self.devices.change(dev_eui, |tracked| {
            let session = tracked.state.session.as_mut()?;
            let reserved_before = session.f_cnt_down_reserved;
            let f_cnt = take_f_cnt_down(session)?;
            let bytes = down.seal(session, f_cnt);
            let reserved = session.f_cnt_down_reserved != reserved_before;
            tracked.dialogue.ask(asks);
            if carries.is_some() {
                tracked.underway = queue::depart(&mut tracked.state.downlinks, gateway);
                return Some((bytes, Some(Change::Device { dev_eui, state: tracked.state.clone() })));
            }
            let session = tracked.state.session.clone()?;
            Some((bytes, reserved.then_some(Change::Session { dev_eui, session })))
        });
        let (bytes, change) = sealed.flatten().ok_or(Rejection::Exhausted)?;
        self.actions.extend(change.map(Action::Persist));
        bytes.ok_or(Rejection::TooLarge)
    }

    fn transmit(&mut self, now: Now, sent: Sent) {
        let Sent { dev_eui, route: Route { gateway, window }, .. } = sent;
        let path = self.gateways.path(gateway).zip(window.emission(sent.phy_payload.len()));
        let Some((DownlinkPath { to, version }, emission)) = path else {
            let origin = Origin { gateway: Some(gateway), dev_eui: Some(dev_eui), ..Origin::default() };
            return self.reject(Rejection::NoDownlinkPath, origin);
        };
        let phy_payload = &sent.phy_payload;
        let (tmst, frequency_hz, data_rate) = (window.tmst, window.frequency_hz, window.data_rate);
        let json = TxPacket { tmst, frequency_hz, data_rate, eirp_dbm: window.eirp_dbm, phy_payload }.to_json();
        let token = self.in_flight.note(now.uptime, sent);
        self.gateways.note_downlink(now.uptime, gateway, emission);
        self.actions.push(Action::Transmit { to, bytes: pull_resp(version, token, &json) });
    }

    pub(crate) fn take_tx_ack(&mut self, now: Now, gateway: GatewayEui, token: u16, json: &[u8]) {
        let origin = Origin { gateway: Some(gateway), ..Origin::default() };
        let Some(sent) = self.in_flight.take(token, gateway) else {
            return self.reject(Rejection::UnknownTxAck, origin);
        };
        match parse_tx_ack(json) {
            Ok(()) => self.take_word(&sent, |queue, underway, id| queue::accepted(queue, underway, id, gateway)),
            Err(refusal) => {
                let origin = Origin { dev_eui: Some(sent.dev_eui), ..origin };
                self.reject(Rejection::DownlinkRefused(refusal), origin);
                self.try_next(now, sent, origin);
            }
        }
    }

    /// The same bytes in the next window that is open, by the same gateway or another.
    fn try_next(&mut self, now: Now, mut sent: Sent, origin: Origin) {
        let bytes = sent.phy_payload.len();
        if let Some(emission) = sent.route.window.emission(bytes) {
            self.gateways.note_refusal(sent.route.gateway, &emission);
        }
        while let Some(route) = sent.fallbacks.pop_front() {
            let takes = self.gateways.path(route.gateway).is_some() && route.window.is_open(now.uptime);
            if takes && self.check_route(now, &route, bytes).is_ok() {
                return self.transmit(now, Sent { route, ..sent });
            }
        }
        self.reject(Rejection::DownlinkTooLate, origin);
        self.take_word(&sent, queue::refused);
    }

    /// A gateway spoke of an application downlink.
    fn take_word(
        &mut self,
        sent: &Sent,
        word: impl FnOnce(&mut model::DownlinkQueue, &mut Option<queue::Underway>, DownlinkId) -> Option<News>,
    ) {
        let (Some(id), dev_eui) = (sent.carries, sent.dev_eui) else { return };
        let news =
            self.devices.change(dev_eui, |tracked| word(&mut tracked.state.downlinks, &mut tracked.underway, id));
        self.tell(dev_eui, news.flatten());
    }

    fn give_up_too_long(&mut self, dev_eui: DevEui, room: usize) {
        let give_up = |tracked: &mut crate::device::Tracked| match tracked.underway {
            None => queue::drop_too_long(&mut tracked.state.downlinks, room),
            Some(_) => Vec::new(),
        };
        let news = self.devices.change(dev_eui, give_up).unwrap_or_default();
        self.tell(dev_eui, news);
    }

    /// Keeps what became of downlinks, and tells it.
    fn tell(&mut self, dev_eui: DevEui, news: impl IntoIterator<Item = News>) {
        let mut news = news.into_iter().peekable();
        let state = self.devices.get(dev_eui).map(|tracked| tracked.state.clone());
        let change = news.peek().and(state).map(|state| Change::Device { dev_eui, state });
        self.actions.extend(change.map(Action::Persist));
        self.actions.extend(news.map(|(id, event)| Action::Downlink { dev_eui, id, event }));
    }
}

impl Content {
    fn is_worth_sending(&self, reply: &Reply) -> bool {
        reply.ack || reply.sign_of_life || !self.down.commands.is_empty() || self.carries.is_some()
    }
}

//! What happens to a frame: copy, new uplink, repetition, replay or join.

use crate::clock::Now;
use crate::device::{ABP_RX1_DELAY, Copy, Heard, Tracked};
use crate::frame::{DataUp, JoinRequest, VerifiedUplink};
use crate::join::{self, Offer};
use crate::mac::{self, Said};
use crate::queue::{self, News};
use crate::reply::{Answer, Reply};
use crate::server::{NetworkServer, Origin};
use crate::session::{Reading, readings};
use crate::wants::{Adaptive, is_due, wants};
use crate::{Action, Change, Rejection};
use model::{Activation, CounterRule, DevAddr, DevEui, DeviceState, LinkSettings, Reception, Timestamp, Uplink};

/// A device sends the same uplink at most 15 times (`NbTrans`); more than that is somebody else's recording.
const REPEATS_MAX: u8 = 15;

/// Under which of a device's sessions a frame is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Current,
    Pending,
}

/// A frame whose sender is certain.
#[derive(Debug)]
struct Identified {
    dev_eui: DevEui,
    which: Which,
    reading: Reading,
    uplink: VerifiedUplink,
}

impl NetworkServer {
    pub(crate) fn take_data(&mut self, now: Now, copy: Copy, phy_payload: Vec<u8>, mut frame: DataUp) {
        let candidates = self.devices.at(frame.dev_addr);
        let heard = Some(copy.hearing());
        let origin = Origin { gateway: Some(copy.gateway), dev_addr: Some(frame.dev_addr), dev_eui: None, heard };
        if candidates.is_empty() {
            let clue = self.clue_of_data(now, &mut frame);
            return self.reject_with(Rejection::UnknownDevAddr, origin, clue);
        }
        for dev_eui in candidates {
            let origin = Origin { dev_eui: Some(dev_eui), ..origin };
            if self.take_copy(now, dev_eui, &phy_payload, &copy, origin) {
                return;
            }
            let Some(found) = self.devices.get(dev_eui).and_then(|t| identify(t, &mut frame)) else { continue };
            match found.reading {
                Reading::New | Reading::Restart => self.take_new(now, copy, phy_payload, found),
                Reading::Repeat => self.take_repeat(now, origin, copy, phy_payload, &found),
                Reading::Old => self.reject(Rejection::Replayed, origin),
                Reading::Gap => self.reject(Rejection::GapTooLarge, origin),
            }
            return;
        }
        let clue = self.clue_of_data(now, &mut frame);
        self.reject_with(Rejection::WrongMic, origin, clue);
    }

    /// Takes a later copy of what was just heard; false when it is none.
    fn take_copy(&mut self, now: Now, dev_eui: DevEui, phy_payload: &[u8], copy: &Copy, origin: Origin) -> bool {
        let added = self.devices.change(dev_eui, |tracked| {
            let heard = tracked.heard_as(phy_payload, now.uptime)?;
            let (is_another_gateway, f_cnt) = (heard.add(copy.clone()), heard.f_cnt);
            if let Some(f_cnt) = f_cnt {
                tracked.adr.hear_copy(f_cnt, copy.snr_db);
            }
            Some((is_another_gateway, f_cnt))
        });
        let Some((is_another_gateway, f_cnt)) = added.flatten() else { return false };
        match f_cnt {
            Some(f_cnt) if is_another_gateway => {
                self.actions.push(Action::Reception { dev_eui, f_cnt, reception: reception(copy, now.wall) });
            }
            _ => self.reject(Rejection::Duplicate, origin),
        }
        self.hasten_answer(now, dev_eui);
        true
    }

    /// A new uplink: moves the counter, takes in what the device agreed to, publishes, and answers if there is anything to say.
    fn take_new(&mut self, now: Now, copy: Copy, phy_payload: Vec<u8>, found: Identified) {
        let Identified { dev_eui, which, reading, uplink } = found;
        let (frequency_hz, data_rate, receptions) =
            (copy.frequency_hz, copy.data_rate, vec![reception(&copy, now.wall)]);
        let link = Link {
            channel: self.region.channel(frequency_hz),
            data_rate: self.region.index(data_rate),
            snr_db: copy.snr_db,
        };
        let changed = self.devices.change(dev_eui, |tracked| {
            tracked.heard = Some(Heard::first(phy_payload, Some(uplink.f_cnt), copy));
            tracked.repeats = 0;
            let begins = advance(tracked, which, reading, uplink.f_cnt, now.wall);
            let news = learn(tracked, now, link, &uplink)?;
            Some((change_of(tracked, begins || news.changes_more_than_the_session())?, news))
        });
        let Some(((change, dev_addr), news)) = changed.flatten() else { return };
        self.actions.push(Action::Persist(change));
        self.answer_uplink(now, dev_eui, &uplink, &news.said);
        let VerifiedUplink { f_cnt, f_port, frm_payload, confirmed, adr, .. } = uplink;
        self.actions.push(Action::Uplink(Uplink {
            dev_eui,
            dev_addr,
            f_cnt,
            f_port,
            frm_payload,
            confirmed,
            adr,
            received_at: now.wall,
            frequency_hz,
            data_rate,
            receptions,
        }));
        self.actions.extend(news.said.status.map(|status| Action::Status { dev_eui, status }));
        self.actions.extend(news.downlinks.into_iter().map(|(id, event)| Action::Downlink { dev_eui, id, event }));
    }

    /// The newest uplink once more: the answer was lost, or the device repeats everything.
    fn take_repeat(&mut self, now: Now, origin: Origin, copy: Copy, phy_payload: Vec<u8>, found: &Identified) {
        let &Identified { dev_eui, ref uplink, .. } = found;
        self.reject(Rejection::Repeated, origin);
        let repeats = self.devices.change(dev_eui, |tracked| {
            tracked.heard = Some(Heard::first(phy_payload, Some(uplink.f_cnt), copy));
            tracked.repeats = tracked.repeats.saturating_add(1);
            tracked.repeats
        });
        if repeats.is_some_and(|n| n <= REPEATS_MAX) {
            let requests = mac::parse(&uplink.commands).into_iter();
            let requests =
                requests.filter_map(|said| if let Said::Request(request) = said { Some(request) } else { None });
            let said = mac::Heard { requests: requests.collect(), ..mac::Heard::default() };
            self.answer_uplink(now, dev_eui, uplink, &said);
        }
    }

    fn answer_uplink(&mut self, now: Now, dev_eui: DevEui, verified: &VerifiedUplink, said: &mac::Heard) {
        // A class A device that speaks again no longer listens for the answer to what it said before.
        self.answers.remove(&dev_eui);
        let Some(tracked) = self.devices.get(dev_eui) else { return };
        let reply = Reply {
            ack: verified.confirmed,
            sign_of_life: verified.adr_ack_req || said.repeats_until_answered,
            requests: said.requests.clone(),
            adaptive: if verified.adr { Adaptive::Yes } else { Adaptive::No },
            heard_at: now.wall,
        };
        if reply.ack || reply.sign_of_life || !reply.requests.is_empty() || self.has_more_to_say(now, tracked, &reply) {
            self.answer_soon(now, dev_eui, Answer::Data(reply));
        }
    }

    /// Is there anything beyond what the uplink calls for?
    fn has_more_to_say(&self, now: Now, tracked: &Tracked, reply: &Reply) -> bool {
        let Some(session) = &tracked.state.session else { return false };
        let has_downlink = tracked.underway.is_none() && !tracked.state.downlinks.waiting.is_empty();
        let asks = wants(now, tracked, &self.region, &self.settings, reply.adaptive);
        has_downlink || asks.into_iter().any(|ask| is_due(now, ask, session, &self.settings))
    }

    pub(crate) fn take_join(&mut self, now: Now, copy: Copy, phy_payload: Vec<u8>, request: &JoinRequest) {
        let dev_eui = request.dev_eui;
        let heard = Some(copy.hearing());
        let origin = Origin { gateway: Some(copy.gateway), dev_addr: None, dev_eui: Some(dev_eui), heard };
        if self.take_copy(now, dev_eui, &phy_payload, &copy, origin) {
            return;
        }
        if let Err(why) = self.accept_join(now, phy_payload, copy, request) {
            let clue = self.clue_of_join(now, request, why);
            self.reject_with(why, origin, clue);
        }
    }

    fn accept_join(
        &mut self,
        now: Now,
        phy_payload: Vec<u8>,
        copy: Copy,
        request: &JoinRequest,
    ) -> Result<(), Rejection> {
        let dev_eui = request.dev_eui;
        let tracked = self.devices.get(dev_eui).ok_or(Rejection::UnknownDevice)?;
        let app_key = join::check_request(tracked, request)?;
        let join_nonce = join::next_join_nonce(tracked)?;
        let offer = Offer {
            join_nonce,
            dev_addr: self.devices.free_dev_addr(dev_eui, join_nonce),
            rx1_delay: self.settings.rx1_delay,
            rx2_data_rate: self.settings.rx2.unwrap_or_else(|| self.region.rx2()).data_rate,
            link: self.settings.link_after_join(&self.region),
            cf_list: self.region.cf_list(),
            at: now.wall,
        };
        let (dev_addr, gateway, hearing) = (offer.dev_addr, copy.gateway, copy.hearing());
        let heard = Heard::first(phy_payload, None, copy);
        let accepted = self.devices.change(dev_eui, |tracked| {
            tracked.heard = Some(heard);
            let bytes = join::accept(tracked, request, &app_key, offer)?;
            Ok((bytes, tracked.state.clone()))
        });
        let (bytes, state) = accepted.unwrap_or(Err(Rejection::UnknownDevice))?;
        self.actions.push(Action::Persist(Change::Device { dev_eui, state }));
        self.actions.push(Action::Joined { dev_eui, dev_addr, gateway, heard: hearing });
        self.answer_soon(now, dev_eui, Answer::Join(bytes));
        Ok(())
    }
}

/// Finds the session and the counter under which the MIC fits.
fn identify(tracked: &Tracked, frame: &mut DataUp) -> Option<Identified> {
    let DeviceState { session, pending, .. } = &tracked.state;
    let sessions = [(Which::Current, session), (Which::Pending, pending)];
    let (dev_eui, dev_addr, wire) = (tracked.device.dev_eui, frame.dev_addr, frame.wire_f_cnt);
    // Who joins begins again by joining.
    let counter_rule = match tracked.device.activation {
        Activation::Otaa { .. } => CounterRule::OnlyRises,
        Activation::Abp { .. } => tracked.device.counter_rule,
    };
    let sessions = sessions.into_iter().filter_map(|(which, session)| Some((which, session.as_ref()?)));
    sessions.filter(|(_, session)| session.dev_addr == dev_addr).find_map(|(which, session)| {
        readings(session.f_cnt_up, tracked.device.mac_version, counter_rule, wire).find_map(|(f_cnt, reading)| {
            Some(Identified { dev_eui, which, reading, uplink: frame.verify(session, f_cnt)? })
        })
    })
}

/// Moves the counter. The first uplink under the pending session makes it the one in use. True when the device began anew.
fn advance(tracked: &mut Tracked, which: Which, reading: Reading, f_cnt: u32, at: Timestamp) -> bool {
    if which == Which::Pending {
        tracked.state.session = tracked.state.pending.take();
        tracked.begin_anew();
    }
    if reading == Reading::Restart {
        tracked.begin_anew();
    }
    let Some(session) = &mut tracked.state.session else { return false };
    if reading == Reading::Restart {
        // What it was told is gone with its counter.
        (session.link, session.rx1_delay) = (LinkSettings::default(), ABP_RX1_DELAY);
    }
    if session.f_cnt_up.is_none() {
        session.since = at;
    }
    session.f_cnt_up = Some(f_cnt);
    which == Which::Pending
}

/// How an uplink came in, in the numbers of the band.
#[derive(Clone, Copy, Debug)]
struct Link {
    channel: Option<u8>,
    data_rate: Option<u8>,
    snr_db: Option<f32>,
}

/// What an uplink tells beside its payload.
#[derive(Debug)]
struct Learned {
    said: mac::Heard,
    downlinks: Vec<News>,
}

impl Learned {
    fn changes_more_than_the_session(&self) -> bool {
        self.said.status.is_some() || !self.downlinks.is_empty()
    }
}

/// Takes in how the uplink was heard, what it answers, and whether it acknowledges.
fn learn(tracked: &mut Tracked, now: Now, link: Link, uplink: &VerifiedUplink) -> Option<Learned> {
    let session = tracked.state.session.as_mut()?;
    // It speaks there, so it knows the channel.
    session.link.channels |= link.channel.map_or(0, |channel| 1 << channel);
    if tracked.adr.hear(uplink.f_cnt, link.data_rate, link.snr_db) {
        session.link.tx_power = 0;
    }
    let said = tracked.dialogue.hear(now, &mac::parse(&uplink.commands), session, &mut tracked.adr);
    tracked.state.status = said.status.or(tracked.state.status);
    let downlinks = queue::hear(&mut tracked.state.downlinks, tracked.underway.take(), uplink.acknowledges);
    Some(Learned { said, downlinks })
}

fn change_of(tracked: &Tracked, of_more_than_the_session: bool) -> Option<(Change, DevAddr)> {
    let (dev_eui, session) = (tracked.device.dev_eui, tracked.state.session.clone()?);
    let dev_addr = session.dev_addr;
    let change = if of_more_than_the_session {
        Change::Device { dev_eui, state: tracked.state.clone() }
    } else {
        Change::Session { dev_eui, session }
    };
    Some((change, dev_addr))
}

fn reception(copy: &Copy, received_at: Timestamp) -> Reception {
    Reception { gateway: copy.gateway, rssi_dbm: copy.rssi_dbm, snr_db: copy.snr_db, received_at }
}

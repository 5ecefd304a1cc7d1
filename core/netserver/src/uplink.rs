//! What happens to a frame: copy, new uplink, repetition, replay or join.

use crate::clock::Now;
use crate::device::{Copy, Heard, Tracked};
use crate::frame::{DataUp, JoinRequest, VerifiedUplink};
use crate::join::{self, Offer};
use crate::mac;
use crate::server::{Answer, NetworkServer, Origin};
use crate::session::{Reading, readings};
use crate::{Action, Change, Rejection};
use model::{DevAddr, DevEui, DeviceState, Reception, Timestamp, Uplink};

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
        let origin = Origin { gateway: Some(copy.gateway), dev_addr: Some(frame.dev_addr), dev_eui: None };
        if candidates.is_empty() {
            return self.reject(Rejection::UnknownDevAddr, origin);
        }
        for dev_eui in candidates {
            let origin = Origin { dev_eui: Some(dev_eui), ..origin };
            if self.take_copy(now, dev_eui, &phy_payload, &copy, origin) {
                return;
            }
            let Some(found) = self.devices.get(dev_eui).and_then(|t| identify(t, &mut frame)) else { continue };
            match found.reading {
                Reading::New => self.take_new(now, copy, phy_payload, found),
                Reading::Repeat => self.take_repeat(now, origin, copy, phy_payload, &found),
                Reading::Old => self.reject(Rejection::Replayed, origin),
                Reading::Gap => self.reject(Rejection::GapTooLarge, origin),
            }
            return;
        }
        self.reject(Rejection::WrongMic, origin);
    }

    /// Takes a later copy of what was just heard; false when it is none.
    fn take_copy(&mut self, now: Now, dev_eui: DevEui, phy_payload: &[u8], copy: &Copy, origin: Origin) -> bool {
        let added = self.devices.change(dev_eui, |tracked| {
            let heard = tracked.heard_as(phy_payload, now.uptime)?;
            Some((heard.add(copy.clone()), heard.f_cnt))
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

    /// A new uplink: moves the counter, publishes, and answers if the device wants it.
    fn take_new(&mut self, now: Now, copy: Copy, phy_payload: Vec<u8>, found: Identified) {
        let Identified { dev_eui, which, uplink, .. } = found;
        let (frequency_hz, data_rate, receptions) =
            (copy.frequency_hz, copy.data_rate, vec![reception(&copy, now.wall)]);
        let changed = self.devices.change(dev_eui, |tracked| {
            tracked.heard = Some(Heard::first(phy_payload, Some(uplink.f_cnt), copy));
            tracked.repeats = 0;
            advance(tracked, which, uplink.f_cnt, now.wall)
        });
        let Some((change, dev_addr)) = changed.flatten() else { return };
        self.actions.push(Action::Persist(change));
        self.answer_uplink(now, dev_eui, &uplink);
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
            self.answer_uplink(now, dev_eui, uplink);
        }
    }

    fn answer_uplink(&mut self, now: Now, dev_eui: DevEui, verified: &VerifiedUplink) {
        // A class A device that speaks again no longer listens for the answer to what it said before.
        self.answers.remove(&dev_eui);
        let requests = mac::parse_requests(&verified.commands);
        if verified.confirmed || verified.adr_ack_req || !requests.is_empty() {
            self.answer_soon(now, dev_eui, Answer::Data { ack: verified.confirmed, requests, heard_at: now.wall });
        }
    }

    pub(crate) fn take_join(&mut self, now: Now, copy: Copy, phy_payload: Vec<u8>, request: &JoinRequest) {
        let dev_eui = request.dev_eui;
        let origin = Origin { gateway: Some(copy.gateway), dev_addr: None, dev_eui: Some(dev_eui) };
        if self.take_copy(now, dev_eui, &phy_payload, &copy, origin) {
            return;
        }
        if let Err(why) = self.accept_join(now, Heard::first(phy_payload, None, copy), request) {
            self.reject(why, origin);
        }
    }

    fn accept_join(&mut self, now: Now, heard: Heard, request: &JoinRequest) -> Result<(), Rejection> {
        let dev_eui = request.dev_eui;
        let tracked = self.devices.get(dev_eui).ok_or(Rejection::UnknownDevice)?;
        let app_key = join::check_request(tracked, request)?;
        let join_nonce = join::next_join_nonce(tracked)?;
        let offer = Offer {
            join_nonce,
            dev_addr: self.devices.free_dev_addr(dev_eui, join_nonce),
            rx1_delay: self.settings.rx1_delay,
            cf_list: self.region.cf_list(),
            at: now.wall,
        };
        let dev_addr = offer.dev_addr;
        let accepted = self.devices.change(dev_eui, |tracked| {
            tracked.heard = Some(heard);
            let bytes = join::accept(tracked, request, &app_key, offer)?;
            Ok((bytes, tracked.state.clone()))
        });
        let (bytes, state) = accepted.unwrap_or(Err(Rejection::UnknownDevice))?;
        self.actions.push(Action::Persist(Change::Device { dev_eui, state }));
        self.actions.push(Action::Joined { dev_eui, dev_addr });
        self.answer_soon(now, dev_eui, Answer::Join(bytes));
        Ok(())
    }
}

/// Finds the session and the counter under which the MIC fits.
fn identify(tracked: &Tracked, frame: &mut DataUp) -> Option<Identified> {
    let DeviceState { session, pending, .. } = &tracked.state;
    let sessions = [(Which::Current, session), (Which::Pending, pending)];
    let (dev_eui, dev_addr, wire) = (tracked.device.dev_eui, frame.dev_addr, frame.wire_f_cnt);
    let sessions = sessions.into_iter().filter_map(|(which, session)| Some((which, session.as_ref()?)));
    sessions.filter(|(_, session)| session.dev_addr == dev_addr).find_map(|(which, session)| {
        readings(session.f_cnt_up, tracked.device.mac_version, wire).find_map(|(f_cnt, reading)| {
            Some(Identified { dev_eui, which, reading, uplink: frame.verify(session, f_cnt)? })
        })
    })
}

/// Moves the counter. The first uplink under the pending session makes it the one in use.
fn advance(tracked: &mut Tracked, which: Which, f_cnt: u32, at: Timestamp) -> Option<(Change, DevAddr)> {
    let dev_eui = tracked.device.dev_eui;
    if which == Which::Pending {
        tracked.state.session = tracked.state.pending.take();
    }
    let session = tracked.state.session.as_mut()?;
    if session.f_cnt_up.is_none() {
        session.since = at;
    }
    session.f_cnt_up = Some(f_cnt);
    let (session, dev_addr) = (session.clone(), session.dev_addr);
    Some(match which {
        Which::Current => (Change::Session { dev_eui, session }, dev_addr),
        Which::Pending => (Change::Device { dev_eui, state: tracked.state.clone() }, dev_addr),
    })
}

fn reception(copy: &Copy, received_at: Timestamp) -> Reception {
    Reception { gateway: copy.gateway, rssi_dbm: copy.rssi_dbm, snr_db: copy.snr_db, received_at }
}

//! The live frame log: every frame that a gateway brought, taken or not, and why.

use crate::portal::App;
use model::{DevAddr, DevEui, GatewayEui, SensorId, Timestamp};
use netserver::{Action, Clue, Hearing, Rejection};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;
use words::{Arg, Speaker};

/// Frames that are remembered of each sort: those of our own devices, and all the others. A neighbour's many frames do not push out
/// the one of the sensor that is just being hung up.
const KEPT_MAX: usize = 500;

/// How many frames a slow follower may lag behind before it loses the oldest.
const BACKLOG: usize = 256;

/// A frame, or a datagram that was to bring one.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardFrame {
    /// When.
    pub at: Timestamp,
    /// By which gateway it came, as far as it could be read.
    pub gateway: Option<GatewayEui>,
    /// The device it says it is from, or is from for certain.
    pub dev_eui: Option<DevEui>,
    /// What that is called here.
    pub sensor: Option<SensorId>,
    /// The address it names.
    pub dev_addr: Option<DevAddr>,
    /// Its counter, where it is certain.
    pub f_cnt: Option<u32>,
    /// Its port.
    pub f_port: Option<u8>,
    /// How it was heard.
    pub heard: Option<Hearing>,
    /// What became of it.
    pub outcome: FrameOutcome,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameOutcome {
    /// It is a new uplink.
    Uplink,
    /// A later copy of one, by another gateway.
    Copy,
    /// Its device was offered a session.
    Joined,
    /// It was dropped.
    Rejected {
        /// Why.
        why: Rejection,
        /// What is most likely wrong in the configuration.
        clue: Option<Clue>,
    },
}

impl FrameOutcome {
    /// A short name that does not change, for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Uplink => "uplink",
            Self::Copy => "copy",
            Self::Joined => "joined",
            Self::Rejected { why, .. } => why.word(),
        }
    }

    /// What became of it in plain words.
    pub fn reason(self, speaker: &Speaker) -> String {
        speaker.text(&format!("frame-{}", self.word()), &[])
    }

    /// What is most likely wrong in the configuration, in plain words. `name` gives what people call a device.
    pub fn advice(self, speaker: &Speaker, name: impl FnOnce(DevEui) -> String) -> Option<String> {
        let Self::Rejected { clue: Some(clue), .. } = self else { return None };
        let key = format!("clue-{}", clue.word());
        Some(match clue.about() {
            Some(device) => speaker.text(&key, &[("device", Arg::Text(&name(device)))]),
            None => speaker.text(&key, &[]),
        })
    }
}

/// The newest frames, and those who follow along. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FrameLog {
    kept: Arc<Mutex<Kept>>,
    followers: broadcast::Sender<Arc<HeardFrame>>,
}

/// Oldest first.
#[derive(Debug, Default)]
struct Kept {
    ours: VecDeque<Arc<HeardFrame>>,
    others: VecDeque<Arc<HeardFrame>>,
}

impl Default for FrameLog {
    fn default() -> Self {
        Self { kept: Arc::default(), followers: broadcast::channel(BACKLOG).0 }
    }
}

impl FrameLog {
    /// The newest frames, oldest first, and those that come after them. A slow reader loses the oldest.
    pub fn follow(&self) -> (Vec<Arc<HeardFrame>>, broadcast::Receiver<Arc<HeardFrame>>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = kept.ours.iter().chain(&kept.others).cloned().collect();
        all.sort_by_key(|frame| frame.at);
        (all, self.followers.subscribe())
    }

    /// Notes the frames that these actions tell of.
    pub(crate) fn note(&self, app: &App, now: Timestamp, actions: &[Action]) {
        for frame in actions.iter().filter_map(|action| frame_of(now, action)) {
            let sensor = frame.dev_eui.and_then(|dev_eui| app.sensor_of(dev_eui));
            let frame = Arc::new(HeardFrame { sensor, ..frame });
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let list = if frame.sensor.is_some() { &mut kept.ours } else { &mut kept.others };
            if list.len() >= KEPT_MAX {
                list.pop_front();
            }
            list.push_back(Arc::clone(&frame));
            // While the list is held, so that who begins to follow misses nothing. An error only says that nobody listens.
            let _ = self.followers.send(frame);
        }
    }
}

fn frame_of(at: Timestamp, action: &Action) -> Option<HeardFrame> {
    let blank = HeardFrame {
        at,
        gateway: None,
        dev_eui: None,
        sensor: None,
        dev_addr: None,
        f_cnt: None,
        f_port: None,
        heard: None,
        outcome: FrameOutcome::Uplink,
    };
    match *action {
        Action::Uplink(ref uplink) => {
            let first = uplink.receptions.first();
            Some(HeardFrame {
                gateway: first.map(|reception| reception.gateway),
                dev_eui: Some(uplink.dev_eui),
                dev_addr: Some(uplink.dev_addr),
                f_cnt: Some(uplink.f_cnt),
                f_port: uplink.f_port,
                heard: first.map(|reception| Hearing {
                    rssi_dbm: reception.rssi_dbm,
                    snr_db: reception.snr_db,
                    frequency_hz: uplink.frequency_hz,
                    data_rate: uplink.data_rate,
                }),
                ..blank
            })
        }
        Action::Reception { dev_eui, f_cnt, ref reception } => Some(HeardFrame {
            gateway: Some(reception.gateway),
            dev_eui: Some(dev_eui),
            f_cnt: Some(f_cnt),
            outcome: FrameOutcome::Copy,
            ..blank
        }),
        Action::Joined { dev_eui, dev_addr, gateway, heard } => Some(HeardFrame {
            gateway: Some(gateway),
            dev_eui: Some(dev_eui),
            dev_addr: Some(dev_addr),
            heard: Some(heard),
            outcome: FrameOutcome::Joined,
            ..blank
        }),
        Action::Rejected { why, gateway, dev_addr, dev_eui, heard, clue } => Some(HeardFrame {
            gateway,
            dev_eui,
            dev_addr,
            heard,
            outcome: FrameOutcome::Rejected { why, clue },
            ..blank
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    #[test]
    fn every_reason_and_every_clue_has_a_text_in_each_language() {
        let device = DevEui([7; 8]);
        let clues = [
            Clue::DevEuiReversed(device),
            Clue::EuisSwapped(device),
            Clue::JoinEuiReversed,
            Clue::AppKeyReversed,
            Clue::AppKeyOf(device),
            Clue::DevAddrReversed(device),
            Clue::NwkSKeyReversed(device),
            Clue::SessionKeysSwapped(device),
        ];
        for speaker in Language::ALL.map(Speaker::of) {
            let rejected = |(why, clue)| FrameOutcome::Rejected { why, clue };
            let all = Rejection::all().map(|why| (why, None)).map(rejected);
            for outcome in all.chain([FrameOutcome::Uplink, FrameOutcome::Copy, FrameOutcome::Joined]) {
                assert!(speaker.knows(&format!("frame-{}", outcome.word())), "{outcome:?} in {speaker:?}");
            }
            for clue in clues {
                let outcome = rejected((Rejection::WrongMic, Some(clue)));
                let advice = outcome.advice(speaker, |device| device.to_string()).unwrap();
                let named = clue.about().is_some();
                assert_eq!(advice.contains("0707070707070707"), named, "{advice}");
            }
        }
    }
}

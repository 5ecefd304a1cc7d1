//! Adaptive data rate: how fast, how loud and how often a device should send, judged by how it was heard.
//!
//! The fastest data rate that leaves a margin, then the least power, then as many repetitions as loss asks for. A device slows down by
//! itself when it is not heard (LoRaWAN 1.0.4 section 4.3.1.1); it is never told to.

use crate::region::{self, demodulation_floor_db};
use model::LinkSettings;
use std::collections::VecDeque;

/// Uplinks that are remembered. Fading comes and goes within so many.
const HISTORY: usize = 20;

/// With fewer uplinks than this we know little, and ask for more margin. Waiting for all of them would leave a device that speaks once
/// a day at its slowest rate for weeks.
const FEW: usize = 5;

/// Margin on top while we know little, dB.
const CAUTION_DB: f32 = 5.0;

/// What one step of the data rate costs, dB.
const DATA_RATE_STEP_DB: f32 = 2.5;

/// What one step of `TXPower` changes, dB.
const POWER_STEP_DB: f32 = 2.0;

/// Louder again only when so much of the margin is gone, dB: not for a leaf before the antenna.
const LOUDER_BELOW_DB: f32 = -3.0;

/// More copies of each uplink do not help against interference; they are interference.
const NB_TRANS_MAX: u8 = 3;

/// After a refusal that teaches nothing the device is left alone for so many uplinks, and twice as many after each further one.
const PAUSE: u32 = 20;

/// The longest pause. It always ends: a device that refused once may have had its reason.
const PAUSE_MAX: u32 = 640;

/// `LinkADRReq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinkAdr {
    pub(crate) data_rate: u8,
    pub(crate) tx_power: u8,
    pub(crate) nb_trans: u8,
    pub(crate) channels: u16,
}

/// What an uplink told.
#[derive(Clone, Copy, Debug)]
struct Sample {
    f_cnt: u32,
    snr_db: f32,
}

/// What is known of one device's link.
#[derive(Clone, Debug)]
pub(crate) struct Adr {
    history: VecDeque<Sample>,
    /// Of the newest uplink; none when it was sent in a modulation that is not adapted.
    data_rate: Option<u8>,
    /// What it said yes to and has yet to do.
    promised: Option<u8>,
    /// The fastest, quietest and loudest that it did not refuse.
    data_rate_max: u8,
    tx_power_max: u8,
    tx_power_min: u8,
    /// Uplinks to go until it is asked again, and how long the next pause will be.
    pause: u32,
    next_pause: u32,
}

impl Default for Adr {
    fn default() -> Self {
        Self {
            history: VecDeque::new(),
            data_rate: None,
            promised: None,
            data_rate_max: region::DATA_RATE_MAX,
            tx_power_max: region::TX_POWER_MAX,
            tx_power_min: 0,
            pause: 0,
            next_pause: PAUSE,
        }
    }
}

impl Adr {
    /// A new uplink. True when the device went slower than it was: it does so when nobody seems to hear it, and at full power.
    pub(crate) fn hear(&mut self, f_cnt: u32, data_rate: Option<u8>, snr_db: Option<f32>) -> bool {
        let slower = self.data_rate.zip(data_rate).is_some_and(|(before, now)| now < before);
        self.pause = self.pause.saturating_sub(1);
        if self.promised.take().is_some_and(|promised| Some(promised) != data_rate) {
            // It said yes, and did not do it.
            self.rest();
        }
        if slower {
            self.history.clear();
        }
        self.data_rate = data_rate;
        if let Some(snr_db) = snr_db {
            if self.history.len() >= HISTORY {
                self.history.pop_front();
            }
            self.history.push_back(Sample { f_cnt, snr_db });
        }
        slower
    }

    /// A further gateway heard the newest uplink.
    pub(crate) fn hear_copy(&mut self, f_cnt: u32, snr_db: Option<f32>) {
        if let (Some(newest), Some(snr_db)) = (self.history.back_mut().filter(|s| s.f_cnt == f_cnt), snr_db) {
            newest.snr_db = newest.snr_db.max(snr_db);
        }
    }

    /// The best signal-to-noise ratio of late, dB.
    pub(crate) fn best_snr_db(&self) -> Option<f32> {
        self.history.iter().map(|sample| sample.snr_db).reduce(f32::max)
    }

    /// Uplinks of late that no gateway heard, percent.
    pub(crate) fn lost_percent(&self) -> Option<u8> {
        let (first, last) = (self.history.front()?.f_cnt, self.history.back()?.f_cnt);
        let sent = u64::from(last.checked_sub(first)?) + 1;
        let heard = u64::try_from(self.history.len()).ok()?;
        u8::try_from(100 * sent.checked_sub(heard)? / sent).ok()
    }

    /// What to ask of a device that lets the network choose; none when nothing would change, or it wants to be left alone.
    pub(crate) fn proposal(&self, link: &LinkSettings, margin_db: f32) -> Option<LinkAdr> {
        let now = self.data_rate.filter(|rate| *rate <= region::DATA_RATE_MAX)?;
        if self.pause > 0 {
            return None;
        }
        let caution_db = if self.history.len() < FEW { CAUTION_DB } else { 0.0 };
        let floor_db = demodulation_floor_db(region::lora_data_rate(now)?);
        let mut spare_db = self.best_snr_db()? - floor_db - margin_db - caution_db;
        let mut data_rate = now;
        while spare_db >= DATA_RATE_STEP_DB && data_rate < self.data_rate_max {
            spare_db -= DATA_RATE_STEP_DB;
            data_rate += 1;
        }
        let proposal = LinkAdr {
            data_rate,
            tx_power: self.power(link.tx_power, spare_db),
            nb_trans: self.nb_trans(link.nb_trans),
            channels: link.channels,
        };
        let unchanged =
            (proposal.data_rate, proposal.tx_power, proposal.nb_trans) == (now, link.tx_power, link.nb_trans);
        (!unchanged).then_some(proposal)
    }

    fn power(&self, now: u8, mut spare_db: f32) -> u8 {
        let mut power = now.clamp(self.tx_power_min, self.tx_power_max.max(self.tx_power_min));
        let settled = self.history.len() >= HISTORY;
        while settled && spare_db >= POWER_STEP_DB && power < self.tx_power_max {
            spare_db -= POWER_STEP_DB;
            power += 1;
        }
        while spare_db < LOUDER_BELOW_DB && power > self.tx_power_min {
            spare_db += POWER_STEP_DB;
            power -= 1;
        }
        power
    }

    fn nb_trans(&self, now: u8) -> u8 {
        let Some(lost) = self.lost_percent().filter(|_| self.history.len() >= HISTORY) else { return now };
        match lost {
            0..5 => now.saturating_sub(1).max(1),
            5..10 => now,
            10..30 => now.saturating_add(1).min(NB_TRANS_MAX.max(now)),
            _ => NB_TRANS_MAX.max(now),
        }
    }

    /// The device said yes.
    pub(crate) fn accepted(&mut self, asked: LinkAdr) {
        self.history.clear();
        self.promised = Some(asked.data_rate);
    }

    /// The device said no, to these of: channels (1), data rate (2), power (4). What it cannot do is not asked of it again; what is within
    /// its means, at the next uplink.
    pub(crate) fn refused(&mut self, asked: LinkAdr, link: &LinkSettings, yes: u8) {
        let mut learned = false;
        if yes & 0b010 == 0 && asked.data_rate > self.data_rate.unwrap_or_default() {
            self.data_rate_max = asked.data_rate - 1;
            learned = true;
        }
        if yes & 0b100 == 0 && asked.tx_power > link.tx_power {
            self.tx_power_max = asked.tx_power - 1;
            learned = true;
        } else if yes & 0b100 == 0 && asked.tx_power < self.tx_power_max {
            self.tx_power_min = asked.tx_power + 1;
            learned = true;
        }
        if !learned {
            self.rest();
        }
    }

    fn rest(&mut self) {
        self.pause = self.next_pause;
        self.next_pause = (self.next_pause * 2).min(PAUSE_MAX);
    }
}

#[cfg(test)]
#[path = "adr_tests.rs"]
mod tests;

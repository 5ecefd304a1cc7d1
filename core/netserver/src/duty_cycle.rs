//! What a gateway may send: its air time in each sub-band of EU868 (ETSI EN 300 220-2 table B.1), and one frame at a time.

use crate::Rejection;
use crate::clock::Uptime;
use crate::report::BandUse;
use std::collections::VecDeque;
use std::time::Duration;

/// The law counts air time in each hour.
const HOUR: Duration = Duration::from_hours(1);

/// Air time is remembered by the minute: 61 numbers a band, however many frames.
const SLOT: Duration = Duration::from_mins(1);

/// A gateway is asked at most so long before it sends; what was asked earlier is over.
const AHEAD_MAX: Duration = Duration::from_secs(20);

/// Between two frames a transmitter needs this to turn around, microseconds; forwarders keep about as much free.
const GUARD_US: u32 = 3_000;

/// A part of the band with a limit of its own, hertz, and the part of an hour it may be used, per mille.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SubBand {
    from_hz: u32,
    to_hz: u32,
    per_mille: u32,
}

const fn band(from_hz: u32, to_hz: u32, per_mille: u32) -> SubBand {
    SubBand { from_hz, to_hz, per_mille }
}

/// Between these lie alarm channels, where nobody else may send.
const SUB_BANDS: [SubBand; 6] = [
    band(863_000_000, 865_000_000, 1),
    band(865_000_000, 868_000_000, 10),
    band(868_000_000, 868_600_000, 10),
    band(868_700_000, 869_200_000, 1),
    band(869_400_000, 869_650_000, 100),
    band(869_700_000, 870_000_000, 10),
];

impl SubBand {
    fn allowed(self) -> Duration {
        HOUR * self.per_mille / 1000
    }
}

/// A frame that a gateway is asked to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Emission {
    pub(crate) frequency_hz: u32,
    /// When it begins, on the gateway's own clock, which wraps.
    pub(crate) tmst: u32,
    pub(crate) airtime: Duration,
}

impl Emission {
    /// Do the two overlap, on a clock that wraps?
    fn meets(&self, other: &Self) -> bool {
        let lasts = |e: &Self| u32::try_from(e.airtime.as_micros()).unwrap_or(u32::MAX).saturating_add(GUARD_US);
        other.tmst.wrapping_sub(self.tmst) < lasts(self) || self.tmst.wrapping_sub(other.tmst) < lasts(other)
    }
}

/// Air time of one sub-band, by the minute in which it was taken.
#[derive(Clone, Debug, Default)]
struct Used(VecDeque<(u64, Duration)>);

impl Used {
    fn forget(&mut self, now: Uptime) {
        let oldest = slot(now).saturating_sub(slot(Uptime::default() + HOUR));
        while self.0.front().is_some_and(|(minute, _)| *minute < oldest) {
            self.0.pop_front();
        }
    }

    fn total(&self) -> Duration {
        self.0.iter().map(|(_, airtime)| *airtime).sum()
    }

    fn add(&mut self, now: Uptime, airtime: Duration) {
        match self.0.back_mut() {
            Some((minute, sum)) if *minute == slot(now) => *sum += airtime,
            _ => self.0.push_back((slot(now), airtime)),
        }
    }

    fn give_back(&mut self, airtime: Duration) {
        if let Some((_, sum)) = self.0.back_mut() {
            *sum = sum.saturating_sub(airtime);
        }
    }
}

fn slot(at: Uptime) -> u64 {
    at.since(Uptime::default()).as_secs() / SLOT.as_secs()
}

/// The one transmitter of a gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transmitter {
    used: [Used; SUB_BANDS.len()],
    /// What it was asked to send and may not be over.
    asked: Vec<(Uptime, Emission)>,
}

impl Transmitter {
    /// May it send this, and can it?
    pub(crate) fn check(&mut self, now: Uptime, emission: &Emission) -> Result<(), Rejection> {
        let (band, used) = self.band(emission.frequency_hz).ok_or(Rejection::OutsideBand)?;
        used.forget(now);
        if used.total() + emission.airtime > band.allowed() {
            return Err(Rejection::DutyCycle);
        }
        self.asked.retain(|(at, _)| now.since(*at) <= AHEAD_MAX);
        if self.asked.iter().any(|(_, other)| other.meets(emission)) {
            return Err(Rejection::TransmitterBusy);
        }
        Ok(())
    }

    pub(crate) fn take(&mut self, now: Uptime, emission: Emission) {
        if let Some((_, used)) = self.band(emission.frequency_hz) {
            used.add(now, emission.airtime);
        }
        self.asked.push((now, emission));
    }

    /// The gateway did not send it.
    pub(crate) fn give_back(&mut self, emission: &Emission) {
        if let Some((_, used)) = self.band(emission.frequency_hz) {
            used.give_back(emission.airtime);
        }
        self.asked.retain(|(_, other)| other != emission);
    }

    /// What was used of each sub-band in the last hour.
    pub(crate) fn report(&self, now: Uptime) -> Vec<BandUse> {
        let of = |(band, used): (&SubBand, &Used)| {
            let mut used = used.clone();
            used.forget(now);
            BandUse { from_hz: band.from_hz, to_hz: band.to_hz, used: used.total(), allowed: band.allowed() }
        };
        SUB_BANDS.iter().zip(&self.used).map(of).collect()
    }

    fn band(&mut self, frequency_hz: u32) -> Option<(SubBand, &mut Used)> {
        let mut bands = SUB_BANDS.iter().zip(&mut self.used);
        bands.find(|(band, _)| (band.from_hz..band.to_hz).contains(&frequency_hz)).map(|(band, used)| (*band, used))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Uptime {
        Uptime::default() + Duration::from_secs(seconds)
    }

    /// A frame of 100 ms that begins so many milliseconds after another.
    fn frame(frequency_hz: u32, tmst_ms: u32) -> Emission {
        Emission { frequency_hz, tmst: tmst_ms.wrapping_mul(1000), airtime: Duration::from_millis(100) }
    }

    /// How many such frames a gateway may send in one moment.
    #[track_caller]
    fn check(frequency_hz: u32, expect: usize) {
        let mut transmitter = Transmitter::default();
        let frames = (0..10_000).map(|n| frame(frequency_hz, n * 200));
        let sent = frames.take_while(|frame| {
            let allowed = transmitter.check(at(5), frame).is_ok();
            transmitter.take(at(5), *frame);
            allowed
        });
        assert_eq!(sent.count(), expect, "{frequency_hz}");
    }

    #[test]
    fn each_sub_band_has_its_own_limit() {
        check(864_900_000, 36);
        check(867_100_000, 360);
        check(868_000_000, 360);
        check(868_500_000, 360);
        check(868_800_000, 36);
        check(869_525_000, 3600);
        check(869_700_000, 360);
    }

    #[test]
    fn nothing_is_sent_on_alarm_channels_or_outside() {
        for frequency_hz in [862_999_999, 868_650_000, 869_300_000, 869_675_000, 870_000_000, 915_000_000] {
            let refused = Transmitter::default().check(at(0), &frame(frequency_hz, 0));
            assert_eq!(refused, Err(Rejection::OutsideBand), "{frequency_hz}");
        }
    }

    #[test]
    fn air_time_comes_back_after_an_hour_and_not_before() {
        let mut transmitter = Transmitter::default();
        transmitter.take(at(59), Emission { airtime: Duration::from_secs(36), ..frame(868_100_000, 0) });
        let next = frame(868_100_000, 900_000);
        assert_eq!(transmitter.check(at(3659), &next), Err(Rejection::DutyCycle));
        assert_eq!(transmitter.report(at(3659))[2].used, Duration::from_secs(36));
        assert_eq!(transmitter.check(at(3660), &next), Ok(()));
        assert_eq!(transmitter.report(at(3660))[2].used, Duration::ZERO);
    }

    #[test]
    fn one_band_used_up_leaves_the_others() {
        let mut transmitter = Transmitter::default();
        transmitter.take(at(0), Emission { airtime: Duration::from_secs(36), ..frame(868_100_000, 0) });
        assert_eq!(transmitter.check(at(1), &frame(868_300_000, 50_000)), Err(Rejection::DutyCycle));
        assert_eq!(transmitter.check(at(1), &frame(867_300_000, 50_000)), Ok(()));
        assert_eq!(transmitter.check(at(1), &frame(869_525_000, 50_000)), Ok(()));
    }

    #[test]
    fn a_frame_that_was_refused_costs_no_air_time() {
        let mut transmitter = Transmitter::default();
        let long = Emission { airtime: Duration::from_secs(36), ..frame(868_100_000, 0) };
        transmitter.take(at(0), long);
        transmitter.give_back(&long);
        assert_eq!(transmitter.check(at(1), &frame(868_100_000, 0)), Ok(()));
    }

    #[test]
    fn a_gateway_sends_one_frame_at_a_time_also_where_its_clock_wraps() {
        let mut transmitter = Transmitter::default();
        let around = |ms: i32| Emission { tmst: (ms * 1000).cast_unsigned(), ..frame(868_100_000, 0) };
        transmitter.take(at(0), around(-50));
        for (ms, free) in [(-160, true), (-150, false), (0, false), (50, false), (60, true)] {
            let other = Emission { frequency_hz: 869_525_000, ..around(ms) };
            assert_eq!(transmitter.check(at(0), &other).is_ok(), free, "{ms}");
        }
        assert_eq!(transmitter.check(at(21), &around(0)), Ok(()));
    }

    #[test]
    fn an_hour_of_frames_takes_an_hour_of_minutes() {
        let mut transmitter = Transmitter::default();
        for n in 0..100_000_u32 {
            let now = at(n.into());
            let _ = transmitter.check(now, &frame(868_100_000, n * 1000));
            transmitter.take(now, Emission { airtime: Duration::from_millis(1), ..frame(868_100_000, n * 1000) });
        }
        assert!(transmitter.used[2].0.len() <= 61 && transmitter.asked.len() <= 22);
    }
}

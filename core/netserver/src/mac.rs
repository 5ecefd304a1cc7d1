//! MAC commands (LoRaWAN 1.0.4 section 5): what a device asks, and the answers in the same order.

use crate::device::Copy;
use model::{DataRate, Timestamp};
use std::time::Duration;

/// The most that a frame carries beside an application payload.
const F_OPTS_MAX: usize = 15;

const LINK_CHECK: u8 = 0x02;
const DEVICE_TIME: u8 = 0x0d;

/// 1980-01-06, from where GPS counts.
const GPS_EPOCH: Timestamp = Timestamp::from_seconds(315_964_800);

/// Leap seconds that UTC inserted since then, and GPS did not; none was announced since 2017.
const LEAP_SECONDS: Duration = Duration::from_secs(18);

/// 2026-01-01. A clock that shows less was never set, and is not handed on to devices.
const CLOCK_SET_SINCE: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// A command to which the device wants an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    LinkCheck,
    DeviceTime,
}

/// The requests among the commands of an uplink. What stands behind a command nobody knows cannot be read: its length is not known.
pub(crate) fn parse_requests(mut commands: &[u8]) -> Vec<Request> {
    let mut requests = Vec::new();
    while let Some((&cid, rest)) = commands.split_first() {
        match cid {
            LINK_CHECK => requests.push(Request::LinkCheck),
            DEVICE_TIME => requests.push(Request::DeviceTime),
            _ => {}
        }
        let Some(rest) = uplink_payload_len(cid).and_then(|length| rest.get(length..)) else { break };
        commands = rest;
    }
    requests
}

/// Bytes behind the identifier of an uplink command.
const fn uplink_payload_len(cid: u8) -> Option<usize> {
    match cid {
        // LinkCheckReq, DutyCycleAns, RXTimingSetupAns, TxParamSetupAns, DeviceTimeReq
        LINK_CHECK | 0x04 | 0x08 | 0x09 | DEVICE_TIME => Some(0),
        // LinkADRAns, RXParamSetupAns, NewChannelAns, DlChannelAns, PingSlotInfoReq, PingSlotChannelAns, BeaconFreqAns
        0x03 | 0x05 | 0x07 | 0x0a | 0x10 | 0x11 | 0x13 => Some(1),
        // DevStatusAns
        0x06 => Some(2),
        _ => None,
    }
}

/// The answers as `FOpts`. `heard` is when the uplink arrived, `copies` who heard it.
pub(crate) fn answers(requests: &[Request], heard: Timestamp, copies: &[Copy]) -> Vec<u8> {
    let mut f_opts = Vec::new();
    for request in requests {
        let answer = match request {
            Request::LinkCheck => link_check_answer(copies).to_vec(),
            Request::DeviceTime if heard >= CLOCK_SET_SINCE => device_time_answer(heard).to_vec(),
            Request::DeviceTime => continue,
        };
        if f_opts.len() + answer.len() <= F_OPTS_MAX {
            f_opts.extend(answer);
        }
    }
    f_opts
}

/// How far above its limit the best gateway heard the device, dB, and how many did (section 5.1).
fn link_check_answer(copies: &[Copy]) -> [u8; 3] {
    let margins_db = copies.iter().filter_map(|c| Some(c.snr_db? - demodulation_floor_db(c.data_rate)));
    let best = margins_db.fold(0.0, f32::max).min(254.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 254")]
    let margin = best as u8;
    [LINK_CHECK, margin, copies.len().try_into().unwrap_or(u8::MAX)]
}

/// SNR that a receiver needs: -7.5 dB at SF7, 2.5 dB less for each step.
fn demodulation_floor_db(data_rate: DataRate) -> f32 {
    match data_rate {
        DataRate::Lora { spreading_factor, .. } => -7.5 - 2.5 * (f32::from(spreading_factor) - 7.0),
        DataRate::Fsk { .. } | DataRate::LrFhss => 0.0,
    }
}

/// When the uplink ended: GPS seconds, and 1/256 s (section 5.9).
fn device_time_answer(heard: Timestamp) -> [u8; 6] {
    let gps = heard.since(GPS_EPOCH) + LEAP_SECONDS;
    #[expect(clippy::cast_possible_truncation, reason = "the field holds 32 bits, until 2116")]
    let [s0, s1, s2, s3] = (gps.as_secs() as u32).to_le_bytes();
    #[expect(clippy::cast_possible_truncation, reason = "less than 256")]
    let fraction = (gps.subsec_millis() * 256 / 1000) as u8;
    [DEVICE_TIME, s0, s1, s2, s3, fraction]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Uptime;
    use model::GatewayEui;

    #[test]
    fn finds_requests_behind_answers_of_any_length() {
        let commands = [0x03, 0x07, 0x06, 0xff, 0x0a, 0x02, 0x08, 0x0d];
        assert_eq!(parse_requests(&commands), [Request::LinkCheck, Request::DeviceTime]);
    }

    #[test]
    fn stops_at_what_is_unknown_or_cut_and_keeps_what_came_before() {
        for tail in [&[0x80, 0x0d][..], &[0x06, 0xfe], &[0x03], &[0x07], &[0x05], &[0x0a]] {
            assert_eq!(parse_requests(&[&[0x02], tail].concat()), [Request::LinkCheck], "{tail:?}");
        }
    }

    fn copy(snr_db: f32) -> Copy {
        let data_rate = DataRate::Lora { spreading_factor: 10, bandwidth_khz: 125 };
        Copy {
            gateway: GatewayEui([1; 8]),
            arrived: Uptime::default(),
            tmst: None,
            frequency_hz: 868_100_000,
            data_rate,
            rssi_dbm: -100.0,
            snr_db: Some(snr_db),
        }
    }

    #[test]
    fn a_link_check_tells_the_best_margin_and_how_many_heard() {
        let heard = Timestamp::default();
        assert_eq!(answers(&[Request::LinkCheck], heard, &[copy(-7.0), copy(3.0)]), [0x02, 18, 2]);
        assert_eq!(answers(&[Request::LinkCheck], heard, &[copy(-30.0)]), [0x02, 0, 1]);
    }

    #[test]
    fn a_device_learns_the_gps_time() {
        // 2026-03-29T01:00:00.5Z is 1458781218 s after 1980-01-06 on the GPS scale.
        let heard = Timestamp::from_ms(1_774_746_000_500);
        let [s0, s1, s2, s3] = 1_458_781_218_u32.to_le_bytes();
        assert_eq!(answers(&[Request::DeviceTime], heard, &[]), [0x0d, s0, s1, s2, s3, 128]);
    }

    #[test]
    fn a_clock_that_was_never_set_is_not_handed_on() {
        assert!(answers(&[Request::DeviceTime], Timestamp::from_seconds(1_325_376_000), &[]).is_empty());
    }

    #[test]
    fn answers_never_outgrow_a_frame() {
        let heard = Timestamp::from_seconds(1_800_000_000);
        assert!(answers(&[Request::DeviceTime; 9], heard, &[]).len() <= F_OPTS_MAX);
    }
}

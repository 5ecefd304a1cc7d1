use super::cid::{DEVICE_TIME, LINK_CHECK};
use crate::device::Copy;
use crate::region::demodulation_floor_db;
use model::Timestamp;
use std::time::Duration;

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

/// The answers, in the order of the requests, as far as there is room. `heard` is when the uplink arrived, `copies` who heard it.
pub(crate) fn answers(requests: &[Request], heard: Timestamp, copies: &[Copy], room: usize) -> Vec<u8> {
    let mut all = Vec::new();
    for request in requests {
        let answer = match request {
            Request::LinkCheck => link_check_answer(copies).to_vec(),
            Request::DeviceTime if heard >= CLOCK_SET_SINCE => device_time_answer(heard).to_vec(),
            Request::DeviceTime => continue,
        };
        if all.len() + answer.len() > room {
            break;
        }
        all.extend(answer);
    }
    all
}

/// How far above its limit the best gateway heard the device, dB, and how many did (section 5.1).
fn link_check_answer(copies: &[Copy]) -> [u8; 3] {
    let margins_db = copies.iter().filter_map(|c| Some(c.snr_db? - demodulation_floor_db(c.data_rate)));
    let best = margins_db.fold(0.0, f32::max).min(254.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 254")]
    let margin = best as u8;
    [LINK_CHECK, margin, copies.len().try_into().unwrap_or(u8::MAX)]
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
    use model::{DataRate, GatewayEui};

    const ROOM: usize = 15;

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
        assert_eq!(answers(&[Request::LinkCheck], heard, &[copy(-7.0), copy(3.0)], ROOM), [0x02, 18, 2]);
        assert_eq!(answers(&[Request::LinkCheck], heard, &[copy(-30.0)], ROOM), [0x02, 0, 1]);
    }

    #[test]
    fn a_device_learns_the_gps_time() {
        // 2026-03-29T01:00:00.5Z is 1458781218 s after 1980-01-06 on the GPS scale.
        let heard = Timestamp::from_ms(1_774_746_000_500);
        let [s0, s1, s2, s3] = 1_458_781_218_u32.to_le_bytes();
        assert_eq!(answers(&[Request::DeviceTime], heard, &[], ROOM), [0x0d, s0, s1, s2, s3, 128]);
    }

    #[test]
    fn a_clock_that_was_never_set_is_not_handed_on() {
        assert!(answers(&[Request::DeviceTime], Timestamp::from_seconds(1_325_376_000), &[], ROOM).is_empty());
    }

    #[test]
    fn answers_never_outgrow_their_room() {
        let heard = Timestamp::from_seconds(1_800_000_000);
        assert!(answers(&[Request::DeviceTime; 9], heard, &[], ROOM).len() <= ROOM);
    }
}

use super::answers::Request;
use super::cid;

/// One command of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It wants to know something.
    Request(Request),
    /// It answers a request of this identifier. Which bits must be set for a yes, and which are.
    Answer { cid: u8, all: u8, yes: u8 },
    /// Its supply and how well it hears, as on the air.
    Status { battery: u8, margin: u8 },
}

/// The commands of an uplink, in their order. What stands behind a command that is cut or that nobody knows cannot be read: its length is
/// not known.
pub(crate) fn parse(mut commands: &[u8]) -> Vec<Said> {
    let mut all = Vec::new();
    while let Some((&cid, rest)) = commands.split_first() {
        let Some((said, rest)) = payload_len(cid).and_then(|length| rest.split_at_checked(length)) else { break };
        all.extend(read(cid, said));
        commands = rest;
    }
    all
}

fn read(cid: u8, payload: &[u8]) -> Option<Said> {
    let answer = |all: u8| {
        let yes = payload.first().copied().unwrap_or_default() & all;
        Some(Said::Answer { cid, all, yes })
    };
    match (cid, payload) {
        (cid::LINK_CHECK, _) => Some(Said::Request(Request::LinkCheck)),
        (cid::DEVICE_TIME, _) => Some(Said::Request(Request::DeviceTime)),
        (cid::DEV_STATUS, &[battery, margin]) => Some(Said::Status { battery, margin }),
        (cid::LINK_ADR | cid::RX_PARAM_SETUP, _) => answer(0b111),
        (cid::NEW_CHANNEL | cid::DL_CHANNEL, _) => answer(0b11),
        (cid::DUTY_CYCLE | cid::RX_TIMING_SETUP, _) => answer(0),
        _ => None,
    }
}

/// Bytes behind the identifier of an uplink command.
const fn payload_len(cid: u8) -> Option<usize> {
    match cid {
        cid::LINK_CHECK | cid::DUTY_CYCLE | cid::RX_TIMING_SETUP | cid::TX_PARAM_SETUP | cid::DEVICE_TIME => Some(0),
        // The last three are of class B: PingSlotInfoReq, PingSlotChannelAns, BeaconFreqAns.
        cid::LINK_ADR | cid::RX_PARAM_SETUP | cid::NEW_CHANNEL | cid::DL_CHANNEL | 0x10 | 0x11 | 0x13 => Some(1),
        cid::DEV_STATUS => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(commands: &[u8]) -> Vec<Request> {
        let request = |said| if let Said::Request(request) = said { Some(request) } else { None };
        parse(commands).into_iter().filter_map(request).collect()
    }

    #[test]
    fn finds_requests_behind_answers_of_any_length() {
        let commands = [0x03, 0x07, 0x06, 0xff, 0x0a, 0x02, 0x08, 0x10, 0x00, 0x0d];
        assert_eq!(requests(&commands), [Request::LinkCheck, Request::DeviceTime]);
    }

    #[test]
    fn stops_at_what_is_unknown_or_cut_and_keeps_what_came_before() {
        for tail in [&[0x80, 0x0d][..], &[0x06, 0xfe], &[0x03], &[0x07], &[0x05], &[0x0a]] {
            assert_eq!(parse(&[&[0x02], tail].concat()), [Said::Request(Request::LinkCheck)], "{tail:?}");
        }
    }

    #[test]
    fn any_bytes_at_all_are_read_without_a_panic() {
        for first in 0..=255 {
            for second in 0..=255 {
                assert!(parse(&[first, second, 0x02]).len() <= 3);
            }
        }
    }

    #[test]
    fn tells_a_yes_from_a_no() {
        let said = parse(&[0x03, 0x07, 0x03, 0x05, 0x08, 0x07, 0xff]);
        let answer = |cid, all, yes| Said::Answer { cid, all, yes };
        assert_eq!(said, [answer(3, 7, 7), answer(3, 7, 5), answer(8, 0, 0), answer(7, 3, 3)]);
    }
}

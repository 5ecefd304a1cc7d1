//! Commands and the bytes for them: two bytes that say what, two for the value, two of checksum. They are the same for all models.

use allting_plugin_sdk::{Command, CommandKind, Downlink, Fault, Order};

const PORT: u8 = 1;
/// Sets the period, seconds, and keeps it over a restart.
const PERIOD: [u8; 2] = [0x00, 0x02];
const RESET: [u8; 4] = [0xFE, 0xFE, 0x00, 0x00];

pub(crate) fn kinds() -> [CommandKind; 2] {
    let settings = r#"{"model":"dl-ctd10"}"#;
    let refused = Fault::UnsupportedCommand("report-interval: at most 1092 minutes".into());
    [
        Order::report_interval_kind()
            .gives(r#"{"minutes":60}"#, settings, Downlink::new(PORT, [0x00, 0x02, 0x0E, 0x10, 0x48, 0xA4]))
            .faults(r#"{"minutes":1440}"#, settings, refused),
        Order::reboot_kind().gives("{}", settings, Downlink::new(PORT, [0xFE, 0xFE, 0x00, 0x00, 0x3C, 0x50])),
    ]
}

pub(crate) fn encode(command: &Command) -> Result<Downlink, Fault> {
    let body = match Order::of(command)? {
        Order::Reboot => RESET,
        Order::ReportInterval { minutes } => {
            let seconds = minutes.checked_mul(60).ok_or_else(|| command.refused("at most 1092 minutes"))?;
            let ([what, kind], [high, low]) = (PERIOD, seconds.to_be_bytes());
            [what, kind, high, low]
        }
    };
    Ok(Downlink::new(PORT, [&body[..], &checksum(body)].concat()))
}

pub(crate) fn decode(downlink: &Downlink) -> Result<String, Fault> {
    let [a, b, c, d, ref sum @ ..] = downlink.payload[..] else {
        return Err(Fault::Malformed("no command of ours".into()));
    };
    let body = [a, b, c, d];
    if *sum != checksum(body) {
        return Err(Fault::Malformed("the checksum is wrong".into()));
    }
    match body {
        RESET => Ok(Order::Reboot.json()),
        [what, kind, high, low] if [what, kind] == PERIOD => {
            Ok(Order::report_every(u16::from_be_bytes([high, low]).into()).json())
        }
        _ => Err(Fault::Malformed("no command of ours".into())),
    }
}

/// CRC-16 as Modbus has it (polynomial 0x8005, bits reversed, from 0xFFFF), the high byte first.
fn checksum(body: [u8; 4]) -> [u8; 2] {
    let sum = body.iter().fold(0xFFFF_u16, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xA001 } else { sum >> 1 })
    });
    sum.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_those_that_the_vendor_has_published() {
        for (body, sum) in [
            ([0x00, 0x02, 0x0E, 0x10], [0x48, 0xA4]),
            ([0x00, 0x07, 0x00, 0x00], [0xE5, 0xB1]),
            ([0x00, 0x01, 0x02, 0x58], [0x7E, 0x51]),
            (RESET, [0x3C, 0x50]),
        ] {
            assert_eq!(checksum(body), sum);
        }
    }

    #[test]
    fn what_is_encoded_is_read_back_and_a_flipped_bit_is_seen() {
        let downlink = encode(&Command::new("report-interval", r#"{"minutes":15}"#)).unwrap();
        assert_eq!(decode(&downlink).unwrap(), r#"{"command":"report-interval","minutes":15}"#);
        let mut flipped = downlink;
        flipped.payload[3] ^= 1;
        assert_eq!(decode(&flipped), Err(Fault::Malformed("the checksum is wrong".into())));
        assert!(matches!(decode(&Downlink::new(1, [1])), Err(Fault::Malformed(_))));
    }
}

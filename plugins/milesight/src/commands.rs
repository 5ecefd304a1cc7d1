//! Commands and the bytes for them.

use allting_plugin_sdk::{Command, CommandKind, Downlink, Fault, Order};

use crate::models::{Interval, Model};

/// The port of all models, unless somebody changed it.
const PORT: u8 = 85;
const REBOOT: &[u8] = &[0xFF, 0x10, 0xFF];

pub(crate) fn kinds() -> [CommandKind; 2] {
    [
        Order::report_interval_kind()
            .gives(r#"{"minutes":20}"#, r#"{"model":"em300-th"}"#, Downlink::new(PORT, [0xFF, 0x03, 0xB0, 0x04]))
            .gives(
                r#"{"minutes":20}"#,
                r#"{"model":"em400-mud"}"#,
                Downlink::new(PORT, [0xFF, 0x03, 0xB0, 0x04, 0x00, 0x00]),
            )
            .gives(r#"{"minutes":20}"#, r#"{"model":"vs350"}"#, Downlink::new(PORT, [0xFF, 0x8E, 0x00, 0x14, 0x00]))
            .faults(
                r#"{"minutes":1440}"#,
                r#"{"model":"am107"}"#,
                Fault::UnsupportedCommand("report-interval: am107 takes at most 1092 minutes".into()),
            )
            .gives(r#"{"minutes":10}"#, r#"{"model":"vs121"}"#, Downlink::new(PORT, [0xFF, 0x03, 0x58, 0x02]))
            .gives(r#"{"minutes":15}"#, r#"{"model":"vs133"}"#, Downlink::new(PORT, [0xFF, 0x03, 0x84, 0x03])),
        Order::reboot_kind().gives("{}", r#"{"model":"vs121"}"#, Downlink::new(PORT, REBOOT)),
    ]
}

pub(crate) fn encode(command: &Command, model: &Model) -> Result<Downlink, Fault> {
    let minutes = match Order::of(command)? {
        Order::Reboot => return Ok(Downlink::new(PORT, REBOOT)),
        Order::ReportInterval { minutes } => minutes,
    };
    let seconds = u32::from(minutes) * 60;
    let mut payload = vec![0xFF, 0x03];
    match model.interval {
        Interval::Seconds => {
            let most = u16::MAX / 60;
            let seconds = u16::try_from(seconds)
                .map_err(|_| command.refused(&format!("{} takes at most {most} minutes", model.name)))?;
            payload.extend(seconds.to_le_bytes());
        }
        Interval::LongSeconds => payload.extend(seconds.to_le_bytes()),
        Interval::Minutes => {
            payload = vec![0xFF, 0x8E, 0x00];
            payload.extend(minutes.to_le_bytes());
        }
    }
    Ok(Downlink::new(PORT, payload))
}

pub(crate) fn decode(downlink: &Downlink, model: &Model) -> Result<String, Fault> {
    if downlink.f_port != PORT {
        return Err(Fault::UnsupportedPort(downlink.f_port));
    }
    let seconds = match (model.interval, &*downlink.payload) {
        (_, REBOOT) => return Ok(Order::Reboot.json()),
        (Interval::Seconds, [0xFF, 0x03, low, high]) => u16::from_le_bytes([*low, *high]).into(),
        (Interval::LongSeconds, [0xFF, 0x03, a, b, c, d]) => u32::from_le_bytes([*a, *b, *c, *d]),
        (Interval::Minutes, [0xFF, 0x8E, 0x00, low, high]) => 60 * u32::from(u16::from_le_bytes([*low, *high])),
        _ => return Err(Fault::Malformed("no command of ours".into())),
    };
    Ok(Order::report_every(seconds).json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::MODELS;

    #[test]
    fn what_is_encoded_is_read_back() {
        for model in MODELS {
            let downlink = encode(&Command::new("report-interval", r#"{"minutes":15}"#), model).unwrap();
            assert_eq!(
                decode(&downlink, model).unwrap(),
                r#"{"command":"report-interval","minutes":15}"#,
                "{}",
                model.name
            );
        }
    }

    #[test]
    fn a_downlink_of_somebody_else_is_not_explained() {
        let decode = |port, bytes: &[u8]| decode(&Downlink::new(port, bytes), &MODELS[0]);
        assert_eq!(decode(2, REBOOT), Err(Fault::UnsupportedPort(2)));
        assert!(matches!(decode(PORT, &[0xFF]), Err(Fault::Malformed(_))));
    }
}

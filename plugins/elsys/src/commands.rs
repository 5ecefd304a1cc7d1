//! Commands and the bytes for them: a header, how many bytes follow, then a row of settings. They are the same for all devices.

use allting_plugin_sdk::{Command, CommandKind, Downlink, Fault, Order};

use crate::Settings;

/// A settings frame, both up and down.
const HEADER: u8 = 0x3E;
/// `SplPer`: how often a device measures, in seconds. Unless told otherwise it sends all that it measures.
const SAMPLE_PERIOD: u8 = 0x14;
/// Reboots, without which a new period is not taken up.
const REBOOT: u8 = 0xFE;

pub(crate) fn kinds() -> [CommandKind; 2] {
    let refused = Fault::UnsupportedCommand("report-interval: minutes are from 1 to 1440".into());
    let hourly = [0x3E, 0x06, 0x14, 0x00, 0x00, 0x0E, 0x10, 0xFE];
    [
        Order::report_interval_kind()
            .gives(r#"{"minutes":10}"#, "{}", Downlink::new(6, [0x3E, 0x06, 0x14, 0x00, 0x00, 0x02, 0x58, 0xFE]))
            .gives(r#"{"minutes":60}"#, r#"{"pulse1":"people-in"}"#, Downlink::new(6, hourly))
            .gives(r#"{"minutes":60}"#, r#"{"port":20}"#, Downlink::new(21, hourly))
            .gives(r#"{"minutes":1440}"#, "{}", Downlink::new(6, [0x3E, 0x06, 0x14, 0x00, 0x01, 0x51, 0x80, 0xFE]))
            .faults(r#"{"minutes":0}"#, "{}", refused),
        Order::reboot_kind().gives("{}", "{}", Downlink::new(6, [0x3E, 0x01, 0xFE])),
    ]
}

pub(crate) fn encode(command: &Command, settings: &Settings) -> Result<Downlink, Fault> {
    let payload = match Order::of(command)? {
        Order::Reboot => vec![HEADER, 1, REBOOT],
        Order::ReportInterval { minutes } => {
            let [a, b, c, d] = (u32::from(minutes) * 60).to_be_bytes();
            vec![HEADER, 6, SAMPLE_PERIOD, a, b, c, d, REBOOT]
        }
    };
    Ok(Downlink::new(settings.downlink_port()?, payload))
}

pub(crate) fn decode(downlink: &Downlink, settings: &Settings) -> Result<String, Fault> {
    if downlink.f_port != settings.downlink_port()? {
        return Err(Fault::UnsupportedPort(downlink.f_port));
    }
    match downlink.payload[..] {
        [HEADER, 1, REBOOT] => Ok(Order::Reboot.json()),
        [HEADER, 6, SAMPLE_PERIOD, a, b, c, d, REBOOT] => {
            Ok(Order::report_every(u32::from_be_bytes([a, b, c, d])).json())
        }
        _ => Err(Fault::Malformed("no command of ours".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_back() {
        let settings = Settings { port: Some(9), ..Settings::default() };
        for command in [Command::new("report-interval", r#"{"minutes":15}"#), Command::new("reboot", "{}")] {
            let downlink = encode(&command, &settings).unwrap();
            assert!(decode(&downlink, &settings).unwrap().contains(&command.name), "{downlink:?}");
        }
    }

    #[test]
    fn a_downlink_of_somebody_else_is_not_explained() {
        let decode = |port, bytes: &[u8]| decode(&Downlink::new(port, bytes), &Settings::default());
        assert_eq!(decode(5, &[0x3E, 0x01, 0xFE]), Err(Fault::UnsupportedPort(5)));
        assert!(matches!(decode(6, &[0x3E, 0x01, 0xFD]), Err(Fault::Malformed(_))));
        assert!(matches!(decode(6, &[]), Err(Fault::Malformed(_))));
    }
}

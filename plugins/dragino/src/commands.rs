//! Commands and the bytes for them. They are the same for all models.

use allting_plugin_sdk::{Command, CommandKind, Downlink, Fault, Order};

/// Any will do.
const PORT: u8 = 2;
const REBOOT: &[u8] = &[0x04, 0xFF];

pub(crate) fn kinds() -> [CommandKind; 2] {
    let settings = r#"{"model":"lht65n"}"#;
    let refused = Fault::UnsupportedCommand("report-interval: minutes are from 1 to 1440".into());
    [
        Order::report_interval_kind()
            .gives(r#"{"minutes":20}"#, settings, Downlink::new(PORT, [0x01, 0x00, 0x04, 0xB0]))
            .gives(r#"{"minutes":1440}"#, settings, Downlink::new(PORT, [0x01, 0x01, 0x51, 0x80]))
            .faults(r#"{"minutes":0}"#, settings, refused),
        Order::reboot_kind().gives("{}", settings, Downlink::new(PORT, REBOOT)),
    ]
}

pub(crate) fn encode(command: &Command) -> Result<Downlink, Fault> {
    match Order::of(command)? {
        Order::Reboot => Ok(Downlink::new(PORT, REBOOT)),
        Order::ReportInterval { minutes } => {
            let [_, high, middle, low] = (u32::from(minutes) * 60).to_be_bytes();
            Ok(Downlink::new(PORT, [0x01, high, middle, low]))
        }
    }
}

pub(crate) fn decode(downlink: &Downlink) -> Result<String, Fault> {
    match downlink.payload[..] {
        [0x04, 0xFF] => Ok(Order::Reboot.json()),
        [0x01, high, middle, low] => Ok(Order::report_every(u32::from_be_bytes([0, high, middle, low])).json()),
        _ => Err(Fault::Malformed("no command of ours".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_back() {
        let downlink = encode(&Command::new("report-interval", r#"{"minutes":15}"#)).unwrap();
        assert_eq!(decode(&downlink).unwrap(), r#"{"command":"report-interval","minutes":15}"#);
        assert_eq!(decode(&Downlink::new(2, REBOOT)).unwrap(), r#"{"command":"reboot"}"#);
        assert!(matches!(decode(&Downlink::new(2, [0x05, 0x01])), Err(Fault::Malformed(_))));
    }
}

//! Decoder for ELSYS sensors: ERS, ELT, EMS and their kin share one payload format.
//!
//! A payload is a row of fields: one byte of type, then as many bytes as that type has, big endian. Source: the vendor's
//! public description of the format, <https://www.elsys.se/en/elsys-payload/>; for commands its "Sensor downlink payload" v2.1.
//!
//! What hangs on a pulse input or an external probe only the municipality knows: the settings name the property.

mod commands;
mod fields;
mod settings;

use allting_plugin_sdk::{
    Command, Decoded, Decoder, Description, Downlink, Example, Fault, Observation, Uplink, export_decoder,
};

pub use settings::Settings;

/// The decoder.
#[derive(Debug)]
pub struct Elsys;

impl Decoder for Elsys {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("elsys", env!("CARGO_PKG_VERSION"))
            .title("en", "ELSYS sensors")
            .title("nb", "Sensorer fra ELSYS")
            .title("nn", "Sensorar frå ELSYS")
            .title("sv", "Sensorer från ELSYS")
            .help("en", "ERS, ELT, EMS and others from ELSYS. Say what hangs on the inputs; the rest is known.")
            .help("nb", "ERS, ELT, EMS og andre fra ELSYS. Si hva som er koblet til inngangene; resten er kjent.")
            .help("nn", "ERS, ELT, EMS og andre frå ELSYS. Sei kva som er kopla til inngangane; resten er kjent.")
            .help("sv", "ERS, ELT, EMS och andra från ELSYS. Säg vad som är kopplat till ingångarna; resten är känt.")
            .schema(settings::SCHEMA);
        let about = commands::kinds().into_iter().fold(about, Description::command);
        examples().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        fields::read(&uplink.payload, &settings)
    }

    fn encode(command: &Command, settings: Settings) -> Result<Downlink, Fault> {
        commands::encode(command, &settings)
    }

    fn decode_downlink(downlink: &Downlink, settings: Settings) -> Result<String, Fault> {
        commands::decode(downlink, &settings)
    }
}

export_decoder!(Elsys);

/// Frames whose meaning is known from the format's description, worked out by hand.
fn examples() -> Vec<Example> {
    vec![
        Example::new(
            "ERS CO2: a room with people",
            5,
            &[0x01, 0x00, 0xE2, 0x02, 0x29, 0x04, 0x00, 0x27, 0x05, 0x06, 0x06, 0x03, 0x08, 0x07, 0x0D, 0x62],
            "{}",
        )
        .gives([
            Observation::number("temperature", 22.6, "Cel"),
            Observation::number("relative-humidity", 41.0, "%"),
            Observation::number("light-intensity", 39.0, "lx"),
            Observation::count("motion", 6),
            Observation::number("co2", 776.0, "[ppm]"),
            Observation::number("battery-voltage", 3.426, "V"),
        ]),
        Example::new(
            "ELT-2: a door counter on both pulse inputs",
            5,
            &[0x0A, 0x00, 0x0C, 0x16, 0x00, 0x07, 0x0B, 0x00, 0x01, 0x00, 0x02],
            r#"{"pulse1":"people-in","pulse2":"people-out"}"#,
        )
        .gives([
            Observation::count("people-in", 12),
            Observation::count("people-out", 7),
            Observation::count("pulses-total", 65_538).part("1"),
        ]),
        Example::new(
            "ELT-2: a probe in cold bathing water",
            5,
            &[0x01, 0xFF, 0x9C, 0x0C, 0x00, 0x25, 0x07, 0x0E, 0x10],
            r#"{"external-temperature":"water-temperature"}"#,
        )
        .gives([
            Observation::number("temperature", -10.0, "Cel"),
            Observation::number("water-temperature", 3.7, "Cel"),
            Observation::number("battery-voltage", 3.6, "V"),
        ]),
        Example::new("ERS Sound: peak before mean", 5, &[0x15, 0x45, 0x2A], "{}").gives([
            Observation::number("sound-level-peak", 69.0, "dB[A]"),
            Observation::number("sound-level", 42.0, "dB[A]"),
        ]),
        Example::new("ERS Eye: somebody sits there", 5, &[0x11, 0x02, 0x14, 0x00, 0x0F, 0x6B, 0x84], "{}")
            .gives([Observation::flag("occupied", true), Observation::number("pressure", 1010.564, "hPa")]),
        Example::new(
            "ELT Ultra: a distance, and two probes on one wire",
            5,
            &[0x0E, 0x04, 0xD2, 0x19, 0x00, 0x15, 0x19, 0xFF, 0xF6],
            r#"{"external-temperature2":"water-temperature"}"#,
        )
        .gives([
            Observation::number("distance", 1234.0, "mm"),
            Observation::number("water-temperature", 2.1, "Cel").part("external-2"),
            Observation::number("water-temperature", -1.0, "Cel").part("external-3"),
        ]),
        Example::new("EMS: a leak, and where it is", 5, &[0x12, 0x01, 0x09, 0x09, 0xE2, 0x40, 0xFD, 0x1D, 0xB8], "{}")
            .gives([
                Observation::flag("water-leak", true),
                Observation::number("latitude", 64.7744, "deg"),
                Observation::number("longitude", -18.9, "deg"),
            ]),
        Example::new("nothing new", 5, &[], "{}").gives([]),
        Example::new("cut in the middle of a field", 5, &[0x01, 0x00], "{}")
            .faults(Fault::Malformed("field 0x01 at byte 0 is cut short".into())),
        Example::new("not from ELSYS", 5, &[0xFF, 0x00], "{}")
            .faults(Fault::Malformed("field 0xFF at byte 0 is unknown".into())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<Elsys>();
    }

    #[test]
    fn odd_frames_never_panic() {
        testing::assert_never_panics::<Elsys>("{}");
    }

    #[test]
    fn a_setting_nobody_knows_is_refused_by_name() {
        let fault = testing::decode::<Elsys>(Uplink::new(5, &[], r#"{"pulse3":"people-in"}"#)).unwrap_err();
        assert!(format!("{fault:?}").contains("pulse3"), "{fault:?}");
    }
}

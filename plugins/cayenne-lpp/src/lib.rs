//! Decoder for the Cayenne Low Power Payload, which makers of small series and of their own sensors use.
//!
//! A payload is a row of fields: a channel, a type, then as many bytes as that type has, big endian. Source: the public
//! description at <https://github.com/myDevicesIoT/CayenneLPP>, and for the extensions the table of
//! <https://pypi.org/project/pycayennelpp>.
//!
//! What hangs on a channel only its maker knows: the settings name it.

mod fields;
mod settings;
mod types;

use allting_plugin_sdk::{Decoded, Decoder, Description, Example, Fault, Observation, Uplink, Value, export_decoder};

pub use settings::Settings;

/// The decoder.
#[derive(Debug)]
pub struct CayenneLpp;

impl Decoder for CayenneLpp {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("cayenne-lpp", env!("CARGO_PKG_VERSION"))
            .title("en", "Cayenne Low Power Payload")
            .help("en", "A format of many small makers. Say what hangs on which channel.")
            .help("nb", "Et format som mange små produsenter bruker. Si hva som er koblet til hvilken kanal.")
            .help("nn", "Eit format som mange små produsentar bruker. Sei kva som er kopla til kva kanal.")
            .help("sv", "Ett format som många små tillverkare använder. Säg vad som är kopplat till vilken kanal.")
            .schema(settings::SCHEMA);
        examples().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        fields::read(&uplink.payload, &settings)
    }
}

export_decoder!(CayenneLpp);

/// Frames whose meaning is known from the format's description, worked out by hand.
fn examples() -> Vec<Example> {
    let mut all = measured();
    all.extend(rare_and_odd());
    all
}

fn measured() -> Vec<Example> {
    vec![
        Example::new("two temperatures", 1, &[0x03, 0x67, 0x01, 0x10, 0x05, 0x67, 0xFF, 0xD7], "{}").gives([
            Observation::number("temperature", 27.2, "Cel").part("channel-3"),
            Observation::number("temperature", -4.1, "Cel").part("channel-5"),
        ]),
        Example::new(
            "the owner's words",
            1,
            &[0x03, 0x67, 0x00, 0x25, 0x01, 0x00, 0x01, 0x02, 0x02, 0x00, 0xFA],
            r#"{"channels":{"1":"contact-open","2":{"property":"water-level","unit":"cm","factor":100},
                "3":{"property":"water-temperature","part":"deep"}}}"#,
        )
        .gives([
            Observation::number("water-temperature", 3.7, "Cel").part("deep"),
            Observation::flag("contact-open", true),
            Observation::number("water-level", 250.0, "cm"),
        ]),
        Example::new(
            "air and light",
            2,
            &[
                0x01, 0x68, 0x51, 0x02, 0x73, 0x27, 0x66, 0x03, 0x65, 0x02, 0x58, 0x04, 0x66, 0x01, 0x05, 0x7D, 0x03,
                0x20,
            ],
            r#"{"channels":{"1":"relative-humidity","2":"pressure","3":"light-intensity","4":"occupied","5":"co2"}}"#,
        )
        .gives([
            Observation::number("relative-humidity", 40.5, "%"),
            Observation::number("pressure", 1008.6, "hPa"),
            Observation::number("light-intensity", 600.0, "lx"),
            Observation::flag("occupied", true),
            Observation::number("co2", 800.0, "[ppm]"),
        ]),
        Example::new(
            "where it is and how it lies: the words of such a type stay, the part is the owner's",
            1,
            &[
                0x01, 0x88, 0x09, 0xE2, 0x40, 0xFD, 0x1D, 0xB8, 0x00, 0x03, 0xE8, 0x06, 0x71, 0x00, 0x00, 0x03, 0xE8,
                0xFC, 0x18,
            ],
            r#"{"channels":{"6":{"property":"tilt","part":"mast"}}}"#,
        )
        .gives([
            Observation::number("latitude", 64.7744, "deg").part("channel-1"),
            Observation::number("longitude", -18.9, "deg").part("channel-1"),
            Observation::number("altitude", 10.0, "m").part("channel-1"),
            Observation::number("acceleration-x", 0.0, "m/s2").part("mast"),
            Observation::number("acceleration-y", 9.806_65, "m/s2").part("mast"),
            Observation::number("acceleration-z", -9.806_65, "m/s2").part("mast"),
        ]),
    ]
}

fn rare_and_odd() -> Vec<Example> {
    let of = |channel: &str, observation: Observation| observation.part(channel);
    vec![
        Example::new(
            "what a power meter sends",
            1,
            &[
                0x01, 0x74, 0x5A, 0x6E, 0x02, 0x75, 0x01, 0xF4, 0x03, 0x80, 0x04, 0x7E, 0x04, 0x83, 0x00, 0x01, 0xE2,
                0x40, 0x05, 0x76, 0x00, 0x00, 0x00, 0x32, 0x06, 0x85, 0x69, 0x55, 0xB9, 0x00,
            ],
            "{}",
        )
        .gives([
            of("channel-1", Observation::number("voltage", 231.5, "V")),
            of("channel-2", Observation::number("current", 0.5, "A")),
            of("channel-3", Observation::number("power", 1150.0, "W")),
            of("channel-4", Observation::number("energy", 123.456, "kW.h")),
            of("channel-5", Observation::number("frequency", 50.0, "Hz")),
        ]),
        Example::new(
            "distance, weight, direction, share and counts",
            1,
            &[
                0x01, 0x82, 0x00, 0x00, 0x04, 0xD2, 0x02, 0x7A, 0xFF, 0xFF, 0x9C, 0x03, 0x84, 0x01, 0x0E, 0x04, 0x78,
                0x5F, 0x05, 0x64, 0xFF, 0xFF, 0xFF, 0xFF, 0x06, 0x79, 0xFF, 0xFE,
            ],
            "{}",
        )
        .gives([
            of("channel-1", Observation::number("distance", 1234.0, "mm")),
            of("channel-2", Observation::number("load", -0.1, "kg")),
            of("channel-3", Observation::number("direction", 270.0, "deg")),
            of("channel-4", Observation::number("percentage", 95.0, "%")),
            of("channel-5", Observation::count("generic", u32::MAX)),
            of("channel-6", Observation::number("altitude", -2.0, "m")),
        ]),
        Example::new(
            "outputs, turning and colour",
            1,
            &[
                0x01, 0x01, 0x00, 0x02, 0x03, 0xFF, 0x9C, 0x03, 0x86, 0x00, 0x64, 0xFF, 0x9C, 0x00, 0x00, 0x04, 0x87,
                0xFF, 0x80, 0x00, 0x05, 0x8E, 0x01,
            ],
            "{}",
        )
        .gives([
            of("channel-1", Observation::flag("digital-output", false)),
            of("channel-2", Observation::new("analog-output", Value::Number(-1.0), None)),
            of("channel-3", Observation::number("rotation-x", 1.0, "deg/s")),
            of("channel-3", Observation::number("rotation-y", -1.0, "deg/s")),
            of("channel-3", Observation::number("rotation-z", 0.0, "deg/s")),
            of("channel-4", Observation::count("red", 255)),
            of("channel-4", Observation::count("green", 128)),
            of("channel-4", Observation::count("blue", 0)),
            of("channel-5", Observation::flag("switch", true)),
        ]),
        Example::new("nothing new", 1, &[], "{}").gives([]),
        Example::new("cut in the middle of a number", 1, &[0x03, 0x67, 0x01], "{}")
            .faults(Fault::Malformed("field 0x03 0x67 at byte 0 is cut short".into())),
        Example::new("a type nobody knows", 1, &[0x03, 0x67, 0x01, 0x10, 0x04, 0xF0, 0x00], "{}")
            .faults(Fault::Malformed("field 0x04 0xF0 at byte 4 is of an unknown type".into())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<CayenneLpp>();
    }

    #[test]
    fn odd_frames_never_panic() {
        testing::assert_never_panics::<CayenneLpp>("{}");
        testing::assert_never_panics::<CayenneLpp>(r#"{"channels":{"1":{"property":"co2","factor":1e308}}}"#);
    }

    #[test]
    fn every_type_stands_in_an_example() {
        let seen: Vec<u8> = examples().into_iter().flat_map(|example| example.uplink.payload).collect();
        for types::Type(kind, _) in types::TYPES {
            assert!(seen.contains(kind), "type {kind}");
        }
    }
}

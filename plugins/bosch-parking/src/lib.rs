//! Decoder for the parking lot sensor TPS110 of Bosch.
//!
//! The port tells what a frame is: 1 a car came or went, 2 a sign of life, 3 the start, 4 to 6 answers and words for the maker,
//! 7 heat. Source: the public decoder at <https://github.com/SensationalSystems/bosch-parking-lot-sensor-decoder>; the vendor's
//! own description is called "Parking Lot Sensor, Communication Interface - Technical Description".

use allting_plugin_sdk::{
    Bytes, Decoded, Decoder, Description, Example, Fault, NoSettings, Observation, Uplink, export_decoder,
};

/// The decoder.
#[derive(Debug)]
pub struct BoschParking;

impl Decoder for BoschParking {
    type Settings = NoSettings;

    fn describe() -> Description {
        let about = Description::new("bosch-parking", env!("CARGO_PKG_VERSION"))
            .title("en", "Bosch parking lot sensor")
            .title("nb", "Parkeringssensor fra Bosch")
            .title("nn", "Parkeringssensor frå Bosch")
            .title("sv", "Parkeringssensor från Bosch")
            .help("en", "TPS110: one sensor in or on the ground of each parking space.")
            .help("nb", "TPS110: én sensor i eller på bakken på hver parkeringsplass.")
            .help("nn", "TPS110: éin sensor i eller på bakken på kvar parkeringsplass.")
            .help("sv", "TPS110: en sensor i eller på marken på varje parkeringsplats.");
        examples().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, _: NoSettings) -> Result<Decoded, Fault> {
        let mut bytes = Bytes::new(&uplink.payload);
        match uplink.f_port {
            1 | 2 => status(&mut bytes),
            3 => start(&mut bytes),
            // The device, how it was used, and words for its maker.
            4..=6 => Ok(Decoded::of([])),
            7 => Ok(Decoded::of([device_temperature(bytes.i8()?)]).warn("the sensor is too hot or too cold")),
            f_port => Err(Fault::UnsupportedPort(f_port)),
        }
    }
}

export_decoder!(BoschParking);

/// The status, and in newer firmware the temperature inside the sensor.
fn status(bytes: &mut Bytes<'_>) -> Result<Decoded, Fault> {
    let mut decoded = Decoded::of([taken(bytes.u8()?)]);
    if !bytes.is_empty() {
        decoded.observations.push(device_temperature(bytes.i8()?));
    }
    Ok(decoded)
}

/// Twelve bytes for the maker, three of the firmware's version, why it started, and the status.
fn start(bytes: &mut Bytes<'_>) -> Result<Decoded, Fault> {
    bytes.skip(15)?;
    let why = match bytes.u8()? {
        1 => "watchdog",
        2 => "power on",
        3 => "asked to",
        4 => "external pin",
        5 => "lockup",
        6 => "brown-out",
        _ => "unknown cause",
    };
    Ok(Decoded::of([taken(bytes.u8()?)]).warn(format!("the sensor started: {why}")))
}

/// Only the lowest bit counts; the others are kept for later.
fn taken(status: u8) -> Observation {
    Observation::flag("parking-occupied", status & 1 == 1)
}

/// Of the sensor in the ground, which the sun heats: not of the air.
fn device_temperature(degrees: i8) -> Observation {
    Observation::number("device-temperature", degrees.into(), "Cel")
}

/// Frames whose meaning is known from the format, worked out by hand.
fn examples() -> Vec<Example> {
    let started = [0, 0, 0, 9, 0, 0, 0, 209, 0, 1, 0, 0, 0, 29, 4, 2, 1];
    vec![
        Example::new("a car came", 1, &[0x01], "{}").gives([Observation::flag("parking-occupied", true)]),
        Example::new("a car went", 1, &[0x00], "{}").gives([Observation::flag("parking-occupied", false)]),
        Example::new("a car came, in frost", 1, &[0x01, 0xF6], "{}")
            .gives([Observation::flag("parking-occupied", true), device_temperature(-10)]),
        Example::new("a sign of life", 2, &[0x00], "{}").gives([Observation::flag("parking-occupied", false)]),
        Example::new("a sign of life, with the temperature", 2, &[0x01, 0x15], "{}")
            .gives([Observation::flag("parking-occupied", true), device_temperature(21)]),
        Example::new("the start", 3, &started, "{}")
            .decodes(Decoded::of([Observation::flag("parking-occupied", true)]).warn("the sensor started: power on")),
        Example::new("which firmware it has", 4, &[0, 29, 4], "{}").gives([]),
        Example::new("heat", 7, &[0x48], "{}")
            .decodes(Decoded::of([device_temperature(72)]).warn("the sensor is too hot or too cold")),
        Example::new("a start, cut short", 3, &[0, 0, 0], "{}")
            .faults(Fault::Malformed("the frame of 3 bytes is cut short".into())),
        Example::new("no status", 1, &[], "{}").faults(Fault::Malformed("the frame of 0 bytes is cut short".into())),
        Example::new("a port it does not use", 8, &[0x01], "{}").faults(Fault::UnsupportedPort(8)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<BoschParking>();
    }

    #[test]
    fn odd_frames_never_panic() {
        testing::assert_never_panics::<BoschParking>("{}");
    }
}

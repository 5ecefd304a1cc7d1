//! Decoder for Sensative Strips: doors, air, light, leaks and presence.
//!
//! A frame is a row of reports: the number of the report, then as many bytes as it has, big endian. Port 1 tells of now, port 2 of
//! the history. Source: the vendor's public translators for Strips (`strips-translate.js`, `dl-translate.js`), at
//! <https://github.com/Sensative/strips-lora-translator-open-source>.

mod commands;
mod reports;
mod settings;

use allting_plugin_sdk::{
    Command, Decoded, Decoder, Description, Downlink, Example, Fault, Observation, Uplink, export_decoder,
};

pub use settings::Settings;

/// The decoder.
#[derive(Debug)]
pub struct Sensative;

impl Decoder for Sensative {
    type Settings = Settings;

    fn describe() -> Description {
        let about = Description::new("sensative", env!("CARGO_PKG_VERSION"))
            .title("en", "Sensative Strips")
            .help("en", "Thin sensors for doors, air, light, leaks and presence.")
            .help("nb", "Tynne sensorer for dører, luft, lys, lekkasje og nærvær.")
            .help("nn", "Tynne sensorar for dører, luft, lys, lekkasje og nærvær.")
            .help("sv", "Tunna sensorer för dörrar, luft, ljus, läckage och närvaro.")
            .schema(settings::SCHEMA);
        let about = commands::kinds().into_iter().fold(about, Description::command);
        examples().into_iter().fold(about, Description::example)
    }

    fn decode(uplink: &Uplink, settings: Settings) -> Result<Decoded, Fault> {
        Ok(reports::read(uplink, &settings)?.in_words(&settings.words))
    }

    fn encode(command: &Command, _: Settings) -> Result<Downlink, Fault> {
        commands::encode(command)
    }

    fn decode_downlink(downlink: &Downlink, _: Settings) -> Result<String, Fault> {
        commands::decode(downlink)
    }
}

export_decoder!(Sensative);

/// Frames whose meaning is known from the format, worked out by hand.
fn examples() -> Vec<Example> {
    let mut all = now();
    all.extend(history());
    all.extend(odd());
    all
}

fn now() -> Vec<Example> {
    let celsius = |degrees: f64| Observation::number("temperature", degrees, "Cel");
    let humidity = |percent: f64| Observation::number("relative-humidity", percent, "%");
    let light = |lux: f64| Observation::number("light-intensity", lux, "lx");
    vec![
        Example::new("Guard: open", 1, &[0x00, 0x2A, 0x01, 0x5F, 0x89, 0x00], r#"{"door":"0-is-open"}"#)
            .gives([Observation::number("battery-level", 95.0, "%"), Observation::flag("contact-open", true)]),
        Example::new("Guard: open, turned around", 1, &[0x00, 0x2A, 0x89, 0x01], r#"{"door":"1-is-open"}"#)
            .gives([Observation::flag("contact-open", true)]),
        Example::new("Guard: nobody has said what 1 is", 1, &[0x00, 0x2A, 0x89, 0x01, 0x11, 0x01, 0x00], "{}")
            .gives([Observation::flag("door", true), Observation::count("openings-total", 256)]),
        Example::new(
            "Comfort: air and light",
            1,
            &[0x00, 0x2B, 0x82, 0xFF, 0xD7, 0x86, 0x51, 0x87, 0x02, 0x58, 0x08, 0x00, 0x01],
            "{}",
        )
        .gives([celsius(-4.1), humidity(40.5), light(600.0), light(1.0).part("2")]),
        Example::new(
            "Comfort: several in one report",
            1,
            &[0x00, 0x2B, 0xD0, 0x64, 0x00, 0xD7, 0xD1, 0x62, 0x00, 0xD8, 0x84, 0x00, 0xD9],
            "{}",
        )
        .gives([
            humidity(50.0),
            celsius(21.5),
            humidity(49.0).part("mean"),
            celsius(21.6).part("mean"),
            celsius(21.7).part("mean"),
        ]),
        Example::new(
            "Guard: door and cold in one report",
            1,
            &[0x00, 0x2B, 0xD2, 0x00, 0x00, 0x25],
            r#"{"door":"1-is-open","words":{"temperature":"surface-temperature"}}"#,
        )
        .gives([Observation::flag("contact-open", false), Observation::number("surface-temperature", 3.7, "Cel")]),
        Example::new("Drip: a leak", 1, &[0x00, 0x2C, 0x8D, 0x37, 0x8E, 0x01], "{}")
            .gives([Observation::number("flood-level", 55.0, "%"), Observation::flag("water-leak", true)]),
        Example::new(
            "Presence: somebody is there",
            1,
            &[0x00, 0x2C, 0x92, 0x01, 0x13, 0x01, 0x00, 0x0B, 0x00, 0x10, 0x01],
            "{}",
        )
        .gives([
            Observation::flag("occupied", true),
            Observation::flag("tampered", false),
            Observation::flag("switch", true),
        ]),
    ]
}

fn history() -> Vec<Example> {
    let celsius = |degrees: f64| Observation::number("temperature", degrees, "Cel");
    vec![
        Example::new(
            "two hours and one hour ago",
            2,
            &[0x00, 0x10, 0x00, 0x00, 0x1C, 0x20, 0x02, 0x00, 0xC8, 0x00, 0x00, 0x0E, 0x10, 0x09, 0x01],
            r#"{"door":"1-is-open"}"#,
        )
        .gives([celsius(20.0).aged(7200), Observation::flag("contact-open", true).aged(3600)]),
        Example::new("history, cut short", 2, &[0x00, 0x10, 0x00, 0x00, 0x1C, 0x20, 0x02, 0x00], "{}")
            .faults(Fault::Malformed("field 0x02 at byte 6 is cut short".into())),
        Example::new("a time without a report", 2, &[0x00, 0x10, 0x00, 0x00, 0x1C, 0x20], "{}")
            .faults(Fault::Malformed("the frame of 6 bytes is cut short".into())),
    ]
}

fn odd() -> Vec<Example> {
    vec![
        Example::new("a check-in and an alarm", 1, &[0, 1, 0x6E, 1, 2, 3, 4, 5, 6, 7, 8, 0x03, 0x01, 0x00], "{}")
            .gives([]),
        Example::new("an answer to a command", 11, &[0x03, 0x00], "{}").gives([]),
        Example::new("a report nobody knows", 1, &[0x00, 0x2A, 0x01, 0x5F, 0x7F, 0x00], "{}")
            .faults(Fault::Malformed("field 0x7F at byte 4 is unknown".into())),
        Example::new("shorter than its head", 1, &[0x00], "{}")
            .faults(Fault::Malformed("the frame of 1 bytes is cut short".into())),
        Example::new("a port it does not use", 3, &[0x00, 0x2A], "{}").faults(Fault::UnsupportedPort(3)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use allting_plugin_sdk::testing;

    #[test]
    fn all_examples_hold() {
        testing::assert_examples::<Sensative>();
    }

    #[test]
    fn odd_frames_never_panic() {
        testing::assert_never_panics::<Sensative>("{}");
        for f_port in [1, 2] {
            for kind in 0..=u8::MAX {
                for length in 0..12 {
                    let payload = [vec![0, 1, 0, 0, 0, 9, kind], vec![kind; length]].concat();
                    let _ = testing::decode::<Sensative>(Uplink::new(f_port, &payload, "{}"));
                }
            }
        }
    }
}

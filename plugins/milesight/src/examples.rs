//! Frames whose meaning is known, worked out by hand from the vendor's description of the fields.
#![expect(clippy::too_many_lines, reason = "lists: one entry says nothing of the next")]

mod people;

use allting_plugin_sdk::{Decoded, Example, Fault, Observation, Value};

/// On the port of all models.
fn example(title: &str, settings: &str, payload: &[u8]) -> Example {
    Example::new(title, 85, payload, settings)
}

fn count(property: &str, count: u32, part: &str) -> Observation {
    Observation::count(property, count).part(part)
}

pub(crate) fn all() -> Vec<Example> {
    let mut all = people::all();
    all.extend(indoors());
    all.extend(outdoors());
    all.extend(odd());
    all
}

fn indoors() -> Vec<Example> {
    vec![
        example(
            "AM102: frost, and the hour before",
            r#"{"model":"am102"}"#,
            &[0x03, 0x67, 0xF1, 0xFF, 0x04, 0x68, 0x6D, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0xFB, 0xFF, 0x6B],
        )
        .gives([
            Observation::number("temperature", -1.5, "Cel"),
            Observation::number("relative-humidity", 54.5, "%"),
            Observation::number("temperature", -0.5, "Cel").aged(3600),
            Observation::number("relative-humidity", 53.5, "%").aged(3600),
        ]),
        example(
            "AM103: a room with people",
            r#"{"model":"am103"}"#,
            &[
                0x03, 0x67, 0x18, 0x01, 0x07, 0x7D, 0xC5, 0x01, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x17, 0x01, 0x6B,
                0xC4, 0x02,
            ],
        )
        .gives([
            Observation::number("temperature", 28.0, "Cel"),
            Observation::number("co2", 453.0, "[ppm]"),
            Observation::number("temperature", 27.9, "Cel").aged(3600),
            Observation::number("relative-humidity", 53.5, "%").aged(3600),
            Observation::number("co2", 708.0, "[ppm]").aged(3600),
        ]),
        example(
            "AM104: movements and light",
            r#"{"model":"am104"}"#,
            &[0x05, 0x6A, 0x49, 0x00, 0x06, 0x65, 0x1C, 0x00, 0x79, 0x00, 0x14, 0x00],
        )
        .gives([Observation::count("motion", 73), Observation::number("light-intensity", 28.0, "lx")]),
        example(
            "AM107: gases and pressure",
            r#"{"model":"am107"}"#,
            &[0x07, 0x7D, 0xE7, 0x04, 0x08, 0x7D, 0x07, 0x00, 0x09, 0x73, 0x3F, 0x27],
        )
        .gives([
            Observation::number("co2", 1255.0, "[ppm]"),
            Observation::number("tvoc", 7.0, "[ppb]"),
            Observation::number("pressure", 1004.7, "hPa"),
        ]),
        example(
            "AM307: somebody is there, air quality as an index",
            r#"{"model":"am307"}"#,
            &[
                0x04, 0x68, 0x7C, 0x05, 0x00, 0x01, 0x06, 0xCB, 0x02, 0x08, 0x7D, 0x25, 0x00, 0x09, 0x73, 0x66, 0x27,
                0x0E, 0x01, 0x00,
            ],
        )
        .gives([
            Observation::number("relative-humidity", 62.0, "%"),
            Observation::flag("occupied", true),
            Observation::number("light-grade", 2.0, "1"),
            Observation::number("air-quality-index", 0.37, "1"),
            Observation::number("pressure", 1008.6, "hPa"),
        ]),
        example("AM308: particles", r#"{"model":"am308"}"#, &[0x0B, 0x7D, 0x20, 0x00, 0x0C, 0x7D, 0x30, 0x00])
            .gives([Observation::number("pm2-5", 32.0, "ug/m3"), Observation::number("pm10", 48.0, "ug/m3")]),
        example(
            "AM319: formaldehyde, and the hour before",
            r#"{"model":"am319-hcho"}"#,
            &[
                0x0A, 0x7D, 0x07, 0x00, 0x21, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0xEE, 0x00, 0x7C, 0x00, 0x00, 0x01, 0xA8,
                0x03, 0x64, 0x00, 0x66, 0x27, 0x20, 0x00, 0x30, 0x00, 0x09, 0x00,
            ],
        )
        .gives([
            Observation::number("formaldehyde", 0.07, "mg/m3"),
            Observation::number("temperature", 23.8, "Cel").aged(3600),
            Observation::number("relative-humidity", 62.0, "%").aged(3600),
            Observation::flag("occupied", false).aged(3600),
            Observation::number("light-grade", 1.0, "1").aged(3600),
            Observation::number("co2", 936.0, "[ppm]").aged(3600),
            Observation::number("tvoc-mass", 100.0, "ug/m3").aged(3600),
            Observation::number("pressure", 1008.6, "hPa").aged(3600),
            Observation::number("pm2-5", 32.0, "ug/m3").aged(3600),
            Observation::number("pm10", 48.0, "ug/m3").aged(3600),
            Observation::number("formaldehyde", 0.09, "mg/m3").aged(3600),
        ]),
        example("AM319: ozone", r#"{"model":"am319-o3"}"#, &[0x0D, 0x7D, 0x05, 0x00])
            .gives([Observation::number("ozone", 0.05, "[ppm]")]),
        example(
            "WS301: the door is open",
            r#"{"model":"ws301"}"#,
            &[0x01, 0x75, 0x64, 0x03, 0x00, 0x01, 0x04, 0x00, 0x00],
        )
        .gives([
            Observation::number("battery-level", 100.0, "%"),
            Observation::flag("contact-open", true),
            Observation::flag("taken-down", false),
        ]),
        example(
            "WS302: as the ear hears",
            r#"{"model":"ws302"}"#,
            &[0x05, 0x5B, 0x05, 0x3F, 0x02, 0xDA, 0x01, 0x6A, 0x02],
        )
        .gives([
            Observation::number("sound-level-now", 57.5, "dB[A]"),
            Observation::number("sound-level", 47.4, "dB[A]"),
            Observation::number("sound-level-peak", 61.8, "dB[A]"),
        ]),
        example(
            "WS302: with all its bass",
            r#"{"model":"ws302"}"#,
            &[0x05, 0x5B, 0x06, 0x58, 0x02, 0x26, 0x02, 0xBC, 0x02],
        )
        .gives([
            Observation::number("sound-level-now-c", 60.0, "dB[C]"),
            Observation::number("sound-level-c", 55.0, "dB[C]"),
            Observation::number("sound-level-peak-c", 70.0, "dB[C]"),
        ]),
    ]
}

fn outdoors() -> Vec<Example> {
    let hour_ago = |property: &str, number: f64, unit: &str| Observation::number(property, number, unit).aged(3600);
    vec![
        example(
            "EM300-TH: now and an hour ago",
            r#"{"model":"em300-th"}"#,
            &[0x03, 0x67, 0x34, 0x01, 0x04, 0x68, 0x65, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x10, 0x01, 0x5D, 0x00],
        )
        .gives([
            Observation::number("temperature", 30.8, "Cel"),
            Observation::number("relative-humidity", 50.5, "%"),
            hour_ago("temperature", 27.2, "Cel"),
            hour_ago("relative-humidity", 46.5, "%"),
        ]),
        example(
            "EM300-MCS: open, and shut an hour ago",
            r#"{"model":"em300-mcs"}"#,
            &[0x06, 0x00, 0x01, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x10, 0x01, 0x5D, 0x00],
        )
        .gives([
            Observation::flag("contact-open", true),
            hour_ago("temperature", 27.2, "Cel"),
            hour_ago("relative-humidity", 46.5, "%"),
            Observation::flag("contact-open", false).aged(3600),
        ]),
        example("EM300-SLD: dry", r#"{"model":"em300-sld"}"#, &[0x05, 0x00, 0x00])
            .gives([Observation::flag("water-leak", false)]),
        example("EM300-ZLD: a leak", r#"{"model":"em300-zld"}"#, &[0x04, 0x68, 0x71, 0x05, 0x00, 0x01])
            .gives([Observation::number("relative-humidity", 56.5, "%"), Observation::flag("water-leak", true)]),
        example(
            "EM310-UDL: snow on a board 2.5 m below",
            r#"{"model":"em310-udl","gauge":{"property":"snow-depth","empty-mm":2500}}"#,
            &[0x03, 0x82, 0x34, 0x08, 0x04, 0x00, 0x00],
        )
        .gives([
            Observation::number("snow-depth", 40.0, "cm"),
            Observation::number("distance", 2100.0, "mm"),
            Observation::flag("tilted", false),
        ]),
        example(
            "EM400-MUD: a bin, half full and fallen over",
            r#"{"model":"em400-mud","gauge":{"property":"fill-level","empty-mm":1800,"full-mm":200}}"#,
            &[0x01, 0x75, 0x5C, 0x83, 0x67, 0xE8, 0x00, 0x01, 0x84, 0x82, 0xE8, 0x03, 0x01, 0x05, 0x00, 0x01],
        )
        .gives([
            Observation::number("battery-level", 92.0, "%"),
            Observation::number("temperature", 23.2, "Cel"),
            Observation::number("fill-level", 50.0, "%"),
            Observation::number("distance", 1000.0, "mm"),
            Observation::flag("tilted", true),
        ]),
        example(
            "EM500-CO2: now, and a jump of temperature",
            r#"{"model":"em500-co2"}"#,
            &[
                0x04, 0x68, 0x73, 0x05, 0x7D, 0x67, 0x04, 0x06, 0x73, 0x68, 0x27, 0x83, 0xD7, 0x19, 0x01, 0x32, 0x00,
                0x02, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x66, 0x04, 0x67, 0x27, 0x18, 0x01, 0x72,
            ],
        )
        .gives([
            Observation::number("relative-humidity", 57.5, "%"),
            Observation::number("co2", 1127.0, "[ppm]"),
            Observation::number("pressure", 1008.8, "hPa"),
            Observation::number("temperature", 28.1, "Cel"),
            hour_ago("co2", 1126.0, "[ppm]"),
            hour_ago("pressure", 1008.7, "hPa"),
            hour_ago("temperature", 28.0, "Cel"),
            hour_ago("relative-humidity", 57.0, "%"),
        ]),
        example(
            "EM500-LGT: a bright day",
            r#"{"model":"em500-lgt"}"#,
            &[0x03, 0x94, 0x70, 0x11, 0x01, 0x00, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x50, 0x00, 0x00, 0x00],
        )
        .gives([Observation::number("light-intensity", 70_000.0, "lx"), hour_ago("light-intensity", 80.0, "lx")]),
        example(
            "EM500-PT100: in the ice of a rink",
            r#"{"model":"em500-pt100","words":{"temperature":"ice-temperature"}}"#,
            &[0x03, 0x67, 0xD5, 0xFF, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0xD4, 0xFF],
        )
        .gives([Observation::number("ice-temperature", -4.3, "Cel"), hour_ago("ice-temperature", -4.4, "Cel")]),
        example(
            "EM500-SMTC: soil in spring, and half an hour ago",
            r#"{"model":"em500-smtc"}"#,
            &[
                0x01, 0x75, 0x5F, 0x03, 0x67, 0xF6, 0xFF, 0x04, 0xCA, 0x2E, 0x09, 0x05, 0x7F, 0xFA, 0x00, 0x20, 0xCE,
                0xF8, 0xB1, 0x55, 0x69, 0xF4, 0x01, 0x0C, 0x00, 0xC4, 0x09,
            ],
        )
        .gives([
            Observation::number("battery-level", 95.0, "%"),
            Observation::number("soil-temperature", -1.0, "Cel"),
            Observation::number("soil-moisture", 23.5, "%"),
            Observation::number("soil-conductivity", 0.25, "dS/m"),
            Observation::number("soil-conductivity", 0.5, "dS/m").aged(1800),
            Observation::number("soil-temperature", 1.2, "Cel").aged(1800),
            Observation::number("soil-moisture", 25.0, "%").aged(1800),
        ]),
        example(
            "EM500-SMTC: an older one, in steps of a half",
            r#"{"model":"em500-smtc"}"#,
            &[0x03, 0x67, 0x19, 0x01, 0x04, 0x68, 0x73, 0x05, 0x7F, 0xF0, 0x00],
        )
        .gives([
            Observation::number("soil-temperature", 28.1, "Cel"),
            Observation::number("soil-moisture", 57.5, "%"),
            Observation::number("soil-conductivity", 0.24, "dS/m"),
        ]),
        example(
            "EM500-SWL: depth of a brook",
            r#"{"model":"em500-swl"}"#,
            &[0x03, 0x77, 0x02, 0x00, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x03, 0x00],
        )
        .gives([Observation::number("water-level", 2.0, "cm"), hour_ago("water-level", 3.0, "cm")]),
        example(
            "EM500-UDL: the distance jumped",
            r#"{"model":"em500-udl"}"#,
            &[0x83, 0xE9, 0x1E, 0x00, 0x64, 0x00, 0x02, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69, 0x82, 0x00],
        )
        .gives([Observation::number("distance", 30.0, "mm"), hour_ago("distance", 130.0, "mm")]),
    ]
}

fn odd() -> Vec<Example> {
    let cut = Fault::Malformed("field 0x04 0xCC at byte 3 is cut short".into());
    let unknown = Fault::Malformed("field 0x05 0x7D at byte 0 is unknown for vs350".into());
    let broken = "the probe for distance is broken";
    vec![
        example(
            "a sensor that has just joined tells who it is",
            r#"{"model":"em400-mud"}"#,
            &[
                0xFF, 0x0B, 0xFF, 0xFF, 0x01, 0x01, 0xFF, 0x16, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0x0F, 0x00, 0x01, 0x75,
                0x64,
            ],
        )
        .gives([Observation::number("battery-level", 100.0, "%")]),
        example("an answer to a command", r#"{"model":"am107"}"#, &[0x01, 0x75, 0x64, 0xFE, 0x03, 0xB0, 0x04]).decodes(
            Decoded::of([Observation::number("battery-level", 100.0, "%")])
                .warn("an answer to a command (0xFE 0x03) is not read, nor what follows it"),
        ),
        example("a broken probe is no distance", r#"{"model":"em500-udl"}"#, &[0x03, 0x82, 0xFF, 0xFF])
            .decodes(Decoded::of([]).warn(broken)),
        example(
            "history of a clock that was never set",
            r#"{"model":"em500-swl"}"#,
            &[0x20, 0xCE, 0x11, 0x00, 0x00, 0x00, 0x03, 0x00, 0x03, 0x77, 0x02, 0x00],
        )
        .decodes(
            Decoded::of([Observation::new("water-level", Value::Number(2.0), Some("cm"))])
                .warn("history is left out: the clock of the device is not set"),
        ),
        example("nothing new", r#"{"model":"vs350"}"#, &[]).gives([]),
        example("cut in the middle of a count", r#"{"model":"vs350"}"#, &[0x01, 0x75, 0x64, 0x04, 0xCC, 0x01])
            .faults(cut),
        example("a field of another model", r#"{"model":"vs350"}"#, &[0x05, 0x7D, 0x01, 0x00]).faults(unknown),
    ]
}

//! Frames whose meaning is known, worked out by hand from the vendor's data sheets.

use allting_plugin_sdk::{Decoded, Example, Fault, Observation};

/// A frame of protocol 2 from device 4660.
fn example(title: &str, settings: &str, flags: u16, words: &[u16]) -> Example {
    let words = [flags].into_iter().chain(words.iter().copied());
    let payload: Vec<u8> = [2, 0x12, 0x34].into_iter().chain(words.flat_map(u16::to_be_bytes)).collect();
    Example::new(title, 1, &payload, settings)
}

fn volts(volts: f64) -> Observation {
    Observation::number("battery-voltage", volts, "V")
}

pub(crate) fn all() -> Vec<Example> {
    let mut all = weather();
    all.extend(surfaces());
    all.extend(ground());
    all.extend(odd());
    all
}

fn weather() -> Vec<Example> {
    let of = Observation::number;
    let wind_and_sun = [
        32_768 + 512,
        32_768 + 1250,
        32_768 + 3,
        32_768 + 7,
        32_768 + 225,
        32_768 + 1805,
        32_768 + 610,
        32_768 - 45,
        32_768 + 42,
        32_768 + 10_132,
        32_768 + 875,
        32_768 - 40,
        32_768 + 5,
        32_768 - 3,
        32_768,
        32_768,
        32_768,
        3061,
    ];
    vec![
        example("ATM41: a storm in frost", r#"{"model":"dl-atm41"}"#, 0b11, &wind_and_sun).gives([
            of("solar-radiation", 512.0, "W/m2"),
            of("rain", 1.25, "mm"),
            Observation::count("lightning", 3),
            of("lightning-distance", 7.0, "km"),
            of("wind-speed", 2.25, "m/s"),
            of("wind-direction", 180.5, "deg"),
            of("wind-gust", 6.1, "m/s"),
            of("temperature", -4.5, "Cel"),
            of("vapour-pressure", 0.42, "kPa"),
            of("pressure", 1013.2, "hPa"),
            of("relative-humidity", 87.5, "%"),
            of("device-temperature", -4.0, "Cel"),
            of("tilt-x", 0.5, "deg"),
            of("tilt-y", -0.3, "deg"),
            volts(3.061),
        ]),
        example(
            "TBRG: rain, of a bucket of 0.2 mm",
            r#"{"model":"dl-tbrg","tip-mm":0.2}"#,
            0b11,
            &[7, 600, 3, 1, 3000],
        )
        .gives([of("rain", 1.4, "mm"), of("rain-total", 13_107.8, "mm"), volts(3.0)]),
        example("TBRG: no rain", r#"{"model":"dl-tbrg"}"#, 0b01, &[0, 600, 25, 0])
            .gives([of("rain", 0.0, "mm"), of("rain-total", 2.5, "mm")]),
        example(
            "PM: particles, air and pressure",
            r#"{"model":"dl-pm"}"#,
            0b1111,
            &[3109, 37, 39, 40, 41, 501, 263, 300, 301, 301, 301, 0x8000, 0x8000, 0xBD10],
        )
        .gives([
            volts(3.109),
            of("pm1", 3.7, "ug/m3"),
            of("pm2-5", 3.9, "ug/m3"),
            of("pm4", 4.0, "ug/m3"),
            of("pm10", 4.1, "ug/m3"),
            of("temperature", 41.01, "Cel"),
            of("relative-humidity", 56.5, "%"),
            of("pressure", 968.0, "hPa"),
        ]),
        example("PM: the particle sensor rests", r#"{"model":"dl-pm"}"#, 0b1001, &[3109, 0xC350])
            .gives([volts(3.109), of("pressure", 1000.0, "hPa")]),
    ]
}

fn surfaces() -> Vec<Example> {
    let of = Observation::number;
    vec![
        example(
            "CWS: a road that will freeze",
            r#"{"model":"dl-cws"}"#,
            0b11,
            &[32_768 - 120, 32_768 + 85, 32_768 + 9350, 32_768 - 10, 32_768 + 71, 32_768 + 62, 2932],
        )
        .gives([
            of("surface-temperature", -1.2, "Cel"),
            of("temperature", 0.85, "Cel"),
            of("relative-humidity", 93.5, "%"),
            of("dew-point", -0.1, "Cel"),
            of("tilt", 71.0, "deg"),
            of("device-temperature", 0.62, "Cel"),
            volts(2.932),
        ]),
        example("WRM: air and road", r#"{"model":"dl-wrm"}"#, 0b111, &[26_214, 39_321, 1273, 1220, 3168]).gives([
            of("temperature", 25.0, "Cel"),
            of("relative-humidity", 60.0, "%"),
            of("surface-temperature", 27.3, "Cel"),
            of("device-temperature", 22.0, "Cel"),
            volts(3.168),
        ]),
        example(
            "ITST: above an ice rink",
            r#"{"model":"dl-itst","words":{"surface-temperature":"ice-temperature"}}"#,
            0b11,
            &[957, 1021, 3156],
        )
        .gives([of("ice-temperature", -4.3, "Cel"), of("device-temperature", 2.1, "Cel"), volts(3.156)]),
        example(
            "MBX: 40 cm of snow",
            r#"{"model":"dl-mbx","gauge":{"property":"snow-depth","empty-mm":2500}}"#,
            0b11,
            &[2100, 10, 2993],
        )
        .gives([of("snow-depth", 40.0, "cm"), of("distance", 2100.0, "mm"), volts(2.993)]),
        example("MBX: no echo", r#"{"model":"dl-mbx"}"#, 0b11, &[0, 0, 2993])
            .decodes(Decoded::of([volts(2.993)]).warn("not one sample was good: no distance")),
        example(
            "LID: waves",
            r#"{"model":"dl-lid"}"#,
            0b11,
            &[4507, 4470, 4540, 4510, 4490, 4500, 4520, 4530, 4505, 100, 409, 2749],
        )
        .gives([
            of("distance", 4507.0, "mm"),
            of("distance-min", 4470.0, "mm"),
            of("distance-max", 4540.0, "mm"),
            of("distance-median", 4510.0, "mm"),
            volts(2.749),
        ]),
        example("LID: only the battery", r#"{"model":"dl-lid"}"#, 0b10, &[2749]).gives([volts(2.749)]),
    ]
}

fn ground() -> Vec<Example> {
    let of = Observation::number;
    let moist = |percent: f64, part: &str| of("soil-moisture", percent, "%").part(part);
    let warm = |degrees: f64, part: &str| of("soil-temperature", degrees, "Cel").part(part);
    vec![
        example("CTD10: a brook", r#"{"model":"dl-ctd10"}"#, 0b11, &[32_768 + 235, 32_768 + 42, 100, 0, 3168]).gives([
            of("water-level", 23.5, "cm"),
            of("water-temperature", 4.2, "Cel"),
            of("water-conductivity", 100.0, "uS/cm"),
            Observation::flag("frozen", false),
            volts(3.168),
        ]),
        example(
            "SMTP: two of eight depths have a sensor",
            r#"{"model":"dl-smtp"}"#,
            0b11,
            &[2600, 32_768 + 850, 2725, 32_768 - 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2875],
        )
        .gives([
            moist(20.0, "depth-1"),
            warm(8.5, "depth-1"),
            moist(45.0, "depth-2"),
            warm(-0.25, "depth-2"),
            volts(2.875),
        ]),
    ]
}

fn odd() -> Vec<Example> {
    let fault = |words: &str| Fault::Malformed(words.to_owned());
    vec![
        example("nothing but the flags", r#"{"model":"dl-itst"}"#, 0, &[]).gives([]),
        example("cut short", r#"{"model":"dl-itst"}"#, 0b11, &[957]).faults(fault("the frame of 7 bytes is cut short")),
        example("more than the flags say", r#"{"model":"dl-itst"}"#, 0b10, &[3156, 1])
            .faults(fault("the frame of 9 bytes is longer than its flags say")),
        example("another model", r#"{"model":"dl-itst"}"#, 0b111, &[957, 1021, 3156, 0, 0])
            .faults(fault("the frame of 15 bytes has flags 0x0007, which dl-itst has not")),
        Example::new("another protocol", 1, &[1, 0, 1, 0, 0], r#"{"model":"dl-itst"}"#)
            .faults(fault("the frame of 5 bytes is of protocol 1, not 2")),
    ]
}

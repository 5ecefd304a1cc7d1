//! Frames whose meaning is known, worked out by hand from the vendor's manuals.
#![expect(clippy::too_many_lines, reason = "lists: one entry says nothing of the next")]

use allting_plugin_sdk::{Decoded, Example, Fault, Observation};

fn volts(volts: f64) -> Observation {
    Observation::number("battery-voltage", volts, "V")
}

fn celsius(degrees: f64) -> Observation {
    Observation::number("temperature", degrees, "Cel")
}

pub(crate) fn all() -> Vec<Example> {
    let mut all = doors();
    all.extend(outdoors());
    all.extend(air());
    all
}

fn doors() -> Vec<Example> {
    vec![
        Example::new(
            "LDS02: open",
            10,
            &[0x8B, 0xB8, 0x01, 0x00, 0x00, 0x2A, 0x00, 0x00, 0x03, 0x00],
            r#"{"model":"lds02"}"#,
        )
        .gives([
            volts(3.0),
            Observation::flag("contact-open", true),
            Observation::count("openings-total", 42),
            Observation::number("last-open", 3.0, "min"),
        ]),
        Example::new(
            "LDS01: a leak",
            10,
            &[0x4B, 0xB8, 0x02, 0x00, 0x01, 0x00, 0x00, 0x00, 0x05, 0x00],
            r#"{"model":"lds02"}"#,
        )
        .gives([
            volts(3.0),
            Observation::flag("water-leak", true),
            Observation::count("leaks-total", 256),
            Observation::number("last-leak", 5.0, "min"),
        ]),
        Example::new(
            "LDS02: door and leak in one",
            10,
            &[0x0C, 0x1C, 0x03, 0, 0, 0, 0, 0, 0, 0],
            r#"{"model":"lds02"}"#,
        )
        .gives([volts(3.1), Observation::flag("contact-open", false), Observation::flag("water-leak", false)]),
        Example::new(
            "LDS02: a mode nobody knows",
            10,
            &[0x0C, 0x1C, 0x07, 0, 0, 0, 0, 0, 0, 0],
            r#"{"model":"lds02"}"#,
        )
        .faults(Fault::Malformed("the frame of 10 bytes is of mode 7, which is unknown".into())),
        Example::new("LDS02: cut short", 10, &[0x0C, 0x1C, 0x01, 0, 0], r#"{"model":"lds02"}"#)
            .faults(Fault::Malformed("the frame of 5 bytes is cut short".into())),
        Example::new(
            "LDS03A: shut after seven minutes",
            2,
            &[0x00, 0x00, 0x00, 0x1D, 0x00, 0x00, 0x07, 0x69, 0x55, 0xB8, 0xFF],
            r#"{"model":"lds03a"}"#,
        )
        .gives([
            Observation::flag("contact-open", false),
            Observation::count("openings-total", 29),
            Observation::number("last-open", 7.0, "min"),
        ]),
        Example::new(
            "LDS03A: two doors",
            2,
            &[0x01, 0, 0, 1, 0, 0, 0, 0x69, 0x55, 0xB8, 0xFF, 0x00, 0, 0, 2, 0, 0, 9],
            r#"{"model":"lds03a"}"#,
        )
        .gives([
            Observation::flag("contact-open", true).part("door-1"),
            Observation::count("openings-total", 1).part("door-1"),
            Observation::number("last-open", 0.0, "min").part("door-1"),
            Observation::flag("contact-open", false).part("door-2"),
            Observation::count("openings-total", 2).part("door-2"),
            Observation::number("last-open", 9.0, "min").part("door-2"),
        ]),
        Example::new(
            "LDS03A: history of an hour ago, and of a clock that was not set",
            3,
            &[0x01, 0, 0, 5, 0, 0, 2, 0x69, 0x55, 0xAA, 0xF0, 0x01, 0, 0, 6, 0, 0, 2, 0, 0, 0, 9],
            r#"{"model":"lds03a"}"#,
        )
        .decodes(
            Decoded::of([
                Observation::flag("contact-open", true).aged(3600),
                Observation::count("openings-total", 5).aged(3600),
                Observation::number("last-open", 2.0, "min").aged(3600),
            ])
            .warn("history is left out: the clock of the device is not set"),
        ),
        Example::new(
            "LDS03A: which device it is",
            5,
            &[0x0A, 0x01, 0x20, 0x01, 0xFF, 0x0C, 0xE4],
            r#"{"model":"lds03a"}"#,
        )
        .gives([volts(3.3)]),
    ]
}

fn outdoors() -> Vec<Example> {
    vec![
        Example::new(
            "D20: bathing water",
            2,
            &[0x0C, 0xE4, 0x00, 0xB8, 0x00, 0x00, 0x00, 0, 0, 0, 0],
            r#"{"model":"d20","words":{"temperature.probe-1":"water-temperature"}}"#,
        )
        .gives([volts(3.3), Observation::number("water-temperature", 18.4, "Cel")]),
        Example::new(
            "D23: three probes, the last not plugged in",
            2,
            &[0x0C, 0xE4, 0xFF, 0x3F, 0x00, 0x00, 0x0C, 0x01, 0x05, 0x7F, 0xFF],
            r#"{"model":"d20"}"#,
        )
        .gives([volts(3.3), celsius(-19.3).part("probe-1"), celsius(26.1).part("probe-2")]),
        Example::new("D20: set to count", 2, &[0x0C, 0xE4, 0, 0, 0, 0, 0x14, 0, 0, 0, 0], r#"{"model":"d20"}"#)
            .faults(Fault::Malformed("the frame of 11 bytes is of mode 5, which has no probes".into())),
        Example::new(
            "LDDS75: water 80 cm deep in a shaft of 2 m",
            2,
            &[0x0D, 0x48, 0x04, 0xB0, 0x00, 0x00, 0x25, 0x01],
            r#"{"model":"ldds75","gauge":{"property":"water-level","empty-mm":2000}}"#,
        )
        .gives([
            volts(3.4),
            celsius(3.7).part("probe"),
            Observation::number("water-level", 80.0, "cm"),
            Observation::number("distance", 1200.0, "mm"),
        ]),
        Example::new("LDDS75: too close, and no probe", 2, &[0x0D, 0x48, 0, 0x14, 0, 0, 0, 1], r#"{"model":"ldds75"}"#)
            .decodes(Decoded::of([volts(3.4)]).warn("too close or no echo: no distance")),
        Example::new("LDDS75: a plug has come loose", 2, &[0x0D, 0x48, 0, 0, 0, 0, 0, 0], r#"{"model":"ldds75"}"#)
            .decodes(Decoded::of([volts(3.4)]).warn("the ultrasonic sensor is not connected")),
        Example::new(
            "LSE01: a football field in spring",
            2,
            &[0x0C, 0xE4, 0x00, 0x00, 0x05, 0xDC, 0xFF, 0x7E, 0x00, 0xC8, 0x10],
            r#"{"model":"lse01"}"#,
        )
        .gives([
            volts(3.3),
            Observation::number("soil-moisture", 15.0, "%"),
            Observation::number("soil-temperature", -1.3, "Cel"),
            Observation::number("soil-conductivity", 0.2, "dS/m"),
        ]),
        Example::new(
            "LSE01: set to raw values",
            2,
            &[0x0C, 0xE4, 0, 0, 0, 1, 0, 2, 0, 3, 0x80],
            r#"{"model":"lse01"}"#,
        )
        .decodes(Decoded::of([volts(3.3)]).warn("the sensor is set to send raw values (MOD 1), which are not read")),
    ]
}

fn air() -> Vec<Example> {
    let settings = r#"{"model":"lht65n"}"#;
    let humidity = |percent: f64| Observation::number("relative-humidity", percent, "%");
    // Battery, 21.5 degrees and 40.1 per cent, and then what hangs on the plug.
    let air = |title: &str, rest: [u8; 5]| {
        let [kind, a, b, c, d] = rest;
        Example::new(title, 2, &[0xCB, 0xE8, 0x08, 0x66, 0x01, 0x91, kind, a, b, c, d], settings)
    };
    let and = |more: Vec<Observation>| [vec![volts(3.048), celsius(21.5), humidity(40.1)], more].concat();
    vec![
        air("LHT65N: nothing on the plug", [0x00, 0x7F, 0xFF, 0x7F, 0xFF]).gives(and(vec![])),
        air("LHT65N: a probe in frost", [0x01, 0xF8, 0x30, 0x7F, 0xFF]).gives(and(vec![celsius(-20.0).part("probe")])),
        air("LHT65N: the probe is torn off", [0x81, 0x7F, 0xFF, 0x7F, 0xFF]).gives(and(vec![])),
        air("LHT65N: a switch", [0x04, 0x01, 0x01, 0, 0]).gives(and(vec![Observation::flag("digital", true)])),
        air("LHT65N: light", [0x05, 0x02, 0x58, 0, 0]).gives(and(vec![Observation::number(
            "light-intensity",
            600.0,
            "lx",
        )])),
        air("LHT65N: a voltage", [0x06, 0x02, 0x58, 0, 0]).gives(and(vec![Observation::number("analog", 0.6, "V")])),
        air("LHT65N: pulses", [0x07, 0x02, 0x58, 0, 0]).gives(and(vec![Observation::count("pulses-total", 600)])),
        air("LHT65N: many pulses", [0x08, 0, 1, 0, 2]).gives(and(vec![Observation::count("pulses-total", 65_538)])),
        air("LHT65N: air elsewhere", [0x0B, 0x00, 0xFA, 0x02, 0x58])
            .gives(and(vec![celsius(2.5).part("probe"), humidity(60.0).part("probe")])),
        air("LHT65N-PIR: somebody is there", [0x0E, 0x01, 0x00, 0x01, 0x02])
            .gives(and(vec![Observation::flag("occupied", true), Observation::count("motions-total", 258)])),
        Example::new(
            "LHT65N: a probe where the battery was, and the time",
            2,
            &[0x01, 0x72, 0x08, 0x66, 0xC1, 0x91, 0x09, 0x69, 0x55, 0xB9, 0x00],
            settings,
        )
        .gives([celsius(21.5), humidity(40.1), celsius(3.7).part("probe")]),
        Example::new(
            "LHT65N: history of two hours and of one hour ago",
            2,
            &[
                0x01, 0x72, 0x08, 0x66, 0x01, 0x91, 0x41, 0x69, 0x55, 0x9C, 0xE0, 0x01, 0x7C, 0x08, 0x70, 0x01, 0x90,
                0x41, 0x69, 0x55, 0xAA, 0xF0,
            ],
            settings,
        )
        .gives([
            celsius(21.5).aged(7200),
            humidity(40.1).aged(7200),
            celsius(3.7).part("probe").aged(7200),
            celsius(21.6).aged(3600),
            humidity(40.0).aged(3600),
            celsius(3.8).part("probe").aged(3600),
        ]),
        Example::new("LHT65N: cut short", 2, &[0xCB, 0xE8, 0x08], settings)
            .faults(Fault::Malformed("the frame of 3 bytes is cut short".into())),
    ]
}

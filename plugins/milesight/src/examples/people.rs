//! What counters of people send.
#![expect(clippy::too_many_lines, reason = "a list: one entry says nothing of the next")]

use super::{count, example};
use allting_plugin_sdk::{Example, Observation};

pub(super) fn all() -> Vec<Example> {
    vec![
        example(
            "VS350: three in, one out, and the totals",
            r#"{"model":"vs350"}"#,
            &[
                0x01, 0x75, 0x62, 0x03, 0x67, 0x0C, 0x01, 0x04, 0xCC, 0xFF, 0xFF, 0x10, 0x27, 0x05, 0xCC, 0x03, 0x00,
                0x01, 0x00,
            ],
        )
        .gives([
            Observation::number("battery-level", 98.0, "%"),
            Observation::number("temperature", 26.8, "Cel"),
            Observation::count("people-in-total", 65_535),
            Observation::count("people-out-total", 10_000),
            Observation::count("people-in", 3),
            Observation::count("people-out", 1),
        ]),
        example(
            "VS351: a count over the threshold",
            r#"{"model":"vs351"}"#,
            &[0x85, 0xCC, 0xE8, 0x03, 0xE9, 0x03, 0x01, 0x84, 0xCC, 0x01, 0x11, 0x08, 0x11, 0x01],
        )
        .gives([
            Observation::count("people-in", 1000),
            Observation::count("people-out", 1001),
            Observation::count("people-in-total", 4353),
            Observation::count("people-out-total", 4360),
        ]),
        example(
            "VS350: what passed two hours and one hour ago, without and with totals",
            r#"{"model":"vs350"}"#,
            &[
                0x20, 0xCE, 0xE0, 0x9C, 0x55, 0x69, 0x00, 0x0B, 0x00, 0x04, 0x00, 0x20, 0xCE, 0xF0, 0xAA, 0x55, 0x69,
                0x01, 0x07, 0x00, 0x02, 0x00, 0x1D, 0x00, 0x08, 0x00,
            ],
        )
        .gives([
            Observation::count("people-in", 11).aged(7200),
            Observation::count("people-out", 4).aged(7200),
            Observation::count("people-in", 7).aged(3600),
            Observation::count("people-out", 2).aged(3600),
            Observation::count("people-in-total", 29).aged(3600),
            Observation::count("people-out-total", 8).aged(3600),
        ]),
        example(
            "VS133: who of the first line was a child",
            r#"{"model":"vs133"}"#,
            &[0x05, 0xCC, 0x05, 0x00, 0x07, 0x00, 0x13, 0xCC, 0x02, 0x00, 0x01, 0x00],
        )
        .gives([
            count("people-in", 5, "line-1"),
            count("people-out", 7, "line-1"),
            count("children-in", 2, "line-1"),
            count("children-out", 1, "line-1"),
        ]),
        example(
            "VS133: two lines, one of them the cycle path, and two regions",
            r#"{"model":"vs133","words":{"people-in.line-2":"bicycles-in",
                "people-in-region.region-1":"people-count"}}"#,
            &[
                0x03, 0xD2, 0x48, 0x00, 0x01, 0x00, 0x05, 0xCC, 0x05, 0x00, 0x07, 0x00, 0x08, 0xCC, 0x02, 0x00, 0x00,
                0x00, 0x0F, 0xE3, 0x02, 0x10, 0x00, 0x00, 0x10, 0xE4, 0x01, 0x0A, 0x00, 0x2C, 0x01,
            ],
        )
        .gives([
            count("people-in-total", 65_608, "line-1"),
            count("people-in", 5, "line-1"),
            count("people-out", 7, "line-1"),
            Observation::count("bicycles-in", 2),
            count("people-out", 0, "line-2"),
            Observation::count("people-count", 2),
            count("people-in-region", 16, "region-2"),
            count("people-in-region", 0, "region-3"),
            count("people-in-region", 0, "region-4"),
            Observation::number("dwell-mean", 10.0, "s").part("region-1"),
            Observation::number("dwell-max", 300.0, "s").part("region-1"),
        ]),
        example(
            "VS121: three people, two of three regions taken",
            r#"{"model":"vs121"}"#,
            &[0x04, 0xC9, 0x03, 0x03, 0x00, 0x05, 0x06, 0xCD, 0x05, 0x05, 0xCC, 0x02, 0x00, 0x01, 0x00],
        )
        .gives([
            Observation::count("people-count", 3),
            Observation::flag("occupied", true).part("region-1"),
            Observation::flag("occupied", false).part("region-2"),
            Observation::flag("occupied", true).part("region-3"),
            Observation::count("people-count-max", 5),
            Observation::count("people-in", 2),
            Observation::count("people-out", 1),
        ]),
        example(
            "VS121: regions 9 to 16, and who went where",
            r#"{"model":"vs121"}"#,
            &[0x08, 0xD5, 1, 0, 0, 2, 0, 0, 0, 9, 0x09, 0xDA, 0, 1, 0, 2, 0, 0, 0, 0],
        )
        .gives(
            (9..)
                .zip([1, 0, 0, 2, 0, 0, 0, 9])
                .map(|(region, people)| count("people-in-region", people, &format!("region-{region}"))),
        ),
        example(
            "VS330: the stall is taken",
            r#"{"model":"vs330"}"#,
            &[0x01, 0x75, 0x62, 0x02, 0x82, 0x0F, 0x00, 0x03, 0x8E, 0x01, 0x04, 0x8E, 0x01],
        )
        .gives([
            Observation::number("battery-level", 98.0, "%"),
            Observation::number("distance", 15.0, "mm"),
            Observation::flag("occupied", true),
        ]),
    ]
}

//! Codecs in the manner of vendors, and what must come of them. The box runs all of these before the plugin goes live.

use allting_plugin_sdk::{CommandExample, Decoded, Downlink, Example, Fault, Observation};
use serde_json::{Value, json};

/// TS013, with a nested object, a list and a text that means yes.
const COUNTER: &str = r#"
function decodeUplink(input) {
  var b = input.bytes;
  if (input.fPort !== 2) return { errors: ["unknown port " + input.fPort] };
  return {
    data: {
      battery: (b[0] << 8) | b[1],
      line: { in: b[2], out: b[3] },
      spots: [{ state: b[4] ? "taken" : "free" }, { state: b[5] ? "taken" : "free" }],
      temperature: (b[6] / 10).toFixed(1),
      at: input.recvTime.toISOString(),
    },
    warnings: b[0] < 12 ? ["battery low"] : [],
  };
}"#;

/// Not one declared variable: nearly all codecs of the first years are like this.
const SLOPPY: &str = r"
function Decode(fPort, bytes, variables) {
  decoded = {};
  for (i = 0; i < bytes.length; i++) decoded['count_' + i] = bytes[i] * variables.step;
  return decoded;
}";

const OLD: &str = "const Decoder = (bytes, port) => ({ port, open: bytes[0] === 1, 'level.mm': 12.5 });";

const BROKEN: &str = "function decodeUplink(input) {\n  var sum = 0;\n  return { data: input.missing.key };\n}";

/// As codecs in the device repository of the Things Network are: what it observed, said in that network's own words.
const NORMALIZING: &str = r"
function decodeUplink(input) {
  return { data: { celsius: input.bytes[0] / 10, moved: input.bytes[1], earlier: input.bytes[2] / 10 } };
}
function normalizeUplink(input) {
  return {
    data: [
      { air: { temperature: input.data.celsius }, action: { motion: { detected: input.data.moved > 0 } } },
      { time: '2025-12-31T23:50:00Z', air: { temperature: input.data.earlier } },
    ],
  };
}
module.exports = { decodeUplink, normalizeUplink };";

/// Downlinks both ways, with `ChirpStack`'s Buffer.
const INTERVAL: &str = r"
const encodeDownlink = (input) => {
  if (!(input.data.minutes > 0)) return { errors: ['minutes is missing'] };
  const bytes = Buffer.alloc(3);
  bytes.writeUInt8(1);
  bytes.writeUInt16BE(input.data.minutes * 60, 1);
  return { bytes, fPort: 85, warnings: [] };
};
const decodeDownlink = (input) => ({ data: { minutes: Buffer.from(input.bytes).readUInt16BE(1) / 60 } });";

pub(crate) fn all() -> Vec<Example> {
    vec![
        Example::new("nested keys, lists and words", 2, &[0x0B, 0xB8, 3, 1, 1, 0, 215], &counter()).decodes(Decoded {
            raw: Some(
                concat!(
                    r#"{"battery":3000,"line":{"in":3,"out":1},"spots":[{"state":"taken"},{"state":"free"}],"#,
                    r#""temperature":"21.5","at":"2026-01-01T00:00:00.000Z"}"#
                )
                .to_owned(),
            ),
            ..Decoded::of([
                Observation::number("battery-voltage", 3.0, "V"),
                whole("people-in", 3),
                whole("people-out", 1),
                Observation::flag("parking-occupied", true).part("0"),
                Observation::flag("parking-occupied", false).part("1"),
                Observation { unit: None, ..Observation::number("temperature", 21.5, "") },
            ])
            .warn("battery low")
        }),
        Example::new("a frame the codec does not know", 9, &[1], &counter())
            .faults(Fault::Malformed("unknown port 9".to_owned())),
        Example::new("sloppy code and variables", 1, &[4, 5], &settings(SLOPPY, json!({"count_1": "people-count"})))
            .decodes(Decoded {
                raw: Some(r#"{"count_0":8,"count_1":10}"#.to_owned()),
                ..Decoded::of([whole("people-count", 10)])
            }),
        Example::new(
            "the oldest kind, and a key with a dot",
            7,
            &[1],
            &settings(OLD, json!({"open": "contact-open", "level.mm": "distance"})),
        )
        .decodes(Decoded {
            raw: Some(r#"{"port":7,"open":true,"level.mm":12.5}"#.to_owned()),
            ..Decoded::of([
                Observation { unit: None, ..Observation::number("distance", 12.5, "") },
                Observation::flag("contact-open", true),
            ])
        }),
        Example::new("a codec that normalizes", 1, &[215, 3, 210], &settings(NORMALIZING, json!({}))).decodes(
            Decoded {
                raw: Some(r#"{"celsius":21.5,"moved":3,"earlier":21}"#.to_owned()),
                ..Decoded::of([
                    Observation { unit: None, ..Observation::number("motion", 1.0, "") },
                    Observation::number("temperature", 21.5, "Cel"),
                    Observation {
                        value: allting_plugin_sdk::Value::Integer(21),
                        ..Observation::number("temperature", 0.0, "Cel")
                    }
                    .aged(600),
                ])
            },
        ),
        Example::new("a codec that throws", 1, &[], &settings(BROKEN, json!({})))
            .faults(Fault::Other("codec: TypeError: cannot read property 'key' of undefined (line 3)".to_owned())),
    ]
}

pub(crate) fn commands() -> Vec<CommandExample> {
    let example = |title: &str, arguments: &str, gives| CommandExample {
        title: title.to_owned(),
        arguments: arguments.to_owned(),
        settings: settings(INTERVAL, json!({})),
        gives,
    };
    vec![
        example("every ten minutes", r#"{"minutes":10}"#, Ok(Downlink::new(85, [1, 2, 88]))),
        example("a command it does not know", "{}", Err(Fault::UnsupportedCommand("minutes is missing".to_owned()))),
    ]
}

fn counter() -> String {
    settings(
        COUNTER,
        json!({
            "battery": { "property": "battery-voltage", "unit": "V", "factor": 0.001 },
            "line.in": "people-in",
            "line.out": "people-out",
            "spots[].state": { "property": "parking-occupied", "is": "taken" },
            "temperature": "temperature",
        }),
    )
}

#[expect(clippy::needless_pass_by_value, reason = "made where it is given")]
fn settings(codec: &str, map: Value) -> String {
    json!({ "codec": codec, "map": map, "variables": { "step": 2 } }).to_string()
}

/// A whole number whose unit the vocabulary knows.
fn whole(property: &str, number: i64) -> Observation {
    Observation { unit: None, ..Observation::count(property, number) }
}

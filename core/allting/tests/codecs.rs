//! Vendors' codecs: imported, tried on their vendors' examples, and refused one by one.

#![allow(clippy::unwrap_used, reason = "test code")]

mod town;

use app::Ingest;
use model::{Blame, DataRate, DevAddr, DevEui, Timestamp, Uplink};
use netserver::Action;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use town::{allting, built, municipality, text};

const CODEC: &str = r"
function decodeUplink(input) {
  if (input.bytes.length < 1) return { errors: ['too short'] };
  return { data: { people: input.bytes[0], at: input.recvTime.toISOString() }, warnings: ['low'] };
}
function encodeDownlink(input) { return { bytes: [input.data.minutes] }; }
function decodeDownlink(input) { return { data: { minutes: input.bytes[0] } }; }
";

const EXAMPLES: &str = r#"{
  "uplinkDecoder": { "examples": [
    { "description": "three people", // 0x03
      "input": { "fPort": 1, "bytes": [0x03], "recvTime": "2026-01-01T00:00:00+00:00" },
      "output": { "data": { "people": 3.0, "at": "2026-01-01T00:00:00.000Z" }, "warnings": ["low"] } },
    { "description": "empty", "input": { "fPort": 1, "bytes": [] }, "output": { "errors": ["too short"] } } ] },
  "downlinkEncoder": { "examples": [
    { "description": "ten minutes", "input": { "data": { "minutes": 10 } }, "output": { "bytes": [10] } } ] },
  "downlinkDecoder": { "examples": [
    { "description": "ten minutes", "input": { "fPort": 1, "bytes": [10] },
      "output": { "data": { "minutes": 10 } } } ] }
}"#;

fn write(folder: &Path, name: &str, contents: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, contents).unwrap();
}

#[test]
fn a_codec_whose_examples_fail_is_refused_for_its_sensors_and_the_box_goes_on() {
    let Some(js_codec) = built("js-codec") else { return };
    let settings =
        |codec: &str| format!("codec = {{ file = \"codecs/{codec}.js\" }}\nmap = {{ people = \"people-count\" }}");
    let (good, bad) = (settings("good"), settings("bad"));
    let folder = municipality(&[("door", "js-codec", &good), ("gate", "js-codec", &bad), ("exit", "js-codec", &bad)]);
    let path = folder.path();
    for (codec, examples) in [("good", EXAMPLES), ("bad", &EXAMPLES.replace("\"people\": 3.0", "\"people\": 4"))] {
        write(path, &format!("codecs/{codec}.js"), CODEC);
        write(path, &format!("codecs/{codec}.test.json"), examples);
    }
    allting::install_plugin(&js_codec, path).unwrap();

    let (app, warnings) = allting::assemble(path, &path.join("data")).unwrap();
    let refused: Vec<&String> = warnings.iter().filter(|warning| warning.contains("is not used")).collect();
    assert_eq!(refused.len(), 2, "{warnings:?}");
    assert!(refused[0].contains("sensor gate") && refused[0].contains("codecs/bad.test.json"), "{}", refused[0]);
    assert!(
        refused[0].contains(r#"three people: expected {"at":"2026-01-01T00:00:00.000Z","people":4}"#),
        "{}",
        refused[0]
    );
    let municipality = app.municipality();
    let mut live = app.follow_uplinks();
    let mut ingest = Ingest::new(Arc::clone(&app));
    let heard: Vec<Action> = municipality.sensors.iter().map(|sensor| heard(sensor.device.dev_eui)).collect();
    ingest.take(Timestamp::from_seconds(1_800_000_000), &heard).unwrap();
    assert!(live.try_recv().unwrap().outcome.is_ok());
    let fault = live.try_recv().unwrap().outcome.clone().unwrap_err();
    assert_eq!(
        (fault.plugin.as_str(), fault.blame),
        ("js-codec", Blame::Box),
        "its frame is kept, and says whose it is"
    );
    assert!(fault.what.contains("fails codecs/bad.test.json: three people"), "{}", fault.what);
}

/// A frame that says three people.
fn heard(dev_eui: DevEui) -> Action {
    Action::Uplink(Uplink {
        dev_eui,
        dev_addr: DevAddr(1),
        f_cnt: 1,
        f_port: Some(1),
        frm_payload: vec![3],
        confirmed: false,
        adr: false,
        received_at: Timestamp::from_seconds(1_800_000_000),
        frequency_hz: 868_100_000,
        data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
        receptions: Vec::new(),
    })
}

#[test]
fn what_a_vendor_expects_of_its_normalizer_is_compared_too() {
    let Some(js_codec) = built("js-codec") else { return };
    let folder = municipality(&[]);
    let codec =
        format!("{CODEC} function normalizeUplink(i) {{ return {{ data: {{ air: {{ co2: i.data.people }} }} }} }}");
    write(folder.path(), "x.js", &codec);
    let examples = |co2: u8| {
        format!(
            r#"{{ "uplinkDecoder": {{ "examples": [{{ "description": "three",
                "input": {{ "fPort": 1, "bytes": [3], "recvTime": "2026-01-01T00:00:00Z" }},
                "output": {{ "data": {{ "people": 3, "at": "2026-01-01T00:00:00.000Z" }} }},
                "normalizedOutput": {{ "data": [{{ "air": {{ "co2": {co2} }} }}] }} }}] }} }}"#
        )
    };
    let x = folder.path().join("x.js");
    for (co2, ends, says) in [(3, 0, "1 of 1 examples pass"), (4, 1, "expected, normalized,")] {
        write(folder.path(), "x.test.json", &examples(co2));
        let said = allting(["codec", "test", text(&x), "--plugin", text(&js_codec)], ends);
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn examples_that_cannot_be_read_keep_their_codec_out_too() {
    let Some(js_codec) = built("js-codec") else { return };
    let folder = municipality(&[("door", "js-codec", "codec = { file = \"codecs/x.js\" }")]);
    write(folder.path(), "codecs/x.js", CODEC);
    write(folder.path(), "codecs/x.test.json", "[{ \"name\": \"cut");
    allting::install_plugin(&js_codec, folder.path()).unwrap();
    let (_, warnings) = allting::assemble(folder.path(), &folder.path().join("data")).unwrap();
    assert!(warnings.iter().any(|warning| warning.contains("it is no JSON")), "{warnings:?}");
}

#[test]
fn codec_test_says_which_examples_pass() {
    let Some(js_codec) = built("js-codec") else { return };
    let folder = tempfile::tempdir().unwrap();
    let codec = folder.path().join("codecs/x.js");
    write(folder.path(), "codecs/x.js", CODEC);
    write(folder.path(), "codecs/x.test.json", EXAMPLES);
    let plugin = text(&js_codec);
    assert_eq!(allting(["codec", "test", text(&codec), "--plugin", plugin], 0), "4 of 4 examples pass.\n");
    assert!(allting(["codec", "test", text(&codec)], 1).contains("say --plugin js-codec.wasm"));

    write(folder.path(), "codecs/x.test.json", &EXAMPLES.replace("\"bytes\": [10] }", "\"bytes\": [11] }"));
    let said = allting(["codec", "test", text(&codec), "--plugin", plugin], 1);
    assert!(said.contains("fails ten minutes: ") && said.contains("2 of 4 examples pass."), "{said}");
}

#[test]
fn an_imported_codec_passes_the_examples_that_came_with_it() {
    let Some(js_codec) = built("js-codec") else { return };
    let vendor = tempfile::tempdir().unwrap();
    write(vendor.path(), "vendor.toml", "[vendor]\nname = \"Fjord\"\n");
    write(vendor.path(), "devices/gate.toml", "[device]\nname = \"Gate\"\n[[device.firmware]]\ncodec = \"gate.js\"\n");
    write(vendor.path(), "devices/other.toml", "[device]\nname = \"Other\"\n[[device.firmware]]\ncodec = \"o.js\"\n");
    write(vendor.path(), "codecs/gate.js", CODEC);
    write(
        vendor.path(),
        "codecs/test_encode_gate.json",
        r#"[{ "name": "ten", "input": { "data": { "minutes": 0x0A } }, "expected": { "bytes": [10] } }]"#,
    );
    let folder = municipality(&[]);
    let import = ["codec", "import", text(vendor.path()), text(folder.path()), "--device", "gate"];
    let said = allting(import, 0);
    assert!(said.contains("# 2 files are new") && said.contains("id = \"fjord-gate\""), "{said}");
    assert!(!said.contains("Other"), "{said}");
    let codec = folder.path().join("codecs/gate.js");
    let tried = allting(["codec", "test", text(&codec), "--plugin", text(&js_codec)], 0);
    assert_eq!(tried, "1 of 1 examples pass.\n");

    assert!(allting(import, 0).contains("# 0 files are new"), "the same once more is no harm");
    fs::write(&codec, "// mine").unwrap();
    assert!(allting(import, 1).contains("is there already, and is another"));
    assert!(allting(["codec", "import", text(folder.path()), text(folder.path())], 1).contains("no vendor's folder"));
}

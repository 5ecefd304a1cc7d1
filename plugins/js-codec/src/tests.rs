use super::*;
use allting_plugin_sdk::{Observation, Value, testing};
use serde_json::json;

const ECHO: &str = "function decodeUplink(input) { return { data: input.variables } }";

/// Gives the table a codec's output.
fn mapped(data: &serde_json::Value, map: &serde_json::Value) -> Decoded {
    let settings = json!({ "codec": ECHO, "variables": data, "map": map }).to_string();
    testing::decode::<JsCodec>(Uplink::new(1, &[], &settings)).unwrap()
}

fn run(codec: &str) -> Result<Decoded, Fault> {
    testing::decode::<JsCodec>(Uplink::new(1, &[1, 2], &json!({ "codec": codec }).to_string()))
}

#[track_caller]
fn breaks(codec: &str, because: &str) {
    let fault = run(codec).unwrap_err();
    assert!(matches!(&fault, Fault::Other(why) if why.contains(because)), "{fault:?}");
}

fn parts(decoded: &Decoded) -> Vec<(&str, &Value)> {
    decoded.observations.iter().map(|o| (o.part.as_deref().unwrap_or("-"), &o.value)).collect()
}

#[test]
fn all_examples_hold() {
    testing::assert_examples::<JsCodec>();
}

#[test]
fn odd_frames_never_panic() {
    testing::assert_never_panics::<JsCodec>(
        r#"{"codec":"function Decoder(b) { return { n: b.length } }","map":{"n":"motion"}}"#,
    );
}

#[test]
fn each_member_of_a_list_or_an_object_becomes_a_part() {
    let data = json!({ "rooms": [{ "gates": { "Gate_A": 1, "b": 2 } }, { "gates": { "b": 3 } }] });
    let decoded = mapped(&data, &json!({ "rooms[].gates[]": "people-in" }));
    let one = |n| Value::Integer(n);
    assert_eq!(parts(&decoded), [("0-gate-a", &one(1)), ("0-b", &one(2)), ("1-b", &one(3))]);
}

#[test]
fn one_member_of_a_list_is_named_by_its_number_as_in_javascript() {
    let data = json!({ "probes": [1.5, 2.5] });
    for path in ["probes[1]", "probes.1"] {
        let decoded = mapped(&data, &json!({ path: { "property": "temperature", "part": "deep" } }));
        assert_eq!(parts(&decoded), [("deep", &Value::Number(2.5))]);
    }
}

#[test]
fn a_key_with_dots_of_its_own_is_found_before_a_nested_one() {
    let data = json!({ "a.b": 1, "a": { "b": 2, "c.d": { "e": 3 } } });
    let decoded = mapped(&data, &json!({ "a.b": "motion", "a.c.d.e": "vibration" }));
    assert_eq!(parts(&decoded), [("-", &Value::Integer(1)), ("-", &Value::Integer(3))]);
}

#[test]
fn what_is_absent_or_null_is_left_out_in_silence() {
    let decoded =
        mapped(&json!({ "a": 1, "b": null }), &json!({ "a": "motion", "b": "co2", "c": "co2", "a.x": "co2" }));
    assert_eq!(decoded.observations, [Observation { unit: None, ..Observation::count("motion", 1) }]);
    assert_eq!(decoded.warnings, [] as [&str; 0]);
}

#[test]
fn a_table_that_names_nothing_says_what_there_is() {
    let decoded = mapped(&json!({ "peeple": 1, "volt": 2 }), &json!({ "people": "people-count" }));
    assert_eq!(decoded.warnings, ["the table names nothing of this frame; it has peeple, volt"]);
}

#[test]
fn a_list_is_no_observation_and_text_has_no_factor() {
    let decoded =
        mapped(&json!({ "a": [1], "b": "low" }), &json!({ "a": "motion", "b": { "property": "co2", "factor": 2 } }));
    assert_eq!(decoded.observations, []);
    assert_eq!(
        decoded.warnings,
        ["a: is a list or an object; name what is inside", "b: has a factor but is no number"]
    );
}

#[test]
fn a_meaning_with_a_misspelt_word_is_refused() {
    let settings = json!({ "codec": ECHO, "map": { "a": { "propertie": "co2" } } }).to_string();
    assert!(testing::decode::<JsCodec>(Uplink::new(1, &[], &settings)).is_err());
}

#[test]
fn a_codec_that_breaks_says_so_in_its_own_words() {
    breaks("function decodeUplink(", "SyntaxError");
    breaks("var x = 1;", "none of decodeUplink, Decode and Decoder");
    breaks("function Decoder() { throw 'no such device' }", "no such device");
    breaks("function Decoder() { throw 7 }", "threw a value of type");
    breaks("\n\nnope();", "(line 3)");
    breaks("function decodeUplink() { return 5 }", "decodeUplink returned 5");
    breaks("function Decoder() { var o = {}; o.o = o; return o }", "circular");
    breaks("function Decoder() { return require('fs') }", "require is not defined");
    breaks("function Decoder() { return 1n }", "TypeError");
}

#[test]
fn a_codec_that_eats_memory_or_calls_itself_gets_an_error() {
    breaks("function Decoder() { var a = []; for (;;) a.push(new ArrayBuffer(1 << 20)) }", "out of memory");
    breaks("function Decoder() { return 'x'.repeat(1 << 29) }", "");
    breaks("function Decoder(b) { return Decoder(b) }", "stack");
}

#[test]
fn output_too_long_to_keep_is_mapped_all_the_same() {
    let long = run("function Decoder() { return { long: 'x'.repeat(70000) } }").unwrap();
    assert_eq!((long.raw, long.warnings.len()), (None, 1));
}

#[test]
fn a_codec_larger_than_any_known_is_refused_before_it_is_read() {
    breaks(&format!("//{}", "x".repeat(CODEC_BYTES_MAX)), "at most");
}

#[test]
fn a_codec_without_data_or_with_a_single_warning_is_fine() {
    assert_eq!(run("function decodeUplink() { return {} }").unwrap().raw.as_deref(), Some("{}"));
    let warned = run("function decodeUplink() { return { data: null, warnings: 'low' } }").unwrap();
    assert_eq!(warned.warnings, ["low"]);
}

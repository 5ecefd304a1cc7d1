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
    breaks("var x = 1;", "none of decodeUplink, Decode, Decoder");
    breaks("function Decoder() { throw 'no such device' }", "no such device");
    breaks("function Decoder() { throw 7 }", "threw a value of type");
    breaks("\n\nnope();", "(line 3)");
    breaks("function decodeUplink() {\n  var x = ;\n}", "(line 2)");
    breaks("function decodeUplink() {\n  throw { code: 4, message: 'no such device' };\n}", "no such device");
    breaks("// Buffer\nfunction Decoder(b) {\n  return Buffer.from(b).readUInt32LE(0);\n}", "(line 3)");
    breaks("function decodeUplink() { return { data: () => 1 } }", "data that is a function");
    breaks("function decodeUplink() { return 5 }", "decodeUplink returned 5");
    breaks("function Decoder() { var o = {}; o.o = o; return o }", "circular");
    breaks("function Decoder() { return require('fs') }", "require is not defined");
    breaks("function Decoder() { return 1n }", "TypeError");
}

/// Who writes a codec for Node today writes a module; the engine's word for it was all that they were told.
#[test]
fn a_codec_that_is_a_module_is_told_what_to_do() {
    for codec in [
        "export function decodeUplink(i) { return { data: {} } }",
        "const x = 1;\nexport default { decodeUplink: (i) => ({ data: {} }) };",
        "import { read } from './read.js';\nfunction decodeUplink(i) { return { data: read(i) } }",
    ] {
        breaks(codec, "SyntaxError");
        breaks(codec, "leave `export` out");
    }
    let broken = run("// export is no word for us\nfunction decodeUplink(").unwrap_err();
    assert!(!format!("{broken:?}").contains("leave `export` out"), "{broken:?}");
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

/// Runs a function body and gives what it returns, as JSON.
#[track_caller]
fn evaluates(body: &str, to: &str) {
    let decoded = run(&format!("function Decoder(bytes, port) {{ {body} }}")).unwrap();
    assert_eq!(decoded.raw.as_deref(), Some(to), "{body}");
}

#[test]
fn a_codec_is_found_wherever_its_vendor_put_it() {
    for codec in [
        "function decodeUplink(i) { return { data: { n: i.fPort } } }",
        "const decodeUplink = ({ fPort }) => ({ data: { n: fPort } });",
        "module.exports = { decodeUplink: (i) => ({ data: { n: i.fPort } }) };",
        "exports.decodeUplink = function (i) { return { data: { n: i.fPort } } };",
        "const module = { exports: {} }; let exports = 1; function decodeUplink(i) { return { data: { n: i.fPort } } }",
        "function Decode(fPort, bytes, variables) { return { n: fPort } }",
        "function Decoder(bytes, port) { return { n: port } } function decodeUplink2() { return 1 }",
        "console.log('hello'); Decoder = function (bytes, port) { console.error(port); return { n: port } }",
        "function decodeUplink(i) { return { data: { n: i.fPort } } } function Decoder() { throw 1 }",
        "JSON = { stringify: null }; Array.from = null; Date = null; function Decoder(b, port) { return { n: port } }",
    ] {
        assert_eq!(run(codec).unwrap().raw.as_deref(), Some(r#"{"n":1}"#), "{codec}");
    }
}

#[test]
fn codecs_speak_es2023_and_the_old_words_of_browsers() {
    evaluates(
        "return { a: [3, 1].toSorted(), b: [1, 2].findLast((x) => x < 2), c: [1].with(0, 4).at(-1) }",
        r#"{"a":[1,3],"b":1,"c":4}"#,
    );
    evaluates(
        "let o = { ...{ a: 1 }, b: null ?? 2 }; o.c ||= Object.hasOwn(o, 'a'); return o",
        r#"{"a":1,"b":2,"c":true}"#,
    );
    evaluates(
        "return { a: 'abc'.substr(-2, 1), b: escape('\\u00e5'), c: new Date(0).getYear() }",
        r#"{"a":"b","b":"%E5","c":70}"#,
    );
    evaluates("with ({ x: 1 }) { var y = x + 010 } return { y, me: this === globalThis }", r#"{"y":9,"me":true}"#);
    evaluates(
        "{ function inner() { return 5 } } return { n: inner(), l: 'a'.anchor('b').length }",
        r#"{"n":5,"l":17}"#,
    );
}

#[test]
fn buffers_read_and_write_as_in_node() {
    for (body, gives) in [
        ("Buffer.from(bytes).toString('hex')", r#""0102""#),
        ("Buffer.from('ff0a', 'hex').readInt16BE(0)", "-246"),
        ("Buffer.from([0, 0, 128, 63]).readFloatLE(0)", "1"),
        ("Buffer.from('aGVp', 'base64').toString()", r#""hei""#),
        ("Buffer.from('bl\\u00e5 \\ud83d\\ude00').toString('base64')", r#""YmzDpSDwn5iA""#),
        ("Buffer.from([0xc3, 0x28]).toString('utf8')", "\"\u{fffd}(\""),
        ("Buffer.concat([Buffer.from([1]), Buffer.alloc(2, 7)])", r#"{"type":"Buffer","data":[1,7,7]}"#),
        (
            "(function () { var b = Buffer.alloc(4); b.slice(1)[0] = 9; b.writeUInt16LE(258, 2); return [...b] })()",
            "[0,9,2,1]",
        ),
        (
            "[new Buffer('0a', 'hex').length, Buffer([1, 2]).readUIntBE(0, 2), Buffer.from([255]).readIntLE(0, 1)]",
            "[1,258,-1]",
        ),
        (
            "[Buffer.from('hello').indexOf('ll'), Buffer.isBuffer(bytes), Buffer.from([5])[0], Buffer.alloc(3).length]",
            "[2,false,5,3]",
        ),
    ] {
        evaluates(&format!("return {{ b: {body} }}"), &format!(r#"{{"b":{gives}}}"#));
    }
    breaks(
        "function Decoder(b) { return Buffer.from(b).readUInt16LE(1) }",
        "RangeError: offset 1 and 2 bytes lie outside",
    );
    breaks("function Decoder(b) { return Buffer.from('x', 'klingon') }", "Unknown encoding: klingon");
    breaks("function Decoder(b) { return Buffer.alloc(1e9) }", "codec: ");
}

#[test]
fn history_is_observed_at_its_own_time() {
    let data = json!({ "history": [
        { "n": 1, "at": "2025-12-31T23:00:00Z" }, { "n": 2, "at": 1_767_225_000 },
        { "n": 3, "at": "2027-01-01T00:00:00Z" },
        { "n": 4 }, { "n": 5, "at": 12 }, { "n": 6, "at": "noon" },
    ] });
    let decoded = mapped(&data, &json!({ "history[].n": { "property": "people-in", "time": "at" } }));
    assert_eq!(decoded.observations.iter().map(|o| o.age_s).collect::<Vec<_>>(), [3600, 600, 0, 0]);
    assert_eq!(decoded.warnings.len(), 2, "{:?}", decoded.warnings);
}

#[test]
fn a_map_goes_before_the_words_of_a_normalizer() {
    let codec =
        "function decodeUplink() { return { data: { t: 1 } } } function normalizeUplink() { throw 'not asked' }";
    let settings = json!({ "codec": codec, "map": { "t": "temperature" } }).to_string();
    assert_eq!(testing::decode::<JsCodec>(Uplink::new(1, &[], &settings)).unwrap().observations.len(), 1);
    assert_eq!(run(codec).unwrap_err(), Fault::Other("codec: not asked".to_owned()));
}

#[test]
fn a_normalizer_that_cannot_leaves_a_warning_and_the_raw_output() {
    let codec = "function decodeUplink() { return { data: { t: 1 }, warnings: ['a'] } } \
                 function normalizeUplink(i) { return { errors: ['no words for ' + i.data.t] } }";
    let decoded = run(codec).unwrap();
    assert_eq!(decoded.warnings, ["a", "no words for 1"]);
    assert_eq!((decoded.raw.as_deref(), decoded.observations.len()), (Some(r#"{"t":1}"#), 0));
}

#[track_caller]
fn sends(settings: &serde_json::Value, gives: &Result<Downlink, Fault>) {
    assert_eq!(testing::encode::<JsCodec>(Command::new("send", r#"{"n":3}"#), &settings.to_string()), *gives);
}

#[test]
fn commands_go_through_the_encoder_of_any_age_and_to_a_port() {
    let three = Ok(Downlink::new(7, [3]));
    for codec in [
        "function encodeDownlink(i) { return { bytes: [i.data.n], fPort: 7 } }",
        "function encodeDownlink(i) { return { bytes: [i.data.n], fPort: i.fPort } }",
        "function Encode(fPort, o) { return [o.n] }",
        "function Encoder(o, port) { return new Uint8Array([o.n, port]).slice(0, 1) }",
    ] {
        sends(&json!({ "codec": codec, "downlink_port": 7 }), &three);
    }
    let apart = "exports.encodeDownlink = (i) => ({ bytes: [i.data.n], fPort: 7 })";
    sends(&json!({ "codec": ECHO, "downlink_codec": apart }), &three);
}

#[test]
fn a_command_that_makes_no_bytes_is_a_fault() {
    let faults = |why: &str| Err(Fault::Other(format!("codec: {why}")));
    sends(&json!({ "codec": ECHO }), &faults("ReferenceError: the codec has none of encodeDownlink, Encode, Encoder"));
    sends(
        &json!({ "codec": "function Encode() { return [1] }" }),
        &faults("it names no port for the downlink; set `downlink_port`"),
    );
    sends(
        &json!({ "codec": "function encodeDownlink() { return { fPort: 1, bytes: [256] } }" }),
        &faults("256 is no byte"),
    );
    sends(
        &json!({ "codec": "function encodeDownlink() { return { fPort: 0.5, bytes: [] } }" }),
        &faults("it names the port 0.5, which is none"),
    );
    let refused = Err(Fault::UnsupportedCommand("n is too large".to_owned()));
    sends(&json!({ "codec": "function encodeDownlink() { return { errors: ['n is too large'] } }" }), &refused);
}

#[test]
fn a_hostile_answer_is_contained() {
    for (answer, because) in [
        ("{ get a() { throw new Error('boo') } }", "boo (line 1)"),
        ("new Proxy({}, { ownKeys() { throw 'no keys' } })", "no keys"),
        ("{ toJSON() { return this.toJSON() } }", "stack"),
        ("(function f(n) { return n ? [f(n - 1)] : 1 })(300)", "codec: "),
        ("(function () { var a = []; for (var i = 0; i < 1e5; i++) a = [a]; return a })()", "codec: "),
        ("new Array(1e9)", "codec: "),
        ("Object.defineProperty({}, 'x', { enumerable: true, get: function g() { return g() } })", "stack"),
    ] {
        breaks(&format!("function Decoder() {{ return {answer} }}"), because);
    }
    for said in [
        "{ data: {}, errors: { toString: null } }",
        "{ data: {}, warnings: { length: 1e9, [Symbol.isConcatSpreadable]: true, toString: null } }",
        "new Proxy({}, { get() { return this } })",
        "{ get data() { throw { get message() { throw 1 } } } }",
    ] {
        run(&format!("function decodeUplink() {{ return {said} }}")).unwrap_err();
    }
}

#[test]
fn a_codec_of_the_largest_size_that_returns_nonsense_is_read_in_full() {
    let case =
        |n: usize| format!("case {n}: decoded.value_{n} = readUInt16LE(bytes.slice(i, i + 2)) / 10; i += 2; break;\n");
    let cases: String = (0..)
        .map(case)
        .scan(0, |length, line| {
            *length += line.len();
            (*length < CODEC_BYTES_MAX - 200).then_some(line)
        })
        .collect();
    let codec = format!(
        "function Decoder(bytes) {{ var decoded = {{}}, i = 0; switch (bytes[2]) {{ {cases} }} return 'nonsense' }}"
    );
    let decoded = run(&codec).unwrap();
    assert_eq!(decoded.raw.as_deref(), Some("\"nonsense\""));
}

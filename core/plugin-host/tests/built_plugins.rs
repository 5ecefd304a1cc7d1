//! The plugins of this workspace as the box meets them: components, loaded and called through the sandbox.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]

use std::path::Path;
use std::sync::LazyLock;

use model::{Blame, Slug, Timestamp, Value};
use plugin_host::{Decoder, Host, Options, Request};

/// None when the plugins have not been built; the test then says so and passes.
fn load(name: &str) -> Option<Decoder> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../target/plugins/{name}.wasm"));
    let Ok(wasm) = std::fs::read(path) else {
        println!("skipped: run cargo xtask plugins first");
        return None;
    };
    let host = Host::new(Options::default()).unwrap();
    Some(host.load(&Slug::new(name).unwrap(), &wasm).unwrap())
}

fn frame<'a>(payload: &'a [u8], settings: &'a str) -> Request<'a> {
    Request { f_port: 5, payload, received_at: Timestamp::from_ms(1_767_225_600_000), settings }
}

#[track_caller]
fn passes_its_own_examples(decoder: &Decoder) {
    let outcomes = decoder.run_examples();
    assert!(outcomes.len() >= 5);
    for outcome in outcomes {
        assert_eq!(outcome.failure, None, "{}", outcome.title);
        assert!(outcome.fuel < 50_000_000, "{} took {} steps", outcome.title, outcome.fuel);
    }
}

#[test]
fn elsys_passes_its_own_examples() {
    let Some(elsys) = load("elsys") else { return };
    passes_its_own_examples(&elsys);
}

#[test]
fn elsys_speaks_the_words_of_the_vocabulary_in_its_units() {
    let Some(elsys) = load("elsys") else { return };
    let raw = ["latitude", "longitude", "pulses-total"];
    for example in &elsys.description().examples {
        let (settings, received_at) = (&*example.settings, example.received_at);
        let request = Request { f_port: example.f_port, payload: &example.payload, received_at, settings };
        for seen in elsys.decode(&request).unwrap_or_default().observations {
            match model::property(&seen.property) {
                Some(word) => assert_eq!(seen.unit.as_deref(), Some(word.unit), "{}", word.name),
                None => assert!(raw.contains(&&*seen.property), "{}", seen.property),
            }
        }
    }
}

#[test]
fn elsys_counts_people_at_a_door() {
    let Some(elsys) = load("elsys") else { return };
    let decoded = elsys.decode(&frame(&[0x0A, 0, 12, 0x16, 0, 7], r#"{"pulse1":"people-in","pulse2":"people-out"}"#));
    let seen: Vec<_> = decoded.unwrap().observations.into_iter().map(|o| (o.property, o.value)).collect();
    assert_eq!(seen, [("people-in".into(), Value::Integer(12)), ("people-out".into(), Value::Integer(7))]);
}

#[test]
fn elsys_blames_the_device_for_a_cut_frame_and_itself_for_settings_it_cannot_read() {
    let Some(elsys) = load("elsys") else { return };
    let cut = elsys.decode(&frame(&[1, 0], "{}")).unwrap_err();
    assert_eq!((cut.blame, cut.plugin.as_str()), (Blame::Device, "elsys"));
    let unset = elsys.decode(&frame(&[], "[")).unwrap_err();
    assert_eq!(unset.blame, Blame::Plugin);
}

#[test]
fn a_decoder_outlives_its_host_and_works_from_several_threads() {
    let Some(elsys) = load("elsys") else { return };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(elsys.decode(&frame(&[1, 0, 226], "{}")).unwrap().observations.len(), 1));
        }
    });
}

/// Compiled once for all tests.
static JS_CODEC: LazyLock<Option<Decoder>> = LazyLock::new(|| load("js-codec"));

/// Runs a codec through `js-codec` in the sandbox.
fn run(codec: &str) -> Option<Result<model::Decoded, model::PluginFault>> {
    let settings = serde_json::json!({ "codec": codec, "map": { "n": "motion" } }).to_string();
    Some(JS_CODEC.as_ref()?.decode(&frame(&[1, 2], &settings)))
}

#[track_caller]
fn breaks(codec: &str, because: &str) {
    let Some(outcome) = run(codec) else { return };
    let fault = outcome.unwrap_err();
    assert_eq!(fault.blame, Blame::Plugin);
    assert!(fault.what.contains(because), "{codec:.99}: {fault}");
}

#[test]
fn js_codec_passes_its_own_examples() {
    let Some(js_codec) = &*JS_CODEC else { return };
    passes_its_own_examples(js_codec);
}

#[test]
fn a_codec_has_no_clock_but_the_time_of_the_frame_and_no_dice() {
    let codec = "function Decoder() { return { now: Date.now(), day: new Date().toISOString(), dice: Math.random() } }";
    let Some(first) = run(codec) else { return };
    let first = first.unwrap().raw.unwrap();
    assert!(first.starts_with(r#"{"now":1767225600000,"day":"2026-01-01T00:00:00.000Z""#), "{first}");
    assert_eq!(run(codec).unwrap().unwrap().raw.unwrap(), first);
}

#[test]
fn a_codec_that_throws_is_blamed_in_its_own_words() {
    breaks(
        "function decodeUplink(i) {\n  return i.no.such;\n}",
        "TypeError: cannot read property 'such' of undefined (line 2)",
    );
}

/// The largest file that the folder takes as a codec, dense with code that says nothing: reading it alone takes more steps than one
/// frame may cost. It is refused in words, its sensor's frames are kept, and the next codec works.
#[test]
fn a_codec_of_512_kb_of_nonsense_costs_its_sensor_and_nobody_else() {
    let case = |n: usize| format!("case {n}: out.value_{n} = b.slice(1, 2).map(x => x / 10); break;\n");
    let mut cases = String::new();
    for case in (0..).map(case) {
        if cases.len() + case.len() > 512 * 1024 - 200 {
            break;
        }
        cases.push_str(&case);
    }
    let body = format!("var out = {{}}, b = i.bytes; switch (b[2]) {{ {cases} }}");
    breaks(&format!("function decodeUplink(i) {{ {body} return {{ data: {{ n: [out, '\u{202e}'] }} }} }}"), "may loop");
    let Some(ordinary) = run("function Decoder(b) { return { n: b.length } }") else { return };
    assert_eq!(ordinary.unwrap().observations[0].value, Value::Integer(2));
}

#[test]
fn a_codec_that_loops_runs_out_of_steps() {
    breaks("function Decoder() { for (;;); }", "may loop");
    breaks("for (;;);", "may loop");
    breaks("function Decoder() { return /(a+)+$/.test('a'.repeat(40) + 'b') }", "may loop");
    breaks("function Decoder() { var end = Date.now() + 1; while (Date.now() < end); }", "may loop");
}

#[test]
fn a_codec_that_eats_memory_gets_an_error_inside_the_sandbox() {
    breaks("function Decoder() { var a = []; for (;;) a.push(new ArrayBuffer(1 << 20)) }", "out of memory");
    breaks("function Decoder() { var s = 'x'; for (;;) s += s }", "codec: ");
    breaks("function Decoder(b) { return Decoder(b) + 1 }", "stack");
    // The engine's parser has frames of its own; where its own guard is late, the sandbox's is not.
    breaks(&format!("function Decoder() {{ return {}1{} }}", "[".repeat(100_000), "]".repeat(100_000)), "too deep");
}

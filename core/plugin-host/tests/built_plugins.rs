//! The plugins of this workspace as the box meets them: components, loaded and called through the sandbox.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]
use std::path::Path;

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

//! Decoders beside what others wrote for the same format: random frames, read by both.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code outside of test functions")]

use model::{Slug, Timestamp};
use plugin_host::{Decoder, Host, Options, Request};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Prints frames of random bytes, and what `pycayennelpp` reads in each: type and value.
const OTHER_READER: &str = "
import random
from cayennelpp.lpp_type import LppType
random.seed(20260101)
known = [t for t in range(256) if LppType.get_lpp_type(t)]
for turn in range(400):
    frame, seen = b'', []
    for kind in random.choices(known, k=random.randint(1, 5)):
        lpp = LppType.get_lpp_type(kind)
        data = bytes(random.choice((0, 1, 127, 128, 255, random.randrange(256))) for _ in range(lpp.size))
        frame += bytes([random.randrange(256), kind]) + data
        seen += [f'{kind}:{value!r}' for value in lpp.decode(data)]
    print(frame.hex(), *seen)
";

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

fn load(name: &str) -> Option<Decoder> {
    let Ok(wasm) = std::fs::read(target().join(format!("plugins/{name}.wasm"))) else {
        println!("skipped: run cargo xtask plugins first");
        return None;
    };
    Some(Host::new(Options::default()).unwrap().load(&Slug::new(name).unwrap(), &wasm).unwrap())
}

/// What our decoder says where the other says `value`: it speaks the vocabulary's units. None for the device's own clock, which
/// the box knows better.
fn ours(kind: u8, value: f64) -> Option<f64> {
    match kind {
        0 | 1 | 102 | 142 => Some(f64::from(u8::from(value != 0.0))),
        113 => Some(value * 9.806_65),
        130 => Some(value * 1000.0),
        133 => None,
        _ => Some(value),
    }
}

#[test]
fn cayenne_lpp_reads_every_type_as_another_makers_library_does() {
    let Some(decoder) = load("cayenne-lpp") else { return };
    let python = target().join("pycayennelpp/bin/python");
    if !python.exists() {
        println!("skipped: pycayennelpp: `cargo xtask test --long` brings it");
        return;
    }
    let output = Command::new(python).args(["-c", OTHER_READER]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut values = 0;
    for line in text.lines() {
        let mut words = line.split(' ');
        let hex = words.next().unwrap();
        let payload: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let expected: Vec<f64> = words
            .filter_map(|word| {
                let (kind, value) = word.split_once(':').unwrap();
                ours(kind.parse().unwrap(), value.parse().unwrap())
            })
            .collect();
        let received_at = Timestamp::from_seconds(1_790_000_000);
        let said = decoder.decode(&Request { f_port: 1, payload: &payload, received_at, settings: "{}" }).unwrap();
        let seen: Vec<f64> = said.observations.iter().map(|o| o.value.as_number().unwrap()).collect();
        assert_eq!(seen.len(), expected.len(), "{line}");
        for (ours, theirs) in seen.iter().zip(&expected) {
            assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{ours} and {theirs} of {line}");
        }
        values += seen.len();
    }
    assert!(values > 1000, "{values}");
}

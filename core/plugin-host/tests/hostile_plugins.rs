//! A zoo of plugins that loop, grow, crash, lie or are none. Each is real WebAssembly, written by hand in its text form and
//! wrapped as a component; each must cost no more than its budget, be named, and leave the next call unharmed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use model::{Blame, PluginFault, Slug, Timestamp, Value};
use plugin_host::{Decoder, Host, Limits, LoadError, Options, Request};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Port on which every animal answers as it should: 7 degrees.
const TAME: u8 = 1;
const WILD: u8 = 2;

/// A decoder by hand. Answers lie in memory at fixed places, in the layout of the canonical ABI:
/// 64 the description, 256 `ok` with the observation at 384, 320 `ok` with what `wild` makes of it.
struct Animal<'a> {
    memory_pages: u32,
    /// Runs when an instance is made.
    start: &'a str,
    /// Runs before the description is given.
    describe: &'a str,
    /// Runs on port 2; leaves the address of the answer.
    decode: &'a str,
    /// Further items of the module.
    more: &'a str,
}

impl Default for Animal<'_> {
    fn default() -> Self {
        Self { memory_pages: 2, start: "", describe: "", decode: "(i32.const 256)", more: "" }
    }
}

impl Animal<'_> {
    fn wat(&self) -> String {
        let Self { memory_pages, start, describe, decode, more } = self;
        let word = |at: usize, n: usize| format!("(data (i32.const {at}) \"{}\")\n", hex(n));
        let mut data = String::new();
        // The texts: `zoo`, `1`, `temperature`, `{}`, `en`.
        data += "(data (i32.const 0) \"zoo1temperature{}en\")\n";
        // id, version, title (one pair at 48), help, schema, commands, examples, extra.
        for (at, n) in [(64, 0), (68, 3), (72, 3), (76, 1), (80, 48), (84, 1), (96, 15), (100, 2)] {
            data += &word(at, n);
        }
        for (at, n) in [(48, 17), (52, 2), (56, 0), (60, 3)] {
            data += &word(at, n);
        }
        // ok(one observation at 384: temperature, number(7.0)).
        for (at, n) in [(260, 384), (264, 1), (384, 4), (388, 11)] {
            data += &word(at, n);
        }
        data += "(data (i32.const 400) \"\\00\\00\\00\\00\\00\\00\\1c\\40\")\n";
        format!(
            r#"(module
              (memory (export "memory") {memory_pages})
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
              (func (export "allting:decoder/decoding@1.0.0#describe") (result i32) {describe} (i32.const 64))
              (func (export "allting:decoder/decoding@1.0.0#decode")
                (param $port i32) (param i32 i32) (param i64) (param i32 i32 i32 i32) (result i32)
                (if (result i32) (i32.eq (local.get $port) (i32.const {TAME})) (then (i32.const 256)) (else {decode})))
              (func (export "allting:decoder/decoding@1.0.0#encode")
                (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) unreachable)
              (func (export "allting:decoder/decoding@1.0.0#decode-downlink")
                (param i32 i32 i32 i32 i32 i32 i32) (result i32) unreachable)
              {more} {start} {data})"#
        )
    }

    fn component(&self) -> Vec<u8> {
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin-sdk/wit/decoder.wit");
        let mut resolve = Resolve::default();
        let package = resolve.push_file(contract).unwrap();
        let world = resolve.select_world(&[package], Some("decoder")).unwrap();
        let mut module = wat::parse_str(self.wat()).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
    }

    fn load(&self) -> Result<Decoder, LoadError> {
        load(&self.component())
    }

    /// Lets it loose, and checks that the next call is unharmed.
    #[track_caller]
    fn is_blamed_for(&self, because: &str) {
        let animal = self.load().unwrap();
        let fault = decode(&animal, WILD).unwrap_err();
        assert!(fault.what.contains(because), "{fault}");
        assert_eq!((fault.blame, fault.plugin.as_str(), fault.version.as_str()), (Blame::Plugin, "animal", "1"));
        let next = decode(&animal, TAME).unwrap();
        assert_eq!((&*next[0].property, &next[0].value), ("temperature", &Value::Number(7.0)));
    }
}

fn hex(n: usize) -> String {
    u32::try_from(n).unwrap().to_le_bytes().iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

fn load(file: &[u8]) -> Result<Decoder, LoadError> {
    Host::new(Options::default()).unwrap().load(&Slug::new("animal").unwrap(), file)
}

fn decode(animal: &Decoder, f_port: u8) -> Result<Vec<model::DecodedObservation>, PluginFault> {
    let request = Request { f_port, payload: &[1, 2, 3], received_at: Timestamp::from_ms(0), settings: "{}" };
    animal.decode(&request).map(|decoded| decoded.observations)
}

#[track_caller]
fn is_refused(file: &[u8], because: &str) {
    let why = load(file).unwrap_err().to_string();
    assert!(why.contains(because), "{why}");
}

// ---- those that are let in, and then misbehave

#[test]
fn one_that_loops_runs_out_of_steps() {
    Animal { decode: "(loop (br 0)) unreachable", ..Animal::default() }.is_blamed_for("200 million steps");
}

#[test]
fn one_that_grows_meets_its_cap() {
    let grow = "(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0)))) (i32.const 256)";
    Animal { decode: grow, ..Animal::default() }.is_blamed_for("16 MiB of memory");
}

#[test]
fn one_that_grows_a_table_meets_its_cap() {
    let more = "(table $t 1 funcref)";
    let grow =
        "(loop (br_if 0 (i32.ge_s (table.grow $t (ref.null func) (i32.const 1000)) (i32.const 0)))) (i32.const 256)";
    Animal { decode: grow, more, ..Animal::default() }.is_blamed_for("memory");
}

#[test]
fn one_that_calls_itself_without_end_is_stopped() {
    let more = "(func $deeper (param i64) (result i64) (i64.add (call $deeper (local.get 0)) (local.get 0)))";
    let dive = "(drop (call $deeper (i64.const 1))) (i32.const 256)";
    Animal { decode: dive, more, ..Animal::default() }.is_blamed_for("called itself too deep");
}

#[test]
fn one_that_crashes_is_dropped() {
    Animal { decode: "unreachable", ..Animal::default() }.is_blamed_for("panicked");
    Animal { decode: "(i32.div_u (i32.const 1) (i32.const 0))", ..Animal::default() }.is_blamed_for("divide by zero");
    Animal { decode: "(i32.load (i32.const -8))", ..Animal::default() }.is_blamed_for("out of bounds");
}

#[test]
fn an_answer_from_outside_its_memory_is_refused() {
    Animal { decode: "(i32.const -64)", ..Animal::default() }.is_blamed_for("breaks the contract");
    Animal { decode: "(i32.const 257)", ..Animal::default() }.is_blamed_for("breaks the contract");
    let no_such_case = "(i32.store8 (i32.const 256) (i32.const 9)) (i32.const 256)";
    Animal { decode: no_such_case, ..Animal::default() }.is_blamed_for("breaks the contract");
}

#[test]
fn a_list_of_millions_is_not_copied() {
    let many = |n: u32| format!("(i32.store (i32.const 264) (i32.const {n})) (i32.const 256)");
    Animal { decode: &many(300), ..Animal::default() }.is_blamed_for("300 observations");
    Animal { decode: &many(100_000), memory_pages: 200, ..Animal::default() }.is_blamed_for("breaks the contract");
    Animal { decode: &many(u32::MAX), ..Animal::default() }.is_blamed_for("breaks the contract");
}

#[test]
fn text_that_is_no_text_is_refused() {
    let garbage = "(i32.store8 (i32.const 4) (i32.const 0xff)) (i32.const 256)";
    Animal { decode: garbage, ..Animal::default() }.is_blamed_for("breaks the contract");
}

#[test]
fn a_number_that_is_none_is_refused() {
    let nan = "(f64.store (i32.const 400) (f64.const nan)) (i32.const 256)";
    Animal { decode: nan, ..Animal::default() }.is_blamed_for("NaN, which is no number");
    let inf = "(f64.store (i32.const 400) (f64.const -inf)) (i32.const 256)";
    Animal { decode: inf, ..Animal::default() }.is_blamed_for("-inf, which is no number");
}

#[test]
fn a_box_that_is_too_busy_takes_the_blame_itself() {
    let limits = Limits { fuel: u64::MAX, backstop: Duration::from_millis(20), ..Limits::default() };
    let host = Host::new(Options { limits, cache_dir: None }).unwrap();
    let loops = Animal { decode: "(loop (br 0)) unreachable", ..Animal::default() }.component();
    let animal = host.load(&Slug::new("animal").unwrap(), &loops).unwrap();
    drop(host);
    assert_eq!(decode(&animal, WILD).unwrap_err().blame, Blame::Box);
    assert!(decode(&animal, TAME).is_ok());
}

#[test]
fn nothing_of_one_call_is_left_in_the_next() {
    // It counts its calls in the observation's value; in a fresh instance it never gets beyond 8.
    let count = "(f64.store (i32.const 400) (f64.add (f64.load (i32.const 400)) (f64.const 1))) (i32.const 256)";
    let animal = Animal { decode: count, ..Animal::default() }.load().unwrap();
    for _ in 0..3 {
        assert_eq!(decode(&animal, WILD).unwrap()[0].value, Value::Number(8.0));
    }
}

// ---- those that are not let in

#[test]
fn what_a_call_wrote_all_over_its_memory_is_wiped_before_the_next() {
    let more = "(func $soil (result i32) (local $at i32)
        (drop (memory.grow (i32.const 4)))
        (local.set $at (i32.const 70000))
        (loop
          (if (i32.load8_u (local.get $at)) (then unreachable))
          (i32.store8 (local.get $at) (i32.const 255))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.get $at) (i32.const 393216))))
        (i32.const 256))";
    let animal = Animal { decode: "(call $soil)", more, ..Animal::default() }.load().unwrap();
    for call in 0..20 {
        assert!(decode(&animal, WILD).is_ok(), "call {call} found what the one before it wrote");
    }
}

#[test]
fn one_that_needs_more_than_a_place_of_the_pool_runs_all_the_same() {
    let animal = Animal { more: &"(table 1 funcref)".repeat(5), ..Animal::default() }.load().unwrap();
    assert!(decode(&animal, TAME).is_ok());
}

#[test]
fn more_calls_at_once_than_the_box_has_cores_all_get_an_answer() {
    let animal = Animal::default().load().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..48 {
            scope.spawn(|| (0..50).for_each(|_| drop(decode(&animal, TAME).unwrap())));
        }
    });
}

#[test]
fn one_that_breaks_before_it_says_its_name_is_not_let_in() {
    let silent = |animal: Animal<'_>, because: &str| match animal.load().unwrap_err() {
        LoadError::Silent(fault) => assert!(fault.what.contains(because), "{fault}"),
        other => panic!("{other}"),
    };
    silent(Animal { describe: "(loop (br 0))", ..Animal::default() }, "may loop");
    silent(Animal { describe: "unreachable", ..Animal::default() }, "panicked");
    let starts = "(func $s (loop (br 0))) (start $s)";
    silent(Animal { start: starts, ..Animal::default() }, "may loop");
    silent(Animal { memory_pages: 1000, ..Animal::default() }, "16 MiB of memory");
}

#[test]
fn one_that_says_nonsense_of_itself_is_not_let_in() {
    let nameless = Animal { describe: "(i32.store (i32.const 68) (i32.const 0))", ..Animal::default() };
    is_refused(&nameless.component(), "its id ``");
    let no_schema = Animal { describe: "(i32.store (i32.const 100) (i32.const 1))", ..Animal::default() };
    is_refused(&no_schema.component(), "schema of its settings is no JSON");
    let untitled = Animal { describe: "(i32.store (i32.const 84) (i32.const 0))", ..Animal::default() };
    is_refused(&untitled.component(), "no title");
}

#[test]
fn one_that_asks_for_anything_is_refused_before_it_runs() {
    let spy =
        r#"(component (import "wasi:sockets/tcp@0.2.0" (instance)) (import "wasi:cli/environment@0.2.0" (instance)))"#;
    is_refused(&wat::parse_str(spy).unwrap(), "asks for wasi:sockets/tcp@0.2.0, wasi:cli/environment@0.2.0");
}

#[test]
fn one_of_another_world_or_version_is_refused() {
    is_refused(&wat::parse_str("(component)").unwrap(), "it offers nothing");
    let draft = r#"(component (instance $i) (export "allting:method/deciding@0.1.0" (instance $i)))"#;
    is_refused(&wat::parse_str(draft).unwrap(), "it offers allting:method/deciding@0.1.0");
    let hollow = r#"(component (instance $i) (export "allting:method/deciding@1.0.0" (instance $i)))"#;
    is_refused(&wat::parse_str(hollow).unwrap(), "another dialect of allting:method");
    let next = r#"(component (instance $i) (export "allting:decoder/decoding@2.0.0" (instance $i)))"#;
    is_refused(&wat::parse_str(next).unwrap(), "decoding@2.0.0");
    let hollow = r#"(component (instance $i) (export "allting:decoder/decoding@1.0.0" (instance $i)))"#;
    is_refused(&wat::parse_str(hollow).unwrap(), "another dialect");
}

#[test]
fn a_file_that_is_no_component_is_told_what_it_is() {
    is_refused(b"", "no WebAssembly");
    is_refused(b"<!DOCTYPE html><title>404</title>", "no WebAssembly");
    is_refused(b"(component)", "no WebAssembly");
    is_refused(&wat::parse_str("(module)").unwrap(), "core module");
    is_refused(b"\0asm\x0d", "cut within");
    is_refused(b"\0asm\xff\xff\xff\xff", "broken");
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let whole = Animal::default().component();
    assert!(load(&whole).is_ok());
    let host = Host::new(Options::default()).unwrap();
    for length in (8..whole.len()).step_by(97) {
        assert!(host.load(&Slug::new("animal").unwrap(), &whole[..length]).is_err(), "{length}");
    }
}

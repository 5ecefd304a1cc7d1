//! Methods that misbehave on demand: real WebAssembly, written by hand in its text form. The tests of other crates use them too.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use model::Slug;
use plugin_host::{Host, LoadError, Method, Options};
use std::fmt::Write;
use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What the answers to each call are, laid out in memory as the canonical ABI wants it: 64 the description, 256 `ok(activity)`, 320 a
/// page with one paragraph at 384, 640 `ok` with an empty decision, 704 an empty list of findings.
pub(crate) struct Beast<'a> {
    /// Each runs before the tame answer is given.
    pub(crate) open: &'a str,
    pub(crate) apply: &'a str,
    pub(crate) view: &'a str,
    pub(crate) decide: &'a str,
    pub(crate) findings: &'a str,
    pub(crate) memory_pages: u32,
}

impl Default for Beast<'_> {
    fn default() -> Self {
        Self { open: "", apply: "", view: "", decide: "", findings: "", memory_pages: 4 }
    }
}

pub(crate) const LOOPS: &str = "(loop (br 0))";
pub(crate) const GROWS: &str = "(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))";
pub(crate) const CRASHES: &str = "unreachable";

impl Beast<'_> {
    fn wat(&self) -> String {
        let Self { open, apply, view, decide, findings, memory_pages } = self;
        // The texts: `zoo`, `1`, `{}`, `en`.
        let mut data = "(data (i32.const 0) \"zoo1{}en\")\n".to_owned();
        let words = [
            // id, version, title (one pair at 48), help, schema, wants, examples, extra.
            (64, 0),
            (68, 3),
            (72, 3),
            (76, 1),
            (80, 48),
            (84, 1),
            (96, 4),
            (100, 2),
            (48, 6),
            (52, 2),
            (56, 0),
            (60, 3),
            // A page: title, language, no progress, no until, one block at 384, which is prose saying `zoo`.
            (320, 0),
            (324, 3),
            (328, 6),
            (332, 2),
            (368, 384),
            (372, 1),
            (408, 1),
            (416, 0),
            (420, 3),
        ];
        for (at, n) in words {
            let _ = writeln!(data, "(data (i32.const {at}) \"{}\")", hex(n));
        }
        let setup = "i32 i32 i32 i32 i32 i32 i32 i32 i32 i32";
        let at = "allting:method/deciding@1.0.0";
        format!(
            r#"(module
              (import "[export]{at}" "[resource-new]activity" (func $new (param i32) (result i32)))
              (memory (export "memory") {memory_pages})
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
              (func (export "{at}#describe") (result i32) (i32.const 64))
              (func (export "{at}#check") (param {setup}) (result i32) (i32.const 704))
              (func (export "{at}#[static]activity.open") (param {setup}) (result i32)
                {open} (i32.store (i32.const 260) (call $new (i32.const 1))) (i32.const 256))
              (func (export "{at}#[method]activity.apply") (param i32 i32 i32) {apply})
              (func (export "{at}#[method]activity.view") (param i32) (result i32) {view} (i32.const 320))
              (func (export "{at}#[method]activity.decide") (param i32) (result i32) {decide} (i32.const 640))
              (func (export "{at}#[method]activity.findings") (param i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32)
                {findings} (i32.const 704))
              {data})"#
        )
    }

    pub(crate) fn load(&self) -> Result<Method, LoadError> {
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin-sdk/wit/method.wit");
        let mut resolve = Resolve::default();
        let package = resolve.push_file(contract).unwrap();
        let world = resolve.select_world(&[package], Some("method")).unwrap();
        let mut module = wat::parse_str(self.wat()).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        let component = ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap();
        Host::new(Options::default()).unwrap().load_method(&Slug::new("beast").unwrap(), &component)
    }
}

fn hex(n: usize) -> String {
    u32::try_from(n).unwrap().to_le_bytes().iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

/// Writes four bytes before the answer is given.
pub(crate) fn poke(at: u32, n: u32) -> String {
    format!("(i32.store (i32.const {at}) (i32.const {n}))")
}

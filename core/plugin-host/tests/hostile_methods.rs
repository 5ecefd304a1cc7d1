//! Methods that loop, grow, crash or break the contract. Each is real WebAssembly, written by hand in its text form; each must cost no
//! more than its budget, be named, be spent, and leave an activity that is opened anew unharmed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

use std::fmt::Write;
use std::path::Path;

use model::activity::{
    Action, Audience, Author, Content, Entry, EntryId, Moment, PagePath, Phase, Press, Role, Setup, Tag, Viewer,
};
use model::{Blame, Language, PluginFault, Slug, Timestamp, Words};
use plugin_host::{Host, LoadError, Method, Options, Warm};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What the answers to each call are, laid out in memory as the canonical ABI wants it: 64 the description, 256 `ok(activity)`, 320 a
/// page with one paragraph at 384, 640 `ok` with an empty decision, 704 an empty list of findings.
struct Beast<'a> {
    /// Each runs before the tame answer is given.
    open: &'a str,
    apply: &'a str,
    view: &'a str,
    decide: &'a str,
    findings: &'a str,
    memory_pages: u32,
}

impl Default for Beast<'_> {
    fn default() -> Self {
        Self { open: "", apply: "", view: "", decide: "", findings: "", memory_pages: 4 }
    }
}

const LOOPS: &str = "(loop (br 0))";
const GROWS: &str = "(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))";
const CRASHES: &str = "unreachable";

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

    fn load(&self) -> Result<Method, LoadError> {
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin-sdk/wit/method.wit");
        let mut resolve = Resolve::default();
        let package = resolve.push_file(contract).unwrap();
        let world = resolve.select_world(&[package], Some("method")).unwrap();
        let mut module = wat::parse_str(self.wat()).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        let component = ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap();
        Host::new(Options::default()).unwrap().load_method(&Slug::new("beast").unwrap(), &component)
    }

    fn open(&self) -> Warm {
        self.load().unwrap().open(&setup()).unwrap().unwrap()
    }

    /// Lets it loose in one call; the fault names it, it is spent, and another activity of the same plugin works.
    #[track_caller]
    fn is_blamed_for(&self, because: &str, call: impl Fn(&mut Warm) -> Option<PluginFault>) {
        let mut warm = self.open();
        let fault = call(&mut warm).unwrap();
        assert!(fault.what.contains(because), "{fault}");
        assert_eq!((fault.blame, fault.plugin.as_str(), fault.version.as_str()), (Blame::Plugin, "beast", "1"));
        assert!(warm.is_spent());
        assert_eq!(viewed(&mut warm).unwrap().blame, Blame::Box, "what is spent says so, and blames nobody anew");
        assert!(warm.method().open(&setup()).unwrap().is_ok());
    }
}

fn hex(n: usize) -> String {
    u32::try_from(n).unwrap().to_le_bytes().iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

fn setup() -> Setup {
    let languages = vec![Tag::from(Language::Nb)];
    Setup { settings: "{}".to_owned(), title: Words::default(), languages, places: Vec::new() }
}

fn viewer() -> Viewer {
    let now = Moment { at: Timestamp::from_ms(0), offset_minutes: 60 };
    Viewer { who: Author::default(), languages: vec![Tag::from(Language::Nb)], now, phase: Phase::Open, seed: 1 }
}

fn viewed(warm: &mut Warm) -> Option<PluginFault> {
    warm.view(&viewer(), &PagePath::front()).err()
}

fn decided(warm: &mut Warm) -> Option<PluginFault> {
    let (path, form) = (PagePath::front(), "say".to_owned());
    warm.decide(&viewer(), &Action { path, form, press: Press::Send, about: None, values: Vec::new() }).err()
}

fn found(warm: &mut Warm) -> Option<PluginFault> {
    let Viewer { languages, now, phase, .. } = viewer();
    warm.findings(&Audience { role: Role::Anyone, languages, now, phase }).err()
}

fn applied(warm: &mut Warm) -> Option<PluginFault> {
    let Viewer { who: by, now: at, .. } = viewer();
    warm.apply(&[Entry { id: EntryId(1), at, by, said: model::activity::Draft::default() }]).err()
}

/// Writes four bytes before the answer is given.
fn poke(at: u32, n: u32) -> String {
    format!("(i32.store (i32.const {at}) (i32.const {n}))")
}

#[test]
fn a_tame_one_is_let_in_and_answers_every_call() {
    let mut warm = Beast::default().open();
    let page = warm.view(&viewer(), &PagePath::front()).unwrap();
    assert_eq!((page.title.as_str(), &page.blocks[0].is), ("zoo", &Content::Prose("zoo".to_owned())));
    for call in [viewed, decided, found, applied] {
        assert_eq!(call(&mut warm), None);
    }
    assert!(!warm.is_spent());
}

#[test]
fn one_that_loops_runs_out_of_the_steps_of_that_call() {
    Beast { view: LOOPS, ..Beast::default() }.is_blamed_for("50 million steps", viewed);
    Beast { decide: LOOPS, ..Beast::default() }.is_blamed_for("50 million steps", decided);
    Beast { apply: LOOPS, ..Beast::default() }.is_blamed_for("500 million steps", applied);
    Beast { findings: LOOPS, ..Beast::default() }.is_blamed_for("1000 million steps", found);
}

#[test]
fn one_that_grows_meets_its_cap() {
    Beast { apply: GROWS, ..Beast::default() }.is_blamed_for("32 MiB of memory", applied);
    Beast { view: GROWS, ..Beast::default() }.is_blamed_for("32 MiB of memory", viewed);
}

#[test]
fn one_that_crashes_is_spent() {
    for (beast, call) in [
        (Beast { view: CRASHES, ..Beast::default() }, viewed as fn(&mut Warm) -> _),
        (Beast { decide: CRASHES, ..Beast::default() }, decided),
        (Beast { apply: CRASHES, ..Beast::default() }, applied),
        (Beast { findings: CRASHES, ..Beast::default() }, found),
    ] {
        beast.is_blamed_for("panicked", call);
    }
}

#[test]
fn one_that_breaks_while_opening_costs_no_more_than_its_budget() {
    for (open, because) in [(CRASHES, "panicked"), (LOOPS, "may loop"), (GROWS, "32 MiB")] {
        let fault = Beast { open, ..Beast::default() }.load().unwrap().open(&setup()).unwrap_err();
        assert!(fault.what.contains(because), "{fault}");
    }
}

#[test]
fn twenty_four_mebibytes_of_words_are_not_copied() {
    // The words begin where memory is nothing but zeros.
    let long = format!("{} {}", poke(416, 65_536), poke(420, 24 << 20));
    Beast { view: &long, memory_pages: 500, ..Beast::default() }.is_blamed_for("breaks the contract", viewed);
    let more_than_a_page = format!("{} {}", poke(416, 65_536), poke(420, 300 << 10));
    Beast { view: &more_than_a_page, memory_pages: 8, ..Beast::default() }
        .is_blamed_for("more than a page can hold", viewed);
}

#[test]
fn a_page_that_breaks_the_rules_of_blocks_is_refused() {
    let refused = |change: &str, because: &str| {
        Beast { view: change, ..Beast::default() }.is_blamed_for(because, viewed);
    };
    refused(&poke(372, 0), "an empty page");
    refused(&poke(372, u32::MAX), "breaks the contract");
    // A block within itself, or within a later one.
    refused(&format!("{} {}", poke(384, 1), poke(388, 0)), "a later one");
    refused(&format!("{} {}", poke(384, 1), poke(388, 7)), "a later one");
    // The language `{`.
    refused(&format!("{} {}", poke(328, 4), poke(332, 1)), "speaks `{`");
    // Words that are no UTF-8.
    refused("(i32.store8 (i32.const 1) (i32.const 0xff))", "breaks the contract");
    // A kind of block that does not exist.
    refused("(i32.store8 (i32.const 408) (i32.const 99))", "breaks the contract");
}

#[test]
fn a_decision_that_leads_nowhere_is_refused() {
    // `next` is the text `{}`.
    let astray = format!("{} {}", poke(652, 4), poke(656, 2));
    Beast { decide: &astray, ..Beast::default() }.is_blamed_for("leads to the page `{}`", decided);
}

#[test]
fn a_million_findings_are_refused() {
    let many = format!("{} {}", poke(704, 1024), poke(708, 1_000_000));
    Beast { findings: &many, ..Beast::default() }.is_blamed_for("breaks the contract", found);
}

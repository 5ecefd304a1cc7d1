//! Methods that loop, grow, crash or break the contract. Each is real WebAssembly, written by hand in its text form; each must cost no
//! more than its budget, be named, be spent, and leave an activity that is opened anew unharmed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

mod zoo;

use model::activity::{
    Action, Audience, Author, Content, Entry, EntryId, Moment, PagePath, Phase, Press, Role, Setup, Tag, Viewer,
};
use model::{Blame, Language, PluginFault, Timestamp, Words};
use plugin_host::Warm;
use zoo::{Beast, CRASHES, GROWS, LOOPS, poke};

/// What a beast must suffer.
impl Beast<'_> {
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

//! What an author puts into `#[cfg(test)]`. It runs natively, so `cargo test` needs no WebAssembly and no box.
//!
//! [`assert_laws`] plays every example of the description with made-up people, who go from page to page and fill in what they find, and
//! checks what the contract demands of every method.
#![allow(clippy::panic, reason = "assertions of tests")]

pub(crate) mod keys;
mod player;
mod sound;

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{
    Audience, Author, Draft, Entry, Finding, Method, Moment, Page, Phase, Problem, Role, Setup, Subject, Viewer, Warm,
};
use crate::dice::Dice;
use player::Town;

/// Entries played for each example: enough for several batches.
const ENTRIES: usize = 350;
/// Odd entries mixed among them.
const ODD_ENTRIES: usize = 350;
/// Settings spoilt in some place, for each example.
const ODD_SETTINGS: usize = 300;
/// What the box sends at once at most.
const BATCH_MAX: usize = 100;
/// Thursday 2026-07-02 at noon in Oslo.
const NOON: Moment = Moment { ms: 1_782_986_400_000, offset_minutes: 120 };
/// What all made-up people say; it must come out nowhere.
const SECRET: &str = "Kari at 123 45 678";

/// A viewer for tests: anyone, at noon, reading Bokmal, with this pseudonym.
pub fn viewer(pseudonym: Option<u64>) -> Viewer {
    Viewer {
        who: Author { pseudonym, role: Role::Anyone, door: None, fields: Vec::new() },
        languages: vec!["nb".to_owned()],
        now: NOON,
        phase: Phase::Open,
        seed: pseudonym.unwrap_or(0),
        extra: Vec::new(),
    }
}

/// An audience for tests: a steward at noon, reading Bokmal.
pub fn audience() -> Audience {
    let languages = vec!["nb".to_owned()];
    Audience { role: Role::Steward, languages, now: NOON, phase: Phase::Closed, extra: Vec::new() }
}

/// An entry for tests, as the box would have stored it.
pub fn entry(id: u64, by: &Viewer, said: Draft) -> Entry {
    Entry { id, at: by.now, by: by.who.clone(), said, extra: Vec::new() }
}

/// Checks all laws of the contract for every example of the description. Panics with the first that is broken.
#[track_caller]
pub fn assert_laws<M: Method + 'static>() {
    let description = M::describe();
    assert!(is_name(&description.id), "the id `{}` is not 1 to 64 of a-z, 0-9 and -", description.id);
    assert!(!description.version.is_empty() && !description.title.is_empty(), "it has no version or no title");
    let schema: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(&description.schema);
    assert!(schema.is_ok(), "the schema of the settings is no JSON object: {schema:?}");
    let examples = description.examples.iter().map(|example| example.settings.as_str());
    keys::assert_same::<M::Settings>(&description.schema, examples);
    assert!(!description.examples.is_empty(), "{} has no example, so nobody can try it", description.id);
    for example in description.examples {
        assert_laws_with::<M>(&Setup::new(&example.settings).place("library", "Biblioteket"));
    }
}

/// Checks all laws of the contract for one setup.
#[track_caller]
pub fn assert_laws_with<M: Method + 'static>(setup: &Setup) {
    opens_exactly_when_nothing_stops::<M>(setup);
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let (mut entries, town) = played::<M>(setup, &mut dice);
    let honest = snapshot(&built::<M>(setup, &entries, 1), &town.paths);
    quotes_nobody(&honest);
    for _ in 0..ODD_ENTRIES {
        let odd = player::odd_entry(&mut dice, &entries);
        entries.push(odd);
    }
    entries.sort_by_key(|entry| entry.id);
    entries.dedup_by_key(|entry| entry.id);
    any_split_is_the_same::<M>(setup, &entries, &town.paths, &mut dice);
    names_no_entry::<M>(setup, &entries);
}

fn opens_exactly_when_nothing_stops<M: Method + 'static>(setup: &Setup) {
    let found = Warm::<M>::check(setup);
    assert!(!stops(&found), "an example does not open: {found:?}\n{}", setup.settings);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..ODD_SETTINGS {
        let settings = player::spoilt(&mut dice, &setup.settings);
        let spoilt = Setup { settings, ..setup.clone() };
        let stopped = stops(&Warm::<M>::check(&spoilt));
        match Warm::<M>::open(&spoilt) {
            Ok(open) => {
                assert!(!stopped, "it opens though `check` stops it: {}", spoilt.settings);
                sound::page(&open.view(&viewer(None), ""), "");
                sound::page(&open.view(&viewer(None), "whole"), "whole");
            }
            Err(problems) => assert!(stopped && stops(&problems), "it does not open: {problems:?}"),
        }
    }
}

fn stops(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.stops)
}

/// Lets a town take part until there are entries enough, or nobody finds anything more to say.
fn played<M: Method + 'static>(setup: &Setup, dice: &mut Dice) -> (Vec<Entry>, Town) {
    let Ok(open) = Warm::<M>::open(setup) else { return (Vec::new(), Town::default()) };
    let (mut entries, mut town) = (Vec::<Entry>::new(), Town::default());
    for round in 0..ENTRIES * 3 {
        if entries.len() >= ENTRIES {
            break;
        }
        let who = player::somebody(dice, round);
        let path = town.somewhere(dice);
        let page = open.view(&who, &path);
        sound::page(&page, &path);
        town.note(&page);
        let Some(action) = player::fill(dice, &page, &path) else { continue };
        let before = (open.view(&who, &path), open.findings(&audience()));
        let decided = open.decide(&who, &action);
        let after = (open.view(&who, &path), open.findings(&audience()));
        assert!(format!("{before:?}") == format!("{after:?}"), "`decide` changed the activity: {action:?}");
        match decided {
            Ok(decision) => {
                sound::decision(&decision, SECRET);
                town.note_path(&decision.next);
                for said in decision.drafts.into_iter().filter(sound::says_something) {
                    let last = entries.last().map_or(0, |entry| entry.id);
                    let id = last + 1 + u64::from(dice.once_in(9));
                    entries.push(entry(id, &who, said));
                    open.apply(entries.get(entries.len() - 1..).unwrap_or(&[]));
                }
            }
            Err(problems) => sound::problems(&problems, &page),
        }
    }
    assert!(!entries.is_empty(), "nobody found anything to say: is there a form on the front?");
    all_that_is_asked_stands_on_whole(&open, &town);
    for phase in [Phase::Preview, Phase::Announced, Phase::Closed] {
        let page = open.view(&Viewer { phase, ..viewer(Some(3)) }, "");
        sound::page(&page, "");
    }
    for odd in ["whole", "at/library", "at/nowhere", "no/such/page", "-", "1/2/3/4/5"] {
        sound::page(&open.view(&viewer(None), odd), odd);
    }
    (entries, town)
}

fn all_that_is_asked_stands_on_whole<M: Method>(open: &Warm<M>, town: &Town) {
    let whole = open.view(&Viewer { who: Author { role: Role::Steward, ..viewer(None).who }, ..viewer(None) }, "whole");
    let there: BTreeSet<&str> = sound::fields(&whole).map(|field| field.key.as_str()).collect();
    let missing: Vec<&str> = town.asked.iter().map(String::as_str).filter(|key| !there.contains(key)).collect();
    assert!(missing.is_empty(), "asked, but not on the page `whole`, so paper and export lack it: {missing:?}");
}

fn any_split_is_the_same<M: Method + 'static>(
    setup: &Setup,
    entries: &[Entry],
    paths: &BTreeSet<String>,
    dice: &mut Dice,
) {
    let one_by_one = snapshot(&built::<M>(setup, entries, 1), paths);
    for batch in [BATCH_MAX, 7] {
        let split = snapshot(&built::<M>(setup, entries, batch), paths);
        assert!(one_by_one == split, "batches of {batch} give another page or finding than one by one");
    }
    let Ok(open) = Warm::<M>::open(setup) else { return };
    let mut rest = entries;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(dice.below(BATCH_MAX).clamp(1, rest.len()));
        open.apply(now);
        // Looking in between must leave nothing behind.
        let _ = snapshot(&open, paths);
        rest = later;
    }
    assert!(one_by_one == snapshot(&open, paths), "looking between batches changes what comes of them");
}

/// Numbers entries anew: a finding that names one, or counts by its number, changes.
fn names_no_entry<M: Method + 'static>(setup: &Setup, entries: &[Entry]) {
    let anew = |id: u64| id.saturating_mul(3).saturating_add(1_000_000);
    let renumbered: Vec<Entry> = entries
        .iter()
        .cloned()
        .map(|mut entry| {
            entry.id = anew(entry.id);
            match &mut entry.said.subject {
                Subject::Entry(id) | Subject::InsteadOf(id) => *id = anew(*id),
                Subject::Whole | Subject::Thing(_) => {}
            }
            entry
        })
        .collect();
    let found = |entries: &[Entry]| format!("{:?}", built::<M>(setup, entries, BATCH_MAX).findings(&audience()));
    assert!(
        found(entries) == found(&renumbered),
        "a finding names an entry: it changes when entries are numbered anew"
    );
}

fn quotes_nobody(shown: &str) {
    assert!(
        !shown.contains(SECRET),
        "a page or finding quotes a person; name the entry, and the box puts the words in"
    );
}

fn built<M: Method + 'static>(setup: &Setup, entries: &[Entry], batch: usize) -> Warm<M> {
    match Warm::<M>::open(setup) {
        Ok(open) => {
            entries.chunks(batch).for_each(|batch| open.apply(batch));
            open
        }
        Err(problems) => panic!("opened before, and now {problems:?}"),
    }
}

/// All that can be seen: every known page, as several people see it, and the findings in two languages.
fn snapshot<M: Method>(open: &Warm<M>, paths: &BTreeSet<String>) -> String {
    let mut seen = String::new();
    for who in [viewer(None), viewer(Some(1)), Viewer { who: steward(), ..viewer(Some(2)) }] {
        for path in paths {
            let page: Page = open.view(&who, path);
            sound::page(&page, path);
            let _ = writeln!(seen, "{page:?}");
        }
    }
    for languages in [vec!["nb".to_owned()], vec!["se".to_owned(), "sv".to_owned()]] {
        let found: Vec<Finding> = open.findings(&Audience { languages, ..audience() });
        sound::findings(&found);
        let _ = writeln!(seen, "{found:?}");
    }
    seen
}

fn steward() -> Author {
    Author { pseudonym: Some(2), role: Role::Steward, door: None, fields: Vec::new() }
}

fn is_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(fits)
}

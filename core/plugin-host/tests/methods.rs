//! A real method as the box meets it: a component, kept warm, fed from a log, and rebuilt.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code outside of test functions"
)]

use std::path::Path;
use std::sync::LazyLock;

use model::activity::{
    Action, Answer, Audience, Author, Cell, Content, Decision, Draft, Entry, EntryId, Moment, PagePath, Phase, Press,
    Pseudonym, Role, Setup, Subject, Tag, Value, Viewer,
};
use model::{Language, Slug, Timestamp, Words};
use plugin_host::{Host, Method, Options, Plugin, Warm};

/// None when the plugins have not been built; the test then says so and passes.
static QUICK_QUESTION: LazyLock<Option<Method>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plugins/quick-question.wasm");
    let Ok(wasm) = std::fs::read(path) else {
        println!("skipped: run cargo xtask plugins first");
        return None;
    };
    let host = Host::new(Options::default()).unwrap();
    match host.load_any(&Slug::new("quick-question").unwrap(), &wasm).unwrap() {
        Plugin::Method(method) => Some(method),
        Plugin::Decoder(_) | Plugin::Channel(_) => unreachable!("quick-question is a method"),
    }
});

const NOON: Moment = Moment { at: Timestamp::from_ms(1_782_986_400_000), offset_minutes: 120 };

fn words(text: &str) -> Words {
    [(Language::Nb, text.to_owned())].into_iter().collect()
}

fn setup(settings: &str) -> Setup {
    Setup {
        settings: settings.to_owned(),
        title: words("Hvordan er det her?"),
        languages: vec![Tag::from(Language::Nb)],
        places: vec![(Slug::new("library").unwrap(), words("Biblioteket"))],
    }
}

fn example(method: &Method) -> Setup {
    setup(&method.description().examples[0].settings)
}

fn viewer(number: u64) -> Viewer {
    let who = Author { pseudonym: Some(Pseudonym(number)), door: Some("poster".to_owned()), ..Author::default() };
    Viewer { who, languages: vec![Tag::from(Language::Nb)], now: NOON, phase: Phase::Open, seed: number }
}

fn audience() -> Audience {
    Audience { role: Role::Steward, languages: vec![Tag::from(Language::Nb)], now: NOON, phase: Phase::Closed }
}

fn tap(option: &str) -> Action {
    let values = vec![Answer { question: "answer".to_owned(), value: Value::Choices(vec![option.to_owned()]) }];
    let path = PagePath::new("at/library").unwrap();
    Action { path, form: "tap".to_owned(), press: Press::Send, about: None, values }
}

fn entry(number: u64, said: Draft) -> Entry {
    Entry { id: EntryId(number), at: NOON, by: viewer(number).who, said }
}

fn open(method: &Method) -> Warm {
    method.open(&example(method)).unwrap().unwrap()
}

/// A log of so many people, every third of whom finds it crowded.
fn log(warm: &mut Warm, people: u64) -> Vec<Entry> {
    let mut decided = |option| warm.decide(&viewer(1), &tap(option)).unwrap().unwrap().drafts.remove(0);
    let (calm, crowded) = (decided("calm"), decided("crowded"));
    (1..=people).map(|n| entry(n, if n % 3 == 0 { crowded.clone() } else { calm.clone() })).collect()
}

#[test]
fn a_tap_goes_through_the_sandbox_and_is_counted() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let mut warm = open(method);
    let page = warm.view(&viewer(1), &PagePath::new("at/library").unwrap()).unwrap();
    let (at, form) = page.form("tap").unwrap();
    assert_eq!(form.subject, Subject::Thing("place/library".to_owned()));
    assert_eq!(page.fields_of(at).map(|field| field.key.as_str()).collect::<Vec<_>>(), ["answer"]);

    let Decision { drafts, next } = warm.decide(&viewer(1), &tap("calm")).unwrap().unwrap();
    assert_eq!((drafts.len(), next.as_str()), (1, "at/library/thanks"));
    warm.apply(&[entry(1, drafts[0].clone())]).unwrap();
    let found = warm.findings(&audience()).unwrap();
    assert_eq!((found[0].people, &found[0].figures[0].rows[0].cells), (1, &vec![Cell::Count(1)]));
}

#[test]
fn ten_thousand_taps_are_taken_in_batches_and_stay_small() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let mut warm = open(method);
    let entries = log(&mut warm, 10_000);
    warm.apply(&entries).unwrap();
    assert_eq!(warm.findings(&audience()).unwrap()[0].people, 10_000);
    assert!(warm.memory_bytes() < 4 << 20, "{} bytes for 10 000 entries", warm.memory_bytes());
}

#[test]
fn what_is_rebuilt_shows_what_was_shown_before() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let mut warm = open(method);
    let entries = log(&mut warm, 300);
    for one in &entries {
        warm.apply([one]).unwrap();
    }
    let mut rebuilt = open(method);
    rebuilt.apply(&entries).unwrap();
    let seen =
        |warm: &mut Warm| (warm.view(&viewer(7), &PagePath::front()).unwrap(), warm.findings(&audience()).unwrap());
    assert_eq!(seen(&mut warm), seen(&mut rebuilt));
}

#[test]
fn two_activities_of_one_method_know_nothing_of_each_other() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let (mut one, mut other) = (open(method), open(method));
    let entries = log(&mut one, 10);
    one.apply(&entries).unwrap();
    assert_eq!(other.findings(&audience()).unwrap()[0].people, 0);
}

#[test]
fn a_setup_that_check_stops_does_not_open_and_both_say_why() {
    let Some(method) = &*QUICK_QUESTION else { return };
    for settings in [r#"{"question":"","option":[]}"#, "[", "{}", r#"{"question":7}"#] {
        let checked = method.check(&setup(settings)).unwrap();
        let refused = method.open(&setup(settings)).unwrap().unwrap_err();
        assert!(checked.iter().any(|problem| problem.stops), "{settings}");
        assert_eq!(checked, refused);
    }
    assert_eq!(method.check(&example(method)).unwrap(), []);
}

#[test]
fn a_form_without_answer_is_sent_back_with_its_field() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let empty = Action { values: Vec::new(), ..tap("calm") };
    let problems = open(method).decide(&viewer(1), &empty).unwrap().unwrap_err();
    assert_eq!(problems[0].at, "answer");
}

#[test]
fn a_method_passes_its_own_examples_here() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let outcomes = method.run_examples();
    assert!(!outcomes.is_empty());
    assert!(outcomes.iter().all(|outcome| outcome.failure.is_none()), "{outcomes:?}");
}

#[test]
fn a_page_asks_with_one_tap() {
    let Some(method) = &*QUICK_QUESTION else { return };
    let page = open(method).view(&viewer(1), &PagePath::front()).unwrap();
    let buttons = page.blocks.iter().any(|block| match &block.is {
        Content::Field(field) => matches!(&field.kind, model::activity::FieldKind::Choice(choice)
            if choice.look == model::activity::ChoiceLook::Buttons),
        _ => false,
    });
    assert!(buttons);
    // It changes at midnight though nobody says anything: ten hours later, Oslo time.
    assert_eq!(page.until, Some(Timestamp::from_ms(NOON.at.as_ms() + 12 * 3_600_000)));
}

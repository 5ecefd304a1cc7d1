//! The activities of every example open with the plugins as they are built, ask on one page all that they may ever ask, and are walked
//! through to their end by made-up people.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "test code outside of test functions")]

use app::{App, DecoderSet, Pass, Visitor};
use engagement::{PublicCount, Sent};
use model::activity::{Activity, Content, OpenTo, PagePath, Phase, Press, Role};
use model::{Slug, Timestamp};
use plugin_host::{Host, Method, Options};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::Store;
use tempfile::TempDir;
use town::citizens::{Came, take_part};

/// Thursday 2026-07-02, 15 o'clock in Oslo.
const NOW: Timestamp = Timestamp::from_seconds(1_782_997_200);
const CASES: [&str; 3] = ["baerum", "bodo", "gjovik"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The methods as they are built; none when they are not.
fn methods() -> Option<HashMap<Slug, Method>> {
    let host = Host::new(Options::default()).unwrap();
    let load = |name: &str| {
        let wasm = fs::read(root().join("target/plugins").join(name).with_extension("wasm")).ok()?;
        let name = Slug::new(name).unwrap();
        Some((name.clone(), host.load_method(&name, &wasm).unwrap()))
    };
    let methods: Option<HashMap<Slug, Method>> =
        ["survey", "quick-question", "input-map", "guide"].map(load).into_iter().collect();
    if methods.is_none() {
        println!("skipped: examples: the plugins are not built; `cargo xtask plugins` does it");
    }
    methods
}

/// The box of an example, and what does not open in it.
fn open(case: &str, methods: &HashMap<Slug, Method>) -> (TempDir, App) {
    let example = root().join("examples").join(case);
    let municipality = town::municipality(&example).unwrap();
    let files = fs::read_dir(example.join("activities")).unwrap().map(|file| {
        let path = file.unwrap().path();
        (format!("activities/{}", path.file_name().unwrap().to_string_lossy()), fs::read(&path).unwrap())
    });
    let (activities, faults) = config::activities(&files.collect(), &municipality);
    assert!(faults.is_empty(), "{case}: {:?}", faults.first().map(|fault| &fault.message));
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), store::Options::default()).unwrap();
    let app = App::new(municipality, store, DecoderSet::default()).unwrap();
    assert_eq!(app.put_activities(activities, methods), Vec::<String>::new(), "{case}");
    assert!(!app.activity_list().is_empty());
    (folder, app)
}

fn reader(activity: &Activity, role: Role) -> Visitor {
    Visitor { pass: Pass::Newcomer, role, door: None, languages: activity.languages.clone(), client: None, now: NOW }
}

#[test]
fn every_activity_of_every_example_opens_and_shows_its_front_in_all_its_languages() {
    let Some(methods) = methods() else { return };
    for case in CASES {
        let (_folder, app) = open(case, &methods);
        for activity in app.activity_list() {
            for language in &activity.languages {
                let role = if activity.open_to == OpenTo::Invited { Role::Steward } else { Role::Anyone };
                let reader = Visitor { languages: vec![language.clone()], ..reader(&activity, role) };
                let shown = app.page_of(&activity.id, &reader, &PagePath::front()).unwrap();
                assert_eq!(&shown.page.page.language, language, "{case}/{}", activity.id);
                assert!(!shown.page.page.title.is_empty());
            }
        }
    }
}

/// Paper forms, columns of the export and dictionaries come from there.
#[test]
fn the_whole_page_has_each_question_once_and_an_empty_form_is_no_crash() {
    let Some(methods) = methods() else { return };
    for case in CASES {
        let (_folder, app) = open(case, &methods);
        for activity in app.activity_list() {
            let shown = app.page_of(&activity.id, &reader(&activity, Role::Steward), &PagePath::whole()).unwrap();
            let blocks = &shown.page.page.blocks;
            let keys: Vec<&str> = blocks
                .iter()
                .filter_map(|block| match &block.is {
                    Content::Field(field) => Some(field.key.as_str()),
                    _ => None,
                })
                .collect();
            assert!(!keys.is_empty(), "{case}/{}: it asks nothing", activity.id);
            assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{case}/{}: {keys:?}", activity.id);
            let forms = blocks.iter().filter_map(|block| match &block.is {
                Content::Form(form) => Some(form.key.clone()),
                _ => None,
            });
            for form in forms {
                let sent = Sent { form: &form, press: Press::Send, about: None, values: Vec::new() };
                let path = PagePath::whole();
                let form = app::SentForm { path, sent, token: shown.token, trap: app::Trap::Untouched };
                let role = if activity.open_to == OpenTo::Invited { Role::Steward } else { Role::Anyone };
                let taken = app.take_answer(&activity.id, &reader(&activity, role), &form);
                assert!(taken.is_ok(), "{case}/{}: {taken:?}", activity.id);
            }
        }
    }
}

#[test]
fn made_up_people_walk_through_both_surveys_and_the_closed_one_is_reported() {
    let Some(methods) = methods() else { return };
    let (_folder, app) = open("baerum", &methods);
    for activity in app.activity_list().into_iter().filter(|activity| activity.open_to == OpenTo::Everyone) {
        let opens = activity.opens.unwrap_or(NOW - Duration::from_hours(48));
        let came: Vec<Came> =
            (0..40).map(|who| take_part(&app, &activity, who, opens + Duration::from_hours(1)).unwrap()).collect();
        let finished = came.iter().filter(|came| **came == Came::ToTheEnd).count();
        assert!(finished >= 20, "{}: {finished} of 40", activity.id);
        let report = app.report(&activity.id, &activity.languages, NOW, app::Counting::All).unwrap();
        assert_eq!(report.taking.finished, PublicCount::Exactly(u32::try_from(finished).unwrap()), "{}", activity.id);
        assert_eq!(report.missing.is_some(), activity.id.as_str() == "aldersvennlig");
        let closed = activity.id.as_str() == "ombruk";
        assert_eq!(activity.phase(NOW) == Phase::Closed, closed);
    }
}

//! Rounds over a real data file: what is said is said once, whatever happens in between.

use super::round::{Rounds, Which};
use super::{Drawing, Painter};
use crate::portal::App;
use crate::{DecoderSet, Reading};
use config::Folder;
use engagement::rules::Stand;
use model::{
    BootId, ClockQuality, Datastream, Language, Measure, PlaceId, PublicationRecord, PublicationState, Rule, Slug,
    Timestamp, Value,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{Durability, Options, Store};
use tempfile::TempDir;

/// Thursday 2026-11-19, 15:00 in Oslo.
const NOW: Timestamp = Timestamp::from_seconds(1_795_096_800);
const MINUTE: Duration = Duration::from_mins(1);
const BUSY: &str = "when = \"library.people > 40 for 10 min\"\n";

const GENERAL: &str = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n";
const PLACES: &str = r#"
[[place]]
id = "library"
name = { nb = "Biblioteket", en = "The library" }
kind = "library"
measure = "people_now"
capacity = 60
"#;

struct Box {
    _folder: Option<TempDir>,
    app: Arc<App>,
    rounds: Rounds,
}

struct Brush;

impl Painter for Brush {
    fn place(&self, place: &PlaceId, language: Language) -> Option<Drawing> {
        Some(Drawing { png: format!("{place} {language}").into_bytes(), width: 1200, height: 630 })
    }
}

fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

fn stream() -> Datastream {
    Datastream { place: slug("library"), sensor: slug("door"), property: "people-count".into(), part: None }
}

fn folder(rules: &[(&str, &str)]) -> Folder {
    let base = [("municipality.toml", GENERAL), ("places.toml", PLACES)];
    base.into_iter().chain(rules.iter().copied()).collect()
}

fn open(path: &Path, rules: &[(&str, &str)]) -> (Arc<App>, Rounds) {
    let folder = folder(rules);
    let (municipality, _) = config::read(&folder).unwrap();
    let (rules, diagnostics) = config::rules(&folder, &municipality, &[]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let store = Store::open(&path.join("allting.redb"), Options::default()).unwrap();
    let app = Arc::new(App::new(municipality, store, DecoderSet::default()).unwrap());
    app.put_rules(rules);
    let rounds = Rounds::new(Arc::clone(&app), Some(Arc::new(Brush)));
    (app, rounds)
}

impl Box {
    fn with(rules: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (app, rounds) = open(folder.path(), rules);
        Self { _folder: Some(folder), app, rounds }
    }

    /// So many people are in the library.
    fn count(&self, people: i64, at: Timestamp) {
        let calendar = self.app.municipality().calendar.clone();
        let tx = self.app.store().begin(&calendar).unwrap();
        tx.observe(&stream(), at, at, &Value::Integer(people)).unwrap();
        tx.commit(Durability::Soon).unwrap();
        self.app.tell(&[], true);
    }

    fn round(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.rounds.round(now, &Which::All).unwrap()
    }

    /// Looks each minute, with so many people all the time.
    fn lives(&mut self, from: Timestamp, minutes: u32, people: i64) {
        for minute in 0..minutes {
            let now = from + MINUTE * minute;
            self.count(people, now);
            self.round(now);
        }
    }

    fn posts(&self) -> Vec<PublicationRecord> {
        let mut posts = self.app.newest_publications(1000).unwrap();
        posts.reverse();
        posts
    }

    fn stand(&self) -> Option<Stand> {
        self.app.rule_reports().unwrap()[0].stand
    }
}

#[test]
fn a_post_says_what_the_page_says_with_picture_and_door() {
    let mut library = Box::with(&[("rules/busy.toml", BUSY)]);
    library.lives(NOW, 20, 48);
    let posts = library.posts();
    assert_eq!(posts.len(), 1, "{posts:?}");
    let post = &posts[0];
    assert_eq!(post.name, format!("rule/busy/{NOW}"), "since when it is so is its name");
    assert_eq!((post.made_at, post.state), (NOW + MINUTE * 10, PublicationState::Queued));
    assert_eq!(post.texts[0].title, "Biblioteket");
    assert_eq!(post.texts[0].body, "48 personer er her.");
    assert_eq!(post.texts[1].body, "48 people are here.");
    assert_eq!(post.door.as_deref(), Some("https://lillevik.example/nb/places/library"));
    let alternative = post.alternative.as_ref().unwrap();
    assert_eq!(alternative.best(Language::En).0, "The library: 48 people are here.");
    assert_eq!(post.expires_at, Some(post.made_at + Duration::from_hours(2)));
    assert_eq!(library.stand(), Some(Stand::Told(NOW)));
}

/// The box is killed at any moment of an hour and begins again from its file: one post comes of it, not none and not two.
#[test]
fn a_box_that_is_killed_at_any_moment_says_it_once() {
    for killed in 0..15 {
        let folder = tempfile::tempdir().unwrap();
        let rules = [("rules/busy.toml", BUSY)];
        let mut library = {
            let (app, rounds) = open(folder.path(), &rules);
            Box { _folder: None, app, rounds }
        };
        library.lives(NOW, killed, 48);
        drop(library);
        let (app, rounds) = open(folder.path(), &rules);
        let mut library = Box { _folder: None, app, rounds };
        library.lives(NOW + MINUTE * killed, 40 - killed, 48);
        assert_eq!(library.posts().len(), 1, "killed at minute {killed}");
    }
}

#[test]
fn a_rule_that_would_speak_every_minute_speaks_as_often_as_it_may() {
    let rule = "when = \"library.people > 40\"\nuntil = \"library.people < 41\"\nat_most = 2\n";
    let mut library = Box::with(&[("rules/busy.toml", rule)]);
    for minute in 0..=60 {
        let now = NOW + MINUTE * minute;
        library.count(if minute % 2 == 0 { 50 } else { 30 }, now);
        library.round(now);
    }
    assert_eq!(library.posts().len(), 2);
    assert!(matches!(library.stand(), Some(Stand::Enough(_))), "{:?}", library.stand());
}

#[test]
fn a_box_that_does_not_know_the_time_says_nothing() {
    let mut library = Box::with(&[("rules/busy.toml", BUSY)]);
    let wall = |now: Timestamp| Reading { wall: now, up: MINUTE, quality: ClockQuality::Unknown };
    library.app.keep_time(Arc::new(move || wall(NOW)), BootId([7; 16])).unwrap();
    library.lives(NOW, 30, 48);
    assert_eq!((library.posts().len(), library.stand()), (0, Some(Stand::TimeUnknown)));
}

#[test]
fn a_silent_sensor_says_nothing_and_its_old_number_is_not_told() {
    let mut library = Box::with(&[("rules/busy.toml", BUSY)]);
    library.count(48, NOW - Duration::from_hours(5));
    for minute in 0..30 {
        library.round(NOW + MINUTE * minute);
    }
    assert_eq!((library.posts().len(), library.stand()), (0, Some(Stand::Silent)));
}

#[test]
fn a_text_that_cannot_be_filled_says_nothing_until_it_can() {
    let text = "[text.nb]\ntitle = \"{place}\"\nbody = \"Vanlig er {usual}.\"\n";
    let rule = format!("{BUSY}languages = [\"nb\"]\n{text}");
    let mut library = Box::with(&[("rules/busy.toml", &rule)]);
    library.lives(NOW, 15, 48);
    assert_eq!(library.posts().len(), 0);
    assert_eq!(library.app.rule_reports().unwrap()[0].unfilled, Some(model::Slot::Usual));
    let (municipality, _) = config::read(&folder(&[])).unwrap();
    let mended = rule.replace("Vanlig er {usual}.", "[Vanlig er {usual}.] {value}");
    let (rules, _) = config::rules(&folder(&[("rules/busy.toml", &mended)]), &municipality, &[]);
    library.app.put_rules(rules);
    library.lives(NOW + MINUTE * 15, 1, 48);
    assert_eq!(library.posts()[0].texts[0].body, "48 personer");
}

#[test]
fn small_counts_are_told_as_fewer_than_and_never_as_what_they_are() {
    let rule = "when = \"library.people < 5 for 1 min\"\n";
    let mut library = Box::with(&[("rules/calm.toml", rule)]);
    for (minute, people) in [3, 0, 1, 4, 2].into_iter().enumerate() {
        let now = NOW + MINUTE * u32::try_from(minute).unwrap();
        library.count(people, now);
        library.round(now);
    }
    let posts = library.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].texts[1].body, "Fewer than 5 people are here.");
}

#[test]
fn a_second_pair_of_eyes_lets_a_post_go_once_and_its_time_ends() {
    let rule = format!("{BUSY}approval = true\n");
    let mut library = Box::with(&[("rules/busy.toml", &rule)]);
    library.lives(NOW, 12, 48);
    let now = NOW + MINUTE * 12;
    let waiting = library.app.publications_waiting(now).unwrap();
    let (id, picture) = (waiting[0].record.id, waiting[0].picture.clone().unwrap());
    assert_eq!((picture.bytes.as_slice(), waiting.len()), (b"library nb".as_slice(), 1));
    library.app.decide_publication(id, "kari", PublicationState::Queued, now).unwrap();
    assert!(library.app.decide_publication(id, "ola", PublicationState::Refused, now).is_err(), "it is out");
    let posts = library.posts();
    assert_eq!((posts[0].state, posts[0].looked_by.as_deref()), (PublicationState::Queued, Some("kari")));
    // The next one is looked at by nobody.
    library.lives(now, 30, 10);
    library.lives(now + MINUTE * 30, 12, 50);
    assert_eq!(library.posts().len(), 2);
    let late = now + Duration::from_hours(4);
    library.round(late);
    assert_eq!(library.posts()[1].state, PublicationState::Expired);
    assert!(library.app.publications_waiting(late).unwrap().is_empty());
}

#[test]
fn a_month_lived_through_again_says_what_was_said() {
    let mut library = Box::with(&[("rules/busy.toml", BUSY)]);
    let people = |minute: u32| if (minute / 40).is_multiple_of(2) { 48 } else { 10 };
    for minute in 0..240 {
        let now = NOW + MINUTE * minute;
        library.count(people(minute), now);
        library.round(now);
    }
    let said: Vec<_> = library.posts().into_iter().map(|post| (post.made_at, post.texts)).collect();
    let rules: Vec<Rule> = library.app.rule_list().to_vec();
    let lived = library.app.replay_rules(&rules, 1, NOW + MINUTE * 240).unwrap();
    let lived: Vec<_> = lived.into_iter().map(|post| (post.at, post.texts.unwrap())).collect();
    assert_eq!((lived.len(), said.len()), (3, 3));
    assert_eq!(lived, said);
    assert_eq!(library.app.municipality().places[0].measure, Some(Measure::PeopleNow));
}

#[test]
fn a_weekly_summary_says_when_there_is_room() {
    let rule = "when = \"every Thursday at 16:00, summary\"\nlanguages = [\"en\"]\n";
    let mut library = Box::with(&[("rules/weekly.toml", rule)]);
    for hour in 0..24 * 28 {
        let at = NOW - Duration::from_hours(24 * 28 - hour);
        let local = library.app.municipality().calendar.hour_of_week(at);
        let people = match (local.weekday, local.hour) {
            (_, hour) if !(9..18).contains(&hour) => 0,
            (5, 12 | 13) => 55,
            (0, 10) => 2,
            _ => 25,
        };
        library.count(people, at);
    }
    library.round(NOW);
    library.round(NOW + Duration::from_hours(1));
    let posts = library.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].texts[0].title, "Lillevik");
    let body = &posts[0].texts[0].body;
    assert!(body.starts_with("The library: It is usually most crowded on Saturday 12\u{2013}14"), "{body}");
    assert!(body.contains("Monday 10\u{2013}11 (fewer than 5 people)") && body.contains("4 weeks"), "{body}");
}

#[test]
fn only_the_rules_of_a_place_that_changed_look_and_a_thousand_are_bounded() {
    let names: Vec<String> = (0..1000).map(|n| format!("rules/busy-{n}.toml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), BUSY)).collect();
    let mut library = Box::with(&files);
    library.count(48, NOW);
    library.rounds.round(NOW, &Which::At(BTreeSet::from([slug("pool")]))).unwrap();
    assert_eq!(library.stand(), None, "nothing of theirs changed");
    library.rounds.round(NOW, &Which::At(BTreeSet::from([slug("library")]))).unwrap();
    assert_eq!(library.stand(), Some(Stand::Soon(NOW + MINUTE * 10)));
    library.lives(NOW + MINUTE, 11, 48);
    assert_eq!(library.posts().len(), 1000);
}

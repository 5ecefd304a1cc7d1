//! Methods that trap, loop, grow or break the contract, in a whole box: it goes on, names them, keeps what people said, and lets nobody wait
//! for them again and again.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "test code outside of test functions")]

mod people;
mod test_box;
#[path = "../../plugin-host/tests/zoo/mod.rs"]
mod zoo;

use app::{ActivityError, App, Counting, DecoderSet, Pass};
use model::activity::{Activity, Author, Draft, EntryId, Moment, OpenTo, PagePath, Pseudonym};
use model::{Blame, Timestamp};
use people::{NOW, SURVEY, Town, park, slug, visitor};
use std::time::Duration;
use store::{Durability, Store};
use tempfile::TempDir;
use zoo::{Beast, CRASHES, GROWS, LOOPS, poke};

/// A box in which a beast leads an activity, and somebody has said something in it.
fn cage(beast: &Beast<'_>) -> (TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), store::Options::default()).unwrap();
    let app = App::new(test_box::municipality(), store, DecoderSet::default()).unwrap();
    app.put_activity(named("cage"), beast.load().unwrap()).unwrap();
    let calendar = test_box::municipality().calendar;
    let transaction = app.store().begin(&calendar).unwrap();
    let by = Author { pseudonym: Some(Pseudonym(1)), ..Author::default() };
    let said = Draft { note: vec![1], finished: true, ..Draft::default() };
    transaction.append(&slug("cage"), Moment { at: NOW, offset_minutes: 120 }, &by, vec![said]).unwrap();
    transaction.commit(Durability::Now).unwrap();
    (folder, app)
}

fn named(id: &str) -> Activity {
    Activity { id: slug(id), settings: "{}".to_owned(), ..park(OpenTo::Everyone) }
}

fn looks(app: &App, id: &str, now: Timestamp) -> Result<(), ActivityError> {
    app.page_of(&slug(id), &visitor(Pass::Newcomer, now), &PagePath::front()).map(drop)
}

#[test]
fn a_beast_is_named_rests_after_three_faults_and_everything_else_goes_on() {
    let law_breaking = poke(372, 0);
    for beast in [
        Beast { view: CRASHES, ..Beast::default() },
        Beast { apply: CRASHES, ..Beast::default() },
        Beast { view: GROWS, ..Beast::default() },
        Beast { view: LOOPS, ..Beast::default() },
        Beast { view: &law_breaking, ..Beast::default() },
    ] {
        let (_folder, app) = cage(&beast);
        app.put_activity(named("garden"), Beast::default().load().unwrap()).unwrap();
        for _ in 0..3 {
            let Err(ActivityError::Plugin(fault)) = looks(&app, "cage", NOW) else { panic!("it was not blamed") };
            assert_eq!((fault.blame, fault.plugin.as_str(), fault.version.as_str()), (Blame::Plugin, "beast", "1"));
        }
        assert!(matches!(looks(&app, "cage", NOW), Err(ActivityError::Resting(_))), "it costs nobody's time now");
        looks(&app, "garden", NOW).unwrap();
        assert_eq!(app.home(NOW).unwrap().len(), test_box::municipality().places.len());
        let said = app.store().read().unwrap().entries(&slug("cage"), EntryId(0)).unwrap().count();
        assert_eq!(said, 1);
        // It is tried again after a while, and blamed again.
        assert!(matches!(looks(&app, "cage", NOW + Duration::from_hours(2)), Err(ActivityError::Plugin(_))));
    }
}

#[test]
fn a_report_of_a_beast_fails_alone_and_its_answers_can_still_be_erased() {
    let (_folder, app) = cage(&Beast { findings: CRASHES, ..Beast::default() });
    let languages = named("cage").languages;
    let report = app.report(&slug("cage"), &languages, NOW, Counting::All);
    assert!(matches!(report, Err(ActivityError::Plugin(_))));
    looks(&app, "cage", NOW).unwrap();
    app.erase_entry(&slug("cage"), EntryId(1)).unwrap();
    assert_eq!(app.store().read().unwrap().entries(&slug("cage"), EntryId(0)).unwrap().count(), 0);
}

/// Somebody installs a new version of a plugin that does not even open.
#[test]
fn a_new_version_that_does_not_open_leaves_the_old_one_running() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.writes(Pass::Newcomer, "Ved elva");
    for open in [CRASHES, LOOPS, GROWS] {
        let worse = Beast { open, ..Beast::default() }.load().unwrap();
        let refused = town.app.put_activity(park(OpenTo::Everyone), worse);
        assert!(matches!(refused, Err(ActivityError::Plugin(_))));
    }
    town.page(Pass::Newcomer, "one").unwrap();
    // The same answers under the next version.
    town.app.put_activity(park(OpenTo::Everyone), SURVEY.clone().unwrap()).unwrap();
    assert_eq!(town.log().len(), 1);
}

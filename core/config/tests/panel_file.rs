//! `panel.toml`: what is read, and what is said about what cannot be.

#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use config::{Colour, Diagnostic, Folder, read};
use std::time::Duration;

const OPTIONS: &str = "option = [{ id = \"15-39\", name = \"x\" }, { id = \"40\", name = \"y\" }]\n";

#[track_caller]
fn wrong(panel: &str, says: &[&str]) {
    let found: Vec<Diagnostic> = read(&[("panel.toml", panel)].into_iter().collect::<Folder>()).unwrap_err();
    let said: String = found.iter().map(|d| d.render(Colour::Plain)).collect();
    assert!(says.iter().all(|part| said.contains(part)), "{said}");
}

#[test]
fn a_panel_needs_no_more_than_a_title() {
    let read = |panel: &str| read(&[("panel.toml", panel)].into_iter().collect::<Folder>()).unwrap().0.panel;
    assert!(read("").is_none() && read("# not yet\n").is_none());
    let plan = read("title = \"Panelet\"\n").unwrap();
    assert_eq!((plan.age, plan.letters, plan.smallest_segment), (15, 4, 20));
    assert_eq!(plan.reminder_after, Duration::from_hours(7 * 24));
}

#[test]
fn what_makes_no_sense_in_a_panel_is_pointed_at() {
    wrong("age = 18\n", &["`panel.toml` has no `title`"]);
    wrong("title = \"x\"\nage = 7\n", &["panel.toml:2", "expected a number from 13 to 99"]);
    wrong("title = \"x\"\nleters = 3\n", &["did you mean `letters`?"]);
    let item = |id: &str, options: &str| {
        format!("[[profile]]\nid = \"{id}\"\nname = \"Alder\"\nreason = \"Fordi\"\n{options}")
    };
    let titled = |rest: &str| format!("title = \"x\"\n{rest}");
    wrong(&titled(&item("age", "option = []\n")), &["`age` leaves nothing to choose"]);
    wrong(
        &titled(&[item("age", OPTIONS), item("age", OPTIONS)].concat()),
        &["`age` stands here twice", "the first one"],
    );
    wrong(&titled(&item("age", &OPTIONS.replace("40", "15-39"))), &["`15-39` stands here twice"]);
    wrong(&titled("[[profile]]\nid = \"age\"\nname = \"Alder\"\n"), &["`reason`", "Why it is asked"]);
}

#[test]
fn an_item_allows_several_options_where_it_says_so_and_a_seat_counts_for_one() {
    let read = |panel: &str| read(&[("panel.toml", panel)].into_iter().collect::<Folder>()).unwrap().0.panel;
    let item = format!("id = \"need\"\nname = \"A\"\nreason = \"B\"\n{OPTIONS}");
    let plan = read(&format!("title = \"x\"\n[[profile]]\n{item}several = true\n")).unwrap();
    let need = plan.item("need").unwrap();
    assert_eq!(need.told(["40", "15-39", "93"]).len(), 2, "what is no option is left out");
    let plan = read(&format!("title = \"x\"\n[[profile]]\n{item}")).unwrap();
    assert_eq!(plan.item("need").unwrap().told(["40", "15-39"]).len(), 1);

    let activities = |several: &str| {
        let text = format!(
            "method = \"survey\"\ntitle = \"y\"\n[recruiting]\nhousehold = true\nopens = \"2026-03-01\"\n\
             closes = \"2026-03-20\"\n[[recruiting.profile]]\n{item}{several}"
        );
        let folder: Folder = [("activities/y.toml", text.as_str())].into_iter().collect();
        let (municipality, _) = config::read(&folder).unwrap();
        config::activities(&folder, &municipality)
    };
    let (read, found) = activities("");
    let plan = read[0].recruiting.clone().unwrap();
    assert!(plan.household && plan.item("need").is_some() && found.is_empty(), "{found:?}");
    assert!(!plan.is_open(plan.opens.unwrap() - Duration::from_secs(1)) && plan.is_open(plan.opens.unwrap()));
    assert!(!plan.is_open(plan.closes.unwrap()), "the last day is taken to its end, and no further");
    let (read, found) = activities("several = true\n");
    assert!(read.is_empty(), "{read:?}");
    assert!(found.iter().any(|d| d.message.contains("one value for each person")), "{found:?}");
}

#[test]
fn people_of_a_survey_that_members_cannot_be_are_told_and_the_survey_goes_on() {
    let panel = format!("title = \"x\"\n[[profile]]\nid = \"age\"\nname = \"A\"\nreason = \"B\"\n{OPTIONS}");
    let survey = "method = \"survey\"\ntitle = \"y\"\n[[population]]\nquestion = \"age\"\n\
                  people = { \"15-39\" = 10, \"40-66\" = 20 }\n";
    let folder: Folder = [("panel.toml", panel.as_str()), ("activities/y.toml", survey)].into_iter().collect();
    let (municipality, _) = read(&folder).unwrap();
    let (activities, found) = config::activities(&folder, &municipality);
    assert_eq!((activities.len(), found.len()), (1, 1), "{found:?}");
    assert!(found.iter().all(|d| d.message == "the profile's `age` has no option `40-66`"), "{found:?}");
}

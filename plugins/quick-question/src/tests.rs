use super::*;
use allting_plugin_sdk::method::testing::{assert_laws, assert_laws_with, audience, entry, viewer};
use allting_plugin_sdk::method::{Answer, Content, Press};

const EXAMPLE: &str = include_str!("example.json");

fn two_places() -> Setup {
    Setup::new(EXAMPLE).place("library", "Biblioteket").place("pool", "Svømmehallen")
}

fn open(setup: &Setup) -> QuickQuestion {
    QuickQuestion::open(serde_json::from_str(&setup.settings).unwrap(), setup)
}

fn tap(path: &str, option: &str) -> Action {
    let values = vec![Answer { question: ANSWER.to_owned(), value: Value::Choices(vec![option.to_owned()]) }];
    Action { path: path.to_owned(), form: "tap".to_owned(), press: Press::Send, about: None, values, extra: Vec::new() }
}

/// What somebody taps comes back as an entry.
fn said(question: &QuickQuestion, id: u64, who: &Viewer, path: &str, option: &str) -> Entry {
    let decision = question.decide(who, &tap(path, option)).unwrap();
    entry(id, who, decision.drafts.into_iter().next().unwrap())
}

#[test]
fn all_laws_hold() {
    assert_laws::<QuickQuestion>();
    assert_laws_with::<QuickQuestion>(&two_places());
    assert_laws_with::<QuickQuestion>(&Setup::new(EXAMPLE));
}

#[test]
fn a_tap_counts_for_the_place_it_was_made_at_and_by_its_door_and_hour() {
    let mut question = open(&two_places());
    let mut from_poster = viewer(None);
    from_poster.who.door = Some("poster".to_owned());
    for (id, path) in [(1, "at/pool"), (2, "at/library")] {
        let entry = said(&question, id, &from_poster, path, "crowded");
        question.apply(&entry);
    }
    let found = question.findings(&audience()).remove(0);
    let cells = |figure: usize, row: &str| {
        let row = found.figures[figure].rows.iter().find(|r| r.label == row).unwrap();
        row.cells.clone()
    };
    let two = vec![Cell::Count(0), Cell::Count(0), Cell::Count(2)];
    assert_eq!(cells(0, "For fullt"), [Cell::Count(2)]);
    assert_eq!(cells(1, "12:00"), two);
    assert_eq!(cells(2, "Plakat"), two);
    assert_eq!(cells(3, "Svømmehallen"), [Cell::Count(0), Cell::Count(0), Cell::Count(1)]);
}

#[test]
fn somebody_who_taps_again_changes_their_mind_and_is_counted_once() {
    let mut question = open(&Setup::new(EXAMPLE));
    for (id, option) in [(1, "calm"), (2, "crowded")] {
        let entry = said(&question, id, &viewer(Some(7)), "", option);
        question.apply(&entry);
    }
    let found = question.findings(&audience()).remove(0);
    assert_eq!((found.people, &found.figures[0].rows[2].cells), (1, &vec![Cell::Count(1)]));
}

#[test]
fn a_tap_of_last_month_is_no_longer_shown_beside_the_question() {
    let mut question = open(&Setup::new(EXAMPLE));
    let entry = said(&question, 1, &viewer(None), "", "calm");
    question.apply(&entry);
    let shown = |question: &QuickQuestion, days: u64| {
        let mut later = viewer(None);
        later.now.ms += days * 86_400_000;
        let page = question.view(&later, THANKS);
        page.blocks.into_iter().find_map(|block| match block.is {
            Content::Figure(figure) => Some(figure.rows[0].cells.clone()),
            _ => None,
        })
    };
    assert_eq!(shown(&question, 6).unwrap(), [Cell::Count(1)]);
    assert_eq!(shown(&question, 7).unwrap(), [Cell::Count(0)]);
}

#[test]
fn the_page_at_a_place_tells_its_own_taps_by_hour_and_by_door_and_no_others() {
    let mut question = open(&two_places());
    let mut from_poster = viewer(None);
    from_poster.who.door = Some("poster".to_owned());
    for (id, path) in [(1, "at/pool"), (2, "at/pool"), (3, "at/library")] {
        let entry = said(&question, id, &from_poster, path, "calm");
        question.apply(&entry);
    }
    let page = question.view(&viewer(None), "at/pool");
    let figures: Vec<Figure> = page
        .blocks
        .into_iter()
        .filter_map(|block| if let Content::Figure(figure) = block.is { Some(figure) } else { None })
        .collect();
    let [_, hours, doors] = figures.as_slice() else { panic!("the week, the hours, the doors: {figures:?}") };
    let labels: Vec<&str> = hours.rows.iter().map(|row| row.label.as_str()).collect();
    assert_eq!((labels.len(), labels[0], labels[23]), (24, "00:00", "23:00"));
    let two = [Cell::Count(2), Cell::Count(0), Cell::Count(0)];
    assert_eq!(hours.rows[12].cells, two);
    assert_eq!((doors.rows.len(), doors.rows[0].label.as_str()), (1, "Plakat"));
    assert_eq!(doors.rows[0].cells, two);
    let front = question.view(&viewer(None), "");
    assert_eq!(front.blocks.iter().filter(|block| matches!(block.is, Content::Figure(_))).count(), 1);
}

#[test]
fn a_closed_question_asks_no_more() {
    let question = open(&two_places());
    let closed = Viewer { phase: Phase::Closed, ..viewer(None) };
    let page = question.view(&closed, "at/pool");
    assert!(!page.blocks.iter().any(|block| matches!(block.is, Content::Form(_))));
}

#[test]
fn settings_that_cannot_be_asked_are_refused_where_the_fault_is() {
    let check = |settings: &str| {
        let read = serde_json::from_str(settings).unwrap();
        let found = QuickQuestion::check(&read, &Setup::new(settings));
        found.into_iter().filter(|problem| problem.stops).map(|problem| problem.at).collect::<Vec<_>>()
    };
    let same_key = r#"{"question":"?","option":[{"key":"a","label":"A"},{"key":"a","label":""}]}"#;
    assert_eq!(check(same_key), ["/option/1/key", "/option/1/label"]);
    assert_eq!(check(r#"{"question":" ","option":[]}"#), ["/question", "/option"]);
    assert_eq!(check(EXAMPLE), Vec::<String>::new());
}

use super::*;
use allting_plugin_sdk::method::testing::{assert_laws, audience, entry, viewer};
use allting_plugin_sdk::method::{Cell, Content, Figure, Group, Page, Phase, StepState};

const FIVE_STEPS: &str = include_str!("examples/five-steps.json");
const WORKSHOP: &str = include_str!("examples/problem-workshop.json");
const BOARD: &str = "workshop/board";

fn open(settings: &str) -> Guide {
    Guide::open(serde_json::from_str(settings).unwrap(), &Setup::new(settings))
}

fn leader() -> Viewer {
    let mut who = viewer(Some(1));
    who.who.role = Role::Facilitator;
    who
}

fn choose(question: &str, key: &str) -> Answer {
    Answer { question: question.to_owned(), value: Value::Choices(vec![key.to_owned()]) }
}

fn text(question: &str, text: &str) -> Answer {
    Answer { question: question.to_owned(), value: Value::Text(text.to_owned()) }
}

fn decide(
    guide: &Guide,
    who: &Viewer,
    path: &str,
    about: Option<u64>,
    values: &[Answer],
) -> Result<Decision, Vec<Problem>> {
    let (path, form, values) = (path.to_owned(), "form".to_owned(), values.to_vec());
    guide.decide(who, &Action { path, form, press: Press::Send, about, values, extra: Vec::new() })
}

/// Does something, and stores what comes of it under this number.
fn act(guide: &mut Guide, id: u64, who: &Viewer, about: Option<u64>, values: &[Answer]) {
    let decision = decide(guide, who, BOARD, about, values).unwrap();
    for (draft, id) in decision.drafts.into_iter().zip(id..) {
        guide.apply(&entry(id, who, draft));
    }
}

fn write_note(guide: &mut Guide, id: u64, who: u64, kind: &str, group: &str) {
    let who = viewer(Some(who));
    act(guide, id, &who, None, &[choose("note-kind", kind), choose("group", group), text("note", "No bus")]);
}

fn forms(page: &Page) -> Vec<String> {
    let form = |content: &Content| if let Content::Form(form) = content { Some(form.key.clone()) } else { None };
    page.blocks.iter().filter_map(|block| form(&block.is)).collect()
}

fn columns(page: &Page) -> Vec<(String, Vec<u64>)> {
    let ids = |group: &Group| (group.key.clone(), group.items.iter().map(|item| item.entry).collect());
    let board = |content: &Content| {
        if let Content::Board(groups) = content { Some(groups.iter().map(ids).collect()) } else { None }
    };
    page.blocks.iter().find_map(|block| board(&block.is)).unwrap()
}

fn states(guide: &Guide) -> Vec<StepState> {
    let front = guide.view(&viewer(None), "");
    let steps =
        front.blocks.iter().find_map(|block| if let Content::Steps(steps) = &block.is { Some(steps) } else { None });
    steps.unwrap().iter().map(|step| step.state).collect()
}

fn cells(figure: &Figure, label: &str) -> Vec<Cell> {
    figure.rows.iter().find(|row| row.label == label).unwrap().cells.clone()
}

#[test]
fn all_laws_hold() {
    assert_laws::<Guide>();
}

#[test]
fn who_leads_says_how_far_a_step_has_come_and_others_cannot() {
    let mut guide = open(FIVE_STEPS);
    let done = [choose("state-frame", "done")];
    let refused = decide(&guide, &viewer(Some(7)), "frame", None, &done).unwrap_err();
    assert_eq!(refused[0].at, "state-frame");
    act(&mut guide, 1, &leader(), None, &done);
    assert_eq!(states(&guide)[..3], [StepState::Done, StepState::Here, StepState::Ahead]);
    act(&mut guide, 2, &leader(), None, &[choose("state-frame", "at-work")]);
    assert_eq!(states(&guide)[0], StepState::Here);
}

#[test]
fn a_field_of_the_canvas_is_read_by_all_and_put_back_for_who_leads() {
    let mut guide = open(FIVE_STEPS);
    act(&mut guide, 1, &leader(), None, &[text("frame-problem", "Few come")]);
    act(&mut guide, 2, &leader(), None, &[text("frame-problem", "Few young people come")]);
    let page = guide.view(&viewer(Some(7)), "frame");
    let shown = page.blocks.iter().find_map(|block| match &block.is {
        Content::Notes(group) if group.key == "frame-problem" => Some(group.items[0].entry),
        _ => None,
    });
    assert_eq!(shown, Some(2));
    assert!(!forms(&page).contains(&"frame-problem".to_owned()));
    assert!(forms(&guide.view(&leader(), "frame")).contains(&"frame-problem".to_owned()));
}

#[test]
fn evidence_shows_what_it_rests_on_as_cards() {
    let mut guide = open(FIVE_STEPS);
    let cites =
        Answer { question: "cites-insight".to_owned(), value: Value::References(vec!["datastream/7".to_owned()]) };
    act(&mut guide, 1, &leader(), None, &[text("evidence-insight", "Empty on Mondays"), cites]);
    let page = guide.view(&viewer(Some(7)), "insight");
    let card = |content: &Content| matches!(content, Content::Card(reference) if reference == "datastream/7");
    assert!(page.blocks.iter().any(|block| card(&block.is)));
    assert!(!guide.view(&viewer(None), "frame").blocks.iter().any(|block| card(&block.is)));
    let steps = &guide.findings(&audience())[0].figures[0];
    assert_eq!(cells(steps, "2. Innsikt")[1..], [Cell::Number(1.0), Cell::Count(1)]);
}

#[test]
fn notes_are_written_while_the_clock_runs_and_the_last_sentence_after_it() {
    let mut guide = open(WORKSHOP);
    let writes = |guide: &Guide, after_min: u64| {
        let mut who = viewer(Some(7));
        who.now.ms += after_min * 60_000;
        let page = guide.view(&who, BOARD);
        (forms(&page).contains(&"note".to_owned()), page.until_ms.is_some())
    };
    assert_eq!(writes(&guide, 0), (false, false));
    act(&mut guide, 1, &leader(), None, &[choose("clock", "start")]);
    assert_eq!(
        [0, 14, 16, 17].map(|min| writes(&guide, min)),
        [(true, true), (true, true), (true, true), (false, false)]
    );
    act(&mut guide, 2, &leader(), None, &[choose("clock", "stop")]);
    assert_eq!(writes(&guide, 0), (false, false));
}

#[test]
fn problems_go_to_the_board_and_solutions_beside_it() {
    let mut guide = open(WORKSHOP);
    write_note(&mut guide, 1, 7, "problem", "young");
    write_note(&mut guide, 2, 8, "solution", "parents");
    let page = guide.view(&viewer(Some(7)), BOARD);
    assert_eq!(columns(&page)[0], ("new".to_owned(), vec![1]));
    let parked = page.blocks.iter().find_map(|block| match &block.is {
        Content::Notes(group) if group.key == "solutions" => Some(group.items[0].entry),
        _ => None,
    });
    assert_eq!(parked, Some(2));
}

#[test]
fn who_leads_moves_names_themes_and_sets_what_matters_most() {
    let mut guide = open(WORKSHOP);
    write_note(&mut guide, 1, 7, "problem", "young");
    write_note(&mut guide, 2, 8, "problem", "young");
    act(&mut guide, 3, &leader(), None, &[text("theme", "Getting about")]);
    let theme = columns(&guide.view(&leader(), BOARD))[3].0.clone();
    for note in [1, 2] {
        act(&mut guide, 3 + note, &leader(), Some(note), &[choose("column", &theme)]);
    }
    act(&mut guide, 6, &leader(), Some(2), &[choose("priority", "high")]);
    assert_eq!(columns(&guide.view(&leader(), BOARD))[3].1, [2, 1], "the most important first");
    let needs = &guide.findings(&audience())[1].figures[0];
    assert_eq!(cells(needs, "Tema 1"), [1.0, 0.0, 0.0, 1.0].map(Cell::Number));
    assert!(decide(&guide, &viewer(Some(7)), BOARD, Some(1), &[choose("column", "later")]).is_err());
}

#[test]
fn a_note_in_a_column_since_removed_lies_in_the_first() {
    let mut guide = open(WORKSHOP);
    write_note(&mut guide, 1, 7, "problem", "young");
    act(&mut guide, 2, &leader(), Some(1), &[choose("column", "t99")]);
    assert_eq!(columns(&guide.view(&leader(), BOARD))[0].1, [1]);
}

#[test]
fn a_group_that_nobody_heard_stands_in_the_coverage() {
    let mut guide = open(WORKSHOP);
    write_note(&mut guide, 1, 7, "problem", "young");
    write_note(&mut guide, 2, 7, "solution", "young");
    let coverage = &guide.findings(&audience())[1].figures[1];
    assert_eq!(cells(coverage, "Unge"), [Cell::Number(1.0), Cell::Number(1.0), Cell::Count(1)]);
    assert_eq!(cells(coverage, "Eldre"), [Cell::Number(0.0), Cell::Number(0.0), Cell::Count(0)]);
}

#[test]
fn a_clock_that_a_note_sets_for_years_does_not_run() {
    let mut guide = open(WORKSHOP);
    let draft = Draft::answers(&[choose("clock", "start")]).shared().note(u64::MAX.to_string());
    guide.apply(&entry(1, &leader(), draft));
    assert_eq!(guide.log.rings_ms, None);
}

#[test]
fn closed_work_is_read_and_not_written() {
    let guide = open(FIVE_STEPS);
    for path in ["", "frame", BOARD, "barriers"] {
        let closed = Viewer { phase: Phase::Closed, ..leader() };
        assert_eq!(forms(&guide.view(&closed, path)), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn settings_that_make_no_guide_are_refused_where_the_fault_is() {
    let check = |settings: &str| {
        let read = serde_json::from_str(settings).unwrap_or_else(|e| panic!("{e}: {settings}"));
        let found = Guide::check(&read, &Setup::new(settings));
        found.into_iter().filter(|problem| problem.stops).map(|problem| problem.at).collect::<Vec<_>>()
    };
    let long = "x".repeat(100_000);
    assert_eq!(check(r#"{"step":[]}"#), ["/step"]);
    assert_eq!(
        check(r#"{"step":[{"key":"at","title":"A"},{"key":"a","title":""}]}"#),
        ["/step/0/key", "/step/1/title"]
    );
    assert_eq!(check(&format!(r#"{{"step":[{{"key":"a","title":"A","template":"{long}"}}]}}"#)), ["/step/0/template"]);
    let board = |more: &str| format!(r#"{{"step":[{{"key":"a","title":"A"}}],"board":{{{more}}}}}"#);
    assert_eq!(
        check(&board(r#""step":"b","minutes":0,"column":[]"#)),
        ["/board/step", "/board/minutes", "/board/column"]
    );
    assert_eq!(check(&board(r#""step":"a","minutes":5,"column":[{"key":"t1","label":"T"}]"#)), ["/board/column/0/key"]);
    let clash = r#"{"step":[{"key":"state","title":"A","canvas":[{"key":"b","label":"B"}]},{"key":"b","title":"B"}]}"#;
    assert_eq!(check(clash), ["/step/1/key"]);
}

#[test]
fn the_schema_knows_the_same_keys_as_the_settings() {
    let schema: serde_json::Value = serde_json::from_str(settings::SCHEMA).unwrap();
    for (refused, known) in [
        (r#"{"nonsense":1}"#, &schema["properties"]),
        (r#"{"step":[{"nonsense":1}]}"#, &schema["$defs"]["step"]["properties"]),
        (r#"{"board":{"nonsense":1}}"#, &schema["$defs"]["board"]["properties"]),
    ] {
        let refused = serde_json::from_str::<Settings>(refused).unwrap_err().to_string();
        let known: Vec<&String> = known.as_object().unwrap().keys().collect();
        assert_eq!(known.len(), refused.matches('`').count() / 2 - 1, "{refused}");
        assert!(known.iter().all(|key| refused.contains(&format!("`{key}`"))), "{refused}");
    }
}

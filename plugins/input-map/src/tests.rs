use super::*;
use allting_plugin_sdk::method::testing::{assert_laws, assert_laws_with, audience, entry, viewer};
use allting_plugin_sdk::method::{Answer, Cell, Content, Point, Row, Shape, ShapeKind};

const EXAMPLE: &str = include_str!("example.json");
const PLAIN: &str = r#"{"ask":"What?","category":[{"key":"a","label":"A"}]}"#;

fn open(settings: &str) -> InputMap {
    InputMap::open(serde_json::from_str(settings).unwrap(), &Setup::new(settings))
}

fn choices(question: &str, keys: &[&str]) -> Answer {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Answer { question: question.to_owned(), value: Value::Choices(keys) }
}

fn text(question: &str, text: &str) -> Answer {
    Answer { question: question.to_owned(), value: Value::Text(text.to_owned()) }
}

fn act(
    map: &InputMap,
    who: &Viewer,
    path: &str,
    about: Option<u64>,
    values: &[Answer],
) -> Result<Decision, Vec<Problem>> {
    let (form, values) = (if about.is_some() { "support" } else { "input" }, values.to_vec());
    let action =
        Action { path: path.to_owned(), form: form.to_owned(), press: Press::Send, about, values, extra: Vec::new() };
    map.decide(who, &action)
}

fn write(map: &mut InputMap, id: u64, who: u64, categories: &[&str]) {
    let shape = Shape { kind: ShapeKind::Point, points: vec![Point { longitude: 10.5, latitude: 59.9 }] };
    let place = Answer { question: "where".to_owned(), value: Value::Shape(shape) };
    let values = [place, text("text", "More benches"), choices("kind", &["idea"]), choices("about", categories)];
    let who = viewer(Some(who));
    for draft in act(map, &who, "", None, &values).unwrap().drafts {
        assert!(draft.contribution.as_ref().unwrap().shape.is_some());
        map.apply(&entry(id, &who, draft));
    }
}

fn support(map: &mut InputMap, id: u64, who: u64, about: u64, choice: &str) {
    let who = viewer(Some(who));
    for draft in act(map, &who, LIST, Some(about), &[choices("support", &[choice])]).unwrap().drafts {
        map.apply(&entry(id, &who, draft));
    }
}

fn cells(rows: &[Row], label: &str) -> Vec<Cell> {
    rows.iter().find(|row| row.label == label).unwrap().cells.clone()
}

fn groups(page: &Page) -> Vec<Group> {
    let groups = page.blocks.iter().find_map(|block| match &block.is {
        Content::Map(map) => Some(map.groups.clone()),
        Content::Notes(group) => Some(vec![group.clone()]),
        _ => None,
    });
    groups.unwrap()
}

#[test]
fn all_laws_hold() {
    assert_laws::<InputMap>();
    assert_laws_with::<InputMap>(&Setup::new(PLAIN));
}

#[test]
fn an_input_of_two_categories_counts_in_both_and_its_author_once() {
    let mut map = open(EXAMPLE);
    write(&mut map, 1, 7, &["parking", "traffic"]);
    write(&mut map, 2, 7, &["parking"]);
    write(&mut map, 3, 8, &["none"]);
    let found = map.findings(&audience()).remove(0);
    assert_eq!(found.people, 2);
    let rows = &found.figures[0].rows;
    assert_eq!(cells(rows, "Parkering"), [Cell::Number(2.0), Cell::Count(1)]);
    assert_eq!(cells(rows, "Trafikk"), [Cell::Number(1.0), Cell::Count(1)]);
    assert_eq!(cells(rows, "Ingen av disse passer"), [Cell::Number(1.0), Cell::Count(1)]);
    assert_eq!(cells(&found.figures[2].rows, "2026-06-29"), [Cell::Number(3.0), Cell::Count(2)]);
}

#[test]
fn the_map_shows_layers_newest_first_and_the_list_one_category() {
    let mut map = open(EXAMPLE);
    write(&mut map, 1, 7, &["parking"]);
    write(&mut map, 2, 8, &["traffic"]);
    let layers = groups(&map.view(&viewer(Some(1)), ""));
    let ids = |group: &Group| group.items.iter().map(|item| item.entry).collect::<Vec<_>>();
    assert_eq!((layers.len(), ids(&layers[0])), (3, vec![2, 1]));
    assert_eq!(ids(&groups(&map.view(&viewer(Some(1)), "category/parking"))[0]), [1]);
    assert_eq!(ids(&groups(&map.view(&viewer(Some(1)), LIST))[0]), [2, 1]);
}

#[test]
fn support_is_one_a_person_and_can_be_taken_back() {
    let mut map = open(EXAMPLE);
    write(&mut map, 1, 7, &["parking"]);
    let people = |map: &InputMap| groups(&map.view(&viewer(Some(1)), ""))[0].items[0].tallies[0].people;
    support(&mut map, 2, 8, 1, "yes");
    support(&mut map, 3, 8, 1, "yes");
    support(&mut map, 4, 9, 1, "yes");
    assert_eq!(people(&map), 2);
    support(&mut map, 5, 9, 1, "no");
    support(&mut map, 6, 9, 999, "yes");
    assert_eq!(people(&map), 1);
}

#[test]
fn who_cannot_be_known_again_is_not_asked_for_support() {
    let map = open(EXAMPLE);
    let asks = |who: &Viewer| format!("{:?}", map.view(who, "").blocks).contains("\"support\"");
    assert!(asks(&viewer(Some(1))) && !asks(&viewer(None)));
    let without = open(PLAIN);
    assert!(!format!("{:?}", without.view(&viewer(Some(1)), "").blocks).contains("\"support\""));
}

#[test]
fn a_mended_input_keeps_its_author_place_and_support() {
    let mut map = open(EXAMPLE);
    write(&mut map, 1, 7, &["parking"]);
    support(&mut map, 2, 8, 1, "yes");
    let mut mended = Draft::contribution(Contribution::new("problem", "Fewer words"));
    mended.contribution.as_mut().unwrap().categories = vec!["green".to_owned()];
    map.apply(&entry(3, &viewer(Some(2)), mended.about(Subject::InsteadOf(1))));
    support(&mut map, 4, 9, 3, "yes");
    let layers = groups(&map.view(&viewer(Some(1)), ""));
    assert_eq!((layers[0].items.len(), layers[1].items[0].entry, layers[1].items[0].tallies[0].people), (0, 3, 2));
}

#[test]
fn a_place_can_be_told_in_words() {
    let map = open(EXAMPLE);
    let values = [text("text", "Dark here"), text("place", "Behind the school"), choices("kind", &["problem"])];
    let draft = act(&map, &viewer(None), LIST, None, &values).unwrap().drafts.remove(0);
    assert_eq!((draft.answers.len(), draft.contribution.unwrap().shape), (1, None));
    let empty = act(&map, &viewer(None), LIST, None, &[text("text", "  ")]).unwrap_err();
    assert_eq!(empty[0].at, "text");
}

#[test]
fn inputs_of_a_layer_or_category_since_removed_are_still_shown() {
    let mut map = open(PLAIN);
    let mut old = Contribution::new("gone", "x");
    old.categories = vec!["gone".to_owned()];
    map.apply(&entry(1, &viewer(None), Draft::contribution(old)));
    assert_eq!(groups(&map.view(&viewer(None), ""))[0].items.len(), 1);
    let found = map.findings(&audience()).remove(0);
    assert_eq!(cells(&found.figures[0].rows, "Uten kategori"), [Cell::Number(1.0), Cell::Count(1)]);
}

#[test]
fn a_closed_map_shows_and_does_not_ask() {
    let mut map = open(EXAMPLE);
    write(&mut map, 1, 7, &[]);
    let closed = Viewer { phase: Phase::Closed, ..viewer(Some(1)) };
    for path in ["", LIST] {
        let page = map.view(&closed, path);
        assert!(!page.blocks.iter().any(|block| matches!(block.is, Content::Form(_))));
        assert!(!groups(&page)[0].items.is_empty());
    }
}

#[test]
fn more_pins_than_a_map_can_carry_are_cut_and_it_says_so() {
    let mut map = open(PLAIN);
    for id in 1..=6000 {
        map.apply(&entry(id, &viewer(Some(id)), Draft::contribution(Contribution::new(INPUT, "x"))));
    }
    let page = map.view(&viewer(None), "");
    assert_eq!(groups(&page)[0].items.len(), ON_MAP_MAX);
    assert_eq!(groups(&page)[0].items[0].entry, 6000);
    assert!(format!("{:?}", page.blocks).contains(words::SHOWN.nb));
}

#[test]
fn settings_that_make_no_map_are_refused_where_the_fault_is() {
    let check = |settings: &str| {
        let read = serde_json::from_str(settings).unwrap();
        let found = InputMap::check(&read, &Setup::new(settings));
        found.into_iter().filter(|problem| problem.stops).map(|problem| problem.at).collect::<Vec<_>>()
    };
    let long = "x".repeat(100_000);
    let with = |more: &str| format!(r#"{{"ask":"?","category":[{{"key":"a","label":"A"}}]{more}}}"#);
    assert_eq!(check(&with("")), Vec::<String>::new());
    assert_eq!(check(r#"{"ask":"?","category":[]}"#), ["/category"]);
    assert_eq!(check(&with(&format!(r#","intro":"{long}""#))), ["/intro"]);
    assert_eq!(
        check(&with(r#","layer":[{"key":"B","label":""},{"key":"none","label":"C"}]"#)),
        ["/layer/0/key", "/layer/1/key", "/layer/0/label"]
    );
    assert_eq!(check(&with(r#","frame":{"west":11,"south":59,"east":10,"north":60}"#)), ["/frame"]);
    assert_eq!(check(&with(r#","overlay":["file/../secrets.toml","https://x"]"#)), ["/overlay/0", "/overlay/1"]);
    assert_eq!(check(&with(r#","photos":99"#)), ["/photos"]);
}

#[test]
fn the_schema_knows_the_same_keys_as_the_settings() {
    let schema: serde_json::Value = serde_json::from_str(settings::SCHEMA).unwrap();
    let refused = serde_json::from_str::<Settings>(r#"{"nonsense":1}"#).unwrap_err().to_string();
    let known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(known.len(), refused.matches('`').count() / 2 - 1, "{refused}");
    assert!(known.iter().all(|key| refused.contains(&format!("`{key}`"))), "{refused}");
}

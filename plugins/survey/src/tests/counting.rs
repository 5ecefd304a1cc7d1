use super::*;
use allting_plugin_sdk::method::testing::audience;
use allting_plugin_sdk::method::{Adds, Average, Cell, Figure, Look, Point, Shape, ShapeKind};

const ALL_KINDS: &str = include_str!("../examples/reuse-shop.json");

/// One person, all on one page.
fn answered(survey: &mut Survey, who: u64, answers: &[Answer]) {
    send(survey, who, who, WHOLE, Press::Send, answers);
}

fn finding(survey: &Survey, key: &str) -> Finding {
    survey.findings(&audience()).into_iter().find(|finding| finding.key == key).unwrap()
}

fn cells(figure: &Figure, row: &str) -> Vec<Cell> {
    figure.rows.iter().find(|r| r.label == row).unwrap_or_else(|| panic!("no row {row}: {figure:?}")).cells.clone()
}

#[test]
fn only_who_finished_is_counted_and_the_others_where_they_stopped() {
    let mut survey = open(CARS);
    send(&mut survey, 1, 7, "car", Press::Send, &[choose("has", &["yes"])]);
    assert_eq!(finding(&survey, "has").people, 0);
    let stopped = &finding(&survey, found::TAKEN_PART).figures[0];
    assert_eq!(cells(stopped, "1"), [Cell::Count(1)]);
    send(&mut survey, 2, 7, "cars", Press::Send, &[number("many", 2.0)]);
    send(&mut survey, 3, 7, "age", Press::Send, &[number("age", 40.0)]);
    assert_eq!(cells(&finding(&survey, "has").figures[0], "Yes"), [Cell::Count(1)]);
    assert_eq!(cells(&finding(&survey, found::TAKEN_PART).figures[0], "1"), [Cell::Count(0)]);
    assert_eq!(cells(&finding(&survey, "age").figures[0], "18\u{2013}66"), [Cell::Count(1)]);
}

#[test]
fn an_earlier_answer_that_changes_takes_what_hung_on_it_out_of_the_count() {
    let mut survey = open(CARS);
    answered(&mut survey, 7, &[choose("has", &["yes"]), number("many", 2.0)]);
    assert_eq!(finding(&survey, "many").people, 1);
    send(&mut survey, 8, 7, "car", Press::Send, &[choose("has", &["no"])]);
    assert_eq!((finding(&survey, "many").people, finding(&survey, "has").people), (0, 1));
}

#[test]
fn a_second_answer_replaces_the_first() {
    let mut survey = open(CARS);
    answered(&mut survey, 7, &[number("age", 17.0)]);
    send(&mut survey, 8, 7, WHOLE, Press::Send, &[number("age", 80.0)]);
    let figure = &finding(&survey, "age").figures[0];
    assert_eq!((cells(figure, "< 18"), cells(figure, "\u{2265} 67")), (vec![Cell::Count(0)], vec![Cell::Count(1)]));
}

#[test]
fn every_kind_has_its_figure() {
    let mut survey = open(ALL_KINDS);
    let spot = Shape { kind: ShapeKind::Point, points: vec![Point { longitude: 10.5, latitude: 59.9 }] };
    for who in 1..=2 {
        let first = if who == 1 { ["sports", "tools"] } else { ["tools", "sports"] };
        answered(
            &mut survey,
            who,
            &[
                choose("would-use", &["yes"]),
                number("visits", 12.0),
                choose("rank", &first),
                number("agree-price", 6.0),
                choose("agree-nature", &["unsure"]),
                text("bring", "Kari at 123 45 678"),
                Answer { question: "spot".to_owned(), value: Value::Shape(spot.clone()) },
                Answer { question: "opening".to_owned(), value: Value::Date("2026-05-14".to_owned()) },
                Answer { question: "agreed".to_owned(), value: Value::Flag(who == 1) },
            ],
        );
    }
    let figure = |key: &str, at: usize| finding(&survey, key).figures.swap_remove(at);
    assert_eq!((figure("would-use", 0).look, figure("would-use", 0).adds), (Look::Bars, Adds::Down));
    assert_eq!(cells(&figure("visits", 0), "10\u{2013}19"), [Cell::Count(2)]);
    let mean = |value: f64, people: u32| Cell::Average(Average { value, people });
    assert_eq!(figure("visits", 1).rows[0].cells, [mean(12.0, 2)]);
    assert_eq!(cells(&figure("rank", 0), "Verktøy"), [mean(1.5, 2), Cell::Count(1)]);
    assert_eq!(cells(&figure("rank", 0), "Møbler"), [Cell::Empty, Cell::Count(0)]);
    let matrix = figure("agree", 0);
    assert_eq!((matrix.look, matrix.adds, matrix.columns.len()), (Look::Stacked, Adds::Across, 8));
    assert_eq!(cells(&matrix, "Det er viktig for naturen")[7], Cell::Count(2));
    assert_eq!(cells(&figure("agree", 1), "Prisen er viktigst"), [mean(6.0, 2)]);
    assert_eq!(cells(&figure("opening", 0), "2026-05-11"), [Cell::Count(2)]);
    assert_eq!(figure("agreed", 0).rows[0].cells, [Cell::Count(1)]);
    let where_at = finding(&survey, "spot");
    assert_eq!((where_at.people, where_at.figures.len()), (2, 0), "how many gave it stands above each finding");
    let words = finding(&survey, "bring");
    assert_eq!(words.people, 2);
    assert!(!format!("{words:?}").contains("Kari"));
}

#[test]
fn a_free_answer_counts_beside_the_options() {
    let mut survey = open(include_str!("../examples/neighbourhood.json"));
    answered(&mut survey, 1, &[choose("places", &["pool"]), text("places.other", "The beach")]);
    answered(&mut survey, 2, &[text("places.other", "The church")]);
    let figure = |survey: &Survey| finding(survey, "places").figures.swap_remove(0);
    assert_eq!(cells(&figure(&survey), "Et annet sted"), [Cell::Count(2)]);
    assert_eq!(figure(&survey).adds, Adds::Nothing);
    send(&mut survey, 3, 2, "everyday", Press::Send, &[choose("places", &["pool"])]);
    assert_eq!(cells(&figure(&survey), "Et annet sted"), [Cell::Count(1)]);
}

#[test]
fn answers_that_no_question_takes_are_skipped() {
    let mut survey = open(CARS);
    let nonsense = [
        choose("no-such-question", &["yes"]),
        choose("has", &["no-such-option"]),
        number("has", 3.0),
        text("age", "forty"),
        number("age", f64::NAN),
        text("age.other", "x"),
        text(".other", "x"),
        text("", "x"),
    ];
    answered(&mut survey, 7, &nonsense);
    assert!(survey.findings(&audience()).iter().skip(1).all(|finding| finding.people == 0));
}

#[test]
fn a_person_takes_few_bytes_and_comes_back_whole() {
    let survey = open(ALL_KINDS);
    let mut sheet = Sheet::default();
    let answers = [
        choose("would-use", &["no"]),
        number("visits", 12.5),
        choose("rank", &["tools", "sports", "tools"]),
        number("agree-price", 7.0),
        choose("agree-nature", &["unsure"]),
        text("bring", "x".repeat(20_000).as_str()),
        Answer { question: "opening".to_owned(), value: Value::Date("2026-05-14".to_owned()) },
        Answer { question: "agreed".to_owned(), value: Value::Flag(true) },
    ];
    sheet.take(&survey.plan, &answers);
    let packed = sheet.pack();
    assert!(packed.len() <= 48, "{} bytes", packed.len());
    assert_eq!(Sheet::unpack(&survey.plan, &packed), sheet);
    assert_eq!(sheet.iter().count(), answers.len());
}

#[test]
fn ten_thousand_people_of_thirty_questions_keep_within_a_warm_activity() {
    let question = |at: usize| format!(r#"{{"key":"q{at}","kind":"scale","ask":"{at}?","low":"a","high":"b"}}"#);
    let questions: Vec<String> = (0..30).map(question).collect();
    let mut survey = open(&format!(r#"{{"page":[{{"question":[{}]}}]}}"#, questions.join(",")));
    for who in 1..=10_000_u64 {
        let answers: Vec<Answer> = (0..30)
            .map(|at| number(&format!("q{at}"), f64::from(u32::try_from((who + at) % 5).unwrap() + 1)))
            .collect();
        answered(&mut survey, who, &answers);
    }
    let held: usize = survey.people.values().map(|person| person.packed.len() + size_of::<(u64, Person)>()).sum();
    assert!(held < 3 << 20, "{held} bytes");
    let average = &finding(&survey, "q0").figures[1].rows[0].cells[0];
    assert_eq!(*average, Cell::Average(Average { value: 3.0, people: 10_000 }));
}

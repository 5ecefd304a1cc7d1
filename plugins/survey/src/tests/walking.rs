use super::*;
use allting_plugin_sdk::method::testing::{assert_laws, assert_laws_with};
use allting_plugin_sdk::method::{FieldKind, Test};

#[test]
fn all_laws_hold() {
    assert_laws::<Survey>();
    assert_laws_with::<Survey>(&Setup::new(CARS));
}

#[test]
fn an_answer_leads_to_the_page_that_hangs_on_it_and_past_it() {
    let mut survey = open(CARS);
    assert_eq!(send(&mut survey, 1, 7, "", Press::Send, &[choose("has", &["yes"])]), "cars");
    assert_eq!(send(&mut survey, 2, 8, "car", Press::Send, &[choose("has", &["no"])]), "age");
    assert_eq!(keys(&survey.view(&viewer(Some(7)), "cars")), ["many"]);
    let not_for_them = survey.view(&viewer(Some(8)), "cars");
    assert!(keys(&not_for_them).is_empty());
}

#[test]
fn progress_counts_the_pages_of_this_person() {
    let mut survey = open(CARS);
    send(&mut survey, 1, 7, "car", Press::Send, &[choose("has", &["yes"])]);
    send(&mut survey, 2, 8, "car", Press::Send, &[choose("has", &["no"])]);
    let progress = |who, path: &str| {
        let shown = survey.view(&viewer(Some(who)), path).progress.unwrap();
        (shown.at, shown.of)
    };
    assert_eq!((progress(7, "age"), progress(8, "age")), ((3, 3), (2, 2)));
}

#[test]
fn somebody_who_pauses_comes_back_to_where_they_were() {
    let mut survey = open(CARS);
    send(&mut survey, 1, 7, "car", Press::Send, &[choose("has", &["yes"])]);
    assert_eq!(send(&mut survey, 2, 7, "cars", Press::Pause, &[number("many", 2.0)]), "");
    let front = survey.view(&viewer(Some(7)), "");
    let ways =
        front.blocks.iter().find_map(|block| if let Content::Links(links) = &block.is { Some(links) } else { None });
    assert!(format!("{:?}", ways.unwrap()[0].to).contains("cars"), "{ways:?}");
    assert_eq!(survey.sheet_of(&viewer(Some(7))).get(2), Some(&Said::Number(2.0)));
}

#[test]
fn back_keeps_what_is_written_and_goes_to_the_page_before() {
    let mut survey = open(CARS);
    send(&mut survey, 1, 7, "car", Press::Send, &[choose("has", &["no"])]);
    assert_eq!(send(&mut survey, 2, 7, "age", Press::Back, &[number("age", 40.0)]), "car");
    assert_eq!(survey.sheet_of(&viewer(Some(7))).get(3), Some(&Said::Number(40.0)));
    assert_eq!(survey.finished, 0);
}

#[test]
fn an_answer_that_is_emptied_is_taken_back() {
    let mut survey = open(CARS);
    send(&mut survey, 1, 7, "car", Press::Send, &[choose("has", &["no"]), text("why", "Bus.")]);
    send(&mut survey, 2, 7, "car", Press::Send, &[choose("has", &["no"])]);
    assert_eq!(survey.sheet_of(&viewer(Some(7))).get(1), None);
}

#[test]
fn the_last_page_takes_back_what_is_no_longer_asked() {
    let mut survey = open(CARS);
    send(&mut survey, 1, 7, "car", Press::Send, &[choose("has", &["yes"])]);
    send(&mut survey, 2, 7, "cars", Press::Send, &[number("many", 2.0)]);
    send(&mut survey, 3, 7, "car", Press::Send, &[choose("has", &["no"])]);
    assert!(survey.sheet_of(&viewer(Some(7))).get(2).is_some(), "it may become true again while they are at it");
    assert_eq!(send(&mut survey, 4, 7, "age", Press::Send, &[number("age", 40.0)]), THANKS);
    assert_eq!(survey.sheet_of(&viewer(Some(7))).get(2), None);
}

#[test]
fn who_cannot_be_known_again_gets_all_on_one_page() {
    let survey = open(CARS);
    let page = survey.view(&viewer(None), "");
    assert_eq!(keys(&page), ["has", "why", "many", "age"]);
    let many = fields(&page)[2];
    assert!(
        matches!(&many.when[..], [condition] if condition.field == "has" && matches!(&condition.holds, Test::Chosen(_)))
    );
    assert_eq!(keys(&page), keys(&survey.view(&viewer(Some(7)), WHOLE)));
}

#[test]
fn what_hangs_on_its_own_page_is_left_to_the_box() {
    let survey = open(CARS);
    let page = survey.view(&viewer(Some(7)), "");
    assert_eq!(keys(&page), ["has", "why"]);
    assert_eq!(fields(&page)[1].when.len(), 1);
}

#[test]
fn random_order_is_another_for_each_and_the_same_on_paper() {
    let survey = open(include_str!("../examples/reuse-shop.json"));
    let order = |seed: u64, path: &str| {
        let mut who = viewer(Some(1));
        who.seed = seed;
        let page = survey.view(&who, path);
        let rank = fields(&page).into_iter().find(|field| field.key == "rank").unwrap();
        let FieldKind::Choice(choice) = &rank.kind else { unreachable!() };
        choice.options.iter().map(|option| option.key.clone()).collect::<Vec<_>>()
    };
    let survey = open(include_str!("../examples/neighbourhood.json"));
    let places = |seed: u64| {
        let mut who = viewer(Some(1));
        who.seed = seed;
        let page = survey.view(&who, "everyday");
        let FieldKind::Choice(choice) = &fields(&page)[1].kind else { unreachable!() };
        choice.options.iter().map(|option| option.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(places(3), places(3));
    assert!((0..30).any(|seed| places(seed) != places(3)));
    assert!((0..30).all(|seed| places(seed)[3] == "none"), "what stands alone stays last");
    assert_eq!(order(1, WHOLE), order(2, WHOLE));
}

#[test]
fn a_closed_survey_asks_nothing_and_says_so() {
    let survey = open(CARS);
    for path in ["", "car", "age"] {
        let closed = Viewer { phase: Phase::Closed, ..viewer(Some(7)) };
        assert!(keys(&survey.view(&closed, path)).is_empty());
    }
}

#[test]
fn a_survey_of_three_hundred_questions_fits_one_page_and_counts() {
    let question = |at: usize| {
        let when =
            if at == 0 { String::new() } else { format!(r#","when":[{{"question":"q{}","is":["a"]}}]"#, at - 1) };
        format!(
            r#"{{"key":"q{at}","kind":"single","ask":"{at}?",
            "option":[{{"key":"a","label":"A"}},{{"key":"b","label":"B"}}]{when}}}"#
        )
    };
    let pages: Vec<String> = (0..10)
        .map(|page| {
            let questions: Vec<String> = (page * 30..page * 30 + 30).map(question).collect();
            format!(r#"{{"question":[{}]}}"#, questions.join(","))
        })
        .collect();
    let settings = format!(r#"{{"page":[{}]}}"#, pages.join(","));
    assert_eq!(Survey::check(&serde_json::from_str(&settings).unwrap(), &Setup::new(&settings)), []);
    let mut survey = open(&settings);
    assert_eq!(fields(&survey.view(&viewer(None), WHOLE)).len(), 300);
    let all: Vec<Answer> = (0..300).map(|at| choose(&format!("q{at}"), &["a"])).collect();
    send(&mut survey, 1, 7, WHOLE, Press::Send, &all);
    assert_eq!(survey.tallies.fields[299].people, 1);
    send(&mut survey, 2, 7, WHOLE, Press::Send, &[choose("q0", &["b"])]);
    assert_eq!(survey.tallies.fields[299].people, 0, "the chain hangs on its first link");
    assert_eq!(survey.tallies.fields[0].people, 1);
}

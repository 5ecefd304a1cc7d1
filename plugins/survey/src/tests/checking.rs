use super::*;

/// What stops, and where.
fn stops(settings: &str) -> Vec<String> {
    found(settings).into_iter().filter(|problem| problem.stops).map(|problem| problem.at).collect()
}

fn found(settings: &str) -> Vec<Problem> {
    let read = serde_json::from_str(settings).unwrap_or_else(|e| panic!("{e}: {settings}"));
    let mut setup = Setup::new(settings);
    setup.languages = vec!["en".to_owned()];
    Survey::check(&read, &setup)
}

fn why(settings: &str) -> String {
    found(settings).into_iter().map(|problem| problem.text).collect()
}

/// Questions of one page.
fn page(questions: &str) -> String {
    format!(r#"{{"page":[{{"question":[{questions}]}}]}}"#)
}

/// A single choice between a, b and c.
fn single(key: &str, more: &str) -> String {
    let options = r#"[{"key":"a","label":"A"},{"key":"b","label":"B"},{"key":"c","label":"C"}]"#;
    format!(r#"{{"key":"{key}","kind":"single","ask":"?","option":{options}{more}}}"#)
}

fn one_after(question: &str, when: &str) -> String {
    page(&format!("{question},{}", single("then", &format!(r#","when":[{when}]"#))))
}

#[test]
fn conditions_that_can_hold_are_fine() {
    for when in [
        r#"{"question":"q"}"#,
        r#"{"question":"q","is":["a","b"],"not":["a"]}"#,
        r#"{"question":"q","is":["a","b"]},{"question":"q","is":["b","c"]}"#,
        r#"{"question":"q","not":["a","b","c"]}"#,
    ] {
        assert_eq!(stops(&one_after(&single("q", ""), when)), Vec::<String>::new(), "{when}");
    }
}

#[test]
fn a_condition_names_an_earlier_question_and_an_option_of_it() {
    let unknown = one_after(&single("q", ""), r#"{"question":"qq"}"#);
    assert_eq!(stops(&unknown), ["/page/0/question/1/when/0/question"]);
    let no_option = one_after(&single("q", ""), r#"{"question":"q","is":["a","d"]}"#);
    assert_eq!(stops(&no_option), ["/page/0/question/1/when/0/is/1"]);
    let later = page(&format!("{},{}", single("q", r#","when":[{"question":"p"}]"#), single("p", "")));
    assert_eq!(stops(&later), ["/page/0/question/0/when/0/question"]);
    assert!(why(&later).contains("later"), "{}", why(&later));
    let no_number = one_after(&single("q", ""), r#"{"question":"q","from":3}"#);
    assert_eq!(stops(&no_number), ["/page/0/question/1/when/0/from"]);
    let no_choice = one_after(r#"{"key":"q","kind":"text","ask":"?"}"#, r#"{"question":"q","is":["a"]}"#);
    assert_eq!(stops(&no_choice), ["/page/0/question/1/when/0/is/0"]);
}

#[test]
fn conditions_in_a_circle_are_called_so() {
    let ring = page(&format!(
        "{},{},{}",
        single("q", r#","when":[{"question":"r"}]"#),
        single("p", r#","when":[{"question":"q"}]"#),
        single("r", r#","when":[{"question":"p"}]"#),
    ));
    assert!(why(&ring).contains("circle"), "{}", why(&ring));
    let itself = page(&single("q", r#","when":[{"question":"q"}]"#));
    assert!(why(&itself).contains("circle"), "{}", why(&itself));
    let own_page = format!(r#"{{"page":[{{"when":[{{"question":"q"}}],"question":[{}]}}]}}"#, single("q", ""));
    assert!(why(&own_page).contains("circle"), "{}", why(&own_page));
}

#[test]
fn conditions_that_exclude_each_other_are_a_contradiction() {
    let scale = r#"{"key":"q","kind":"scale","ask":"?","unsure":"?"}"#;
    let many = r#"{"key":"q","kind":"multiple","ask":"?",
        "option":[{"key":"a","label":"A"},{"key":"b","label":"B","alone":true}]}"#;
    for (question, when) in [
        (single("q", ""), r#"{"question":"q","is":["a"]},{"question":"q","is":["b"]}"#),
        (single("q", ""), r#"{"question":"q","is":["a"],"not":["a"]}"#),
        (single("q", ""), r#"{"question":"q"},{"question":"q","not":["a","b","c"]}"#),
        (scale.to_owned(), r#"{"question":"q","from":6}"#),
        (scale.to_owned(), r#"{"question":"q","from":2,"is":["unsure"]}"#),
        (r#"{"key":"q","kind":"number","ask":"?","to":10}"#.to_owned(), r#"{"question":"q","from":11}"#),
        (r#"{"key":"q","kind":"number","ask":"?","whole":true}"#.to_owned(), r#"{"question":"q","from":1.2,"to":1.8}"#),
        (many.to_owned(), r#"{"question":"q","is":["a"]},{"question":"q","is":["b"]}"#),
    ] {
        let settings = one_after(&question, when);
        assert_eq!(stops(&settings), ["/page/0/question/1/when"], "{when}: {}", why(&settings));
    }
}

#[test]
fn a_question_behind_one_that_is_then_not_asked_is_unreachable() {
    let chain = page(&format!(
        "{},{},{}",
        single("q", ""),
        single("p", r#","when":[{"question":"q","is":["a"]}]"#),
        single("r", r#","when":[{"question":"p","is":["b"]},{"question":"q","is":["b"]}]"#),
    ));
    assert_eq!(stops(&chain), ["/page/0/question/2"]);
    assert!(why(&chain).contains("Nobody gets here"), "{}", why(&chain));
}

#[test]
fn a_page_that_nobody_gets_to_is_named_once() {
    let settings = format!(
        r#"{{"page":[{{"question":[{}]}},{{"when":[{{"question":"q","is":["a"],"not":["a"]}}],"question":[{},{}]}}]}}"#,
        single("q", ""),
        single("r", ""),
        single("s", "")
    );
    assert_eq!(stops(&settings), ["/page/1/when"]);
}

#[test]
fn keys_stand_once_also_those_of_rows() {
    let matrix = r#"{"key":"m","kind":"matrix","ask":"?","low":"a","high":"b","row":[{"key":"x","label":"X"}]}"#;
    assert_eq!(stops(&page(&format!("{matrix},{}", single("m-x", "")))), ["/page/0/question/1/key"]);
    assert_eq!(stops(&page(&single("taken-part", ""))), ["/page/0/question/0/key"]);
    let pages = format!(
        r#"{{"page":[{{"key":"page-2","question":[{}]}},{{"question":[{}]}}]}}"#,
        single("a", ""),
        single("b", "")
    );
    assert_eq!(stops(&pages), ["/page/1/key"]);
    for reserved in ["whole", "thanks", "at", "Page", ""] {
        let settings = format!(r#"{{"page":[{{"key":"{reserved}","question":[{}]}}]}}"#, single("a", ""));
        assert_eq!(stops(&settings), ["/page/0/key"], "{reserved}");
    }
}

#[test]
fn a_missing_translation_is_odd_and_does_not_stop() {
    let settings = page(r#"{"key":"q","kind":"text","ask":{"nb":"Hva?"}}"#);
    let problems = found(&settings);
    assert!(
        matches!(&problems[..], [Problem { stops: false, at, .. }] if at == "/page/0/question/0/ask"),
        "{problems:?}"
    );
}

#[test]
fn what_belongs_to_another_kind_is_odd() {
    let settings =
        page(r#"{"key":"q","kind":"text","ask":"?","unit":"km","row":[{"key":"x","label":"X"}],"first":"2026-01-01"}"#);
    let at: Vec<String> = found(&settings).into_iter().map(|problem| problem.at).collect();
    assert_eq!(at, ["/page/0/question/0/row", "/page/0/question/0/unit", "/page/0/question/0/first"]);
}

#[test]
fn limits_that_nobody_can_keep_are_refused() {
    for (question, at) in [
        (r#"{"key":"q","kind":"scale","ask":"?","from":1,"to":40}"#, "to"),
        (r#"{"key":"q","kind":"scale","ask":"?","from":1.5,"to":4}"#, "to"),
        (r#"{"key":"q","kind":"scale","ask":"?","from":-1e300,"to":1e300}"#, "from"),
        (r#"{"key":"q","kind":"number","ask":"?","from":5,"to":4}"#, "to"),
        (r#"{"key":"q","kind":"number","ask":"?","classes":[3,3]}"#, "classes"),
        (r#"{"key":"q","kind":"date","ask":"?","first":"2026-02-30"}"#, "first"),
        (r#"{"key":"q","kind":"date","ask":"?","first":"2026-02-03","last":"2026-02-01"}"#, "last"),
        (r#"{"key":"q","kind":"text","ask":"?","most":100000}"#, "most"),
        (r#"{"key":"q","kind":"photo","ask":"?","most":0}"#, "most"),
        (r#"{"key":"q","kind":"matrix","ask":"?"}"#, "row"),
        (r#"{"key":"q","kind":"single","ask":"?"}"#, "option"),
        (
            r#"{"key":"q","kind":"multiple","least":3,"ask":"?",
            "option":[{"key":"a","label":"A"},{"key":"b","label":"B"}]}"#,
            "least",
        ),
    ] {
        assert_eq!(stops(&page(question)), [format!("/page/0/question/0/{at}")], "{question}");
    }
}

#[test]
fn texts_and_lists_without_end_are_refused_and_do_not_take_long() {
    let long = "x".repeat(100_000);
    let settings = format!(r#"{{"intro":"{long}","page":[{{"title":"{long}","question":[{}]}}]}}"#, single("q", ""));
    assert_eq!(stops(&settings), ["/intro", "/page/0/title"]);
    let many: Vec<String> = (0..400).map(|at| single(&format!("q{at}"), "")).collect();
    assert_eq!(stops(&page(&many.join(","))), ["/page"]);
    let text = "y".repeat(15_000);
    let pages: Vec<String> =
        (0..20).map(|at| format!(r#"{{"text":"{text}","question":[{}]}}"#, single(&format!("q{at}"), ""))).collect();
    assert_eq!(stops(&format!(r#"{{"page":[{}]}}"#, pages.join(","))), [""]);
    let conditions = vec![r#"{"question":"q"}"#; 5000].join(",");
    assert_eq!(stops(&one_after(&single("q", ""), &conditions)), ["/page/0/question/1/when"]);
    assert_eq!(stops(r#"{"page":[]}"#), ["/page"]);
}

#[test]
fn a_deep_chain_that_breaks_at_its_end_is_found() {
    let mut questions = vec![single("q0", "")];
    for at in 1..299 {
        questions.push(single(&format!("q{at}"), &format!(r#","when":[{{"question":"q{}","is":["a"]}}]"#, at - 1)));
    }
    questions.push(single("q299", r#","when":[{"question":"q298"},{"question":"q0","is":["b"]}]"#));
    assert_eq!(stops(&page(&questions.join(","))), ["/page/0/question/299"]);
}

#[test]
fn a_page_in_random_order_has_no_conditions_within() {
    let settings = format!(
        r#"{{"page":[{{"order":"random","question":[{},{}]}}]}}"#,
        single("q", ""),
        single("p", r#","when":[{"question":"q"}]"#)
    );
    assert_eq!(stops(&settings), ["/page/0/question/1/when"]);
}

#[test]
fn the_schema_allows_what_the_examples_say_and_nothing_else_can_be_read() {
    let schema: serde_json::Value = serde_json::from_str(settings::SCHEMA).unwrap();
    let known = |of: &str| schema["$defs"][of]["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let refused = |json: String| serde_json::from_str::<Settings>(&json).unwrap_err().to_string();
    let fields = refused(page(r#"{"key":"q","kind":"text","ask":"?","nonsense":1}"#));
    for key in known("question") {
        assert!(fields.contains(&format!("`{key}`")), "the schema knows `{key}`, and the settings do not: {fields}");
    }
    let fields = refused(page(&single("q", r#","when":[{"question":"q","nonsense":1}]"#)));
    for key in known("condition") {
        assert!(fields.contains(&format!("`{key}`")), "{fields}");
    }
}

use super::*;
use allting_plugin_sdk::channel::testing::{assert_laws, compose, http, http_with, play};
use allting_plugin_sdk::channel::{Body, Failure, Verb};

const SETTINGS: &str = r#"{"user":"u1","password":"elks","from":"Norsjo","to":["+46701","+46702000"],"parts":3}"#;

fn post() -> Post {
    let publication = Publication::new("rule/1", Text::new("sv", "Isen bär inte", "Stäng banan."));
    compose::<Sms>(&publication, SETTINGS).unwrap().remove(0)
}

fn to(step: &Step) -> Option<String> {
    let Step::Http(request) = step else { return None };
    let Body::Form(fields) = &request.body else { return None };
    let Secretive::Plain(to) = &fields.iter().find(|(name, _)| name == "to")?.1 else { panic!("{fields:?}") };
    Some(to.clone())
}

fn created(id: &str) -> Reply {
    http(200, &format!(r#"{{"status":"created","direction":"outgoing","parts":1,"cost":3500,"id":"{id}"}}"#))
}

#[test]
fn all_laws_hold() {
    assert_laws::<Sms>();
}

#[test]
fn parts_are_counted_as_telephones_count() {
    let parts = |text: &str| (Measure::of(text).units, Measure::of(text).parts);
    assert_eq!(parts(&"å".repeat(160)), (160, 1));
    assert_eq!(parts(&"ø".repeat(161)), (161, 2));
    assert_eq!(parts(&"a".repeat(307)), (307, 3));
    assert_eq!(parts("12 \u{20ac} [x]"), (11, 1));
    assert_eq!(parts(&"\u{10d}".repeat(70)), (70, 1), "a letter that the alphabet does not hold");
    assert_eq!(parts(&"\u{1f525}".repeat(36)), (72, 2));
    // A part was counted too few where an escape would have been cut apart: Kannel, which cuts for real, showed it.
    assert_eq!(parts(&"\u{20ac}".repeat(229)), (458, 4), "76 fit into each, and one septet stays empty");
}

#[test]
fn a_message_goes_to_each_and_costs_its_parts_for_each() {
    assert_eq!((post().cost, post().length), (2, 27));
    let mut ids = ["s1", "s2"].into_iter();
    let steps = play::<Sms>(&post(), SETTINGS, |_| created(ids.next().unwrap()));
    let all: Vec<Option<String>> = steps.iter().map(to).collect();
    assert_eq!(all, [Some("+46701".to_owned()), Some("+46702000".to_owned()), None]);
    let Step::Http(request) = &steps[0] else { unreachable!() };
    let basic = Secretive::Basic(("u1".to_owned(), "elks".to_owned()));
    assert_eq!(request.headers, [("authorization".to_owned(), basic)]);
    let Some(Step::Done(receipt)) = steps.last() else { panic!("{steps:?}") };
    assert_eq!((receipt.handle.as_str(), receipt.people), ("s1 s2", Some(2)));
}

#[test]
fn a_lost_answer_is_looked_for_and_who_has_it_gets_no_second() {
    let sent = r#"{"data":[{"id":"s9","direction":"outgoing","to":"+46701","message":"Isen bär inte: Stäng banan.",
        "created":"2026-07-02T10:00:05.741000"}]}"#;
    let mut posted = 0;
    let steps = play::<Sms>(&post(), SETTINGS, |step| match step {
        Step::Http(request) if request.verb == Verb::Get => http(200, sent),
        _ => {
            posted += 1;
            if posted == 1 { Reply::Broken(Breakage::TimedOut) } else { created("s2") }
        }
    });
    assert_eq!((posted, steps.len()), (2, 4));
    let Some(Step::Done(receipt)) = steps.last() else { panic!("{steps:?}") };
    assert_eq!(receipt.handle, "s9 s2");
    // One of yesterday with the same words is another one.
    let old = sent.replace("2026-07-02", "2026-07-01");
    let mut posted = 0;
    play::<Sms>(&post(), SETTINGS, |step| match step {
        Step::Http(request) if request.verb == Verb::Get => http(200, &old),
        Step::Wait(_) => Reply::Waited,
        _ => {
            posted += 1;
            if posted == 1 { Reply::Broken(Breakage::TimedOut) } else { created("s2") }
        }
    });
    assert_eq!(posted, 3);
}

#[test]
fn what_is_half_way_goes_on_and_one_bad_number_stops_no_other() {
    let mut answers =
        vec![http(400, "Invalid number"), http_with(429, ("retry-after", "1"), ""), created("s1")].into_iter();
    let steps = play::<Sms>(&post(), SETTINGS, |step| match step {
        Step::Wait(_) => Reply::Waited,
        _ => answers.next().unwrap(),
    });
    let all: Vec<String> = steps.iter().filter_map(to).collect();
    assert_eq!(all, ["+46701", "+46702000", "+46702000"]);
    assert!(matches!(steps.last(), Some(Step::Done(Receipt { people: Some(1), .. }))), "{steps:?}");
    let steps = play::<Sms>(&post(), SETTINGS, |_| http(403, "Not enough credits"));
    let Some(Step::Fail(Failure { needs_steward: true, text, .. })) = steps.last() else { panic!("{steps:?}") };
    assert!(text.contains("Not enough credits"), "{text}");
    let steps = play::<Sms>(&post(), SETTINGS, |_| http(400, "Invalid number"));
    assert!(matches!(steps.last(), Some(Step::Fail(Failure { again_after_s: None, .. }))), "{steps:?}");
}

#[test]
fn what_is_too_long_loses_its_text_and_not_its_link() {
    let door = "https://allting.norsjo.se/go/rink";
    let long = Publication::new("x", Text::new("sv", "Isen bär inte", &"stäng ".repeat(100))).door(door);
    let post = compose::<Sms>(&long, SETTINGS).unwrap().remove(0);
    assert_eq!(post.body, format!("Isen bär inte {door}"));
    let title = Publication { texts: vec![Text::new("sv", &"x".repeat(500), "")], ..long };
    assert!(compose::<Sms>(&title, SETTINGS).unwrap_err().contains("make the title shorter"));
}

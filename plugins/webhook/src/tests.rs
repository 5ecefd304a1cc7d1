use super::*;
use allting_plugin_sdk::channel::testing::{assert_laws, compose, http, http_with, job, play, walk};
use allting_plugin_sdk::channel::{Body, Failure};

const SETTINGS: &str = r#"{"address":"https://hooks.norsjo.se/allting","secret":"intranet"}"#;

fn publication() -> Publication {
    Publication::new("rule/1", Text::new("sv", "Lugnt nu", "Det är lugnt."))
        .text(Text::new("en", "Calm now", "It is calm."))
        .door("https://allting.norsjo.se/go/library")
        .picture(Picture::png("sv", "En kulle."))
}

fn post() -> Post {
    compose::<Webhook>(&publication(), SETTINGS).unwrap().remove(0)
}

fn body(step: &Step) -> serde_json::Value {
    let Step::Http(request) = step else { panic!("{step:?}") };
    let Body::Bytes(bytes) = &request.body else { panic!("{request:?}") };
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn all_laws_hold() {
    assert_laws::<Webhook>();
}

#[test]
fn one_message_tells_all_languages_and_signs_what_it_says() {
    let steps = play::<Webhook>(&post(), SETTINGS, |_| http(204, ""));
    let Step::Http(request) = &steps[0] else { panic!("{steps:?}") };
    let told = body(&steps[0]);
    assert_eq!((&told["type"], &told["timestamp"]), (&"publication.posted".into(), &"2026-07-02T10:00:00Z".into()));
    assert_eq!(told["data"]["texts"][1]["title"], "Calm now");
    assert_eq!((&told["data"]["id"], &told["data"]["picture"]), (&"rule/1".into(), &"En kulle.".into()));
    let Some((_, Secretive::Hmac(hmac))) = request.headers.iter().find(|(name, _)| name == "webhook-signature") else {
        panic!("{request:?}")
    };
    let Body::Bytes(sent) = &request.body else { panic!("{request:?}") };
    let signed = format!("{}.1782986400.{}", job(SETTINGS).idempotency_key, String::from_utf8_lossy(sent));
    assert_eq!(String::from_utf8_lossy(&hmac.over), signed);
    let Step::Done(receipt) = &steps[1] else { panic!("{steps:?}") };
    assert_eq!(receipt.handle, "rule/1");
}

#[test]
fn a_receiver_that_is_busy_is_left_alone_and_one_that_is_gone_waits_for_staff() {
    let ends = |reply: Reply| match play::<Webhook>(&post(), SETTINGS, move |_| reply.clone()).pop() {
        Some(Step::Fail(Failure { again_after_s, needs_steward, .. })) => (again_after_s, needs_steward),
        other => panic!("{other:?}"),
    };
    assert_eq!(ends(http_with(429, ("Retry-After", "17"), "")), (Some(17), false));
    assert_eq!(ends(http(503, "")), (Some(60), false));
    assert!(ends(http(410, "")).1 && ends(http(401, "no")).1);
    assert_eq!(ends(http(422, "no")), (None, false));
}

#[test]
fn what_was_told_is_taken_back_and_corrected_by_its_name() {
    let posted = Receipt { handle: "rule/1".to_owned(), link: None, people: None };
    let settings: Settings = serde_json::from_str(SETTINGS).unwrap();
    let job = job(SETTINGS);
    let back = walk::<Webhook>(Webhook::withdraw(&posted, &settings, &job), &job, |_| http(200, ""));
    assert_eq!(body(&back[0])["data"], serde_json::json!({ "id": "rule/1" }));
    let other = walk::<Webhook>(Webhook::correct(&posted, &post(), &settings, &job), &job, |_| http(200, ""));
    assert_eq!(body(&other[0])["type"], "publication.corrected");
    assert!(matches!(other.last(), Some(Step::Done(_))));
}

#[test]
fn a_text_that_no_webhook_takes_is_refused_in_plain_words() {
    let long = Publication::new("rule/1", Text::new("sv", "Lugnt", &"lugnt ".repeat(4000)));
    assert!(compose::<Webhook>(&long, SETTINGS).unwrap_err().contains("make the texts shorter"));
}

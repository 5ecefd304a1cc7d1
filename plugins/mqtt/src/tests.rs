use super::*;
use allting_plugin_sdk::channel::Breakage;
use allting_plugin_sdk::channel::testing::{assert_laws, compose, job, play, walk};

const SETTINGS: &str = r#"{"broker":"mqtts://broker.norsjo.se","user":"box","password":"broker"}"#;

fn publication() -> Publication {
    let publication =
        Publication::new("rule/library-calm/2026-07-02T10:00", Text::new("sv", "Lugnt", "Det finns plats."));
    Publication { expires_at_ms: Some(1_782_990_000_000), ..publication.door("https://allting.norsjo.se/go/x") }
}

fn said(steps: &[Step]) -> Mqtt {
    let Some(Step::Mqtt(mqtt)) = steps.first() else { panic!("{steps:?}") };
    mqtt.clone()
}

fn json(message: &MqttMessage) -> Value {
    serde_json::from_slice(&message.payload).unwrap()
}

#[test]
fn all_laws_hold() {
    assert_laws::<Broker>();
}

#[test]
fn a_message_is_kept_under_its_cause_and_home_assistant_finds_it() {
    let post = compose::<Broker>(&publication(), SETTINGS).unwrap().remove(0);
    let steps = play::<Broker>(&post, SETTINGS, |_| Reply::Sent(1));
    let mqtt = said(&steps);
    assert_eq!(mqtt.login, Some(("box".to_owned(), "broker".to_owned())));
    let [config, state] = mqtt.messages.as_slice() else { panic!("{mqtt:?}") };
    assert_eq!(config.topic, "homeassistant/sensor/allting_rule-library-calm/config");
    assert_eq!(state.topic, "allting/rule-library-calm");
    assert!(config.retain && state.retain && state.at_least_once);
    let (config, state) = (json(config), json(state));
    assert_eq!((&config["state_topic"], &config["expire_after"]), (&"allting/rule-library-calm".into(), &3600.into()));
    assert_eq!(config["value_template"], "{{ value_json.title[:255] }}");
    assert_eq!((&state["title"], &state["at"]), (&"Lugnt".into(), &1_782_986_400.into()));
    let Some(Step::Done(receipt)) = steps.last() else { panic!("{steps:?}") };
    assert_eq!(receipt.handle, "rule-library-calm");
}

#[test]
fn without_discovery_home_assistant_is_told_nothing_and_without_a_user_nobody_signs_in() {
    let settings = r#"{"broker":"mqtt://10.0.0.8","discovery":"","topic":"town"}"#;
    let post = compose::<Broker>(&publication(), settings).unwrap().remove(0);
    let mqtt = said(&play::<Broker>(&post, settings, |_| Reply::Sent(1)));
    assert_eq!((mqtt.messages.len(), mqtt.messages[0].topic.as_str()), (1, "town/rule-library-calm"));
    assert_eq!(mqtt.login, None);
}

#[test]
fn what_is_withdrawn_is_taken_off_its_topic() {
    let posted = Receipt { handle: "rule-library-calm".to_owned(), link: None, people: None };
    let settings: Settings = serde_json::from_str(SETTINGS).unwrap();
    let job = job(SETTINGS);
    let steps = walk::<Broker>(Broker::withdraw(&posted, &settings, &job), &job, |_| Reply::Sent(1));
    let mqtt = said(&steps);
    assert!(mqtt.messages[0].payload.is_empty() && mqtt.messages[0].retain);
}

#[test]
fn names_that_mean_something_in_a_topic_do_not_get_there() {
    for (id, expected) in [("rule/a+b/1", "rule-a-b"), ("post/#/x", "post--"), ("", "post"), ("Å/$SYS", "---sys")] {
        assert_eq!(object(id), expected);
    }
}

#[test]
fn a_broker_that_does_not_let_the_box_in_waits_for_staff() {
    let post = compose::<Broker>(&publication(), SETTINGS).unwrap().remove(0);
    let refused = Reply::Broken(Breakage::NotGranted("broker does not let the box in".to_owned()));
    let Some(Step::Fail(failure)) = play::<Broker>(&post, SETTINGS, move |_| refused.clone()).pop() else { panic!() };
    assert!(failure.needs_steward);
}

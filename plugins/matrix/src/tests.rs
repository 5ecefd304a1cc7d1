use super::*;
use allting_plugin_sdk::channel::testing::{self, assert_laws, compose, http, job, play, walk};
use allting_plugin_sdk::channel::{Failure, Value as Extra};

const SETTINGS: &str = r#"{"server":"https://matrix.norsjo.se/","room":"!town:norsjo.se","token":"matrix"}"#;

fn publication() -> Publication {
    Publication::new("rule/1", Text::new("sv", "Lugnt nu", "Det finns plats.")).picture(Picture::png("sv", "En kulle."))
}

fn post(publication: &Publication) -> Post {
    compose::<Matrix>(publication, SETTINGS).unwrap().remove(0)
}

fn settings() -> Settings {
    serde_json::from_str(SETTINGS).unwrap()
}

fn line(step: &Step) -> String {
    testing::line(step, "https://matrix.norsjo.se/_matrix/").replace("client/v3/rooms/%21town%3Anorsjo.se/", "")
}

fn content(step: &Step) -> Value {
    let Step::Http(request) = step else { panic!("{step:?}") };
    let Body::Bytes(bytes) = &request.body else { panic!("{request:?}") };
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn all_laws_hold() {
    assert_laws::<Matrix>();
}

#[test]
fn a_picture_with_what_it_shows_comes_before_the_text_and_each_has_a_name_of_its_own() {
    let mut answers =
        [r#"{"content_uri":"mxc://norsjo.se/abc"}"#, r#"{"event_id":"$picture"}"#, r#"{"event_id":"$text"}"#]
            .into_iter();
    let steps = play::<Matrix>(&post(&publication()), SETTINGS, |_| http(200, answers.next().unwrap()));
    let key = job(SETTINGS).idempotency_key;
    let lines: Vec<String> = steps.iter().map(line).collect();
    let expected = [
        "Post media/v3/upload?filename=picture.png".to_owned(),
        format!("Put send/m.room.message/{key}-picture"),
        format!("Put send/m.room.message/{key}"),
    ];
    assert_eq!(lines[..3], expected);
    let shown = content(&steps[1]);
    assert_eq!((&shown["body"], &shown["url"]), (&"En kulle.".into(), &"mxc://norsjo.se/abc".into()));
    assert_eq!(content(&steps[2]), json!({ "msgtype": "m.notice", "body": "Lugnt nu\n\nDet finns plats." }));
    let Some(Step::Done(receipt)) = steps.last() else { panic!("{steps:?}") };
    assert_eq!(receipt.handle, "$text $picture");
    assert_eq!(receipt.link.as_deref(), Some("https://matrix.to/#/%21town%3Anorsjo.se/%24text"));
}

#[test]
fn a_server_that_asks_for_patience_gets_it_and_a_token_that_is_over_stops_the_channel() {
    let failure = |status: u16, body: &str| {
        let steps = play::<Matrix>(&post(&publication()), SETTINGS, |_| http(status, body));
        let Some(Step::Fail(failure)) = steps.last() else { panic!("{steps:?}") };
        failure.clone()
    };
    let Failure { again_after_s, .. } = failure(429, r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":20500}"#);
    assert_eq!(again_after_s, Some(21));
    assert!(failure(401, r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Unknown token"}"#).text.contains("M_UNKNOWN_TOKEN"));
    assert!(failure(403, r#"{"errcode":"M_FORBIDDEN"}"#).needs_steward);
}

#[test]
fn posts_are_corrected_withdrawn_whole_and_answered() {
    let posted = Receipt { handle: "$text $picture".to_owned(), link: None, people: None };
    let job = job(SETTINGS);
    let key = &job.idempotency_key;
    let steps = |turn: Turn| walk::<Matrix>(turn, &job, |_| http(200, r#"{"event_id":"$new"}"#));
    let text = post(&Publication::new("x", Text::new("sv", "", "Tack!")));
    let corrected = steps(Matrix::correct(&posted, &text, &settings(), &job));
    let content_of = content(&corrected[0]);
    assert_eq!(content_of["m.relates_to"], json!({ "rel_type": "m.replace", "event_id": "$text" }));
    assert_eq!(content_of["m.new_content"]["body"], "Tack!");
    assert!(
        matches!(corrected.last(), Some(Step::Done(receipt)) if receipt.handle == "$text $picture"),
        "{corrected:?}"
    );
    let mut answers = [
        http(200, r#"{"chunk":[{"event_id":"$edit"},{"event_id":"$evil"},{"event_id":"evil"}]}"#),
        http(403, r#"{"errcode":"M_FORBIDDEN"}"#),
    ]
    .into_iter();
    let withdrawn = walk::<Matrix>(Matrix::withdraw(&posted, &settings(), &job), &job, |_| {
        answers.next().unwrap_or_else(|| http(200, r#"{"event_id":"$new"}"#))
    });
    let withdrawn: Vec<String> = withdrawn.iter().map(line).collect();
    let redact = |event: &str, left: u32| format!("Put redact/%24{event}/{key}-{left}");
    let found = "Get client/v1/rooms/%21town%3Anorsjo.se/relations/%24text/m.replace/m.room.message?limit=50";
    let all = [redact("evil", 4), redact("edit", 3), redact("picture", 2), redact("text", 1)];
    assert_eq!((withdrawn[0].as_str(), &withdrawn[1..5]), (found, &all[..]));
    let answered = steps(Matrix::answer("$comment", &text, &settings(), &job));
    assert_eq!(content(&answered[0])["m.relates_to"]["m.in_reply_to"]["event_id"], "$comment");
    let evil = Receipt { handle: "../../admin".to_owned(), link: None, people: None };
    assert!(matches!(Matrix::withdraw(&evil, &settings(), &job).step, Step::Fail(_)));
}

#[test]
fn answers_to_posts_come_back_once_and_talk_about_other_things_never() {
    let said = |id: &str, at: u64, body: &str, relates: Value| {
        json!({ "type": "m.room.message", "event_id": id, "sender": "@kari:norsjo.se", "origin_server_ts": at,
                "content": { "msgtype": "m.text", "body": body, "m.relates_to": relates } })
    };
    let reply = |event: &str| json!({ "m.in_reply_to": { "event_id": event } });
    let chunk = json!({ "chunk": [
        { "type": "m.reaction", "event_id": "$r", "origin_server_ts": 9,
          "content": { "m.relates_to": { "rel_type": "m.annotation", "event_id": "$text", "key": "+" } } },
        said("$c", 8, "> <@town:norsjo.se> Lugnt nu\n\nFint <b>!", reply("$text")),
        said("$b", 7, "I en tråd", json!({ "rel_type": "m.thread", "event_id": "$picture" })),
        said("$a", 6, "Om något annat", reply("$else")),
        { "type": "m.room.message", "event_id": "$z", "origin_server_ts": 5, "content": {} },
        "nonsense"
    ] });
    let posted = [Receipt { handle: "$text $picture".to_owned(), link: None, people: None }];
    let job = job(SETTINGS);
    let gathered = |bookmark: &[u8]| {
        let turn = Matrix::collect(&posted, bookmark, &settings(), &job);
        let steps = walk::<Matrix>(turn, &job, |_| http(200, &chunk.to_string()));
        let Some(Step::Gathered(harvest)) = steps.last().cloned() else { panic!("{steps:?}") };
        harvest
    };
    let harvest = gathered(b"");
    let comments: Vec<(&str, &str)> =
        harvest.comments.iter().map(|comment| (comment.text.as_str(), comment.in_reply_to.as_str())).collect();
    assert_eq!(comments, [("I en tråd", "$text $picture"), ("Fint <b>!", "$text $picture")]);
    assert_eq!((harvest.reach.len(), harvest.reach[0].count), (1, 1));
    let again = gathered(&harvest.bookmark);
    assert_eq!((again.comments.len(), again.bookmark), (0, harvest.bookmark));
}

/// Edits and what was taken back were left out: what people had put right stood as it was first written, and what they regretted stood on.
#[test]
fn what_people_edit_is_brought_anew_what_they_take_back_is_gone_and_nobody_edits_for_another() {
    let reply = |event: &str| json!({ "m.in_reply_to": { "event_id": event } });
    let said = |id: &str, by: &str, at: u64, content: Value| {
        json!({ "type": "m.room.message", "event_id": id, "sender": by, "origin_server_ts": at,
                "content": content })
    };
    let edit = |of: &str, body: &str| {
        json!({ "body": format!("* {body}"), "m.new_content": { "body": body },
                "m.relates_to": { "rel_type": "m.replace", "event_id": of } })
    };
    let chunk = json!({ "chunk": [
        { "type": "m.room.redaction", "event_id": "$gone11", "origin_server_ts": 9, "content": { "redacts": "$d" } },
        { "type": "m.room.redaction", "event_id": "$gone", "origin_server_ts": 8, "redacts": "$c", "content": {} },
        said("$evil", "@ola:x", 7, edit("$a", "Nei")),
        said("$edit", "@kari:x", 6, edit("$a", "Ja!")),
        said("$below", "@ola:x", 5, json!({ "body": "Enig", "m.relates_to": reply("$ours") })),
        said("$ours", "@town:x", 4, json!({ "body": "Takk", "m.relates_to": reply("$a") })),
        said("$a", "@kari:x", 3, json!({ "body": "Ja", "m.relates_to": reply("$text") })),
        said("$d", "@kari:x", 2, json!({})),
        said("$text", "@town:x", 1, json!({ "body": "Lugnt nu" })),
    ] });
    let posted = [Receipt { handle: "$text".to_owned(), link: None, people: None }];
    let job = job(SETTINGS);
    let gathered = |bookmark: &[u8]| {
        let turn = Matrix::collect(&posted, bookmark, &settings(), &job);
        let Some(Step::Gathered(harvest)) = walk::<Matrix>(turn, &job, |_| http(200, &chunk.to_string())).pop() else {
            panic!("it gathers")
        };
        harvest
    };
    let harvest = gathered(b"");
    let comments: Vec<(&str, &str)> =
        harvest.comments.iter().map(|comment| (comment.handle.as_str(), comment.text.as_str())).collect();
    assert_eq!(comments, [("$a", "Ja"), ("$below", "Enig"), ("$a", "Ja!")]);
    assert!(harvest.comments.iter().all(|comment| comment.in_reply_to == "$text"), "{harvest:?}");
    let gone = ["$c", "$d"].map(|event| ("gone".to_owned(), Extra::Text(event.to_owned())));
    assert_eq!(harvest.extra, gone);
    let again = gathered(&harvest.bookmark);
    assert_eq!((again.comments.len(), again.extra.len(), again.bookmark), (0, 0, harvest.bookmark));
}

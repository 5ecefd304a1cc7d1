use super::*;
use allting_plugin_sdk::channel::testing::{self, assert_laws, compose, http, http_with, job, play, walk};
use allting_plugin_sdk::channel::{Body, Breakage, Failure, Harvest, Value};

const SETTINGS: &str = r#"{"server":"https://social.norsjo.se/","token":"mastodon","visibility":"unlisted"}"#;

fn publication() -> Publication {
    Publication::new("rule/1", Text::new("sv", "Lugnt nu", "Det finns plats."))
        .door("https://allting.norsjo.se/go/library")
        .picture(Picture::png("sv", "En kulle."))
}

fn post(publication: &Publication) -> Post {
    compose::<Mastodon>(publication, SETTINGS).unwrap().remove(0)
}

fn settings() -> Settings {
    serde_json::from_str(SETTINGS).unwrap()
}

fn line(step: &Step) -> String {
    testing::line(step, "https://social.norsjo.se")
}

fn field(step: &Step, name: &str) -> Option<String> {
    let Some(Secretive::Plain(value)) = testing::field(step, name) else { return None };
    Some(value)
}

#[test]
fn all_laws_hold() {
    assert_laws::<Mastodon>();
}

#[test]
fn a_picture_is_uploaded_waited_for_and_posted_with_its_text() {
    let mut answers = vec![
        http(202, r#"{"id":"22348641","url":null}"#),
        Reply::Waited,
        http(206, r#"{"id":"22348641","url":null}"#),
        Reply::Waited,
        http(200, r#"{"id":"22348641"}"#),
        http(200, r#"{"id":"103254962155278888","url":"https://social.norsjo.se/@kommunen/103254962155278888"}"#),
    ]
    .into_iter();
    let steps = play::<Mastodon>(&post(&publication()), SETTINGS, |_| answers.next().unwrap());
    let lines: Vec<String> = steps.iter().map(line).collect();
    let ask = "Get /api/v1/media/22348641";
    assert_eq!(lines[..6], ["Post /api/v2/media", "Step::Wait(3)", ask, "Step::Wait(3)", ask, "Post /api/v1/statuses"]);
    assert_eq!(field(&steps[5], "media_ids[]").as_deref(), Some("22348641"));
    assert_eq!(field(&steps[5], "visibility").as_deref(), Some("unlisted"));
    assert_eq!(field(&steps[5], "language").as_deref(), Some("sv"));
    let Step::Http(request) = &steps[5] else { unreachable!() };
    let key = Secretive::Plain(job(SETTINGS).idempotency_key);
    assert!(request.headers.contains(&("idempotency-key".to_owned(), key)));
    assert!(request.headers.contains(&("authorization".to_owned(), Secretive::Bearer("mastodon".to_owned()))));
    let Step::Done(receipt) = &steps[6] else { panic!("{steps:?}") };
    assert_eq!(receipt.link.as_deref(), Some("https://social.norsjo.se/@kommunen/103254962155278888"));
    let Step::Http(upload) = &steps[0] else { unreachable!() };
    let parts = [Part::file("file", "picture.png", "picture"), Part::text("description", "En kulle.")];
    assert_eq!(upload.body, Body::Multipart(parts.into()));
}

#[test]
fn a_server_that_says_until_when_it_is_to_be_left_alone_is_believed() {
    let reset = ("X-RateLimit-Reset", "2026-07-02T10:03:20.000Z");
    let steps = play::<Mastodon>(&post(&publication()), SETTINGS, |_| http_with(429, reset, "{}"));
    let Some(Step::Fail(Failure { again_after_s, .. })) = steps.last() else { panic!("{steps:?}") };
    assert_eq!(*again_after_s, Some(200));
    let steps =
        play::<Mastodon>(&post(&publication()), SETTINGS, |_| http(401, r#"{"error":"The access token was revoked"}"#));
    let Some(Step::Fail(Failure { needs_steward: true, text, .. })) = steps.last() else { panic!("{steps:?}") };
    assert!(text.contains("The access token was revoked"), "{text}");
}

#[test]
fn a_long_text_is_cut_at_a_word_and_counted_as_the_server_counts() {
    let long = Publication { texts: vec![Text::new("sv", "Lugnt nu", &"mycket lugnt ".repeat(100))], ..publication() };
    let post = post(&long);
    assert!(post.length <= 500 && post.length > 470, "{}", post.length);
    assert!(post.body.contains(" \u{2026}\n\nhttps://allting.norsjo.se/go/library"), "{}", post.body);
    let title = Publication { texts: vec![Text::new("sv", &"x".repeat(600), "")], ..publication() };
    assert!(compose::<Mastodon>(&title, SETTINGS).unwrap_err().contains("make the title shorter"));
}

#[test]
fn posts_are_corrected_withdrawn_and_comments_answered() {
    let posted = Receipt { handle: "17".to_owned(), link: None, people: None };
    let job = job(SETTINGS);
    let done = |turn: Turn| line(&walk::<Mastodon>(turn, &job, |_| http(200, r#"{"id":"18"}"#))[0]);
    let text = post(&Publication::new("x", Text::new("sv", "", "Tack!")));
    assert_eq!(done(Mastodon::withdraw(&posted, &settings(), &job)), "Delete /api/v1/statuses/17");
    assert_eq!(done(Mastodon::correct(&posted, &text, &settings(), &job)), "Put /api/v1/statuses/17");
    let peer = |step: &Step| match line(step).as_str() {
        "Get /api/v1/statuses/99" => http(200, r#"{"id":"99","account":{"acct":"kari@a.example"}}"#),
        _ => http(200, r#"{"id":"100"}"#),
    };
    let answered = walk::<Mastodon>(Mastodon::answer("99", &text, &settings(), &job), &job, peer);
    assert_eq!(field(&answered[1], "in_reply_to_id").as_deref(), Some("99"));
    assert_eq!(field(&answered[1], "status").as_deref(), Some("@kari@a.example Tack!"));
    let gone = walk::<Mastodon>(Mastodon::answer("99", &text, &settings(), &job), &job, |_| http(404, "{}"));
    let Some(Step::Fail(Failure { again_after_s: None, needs_steward: false, text, .. })) = gone.last() else {
        panic!("{gone:?}")
    };
    assert!(text.contains("took it back"), "{text}");
    let evil = Receipt { handle: "17/../../admin".to_owned(), link: None, people: None };
    assert!(matches!(Mastodon::withdraw(&evil, &settings(), &job).step, Step::Fail(_)));
}

const NOTIFICATIONS: &str = r#"[
    {"id":"7","type":"mention","status":{"id":"20","in_reply_to_id":"17","created_at":"2026-07-02T10:00:00.000Z",
     "language":"sv","visibility":"public","url":"https://a.example/@k/20","account":{"acct":"kari@a.example"},
     "content":"<p>Fint &amp; <b>lugnt</b>!<br>Men <script>alert(1)</script></p><p>kallt</p>"}},
    {"id":"8","type":"mention","status":{"id":"21","in_reply_to_id":"17","visibility":"direct","content":"hemligt"}},
    {"id":"9","type":"mention","status":{"id":"22","in_reply_to_id":null,"visibility":"public","content":"hej"}},
    {"id":"x/../y","status":{"id":"../admin","in_reply_to_id":"17"}}, 7, null]"#;

fn receipt(handle: &str) -> Receipt {
    Receipt { handle: handle.to_owned(), link: None, people: None }
}

fn gathered(bookmark: &[u8], peer: impl FnMut(&Step) -> Reply) -> Harvest {
    let job = job(SETTINGS);
    let first = Mastodon::collect(&[receipt("5"), receipt("17")], bookmark, &settings(), &job);
    let mut steps = walk::<Mastodon>(first, &job, peer);
    let Some(Step::Gathered(harvest)) = steps.pop() else { panic!("{steps:?}") };
    harvest
}

#[test]
fn replies_come_back_once_without_markup_and_private_ones_never() {
    let peer = |step: &Step| match line(step).as_str() {
        "Get /api/v1/statuses/17" => http(200, r#"{"favourites_count":3,"reblogs_count":1,"replies_count":2}"#),
        "Get /api/v1/notifications?types[]=mention&limit=20&min_id=0" => http(200, NOTIFICATIONS),
        "Get /api/v1/notifications?types[]=mention&limit=20&min_id=9" => http(200, "[]"),
        "Get /api/v1/statuses?id[]=20" => http(200, r#"[{"id":"20","in_reply_to_id":"17","content":"x"}]"#),
        _ => http(404, "{}"),
    };
    let first = gathered(b"", peer);
    let [comment] = first.comments.as_slice() else { panic!("{first:?}") };
    assert_eq!(comment.text, "Fint & lugnt!\nMen alert(1)\n\nkallt");
    assert_eq!((comment.author.as_str(), comment.at_ms), ("kari@a.example", 1_782_986_400_000));
    assert!(first.reach.iter().any(|reach| reach.what == "liked" && reach.count == 3));
    let again = gathered(&first.bookmark, peer);
    assert!(again.comments.is_empty() && again.extra.is_empty());
    assert_eq!(again.bookmark, first.bookmark, "nothing new moves nothing");
}

#[test]
fn what_its_author_changed_or_took_back_is_so_here_too() {
    let known = br#"{"since":"9","known":[["20",""],["30",""],["31",""]]}"#;
    let told = r#"[{"id":"20","in_reply_to_id":"17","content":"<p>Nytt</p>","edited_at":"2026-07-02T11:00:00.000Z"},
        {"id":"31","in_reply_to_id":"17","content":"<p>samma</p>","edited_at":null}]"#;
    let peer = |step: &Step| match line(step).as_str() {
        "Get /api/v1/statuses?id[]=20&id[]=30&id[]=31" => http(200, told),
        at if at.contains("notifications") => http(200, "[]"),
        _ => http(404, "{}"),
    };
    let harvest = gathered(known, peer);
    let [comment] = harvest.comments.as_slice() else { panic!("{harvest:?}") };
    assert_eq!((comment.handle.as_str(), comment.text.as_str()), ("20", "Nytt"));
    assert_eq!(harvest.extra, [("gone".to_owned(), Value::Text("30".to_owned()))]);
    let old = gathered(
        known,
        |step: &Step| if line(step).contains("notifications") { http(200, "[]") } else { http(404, "{}") },
    );
    assert!(old.extra.is_empty(), "a server that cannot be asked took nothing back");
}

/// A conversation longer than the box reads at once was asked for as a whole, refused, and asked for as a whole again.
#[test]
fn a_long_conversation_comes_page_by_page_and_one_giant_reply_holds_up_nobody() {
    let notification = |id: u64| {
        format!(
            r#"{{"id":"{id}","status":{{"id":"1{id:04}","in_reply_to_id":"17","content":"{}"}}}}"#,
            "\u{1f525}".repeat(900)
        )
    };
    let page = |step: &Step| {
        let line = line(step);
        if !line.contains("notifications") {
            return http(404, "{}");
        }
        let number = |name: &str| -> u64 {
            let rest = line.split(name).nth(1).unwrap();
            rest.split('&').next().unwrap().parse().unwrap()
        };
        let ids: Vec<u64> =
            (1..=70).filter(|id| *id > number("min_id=")).take(usize::try_from(number("limit=")).unwrap()).collect();
        if ids.contains(&33) {
            return Reply::Broken(Breakage::TooBig);
        }
        http(200, &format!("[{}]", ids.iter().map(|id| notification(*id)).collect::<Vec<_>>().join(",")))
    };
    let (mut bookmark, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    for _ in 0..40 {
        let harvest = gathered(&bookmark, page);
        seen.extend(harvest.comments.into_iter().map(|comment| comment.handle));
        if harvest.bookmark == bookmark {
            break;
        }
        bookmark = harvest.bookmark;
    }
    assert!(!seen.contains("10033") && seen.contains("10001") && seen.contains("10070"), "{seen:?}");
    assert!(seen.len() >= 66, "{} of 70 came", seen.len());
}

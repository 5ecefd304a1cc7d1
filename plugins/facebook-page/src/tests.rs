use super::*;
use allting_plugin_sdk::channel::testing::{self, assert_laws, compose, field, http, job, play, walk};
use allting_plugin_sdk::channel::{Body, Breakage, Failure, TOKEN_ENDS, Value};

const SETTINGS: &str = r#"{"page":"17","token":"facebook","app_token":"app"}"#;

fn publication() -> Publication {
    Publication::new("rule/1", Text::new("nb", "Rolig nå", "Det er plass."))
        .door("https://allting.norsjo.se/go/library")
}

fn post(publication: &Publication) -> Post {
    compose::<FacebookPage>(publication, SETTINGS).unwrap().remove(0)
}

fn settings() -> Settings {
    serde_json::from_str(SETTINGS).unwrap()
}

fn line(step: &Step) -> String {
    testing::line(step, "https://graph.facebook.com/v23.0")
}

fn error(code: u32) -> String {
    format!(r#"{{"error":{{"message":"Message.","type":"OAuthException","code":{code},"fbtrace_id":"EJ"}}}}"#)
}

fn failure(steps: &[Step]) -> Failure {
    let Some(Step::Fail(failure)) = steps.last() else { panic!("{steps:?}") };
    failure.clone()
}

#[test]
fn all_laws_hold() {
    assert_laws::<FacebookPage>();
}

#[test]
fn a_picture_is_uploaded_and_the_post_published_only_when_it_is_whole() {
    let mut answers =
        [r#"{"id":"99"}"#, r#"{"id":"17_42"}"#, r#"{"success":true}"#].into_iter().map(|body| http(200, body));
    let shown = publication().picture(Picture::png("nb", "En bakke."));
    let steps = play::<FacebookPage>(&post(&shown), SETTINGS, |_| answers.next().unwrap());
    let lines: Vec<String> = steps.iter().map(line).collect();
    assert_eq!(lines[..3], ["Post /17/photos", "Post /17/feed", "Post /17_42"]);
    let Step::Http(upload) = &steps[0] else { unreachable!() };
    let Body::Multipart(parts) = &upload.body else { panic!("{upload:?}") };
    assert!(
        parts.contains(&Part::text("alt_text_custom", "En bakke."))
            && parts.contains(&Part::text("published", "false"))
    );
    assert_eq!(upload.headers, [("authorization".to_owned(), Secretive::Bearer("facebook".to_owned()))]);
    assert_eq!(field(&steps[1], "attached_media[0]"), Some(plain(r#"{"media_fbid":"99"}"#)));
    assert_eq!(field(&steps[1], "published"), Some(plain("false")));
    assert_eq!(field(&steps[1], "link"), None, "beside a picture the link stands in the text");
    let whole = "Rolig nå\n\nDet er plass.\n\nhttps://allting.norsjo.se/go/library";
    assert_eq!(field(&steps[1], "message"), Some(plain(whole)));
    assert_eq!(field(&steps[2], "is_published"), Some(plain("true")));
    let Step::Done(receipt) = &steps[3] else { panic!("{steps:?}") };
    assert_eq!((receipt.handle.as_str(), receipt.link.as_deref()), ("17_42", Some("https://www.facebook.com/17_42")));
    let steps = play::<FacebookPage>(&post(&publication()), SETTINGS, |_| http(200, r#"{"id":"17_42"}"#));
    assert_eq!(field(&steps[0], "link"), Some(plain("https://allting.norsjo.se/go/library")));
}

#[test]
fn a_lost_answer_is_asked_for_and_makes_no_second_post() {
    let peer = |is_out: &'static str| {
        move |step: &Step| match line(step).as_str() {
            "Post /17/feed" => http(200, r#"{"id":"17_42"}"#),
            "Post /17_42" => Reply::Broken(Breakage::TimedOut),
            _ => http(200, is_out),
        }
    };
    let steps = play::<FacebookPage>(&post(&publication()), SETTINGS, peer(r#"{"is_published":true,"id":"17_42"}"#));
    assert_eq!(line(&steps[2]), "Get /17_42?fields=is_published");
    assert!(matches!(steps.last(), Some(Step::Done(_))), "{steps:?}");
    let steps = play::<FacebookPage>(&post(&publication()), SETTINGS, peer(r#"{"is_published":false,"id":"17_42"}"#));
    assert_eq!(failure(&steps).again_after_s, Some(60));
}

#[test]
fn errors_are_read_by_their_number() {
    let after =
        |code: u32| failure(&play::<FacebookPage>(&post(&publication()), SETTINGS, |_| http(400, &error(code))));
    for code in [190, 102, 10, 200, 368] {
        assert!(after(code).needs_steward, "{code}");
    }
    assert!(after(190).text.contains("secrets.toml"));
    for (code, seconds) in [(4, 900), (17, 900), (32, 900), (613, 900), (1, 60), (2, 60)] {
        assert_eq!(after(code).again_after_s, Some(seconds), "{code}");
    }
    for code in [100, 506] {
        assert_eq!((after(code).again_after_s, after(code).needs_steward), (None, false), "{code}");
    }
}

#[test]
fn posts_are_corrected_withdrawn_and_comments_answered() {
    let posted = Receipt { handle: "17_42".to_owned(), link: None, people: None };
    let job = job(SETTINGS);
    let first =
        |turn: Turn| walk::<FacebookPage>(turn, &job, |_| http(200, r#"{"id":"17_43","success":true}"#)).remove(0);
    let text = post(&Publication::new("x", Text::new("nb", "", "Takk!")));
    assert_eq!(line(&first(FacebookPage::withdraw(&posted, &settings(), &job))), "Delete /17_42");
    let corrected = first(FacebookPage::correct(&posted, &text, &settings(), &job));
    assert_eq!((line(&corrected), field(&corrected, "message")), ("Post /17_42".to_owned(), Some(plain("Takk!"))));
    assert_eq!(line(&first(FacebookPage::answer("42_7", &text, &settings(), &job))), "Post /42_7/comments");
    let evil = Receipt { handle: "17_42/../me".to_owned(), link: None, people: None };
    assert!(matches!(FacebookPage::withdraw(&evil, &settings(), &job).step, Step::Fail(_)));
}

const POST: &str = r#"{"shares":{"count":2},"reactions":{"data":[],"summary":{"total_count":5}},
    "comments":{"summary":{"total_count":3},"data":[
        {"id":"42_9","message":"Fint <script>alert(1)</script>","created_time":"2026-07-02T10:00:00+0000",
         "permalink_url":"https://www.facebook.com/17/posts/42?comment_id=9","from":{"id":"5","name":"Kari"}},
        {"id":"42_8","message":"Takk!","created_time":"2026-07-02T09:59:00+0000","from":{"id":"17","name":"Kommunen"}},
        {"id":"42_7","message":"gammelt","created_time":"2026-07-01T10:00:00+0000","parent":{"id":"42_6"}}]}}"#;

#[test]
fn comments_come_back_once_and_with_them_until_when_the_token_is_good() {
    let peer = |step: &Step| match line(step).as_str() {
        "Post /debug_token" => http(200, r#"{"data":{"is_valid":true,"expires_at":1782986400,"type":"PAGE"}}"#),
        asked if asked.starts_with("Get /17_42?fields=shares") => http(200, POST),
        _ => http(400, &error(100)),
    };
    let receipt = |handle: &str| Receipt { handle: handle.to_owned(), link: None, people: None };
    let posted = [receipt("17_41"), receipt("17_42")];
    let job = job(SETTINGS);
    let steps = walk::<FacebookPage>(FacebookPage::collect(&posted, b"", &settings(), &job), &job, peer);
    assert_eq!(field(&steps[0], "input_token"), Some(Secretive::Secret("facebook".to_owned())));
    let Some(Step::Gathered(harvest)) = steps.last() else { panic!("{steps:?}") };
    let handles: Vec<(&str, &str)> =
        harvest.comments.iter().map(|comment| (comment.handle.as_str(), comment.in_reply_to.as_str())).collect();
    assert_eq!(handles, [("42_9", "17_42"), ("42_7", "42_6")], "the page's own answer is no comment");
    assert_eq!(harvest.comments[0].at_ms, 1_782_986_400_000);
    assert!(harvest.reach.iter().any(|reach| (reach.what.as_str(), reach.count) == ("liked", 5)));
    assert_eq!(harvest.extra, [(TOKEN_ENDS.to_owned(), Value::Integer(1_782_986_400_000))]);
    let again = FacebookPage::collect(&posted, &harvest.bookmark, &settings(), &job);
    let Some(Step::Gathered(again)) = walk::<FacebookPage>(again, &job, peer).pop() else { panic!("no harvest") };
    assert_eq!((again.comments.len(), &again.bookmark), (0, &harvest.bookmark));
}

#[test]
fn a_token_that_is_over_stops_the_channel_and_one_that_never_ends_is_not_watched() {
    let job = job(SETTINGS);
    let said = |status: u16, body: &str| {
        walk::<FacebookPage>(FacebookPage::collect(&[], b"", &settings(), &job), &job, |_| http(status, body))
    };
    let over = r#"{"data":{"is_valid":false,"error":{"code":190,"message":"Session has expired."}}}"#;
    let stuck = failure(&said(200, over));
    assert!(stuck.needs_steward && stuck.text.contains("Session has expired"), "{}", stuck.text);
    assert!(failure(&said(400, &error(190))).needs_steward);
    for (status, body) in [(200, r#"{"data":{"is_valid":true,"expires_at":0}}"#.to_owned()), (400, error(100))] {
        let steps = said(status, &body);
        let Some(Step::Gathered(harvest)) = steps.last() else { panic!("{steps:?}") };
        assert!(harvest.extra.is_empty());
    }
}

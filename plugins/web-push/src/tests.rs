use super::*;
use allting_plugin_sdk::channel::testing::{assert_laws, compose, play};
use allting_plugin_sdk::channel::{Breakage, Failure};

fn publication(title: &str, body: &str) -> Publication {
    Publication::new("rule/1", Text::new("nb", title, body)).text(Text::new("sv", "Lugnt nu", "Det finns plats."))
}

#[test]
fn all_laws_hold() {
    assert_laws::<WebPush>();
}

#[test]
fn each_language_is_a_notice_and_nobody_is_named() {
    let said = publication("Rolig nå", "Det er\n\nplass.").door("https://a.example/go/1");
    let posts = compose::<WebPush>(&said, "{}").unwrap();
    let languages: Vec<&str> = posts.iter().map(|post| post.language.as_str()).collect();
    assert_eq!(languages, ["nb", "sv"]);
    let steps = play::<WebPush>(&posts[0], r#"{"keep_hours":6,"services":["push.a.example"]}"#, |_| Reply::Sent(7));
    let Step::Push(push) = &steps[0] else { panic!("{steps:?}") };
    assert_eq!(
        (push.audience.as_str(), push.title.as_str(), push.body.as_str(), push.link.as_str(), push.lifetime_s),
        ("subscribers", "Rolig nå", "Det er plass.", "https://a.example/go/1", 21_600)
    );
    assert!(matches!(&steps[1], Step::Done(Receipt { people: Some(7), .. })), "{steps:?}");
    let steps = play::<WebPush>(&posts[0], "{}", |_| Reply::Broken(Breakage::NotGranted("no key".to_owned())));
    assert!(matches!(steps.last(), Some(Step::Fail(Failure { needs_steward: true, .. }))), "{steps:?}");
}

#[test]
fn what_is_long_is_cut_between_words_and_leads_to_the_whole() {
    let words = "ord ".repeat(100);
    let post = compose::<WebPush>(&publication("Rolig nå", &words), "{}").unwrap().remove(0);
    assert!(post.body.ends_with("ord…") && post.length <= post.limit && post.length > 230, "{post:?}");
    let one = compose::<WebPush>(&publication("Rolig nå", &"å".repeat(500)), "{}").unwrap().remove(0);
    assert_eq!((one.length, one.limit), (240, 240));
    let fits = "å".repeat(240);
    assert_eq!(compose::<WebPush>(&publication("Rolig nå", &fits), "{}").unwrap().remove(0).body, fits);
}

#[test]
fn a_notice_without_a_title_is_none() {
    for title in ["", "  ", &"x".repeat(81)] {
        assert!(compose::<WebPush>(&publication(title, "a"), "{}").unwrap_err().contains("needs a title"), "{title}");
    }
}

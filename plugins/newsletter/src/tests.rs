use super::*;
use allting_plugin_sdk::channel::testing::{assert_laws, compose, play};
use allting_plugin_sdk::channel::{Breakage, Failure};

fn publication(title: &str, body: &str) -> Publication {
    Publication::new("rule/1", Text::new("nb", title, body)).text(Text::new("sv", "Lugnt nu", "Det finns plats."))
}

#[test]
fn all_laws_hold() {
    assert_laws::<Newsletter>();
}

#[test]
fn each_language_is_a_letter_and_nobody_is_named() {
    let posts = compose::<Newsletter>(&publication("Rolig nå", "Det er plass."), "{}").unwrap();
    let languages: Vec<&str> = posts.iter().map(|post| post.language.as_str()).collect();
    assert_eq!(languages, ["nb", "sv"]);
    let steps = play::<Newsletter>(&posts[0], "{}", |_| Reply::Sent(7));
    let Step::Mail(mail) = &steps[0] else { panic!("{steps:?}") };
    assert_eq!(
        (mail.audience.as_str(), mail.subject.as_str(), mail.page.as_str()),
        ("subscribers", "Rolig nå", "Det er plass.")
    );
    assert!(matches!(&steps[1], Step::Done(Receipt { people: Some(7), .. })), "{steps:?}");
    let steps = play::<Newsletter>(&posts[0], "{}", |_| Reply::Broken(Breakage::NotGranted("no mail".to_owned())));
    assert!(matches!(steps.last(), Some(Step::Fail(Failure { needs_steward: true, .. }))), "{steps:?}");
}

/// Staff were shown backslashes before every "!", and told that not all of the text goes along.
#[test]
fn staff_see_the_text_as_they_wrote_it_and_the_letter_is_marked_up() {
    let said = publication("Velkommen", "Kom! 5 * 4.").door("https://a.example/go/library");
    let post = &compose::<Newsletter>(&said, "{}").unwrap()[0];
    assert_eq!((post.body.as_str(), post.link.as_deref()), ("Kom! 5 * 4.", Some("https://a.example/go/library")));
    let steps = play::<Newsletter>(post, "{}", |_| Reply::Sent(7));
    let Step::Mail(mail) = &steps[0] else { panic!("{steps:?}") };
    assert_eq!(mail.page, "Kom\\! 5 \\* 4.\n\n[Les mer eller svar](https://a.example/go/library)");
}

#[test]
fn what_looks_like_markup_is_said_as_it_was_written() {
    for (said, page) in [
        ("5 * 4 [x](https://evil.example) <b>&amp;", "5 \\* 4 \\[x\\](https://evil.example) \\<b\\>\\&amp;"),
        ("- en\n- to", "\\- en\\\n\\- to"),
        ("1. mai\n\n\n2) #juni", "1\\. mai\n\n2\\) \\#juni"),
        ("  a\n  \nb_c", "a\n\nb\\_c"),
    ] {
        assert_eq!(escaped(said), page, "{said}");
    }
}

#[test]
fn a_letter_without_a_title_is_none() {
    for title in ["", "  ", &"x".repeat(121)] {
        assert!(
            compose::<Newsletter>(&publication(title, "a"), "{}").unwrap_err().contains("needs a title"),
            "{title}"
        );
    }
}

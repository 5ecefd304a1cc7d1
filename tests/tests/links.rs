//! Invitations as people get them: used, forwarded, guessed, mistyped, too late; in a whole box, as a browser sees them. And an activity that
//! makes no sense, which keeps nobody from the others.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod stage;

use anyhow::{Context, Result};
use model::Slug;
use reqwest::{Client, StatusCode};
use stage::{Page, Stage};
use std::fs;

const INVITED: &str = r#"
method = "survey"
title.nb = "Byparken"
open_to = "invited"
[settings]
[[settings.page]]
[[settings.page.question]]
key = "words"
kind = "text"
ask.nb = "Hva mangler?"
"#;
/// Each is asked when the other was answered.
const CIRCLE: &str = r#"
method = "survey"
title.nb = "Ringen"
[settings]
[[settings.page]]
key = "one"
when = [{ question = "b", is = ["yes"] }]
[[settings.page.question]]
key = "a"
kind = "single"
ask.nb = "A?"
option = [{ key = "yes", label.nb = "Ja" }, { key = "no", label.nb = "Nei" }]
[[settings.page]]
key = "two"
when = [{ question = "a", is = ["yes"] }]
[[settings.page.question]]
key = "b"
kind = "single"
ask.nb = "B?"
option = [{ key = "yes", label.nb = "Ja" }, { key = "no", label.nb = "Nei" }]
"#;

async fn look(stage: &Stage, path: &str) -> Result<(StatusCode, String)> {
    let answer = Client::new().get(format!("{}{path}", stage.base)).send().await?;
    Ok((answer.status(), answer.text().await?))
}

/// Opens a link, begins, and gives the first page.
async fn begin(stage: &Stage, code: &str) -> Result<(StatusCode, String)> {
    let (status, about) = look(stage, &format!("/nb/invited/park/{code}")).await?;
    assert_eq!(status, StatusCode::OK, "{about}");
    let me = Page::of(about).hidden.into_iter().find(|(name, _)| name == "me").context("the link is carried")?.1;
    stage.post("/answer", &[("me", &me), ("go", "1")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_used_forwarded_guessed_or_came_too_late_says_so() -> Result<()> {
    let Some(stage) = Stage::new(INVITED).await? else { return Ok(()) };
    let park = Slug::new("park")?;
    let codes: Vec<String> =
        stage.running.app.invite(&park, vec![Vec::new(); 3])?.iter().map(ToString::to_string).collect();
    let (status, page) = begin(&stage, &codes[0]).await?;
    assert_eq!(status, StatusCode::OK);
    let thanks = stage.send(&Page::of(page), &[("f.words", "en benk"), ("press", "send")]).await?;
    assert!(!thanks.contains(&codes[0]), "the receipt is another code: {thanks}");
    // Used, or forwarded to somebody else: the same words, and no answer of the first.
    let (status, told) = begin(&stage, &codes[0]).await?;
    assert!(status == StatusCode::FORBIDDEN && told.contains("brukt") && !told.contains("en benk"), "{told}");

    for guess in ["7K3M-Q9XA-00TD-WEHR", "AAAA-AAAA-AAAA-AAAA"] {
        let (status, told) = begin(&stage, guess).await?;
        assert!(status == StatusCode::FORBIDDEN && !told.contains("en benk"), "{told}");
    }
    for typed in ["nothing", "..", "%00", "7K3M"] {
        let (status, _) = look(&stage, &format!("/nb/invited/park/{typed}")).await?;
        assert!(status.is_client_error(), "{typed}: {status}");
    }
    let (status, told) = stage.post("/answer", &[("form", "survey"), ("f.words", "uten invitasjon")]).await?;
    assert!(status == StatusCode::FORBIDDEN && told.contains("invit"), "{told}");

    // One is at the page, and one has not begun, when it closes.
    let (_, begun) = begin(&stage, &codes[1]).await?;
    let closed = format!("closes = \"2026-01-01\"\n{INVITED}");
    fs::write(stage.folder.path().join("folder/activities/park.toml"), closed)?;
    for _ in 0..100 {
        if look(&stage, "/nb/take-part/park").await?.1.contains("Avsluttet") {
            let told = stage.send(&Page::of(begun), &[("f.words", "et langt svar")]).await?;
            assert!(told.contains("Det er ikke åpent lenger") && told.contains("et langt svar"), "{told}");
            let (_, told) = look(&stage, &format!("/nb/invited/park/{}", codes[2])).await?;
            assert!(told.contains("Avsluttet") && !told.contains("name=\"f."), "{told}");
            return stage.running.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(anyhow::anyhow!("the box did not take the folder in"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_with_a_circle_is_refused_with_its_place_and_the_others_go_on() -> Result<()> {
    let Some(stage) = Stage::new(INVITED).await? else { return Ok(()) };
    fs::write(stage.folder.path().join("folder/activities/circle.toml"), CIRCLE)?;
    let is_told = || {
        let standing = stage.running.configuration.follow().borrow().clone();
        standing.warnings.iter().map(app::Told::to_string).find(|warning| warning.contains("circle.toml"))
    };
    for _ in 0..100 {
        if let Some(told) = is_told() {
            assert!(told.contains("/page/"), "it says where: {told}");
            assert_eq!(look(&stage, "/nb/take-part/circle").await?.0, StatusCode::NOT_FOUND);
            assert_eq!(look(&stage, "/nb/take-part/park").await?.0, StatusCode::OK);
            return stage.running.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(anyhow::anyhow!("the box did not say what is wrong"))
}

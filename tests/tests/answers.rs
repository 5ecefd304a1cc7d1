//! People take part in a whole box, as a browser without JavaScript sends it: mistakes, codes, erasing, and what nobody should send.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod stage;

use anyhow::{Context, Result};
use reqwest::{Client, StatusCode};
use stage::Stage;
use std::fs;

const SURVEY: &str = r#"
method = "survey"
title.nb = "Byparken"
purpose.nb = "Planen <b>lages</b> i vår."
[settings]
[[settings.page]]
[[settings.page.question]]
key = "often"
kind = "single"
required = true
ask.nb = "Hvor ofte er du der?"
option = [{ key = "daily", label.nb = "Hver dag" }, { key = "never", label.nb = "Aldri" }]
[[settings.page.question]]
key = "years"
kind = "number"
from = 0
to = 120
ask.nb = "Hvor mange år?"
[[settings.page.question]]
key = "words"
kind = "long-text"
most = 200
ask.nb = "Hva mer?"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_told_where_it_is_and_what_was_written_stays() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    let page = stage.page().await?;
    let told = stage.send(&page, &[("f.years", "twelve"), ("f.words", "Mer <b>lys</b> \u{1f4a1} \u{5e9}")]).await?;
    assert!(told.contains("href=\"#survey-often-daily\""), "the summary leads to the first choice: {told}");
    assert!(told.contains("href=\"#survey-years\"") && told.contains("value=\"twelve\""), "{told}");
    assert!(told.contains("Mer &lt;b&gt;lys&lt;/b&gt; \u{1f4a1} \u{5e9}</textarea>"), "{told}");
    assert!(told.contains("<title>Feil: "), "who hears the title first hears of it: {told}");
    let long = "\u{5d0}".repeat(201);
    let told = stage.send(&page, &[("f.often", "daily"), ("f.words", &long)]).await?;
    assert!(told.contains("Skriv høyst 200 tegn") && told.contains(&long), "too long, and still there");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_their_code_people_see_correct_and_erase_what_they_said() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    let page = stage.page().await?;
    let fields = [("f.often", "daily"), ("f.words", "mer lys"), ("press", "send")];
    let thanks = stage.send(&page, &fields).await?;
    assert!(thanks.contains(page.code()), "the code is told: {thanks}");
    assert!(!stage.send(&page, &fields).await?.contains("Noe må"), "sent twice says it once");
    // The back button: the same form again, with something else in it.
    let late = stage.send(&page, &[("f.often", "never"), ("press", "send")]).await?;
    assert!(late.contains("never"), "what was written is not lost: {late}");
    let change = stage.post("/answer/page-1", &[("me", page.code()), ("form", "survey"), ("f.often", "never")]).await?;
    assert_eq!(change.0, StatusCode::OK);
    let (_, receipt) = stage.post("/receipt", &[("me", &page.code().to_lowercase())]).await?;
    assert!(receipt.contains("Aldri") && !receipt.contains("Hver dag"), "the latest stands: {receipt}");
    let (_, gone) = stage.post("/receipt/erase", &[("me", page.code())]).await?;
    assert!(gone.contains("Det er slettet"), "{gone}");
    let (_, receipt) = stage.post("/receipt", &[("me", page.code())]).await?;
    assert!(receipt.contains("ingen svar med den koden") && !receipt.contains("Aldri"), "{receipt}");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_has_opens_nothing_and_is_not_repeated_as_markup() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    for guess in ["", "7K3M-Q9XA-00TD-WEHR", "\"><script>alert(1)</script>", &"A".repeat(10_000)] {
        let (status, told) = stage.post("/receipt", &[("me", guess)]).await?;
        assert_eq!(status, StatusCode::OK);
        assert!(told.contains("ingen svar med den koden") && !told.contains("<script>alert"), "{told}");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_late_gets_back_what_they_wrote() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    let page = stage.page().await?;
    let closed = format!("closes = \"2026-01-01\"\n{SURVEY}");
    fs::write(stage.folder.path().join("folder/activities/park.toml"), closed)?;
    for _ in 0..100 {
        let about = Client::new().get(format!("{}/nb/take-part/park", stage.base)).send().await?.text().await?;
        if about.contains("Avsluttet") {
            let told = stage.send(&page, &[("f.often", "daily"), ("f.words", "et langt svar")]).await?;
            assert!(told.contains("Det er ikke åpent lenger") && told.contains("et langt svar"), "{told}");
            return stage.running.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(anyhow::anyhow!("the box did not take the folder in")).context("closing")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_form_of_ours_sends_is_refused_or_harmless() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    let page = stage.page().await?;
    assert!(page.html.contains("name=\"website\""), "the trap for programs is there");
    let huge = "x".repeat(1_000_000);
    let (status, told) = stage.post("/answer", &[("form", "survey"), ("f.words", &huge)]).await?;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(told.contains("<h1"), "a page says so: {told}");
    for odd in [("form", "nothing"), ("about", "99999999999999999999"), ("f.often", "bus"), ("f.nowhere", "x")] {
        let (status, _) = stage.post("/answer", &[("form", "survey"), odd]).await?;
        assert_eq!(status, StatusCode::OK, "{odd:?}");
    }
    let elsewhere = Client::new().post(format!("{}/nb/take-part/park/answer", stage.base));
    let elsewhere = elsewhere.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    let elsewhere = elsewhere.header("content-type", "application/x-www-form-urlencoded").body("form=survey");
    assert_eq!(elsewhere.send().await?.status(), StatusCode::FORBIDDEN);
    let about = Client::new().get(format!("{}/nb/take-part/park", stage.base)).send().await?;
    assert!(about.headers().get("set-cookie").is_none(), "no cookie for visitors");
    let about = about.text().await?;
    assert!(about.contains("&lt;b&gt;lages&lt;/b&gt;") && !about.contains("<b>lages"), "{about}");
    for path in ["/nb/take-part/nothing", "/nb/take-part/park/answer/%2e%2e/x", "/go/nothing/poster"] {
        let status = Client::new().get(format!("{}{path}", stage.base)).send().await?.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    stage.running.stop().await
}

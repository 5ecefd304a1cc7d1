//! Somebody gives a photo in a whole box, by a form without a script: it is shown to them, kept through a mistake, and seen by nobody else.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

#[path = "../../core/app/tests/people/photo_file.rs"]
mod photo_file;
mod stage;

use anyhow::{Result, ensure};
use photo_file::png;
use reqwest::{Client, StatusCode};
use stage::{Page, Stage};

const SURVEY: &str = r#"
method = "survey"
title.nb = "Byparken"
[settings]
[[settings.page]]
[[settings.page.question]]
key = "often"
kind = "single"
required = true
ask.nb = "Hvor ofte er du der?"
option = [{ key = "daily", label.nb = "Hver dag" }, { key = "never", label.nb = "Aldri" }]
[[settings.page.question]]
key = "view"
kind = "photo"
most = 2
required = true
ask.nb = "Ta et bilde av stedet"
"#;
const BOUNDARY: &str = "----7d1f0c";

/// A form as a browser sends it when files may come along.
fn parts(fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in fields {
        let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             content-type: image/jpeg\r\n\r\n"
        );
        body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn post(stage: &Stage, path: &str, body: Vec<u8>) -> Result<(StatusCode, String)> {
    let request = Client::new().post(format!("{}/nb/take-part/park{path}", stage.base));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let answer = request.header("content-type", kind).body(body).send().await?;
    Ok((answer.status(), answer.text().await?))
}

async fn send(
    stage: &Stage,
    (path, page): (&str, &Page),
    fields: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> Result<String> {
    let hidden = page.hidden.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let fields: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
    let (status, html) = post(stage, path, parts(&fields, files)).await?;
    ensure!(status == StatusCode::OK, "{status}: {html}");
    Ok(html)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_given_seen_by_its_giver_kept_through_a_mistake_and_removed() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    let page = stage.page().await?;
    assert!(page.html.contains("enctype=\"multipart/form-data\"") && page.html.contains("type=\"file\""));
    let red = png(64, 48, [200, 0, 0]);
    // The other question is not answered: what was sent is still there.
    let told =
        send(&stage, ("/answer", &page), &[], &[("f.view.file", "IMG_1.jpg", &red), ("f.view.file", "", b"")]).await?;
    assert!(told.contains("Noe må rettes") && told.contains("src=\"data:image/jpeg;base64,"), "{told}");
    assert!(told.contains("Fjern bilde 1") && !told.contains("Fjern bilde 2"), "{told}");
    let mended = Page::of(told);
    assert!(mended.hidden.iter().any(|(name, value)| name == "f.view" && value.starts_with("file/")));
    let thanks = send(&stage, ("/answer", &mended), &[("f.often", "daily"), ("press", "send")], &[]).await?;
    assert!(thanks.contains(page.code()) && !thanks.contains("Noe må"), "{thanks}");

    let (_, receipt) = stage.post("/receipt", &[("me", page.code())]).await?;
    assert!(receipt.contains("data:image/jpeg;base64,"), "the receipt shows it: {receipt}");
    let nobody = Client::new().get(format!("{}/nb/take-part/park/photo/1/0", stage.base)).send().await?;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND, "no steward has let it through");

    let (_, again) = stage.post("/answer/page-1", &[("me", page.code()), ("go", "1")]).await?;
    let again = Page::of(again);
    let photo = again.hidden.iter().find(|(name, _)| name == "f.view").map(|(_, value)| value.clone());
    let photo = photo.unwrap_or_default();
    let told =
        send(&stage, ("/answer/page-1", &again), &[("f.often", "daily"), ("f.view.remove", &photo)], &[]).await?;
    assert!(told.contains("Noe må rettes") && !told.contains("data:image"), "it must be answered: {told}");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_is_told_in_words_that_help_and_no_word_is_lost() -> Result<()> {
    let Some(stage) = Stage::new(SURVEY).await? else { return Ok(()) };
    let page = stage.page().await?;
    let red = png(64, 48, [200, 0, 0]);
    let long = vec![0xff; (12 << 20) + 1];
    let mut huge = png(16, 16, [1, 2, 3]);
    huge[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let cases: [(&[u8], &str); 5] = [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "ikke et bilde vi kan lese"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (&red[..red.len() / 2], "bare en del kom fram"),
        (&long, "12 MB"),
        (&huge, "skadet"),
    ];
    for (file, words) in cases {
        let told =
            send(&stage, ("/answer", &page), &[("f.often", "never")], &[("f.view.file", "bilde.jpg", file)]).await?;
        assert!(told.contains(words), "{words}: {told}");
        assert!(told.contains("value=\"never\" checked"), "what was chosen is still there: {told}");
    }
    let three = [("f.view.file", "1", red.as_slice()), ("f.view.file", "2", &red), ("f.view.file", "3", &red)];
    let told = send(&stage, ("/answer", &page), &[], &three).await?;
    assert!(told.contains("Fjern bilde 1") && !told.contains("Fjern bilde 2"), "the same file three times is one");
    let (status, _) = post(&stage, "/answer", b"--nothing".to_vec()).await?;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let words = "x".repeat(600_000);
    let (status, _) = post(&stage, "/answer", parts(&[("form", "survey"), ("f.words", &words)], &[])).await?;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    stage.running.stop().await
}

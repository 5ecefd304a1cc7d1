//! What goes wrong is told as a page in the reader's language, with a way on, and with nothing of the box's insides.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test: it may fail")]

mod town;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower::ServiceExt;
use town::{NOW, Town};
use web::{Portal, Source};

async fn told(broken: bool, request: Request<Body>) -> (StatusCode, String) {
    let town = Arc::new(Town::new());
    town.broken.store(broken, Ordering::Relaxed);
    let portal = Portal::new(town as Arc<dyn Source>, Arc::new(|| NOW));
    let response = web::router(portal).oneshot(request).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[track_caller]
fn is_a_page_in(lang: &str, page: &str, words: &str) {
    assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{page}");
    assert!(page.contains(&format!("<h1>{words}</h1>")), "{words} is not in {page}");
    assert!(page.contains(&format!("class=\"button\" href=\"/{lang}/\"")), "no way on: {page}");
}

#[tokio::test]
async fn what_is_not_there_is_told_in_each_language() {
    for (lang, words) in [
        ("nb", "Siden finnes ikke"),
        ("nn", "Sida finst ikkje"),
        ("sv", "Sidan finns inte"),
        ("en", "This page does not exist"),
    ] {
        let (status, page) = told(false, get(&format!("/{lang}/nowhere"))).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        is_a_page_in(lang, &page, words);
    }
}

#[tokio::test]
async fn a_fault_of_ours_is_told_in_each_language_and_keeps_its_reason_to_itself() {
    for (lang, words) in [
        ("nb", "Noe gikk galt hos oss"),
        ("nn", "Noko gjekk gale hos oss"),
        ("sv", "Något gick fel hos oss"),
        ("en", "Something went wrong on our side"),
    ] {
        let (status, page) = told(true, get(&format!("/{lang}/places/library"))).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        is_a_page_in(lang, &page, words);
        assert!(!page.contains("checksum"), "{page}");
    }
}

//! What the places are drawn on, and whom a reader's browser may ask for it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test: it may fail")]

mod town;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use model::{BaseMap, RasterService};
use std::sync::Arc;
use tower::ServiceExt;
use town::{NOW, Town};
use web::Portal;

async fn asked(map: BaseMap, path: &str) -> Response<Body> {
    let portal = Portal::new(Arc::new(Town::new().with_map(map)), Arc::new(|| NOW));
    web::router(portal).oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

fn service() -> BaseMap {
    let raster = RasterService {
        url: "https://tiles.example/{z}/{x}/{y}.png".to_owned(),
        origin: "https://tiles.example".to_owned(),
        attribution: "Example Maps".to_owned(),
    };
    BaseMap { raster: Some(raster), ..BaseMap::default() }
}

fn policy(response: &Response<Body>) -> Vec<String> {
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    policy.split(';').map(|rule| rule.trim().to_owned()).collect()
}

#[tokio::test]
async fn a_map_service_elsewhere_may_give_pictures_and_nothing_else() {
    for path in ["/nb/", "/nb/places/library", "/nb/about"] {
        let with = policy(&asked(service(), path).await);
        let without = policy(&asked(BaseMap::default(), path).await);
        assert!(with.contains(&"img-src 'self' https://tiles.example data:".to_owned()), "{with:?}");
        let others = |rules: &[String]| rules.iter().filter(|r| !r.starts_with("img-src")).cloned().collect::<Vec<_>>();
        assert_eq!(others(&with), others(&without), "{path}: pictures are the only hole");
        assert!(!without.iter().any(|rule| rule.contains("https:")), "without a service nobody is asked: {without:?}");
    }
}

#[tokio::test]
async fn readers_are_told_that_a_service_elsewhere_is_asked() {
    let page = asked(service(), "/nb/").await;
    let page = String::from_utf8(to_bytes(page.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap();
    assert!(page.contains("Example Maps"), "{page}");
    // A build without the map's packages asks nobody at all, and has nothing to carry the address.
    let carried = page.contains("data-raster=\"https://tiles.example/{z}/{x}/{y}.png\"");
    assert_eq!(carried, page.contains("<place-map"), "{page}");
}

//! Requests in, answers out, no socket.

use super::{NOW, Town};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use std::sync::Arc;
use tokio_stream::StreamExt;
use tower::ServiceExt;
use web::{Portal, Source};

/// A portal on an invented town.
pub(crate) struct Site {
    pub(crate) town: Arc<Town>,
    pub(crate) portal: Portal,
}

impl Site {
    pub(crate) fn new() -> Self {
        let town = Arc::new(Town::new());
        let portal = Portal::new(Arc::clone(&town) as Arc<dyn Source>, Arc::new(|| NOW));
        Self { town, portal }
    }

    pub(crate) async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        web::router(self.portal.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        let response = self.ask(path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        text(response).await
    }

    pub(crate) async fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.page(path).await).unwrap()
    }
}

pub(crate) async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

pub(crate) fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The first pieces of a stream.
pub(crate) async fn said(response: Response<Body>, pieces: usize) -> Vec<String> {
    let stream = response.into_body().into_data_stream().take(pieces);
    stream.map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap()).collect().await
}

#[track_caller]
pub(crate) fn has(page: &str, words: &str) {
    assert!(page.contains(words), "`{words}` is not in:\n{page}");
}

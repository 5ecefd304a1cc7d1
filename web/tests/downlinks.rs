//! What programs say to devices: requests in, answers out, no socket.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "this is a test: it may fail")]

mod town;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;
use town::{NOW, SENDER, TOKEN, Town};
use web::Portal;

const QUEUE: &str = "/api/v1/devices/a8a8a8a8a8a8a8a8/downlinks";

struct Site(Portal);

impl Site {
    fn new() -> Self {
        Self(Portal::new(Arc::new(Town::new()), Arc::new(|| NOW)))
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: String) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let response = web::router(self.0.clone()).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status();
        assert_eq!(response.headers().get("cache-control").unwrap(), "no-store", "{method} {path}");
        (status, serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap())
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.ask("POST", path, SENDER, body.to_string()).await
    }
}

#[tokio::test]
async fn bytes_and_commands_are_queued_listed_and_withdrawn() {
    let site = Site::new();
    let (status, first) = site.post(QUEUE, json!({"fPort": 7, "payload": "0a0B", "confirmed": true})).await;
    assert_eq!((status, &first["payload"], &first["by"]), (StatusCode::CREATED, &json!("0a0b"), &json!("heating")));
    let (_, second) = site.post(QUEUE, json!({"command": "restart"})).await;
    assert_eq!((&second["command"], &second["payload"]), (&json!("restart"), &json!("ff")));
    let (_, listed) = site.ask("GET", QUEUE, SENDER, String::new()).await;
    assert_eq!(listed["downlinks"], json!([first, second]));
    assert_eq!(listed["commands"][0]["name"], "restart");
    let (_, taken) = site.ask("DELETE", &format!("{QUEUE}/0"), SENDER, String::new()).await;
    assert_eq!(taken, json!({"withdrawn": [0]}));
    let again = site.ask("DELETE", &format!("{QUEUE}/0"), SENDER, String::new()).await;
    assert_eq!(again.0, StatusCode::CONFLICT);
    assert_eq!(site.ask("DELETE", QUEUE, SENDER, String::new()).await.1, json!({"withdrawn": [1]}));
    let (_, one) = site.ask("GET", &format!("{QUEUE}/1"), SENDER, String::new()).await;
    assert_eq!(one["state"], "withdrawn");
}

#[tokio::test]
async fn a_token_that_may_read_may_not_send_and_the_other_way_round() {
    let site = Site::new();
    for (method, path) in [("POST", QUEUE), ("GET", QUEUE), ("DELETE", QUEUE), ("DELETE", &*format!("{QUEUE}/0"))] {
        let body = json!({"command": "restart"}).to_string();
        let (status, said) = site.ask(method, path, TOKEN, body.clone()).await;
        assert_eq!((status, &said["title"]), (StatusCode::FORBIDDEN, &json!("Your token is not for this")));
        assert_eq!(site.ask(method, path, "guessed", body).await.0, StatusCode::UNAUTHORIZED);
    }
    let (status, _) = site.ask("GET", "/api/v1/uplinks/live", SENDER, String::new()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_what_to_do() {
    let site = Site::new();
    let other = "/api/v1/devices/a8a8a8a8a8a8a8a9/downlinks";
    let bytes = json!({"fPort": 1, "payload": "00"});
    for (path, body, status, says) in [
        (QUEUE, json!({}), 400, "give either"),
        (QUEUE, json!({"fPort": 1, "payload": "00", "command": "restart"}), 400, "give either"),
        (QUEUE, json!({"fPort": 1, "payload": "0"}), 400, "two digits a byte"),
        (QUEUE, json!({"fPort": 1, "payload": "zz"}), 400, "two digits a byte"),
        (QUEUE, json!({"fPort": 256, "payload": "00"}), 400, "256"),
        (QUEUE, json!({"port": 1, "payload": "00"}), 400, "unknown field `port`"),
        (QUEUE, json!([]), 400, "the body is not what it should be"),
        (QUEUE, json!({"command": "explode"}), 400, "it knows: restart"),
        (other, bytes.clone(), 404, "sensors.toml"),
        ("/api/v1/devices/a8/downlinks", bytes, 400, "is no DevEUI: expected 16 hexadecimal digits"),
    ] {
        let (found, said) = site.post(path, body.clone()).await;
        assert_eq!(found, status, "{path} {body}");
        assert!(said["detail"].as_str().unwrap().contains(says), "{body}: {said}");
    }
    assert_eq!(site.ask("GET", other, SENDER, String::new()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(site.ask("GET", &format!("{QUEUE}/7"), SENDER, String::new()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(site.ask("GET", &format!("{QUEUE}/x"), SENDER, String::new()).await.0, StatusCode::NOT_FOUND);
    let long = site.ask("POST", QUEUE, SENDER, "x".repeat(20_000)).await;
    assert_eq!(long.0, StatusCode::PAYLOAD_TOO_LARGE);
}

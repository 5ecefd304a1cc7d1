//! A Matrix room: a strict fake of the documented answers. Synapse itself stands beside.

use super::stage::{SECRET, Stage, all_are, publication, put};
use anyhow::{Result, ensure};
use model::DeliveryState;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use town::peer::{Asked, Peer, Says, says};

/// What is in the room, by the name it was put under.
#[derive(Default)]
struct Room {
    files: usize,
    events: BTreeMap<String, Value>,
    /// The answer to the text is lost once.
    cuts_once: bool,
}

impl Room {
    fn answer(&mut self, asked: &Asked) -> Says {
        if asked.headers.get("authorization") != Some(&format!("Bearer {SECRET}")) {
            return says(401, r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Unknown token"}"#);
        }
        if (asked.method.as_str(), asked.path.as_str()) == ("POST", "/_matrix/media/v3/upload?filename=picture.png") {
            let is_png = asked.headers.get("content-type").is_some_and(|kind| kind == "image/png");
            self.files += usize::from(is_png);
            return says(if is_png { 200 } else { 400 }, r#"{"content_uri":"mxc://lillevik.example/file"}"#);
        }
        let messages = "/_matrix/client/v3/rooms/%21town%3Alillevik.example/messages";
        if asked.method == "GET" && asked.path.starts_with(messages) {
            return says(200, r#"{"chunk":[],"start":"t1"}"#);
        }
        let send = "/_matrix/client/v3/rooms/%21town%3Alillevik.example/send/m.room.message/";
        let (Some(name), Ok(content)) = (asked.path.strip_prefix(send), serde_json::from_slice(&asked.body)) else {
            return says(404, r#"{"errcode":"M_UNRECOGNIZED"}"#);
        };
        let text = !name.ends_with("-picture");
        self.events.entry(name.to_owned()).or_insert(content);
        if text && std::mem::take(&mut self.cuts_once) {
            return Says::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{");
        }
        says(200, &format!(r#"{{"event_id":"${name}"}}"#))
    }
}

pub(crate) fn channel(port: u16, room: &str) -> String {
    format!(
        "[[channel]]\nid = \"town\"\nplugin = \"matrix\"\nown_hosts = [\"127.0.0.1:{port}\"]\nper_minute = 600\n\
         [channel.settings]\nserver = \"http://127.0.0.1:{port}\"\nroom = \"{room}\"\ntoken = \"peer\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_room_gets_picture_and_text_once_though_an_answer_is_lost() -> Result<()> {
    let room = Arc::new(Mutex::new(Room { cuts_once: true, ..Room::default() }));
    let answers = Arc::clone(&room);
    let held = |room: &Mutex<Room>, asked: &Asked| room.lock().unwrap_or_else(PoisonError::into_inner).answer(asked);
    let peer = Peer::new(move |_, asked| held(&answers, asked)).await?;
    let Some(stage) = Stage::new("matrix", &channel(peer.port, "!town:lillevik.example"))? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!(sent.tries, 2, "the answer to the first was lost");
    {
        let room = room.lock().unwrap_or_else(PoisonError::into_inner);
        let bodies: Vec<&str> = room.events.values().filter_map(|event| event["body"].as_str()).collect();
        let text = "Rolig på biblioteket\n\nDet er god plass nå.\n\nhttps://lillevik.example/go/her?door=town";
        assert_eq!(bodies, [text, "En bakke og en sol."]);
    }
    running.stop().await
}

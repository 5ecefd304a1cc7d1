//! Write a channel: one trait, one macro, one test.
//!
//! A channel *says what to do next*; the box does it, and comes back with what the peer said. The three main types are [`Channel`] (what
//! you implement), [`Post`] (one message as it will be read) and [`Turn`] (what to remember, and the next step).
//!
//! # A whole channel
//!
//! ```
//! use allting_plugin_sdk::channel::*;
//! use allting_plugin_sdk::export_channel;
//!
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     address: String,
//!     token: String,
//! }
//!
//! /// A notice board with a web interface: one request, and it hangs there.
//! struct Board;
//!
//! impl Channel for Board {
//!     type Settings = Settings;
//!     type State = ();
//!
//!     fn describe() -> Description {
//!         let settings = r#"{"address":"https://board.example/notices","token":"board"}"#;
//!         let publication = Publication::new("p1", Text::new("en", "Calm now", "The library is calm."));
//!         Description::new("board", "0.1.0")
//!             .title("en", "Notice board")
//!             .schema(r#"{"type":"object","additionalProperties":false,"required":["address","token"],"properties":{
//!                 "address":{"type":"string","format":"address"},"token":{"type":"string","format":"secret"}}}"#)
//!             .example("a notice", publication, settings, Ok(vec![Post::new("en", "Calm now: The library is calm.").counted(500)]))
//!     }
//!
//!     fn compose(publication: &Publication, _: &Settings) -> Result<Vec<Post>, String> {
//!         let text = publication.first();
//!         let post = Post::new(&text.language, format!("{}: {}", text.title, text.body)).counted(500);
//!         if post.fits() { Ok(vec![post]) } else { Err("A notice has at most 500 characters.".to_owned()) }
//!     }
//!
//!     fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
//!         let request = Request::post(&settings.address)
//!             .header("authorization", Secretive::Bearer(settings.token.clone()))
//!             .header("idempotency-key", Secretive::Plain(job.idempotency_key.clone()))
//!             .form([("text", Secretive::Plain(post.body.clone()))]);
//!         Turn::next(&(), Step::Http(request))
//!     }
//!
//!     fn resume(_: (), reply: &Reply, _: &Settings, _: &Job) -> Turn {
//!         match reply {
//!             Reply::Http(response) if response.is_success() => Turn::done(response.text("/id").unwrap_or_default()),
//!             other => Turn::refused(other),
//!         }
//!     }
//! }
//!
//! export_channel!(Board);
//!
//! // In `#[cfg(test)]`: the examples that the box runs before the plugin goes live, and peers that answer all that peers answer.
//! allting_plugin_sdk::channel::testing::assert_laws::<Board>();
//! ```
//!
//! It deliberately gives no network, no clock and no secret: a secret is named, and the box puts it in for the host it is bound to. What
//! a channel remembers between two steps is its [`State`](Channel::State), and nothing else.

#[doc(hidden)]
pub mod bindings;
mod heard;
mod said;
mod sender;
pub mod testing;

pub use bindings::exports::allting::channel::sending::{
    Address, Body, Breakage, Comment, Description, Encoding, Example, Failure, Harvest, Hmac, Job, Mail, Mqtt,
    MqttMessage, Other, Part, PartContent, Picture, Post, Power, Publication, Push, Reach, Receipt, Reply, Request,
    Response, Secretive, Step, Text, Turn, Value, Verb,
};
pub use heard::{TOKEN_ENDS, utc_ms};
pub use sender::Channel;
#[doc(hidden)]
pub use sender::Glue;

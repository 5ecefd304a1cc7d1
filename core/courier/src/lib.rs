//! Carries what leaves the box to those outside.
//!
//! Hides lettre, hyper, ring and the lines they speak on. An [`Http`] sends one request, messages to one
//! broker, or a [`PushMessage`] to one browser, as far as a [`Reach`] lets it: what a plugin wants
//! *and* the municipality granted, at addresses that were checked before they were dialled. A [`Mailer`] is made of the municipality's [`MailPlan`](model::MailPlan) and its secrets,
//! writes a [`Letter`](model::Letter) as mail ([`Mailer::write`]), and opens a [`MailLine`] to the municipality's server on which written
//! letters are sent one after the other. Whatever goes wrong is a [`Failure`]: what to tell staff, and whether a new try can help.
//!
//! ```
//! use model::{DeliveryKey, Letter, Language, Timestamp};
//! # fn example(mailer: &courier::Mailer, to: model::MailAddress) -> Result<(), courier::Failure> {
//! let letter = Letter {
//!     to,
//!     language: Language::En,
//!     subject: "Welcome".to_owned(),
//!     page: "Press [here](https://example.org/join) to join.".to_owned(),
//!     unsubscribe: None,
//! };
//! let written = mailer.write(&letter, &DeliveryKey([7; 32]), Timestamp::from_seconds(1_795_097_100))?;
//! # Ok(()) }
//! ```
//!
//! It deliberately keeps no queue and tries nothing twice: that is the outbox of `app`. It reads no clock, and what a peer says passes
//! through here with every secret and address blanked.

mod failure;
mod http;
mod mail;
mod mqtt;
mod push;
mod reach;

pub use failure::{Failure, Hope};
pub use http::{BODY_BYTES_MAX, Body, Broken, Http, HttpRequest, HttpResponse, Part, RESPONSE_BYTES_MAX};
pub use mail::{MailLine, Mailer, Written, check_dkim_key};
pub use push::{PUSH_BYTES_MAX, PushKey, PushMessage, Pushed};
pub use reach::{Grant, Network, NotGranted, Reach, Target};

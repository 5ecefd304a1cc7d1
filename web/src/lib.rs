//! The portal: pages, open data and the live streams. Hides axum and minijinja.
//!
//! [`router`] makes an axum router of a [`Portal`], and a portal of a [`Source`] (what the box knows) and a clock. A page is a
//! struct that lists all its template may show, a template in `templates/` and a test; there is one file per action.
//!
//! ```
//! # fn example(box_app: std::sync::Arc<dyn web::Source>, now: fn() -> model::Timestamp) -> axum::Router {
//! let portal = web::Portal::new(box_app, std::sync::Arc::new(now));
//! web::router(portal)
//! # }
//! ```
//!
//! It deliberately never sees the store, never decides what may be shown (all it gets has passed the gate of `engagement`), sets
//! no cookie for visitors, asks no third party for anything, and emits no inline script or style. Every page is complete without JavaScript.

mod api;
mod assets;
mod away;
mod blocks;
mod embeds;
mod feeds;
mod flood;
mod language;
mod leftover;
mod line;
mod live;
mod look;
mod pages;
mod painter;
mod panel;
mod picture;
mod portal;
mod problem;
mod reader;
mod router;
mod serve;
mod source;
mod staff;
mod subscribe;
mod take_part;
mod talk;
mod templates;
mod tiles;
mod view;

pub use painter::painter;
pub use portal::{Clock, Portal};
pub use router::{addresses, rooms, router};
pub use serve::{Entrance, serve};
pub use source::{ReadError, Source};
pub use tiles::{Tiles, TilesError};

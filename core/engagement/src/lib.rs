//! Pure rules of engagement. Today: the one gate that everything public passes.
//!
//! Whatever leaves the box towards the public (page, stream, CSV, JSON, picture, post) shows counts of people as a [`PublicCount`],
//! and the only way to make one is [`Gate::count`].
//!
//! ```
//! use engagement::{Gate, PublicCount};
//! let gate = Gate::new(5);
//! assert_eq!(gate.count(23.4), PublicCount::Exactly(23));
//! assert_eq!(gate.count(3.0), PublicCount::FewerThan(5));
//! ```
//!
//! It deliberately knows nothing of HTML, HTTP or redb.

mod gate;

pub use gate::{Gate, PublicCount, Share};

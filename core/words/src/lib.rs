//! Model values to plain sentences in nb, nn, sv and en. Hides Fluent and ICU.
//!
//! A [`Speaker`] speaks one language. Its texts lie in `locales/<language>/*.ftl`, the same keys in each (but for mistakes in the
//! folder of TOML, whose English stands in `config`); numbers, dates and
//! times come out as people write them there. [`PlaceState`] is what "the place sentence" is made of.
//!
//! ```
//! use model::Language;
//! use words::Speaker;
//! let nb = Speaker::of(Language::Nb);
//! assert_eq!(nb.number(18.42, 1), "18,4");
//! assert_eq!(nb.text("open-data", &[]), "Åpne data");
//! assert_eq!(words::own_name(Language::Sv), "Svenska");
//! ```
//!
//! It deliberately never inflects a name: the name of a place stands before a colon or alone. It knows no HTML, and it decides
//! nothing: what is hidden, calm or silent was decided before it came here.

mod free;
mod missing;
mod name;
mod numbers;
mod place;
mod rule;
mod speaker;
mod value;

pub use free::{FreeSpan, FreeState};
pub use missing::{Answers, MissingGroup, WeightedState};
pub use name::own_name;
pub use place::{Amount, Freshness, PlaceState, UseNow};
pub use rule::{PlaceFacts, RuleFacts};
pub use speaker::{Arg, Speaker};
